"""How many are there? Of what is outlined or marked: a source may have drawn less than there is. Of a mask that lies in
pieces: how many pieces."""

import random
from collections.abc import Iterator

from schemas import Fact, LabelSpace, Scene
from transforms.facts.format import stated
from transforms.tasks import measuring, steps
from transforms.tasks.base import Book, DialogueDraft, capital, draft, shuffled
from transforms.text.line import Line

NAME = "counting"
VERSION = "5"
SKILL = "count"

ASK = (
    "How many {things} does this image show?",
    "Count the {things} in this image.",
    "What is the number of {things} in this image?",
)
ASK_PIECES = (
    "In how many separate pieces {does} {name} lie in this image?",
    "How many separate pieces of {name} does this image show?",
)
ASK_SITE = ("How many {things} lie inside {site} in this image?", "In this image, how many {things} does {site} hold?")
MOST_PIECES = 1
MOST_SITES = 2


def ask(scene: Scene, space: LabelSpace, rng: random.Random) -> Iterator[DialogueDraft]:
    book = Book(scene, space)
    for fact in book.of("count"):
        yield _count(book, fact, rng, choose=rng.random() < 0.5)
        for site, inside in _sites(book, fact, rng)[:MOST_SITES]:
            yield _at_site(book, fact, site, inside, rng)
    for fact, name in book.named("pieces")[:MOST_PIECES]:
        yield _pieces(book, fact, name, rng)


def _sites(book: Book, count: Fact, rng: random.Random) -> list[tuple[str, list[Fact]]]:
    """Structures, lobes, segments that hold some of the things counted, with the facts that they do; none where one of
    the things is known to lie in none, so that nobody could say how many there are."""
    held = [fact for fact in book.of("inside") if fact.regions[0] in count.regions]
    held = [fact for fact in held if book.name(fact.regions[1]) and book.entry(fact.regions[1]).facet == "anatomy"]
    if len(count.regions) < 2 or {fact.regions[0] for fact in held} != set(count.regions):
        return []
    sites = shuffled({fact.regions[1] for fact in held}, rng)
    return [(site, [fact for fact in held if fact.regions[1] == site]) for site in sites]


def _at_site(book: Book, count: Fact, site: str, inside: list[Fact], rng: random.Random) -> DialogueDraft:
    entry, name, number = book.entry(count.regions[0]), book.called(site), len(inside)
    plural = entry.plural or entry.concept.label
    said = f"There is 1 {entry.concept.label}" if number == 1 else f"There are {number} {plural}"
    line = Line().claim(f"{said} inside {name}", *inside, count).say(".")
    question = book.put(rng.choice(ASK_SITE)).format(things=plural, site=name)
    regions, where = tuple(fact.regions[0] for fact in inside), f" inside {name}"
    program = measuring.counted(book, regions, entry.concept.label, where) if book.replayable(*regions) else ()
    return draft(NAME, question, line, str(number), regions=[*regions, site], program=program)


def _pieces(book: Book, fact: Fact, name: str, rng: random.Random) -> DialogueDraft:
    count = int(fact.value)
    (rid,) = fact.regions
    line = Line().claim(f"{capital(name)} {book.verbs(rid)['lies']} in {stated(fact)}", fact).say(" in this image.")
    counted = steps.step(
        book, "pieces", {"region": rid}, count, f"Count the connected pieces of {name}: {count}.", at=rid
    )
    reasoning = [counted]
    question = rng.choice(ASK_PIECES).format(name=name, **book.verbs(rid))
    return draft(NAME, question, line, str(count), regions=(rid,), reasoning=reasoning)


def _count(book: Book, fact: Fact, rng: random.Random, *, choose: bool) -> DialogueDraft:
    entry = book.entry(fact.regions[0])
    plural = entry.plural or entry.concept.label
    count = int(fact.value)
    form = book.form(*fact.regions)
    drawn = "outlined" if form == "mask" else "marked"
    said = f"There is 1 {entry.concept.label}" if count == 1 else f"There are {count} {plural}"
    line = Line().claim(f"{said} {drawn}", fact).say(f" in this {book.noun}.")
    choices = None
    if choose:
        below = rng.randint(0, min(3, count))  # the answer's place among the numbers must not tell it
        near = [
            *rng.sample(range(max(0, count - 4), count), below),
            *rng.sample(range(count + 1, count + 5), 3 - below),
        ]
        choices = shuffled(map(str, [count, *near]), rng)
    args = {"regions": list(fact.regions)}
    counted = steps.step(book, "count", args, count, f"Count the {drawn} {plural}: {count}.")
    reasoning = [counted] if book.replayable(*fact.regions) else []
    question = book.put(rng.choice(ASK)).format(things=plural)
    program = measuring.counted(book, fact.regions, entry.concept.label) if reasoning else ()
    return draft(
        NAME, question, line, str(count), choices=choices, regions=fact.regions, reasoning=reasoning, program=program
    )
