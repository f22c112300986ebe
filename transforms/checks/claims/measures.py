"""The quantities, places, planes and ratings of a clause, each with what it speaks of."""

from collections.abc import Iterator
from dataclasses import replace

from transforms.checks.claims import recording
from transforms.checks.claims.angles import degrees
from transforms.checks.claims.between import ages_apart, difference, distance_of, in_comparison, relative
from transforms.checks.claims.lengths import LENGTHS, MEASURES, SAID
from transforms.checks.claims.levels import level_said
from transforms.checks.claims.measure_named import measure_named
from transforms.checks.claims.model import Item, Kind, Mention, Parsed, Quantity
from transforms.checks.claims.order import STARTS, moment_of
from transforms.checks.claims.reading import Reading
from transforms.checks.claims.relations import COMPARES
from transforms.checks.claims.rest import harmless
from transforms.checks.claims.sharing import (
    among,
    axis_of,
    covering,
    of_picture,
    ranges,
    right_before,
    sharing,
    span_of,
    tag_of,
)
from transforms.checks.claims.stated_shares import share_stated
from transforms.checks.claims.telling import (
    TIMES,
    attribute_of,
    bare_number,
    fact_of,
    finding_said,
    hint,
    none_of,
    read_by,
    value_said,
    visit_of,
)
from transforms.checks.claims.words import LEVELS, RATES, word_set

BY_UNIT: dict[str, tuple[Kind, str]] = {
    "mm2": ("area", "area"), "px2": ("area", "area"), "mL": ("volume", "volume"), "HU": ("intensity", "intensity"),
    "pieces": ("pieces", "pieces"),
}  # fmt: skip
OF_REGIONS = ("largest_slice", "marked_slices", "given_diameter", "extent_1", "extent_2", "extent_3")
"""What is said of things in a volume, and not of how it is made up."""
STATED_UNITS = word_set(
    "days weeks months years kPa ng/mL MBq mmHg letters points % kg degrees kV SUVmax dB m/s Hz T Gy kg/m2"
)
STATED_UNITS |= RATES
"""Units in which nothing is measured on the picture."""


def measured(reading: Reading) -> Iterator[Parsed]:
    """Claims of a clause that carry a number, a place, a plane or a slice."""
    clause = reading.clause
    for i in range(clause.first, clause.last):
        item = clause.items[i]
        if item.kind == "quantity" and i not in reading.taken:
            clause.used.add(i)
            yield from _quantity(reading, i, item)
        elif item.kind in ("zone", "side") and i not in clause.used:
            yield from _about(reading, i, item, "location" if item.kind == "zone" else "side", item.tag)
        elif item.kind in ("box", "point"):
            yield from _about(reading, i, item, item.kind, item.tag, marked_by(reading, i))
        elif item.tag.startswith("mark:"):
            clause.used.add(i)
            for one in marked_by(reading, i):
                span = (min(one.start, item.start), item.end)
                yield Parsed(span, "mark", one, value=item.tag[5:], negated=reading.negated(i))
        elif item.tag.startswith("rate:"):
            yield from _about(reading, i, item, "rating", item.tag[5:])
        elif item.kind == "value":
            yield from value_said(reading, i, item)
        elif item.kind == "fact":
            yield from none_of(reading, i, item)
        elif item.tag == "cmp:ratio" and i not in clause.used and item.quantity is not None:
            yield from share_stated(reading, i, item.quantity)
        elif item.kind == "prop":
            yield from finding_said(reading, i, item)
        elif item.tag in LEVEL_WORDS or item.tag == "state:normal":
            found = list(level_said(reading, i, item))
            yield from found
            if not found and item.tag == "state:normal":
                clause.used.add(i)
                subjects = reading.subjects(i)
                what = subjects[0] if subjects else imaged(reading)
                yield Parsed(span_of(item), "normality", what, negated=reading.negated(i))
        elif item.tag == "both:sides" and any(one.kind in COMPARES for one in reading.frame.relations):
            clause.used.add(i)
            yield Parsed(span_of(item), "uncheckable")  # "on both sides A is larger than B"
        elif item.tag == "both:sides" and reading.no.groups:
            clause.used.add(i)  # "no stone on either side"
        elif item.tag == "both:sides":
            yield from _about(reading, i, item, "side", "both")
        elif item.tag == "state:abnormal":
            clause.used.add(i)
            subjects = reading.subjects(i)
            what = subjects[0] if subjects else imaged(reading)
            yield Parsed(span_of(item), "normality", what, negated=not reading.negated(i))
        elif item.kind == "stated":
            clause.used.add(i)
            name, _, value = item.tag.partition("|")
            yield Parsed(span_of(item), "stated", value=value, measure=f"{name}|", negated=reading.negated(i))
        elif item.kind == "stack":
            yield from _stacked(reading, i, item)
        elif item.kind in ("plane", "slice"):
            clause.used.add(i)
            after = clause.items[i + 1] if i + 1 < clause.last else None
            if item.kind == "plane" and after is not None and after.kind == "word" and not harmless(after.tag):
                yield Parsed(span_of(item), "uncheckable")  # "the frontal lobe" is of no plane
                continue
            yield Parsed(span_of(item), "plane" if item.kind == "plane" else "slice", value=item.tag,
                         negated=reading.negated(i))  # fmt: skip
        elif item.kind == "number" and i not in clause.used:
            yield from bare_number(reading, i, item)
        elif item.tag.startswith("count:") and i not in clause.used:
            yield from read_by(reading, i, item)
    for g, group in enumerate(clause.groups):
        if g not in reading.no.groups:  # "no right kidney" puts nothing on the right
            yield from (claim for one in group if one.side for claim in _side(one))


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


def marked_by(reading: Reading, i: int) -> list[Mention]:
    """What is marked: also a thickness that a line measures, which is no thing to be seen."""
    things = [one for group in reading.clause.groups for one in group if one.facet in ("anatomy", "finding")]
    if things or all(group[0].facet != "attribute" for group in reading.clause.groups):
        return reading.subjects(i)
    one = attribute_of(reading, i)
    return [one] if one is not None else []


def _side(one: Mention) -> Iterator[Parsed]:
    yield Parsed((one.start, one.end), "side", one, value=one.side)


def _quantity(reading: Reading, i: int, item: Item) -> Iterator[Parsed]:
    """A number with a unit. Shares and three measures at once are beyond the facts."""
    quantity = item.quantity
    assert quantity is not None
    span, negated = span_of(item), reading.negated(i)
    if in_comparison(reading, i):
        return
    if item.tag == "age":
        yield Parsed(span, "stated", measure="age|", quantity=quantity, negated=negated)
        return
    fact = fact_of(reading, i)
    attribute = attribute_of(reading, i) if quantity.unit == "degrees" else None
    if quantity.unit == "degrees" and fact is None and attribute is None:
        yield from degrees(reading, i, span, quantity)
        return
    if (tag_of(reading, i - 2), tag_of(reading, i - 1)) == ("mark:line", "rel:of"):
        for one in marked_by(reading, i):
            yield Parsed(span, "size", one, quantity=quantity, measure="line_length", negated=negated)
        return
    if attribute is not None:
        yield Parsed(span, "interval", attribute, quantity=quantity, measure="interval", negated=negated)
        return
    after = reading.clause.items[i + 1].tag if i + 1 < reading.clause.last else ""
    if (fact is not None and after.startswith("cmp:")) or after == "short":
        yield Parsed(span, "uncheckable")  # "65 mL less at the end of systole"
        return
    at = fact is None and quantity.unit == "years" and tag_of(reading, i - 1) == "at"
    if at or (quantity.unit in TIMES and ages_apart(reading, i)):
        yield Parsed(span, "uncheckable")  # "at one year", "lags behind the age by a year"
        return
    if fact is None and quantity.unit == "%" and (shared := list(difference(reading, i, quantity))):
        yield from shared
        return
    if fact is not None or quantity.unit in STATED_UNITS:
        of_what = hint(reading) if fact is None and quantity.unit in TIMES else None
        about = reading.subjects(i) if (fact or "").startswith("#") else []
        for one in about or [None]:  # type: ignore[list-item]
            yield Parsed(
                span, "stated", one, value=of_what, measure=f"{fact or ''}|", quantity=quantity, negated=negated
            )
        return
    if quantity.unit in ("mm", "mm2", "mL") and (visit := visit_of(reading, i, item)) is not None:
        yield Parsed(span, "stated", value=visit, measure="visit|", quantity=quantity, negated=negated)
        return
    named = attribute_of(reading, i)
    if quantity.unit == "ms" and not named and (longer := list(difference(reading, i, quantity))):
        yield from longer
        return
    if (
        quantity.unit == "ms"
        and quantity.bound == "eq"
        and not named
        and any(item.tag == "rel:between" for item in reading.clause.items)
    ):
        yield Parsed(span, "uncheckable")  # "1.9 s lie between the two beats"
        return
    if quantity.unit == "ms" and not named and (end := moment_of(reading, i)) is not None:
        for one in reading.subjects(i)[:1] if end else []:
            yield Parsed(span, "span", one, quantity=quantity, value=end, negated=negated)
        if not end or not reading.subjects(i):
            yield Parsed(span, "uncheckable")
        return
    if quantity.unit == "ms" and not named and item.tag != "range" and recording.of_record(reading):
        yield Parsed(span, "stated", measure=recording.MEASURE, quantity=quantity)
        return
    if quantity.unit in ("ms", "bpm") and not named and (item.tag == "range" or tag_of(reading, i - 1) == "at"):
        during = item.tag != "range" and not any(STARTS & {it.tag, *it.names} for it in reading.clause.items)
        for one in reading.subjects(i) or [None]:  # type: ignore[list-item]
            yield Parsed(span, "span", one, quantity=quantity, value="during" if during else None, negated=negated)
    elif quantity.unit in ("bpm", "ms"):
        lasting = named or next(iter(reading.subjects(i)), None)
        yield Parsed(span, "interval", lasting, quantity=quantity, measure="interval", negated=negated)
    elif named is not None and quantity.unit not in BY_UNIT and quantity.unit not in ("mm", "px"):
        yield Parsed(span, "rating", None, named, quantity, None, "rating", negated)
    elif differing := list(difference(reading, i, quantity)):
        yield from differing
    elif relative(reading, i) or quantity.unit in ("%", "degrees", "kg") or len(quantity.values) > 2:
        yield Parsed(span, "uncheckable")
    elif (pair := distance_of(reading, i)) is not None and quantity.unit in ("mm", "px"):
        measure = "adjacent" if any(tag == "gap" for _, tag in reading.clause.phrases("m")) else "distance"
        yield Parsed(span, "distance", pair[0], pair[1], quantity, measure=measure, negated=negated)
    else:
        yield from _measure_claims(reading, i, span, quantity)


def _measure_claims(reading: Reading, i: int, span: tuple[int, int], quantity: Quantity) -> Iterator[Parsed]:
    """A size, an area, a volume or an intensity of each thing meant. The measure named and the unit must go together:
    else the claim is of that measure in a unit that it cannot have."""
    said, negated = measure_named(reading, i), reading.negated(i)
    total = any(tag == "sum" for _, tag in reading.clause.phrases("m"))
    kind, measure = BY_UNIT.get(quantity.unit, ("size", said))
    wrong = bool(said) and said in SAID and (said != measure if quantity.unit in BY_UNIT else said not in LENGTHS)
    if quantity.unit in ("px", "px2", "pieces"):
        wrong = False
        if said == "area" or (quantity.unit == "px" and len(quantity.values) == 1 and covering(reading, i)):
            kind, measure = "area", "area"
    if said == "intensity" and quantity.unit == "SUV":
        kind, measure, wrong = "intensity", "intensity", False  # what a PET measures
    if wrong:
        kind, measure = {"area": "area", "volume": "volume", "intensity": "intensity"}.get(said, "size"), said  # type: ignore[assignment]
    values = [(measure, quantity)]
    if len(quantity.values) == 2 and quantity.bound != "range":
        long, short = max(quantity.values), min(quantity.values)
        axes = ("box", "box") if said == "box" else ("long_axis", "short_axis")
        values = [(axes[0], quantity._replace(values=(long,))), (axes[1], quantity._replace(values=(short,)))]
    elif kind == "size" and (axis := axis_of(reading, i)) is not None:
        values = [(axis, quantity)]
    if of_picture(reading, i):
        yield Parsed(span, "uncheckable")  # "the slice measures 28 x 19 mm": no fact says how large a picture is
        return
    about, sure = right_before(reading, i, among(reading, i, sharing(reading, i)))
    unknown = not about and any(item.tag in ("it", "its", "their", "they") for item in reading.clause.items)
    unknown = unknown or not sure
    if total and len(about) > 1:
        slugs = tuple(slug for one in about for slug in one.slugs)
        about = [replace(about[0], slugs=slugs, every=True, plural=True)]
    how = "unit" if wrong else "sum" if total else "ranging" if quantity.bound == "range" and ranges(reading) else None
    for one in about or [None]:  # type: ignore[list-item]
        for name, value in values:
            yield Parsed(span, kind, one, quantity=value, value=how,
                         measure=MEASURES.get(name, name), negated=negated, clouded=unknown)  # fmt: skip
