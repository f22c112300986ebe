"""A conversation about one image: what it is, then one structure, its place and its size, and at last its box.

Each pair of turns is one that another family asks by itself; from the second on a question may say "it". The box comes
last, because no turn before it tells it.
"""

import random
import re
from collections.abc import Iterator
from dataclasses import replace
from itertools import islice

from schemas import LabelSpace, Scene
from transforms.tasks import anatomy, attribute, grounding, location, modality, plane, size
from transforms.tasks.base import Book, DialogueDraft, chained

NAME = "conversation"
VERSION = "2"
SKILL = "localise"

OPENINGS = (modality, plane, anatomy)
ABOUT = (location, size, attribute)
MOST = 24  # questions of a family that are looked through for those of one region
LEAST = 3  # questions that make a conversation


def ask(scene: Scene, space: LabelSpace, rng: random.Random) -> Iterator[DialogueDraft]:
    """At most one for each structure that has a box."""
    book = Book(scene, space)
    if not book.one_picture:
        return
    families = [list(islice(family.ask(scene, space, rng), MOST)) for family in ABOUT]
    first = [one for family in OPENINGS for one in islice(family.ask(scene, space, rng), MOST) if not one.choices]
    openings = [one for one in first if not one.regions]  # those of regions give their boxes, which is asked last
    for last in list(islice(grounding.ask(scene, space, rng), MOST)):
        if not last.answer.startswith("["):
            continue
        (rid,) = last.regions
        about = [one for family in families for one in family if one.regions[:1] == (rid,) and not one.choices]
        turns = [*rng.sample(openings, min(1, len(openings))), *_one_each(about)]
        if len(turns) + 1 >= LEAST and len(about) > 0:
            yield chained(NAME, [*_with_it(book, rid, turns), last])


def _one_each(drafts: list[DialogueDraft]) -> list[DialogueDraft]:
    return list({one.task: one for one in reversed(drafts)}.values())[::-1]


def _with_it(book: Book, rid: str, drafts: list[DialogueDraft]) -> list[DialogueDraft]:
    """The questions, with "it" for the structure in those after the first that names it."""
    name, named, found = book.called(rid), False, []
    for one in drafts:
        first, *rest = one.turns
        if named and not book.entry(rid).many:
            again = re.sub(rf"(?<!of ){re.escape(name)}\b", "it", first.text, count=1)
            one = replace(one, turns=(first.model_copy(update={"text": again}), *rest))
        named |= name in first.text
        found.append(one)
    return found
