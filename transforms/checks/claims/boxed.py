"""Numbers of things that stand apart from their names: "five boxes of calcifications", "the crystals, five of them"."""

from collections.abc import Iterator

from transforms.checks.claims.model import Item, Parsed
from transforms.checks.claims.reading import Reading
from transforms.checks.claims.words import word_set

BOXES = word_set("box boxes outlines marks annotations contours")
OF = word_set("rel:of of for rel:with with")


def unboxed(items: list[Item]) -> list[Item]:
    """The items without "boxes of" between a number and what was boxed so often."""
    found: list[Item] = []
    i = 0
    while i < len(items):
        found.append(items[i])
        after = items[i + 1 : i + 4]
        boxed = len(after) == 3 and after[0].tag in BOXES and after[1].tag in OF and after[2].kind == "mention"
        i += 3 if items[i].kind == "number" and boxed else 1
    return found


def of_them(reading: Reading) -> Iterator[Parsed]:
    """How many there are of what is named last, where a clause ends in their number."""
    clause = reading.clause
    end = clause.last
    while end > clause.first and clause.items[end - 1].kind == "punct":
        end -= 1
    said = clause.items[end - 3 : end] if end - 3 > clause.first else []
    if [item.tag for item in said[1:]] != ["rel:of", "them"] or said[0].kind != "number" or said[0].quantity is None:
        return
    named = [group for group in clause.groups if group[-1].last < end - 3 and group[0].facet in ("anatomy", "finding")]
    if not named or len(named[-1]) != 1 or named[-1][0].count is not None:
        return
    clause.used.update(range(end - 3, end))
    one = named[-1][0]
    yield Parsed((one.start, said[-1].end), "count", one, quantity=said[0].quantity)
