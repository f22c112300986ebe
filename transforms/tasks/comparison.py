"""Which is larger, and by how much?"""

import random
from collections.abc import Iterator

from schemas import Fact, LabelSpace, ReasoningStep, Scene
from transforms.facts.format import quantity, stated
from transforms.tasks import steps
from transforms.tasks.base import Book, DialogueDraft, capital, draft, mixed, shuffled
from transforms.text.grammar import verbs
from transforms.text.line import Line

NAME = "comparison"
VERSION = "5"
SKILL = "compare"

ASK_WHICH = (
    "Which {covers} the larger area in this image, {first} or {second}?",
    "Which {is} larger by area in this image, {first} or {second}?",
)
ASK_RATIO = ("By area in this image, how many times as large as {b} {is} {a}?",)
ASK_WHETHER = ("{Is} {first} larger than {second} by area in this image?",)
ASK_LARGEST = (
    "Which of the {count} {things} in this image is the largest by area? Give its box as [x0, y0, x1, y1].",
    "Give the box [x0, y0, x1, y1] of the largest by area of the {count} {things} in this image.",
)
ASK_LARGEST_BOX = ("Which of the {count} {things} in this image has the largest box? Give it as [x0, y0, x1, y1].",)


def ask(scene: Scene, space: LabelSpace, rng: random.Random) -> Iterator[DialogueDraft]:
    book = Book(scene, space)
    for fact in book.of("count"):
        largest = _largest(book, fact, rng) or _largest_box(book, fact, rng)
        if largest is not None:
            yield largest
    forms = rng.sample((_which, _whether, _ratio), 3)
    pairs = mixed([fact for fact in book.of("larger") if _named(book, fact)], rng)
    for number, fact in enumerate(pairs):
        yield forms[number % len(forms)](book, fact, rng)


def _named(book: Book, fact: Fact) -> bool:
    areas = [book.fact("area", rid) for rid in fact.regions]
    whole = all(area is not None and area.bound is None for area in areas)
    return whole and book.seen(*fact.regions) and all(book.name(rid) is not None for rid in fact.regions)


def _pair(book: Book, fact: Fact) -> tuple[str, str, Fact, Fact]:
    """Names and areas of the larger and of the smaller."""
    a, b = fact.regions
    areas = book.fact("area", a), book.fact("area", b)
    if areas[0] is None or areas[1] is None:
        raise ValueError(f"fact {fact.id} of {book.scene.key} compares regions without an area")
    return book.called(a), book.called(b), areas[0], areas[1]


def _measured(book: Book, fact: Fact) -> list[ReasoningStep]:
    a, b, area_a, area_b = _pair(book, fact)
    return [steps.measure(book, area_a, a), steps.measure(book, area_b, b)]


def _explained(line: Line, book: Book, fact: Fact) -> Line:
    a, b, area_a, area_b = _pair(book, fact)
    larger, smaller = (book.verbs(rid) for rid in fact.regions)
    line.claim(f"{capital(a)} {larger['is']} larger than {b}", fact).say(" by area in this image. ")
    line.claim(f"{capital(a)} {larger['covers']} {stated(area_a)}", area_a).say(" and ")
    return line.claim(f"{b} {smaller['covers']} {stated(area_b)}", area_b).say(".")


def _which(book: Book, fact: Fact, rng: random.Random) -> DialogueDraft:
    a, b, _, _ = _pair(book, fact)
    first, second = shuffled([a, b], rng)
    both = verbs(all(book.entry(rid).many for rid in fact.regions))
    question = rng.choice(ASK_WHICH).format(first=first, second=second, **both)
    reasoning = [*_measured(book, fact), steps.greater(book, fact.regions[0], a, 1, 2)]
    line = _explained(Line(), book, fact)
    return draft(NAME, question, line, a, choices=(first, second), regions=fact.regions, reasoning=reasoning)


def _whether(book: Book, fact: Fact, rng: random.Random) -> DialogueDraft:
    a, b, _, _ = _pair(book, fact)
    first, second = shuffled([a, b], rng)
    answer = "yes" if first == a else "no"
    v = book.verbs(fact.regions[0] if first == a else fact.regions[1])
    question = rng.choice(ASK_WHETHER).format(first=first, second=second, **v)
    places = ("#1", "#2") if first == a else ("#2", "#1")
    verdict = steps.step(
        book, "exceeds", {"a": places[0], "b": places[1]}, first == a,
        f"{capital(first)} {v['is']}{'' if first == a else ' not'} the larger of the two.",
    )  # fmt: skip
    line = _explained(Line().say(f"{capital(answer)}. "), book, fact)
    return draft(NAME, question, line, answer, regions=fact.regions, reasoning=[*_measured(book, fact), verdict])


def _ratio(book: Book, fact: Fact, rng: random.Random) -> DialogueDraft:
    a, b, area_a, area_b = _pair(book, fact)
    value, v = quantity(fact.value, None, fact.tolerance), book.verbs(fact.regions[0])
    line = Line().claim(f"{capital(a)} {v['is']} {value} times as large as {b}", fact).say(" by area in this image.")
    question = rng.choice(ASK_RATIO).format(a=a, b=b, **v)
    reasoning = [*_measured(book, fact), steps.ratio(book, fact, 1, 2)]
    return draft(NAME, question, line, value, regions=fact.regions, facts=(area_a, area_b), reasoning=reasoning)


def _largest(book: Book, count: Fact, rng: random.Random) -> DialogueDraft | None:
    """Of all the regions of a concept, where each one is measured and one is larger than every other."""
    areas = [book.fact("area", rid) for rid in count.regions]
    best = next((rid for rid in count.regions if book.largest(rid)), None)
    found = [fact for fact in areas if fact is not None and fact.bound is None]
    if best is None or len(found) != len(areas) or set(book.same(best)) != set(count.regions) or not book.box(best):
        return None
    entry = book.entry(best)
    plural = entry.plural or entry.concept.label
    name = f"the largest {entry.concept.label}"
    reasoning = [steps.measure(book, fact, f"{entry.concept.label} {number}") for number, fact in enumerate(found, 1)]
    args = {"steps": [f"#{number}" for number in range(1, len(found) + 1)]}
    chosen = f"{entry.concept.label} {count.regions.index(best) + 1}"
    reasoning.append(steps.step(book, "largest", args, best, f"Take the largest of these: {chosen}.", at=best))
    reasoning.append(steps.box(book, best, name, f"#{len(reasoning)}"))
    larger = [fact for fact in book.of("larger") if fact.regions[0] == best and fact.regions[1] in count.regions]
    present = [fact for fact in book.of("present") if best in fact.regions]
    answer = steps.box_text(book, best)
    line = Line().claim(f"{capital(name)} lies within {answer}", *present).say(".")
    question = rng.choice(ASK_LARGEST).format(count=len(found), things=plural)
    return draft(
        NAME, question, line, answer, regions=(best, *count.regions), facts=[*found, *larger], reasoning=reasoning
    )  # fmt: skip


def _largest_box(book: Book, count: Fact, rng: random.Random) -> DialogueDraft | None:
    """Of the boxes that mark a concept, where facts prove one larger than every other. What they hold is not
    compared."""
    larger = [fact for fact in book.of("box_larger") if set(fact.regions) <= set(count.regions)]
    if len(larger) != len(count.regions) - 1 or not larger:
        return None
    best = larger[0].regions[0]
    if set(book.same(best)) != set(count.regions):
        return None
    entry = book.entry(best)
    label, answer = entry.concept.label, steps.box_text(book, best)
    reasoning = [steps.box_area(book, rid, f"{label} {number}") for number, rid in enumerate(count.regions, 1)]
    args = {"steps": [f"#{number}" for number in range(1, len(reasoning) + 1)]}
    chosen = f"that of {label} {count.regions.index(best) + 1}"
    reasoning.append(steps.step(book, "largest", args, best, f"Take the largest of these boxes: {chosen}.", at=best))
    reasoning.append(steps.box(book, best, "the one chosen", f"#{len(reasoning)}"))
    present = [fact for fact in book.of("present") if best in fact.regions]
    line = Line().claim(f"The {label} with the largest box lies within {answer}", *present).say(".")
    question = rng.choice(ASK_LARGEST_BOX).format(count=len(count.regions), things=entry.plural or label)
    return draft(NAME, question, line, answer, regions=(best, *count.regions), facts=larger, reasoning=reasoning)
