"""Organs of a CT whose outlines fit the picture much better when turned over or moved: a mask of another grid."""

from collections.abc import Iterator, Sequence
from itertools import product
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from scipy import ndimage

from schemas import LabelShape, LabelSpace
from transforms.audit.base import Case, Finding
from transforms.regions.resolve import Resolved

NAME = "placement"
DOES = "masks of organs in a CT that fit the picture much better when flipped or moved"
CELL_MM = 4.0  # of the grid on which it is looked at
SIDES = (24, 24, 12)  # cells of the smallest picture, longest axis first
ENOUGH_ML = 30.0  # of organs in one file: with less, another place fits as well by chance
REACH_MM, LEAST_MM = 40.0, 8.0  # of a move that is looked for, and of one that is told
TISSUE_HU = (-1000.0, 400.0)  # between which tissues are told apart; bone and metal count as 400
EVEN_HU = 15.0  # deviation below which an organ is not called more even
MOST_POINTS = 8000  # of a mask that are looked at
SEVERAL = 3  # organs in one file that make a move plain


class _Margin(NamedTuple):
    """What another place must have over the one given, as ratios of `_Fit`: at least `score` and `edge`, at most
    `spread`. Measured on the organs of a chest CT, sound and misplaced: docs/audit.md."""

    score: float
    spread: float
    edge: float


FLIPPED = _Margin(2.0, 0.7, 0.0)
MOVED = _Margin(2.5, 0.5, 0.85)
MOVED_ALONE = _Margin(4.0, 0.3, 1.1)  # one organ may find another just as even: bowel in liver, cartilage in fat


class _Points(NamedTuple):
    """Cells of organs: places (n, 3), the number of each one's organ, whether it lies on the organ's surface."""

    at: NDArray[np.intp]
    organ: NDArray[np.intp]
    surface: NDArray[np.bool_]


class _Fit(NamedTuple):
    """How the picture looks under a mask. `edge`: its mean slope on the surface of organs, in HU a cell; `spread`: how
    far values lie from their organ's mean, in HU."""

    edge: float
    spread: float

    @property
    def score(self) -> float:
        return self.edge / max(self.spread, EVEN_HU)

    def beats(self, other: "_Fit", by: _Margin) -> bool:
        even = self.spread <= by.spread * other.spread
        return even and self.score >= by.score * other.score and self.edge >= by.edge * other.edge


class Check:
    def __init__(self, space: LabelSpace) -> None:
        self.space = space

    def add(self, case: Case) -> Iterator[Finding]:
        spacing = case.record.geometry.spacing_mm
        if case.record.kind != "volume" or case.record.modality.code != "CT" or case.record.unit != "HU":
            return
        files = self._files(case)
        if case.plain is None or spacing is None or not files:
            return
        factors = [max(1, min(round(CELL_MM / mm), n)) for mm, n in zip(spacing, case.plain.shape, strict=True)]
        cells = np.array(spacing) * factors
        picture = _Picture(case.plain, factors)
        if any(n < least for n, least in zip(sorted(picture.values.shape, reverse=True), SIDES, strict=True)):
            return
        for items in files:
            points = _points(items, factors, picture.values.shape)
            if len(points.at) * cells.prod() < ENOUGH_ML * 1000:
                continue
            told = _better(picture, points, cells)
            if told is not None:
                yield _finding(case, items, told)

    def end(self) -> Iterator[Finding]:
        yield from ()

    def _files(self, case: Case) -> list[list[Resolved]]:
        """The organs with a mask, by the file that draws them: what goes wrong goes wrong for a file."""
        found: dict[object, list[Resolved]] = {}
        for item in case.shown:
            anatomy = self.space.labelled(item.region.concept.label).facet == "anatomy"
            if anatomy and item.mask is not None and item.mask.ndim == 3:
                source = item.region.shape.source if isinstance(item.region.shape, LabelShape) else None
                found.setdefault(source, []).append(item)
        return list(found.values())


class _Picture:
    """A CT in cells: means of `factors` voxels along each axis."""

    def __init__(self, array: NDArray[np.generic], factors: Sequence[int]) -> None:
        counts = [n // f for n, f in zip(array.shape, factors, strict=True)]
        whole = array[tuple(slice(n * f) for n, f in zip(counts, factors, strict=True))]
        split = whole.reshape([n for pair in zip(counts, factors, strict=True) for n in pair])
        means = np.nan_to_num(split.mean(axis=(1, 3, 5), dtype=np.float32), nan=TISSUE_HU[0])
        self.values = np.clip(means, *TISSUE_HU)
        self.slope = ndimage.gaussian_gradient_magnitude(self.values, 0.7)
        self.shape = np.array(counts)

    def fit(self, points: _Points, at: NDArray[np.intp]) -> _Fit | None:
        """How the organs fit at other places; None where more than a tenth of them lie off the picture."""
        on = ((at >= 0) & (at < self.shape)).all(axis=1)
        if on.mean() < 0.9:
            return None
        where, organ = np.ravel_multi_index(tuple(at[on].T), tuple(self.shape)), points.organ[on]
        values = self.values.reshape(-1)[where]
        means = np.bincount(organ, values) / np.maximum(np.bincount(organ), 1)
        slopes = self.slope.reshape(-1)[where[points.surface[on]]]
        return _Fit(float(slopes.mean()) if slopes.size else 0.0, float(np.abs(values - means[organ]).mean()))


def _points(items: Sequence[Resolved], factors: Sequence[int], shape: tuple[int, ...]) -> _Points:
    """The middle voxel of each cell says whose it is."""
    organs = np.zeros(shape, np.uint16)
    for number, item in enumerate(items, 1):
        assert item.mask is not None
        middle = [f // 2 for f in factors]
        first = [(m - o) % f for m, o, f in zip(middle, item.offset, factors, strict=True)]
        part = item.mask[tuple(slice(start, None, f) for start, f in zip(first, factors, strict=True))]
        corner = [(o + start) // f for o, start, f in zip(item.offset, first, factors, strict=True)]
        crop = organs[tuple(slice(c, c + n) for c, n in zip(corner, part.shape, strict=True))]
        crop[part[tuple(slice(n) for n in crop.shape)]] = number
    at = np.argwhere(organs)
    around = ndimage.minimum_filter(organs, 3), ndimage.maximum_filter(organs, 3)
    surface = around[0] != around[1]
    at = at[:: max(1, -(-len(at) // MOST_POINTS))]
    return _Points(at, organs[tuple(at.T)].astype(np.intp), surface[tuple(at.T)])


def _better(picture: _Picture, points: _Points, cells: NDArray[np.float64]) -> str | None:
    """Where the organs of a file fit much better than where they are; None where nowhere."""
    given = picture.fit(points, points.at)
    if given is None or given.score == 0:
        return None
    best, told = 0.0, None
    for axes in product((False, True), repeat=3):
        fit = picture.fit(points, np.where(axes, picture.shape - 1 - points.at, points.at)) if any(axes) else None
        if fit is not None and fit.score > best and fit.beats(given, FLIPPED):
            names = " and ".join(name for name, turned in zip("ijk", axes, strict=True) if turned)
            best, told = fit.score, f"turned over along {names}"
    move = _moved(picture, points, cells)
    fit, mm = picture.fit(points, points.at + move), move * cells
    margin = MOVED if np.unique(points.organ).size >= SEVERAL else MOVED_ALONE
    if fit is None or fit.score <= best or np.abs(mm).max() < LEAST_MM or not fit.beats(given, margin):
        return told
    return f"moved by about ({', '.join(f'{value:.0f}' for value in mm)}) mm along (i, j, k)"


def _moved(picture: _Picture, points: _Points, cells: NDArray[np.float64]) -> NDArray[np.intp]:
    """The move, in cells, after which the organs fit best: along one axis after another, twice."""
    move = np.zeros(3, np.intp)
    for axis in (0, 1, 2, 0, 1, 2):
        reach = int(REACH_MM // cells[axis])
        scores = {}
        for steps in range(-reach, reach + 1):
            tried = np.where(np.arange(3) == axis, steps, move)
            fit = picture.fit(points, points.at + tried)
            scores[steps] = fit.score if fit is not None else 0.0
        move[axis] = max(scores, key=lambda steps: (scores[steps], -abs(steps)))
    return move


def _finding(case: Case, items: Sequence[Resolved], told: str) -> Finding:
    names = list(dict.fromkeys(item.region.concept.label for item in items))
    text = f"{', '.join(names[:3])}{' ...' if len(names) > 3 else ''}"
    shape = items[0].region.shape
    own = (shape.source.uri,) if isinstance(shape, LabelShape) else ()
    return Finding(
        check=NAME, severity="error", paths=(case.path, *own), regions=tuple(item.region.key for item in items),
        text=f"{text}: the mask fits the picture much better {told}: compare both files' orientation and origin",
    )  # fmt: skip
