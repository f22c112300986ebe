"""Which plane was the slice cut in?"""

import random
from collections.abc import Iterator

from schemas import LabelSpace, Scene
from transforms.tasks.base import Book, DialogueDraft, draft, shuffled
from transforms.text.line import Line

NAME = "plane"
VERSION = "1"
SKILL = "recognise"

ASK = (
    "In which plane is this slice?",
    "Which anatomical plane does this image show?",
    "What is the orientation of this slice?",
)
PLANES = ("axial", "coronal", "sagittal")


def ask(scene: Scene, space: LabelSpace, rng: random.Random) -> Iterator[DialogueDraft]:
    book = Book(scene, space)
    for fact in book.of("plane"):
        plane = str(fact.value)
        line = Line().say("This is ").claim(f"{'an' if plane == 'axial' else 'a'} {plane} slice", fact).say(".")
        choices = shuffled(PLANES, rng) if rng.random() < 0.5 else None
        yield draft(NAME, rng.choice(ASK), line, plane, choices=choices)
