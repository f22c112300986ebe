"""What has changed from one visit, or phase, to the next, and where: what only one of the two shows, out of what either
might; its box or its slice; which of several things has changed its size the most."""

import math
import random
from collections.abc import Iterator

from schemas import Concept, Fact, ItemCheck, LabelSpace, ReasoningStep, Scene
from transforms.facts.base import Draft
from transforms.groups.across import MEASURES, telling
from transforms.groups.placed import PREDICATE
from transforms.groups.wording import written
from transforms.tasks import steps
from transforms.tasks.base import Book, DialogueDraft, capital, draft, mixed, shuffled
from transforms.tasks.slices import counted_along
from transforms.text.grammar import definite, mention
from transforms.text.line import Line

NAME = "changed"
VERSION = "1"
ACROSS = True
SKILL = "compare"

ASK_WHAT = (
    "What does only one of {a} and {b} show?",
    "Compare {a} and {b}: which of these does one of them show, and the other not?",
)
ASK_OPEN = (
    "One finding or structure is shown by only one of {a} and {b}. Which?",
    "Compare {a} and {b}: what does one of them show, and the other not?",
)
ASK_BOX = (
    "Only one of {a} and {b} shows {thing}. Where? Give its box there as [x0, y0, x1, y1].",
    "Compare {a} with {b}: one of them alone shows {thing}. Which box [x0, y0, x1, y1] of that image encloses it?",
)
ASK_SLICE = (
    "Only one of {a} and {b} shows {thing}. On which slice of that scan, counted from 0 {along}, does most of it lie?",
)
ASK_MOST = (
    "Which of these changes the most in {measure} from {a} to {b}, by the factor that it grows or shrinks by?",
    "From {a} to {b}, the {measure} of which of these grows or shrinks by the largest factor?",
)
CHOICES = 4
FEWEST = 3
CLEAR = 1.1
"""The factor of change of the first is at least so many times that of the second, tolerances aside."""


def ask(scene: Scene, space: LabelSpace, rng: random.Random) -> Iterator[DialogueDraft]:
    """Where first, which takes the closest look; then what, and how much."""
    book = Book(scene, space)
    if scene.group is None:
        return
    where = (_where(book, fact, rng) for fact in mixed(book.of(PREDICATE), rng))
    what = (_what(book, fact, rng) for fact in mixed(book.of("only_in"), rng))
    most = (_most(book, predicate, pair, rng) for predicate in MEASURES for pair in _pairs(book, predicate))
    for found in (*where, *what, *most):
        if found is not None:
            yield found


def _pair(book: Book, fact: Fact) -> dict[str, str]:
    """The two images in their order, whichever of them shows it: the question does not tell."""
    assert book.scene.group is not None
    numbers = sorted(book.scene.group.number(name) for name in fact.media)
    return dict(zip("ab", (f"image {number}" for number in numbers), strict=True))


def _looks(book: Book, concepts: list[Concept], media: tuple[str, ...]) -> list[ReasoningStep]:
    """Each image looked at for each of these. `media`: in the order of their numbers."""
    found = []
    for concept in concepts:
        for name in media:
            there = _shown(book, concept, name)
            said = f"{capital(book.image(name))} {'shows' if there else 'does not show'} {book.mention(concept)}."
            found.append(steps.step(book, "shows", {"concept": concept.label, "media": name}, bool(there), said))
    return found


def _shown(book: Book, concept: Concept, media: str) -> bool | None:
    """Whether an image shows it; None where nobody says."""
    own = (one for one in book.scene.facts if one.media == (media,) and one.concept == concept)
    told = {one.predicate for one in own if one.value is True and one.level is None}
    if any(one.medium == media and one.concept == concept for one in book.scene.regions) or "present" in told:
        return True
    return False if "absent" in told else None


def _ordered(book: Book, fact: Fact) -> tuple[str, ...]:
    assert book.scene.group is not None
    return tuple(sorted(fact.media, key=book.scene.group.number))


def _where(book: Book, fact: Fact, rng: random.Random) -> DialogueDraft | None:
    """Asked without saying which of the two shows it."""
    said = written(fact, book.scene, book.space)
    if said is None or fact.concept is None:
        return None
    looks, (rid,) = _looks(book, [fact.concept], _ordered(book, fact)), fact.regions
    name, shown = mention(book.space.of(fact.concept)), book.image(fact.media[0])
    only = steps.step(book, "only_on", {"steps": ["#1", "#2"]}, rid, f"{capital(shown)} alone shows it.", at=rid)
    boxed, answer = isinstance(fact.value, str), str(fact.value)
    if boxed:
        last = steps.step(book, "box", {"region": "#3"}, answer, f"Read off its box there: {answer}.", "px", rid)
    else:
        last = steps.step(book, "section", {"region": "#3"}, fact.value, f"Most of it lies on slice {answer}.")
    along = "" if boxed else counted_along(next(one for one in book.scene.media if one.name == fact.media[0]))
    question = rng.choice(ASK_BOX if boxed else ASK_SLICE).format(thing=name, along=along, **_pair(book, fact))
    line = Line().claim(capital(said.text), fact).say(".")
    return draft(NAME, question, line, answer, regions=(rid,), reasoning=[*looks, only, last])


def _what(book: Book, fact: Fact, rng: random.Random) -> DialogueDraft | None:
    """The wrong choices are what both show, or neither, having been examined for it. None where there is no such."""
    which = next((one for one in book.of("shown_in") if one.concept == fact.concept), None)
    said, media = None if which is None else written(which, book.scene, book.space), _ordered(book, fact)
    if which is None or said is None or fact.concept is None:
        return None
    known = {
        one.concept.label: one.concept
        for one in book.scene.facts
        if one.concept is not None and one.predicate in ("present", "absent") and one.media in [(m,) for m in media]
    }
    states = {label: [_shown(book, concept, name) for name in media] for label, concept in known.items()}
    alike = [label for label, (one, other) in states.items() if one is not None and one == other]
    wrong = shuffled([label for label in alike if _apart(book, known[label], fact.concept)], rng)[: CHOICES - 1]
    if not wrong:
        return None
    several = sum(None not in pair and len(set(pair)) > 1 for pair in states.values()) > 1
    chosen = shuffled([fact.concept.label, *wrong], rng)
    looks = _looks(book, [known[label] for label in chosen], media)
    named = {"steps": [f"#{number}" for number in range(1, len(looks) + 1)]}
    last = steps.step(book, "differing", named, fact.concept.label, f"Only one shows {book.mention(fact.concept)}.")
    regions = [one.id for one in book.scene.regions if one.medium in media and one.concept == fact.concept]
    line = Line().claim(capital(said.text), which).say(".")
    open_ = not several and rng.random() < 0.5  # of several, the list says which is meant
    asked = (ASK_OPEN if open_ else ASK_WHAT, None if open_ else chosen)
    return draft(NAME, rng.choice(asked[0]).format(**_pair(book, fact)), line, fact.concept.label, choices=asked[1],
                 regions=regions, facts=[fact], reasoning=[*looks, last],
                 check=_named(book, fact.concept, wrong) if open_ else None)  # fmt: skip


def _named(book: Book, concept: Concept, wrong: list[str]) -> ItemCheck:
    """Its name or another of it, and none of those that are alike in both."""
    names = (concept.label, *book.space.of(concept).synonyms)
    return ItemCheck(kind="exact", accepted=names, alternatives=tuple(sorted(wrong)))


def _apart(book: Book, one: Concept, other: Concept) -> bool:
    """Whether the one says something to a reader, and neither is a kind of the other."""
    a, b = book.space.of(one).slug, book.space.of(other).slug
    kin = {a, *book.space.ancestors(a)} & {b, *book.space.ancestors(b)} & {a, b}
    return not kin and telling(Draft("only_in", True, concept=one), book.space)


def _pairs(book: Book, predicate: str) -> list[list[Fact]]:
    """The ratios between the same two images."""
    found: dict[tuple[str, ...], list[Fact]] = {}
    for fact in book.of(predicate):
        found.setdefault(fact.media, []).append(fact)
    return list(found.values())


def _factor(fact: Fact, sign: int) -> float:
    """How many times as large or as small it became: at the least (sign -1) or at the most (1)."""
    value, within = float(fact.value), fact.tolerance or 0.0
    ends = [abs(math.log(max(one, 1e-9))) for one in (value - within, value + within)]
    return math.exp(max(ends) if sign > 0 else 0.0 if value - within <= 1 <= value + within else min(ends))


def _most(book: Book, predicate: str, ratios: list[Fact], rng: random.Random) -> DialogueDraft | None:
    """Of the one that changed most for certain, and of others that did less."""
    ranked = sorted(filter(lambda fact: _telling(book, fact), ratios), key=lambda fact: -_factor(fact, -1))
    if len(ranked) < FEWEST or any(_factor(one, 1) * CLEAR > _factor(ranked[0], -1) for one in ranked[1:]):
        return None
    first = ranked[0]
    chosen = mixed([first, *mixed(ranked[1:], rng)[: CHOICES - 1]], rng)
    found = [step for number, fact in enumerate(chosen) for step in _divided(book, fact, 3 * number)]
    best, answer = first.regions[1], _name(book, first)
    divided = {"steps": [f"#{number}" for number in range(3, len(found) + 1, 3)]}
    found.append(steps.step(book, "most_changed", divided, best, f"Farthest from 1 is that of {answer}.", at=best))
    said = written(first, book.scene, book.space)
    assert said is not None
    line = Line().claim(capital(said.text), first).say(".")
    a, b = map(book.image, first.media)
    question = rng.choice(ASK_MOST).format(measure=MEASURES[predicate][0], a=a, b=b)
    return draft(NAME, question, line, answer, choices=[_name(book, fact) for fact in chosen],
                 regions=(best, first.regions[0]), facts=chosen, reasoning=found)  # fmt: skip


def _name(book: Book, fact: Fact) -> str:
    assert fact.concept is not None
    return definite(book.space.of(fact.concept))


def _sizes(book: Book, fact: Fact) -> list[Fact]:
    """How large it is in the earlier and in the later."""
    measure, unit = MEASURES[fact.predicate]
    found = (book.fact(measure, rid) for rid in fact.regions)
    return [one for one in found if one is not None and one.unit == unit]


def _telling(book: Book, fact: Fact) -> bool:
    """Whether a list may name it, and it was measured in both."""
    named = fact.concept is not None and " and " not in _name(book, fact)
    return named and len(_sizes(book, fact)) == 2 and written(fact, book.scene, book.space) is not None


def _divided(book: Book, fact: Fact, before: int) -> Iterator[ReasoningStep]:
    """Three steps, after so many others: one size, the other, and how many times the one the other is."""
    for name, one in zip(fact.media, _sizes(book, fact), strict=True):
        yield steps.measure(book, one, f"{_name(book, fact)} in {book.image(name)}")
    args = {"a": f"#{before + 2}", "b": f"#{before + 1}"}
    yield steps.step(book, "ratio", args, fact.value, f"Divide the second by the first: {float(fact.value):g}.")
