"""How many of several are such: "two of the opacities lie in the right lung, one in the left"."""

from collections.abc import Iterator
from dataclasses import replace

from transforms.checks.claims.model import Item, Mention, Parsed, Quantity
from transforms.checks.claims.reading import Reading
from transforms.checks.claims.words import NUMBER_WORDS

COUNTED = {"count:two": 2.0, "count:one": 1.0}


def partitioned(reading: Reading) -> Iterator[Parsed]:
    """A count for each number that stands for some of what a plural names and is said to lie somewhere; what says where
    is taken, so that it is not said of all of them."""
    heads = [i for i in range(reading.clause.first, reading.clause.last) if _heads(reading, i)]
    for n, i in enumerate(heads):
        stop = heads[n + 1] if n + 1 < len(heads) else reading.clause.last
        subject, after = _subject(reading, i)
        found = _where(reading, after, stop) if subject is not None else None
        if subject is None or found is None:
            continue
        place, where, used = found
        reading.clause.used.update((i, *used))
        reading.taken.update((i, *used))
        item = reading.clause.items[i]
        one = replace(subject, count=None, plural=True, every=False, partitive=True, universal=False)
        yield Parsed((item.start, item.end), "count", one, place, _quantity(item), where, located=place is not None)


def _heads(reading: Reading, i: int) -> bool:
    item = reading.clause.items[i]
    if i in reading.clause.used:
        return False
    if item.tag in COUNTED:
        return True
    value = item.quantity.values[0] if item.kind == "number" and item.quantity is not None else 0.0
    return item.tag in NUMBER_WORDS and value > 0 and item.quantity is not None and item.quantity.bound == "eq"


def _quantity(item: Item) -> Quantity:
    return item.quantity or Quantity((COUNTED[item.tag],), "", 0.5)


def _subject(reading: Reading, i: int) -> tuple[Mention | None, int]:
    """What some of are meant, and the item after which it is said where they lie."""
    groups = [group for group in reading.clause.groups if group[0].facet in ("anatomy", "finding")]
    items = reading.clause.items
    of = items[i].names[-1:] == ("of",) or (i + 1 < reading.clause.last and items[i + 1].tag == "rel:of")
    further = items[i + 2].tag if of and items[i].names[-1:] != ("of",) and i + 2 < reading.clause.last else ""
    if of and further not in ("which", "whom", "them", "these", "those"):
        after = next((group[0] for group in groups if group[0].first > i), None)
        near = after is not None and after.first - i <= 4 and after.plural
        return (after, after.last) if near and after is not None else (None, i)
    before = [group[0] for group in groups if group[-1].last < i and (group[0].plural or group[0].every)]
    things = [one for one in before if one.facet == "finding"] or before
    if things:
        return things[-1], i
    return (reading.it[0], i) if len(reading.it) == 1 and reading.it[0].plural else (None, i)


def _where(reading: Reading, after: int, stop: int) -> tuple[Mention | None, str | None, tuple[int, ...]] | None:
    for k, item in reading.clause.between(after, stop):
        if item.kind in ("zone", "side"):
            return None, f"{'location' if item.kind == 'zone' else 'side'}|{item.tag}", (k,)
        further = next((n for n, one in reading.clause.between(k, stop) if one.kind in ("zone", "side")), None)
        if item.tag == "rel:inside" and further is not None:
            tag = reading.clause.items[further]
            return None, f"{'location' if tag.kind == 'zone' else 'side'}|{tag.tag}", (k, further)
        if item.tag == "rel:inside":
            group = next((one for one in reading.clause.groups if one[0].first > k), None)
            if group is None or group[0].first >= stop or group[0].facet != "anatomy":
                return None
            return group[0], None, (k,)
        if item.kind in ("quantity", "mention"):
            return None
    return None
