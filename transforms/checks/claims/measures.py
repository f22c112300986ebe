"""The quantities, places, planes and ratings of a clause, each with what it speaks of."""

from collections.abc import Iterator

from transforms.checks.claims.model import Item, Kind, Mention, Parsed, Quantity
from transforms.checks.claims.reading import Reading

BY_UNIT: dict[str, tuple[Kind, str]] = {
    "mm2": ("area", "area"), "px2": ("area", "area"), "mL": ("volume", "volume"), "HU": ("intensity", "mean_intensity"),
    "pieces": ("pieces", "pieces"),
}  # fmt: skip
OF_REGIONS = ("largest_slice", "marked_slices", "given_diameter", "extent_1", "extent_2", "extent_3")
"""What is said of things in a volume, and not of how it is made up."""
PLACED = frozenset(("lies", "lie", "lying", "located", "situated", "sits", "sit", "found", "placed", "positioned"))
LENGTHS = ("m:long_axis", "m:short_axis", "m:diameter", "m:box_width", "m:box_height", "m:circle_diameter",
           "m:ellipse_long", "m:ellipse_short", "m:turned_long", "m:turned_short")  # fmt: skip


def measured(reading: Reading) -> Iterator[Parsed]:
    """Claims of a clause that carry a number, a place, a plane or a slice."""
    clause = reading.clause
    for i in range(clause.first, clause.last):
        item = clause.items[i]
        if item.kind == "quantity":
            clause.used.add(i)
            yield from _quantity(reading, i, item)
        elif item.kind in ("zone", "side") and i not in clause.used:
            clause.used.add(i)
            kind: Kind = "location" if item.kind == "zone" else "side"
            for one in reading.subjects(i) or [None]:  # type: ignore[list-item]
                yield Parsed(_span(item), kind, one, value=item.tag, negated=reading.negated(i))
        elif item.kind == "box" or item.kind == "point":
            clause.used.add(i)
            for one in _about(reading, i) or [None]:  # type: ignore[list-item]
                yield Parsed(_span(item), item.kind, one, value=item.tag, negated=reading.negated(i))
        elif item.tag.startswith("mark:"):
            clause.used.add(i)
            for one in _about(reading, i):
                span = (min(one.start, item.start), item.end)
                yield Parsed(span, "mark", one, value=item.tag[5:], negated=reading.negated(i))
        elif item.kind == "stack":
            clause.used.add(i)
            about = reading.subjects(i) if item.tag in OF_REGIONS else []
            for one in about or [None]:  # type: ignore[list-item]
                yield Parsed(_span(item), "stack", one, quantity=item.quantity, measure=item.tag,
                             negated=reading.negated(i))  # fmt: skip
        elif item.kind in ("plane", "slice"):
            clause.used.add(i)
            yield Parsed(_span(item), "plane" if item.kind == "plane" else "slice", value=item.tag,
                         negated=reading.negated(i))  # fmt: skip
        elif item.kind == "number" and i not in clause.used:
            yield from _number(reading, i, item)
    for group in clause.groups:
        yield from (claim for one in group if one.side for claim in _side(one))


def _span(item: Item) -> tuple[int, int]:
    return item.start, item.end


def _side(one: Mention) -> Iterator[Parsed]:
    yield Parsed((one.start, one.end), "side", one, value=one.side)


def _quantity(reading: Reading, i: int, item: Item) -> Iterator[Parsed]:
    """A number with a unit. Ranges, shares and three measures at once are beyond the facts."""
    quantity = item.quantity
    assert quantity is not None
    span, negated = _span(item), reading.negated(i)
    if quantity.unit == "ms" and (item.tag == "range" or _tag(reading, i - 1) == "at"):
        for one in reading.subjects(i) or [None]:  # type: ignore[list-item]
            yield Parsed(span, "span", one, quantity=quantity, negated=negated)
    elif quantity.unit == "degrees":
        yield from _degrees(reading, i, span, quantity)
    elif (_tag(reading, i - 2), _tag(reading, i - 1)) == ("mark:line", "rel:of"):
        for one in _about(reading, i):
            yield Parsed(span, "size", one, quantity=quantity, measure="line_length", negated=negated)
    elif _relative(reading, i) or item.tag == "range" or quantity.unit == "%" or len(quantity.values) > 2:
        yield Parsed(span, "uncheckable")
    elif quantity.unit in ("bpm", "ms"):
        yield Parsed(span, "interval", _said_before(reading, i), quantity=quantity, measure="interval", negated=negated)
    elif quantity.unit in BY_UNIT:
        kind, measure = BY_UNIT[quantity.unit]
        for one in reading.subjects(i) or [None]:  # type: ignore[list-item]
            yield Parsed(span, kind, one, quantity=quantity, measure=measure, negated=negated)
    elif (pair := _distance(reading, i)) is not None:
        measure = "adjacent" if any(tag == "gap" for _, tag in reading.clause.phrases("m")) else "distance"
        yield Parsed(span, "distance", pair[0], pair[1], quantity, measure=measure, negated=negated)
    else:
        yield from _length(reading, i, span, quantity)


def _about(reading: Reading, i: int) -> list[Mention]:
    """What is marked: also a thickness that a line measures, which is no thing to be seen."""
    things = [one for group in reading.clause.groups for one in group if one.facet in ("anatomy", "finding")]
    if things or all(group[0].facet != "attribute" for group in reading.clause.groups):
        return reading.subjects(i)
    one = _said_before(reading, i)
    return [one] if one is not None else []


def _degrees(reading: Reading, i: int, span: tuple[int, int], quantity: Quantity) -> Iterator[Parsed]:
    """ "the angle at a between b and c is 82 degrees", "the longer axis of its ellipse is turned by 30 degrees"."""
    negated, tags = reading.negated(i), [tag for _, tag in reading.clause.phrases("m")]
    if "ellipse_long" in tags:
        for one in reading.subjects(i) or [None]:  # type: ignore[list-item]
            yield Parsed(span, "size", one, quantity=quantity, measure="ellipse_angle", negated=negated)
        return
    named = [one for group in reading.clause.groups for one in group if one.facet in ("anatomy", "finding")]
    if tags != ["angle"] or len(named) != 3:
        yield Parsed(span, "uncheckable")
        return
    apex, a, b = named
    yield Parsed(span, "angle", apex, a, quantity, measure="angle", negated=negated, third=b)


def _tag(reading: Reading, i: int) -> str:
    return reading.clause.items[i].tag if i >= reading.clause.first else ""


def _relative(reading: Reading, i: int) -> bool:
    """ "lies 22 mm inside the liver", "is 44 mm larger than": a difference or a depth, which no fact measures."""
    items = reading.clause.items
    after = items[i + 1].tag if i + 1 < reading.clause.last else ""
    before = _tag(reading, i - 1)
    return after.startswith("cmp:") or (before in PLACED and after != "rel:from")


def _length(reading: Reading, i: int, span: tuple[int, int], quantity: Quantity) -> Iterator[Parsed]:
    if len(quantity.values) == 2:
        long, short = max(quantity.values), min(quantity.values)
        said = {"long_axis": long, "short_axis": short}
    else:
        said = {_measure(reading, i): quantity.values[0]}
    for one in reading.subjects(i) or [None]:  # type: ignore[list-item]
        for measure, value in said.items():
            if measure in ("area", "volume") and quantity.unit != "px":
                yield Parsed(span, "uncheckable")  # an area in millimetres
                continue
            kind: Kind = "area" if measure == "area" else "size"
            yield Parsed(span, kind, one, quantity=quantity._replace(values=(value,)), measure=measure,
                         negated=reading.negated(i))  # fmt: skip


def _measure(reading: Reading, i: int) -> str:
    """Which length it is: the words right after the number, else the nearest before; "" where not said."""
    clause = reading.clause
    for k, item in clause.between(i, clause.last):
        if (item.kind in ("punct", "quantity", "mention") and item.tag != "(") or item.tag == "and":
            break
        if item.tag.startswith("m:"):
            clause.used.add(k)
            if item.tag in LENGTHS or item.tag == "m:area":
                return item.tag[2:]
            break
    for _, item in reversed(clause.between(clause.first - 1, i)):
        if item.kind == "quantity":
            break
        if item.tag in LENGTHS or item.tag == "m:area":
            return item.tag[2:]
    return ""


def _distance(reading: Reading, i: int) -> tuple[Mention | None, Mention | None] | None:
    """The two things that a length lies between, where the clause speaks of a distance."""
    clause = reading.clause
    tags = {item.tag for item in clause.items[clause.first : clause.last]}
    if not tags & {"m:distance", "rel:from", "m:gap"}:
        return None
    groups = [group for group in clause.groups if group[0].facet in ("anatomy", "finding")]
    both = next((group for group in groups if len(group) == 2 and len(groups) == 1), None)
    if both is not None:
        return both[0], both[1]
    if len(groups) == 2 and len(groups[0]) == len(groups[1]) == 1:
        return groups[0][0], groups[1][0]
    if len(groups) == 1 and len(groups[0]) == 1 and _two(groups[0][0]):
        return groups[0][0], groups[0][0]
    if len(groups) == 1 and len(groups[0]) == 1 and len(reading.it) == 1:
        return reading.it[0], groups[0][0]
    return None, None


def _two(one: Mention) -> bool:
    return one.every or (one.count is not None and one.count.values[0] == 2)


def _said_before(reading: Reading, i: int) -> Mention | None:
    """The nearest name before item i, else the nearest after it: "heart rate of 72 bpm", "72 bpm heart rate"."""
    names = [one for group in reading.clause.groups for one in group if one.facet != "modality"]
    before = [one for one in names if one.last < i]
    one = before[-1] if before else next((one for one in names if one.first > i), None)
    if one is not None:
        reading.attributes.add(one.first)
    return one


def _number(reading: Reading, i: int, item: Item) -> Iterator[Parsed]:
    """A bare number: how many, or a rating; anything else is not understood."""
    clause = reading.clause
    clause.used.add(i)
    rated = [one for group in clause.groups for one in group if one.facet == "attribute"]
    if rated:
        before = [one for one in rated if one.last < i]
        what = before[-1] if before else rated[0]
        reading.attributes.add(what.first)
        scale = next((it.tag for _, it in reversed([*clause.between(i, clause.last)]) if it.kind == "scale"), None)
        for one in reading.subjects(i) or [None]:  # type: ignore[list-item]
            yield Parsed(_span(item), "rating", one, what, item.quantity, scale, "rating", reading.negated(i))
        return
    counted = [one for group in clause.groups for one in group if one.count is None and one.facet != "modality"]
    if any(tag == "count" for _, tag in clause.phrases("m")) and len(counted) == 1:
        yield Parsed((counted[0].start, max(item.end, counted[0].end)), "count", counted[0], None, item.quantity,
                     negated=reading.negated(i))  # fmt: skip
    else:
        yield Parsed(_span(item), "uncheckable")
