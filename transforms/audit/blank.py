"""Slices of a volume that show nothing, between others that do."""

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from schemas import LabelSpace
from transforms.audit.base import Case, Finding

NAME = "blank"
DOES = "slices of one value inside a volume, and regions that are drawn on them"
SIDE, DEPTH = 64, 8  # pixels of the smallest slice, and slices of the smallest volume, that are looked at
NAMED = 10  # slices


class Check:
    """Slices along the last axis, as scanners stack them. Those at either end may be padding and are passed over."""

    def __init__(self, space: LabelSpace) -> None:
        self.space = space

    def add(self, case: Case) -> Iterator[Finding]:
        array = case.plain
        if case.record.kind != "volume" or array is None or min(array.shape[:2]) < SIDE or array.shape[2] < DEPTH:
            return
        blank = np.array([_even(array[..., k]) for k in range(array.shape[2])])
        full = np.flatnonzero(~blank)
        if full.size == 0:
            return  # all of it is: `intensity` says so
        inside = np.flatnonzero(blank[: full[-1]])
        inside = inside[inside > full[0]]
        if inside.size == 0:
            return
        drawn = [item for item in case.shown if any(item.plane(2, int(k), array.shape) is not None for k in inside)]
        names = ", ".join(dict.fromkeys(item.region.concept.label for item in drawn))
        shown = ", ".join(map(str, inside[:NAMED])) + (" ..." if inside.size > NAMED else "")
        yield Finding(
            check=NAME, severity="error" if drawn else "warning", paths=(case.path,),
            regions=tuple(item.region.key for item in drawn),
            text=f"{inside.size} of its {array.shape[2]} slices have one value and lie between others (k = {shown})"
            + (f"; on them is drawn: {names}" if drawn else ""),
        )  # fmt: skip

    def end(self) -> Iterator[Finding]:
        yield from ()


def _even(plane: NDArray[np.generic]) -> bool:
    """Whether a slice has one value; NaN is one."""
    low, high = plane.min(), plane.max()  # NaN where any is
    return bool(low == high or (low != low and np.isnan(np.asarray(plane, np.float32)).all()))
