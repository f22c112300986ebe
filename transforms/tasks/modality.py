"""How was the picture made?"""

import random
from collections.abc import Iterator

from schemas import LabelSpace, Scene
from transforms.tasks.base import Book, DialogueDraft, draft, shuffled
from transforms.text.line import Line

NAME = "modality"
VERSION = "1"

ASK = (
    "What imaging modality is this?",
    "Which modality was used to acquire this image?",
    "How was this image acquired?",
)
ASK_SIGNAL = ("What kind of recording is this?",)
CHOICES = 4
NO_PICTURE = frozenset({"doc", "ecg"})
RADIOGRAPHY = frozenset({"cr", "dx"})
"""Two names that one picture may rightly bear: never offered together."""


def ask(scene: Scene, space: LabelSpace, rng: random.Random) -> Iterator[DialogueDraft]:
    """The modality, open or with choices: a picture has one modality, so every other one is lawfully wrong."""
    book = Book(scene, space)
    signal = any(media.kind == "signal" for media in scene.media)
    if not (book.pictured or signal):
        return
    for fact in book.of("modality"):
        answer = str(fact.value)
        thing = "image" if book.pictured else "recording"
        line = Line().claim(f"The modality of this {thing} is {answer}", fact).say(".")
        others = _wrong(space, answer)
        choices = None
        if book.pictured and len(others) >= CHOICES - 1 and rng.random() < 0.5:
            choices = shuffled([answer, *shuffled(others, rng)[: CHOICES - 1]], rng)
        yield draft(NAME, rng.choice(ASK if book.pictured else ASK_SIGNAL), line, answer, choices=choices)


def _wrong(space: LabelSpace, answer: str) -> list[str]:
    """Labels of the modalities that make pictures and that this one certainly is not."""
    entries = [entry for entry in space if entry.facet == "modality" and entry.slug not in NO_PICTURE]
    right = {entry.slug for entry in entries if entry.concept.label == answer}
    ruled_out = right | (RADIOGRAPHY if right & RADIOGRAPHY else set())
    return [entry.concept.label for entry in entries if entry.slug not in ruled_out]
