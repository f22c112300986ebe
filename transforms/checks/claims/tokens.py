"""A clause and its items: what a word is, and whether it is the verb."""

from dataclasses import dataclass, field

from transforms.checks.claims.model import Item, Mention
from transforms.checks.claims.words import (
    FINITE,
    word_set,
)

DETERMINERS = word_set("the a an this that these those its their")
JOINS = frozenset((",", "and", "or", "nor", "&", "as", "well", "both"))
SIDES = ("left", "right")
SIDED = {"left": "left", "right": "right", "l": "left", "r": "right", "lt": "left", "rt": "right",
         "midline": "midline"}  # fmt: skip


@dataclass
class Clause:
    """Items [first, last) of a sentence. `groups` are runs of coordinated mentions; `used` the items understood."""

    items: list[Item]
    first: int
    last: int
    groups: list[list[Mention]] = field(default_factory=list)
    used: set[int] = field(default_factory=set)

    def between(self, a: int, b: int) -> list[tuple[int, Item]]:
        """The items after item a and before item b, with their numbers."""
        return [(i, self.items[i]) for i in range(max(a + 1, self.first), min(b, self.last))]

    def phrases(self, role: str) -> list[tuple[int, str]]:
        """Phrases of a role in the clause: their item numbers and what follows the role's ":"."""
        found = range(self.first, self.last)
        return [(i, self.items[i].tag.partition(":")[2]) for i in found if self.items[i].tag.startswith(role + ":")]


def word_of(item: Item) -> str:
    return item.tag if item.kind in ("word", "punct") else ""


def finite(item: Item) -> bool:
    """Whether a clause's verb stands in an item: after it, what is said is said of the subject."""
    return item.tag in FINITE or item.tag in ("pos:post", "neg:post") or item.tag.startswith("cmp:alone")
