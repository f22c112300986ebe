"""Reasoning that goes wrong at one step, sees it and mends it: the faults that readers of a picture make, a pixel taken
for a square millimetre, and the side of the image for the patient's."""

import random
from collections.abc import Iterator
from dataclasses import replace

from schemas import LabelSpace, Scene
from transforms.tasks import location, measuring, size
from transforms.tasks.base import Book, DialogueDraft
from transforms.tasks.program import Program, Sketch

NAME = "reflection"
VERSION = "1"
SKILL = "measure"
PROGRAM = True

PIXELS = "takes each pixel for 1 mm²"
MIRRORED = "takes the image's side for the patient's"
MOST = 2


def ask(scene: Scene, space: LabelSpace, rng: random.Random) -> Iterator[DialogueDraft]:
    """The questions of sizes and sides, each with reasoning that is mended; only where programs are run."""
    book = Book(scene, space)
    found = [one for one in (*location.ask(scene, space, rng), *size.ask(scene, space, rng)) if one.choices is None]
    mended = ((one, _mended(book, one)) for one in found)
    for one, program in [(one, program) for one, program in mended if program][:MOST]:
        yield replace(one, task=NAME, program=program, reasoning=())


def _mended(book: Book, draft: DialogueDraft) -> Program:
    """The program with a wrong step before the right one; none where nothing of the kind can go wrong."""
    if not draft.program or not draft.facts:
        return ()
    last, number = draft.program[-1], len(draft.program)
    if last.op == "covers":
        wrong = _pixels(book, draft)
        text = f"A pixel is not 1 mm². {last.text}"
        return () if wrong is None else _with(draft.program, wrong, PIXELS, text, number)
    if last.op == "one_side":
        other = "right" if draft.answer == "left" else "left"
        text = f"In the image the patient's left lies on the right. {last.text}"
        return _with(draft.program, other, MIRRORED, text, number)
    return ()


def _pixels(book: Book, draft: DialogueDraft) -> float | None:
    """The area as it would be with pixels of 1 mm²; None where they nearly are."""
    spacing = measuring.spacing_of(book)
    area = next((fact for fact in book.of("area") if fact.id == draft.facts[0]), None)
    if spacing is None or area is None or 0.8 < spacing[0] * spacing[1] < 1.25:
        return None
    return float(round(float(area.value) / (spacing[0] * spacing[1])))


def _with(program: Program, wrong: float | str, error: str, text: str, number: int) -> Program:
    *before, last = program
    slip = replace(last, wrong=wrong, error=error)
    mended = Sketch(last.op, {**last.args, "instead": f"#{number}"}, text, last.at)
    return (*before, slip, mended)
