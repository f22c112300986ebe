"""Is it present in the study, the series or the patient, as its source says of all of that and of no image alone?"""

import random
from collections.abc import Iterator

from schemas import LabelSpace, Scene
from transforms.groups.wording import whom, written
from transforms.tasks.base import Book, DialogueDraft, capital, draft, mixed
from transforms.text.grammar import mention, verbs
from transforms.text.line import Line

NAME = "whole_study"
VERSION = "2"
ACROSS = True
SKILL = "recognise"


def ask(scene: Scene, space: LabelSpace, rng: random.Random) -> Iterator[DialogueDraft]:
    """Of groups that show all of it."""
    book = Book(scene, space)
    for fact in mixed([fact for fact in book.of("said_of") if fact.concept is not None], rng):
        said = written(fact, scene, space)
        if said is None or fact.concept is None or scene.group is None:
            continue
        entry, answer = space.of(fact.concept), "yes" if fact.value == "present" else "no"
        question = f"{capital(verbs(entry.many)['is'])} {mention(entry)} present in {whom(fact, scene.group)}?"
        yield draft(NAME, question, Line().say(f"{capital(answer)}, ").claim(said.text, fact).say("."), answer)
