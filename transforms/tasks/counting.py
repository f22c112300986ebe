"""How many are there? Of what is outlined or marked: a source may have drawn less than there is. Of a mask that lies in
pieces: how many pieces."""

import random
from collections.abc import Iterator

from schemas import Fact, LabelSpace, Scene
from transforms.facts.format import stated
from transforms.tasks import measuring, steps
from transforms.tasks.base import Book, DialogueDraft, capital, draft, mixed, shuffled
from transforms.text.entity import counted_inside
from transforms.text.line import Line

NAME = "counting"
VERSION = "7"
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
        for held in [one for one in mixed(book.of("count_inside"), rng) if one.concept == fact.concept][:MOST_SITES]:
            yield _at_site(book, held, rng)
    for fact, name in book.named("pieces")[:MOST_PIECES]:
        yield _pieces(book, fact, name, rng)


def _at_site(book: Book, fact: Fact, rng: random.Random) -> DialogueDraft:
    things, site = fact.regions[:-1], fact.regions[-1]
    entry, name, facts = book.entry(things[0]), book.called(site), {one.id: one for one in book.scene.facts}
    line = counted_inside(fact, facts, entry, name).say(".")
    label = entry.concept.label
    question = book.put(rng.choice(ASK_SITE)).format(things=entry.plural or label, site=name)
    program = measuring.counted(book, things, label, f" inside {name}") if _found(book, things) else ()
    return draft(NAME, question, line, str(fact.value), regions=fact.regions, facts=[fact], program=program)


def _found(book: Book, things: tuple[str, ...]) -> bool:
    """Whether each can be found again, on the picture or by its mask in the scan."""
    return book.replayable(*things) or (book.noun == "scan" and book.form(*things) == "mask")


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
    program = measuring.counted(book, fact.regions, entry.concept.label) if _found(book, fact.regions) else ()
    return draft(
        NAME, question, line, str(count), choices=choices, regions=fact.regions, reasoning=reasoning, program=program
    )
