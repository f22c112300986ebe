"""How is the scan made up, on which of its slices is a structure largest, and on which is something marked?"""

import random
from collections.abc import Iterator

from schemas import Fact, LabelSpace, Media, Scene
from transforms.facts.format import stated
from transforms.facts.whole import acquired, grid_of
from transforms.tasks import steps
from transforms.tasks.base import Book, DialogueDraft, capital, draft, in_unit, mixed
from transforms.tasks.program import Sketch
from transforms.text.line import Line

NAME = "slices"
VERSION = "4"
SKILL = "localise"

ASK_NUMBER = ("How many slices does this scan have {along}?", "Of how many slices {along} is this scan?")
ASK_SPACING = ("How far apart are the slices of this scan {along}?",)
ASK_LARGEST = (
    "On which slice of this scan, counted from 0 {along}, is the cross-section of {name} largest?",
    "Counted from 0 {along}, which slice of this scan shows the largest cross-section of {name}?",
)
ASK_MARKED = ("On which slice of this scan, counted from 0 {along}, {does} {name} lie?",)
ASK_RANGE = ("On which slices of this scan, counted from 0 {along}, {does} {name} lie? Give the first and the last.",)
ASK_GIVEN = ("What is the diameter of {name} in this scan?",)
ASK_EXTENT = ("How far does the box around {name} reach along the {axis} axis of the voxels of this scan?",)
AXES = ("first", "second", "third")
MOST = 2


def ask(scene: Scene, space: LabelSpace, rng: random.Random) -> Iterator[DialogueDraft]:
    """Where something is largest first, which needs more than the header."""
    book = Book(scene, space)
    first = scene.media[0] if scene.media else None
    if first is None or first.kind != "volume":
        return
    along = counted_along(first)
    for fact in mixed([fact for fact, _ in book.named("largest_slice")], rng)[:MOST]:
        yield _largest(book, fact, along, rng)
    marked = [*book.named("marked_slice"), *book.named("first_slice")]
    for fact in mixed([fact for fact, _ in marked], rng)[:MOST]:
        yield _marked(book, fact, along, rng)
    sides = [pair for n in (1, 2, 3) for pair in book.named(f"extent_{n}")]
    for fact in mixed([fact for fact, _ in (*book.named("given_diameter"), *sides)], rng)[:MOST]:
        yield _length(book, fact, rng)
    for fact in book.of("slices"):
        line = Line().say("This scan has ").claim(f"{fact.value} slices", fact).say(".")
        yield draft(NAME, rng.choice(ASK_NUMBER).format(along=along), line, str(fact.value))
    for fact in book.of("slice_spacing"):
        line = Line().say("This scan has ").claim(f"a slice spacing of {stated(fact)}", fact).say(".")
        question = in_unit(rng.choice(ASK_SPACING).format(along=along), fact.unit)
        yield draft(NAME, question, line, stated(fact))


def counted_along(volume: Media) -> str:
    """How slices are counted: "along the third axis of its voxels"."""
    return f"along the {AXES[acquired(grid_of(volume))]} axis of its voxels"


def _largest(book: Book, fact: Fact, along: str, rng: random.Random) -> DialogueDraft:
    name = book.called(fact.regions[0])
    line = Line().claim(f"The cross section of {name} is largest on slice {fact.value}", fact).say(".")
    question = rng.choice(ASK_LARGEST).format(along=along, name=name)
    rid = fact.regions[0]
    look = Sketch("section", {"region": rid}, f"Of all slices, most of {name} lies on this one: {{value}}.", rid)
    return draft(NAME, question, line, str(fact.value), regions=fact.regions, program=(look,))


def _marked(book: Book, fact: Fact, along: str, rng: random.Random) -> DialogueDraft:
    """The slice, or the first and the last, that something is marked on."""
    rid = fact.regions[0]
    name, v, last = book.called(rid), book.verbs(rid), book.fact("last_slice", rid)
    ends = [steps.step(book, "first_slice", {"region": rid}, fact.value, f"Read off the first slice: {fact.value}.")]
    if last is None:
        said = f"{capital(name)} {v['is']} marked on slice {fact.value}"
        question, answer, facts = rng.choice(ASK_MARKED), str(fact.value), [fact]
    else:
        ends.append(steps.step(book, "last_slice", {"region": rid}, last.value, f"Read off the last: {last.value}."))
        reach = {"first": "#1", "last": "#2"}
        ends.append(
            steps.step(book, "reach", reach, f"{fact.value} to {last.value}", "It is marked from there to there.")
        )
        said = f"{capital(name)} {v['is']} marked on slices {fact.value} to {last.value}"
        question, answer, facts = rng.choice(ASK_RANGE), f"{fact.value} to {last.value}", [fact, last]
    line = Line().claim(said, *facts).say(".")
    question = question.format(along=along, name=name, **v)
    return draft(NAME, question, line, answer, regions=(rid,), reasoning=ends)


def _length(book: Book, fact: Fact, rng: random.Random) -> DialogueDraft:
    """The diameter that the source gives, or how far a box reaches."""
    rid = fact.regions[0]
    name, value = book.called(rid), stated(fact)
    if fact.predicate == "given_diameter":
        line = Line().claim(f"{capital(name)} {book.verbs(rid)['has']} a given diameter of {value}", fact).say(".")
        question = in_unit(rng.choice(ASK_GIVEN).format(name=name), fact.unit)
        return draft(NAME, question, line, value, regions=(rid,))
    axis = int(fact.predicate[-1])
    along = f"along the {AXES[axis - 1]} axis"
    text = f"Measure the box of {name} {along}: {value}."
    reasoning = [steps.step(book, "extent", {"region": rid, "axis": axis}, fact.value, text, fact.unit)]
    said = f"{capital(name)} {book.verbs(rid)['is']} marked with a box that reaches {value} {along}"
    line = Line().claim(said, fact).say(".")
    question = in_unit(rng.choice(ASK_EXTENT).format(name=name, axis=AXES[axis - 1]), fact.unit)
    return draft(NAME, question, line, value, regions=(rid,), reasoning=reasoning)
