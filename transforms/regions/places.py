"""Points, boxes and ranges of slices in a whole volume: the shapes of its regions that have no mask."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from schemas import BallShape, Box3dShape, BoxShape, Media, PointShape, Record, Region, SampleRegion, Scene, SlicesShape
from transforms.regions import placing
from transforms.regions.solid import Box3, Solid

SLACK = placing.SLACK
SAME = 0.5  # as of a box on a picture (transforms/regions/marks.py)


@dataclass(frozen=True)
class Place:
    """A region's one place, box or range of slices on the grid of an emitted volume. `step`: (3, 3), the millimetres of
    a step along i, j and k as columns; None where nobody knows them."""

    point: tuple[float, float, float] | None = None
    box: Box3 | None = None
    slices: tuple[int, int, int] | None = None
    diameter_mm: float | None = None
    step: NDArray[np.float64] | None = None

    def flat(self, axis: int) -> bool:
        """Whether its box is of one slice across an axis: nobody said how far it reaches there."""
        return self.box is not None and self.box[axis + 3] - self.box[axis] == 1

    def range(self, axis: int) -> tuple[int, int] | None:
        """The first slice across an axis that it is on and the last; None where it says nothing of that."""
        if self.slices is not None:
            return (self.slices[1], self.slices[2] - 1) if self.slices[0] == axis else None
        if self.box is not None:
            return self.box[axis], self.box[axis + 3] - 1
        return None if self.point is None else (int(np.floor(self.point[axis] + 0.5)),) * 2

    @cached_property
    def world(self) -> NDArray[np.float64]:
        """Its point in millimetres, from where voxel 0, 0, 0 lies. Raises ValueError where it has none."""
        if self.point is None or self.step is None:
            raise ValueError("it has no place that is known in millimetres")
        return np.asarray(self.step @ np.asarray(self.point))

    def extent(self, axis: int) -> float:
        """How long its box is along an axis of the voxels, in mm. Raises ValueError where that is not said."""
        if self.box is None or self.step is None:
            raise ValueError("it has no box whose sides are known in millimetres")
        return float((self.box[axis + 3] - self.box[axis]) * np.linalg.norm(self.step[:, axis]))


def fields(record: Record, region: Region) -> dict[str, Any] | None:
    """Where a region without a mask lies in the whole volume, as the fields of a sample's; None where it lies nowhere
    in it, or is drawn on a slice in a way that a volume has no word for."""
    shape, size = region.shape, record.geometry.shape
    if isinstance(shape, SlicesShape):
        return {"slices": (shape.axis, shape.start, shape.stop)}
    if isinstance(shape, PointShape | BallShape):
        places = placing.corners(record, region).round(placing.DECIMALS) + 0.0
        if ((places < -0.5) | (places > np.asarray(size) - 0.5)).any():
            return None
        names = shape.names if isinstance(shape, PointShape) else ()
        diameter = shape.diameter_mm if isinstance(shape, BallShape) else None
        return {"places": tuple(map(tuple, places.tolist())), "place_names": names, "diameter_mm": diameter}
    if isinstance(shape, BoxShape | Box3dShape):
        edges = placing.corners(record, region) + 0.5  # of a box on a slice, both are its plane's
        low, high = np.floor(edges.min(0) + SLACK), np.ceil(edges.max(0) - SLACK)
        low, high = np.clip(low, 0, size).astype(int), np.clip(high, 0, size).astype(int)
        return {"box3d": (*map(int, low), *map(int, high))} if (low < high).all() else None
    return None


def shown_by(found: Mapping[str, Any], solids: Iterable[Solid]) -> bool:
    """Whether a mask of the same concept shows what a point or a box was drawn for, as in a view."""
    return any(_shown(found, solid) for solid in solids)


def _shown(found: Mapping[str, Any], solid: Solid) -> bool:
    for place in found.get("places") or ():
        at = [int(np.floor(x + 0.5)) - start for x, start in zip(place, solid.offset, strict=True)]
        if all(0 <= n < length for n, length in zip(at, solid.mask.shape, strict=True)) and solid.mask[tuple(at)]:
            return True
    box = found.get("box3d")
    if box is None:
        return False
    ends = zip(box[:3], box[3:], solid.offset, strict=True)
    part = solid.mask[tuple(slice(max(0, a - start), max(0, b - start)) for a, b, start in ends)]
    if not part.any():
        return False
    spans = [np.ptp(np.flatnonzero(part.any(axis=tuple({0, 1, 2} - {axis})))) + 1 for axis in range(3)]
    return bool(np.prod(spans) >= SAME * np.prod([b - a for a, b in zip(box[:3], box[3:], strict=True)]))


def of_volume(scene: Scene) -> dict[str, Place]:
    """Region id -> where it lies, of the regions of a volume that have no mask and one place, box or range."""
    first = scene.media[0] if scene.media else None
    if first is None or first.kind != "volume":
        return {}
    step = steps(first)
    found = ((region.id, of_region(region, step)) for region in scene.regions)
    return {rid: place for rid, place in found if place is not None}


def of_region(region: SampleRegion, step: NDArray[np.float64] | None) -> Place | None:
    if region.mask is not None:
        return None
    if len(region.places) == 1:
        return Place(point=region.places[0], diameter_mm=region.diameter_mm, step=step)
    if region.box3d is not None:
        return Place(box=region.box3d, step=step)
    return Place(slices=region.slices, step=step) if region.slices is not None else None


def steps(media: Media) -> NDArray[np.float64] | None:
    """(3, 3) millimetres of a step along i, j and k, as columns: by the affine, or along axes at right angles."""
    geometry = media.geometry
    if geometry is None:
        return None
    if geometry.affine is not None:
        return np.asarray(geometry.affine, np.float64)[:3, :3]
    return None if geometry.voxel_mm is None else np.diag(geometry.voxel_mm)


def angle(a: Place, apex: Place, b: Place) -> float:
    """In degrees, as between the points of a picture. Raises ValueError."""
    u, v = a.world - apex.world, b.world - apex.world
    if not u.any() or not v.any():
        raise ValueError("an angle needs three places that differ")
    return float(np.rad2deg(np.arctan2(np.linalg.norm(np.cross(u, v)), u @ v)))


def apart(a: Place, b: Place) -> float:
    """In mm. Raises ValueError."""
    return float(np.linalg.norm(a.world - b.world))


def problems(scene: Scene, shape: Sequence[int]) -> list[str]:
    """What is wrong with the places, boxes and ranges of a volume's regions that have no mask."""
    wrong = []
    for region in scene.regions:
        if region.place_names and len(region.place_names) != len(region.places):
            wrong.append(f"{region.id}: {len(region.places)} places have {len(region.place_names)} names")
        if any(not (-0.5 <= x <= n - 0.5) for place in region.places for x, n in zip(place, shape, strict=True)):
            wrong.append(f"{region.id}: a place lies outside the volume of {tuple(shape)}")
        if region.diameter_mm is not None and not (len(region.places) == 1 and 0 < region.diameter_mm < float("inf")):
            wrong.append(f"{region.id}: {region.diameter_mm} mm is no diameter of what lies at one place")
        if region.slices is not None:
            axis, start, stop = region.slices
            if axis not in (0, 1, 2) or not 0 <= start < stop <= shape[axis]:
                wrong.append(f"{region.id}: slices {start} to {stop} across axis {axis} are none of {tuple(shape)}")
        box = region.box3d if region.mask is None else None
        if box is not None and any(not 0 <= a < b <= n for a, b, n in zip(box[:3], box[3:], shape, strict=True)):
            wrong.append(f"{region.id}: box {box} is empty or leaves the volume of {tuple(shape)}")
    return wrong
