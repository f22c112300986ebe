"""How was the picture made?"""

import random
from collections.abc import Iterator

from schemas import LabelSpace, Scene
from transforms.tasks.base import Book, DialogueDraft, draft, shuffled
from transforms.text.line import Line

NAME = "modality"
VERSION = "3"
SKILL = "recognise"

ASK = (
    "What imaging modality is this?",
    "Which modality was used to acquire this image?",
    "How was this image acquired?",
)
ASK_SIGNAL = ("What kind of recording is this?",)
CHOICES = 4
NO_PICTURE = frozenset(
    {
        "doc",
        "medical_imaging",
        "ecg",
        "eeg",
        "pathology_report",
        "question_answer",
        "surgical_video",
        "text_document",
        "video",
    }
)
KIN = (
    frozenset(
        {"microscopy", "sm", "bright_field_microscopy", "phase_contrast_microscopy", "fm", "electron_microscopy"}
    ),
    frozenset({"clinical_photograph", "dermoscopy", "otoscopy", "colposcopy", "slit_lamp", "op"}),
    frozenset({"nm", "pt"}),
)
"""Names that one picture may rightly bear, beside those that are kinds of one another: never offered together."""


def ask(scene: Scene, space: LabelSpace, rng: random.Random) -> Iterator[DialogueDraft]:
    """The modality, open or with choices: a picture has one modality, so every other one is lawfully wrong."""
    book = Book(scene, space)
    signal = any(media.kind == "signal" for media in scene.media)
    if not (book.pictured or signal):
        return
    for fact in book.of("modality"):
        answer = str(fact.value)
        thing = "recording" if signal else book.noun
        line = Line().claim(f"The modality of this {thing} is {answer}", fact).say(".")
        others = wrong(space, answer)
        choices = None
        if not signal and len(others) >= CHOICES - 1 and rng.random() < 0.5:
            choices = shuffled([answer, *shuffled(others, rng)[: CHOICES - 1]], rng)
        yield draft(NAME, book.put(rng.choice(ASK_SIGNAL if signal else ASK)), line, answer, choices=choices)


def wrong(space: LabelSpace, answer: str) -> list[str]:
    """Labels of the modalities that make pictures and that this one certainly is not: of each family its head."""
    key = (NAME, answer)
    if key not in space.memo:
        space.memo[key] = _others(space, answer)
    found: list[str] = space.memo[key]
    return found


def _others(space: LabelSpace, answer: str) -> list[str]:
    entries = [entry for entry in space if entry.facet == "modality" and entry.slug not in NO_PICTURE]
    right = {head for entry in entries if entry.concept.label == answer for head in _heads(space, entry.slug)}
    kin = right.union(*(group for group in KIN if group & right))
    return [entry.concept.label for entry in entries if not entry.parents and entry.slug not in kin]


def unlike(space: LabelSpace, one: str, other: str) -> bool:
    """Whether one picture cannot rightly bear both names: neither is a kind of the other, nor do they have one head or
    stand together in KIN."""
    for label in (one, other):
        if (NAME, "heads", label) not in space.memo:
            own = _heads(space, space.slugs[label])
            space.memo[NAME, "heads", label] = own.union(*(group for group in KIN if group & own))
    found: set[str] = space.memo[NAME, "heads", one]
    return found.isdisjoint(space.memo[NAME, "heads", other])


def _heads(space: LabelSpace, slug: str) -> set[str]:
    """The modalities that this one is a kind of and that are kinds of none."""
    return {found for found in (slug, *space.ancestors(slug)) if not space.get(found).parents}
