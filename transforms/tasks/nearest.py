"""Which of two structures comes nearer to a finding, and how near does one come: of scans that are shown whole."""

import random
from collections.abc import Iterator
from itertools import pairwise

from schemas import Fact, LabelSpace, Scene
from transforms.facts.format import stated
from transforms.tasks import in_volume
from transforms.tasks.base import Book, DialogueDraft, draft, mixed
from transforms.tasks.program import Program
from transforms.tasks.which_of_two import Compared, sentences
from transforms.text.line import Line

NAME = "nearest"
VERSION = "1"
SKILL = "measure"

ASK_FAR = (
    "How far is it from {name} to {finding} over the whole scan, between the centers of the voxels that lie nearest to "
    "each other, in mm?",
    "What is the shortest distance in mm from {name} to {finding} in this scan, from the center of one voxel to that "
    "of another?",
)
ASK_WHICH = ("Which {comes} nearer to {finding} over the whole scan, {first} or {second}?",)
ASK_WHETHER = "{Does} {first} come nearer to {finding} over the whole scan than {second}?"
FARTHER = 1.25
"""The other one is so many times as far, and farther by more than a distance may be off."""
MOST = 2


def ask(scene: Scene, space: LabelSpace, rng: random.Random) -> Iterator[DialogueDraft]:
    """By turns how far one is, and which of two is nearer to the same finding. How far it is to what touches it is told
    by the size of a voxel, and not asked."""
    book = Book(scene, space)
    facts = [fact for fact in book.of("clearance") if all(book.name(rid) for rid in fact.regions)]
    for finding in sorted({fact.regions[1] for fact in facts}):
        own = mixed([fact for fact in facts if fact.regions[1] == finding], rng)
        compared = _compared(book.called(finding))
        forms = rng.sample((compared.which, compared.whether), 2)
        for number, (a, b) in enumerate([pair for pair in pairwise(own) if _apart(*pair)][:MOST]):
            nearer, farther = sorted((a, b), key=lambda fact: float(fact.value))
            yield forms[number % 2](book, nearer, farther, rng)
        yield from (_far(book, fact, rng) for fact in own[:MOST] if float(fact.value) > 2 * (fact.tolerance or 0.0))


def _apart(a: Fact, b: Fact) -> bool:
    near, far = sorted((float(a.value), float(b.value)))
    return far >= FARTHER * near and far - near > max(a.tolerance or 0.0, b.tolerance or 0.0)


def _looks(book: Book, *facts: Fact) -> Program:
    return tuple(look for fact in facts for look in in_volume.program(book, fact))


def _far(book: Book, fact: Fact, rng: random.Random) -> DialogueDraft:
    name, finding = (book.called(rid) for rid in fact.regions)
    question = rng.choice(ASK_FAR).format(name=name, finding=finding)
    return draft(NAME, question, sentences(book, Line(), fact), stated(fact), regions=fact.regions,
                 program=in_volume.clearance(book, fact))  # fmt: skip


def _compared(finding: str) -> Compared:
    which, whether = (one.replace("{finding}", finding) for one in (*ASK_WHICH, ASK_WHETHER))
    return Compared(NAME, "nearer", (which,), whether, _looks, sentences, least=True)
