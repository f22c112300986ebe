"""Intensities that no window explains: Hounsfield units that are none, pictures of one value."""

from collections.abc import Iterator

import numpy as np

from schemas import LabelSpace
from transforms.audit.base import Case, Finding

NAME = "intensity"
DOES = "values that are not what their unit says: shifted, inverted or windowed Hounsfield units, pictures of one value"
BITS = (0.0, 255.0)
MOST_HU = 65536.0  # beyond what any scanner writes, metal included
# Air is -1000 HU and soft tissue about 0. Written without their offset of 1024 (or 1000) they lie here.
SHIFTED_AIR, SHIFTED_TISSUE = (-50.0, 200.0), (800.0, 1300.0)
INVERTED_AIR = 500.0


class Check:
    def __init__(self, space: LabelSpace) -> None:
        self.space = space

    def add(self, case: Case) -> Iterator[Finding]:
        if case.pixels is None or case.record.kind == "signal":
            return
        array = case.pixels.array
        values = array[np.isfinite(array)] if np.issubdtype(array.dtype, np.floating) else array.reshape(-1)
        if values.size == 0 or values.min() == values.max():
            yield self._finding(case, "all its values are equal")
        elif case.pixels.unit == "HU" and case.record.modality.code == "CT" and case.record.kind == "volume":
            yield from self._hounsfield(case, float(values.min()), float(values.max()))

    def end(self) -> Iterator[Finding]:
        yield from ()

    def _hounsfield(self, case: Case, low: float, high: float) -> Iterator[Finding]:
        corners, middle = _corners(case), _middle(case)
        if (low, high) == BITS:
            yield self._finding(case, "its values lie in 0..255: a picture that was windowed, not Hounsfield units")
        elif high > MOST_HU:
            yield self._finding(case, f"its values reach {high:g}: no Hounsfield units")
        elif _within(corners, SHIFTED_AIR) and _within(middle, SHIFTED_TISSUE):
            yield self._finding(case, f"air has {corners:g} and tissue {middle:g} HU: its offset is missing")
        elif corners > INVERTED_AIR and middle < corners - INVERTED_AIR:
            yield self._finding(case, f"its corners have {corners:g} HU, its middle {middle:g}: values are inverted")

    def _finding(self, case: Case, text: str) -> Finding:
        return Finding(check=NAME, severity="error", paths=(case.path,), text=text)


def _within(value: float, limits: tuple[float, float]) -> bool:
    return limits[0] <= value <= limits[1]


def _corners(case: Case) -> float:
    """The median of the eight corners of a volume: air, as a rule."""
    assert case.pixels is not None
    array = case.pixels.array
    return float(np.median([array[i, j, k] for i in (0, -1) for j in (0, -1) for k in (0, -1)]))


def _middle(case: Case) -> float:
    """The median of the middle third of a volume along each axis: tissue, as a rule."""
    assert case.pixels is not None
    array = np.asarray(case.pixels.array, np.float32)
    return float(np.median(array[tuple(slice(n // 3, max(n // 3 + 1, n - n // 3)) for n in array.shape)]))
