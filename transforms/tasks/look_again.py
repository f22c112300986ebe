"""Think, act, think again: where it is, a closer look at that part of the image, and then the answer."""

import random
from collections.abc import Iterator
from dataclasses import replace

from schemas import LabelSpace, Scene, Turn
from transforms.regions.patch import Box
from transforms.tasks import attribute, quantity, size, steps
from transforms.tasks.base import Book, DialogueDraft, capital
from transforms.text.line import Line

NAME = "look_again"
VERSION = "1"
SKILL = "localise"

SHOWN = "This is that part of the image, enlarged."
MARGIN = 0.25
"""Of the longer side of a region's box, so much of the image is shown about it."""
LARGEST = 0.25
"""A part that covers more of the image than this is no closer look."""
MOST = 2


def ask(scene: Scene, space: LabelSpace, rng: random.Random) -> Iterator[DialogueDraft]:
    """Questions about one small region, answered after a look at its part of the image."""
    book = Book(scene, space)
    if book.noun != "image":
        return
    found = [one for family in (size, quantity, attribute) for one in family.ask(scene, space, rng)]
    rng.shuffle(found)
    looks = ((one, _turns(book, one)) for one in found if len(set(one.regions)) == 1 and one.choices is None)
    for one, turns in [(one, turns) for one, turns in looks if turns][:MOST]:
        facts = dict.fromkeys([claim.fact for turn in turns for claim in turn.claims] + list(one.facts))
        yield replace(one, task=NAME, turns=turns, facts=tuple(facts))


def _turns(book: Book, draft: DialogueDraft) -> tuple[Turn, ...]:
    rid = draft.regions[0]
    box, first = book.box(rid), book.scene.media[0]
    present = [fact for fact in book.of("present") if rid in fact.regions]
    size_of = (first.width or 0, first.height or 0)
    if box is None or not present or book.name(rid) is None:
        return ()
    part = _part(box, size_of)
    if (part[2] - part[0]) * (part[3] - part[1]) > LARGEST * size_of[0] * size_of[1]:
        return ()
    verb = book.verbs(rid)["lies"]
    line = Line().claim(f"{capital(book.called(rid))} {verb} within {steps.box_text(book, rid)}", *present).say(".")
    return (
        draft.turns[0], Turn(role="assistant", text=line.text, claims=line.claims),
        Turn(role="user", text=SHOWN, crop=part), *draft.turns[1:],
    )  # fmt: skip


def _part(box: Box, size_of: tuple[int, int]) -> Box:
    x0, y0, x1, y1 = box
    by = round(MARGIN * max(x1 - x0, y1 - y0))
    return max(0, x0 - by), max(0, y0 - by), min(size_of[0], x1 + by), min(size_of[1], y1 + by)
