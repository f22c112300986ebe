"""What the items of a clause say: quantities, places, planes and ratings, each with what it speaks of."""

from collections.abc import Callable, Iterable, Iterator

from transforms.checks.claims.bare import bare_number, read_by
from transforms.checks.claims.levels import level_said
from transforms.checks.claims.model import Item, Kind, Mention, Parsed
from transforms.checks.claims.quantified import marked_by, quantity_said
from transforms.checks.claims.reading import Reading
from transforms.checks.claims.relations import COMPARES
from transforms.checks.claims.rest import harmless
from transforms.checks.claims.sharing import span_of
from transforms.checks.claims.stated_shares import share_stated
from transforms.checks.claims.telling import finding_said, none_of, value_said
from transforms.checks.claims.words import LEVELS

OF_REGIONS = ("largest_slice", "marked_slices", "given_diameter", "extent_1", "extent_2", "extent_3")
"""What is said of things in a volume, and not of how it is made up."""


def measured(reading: Reading) -> Iterator[Parsed]:
    """Claims of a clause that carry a number, a place, a plane or a slice."""
    clause = reading.clause
    for i in range(clause.first, clause.last):
        yield from _said(reading, i, clause.items[i])
    for g, group in enumerate(clause.groups):
        if g not in reading.no.groups:  # "no right kidney" puts nothing on the right
            yield from (claim for one in group if one.side for claim in _side(one))


def _said(reading: Reading, i: int, item: Item) -> Iterable[Parsed]:
    """What item i says, by its kind, else by its meaning."""
    free = i not in reading.clause.used
    if item.kind == "quantity" and i not in reading.taken:
        reading.clause.used.add(i)
        return quantity_said(reading, i, item)
    if item.kind in ("zone", "side") and free:
        return _about(reading, i, item, "location" if item.kind == "zone" else "side", item.tag)
    if item.kind in ("box", "point"):
        return _about(reading, i, item, item.kind, item.tag, marked_by(reading, i))
    if item.tag.startswith("mark:"):
        return _marked(reading, i, item)
    if item.tag.startswith("rate:"):
        return _about(reading, i, item, "rating", item.tag[5:])
    if item.kind in TOLD:
        return TOLD[item.kind](reading, i, item)
    if item.tag == "cmp:ratio" and free and item.quantity is not None:
        return share_stated(reading, i, item.quantity)
    if item.tag in LEVEL_WORDS or item.tag in ("state:normal", "state:abnormal"):
        return _state(reading, i, item)
    if item.tag == "both:sides":
        return _both_sides(reading, i, item)
    if item.kind in SHOWN:
        return SHOWN[item.kind](reading, i, item)
    if item.kind == "number" and free:
        return bare_number(reading, i, item)
    return read_by(reading, i, item) if item.tag.startswith("count:") and free else ()


LEVEL_WORDS = frozenset(words[-1] for words in LEVELS)


def imaged(reading: Reading) -> Mention | None:
    """ "A normal chest radiograph": all that the image shows."""
    pictures = [one for group in reading.clause.groups for one in group if one.facet == "modality"]
    return pictures[0] if pictures else None


def _stacked(reading: Reading, i: int, item: Item) -> Iterator[Parsed]:
    """How many slices or frames there are, or where something is largest."""
    reading.clause.used.add(i)
    about = reading.subjects(i) if item.tag in OF_REGIONS else []
    for one in about or [None]:  # type: ignore[list-item]
        yield Parsed(span_of(item), "stack", one, quantity=item.quantity, measure=item.tag,
                     negated=reading.negated(i))  # fmt: skip


def _about(
    reading: Reading, i: int, item: Item, kind: Kind, value: str, about: list[Mention] | None = None
) -> Iterator[Parsed]:
    """One claim of a kind for each thing that item i speaks of."""
    reading.clause.used.add(i)
    for one in about or reading.subjects(i) or [None]:  # type: ignore[list-item]
        yield Parsed(span_of(item), kind, one, value=value, negated=reading.negated(i))


def _side(one: Mention) -> Iterator[Parsed]:
    yield Parsed((one.start, one.end), "side", one, value=one.side)


def _marked(reading: Reading, i: int, item: Item) -> Iterator[Parsed]:
    """By what a thing is marked: "outlined", "a box"."""
    reading.clause.used.add(i)
    for one in marked_by(reading, i):
        span = (min(one.start, item.start), item.end)
        yield Parsed(span, "mark", one, value=item.tag[5:], negated=reading.negated(i))


def _state(reading: Reading, i: int, item: Item) -> Iterator[Parsed]:
    """ "Normal", "abnormal", "high": the level of what is measured, else that all is well, or not."""
    levels = list(level_said(reading, i, item)) if item.tag != "state:abnormal" else []
    yield from levels
    if not levels and item.tag in ("state:normal", "state:abnormal"):
        reading.clause.used.add(i)
        subjects = reading.subjects(i)
        what = subjects[0] if subjects else imaged(reading)
        denied = reading.negated(i) != (item.tag == "state:abnormal")
        yield Parsed(span_of(item), "normality", what, negated=denied)


def _both_sides(reading: Reading, i: int, item: Item) -> Iterator[Parsed]:
    if any(one.kind in COMPARES for one in reading.frame.relations):
        reading.clause.used.add(i)
        yield Parsed(span_of(item), "uncheckable")  # "on both sides A is larger than B"
    elif reading.no.groups:
        reading.clause.used.add(i)  # "no stone on either side"
    else:
        yield from _about(reading, i, item, "side", "both")


def _published(reading: Reading, i: int, item: Item) -> Iterator[Parsed]:
    """A name and a value that were read as one, as a source states them."""
    reading.clause.used.add(i)
    name, _, value = item.tag.partition("|")
    yield Parsed(span_of(item), "stated", value=value, measure=f"{name}|", negated=reading.negated(i))


def _cut(reading: Reading, i: int, item: Item) -> Iterator[Parsed]:
    """In which plane the picture lies, or which slice it is."""
    clause = reading.clause
    clause.used.add(i)
    after = clause.items[i + 1] if i + 1 < clause.last else None
    if item.kind == "plane" and after is not None and after.kind == "word" and not harmless(after.tag):
        yield Parsed(span_of(item), "uncheckable")  # "the frontal lobe" is of no plane
        return
    kind: Kind = "plane" if item.kind == "plane" else "slice"
    yield Parsed(span_of(item), kind, value=item.tag, negated=reading.negated(i))


Say = Callable[[Reading, int, Item], Iterable[Parsed]]
TOLD: dict[str, Say] = {"value": value_said, "fact": none_of, "prop": finding_said}
SHOWN: dict[str, Say] = {"stated": _published, "stack": _stacked, "plane": _cut, "slice": _cut}
"""Kinds of items that say one thing, before and after those that say it by their meaning."""
