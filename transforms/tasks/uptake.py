"""How high is the SUVmax of a lesion on PET, and on which slice of the scan does it lie?"""

import random
from collections.abc import Iterator

from schemas import Fact, LabelSpace, Scene
from transforms.facts import wording
from transforms.facts.format import stated
from transforms.tasks.base import Book, DialogueDraft, capital, draft, mixed
from transforms.tasks.program import Sketch
from transforms.tasks.slices import counted_along
from transforms.text.line import Line

NAME = "uptake"
VERSION = "1"
SKILL = "measure"

ASK_MAX = (
    "What is the SUVmax of {name} in this scan?",
    "How high is the highest SUV within {name}, over the whole scan?",
)
ASK_SLICE = (
    "On which slice of this scan, counted from 0 {along}, does the SUVmax of {name} lie?",
    "Counted from 0 {along}, which slice of this scan holds the voxel of {name} with the highest SUV?",
)
MOST = 3


def ask(scene: Scene, space: LabelSpace, rng: random.Random) -> Iterator[DialogueDraft]:
    """By turns how high, and where. Of what the scan cuts, nobody saw the highest."""
    book = Book(scene, space)
    facts = [fact for fact, _ in book.named("suv_max") if fact.bound is None and book.shows(fact)]
    for number, fact in enumerate(mixed(facts, rng)[:MOST]):
        where = book.fact("hottest_slice", *fact.regions)
        asked = (fact, where) if number % 2 == 0 else (where, fact)
        yield from (found for one in asked if one is not None and (found := _asked(book, one, rng)))


def _asked(book: Book, fact: Fact, rng: random.Random) -> DialogueDraft | None:
    said, rid = wording.sentence(fact, book.name), fact.regions[0]
    if said is None:
        return None
    name, highest = book.called(rid), fact.predicate == "suv_max"
    text = f"Take the highest value within {name}: {{value}}." if highest else "It is on this slice: {value}."
    look = Sketch(fact.predicate, {"region": rid}, text, rid, fact.value)
    along = counted_along(book.scene.media[0])
    question = rng.choice(ASK_MAX if highest else ASK_SLICE).format(name=name, along=along)
    line = Line().claim(capital(said), fact).say(".")
    answer = stated(fact) if highest else str(fact.value)
    return draft(NAME, question, line, answer, regions=(rid,), program=(look,))
