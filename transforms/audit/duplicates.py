"""The same picture more than once: as cases of their own, with labels that disagree, as reconstructions of one scan."""

from collections.abc import Iterator
from itertools import combinations
from typing import NamedTuple

import cv2
import numpy as np
from numpy.typing import NDArray

from schemas import LabelSpace
from transforms.audit._seen import Seen, compared, seen
from transforms.audit.base import Case, Finding

NAME = "duplicates"
DOES = "the same pixels in two records, with their labels compared; reconstructions of one scan counted as cases"
SIDE = 12  # of the copy by which volumes are compared
ALIKE = 0.98  # correlation of two such copies
GRAIN = 64  # side of the patch in which noise is compared: two patients may look alike, their noise does not
SAME_NOISE = 0.4  # correlation that reconstructions of one scan keep under another kernel
TURNED = 1e-3  # mm by which the frames of two reconstructions may differ


class _Scan(NamedTuple):
    path: str
    subject: str
    digest: str
    copy: NDArray[np.float32]
    grain: NDArray[np.float16]


class Check:
    def __init__(self, space: LabelSpace) -> None:
        self.space = space
        self.by_pixels: dict[str, list[Seen]] = {}
        self.by_frame: dict[tuple[float, ...], list[_Scan]] = {}

    def add(self, case: Case) -> Iterator[Finding]:
        yield from ()
        if case.pixels is None or case.record.kind == "signal":
            return
        if case.pixels.array.min() == case.pixels.array.max():
            return
        self.by_pixels.setdefault(case.digest, []).append(seen(case))
        if case.record.kind == "volume" and case.record.geometry.affine is not None and case.plain is not None:
            scan = _Scan(case.path, case.record.subject, case.digest, *_signature(case.plain))
            self.by_frame.setdefault(_extent(case), []).append(scan)

    def end(self) -> Iterator[Finding]:
        for group in self.by_pixels.values():
            if len(group) > 1:
                yield _same(group)
        for scans in self.by_frame.values():
            for one, other in combinations(scans, 2):
                if one.digest != other.digest and _one_scan(one, other):
                    yield Finding(
                        check=NAME, severity="warning", paths=(one.path, other.path),
                        text="two reconstructions of one scan: the same place, almost the same values"
                        + ("" if one.subject == other.subject else ", under two subjects"),
                    )  # fmt: skip


def _same(group: list[Seen]) -> Finding:
    told, odd = compared(group)
    severity = "error" if odd or len({one.subject for one in group}) > 1 else "warning"
    text = f"the same picture is {len(group)} records{told}"
    paths = tuple(one.path for one in group)
    return Finding.model_validate({"check": NAME, "severity": severity, "paths": paths, "text": text})


def _extent(case: Case) -> tuple[float, ...]:
    """The two far corners of a volume, in mm: reconstructions of one scan fill the same box."""
    geometry = case.record.geometry
    far = [size - 1 for size in geometry.shape]
    affine = np.asarray(geometry.affine)
    corners = np.stack([affine @ [0, 0, 0, 1], affine @ [*far, 1]])[:, :3]
    return tuple(float(value) for value in np.round(corners / TURNED).ravel() * TURNED)


def _one_scan(one: _Scan, other: _Scan) -> bool:
    if one.copy.shape != other.copy.shape or float(np.mean(one.copy * other.copy)) < ALIKE:
        return False
    a, b = one.grain.astype(np.float32).ravel(), other.grain.astype(np.float32).ravel()
    if min(a.std(), b.std()) == 0:
        return False  # without noise nothing tells two patients from one
    return bool(np.corrcoef(a, b)[0, 1] > SAME_NOISE)


def _signature(array: NDArray[np.generic]) -> tuple[NDArray[np.float32], NDArray[np.float16]]:
    """A volume on SIDE pixels a side, its mean 0 and its deviation 1; and the noise in the middle of its middle slice,
    0 where the picture is not even."""
    values = np.nan_to_num(np.asarray(array, np.float32))
    planes = values[..., np.linspace(0, values.shape[2] - 1, min(SIDE, values.shape[2])).round().astype(int)]
    small = np.stack(
        [cv2.resize(planes[..., k], (SIDE, SIDE), interpolation=cv2.INTER_AREA) for k in range(planes.shape[2])], axis=2
    )
    inside = small > small.min() + 0.05 * np.ptp(small)  # what is the same around every patient says nothing
    small = np.where(inside, small - small[inside].mean() if inside.any() else 0, 0)
    small = small / max(float(small.std()), 1e-6)
    middle = values[..., values.shape[2] // 2]
    top, left = (max(0, (n - GRAIN) // 2) for n in middle.shape)
    patch = np.ascontiguousarray(middle[top : top + GRAIN, left : left + GRAIN])
    smooth = cv2.GaussianBlur(patch, (0, 0), 2.0)
    slope = np.hypot(*np.gradient(cv2.GaussianBlur(patch, (0, 0), 3.0)))
    rest = patch - smooth
    spread = 3 * float(np.median(np.abs(rest))) / 0.6745  # three deviations, edges left out
    inside = patch > patch.min() + 0.05 * np.ptp(patch)
    even = slope <= np.median(slope[inside]) if inside.any() else np.zeros_like(inside)
    grain = np.where(inside & even & (np.abs(rest) <= spread), rest, 0)
    return np.asarray(small, np.float32), np.asarray(grain / max(float(grain.std()), 1e-6), np.float16)
