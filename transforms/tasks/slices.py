"""How is the scan made up, and on which of its slices is a structure largest?"""

import random
from collections.abc import Iterator

from schemas import Fact, LabelSpace, Scene
from transforms.facts.format import stated
from transforms.facts.whole import acquired, grid_of
from transforms.tasks.base import Book, DialogueDraft, draft, mixed
from transforms.text.line import Line

NAME = "slices"
VERSION = "1"
SKILL = "localise"

ASK_NUMBER = ("How many slices does this scan have {along}?", "Of how many slices {along} is this scan?")
ASK_SPACING = ("How far apart are the slices of this scan {along}?",)
ASK_LARGEST = (
    "On which slice of this scan, counted from 0 {along}, is the cross-section of {name} largest?",
    "Counted from 0 {along}, which slice of this scan shows the largest cross-section of {name}?",
)
AXES = ("first", "second", "third")
MOST = 2


def ask(scene: Scene, space: LabelSpace, rng: random.Random) -> Iterator[DialogueDraft]:
    """Where something is largest first, which needs more than the header."""
    book = Book(scene, space)
    first = scene.media[0] if scene.media else None
    if first is None or first.kind != "volume":
        return
    along = f"along the {AXES[acquired(grid_of(first))]} axis of its voxels"
    for fact in mixed([fact for fact, _ in book.named("largest_slice")], rng)[:MOST]:
        yield _largest(book, fact, along, rng)
    for fact in book.of("slices"):
        line = Line().say("This scan has ").claim(f"{fact.value} slices", fact).say(".")
        yield draft(NAME, rng.choice(ASK_NUMBER).format(along=along), line, str(fact.value))
    for fact in book.of("slice_spacing"):
        line = Line().say("This scan has ").claim(f"a slice spacing of {stated(fact)}", fact).say(".")
        yield draft(NAME, rng.choice(ASK_SPACING).format(along=along), line, stated(fact))


def _largest(book: Book, fact: Fact, along: str, rng: random.Random) -> DialogueDraft:
    name = book.called(fact.regions[0])
    line = Line().claim(f"The cross section of {name} is largest on slice {fact.value}", fact).say(".")
    question = rng.choice(ASK_LARGEST).format(along=along, name=name)
    return draft(NAME, question, line, str(fact.value), regions=fact.regions)
