"""A tree of questions in one conversation: is it there; and of what is there how many, where, how large.

A child is asked only where its parent holds: after "no" comes the next finding, never a question about what is not
there. A tree ends in a child, or in another finding, which is there or not as a coin falls. Each pair of turns is one
that another family asks by itself.
"""

import random
from collections.abc import Iterator, Sequence
from itertools import islice

from schemas import LabelSpace, Scene
from transforms.tasks import counting, location, presence, size
from transforms.tasks.base import Book, DialogueDraft, chained

NAME = "question_tree"
VERSION = "2"
SKILL = "recognise"

CHILDREN = (counting, location, size)
MOST = 24  # questions of a family that are looked through for those of one region
MOST_ABSENT = 2
MOST_TREES = 2


def ask(scene: Scene, space: LabelSpace, rng: random.Random) -> Iterator[DialogueDraft]:
    """One tree for each thing that is there and of which more can be asked; what is not there stands before it."""
    book = Book(scene, space)
    if not book.one_picture:
        return
    roots = [one for one in islice(presence.ask(scene, space, rng), MOST) if one.choices is None]
    absent = [one for one in roots if one.answer == "no"][:MOST_ABSENT]
    children = [list(islice(family.ask(scene, space, rng), MOST)) for family in CHILDREN]
    trees = [[root, *found] for root in roots if root.answer == "yes" and (found := _children(root, children))]
    others = [one for one in roots if one.answer == "yes"]
    for number, tree in enumerate(trees[:MOST_TREES]):
        before = absent if number == 0 else []
        last = _last(tree, [one for one in others if one is not tree[0]], absent, rng)
        yield chained(NAME, [*(one for one in before if one is not last), *tree, *([last] if last else [])])


def _last(
    tree: Sequence[DialogueDraft], there: Sequence[DialogueDraft], absent: Sequence[DialogueDraft], rng: random.Random
) -> DialogueDraft | None:
    """The finding that a tree ends in, of half of them: one that is there as often as one that is not."""
    if rng.random() < 0.5:
        return None
    found = there if rng.random() < 0.5 else absent
    return rng.choice(found) if found else None


def _children(root: DialogueDraft, families: Sequence[Sequence[DialogueDraft]]) -> list[DialogueDraft]:
    """The first open question of each family about the region of the root; none of what has several: which is meant,
    no child says, but how many there are."""
    found = []
    for family in families:
        own = (one for one in family if one.choices is None and one.regions and _about(root, one))
        found += list(islice(own, 1))
    return found


def _about(root: DialogueDraft, child: DialogueDraft) -> bool:
    if child.task == counting.NAME:
        return set(child.regions) == set(root.regions)
    return root.regions == child.regions[:1]
