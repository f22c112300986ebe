"""Cutting a plane out of a volume without losing where it was.

World is LPS millimetres throughout. A view's pixel (x, y) maps to the source voxel by `voxel` and to the patient by
`affine` (pixel centres). Planes follow the radiological convention, in the patient's own directions:
axial x -> left, y -> back; coronal x -> left, y -> feet; sagittal x -> back, y -> feet. A volume without a patient
frame is cut across its own axes i, j, k, as stored: such a slice has no plane, and nobody knows its sides.
"""

from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Literal

import cv2
import numpy as np
from numpy.typing import NDArray

from schemas import Geometry, MediaGeometry
from schemas.record import Matrix

Plane = Literal["axial", "coronal", "sagittal", "i", "j", "k"]
# plane -> (world axis across the plane, (world axis, sign) of x, (world axis, sign) of y); world axes are L, P, S.
AXES: dict[str, tuple[int, tuple[int, int], tuple[int, int]]] = {
    "axial": (2, (0, 1), (1, 1)),
    "coronal": (1, (0, 1), (2, -1)),
    "sagittal": (0, (1, 1), (2, -1)),
}
# axis of the array across which is cut -> (axis across, axis of x, axis of y)
STORED: dict[str, tuple[int, int, int]] = {"i": (0, 1, 2), "j": (1, 0, 2), "k": (2, 0, 1)}
SQUARE_TOLERANCE = 0.01  # relative difference of pixel sides below which a plane is not resampled
SHEAR = 5e-3  # the cosine of two axes below which they are perpendicular: lengths are then right within 0.25 %


@dataclass(frozen=True)
class Grid:
    """A plane of a volume: which slice, how it is turned, and its size in pixels after resampling to square pixels."""

    axis: int
    index: int
    swap: bool  # the slice's two axes are exchanged to become (y, x)
    flip_x: bool
    flip_y: bool
    size: tuple[int, int]  # width, height of the view
    voxel: NDArray[np.float64]

    def cut(self, array: NDArray[Any], *, labels: bool = False) -> NDArray[Any]:
        """The plane of a volume (i, j, k) as (height, width). `labels` keeps values: nearest neighbour."""
        return self.turn(across(array, self.axis, self.index), labels=labels)

    def turn(self, plane: NDArray[Any], *, labels: bool = False) -> NDArray[Any]:
        """A slice, its axes in the volume's order, as the view shows it."""
        plane = plane.T if self.swap else plane
        plane = plane[:: -1 if self.flip_y else 1, :: -1 if self.flip_x else 1]
        if plane.shape == self.size[::-1]:
            return np.ascontiguousarray(plane)
        if labels:
            kind = np.uint8 if plane.dtype == bool else plane.dtype
            turned = np.ascontiguousarray(plane, kind)
            out: NDArray[Any] = cv2.resize(turned, self.size, interpolation=cv2.INTER_NEAREST_EXACT)
            return out.astype(plane.dtype)
        out = cv2.resize(np.ascontiguousarray(plane, np.float32), self.size, interpolation=cv2.INTER_LINEAR)
        return out


def across(array: NDArray[Any], axis: int, index: int) -> NDArray[Any]:
    """One slice of an array, as a view: np.take would first copy a whole volume that is not in C order."""
    return array[(slice(None),) * axis + (index,)]


def axes_of(geometry: Geometry) -> dict[int, tuple[int, int]]:
    """World axis (0 L, 1 P, 2 S) -> (array axis, +1 or -1). Raises ValueError without a patient frame."""
    if geometry.affine is None:
        raise ValueError("a plane needs an affine: this record has no patient frame")
    return {world: (axis, sign) for axis, (world, sign) in enumerate(_turns(geometry.affine))}


@lru_cache(maxsize=64)
def _turns(affine: Matrix) -> tuple[tuple[int, int], ...]:
    """Of each array axis the nearest world axis, and +1 or -1. Each region of a record asks once more."""
    from nibabel.orientations import io_orientation  # half of a second, and pictures need none

    return tuple((int(world), int(sign)) for world, sign in io_orientation(np.asarray(affine)))


def plane_axis(geometry: Geometry, plane: Plane) -> int:
    """The array axis that a plane cuts across."""
    return STORED[plane][0] if plane in STORED else axes_of(geometry)[AXES[plane][0]][0]


def shear(geometry: Geometry, axis: int) -> float:
    """The cosine of the angle between the two axes of the planes across `axis`: above `SHEAR` such a plane is no
    rectangle, and nothing can be measured on its pixels."""
    one, other = np.delete(np.asarray(geometry.affine, np.float64)[:3, :3], axis, axis=1).T
    return float(abs(one @ other) / (np.linalg.norm(one) * np.linalg.norm(other)))


def oblique(geometry: Geometry, plane: Plane) -> str | None:
    """Why a plane of a sheared volume (a CT of a tilted gantry) is not cut; None where it is."""
    if geometry.affine is None:
        return None
    found = shear(geometry, plane_axis(geometry, plane))
    if found <= SHEAR:
        return None
    degrees = float(np.rad2deg(np.arcsin(min(found, 1.0))))
    return (
        f"{plane} planes are not cut: the volume is sheared by {degrees:.2f} degrees, so that their pixels are no "
        "rectangles; resample it to a grid with right angles, or ask for its other planes"
    )


def between_planes(geometry: Geometry, axis: int) -> float:
    """The distance in mm of neighbouring planes across an axis: of a sheared volume, less than the step along it."""
    columns = np.asarray(geometry.affine, np.float64)[:3, :3]
    area = np.linalg.norm(np.cross(*np.delete(columns, axis, axis=1).T))
    return float(abs(np.linalg.det(columns)) / area)


def native_plane(geometry: Geometry) -> Plane:
    """The plane in which a volume was acquired: the one across its coarsest axis, the last where they tie. Of a sheared
    volume only those whose pixels are rectangles, where it has one. Without a patient frame: across the last axis."""
    if geometry.affine is None:
        return "k"
    if geometry.spacing_mm is None:
        raise ValueError("the native plane needs a spacing")
    spacing = geometry.spacing_mm
    upright = [shear(geometry, axis) <= SHEAR for axis in range(3)]
    thick = max(range(3), key=lambda axis: (geometry.shape[axis] == 1, upright[axis], round(spacing[axis], 3), axis))
    return next(plane for plane in ("axial", "coronal", "sagittal") if plane_axis(geometry, plane) == thick)


def grid(geometry: Geometry, plane: Plane, index: int) -> Grid:
    """The grid of slice `index` (of the source array) in a plane. Raises ValueError when it lies outside the volume, or
    where the plane's pixels are no rectangles."""
    if reason := oblique(geometry, plane):
        raise ValueError(reason)
    axis, (ax, flip_x), (ay, flip_y) = _directions(geometry, plane)
    spacing = geometry.spacing_mm or ((1.0, 1.0, 1.0) if plane in STORED else None)
    if not 0 <= index < geometry.shape[axis] or spacing is None:
        raise ValueError(f"slice {index} is outside 0..{geometry.shape[axis] - 1}, or the spacing is unknown")
    nx, ny = geometry.shape[ax], geometry.shape[ay]
    dx, dy = spacing[ax], spacing[ay]
    width, height = nx, ny
    if abs(dx - dy) > SQUARE_TOLERANCE * min(dx, dy):
        side = min(dx, dy)
        width, height = max(1, round(nx * dx / side)), max(1, round(ny * dy / side))
    voxel = np.zeros((4, 4))
    for column, source, count, size, flip in ((0, ax, nx, width, flip_x), (1, ay, ny, height, flip_y)):
        scale = count / size  # pixel edges coincide: source = (x + 0.5) * scale - 0.5
        voxel[source, column] = -scale if flip else scale
        voxel[source, 3] = count - 0.5 - 0.5 * scale if flip else 0.5 * scale - 0.5
    voxel[axis, 2], voxel[axis, 3], voxel[3, 3] = 1.0, index, 1.0
    return Grid(axis, index, ax < ay, flip_x, flip_y, (width, height), voxel)


def _directions(geometry: Geometry, plane: Plane) -> tuple[int, tuple[int, bool], tuple[int, bool]]:
    """The array axis across a plane, and for x and y of the view the array axis and whether it runs the other way."""
    if plane in STORED:
        across, x, y = STORED[plane]
        return across, (x, False), (y, False)
    axes = axes_of(geometry)
    world, (wx, sx), (wy, sy) = AXES[plane]
    (ax, fx), (ay, fy) = axes[wx], axes[wy]
    return axes[world][0], (ax, fx * sx < 0), (ay, fy * sy < 0)


def media_geometry(geometry: Geometry, cut: Grid) -> MediaGeometry:
    """What a sample carries so that its pixels can be found again in the source and in the patient."""
    steps = np.asarray(geometry.affine) if geometry.affine is not None else None
    if steps is None and geometry.spacing_mm is not None:
        steps = np.diag([*geometry.spacing_mm, 1.0])
    sides = None if steps is None else np.linalg.norm((steps @ cut.voxel)[:3, :2], axis=0)
    return MediaGeometry(
        spacing_mm=None if sides is None else (_round(sides[0]), _round(sides[1])),
        affine=None if geometry.affine is None else matrix(np.asarray(geometry.affine) @ cut.voxel),
        voxel=matrix(cut.voxel),
        orientation=None if geometry.affine is None else "LPS",
        slice_axis=cut.axis,
        slice_index=cut.index,
        source_shape=tuple(geometry.shape),
    )


def matrix(array: NDArray[np.float64]) -> Any:
    """A 4x4 array as nested tuples, free of negative zeros and of noise below 1e-9."""
    return tuple(tuple(_round(value) for value in row) for row in array)


def _round(value: float) -> float:
    return round(float(value), 9) + 0.0
