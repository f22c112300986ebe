"""Which of several findings does the report describe as present? The list holds what it denies or leaves open, too."""

import random
from collections.abc import Iterator

from schemas import Fact, ItemCheck, LabelSpace, Scene
from transforms.tasks.base import Book, DialogueDraft, draft, mixed
from transforms.tasks.report import SAY, agreed
from transforms.text.grammar import verbs
from transforms.text.line import Line

NAME = "entities"
VERSION = "1"
SKILL = "read"

ASK = (
    "Which of these findings does the report describe as present: {names}? List them.",
    "Reduce the report to what it finds. Of {names}, which are said to be present?",
)
FEWEST, MOST = 3, 8


def ask(scene: Scene, space: LabelSpace, rng: random.Random) -> Iterator[DialogueDraft]:
    """One question a report with findings of both kinds, of which the report says one thing throughout."""
    if scene.document is None:
        return
    book = Book(scene, space)
    said = {fact.id: fact for fact in book.of("finding") if fact.concept is not None and str(fact.value) in SAY}
    facts = mixed(agreed(said, "value"), rng)[:MOST]
    present = [fact for fact in facts if fact.value == "present"]
    if len(facts) >= FEWEST and 0 < len(present) < len(facts):
        yield _asked(book, facts, sorted(present, key=_label), rng)


def _label(fact: Fact) -> str:
    assert fact.concept is not None
    return fact.concept.label


def _asked(book: Book, facts: list[Fact], present: list[Fact], rng: random.Random) -> DialogueDraft:
    *names, last = map(_label, facts)
    line = Line()
    for fact in present:
        assert fact.concept is not None
        is_ = verbs(book.space.of(fact.concept).many)["is"]
        line.sentence(Line().claim(f"{book.mention(fact.concept)} {is_} present", fact))
    wrong = tuple(sorted(_label(fact) for fact in facts if fact not in present))
    check = ItemCheck(kind="set", accepted=tuple(map(_label, present)), alternatives=wrong)
    question = rng.choice(ASK).format(names=f"{', '.join(names)} and {last}")
    regions = [rid for fact in present for rid in fact.regions]
    return draft(NAME, question, line, ", ".join(check.accepted), regions=regions, check=check)
