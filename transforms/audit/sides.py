"""Organs on the wrong side: a liver on the patient's left, a right kidney to the left of the left one."""

from collections.abc import Iterator, Mapping

import numpy as np
from numpy.typing import NDArray

from schemas import LabelSpace
from transforms.audit.base import Case, Finding

NAME = "sides"
DOES = "organs on the other side of the body than anatomy has them, and left and right exchanged"
# The side of the body's middle on which an organ's centre lies, situs inversus apart; x grows to the patient's left.
USUAL: Mapping[str, int] = {"liver": -1, "gallbladder": -1, "spleen": 1, "stomach": 1}
NAMES = {-1: "right", 1: "left"}
CLEAR_MM = 15.0  # from the middle: nearer to it nothing is said
PAIR_MM = 5.0


class Check:
    def __init__(self, space: LabelSpace) -> None:
        self.space = space

    def add(self, case: Case) -> Iterator[Finding]:
        places: dict[str, tuple[NDArray[np.float64], str, str]] = {}
        for item in case.shown:
            centre = case.centre(item)
            if centre is not None:
                slug = self.space.labelled(item.region.concept.label).slug
                places[slug] = (centre, item.region.key, item.region.concept.label)
        middle = _middle(case) if USUAL.keys() & places.keys() else None
        for slug, side in USUAL.items():
            if slug in places and middle is not None and (places[slug][0][0] - middle) * side < -CLEAR_MM:
                yield self._finding(case, f"the {places[slug][2]} lies on the patient's {NAMES[-side]}", places[slug])
        for slug, here in places.items():
            paired = slug.startswith("right_") and "heart" not in self.space.ancestors(slug)  # its chambers are turned
            other = places.get(slug.replace("right_", "left_", 1)) if paired else None
            if other is not None and here[0][0] - other[0][0] > PAIR_MM:
                yield self._finding(case, f"the {here[2]} lies to the left of the {other[2]}", here, other)

    def end(self) -> Iterator[Finding]:
        yield from ()

    def _finding(self, case: Case, text: str, *places: tuple[NDArray[np.float64], str, str]) -> Finding:
        return Finding(
            check=NAME, severity="error", paths=(case.path,), concept=places[0][2],
            text=f"{text}: the image or the mask is mirrored, or labels are exchanged",
            regions=tuple(key for _, key, _ in places),
        )  # fmt: skip


def _middle(case: Case) -> float | None:
    """The middle of the body from right to left, in mm (LPS); of the grid where nothing tells the body."""
    affine = case.record.geometry.affine
    if affine is None:
        return None
    voxels = np.nonzero(case.body) if case.body is not None else None
    if voxels is not None and voxels[0].size:
        middle = [(float(axis.min()) + float(axis.max())) / 2 for axis in voxels]
    else:
        middle = [(size - 1) / 2 for size in case.record.geometry.shape]
    return float((np.asarray(affine) @ [*middle, 1.0])[0])
