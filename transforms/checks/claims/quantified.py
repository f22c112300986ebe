"""A number with a unit: which measure of which thing it gives, or that nothing can tell it."""

from collections.abc import Iterator
from dataclasses import replace
from typing import NamedTuple

from transforms.checks.claims import recording
from transforms.checks.claims.angles import degrees
from transforms.checks.claims.between import ages_apart, difference, distance_of, in_comparison, relative
from transforms.checks.claims.lengths import LENGTHS, MEASURES, SAID
from transforms.checks.claims.measure_named import measure_named
from transforms.checks.claims.model import Item, Kind, Mention, Parsed, Quantity
from transforms.checks.claims.order import STARTS, moment_of
from transforms.checks.claims.reading import Reading
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
from transforms.checks.claims.telling import TIMES, attribute_of, fact_of, hint, visit_of
from transforms.checks.claims.words import RATES, word_set

BY_UNIT: dict[str, tuple[Kind, str]] = {
    "mm2": ("area", "area"), "px2": ("area", "area"), "mL": ("volume", "volume"), "HU": ("intensity", "intensity"),
    "pieces": ("pieces", "pieces"),
}  # fmt: skip
STATED_UNITS = word_set(
    "days weeks months years kPa ng/mL MBq mmHg letters points % kg degrees kV SUVmax dB m/s Hz T Gy kg/m2"
)
STATED_UNITS |= RATES
"""Units in which nothing is measured on the picture."""


class Amount(NamedTuple):
    """A quantity at item `at` of a clause."""

    reading: Reading
    at: int
    item: Item
    quantity: Quantity
    negated: bool

    @property
    def span(self) -> tuple[int, int]:
        return span_of(self.item)

    def claim(
        self, kind: Kind, subject: Mention | None = None, object: Mention | None = None, *,
        value: str | None = None, measure: str | None = None,
    ) -> Parsed:  # fmt: skip
        """That so much it is."""
        return Parsed(self.span, kind, subject, object, self.quantity, value, measure, self.negated)

    def unknown(self) -> Parsed:
        return Parsed(self.span, "uncheckable")


def quantity_said(reading: Reading, i: int, item: Item) -> Iterator[Parsed]:
    """A number with a unit. Shares and three measures at once are beyond the facts."""
    quantity = item.quantity
    assert quantity is not None
    said = Amount(reading, i, item, quantity, reading.negated(i))
    if in_comparison(reading, i):
        return
    if item.tag == "age":
        yield said.claim("stated", measure="age|")
        return
    fact = fact_of(reading, i)
    attribute = attribute_of(reading, i) if quantity.unit == "degrees" else None
    if quantity.unit == "degrees" and fact is None and attribute is None:
        yield from degrees(reading, i, said.span, quantity)
    elif (tag_of(reading, i - 2), tag_of(reading, i - 1)) == ("mark:line", "rel:of"):
        for one in marked_by(reading, i):
            yield said.claim("size", one, measure="line_length")
    elif attribute is not None:
        yield said.claim("interval", attribute, measure="interval")
    elif _compared(said, fact):
        yield said.unknown()
    elif fact is None and quantity.unit == "%" and (shared := list(difference(reading, i, quantity))):
        yield from shared
    elif fact is not None or quantity.unit in STATED_UNITS:
        yield from _stated(said, fact)
    elif quantity.unit in ("mm", "mm2", "mL") and (visit := visit_of(reading, i, item)) is not None:
        yield said.claim("stated", value=visit, measure="visit|")
    elif quantity.unit in ("ms", "bpm"):
        yield from _timed(said, attribute_of(reading, i))
    else:
        yield from _on_picture(said, attribute_of(reading, i))


def marked_by(reading: Reading, i: int) -> list[Mention]:
    """What is marked: also a thickness that a line measures, which is no thing to be seen."""
    things = [one for group in reading.clause.groups for one in group if one.facet in ("anatomy", "finding")]
    if things or all(group[0].facet != "attribute" for group in reading.clause.groups):
        return reading.subjects(i)
    one = attribute_of(reading, i)
    return [one] if one is not None else []


def _compared(said: Amount, fact: str | None) -> bool:
    """Whether it tells how far a stated value is from another, which no fact does."""
    reading, i, unit = said.reading, said.at, said.quantity.unit
    after = tag_of(reading, i + 1)
    if (fact is not None and after.startswith("cmp:")) or after == "short":
        return True  # "65 mL less at the end of systole"
    at = fact is None and unit == "years" and tag_of(reading, i - 1) == "at"
    return at or (unit in TIMES and ages_apart(reading, i))  # "at one year", "lags behind the age by a year"


def _stated(said: Amount, fact: str | None) -> Iterator[Parsed]:
    """What a source states: of a fact that is named, or by its unit."""
    of_what = hint(said.reading) if fact is None and said.quantity.unit in TIMES else None
    about = said.reading.subjects(said.at) if (fact or "").startswith("#") else []
    for one in about or [None]:  # type: ignore[list-item]
        yield said.claim("stated", one, value=of_what, measure=f"{fact or ''}|")


def _timed(said: Amount, named: Mention | None) -> Iterator[Parsed]:
    """Milliseconds and beats a minute: of a moment, of the recording, of how long a thing is seen, of an interval."""
    reading, i, item, quantity = said.reading, said.at, said.item, said.quantity
    free = quantity.unit == "ms" and not named
    if free and (longer := list(difference(reading, i, quantity))):
        yield from longer
    elif free and quantity.bound == "eq" and any(it.tag == "rel:between" for it in reading.clause.items):
        yield said.unknown()  # "1.9 s lie between the two beats"
    elif free and (end := moment_of(reading, i)) is not None:
        about = reading.subjects(i)[:1] if end else []
        for one in about:
            yield said.claim("span", one, value=end)
        if not about:
            yield said.unknown()
    elif free and item.tag != "range" and recording.of_record(reading):
        yield Parsed(said.span, "stated", measure=recording.MEASURE, quantity=quantity)
    elif not named and (item.tag == "range" or tag_of(reading, i - 1) == "at"):
        during = item.tag != "range" and not any(STARTS & {it.tag, *it.names} for it in reading.clause.items)
        for one in reading.subjects(i) or [None]:  # type: ignore[list-item]
            yield said.claim("span", one, value="during" if during else None)
    else:
        lasting = named or next(iter(reading.subjects(i)), None)
        yield said.claim("interval", lasting, measure="interval")


def _on_picture(said: Amount, named: Mention | None) -> Iterator[Parsed]:
    """What is measured on the picture: a difference, a distance, a size; or a rating that has a unit."""
    reading, i, quantity = said.reading, said.at, said.quantity
    if named is not None and quantity.unit not in BY_UNIT and quantity.unit not in ("mm", "px"):
        yield Parsed(said.span, "rating", None, named, quantity, None, "rating", said.negated)
    elif differing := list(difference(reading, i, quantity)):
        yield from differing
    elif relative(reading, i) or quantity.unit in ("%", "degrees", "kg") or len(quantity.values) > 2:
        yield said.unknown()
    elif (pair := distance_of(reading, i)) is not None and quantity.unit in ("mm", "px"):
        gap = any(tag == "gap" for _, tag in reading.clause.phrases("m"))
        yield said.claim("distance", pair[0], pair[1], measure="adjacent" if gap else "distance")
    else:
        yield from _measure_claims(reading, i, said.span, quantity)


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
