"""How numbers are written, in one place: whoever writes a quantity and whoever reads it back agree."""

import re
from collections.abc import Sequence
from functools import lru_cache

from schemas import Fact, View

DECIMALS = {
    "mm": 1, "px": 0, "HU": 0, "ms": 0, "s": 1, "bpm": 0, "mL": 1, "mm2": 1, "px2": 0, "%": 1, "kg": 1, "cm": 1,
    "degrees": 1, "voxels": 0,
}  # fmt: skip
SHOWN = {"mm2": "mm²", "px2": "px²", "mm3": "mm³"}
NAMED = {"px": "pixels", "px2": "square pixels", "s": "seconds", "bpm": "beats per minute"}
RELATIVE = 0.005
"""Areas and volumes keep their rounding error within this share of the value: the tolerance that areas carry."""
FINEST = 12
READERS = re.compile(r"(\d+) readers?")
SCALE = re.compile(r"^\d+-(\d+)$")


@lru_cache(maxsize=1 << 10, typed=True)  # a fact is told in several texts; typed: True is not 1
def quantity(value: bool | int | float | str, unit: str | None, tolerance: float | None = None) -> str:
    """A value with its unit, as texts print it: "12.4 mm", "800 mm²", "-35 HU", "3.8 out of 5", "12".

    Decimals are added until the rounding error is within `tolerance` (where given), and within 0.5 % for areas and
    volumes, so that a written number always agrees with its fact.
    """
    if isinstance(value, str | bool):
        return str(value)
    scale = SCALE.match(unit or "")
    if isinstance(value, int) or float(value).is_integer():
        number = str(int(value))
    else:
        number = _rounded(value, unit, tolerance, 1 if scale else DECIMALS.get(unit or "", 2))
    if scale:
        return f"{number} out of {scale.group(1)}"
    return number if unit is None else f"{number} {SHOWN.get(unit, unit)}"


def unit_name(unit: str | None) -> str | None:
    """What a question calls the unit that it wants; None where a value has none, or a scale."""
    return None if unit is None or SCALE.match(unit) else NAMED.get(unit, SHOWN.get(unit, unit))


def scale_ends(fact: Fact) -> str:
    """What a rating cannot be understood without: "(from 1, non-solid, to 5, solid; the mean of 4 readers)"; "" where
    its scale is not known."""
    scale = fact.scale
    if scale is None or scale.low is None:
        return ""
    several = READERS.fullmatch(fact.source or "")
    who = f"the mean of {fact.source}" if several and int(several[1]) > 1 else f"by {fact.source or 'one reader'}"
    return f"(from {scale.lowest}, {scale.low}, to {scale.highest}, {scale.high}; {who})"


def of_all(fact: Fact, view: View) -> str:
    """What is said on a slice of a rating of all of a thing; "" elsewhere."""
    return " over the whole scan" if sliced(fact, view) else ""


def sliced(fact: Fact, view: View) -> bool:
    """Whether a slice tells what was said of a thing that goes on in others."""
    return fact.scope == "record" and view.frame.partition(":")[0] in ("axial", "coronal", "sagittal")


def point(xy: tuple[float, float]) -> str:
    """ "[x, y]" in pixels of the image, to a tenth."""
    return f"[{xy[0]:.1f}, {xy[1]:.1f}]"


def ends(line: Sequence[tuple[float, float]]) -> str:
    """ "[x, y] to [x, y]": where a line begins and ends. Raises ValueError for one without points."""
    if not line:
        raise ValueError("there is no line")
    return f"{point(line[0])} to {point(line[-1])}"


def stated(fact: Fact) -> str:
    """A fact's value as texts print it; of a bound, "at least 74.3 mL", rounded down, so that it holds."""
    written = quantity(fact.value, fact.unit, fact.tolerance)
    if fact.bound is None or isinstance(fact.value, str | bool):
        return written
    number, space, unit = written.partition(" ")
    decimals = len(number.partition(".")[2])
    if float(number) > fact.value:
        number = f"{float(number) - 10.0**-decimals:.{decimals}f}"
    return f"at least {number}{space}{unit}"


def _rounded(value: float, unit: str | None, tolerance: float | None, decimals: int) -> str:
    allowed = tolerance if tolerance is not None else float("inf")
    if unit in ("mm2", "mL", "mm3"):
        allowed = min(allowed, RELATIVE * abs(value))
    elif unit == "mm":
        allowed = min(allowed, 0.05, 0.05 * abs(value))  # a nucleus of 8 micrometres must not read 0.0 mm
    if unit in ("mm2", "mL") and abs(value) >= 100:
        decimals = 0
    while decimals < FINEST and abs(float(f"{value:.{decimals}f}") - value) > allowed:
        decimals += 1
    text = f"{value:.{decimals}f}"
    return text if float(text) else text.lstrip("-")  # never "-0"
