"""What does the report say? Each answer rests on the regions that mark the report's own words: its evidence."""

import random
from collections.abc import Iterator

from schemas import Fact, LabelSpace, Scene
from transforms.tasks.base import Book, DialogueDraft, capital, draft, mixed
from transforms.text.line import Line

NAME = "report"
VERSION = "1"

ASK = (
    "Does the report describe {thing} as present?",
    "According to the report, is there {thing}?",
    "Does this report state that the patient has {thing}?",
)
SAY = {
    "present": ("yes", "Yes, ", "{thing} is present"),
    "absent": ("no", "No, ", "there is no {label}"),
    "uncertain": ("uncertain", "", "{Label} is possible"),
}


def ask(scene: Scene, space: LabelSpace, rng: random.Random) -> Iterator[DialogueDraft]:
    """One question a finding whose annotated spans agree; a report that says both is not asked about."""
    if scene.document is None:
        return
    book = Book(scene, space)
    said: dict[str, list[Fact]] = {}
    for fact in book.of("finding"):
        if fact.concept is not None and str(fact.value) in SAY:
            said.setdefault(fact.concept.label, []).append(fact)
    agreed = [facts[0] for facts in said.values() if len({fact.value for fact in facts}) == 1]
    for fact in mixed(agreed, rng):
        yield _finding(book, fact, rng)


def _finding(book: Book, fact: Fact, rng: random.Random) -> DialogueDraft:
    if fact.concept is None:
        raise ValueError(f"finding {fact.id} of {book.scene.key} has no concept: its connector must set one")
    thing = book.mention(fact.concept)
    answer, opening, words = SAY[str(fact.value)]
    said = words.format(thing=thing, label=fact.concept.label, Label=capital(fact.concept.label))
    line = Line().say(opening).claim(said, fact).say(".")
    return draft(NAME, rng.choice(ASK).format(thing=thing), line, answer, regions=fact.regions)
