"""Written values against measured ones: numbers with their rounding, zones with their words."""

from collections.abc import Sequence

from schemas import Fact
from transforms.checks.claims.bounds import borne_out, refuted
from transforms.checks.claims.model import Quantity

VERTICAL = {
    "uppermost": "top", "topmost": "top", "upper": "top", "top": "top", "lowermost": "bottom", "lower": "bottom",
    "bottom": "bottom", "superior": "superior", "cranial": "superior", "inferior": "inferior", "caudal": "inferior",
    "anterior": "anterior", "ventral": "anterior", "posterior": "posterior", "dorsal": "posterior",
}  # fmt: skip
AXES = {
    "axial": (("anterior", "posterior"), ("right", "left")), "coronal": (("superior", "inferior"), ("right", "left")),
    "sagittal": (("superior", "inferior"), ("anterior", "posterior")), None: (("top", "bottom"), ("left", "right")),
}  # fmt: skip


ABOUT = 0.1
"""What "about" allows, as a share of the value."""
NEARLY = 0.2
"""What "just over" and "nearly" allow on their side, as a share of what is said."""
IN_UNIT = {"s": ("ms", 1000.0)}
"""Units that texts are not read in: the one that they are, and the factor to it."""


def number_of(fact: Fact) -> float:
    """A fact's value, in the unit in which texts are read."""
    return float(fact.value) * _read_in(fact)[1]


def _read_in(fact: Fact) -> tuple[str, float]:
    return IN_UNIT.get(fact.unit or "", (fact.unit or "", 1.0))


def same_unit(fact: Fact, quantity: Quantity) -> bool:
    """A rating's unit is its scale and a ratio has none; "px" may be said of an area in pixels."""
    unit = _read_in(fact)[0]
    if isinstance(fact.value, str | bool):
        return False
    bare = quantity.unit == "" and fact.predicate in ("rating", "larger", "mean_intensity", "interval", "age")
    return unit == quantity.unit or bare or (
        quantity.unit == "px" and unit == "px2"
    )  # fmt: skip


def agrees(fact: Fact, quantity: Quantity) -> bool:
    """Within the fact's tolerance, or what rounding to the digits written allows."""
    if fact.bound is not None:
        return borne_out(fact, quantity, number_of(fact))
    return fits(number_of(fact), quantity, (fact.tolerance or 0.0) * _read_in(fact)[1])


def fits(value: float, quantity: Quantity, tolerance: float) -> bool:
    """Whether a measured value bears a written quantity out."""
    said = quantity.values[0]
    allowed = max(tolerance, quantity.step) + 1e-9
    if quantity.bound == "gt":
        return value > said + 1e-9 if quantity.strict else value >= said - 1e-9
    if quantity.bound == "lt":
        return value < said - 1e-9 if quantity.strict else value <= said + 1e-9
    if quantity.bound == "range":
        return min(quantity.values) - allowed <= value <= max(quantity.values) + allowed
    if quantity.bound in ("above", "below"):
        near = max(allowed, NEARLY * abs(said))
        low, high = (tolerance, near) if quantity.bound == "above" else (near, tolerance)
        return said - low - 1e-9 <= value <= said + high + 1e-9
    if quantity.bound == "about":
        allowed = max(allowed, ABOUT * abs(value))
    return abs(value - said) <= allowed


def open_to(fact: Fact, quantity: Quantity) -> bool:
    """Whether a fact leaves open what is said: a bound does all but what is less."""
    tolerance = (fact.tolerance or 0.0) * _read_in(fact)[1]
    return fact.bound is not None and not refuted(fact, quantity, number_of(fact), tolerance)


def nearest(facts: Sequence[Fact], quantity: Quantity) -> Fact:
    return min(facts, key=lambda fact: abs(number_of(fact) - quantity.values[0]))


def _zone(words: str, plane: str | None) -> tuple[str, str] | None:
    """A zone as (word along y, word along x), "middle" for the middle third; "" where nothing is said of an axis."""
    vertical, horizontal = AXES[plane]
    y = x = ""
    middle = 0
    for word in words.split():
        place = VERTICAL.get(word, word)
        if place in ("top", "bottom"):
            place = vertical[place == "bottom"]
        if place in vertical and not y:
            y = place
        elif place in horizontal and not x:
            x = place
        elif word in ("middle", "mid", "central", "centre", "center"):
            middle += 1
        else:
            return None
    if middle and not y and not x:
        return "middle", "middle"
    if middle:
        return y or "middle", x or "middle"
    return y, x


def zone_agrees(said: str, measured: str, plane: str | None) -> bool | None:
    """Whether "upper left|part" is the zone measured; None where the words do not say which frame they mean.

    In a patient-frame view "the left side of the image" may be the image's left or the patient's: only "part", the
    word that such zones are written with, is taken as the patient's. "(the patient's left)" must be so.
    """
    words, part, frame = (*said.split("|"), "", "")[:3]
    if frame:
        whose, own = frame.split()
        if (whose == "patient") != (plane in ("axial", "coronal")) or own not in words.split():
            return False
    if plane is not None and part not in ("part", "body", "organ") and set(words.split()) & {"left", "right"}:
        return None
    told, fact = _zone(words, plane), _zone(measured, plane)
    if told is None or fact is None:
        return None
    if part == "organ":
        return _within_organ(told, fact)
    if told == ("middle", "middle") and words.split() in (["middle"], ["mid"]):
        return "middle" in fact  # the middle from top to bottom, or from side to side
    if part in ("half", "corner", "quadrant", "side") and any(
        b == "middle" for a, b in zip(told, fact, strict=True) if a
    ):
        return False if part == "corner" and fact == ("middle", "middle") else None
    return all(a == b for a, b in zip(told, fact, strict=True) if a)


def _within_organ(told: tuple[str, str], fact: tuple[str, str]) -> bool | None:
    """The part of an organ by the third of the picture: what is said to lie on the opposite side lies elsewhere."""
    axes = [(a, b) for a, b in zip(told, fact, strict=True) if a]
    if any("middle" in (a, b) and a != b for a, b in axes):
        return None
    return all(a == b for a, b in axes)
