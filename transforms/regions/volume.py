"""What is measured on a whole region in three dimensions, before any view is cut."""

from collections.abc import Iterator

import cv2
import numpy as np
from numpy.typing import NDArray

from schemas import Fact, Geometry, LabelSpace, Region
from schemas.stated import Scale
from transforms.facts.base import significant
from transforms.facts.levels import BODIES, LEVELS, body, upright
from transforms.facts.ops import long_axis
from transforms.media.geometry import SHEAR, across, native_plane, plane_axis, shear
from transforms.regions.resolve import Resolved

VOXEL_TO_ML = 1e-3  # mm3 to mL
RATING_TOLERANCE = 0.05
AGREEMENT_TOLERANCE = 0.005


def volume_facts(item: Resolved, geometry: Geometry, space: LabelSpace) -> tuple[Fact, ...]:
    """Record-scope facts of a region: its volume (mL), the largest in-plane diameter of one connected piece of a
    finding (mm), the slices through the body of a vertebra, how well its readers' outlines agree (Dice), its
    ratings, and what else its source states of it.

    Volumes need a patient frame and more than one slice. The diameter is the longest axis over the slices of the plane
    of acquisition, as radiologists measure it; none where that plane's pixels are no rectangles. A sheared grid's voxel
    has the volume of its affine, not of a box. Ids are given later; here all are "f0".
    """
    facts: list[Fact] = []
    mask = item.mask
    if mask is not None and geometry.affine is not None and mask.ndim == 3 and min(geometry.shape) > 1:
        voxel = millilitres(1, geometry)
        value = significant(millilitres(item.voxels, geometry))  # a lesion of a mouse has 0.0007 mL
        facts.append(_fact(item.region, "volume", value, "mL", tolerance=significant(max(voxel, 0.005 * value))))
        native = plane_axis(geometry, native_plane(geometry))
        if space.of(item.region.concept).facet == "finding" and shear(geometry, native) <= SHEAR:
            facts.append(_diameter(item, geometry, native))
        # There may be more of it beyond the scan: what was measured is the least.
        facts = [fact.model_copy(update={"bound": "at_least"}) for fact in facts] if _cut(item, geometry) else facts
        facts += _body(item, geometry)
    if (agreement := item.region.meta.get("agreement")) is not None:
        facts.append(_fact(item.region, "agreement", float(agreement), None, tolerance=AGREEMENT_TOLERANCE))
    facts += [_rating(item.region, name, float(value), space) for name, value in _ratings(item.region)]
    facts += [Fact.model_validate(stated) for stated in item.region.meta.get("stated", ())]
    return tuple(facts)


def _body(item: Resolved, geometry: Geometry) -> Iterator[Fact]:
    """The first and the last slice that cut the body of a vertebra."""
    up = upright(geometry) if item.region.concept.label in LEVELS else None
    if item.mask is None or up is None or _cut(item, geometry):
        return
    run = body(item.mask, item.offset[up.axis], up)
    if run is not None:
        yield from (
            _fact(item.region, name, index, None, tolerance=0.0) for name, index in zip(BODIES, run, strict=True)
        )


def _cut(item: Resolved, geometry: Geometry) -> bool:
    """Whether it reaches a face of the scan."""
    return any(part.start <= 0 or part.stop >= n for part, n in zip(item.crop, geometry.shape, strict=True))


def _ratings(region: Region) -> list[tuple[str, float]]:
    return sorted(region.meta.get("ratings", {}).items())


def _rating(region: Region, name: str, value: float, space: LabelSpace) -> Fact:
    """A rating on its scale ("1-5") with what the ends mean, where the source says."""
    attribute = space.get(name)
    written = str(region.meta.get("scales", {}).get(name, ""))
    low, high = region.meta.get("ends", {}).get(name) or (None, None)
    first, _, last = written.partition("-")
    scale = (
        Scale(name=attribute.concept.label, lowest=int(first), highest=int(last), low=low, high=high) if low else None
    )
    fact = _fact(region, "rating", value, written or None, tolerance=RATING_TOLERANCE)
    return fact.model_copy(update={"concept": attribute.concept, "scale": scale})


def millilitres(voxels: int, geometry: Geometry) -> float:
    """What so many voxels of a grid with an affine hold, in mL."""
    return voxels * abs(float(np.linalg.det(np.asarray(geometry.affine)[:3, :3]))) * VOXEL_TO_ML


def diameter(mask: NDArray[np.bool_], geometry: Geometry, axis: int) -> float:
    """The longest axis of one connected piece of a mask over the slices across an axis, in mm. Slices whose box could
    hold a longer one come first, and those that could not are not looked at."""
    sides = _sides(geometry, axis)
    most, found = _most(np.moveaxis(mask, axis, 0), sides), 0.0
    for n in np.argsort(-most, kind="stable"):
        if most[n] <= found:
            break
        found = max(found, *(long_axis(piece, sides) for piece in _pieces(across(mask, axis, int(n)))))
    return found


def _most(planes: NDArray[np.bool_], sides: tuple[float, float]) -> NDArray[np.float64]:
    """Of each plane (n, rows, columns) how long an axis of its box could be, in mm; 0 of an empty one."""
    lengths = [_extent(np.asarray(planes.any(axis=axis))) for axis in (1, 2)]  # along x, along y
    across_box = np.hypot(*((length - 1) * side for length, side in zip(lengths, sides, strict=True)))
    return np.where(lengths[0] > 0, across_box + max(sides) + 1e-6, 0.0)


def _extent(held: NDArray[np.bool_]) -> NDArray[np.int64]:
    """From the first to the last that holds, of each row; 0 where none does."""
    ends = held.shape[1] - held.argmax(axis=1) - held[:, ::-1].argmax(axis=1)
    return np.asarray(np.where(held.any(axis=1), ends, 0))


def _sides(geometry: Geometry, axis: int) -> tuple[float, float]:
    """Of a slice's pixels, as ops take them (x, y); a slice's arrays are (first axis, second axis)."""
    assert geometry.spacing_mm is not None
    sides = [s for a, s in enumerate(geometry.spacing_mm) if a != axis]
    return float(sides[1]), float(sides[0])


def _diameter(item: Resolved, geometry: Geometry, axis: int) -> Fact:
    assert item.mask is not None
    tolerance = round(float(np.hypot(*_sides(geometry, axis))), 4)
    return _fact(item.region, "diameter", round(diameter(item.mask, geometry, axis), 4), "mm", tolerance=tolerance)


def _pieces(plane: NDArray[np.bool_]) -> Iterator[NDArray[np.bool_]]:
    """The connected pieces of a slice, each alone and cut to its box: a diameter does not span a gap."""
    _, labels, boxes, _ = cv2.connectedComponentsWithStats(plane.astype(np.uint8), connectivity=8)
    for number, (x, y, width, height, _) in enumerate(boxes[1:].tolist(), start=1):
        yield labels[y : y + height, x : x + width] == number


def _fact(region: Region, predicate: str, value: float, unit: str | None, tolerance: float) -> Fact:
    return Fact(
        id="f0", predicate=predicate, value=value, unit=unit, tolerance=tolerance, scope="record",
        source=region.made_by.name,
    )  # fmt: skip
