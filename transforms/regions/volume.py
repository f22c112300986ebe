"""What is measured on a whole region in three dimensions, before any view is cut."""

from collections.abc import Iterator

import cv2
import numpy as np
from numpy.typing import NDArray

from schemas import Fact, Geometry, LabelSpace, Region
from transforms.facts.ops import long_axis
from transforms.media.geometry import SHEAR, across, native_plane, plane_axis, shear
from transforms.regions.resolve import Resolved

VOXEL_TO_ML = 1e-3  # mm3 to mL
RATING_TOLERANCE = 0.05


def volume_facts(item: Resolved, geometry: Geometry, space: LabelSpace) -> tuple[Fact, ...]:
    """Record-scope facts of a region: its volume (mL), the largest in-plane diameter of one connected piece of a
    finding (mm), its ratings.

    Volumes need a patient frame and more than one slice. The diameter is the longest axis over the slices of the plane
    of acquisition, as radiologists measure it; none where that plane's pixels are no rectangles. A sheared grid's voxel
    has the volume of its affine, not of a box. Ids are given later; here all are "f0".
    """
    facts: list[Fact] = []
    mask = item.mask
    if mask is not None and geometry.affine is not None and mask.ndim == 3 and min(geometry.shape) > 1:
        voxel = abs(float(np.linalg.det(np.asarray(geometry.affine)[:3, :3]))) * VOXEL_TO_ML
        value = round(item.voxels * voxel, 4)
        facts.append(_fact(item.region, "volume", value, "mL", tolerance=round(max(voxel, 0.005 * value), 4)))
        native = plane_axis(geometry, native_plane(geometry))
        if space.of(item.region.concept).facet == "finding" and shear(geometry, native) <= SHEAR:
            facts.append(_diameter(item, geometry, native))
    for name, value in sorted(item.region.meta.get("ratings", {}).items()):
        attribute = space.get(name)
        facts.append(
            _fact(item.region, "rating", float(value), str(item.region.meta.get("scales", {}).get(name, "")) or None,
                  tolerance=RATING_TOLERANCE).model_copy(update={"concept": attribute.concept})
        )  # fmt: skip
    return tuple(facts)


def _diameter(item: Resolved, geometry: Geometry, axis: int) -> Fact:
    assert item.mask is not None
    assert geometry.spacing_mm is not None
    sides = [s for a, s in enumerate(geometry.spacing_mm) if a != axis]
    spacing = (float(sides[1]), float(sides[0]))  # ops take (x, y); a slice's arrays are (first axis, second axis)
    planes = (across(item.mask, axis, n) for n in range(item.mask.shape[axis]))
    value = max(long_axis(piece, spacing) for plane in planes if plane.any() for piece in _pieces(plane))
    return _fact(item.region, "diameter", round(value, 4), "mm", tolerance=round(float(np.hypot(*spacing)), 4))


def _pieces(plane: NDArray[np.bool_]) -> Iterator[NDArray[np.bool_]]:
    """The connected pieces of a slice, each alone: a diameter does not span a gap."""
    count, labels = cv2.connectedComponents(plane.astype(np.uint8), connectivity=8)
    return (labels == number for number in range(1, count))


def _fact(region: Region, predicate: str, value: float, unit: str | None, tolerance: float) -> Fact:
    return Fact(
        id="f0", predicate=predicate, value=value, unit=unit, tolerance=tolerance, scope="record",
        source=region.made_by.name,
    )  # fmt: skip
