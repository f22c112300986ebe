"""What the CT experts share: a coarse copy of the volume to think on, and slices of the whole one to draw on."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import cc3d
import cv2
import numpy as np
from numpy.typing import NDArray

from transforms.media.geometry import axes_of, between_planes
from transforms.media.pixels import Pixels

COARSE_MM = 2.8  # side of a coarse voxel: a trachea is still 5 wide, a chest has 2 million of them
TISSUE_HU = -300.0  # fat is about -100 and aerated lung below -500


@dataclass(frozen=True)
class Coarse:
    """`values`: float32 HU, block means over `factors` voxels, the axial axis moved last. `full`: the whole array as a
    view in that order. `axial`: which axis of the source was moved. `spacing`: mm of the coarse voxel."""

    values: NDArray[np.float32]
    full: NDArray[Any]
    factors: tuple[int, int, int]
    spacing: tuple[float, float, float]
    axial: int

    @property
    def slices(self) -> int:
        return int(self.full.shape[2])

    def source_axes(self, array: NDArray[Any]) -> NDArray[Any]:
        """An array in this order, as a view in the source's order of axes."""
        return np.moveaxis(array, 2, self.axial)

    def plane(self, coarse: NDArray[np.bool_], index: int) -> NDArray[np.uint8]:
        """The slice of a coarse mask that covers slice `index` of the whole volume, at whole resolution."""
        part = coarse[:, :, min(index // self.factors[2], coarse.shape[2] - 1)].astype(np.uint8)
        return enlarge(part, self.full.shape[:2])

    def disc(self, radius_mm: float) -> NDArray[np.uint8]:
        """A disc on a slice of the whole volume; at least one pixel."""
        sides = [2 * int(radius_mm * f / s) + 1 for f, s in zip(self.factors[:2], self.spacing[:2], strict=True)]
        return np.asarray(cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (sides[1], sides[0])), np.uint8)


def shaped(operation: Callable[..., Any], plane: NDArray[np.uint8], *args: Any) -> NDArray[np.uint8]:
    """An OpenCV operation on a mask, its result still a mask to the type checker."""
    return np.asarray(operation(plane, *args), np.uint8)


def enlarge(part: NDArray[np.uint8], shape: tuple[int, ...]) -> NDArray[np.uint8]:
    """A mask resized to `shape` (rows, columns), nearest neighbour."""
    if part.shape == shape:
        return part
    return np.asarray(cv2.resize(part, (shape[1], shape[0]), interpolation=cv2.INTER_NEAREST_EXACT), np.uint8)


def coarse(pixels: Pixels) -> Coarse:
    """Raises ValueError unless `pixels` is a volume in HU of known spacing."""
    spacing = pixels.geometry.spacing_mm
    if pixels.array.ndim != 3 or pixels.unit != "HU" or spacing is None:
        raise ValueError(
            f"a CT expert needs a volume in HU of known spacing; this has shape {pixels.array.shape}, "
            f"unit {pixels.unit}, spacing {spacing}: set the unit and spacing in the reader, or leave the expert out"
        )
    axial = axial_axis(pixels)
    full = np.moveaxis(pixels.array, axial, 2)
    deep = spacing[axial] if pixels.geometry.affine is None else between_planes(pixels.geometry, axial)
    mm = [s for a, s in enumerate(spacing) if a != axial] + [deep]
    f = [max(1, min(round(COARSE_MM / s), n)) for s, n in zip(mm, full.shape, strict=True)]
    # Block means slice by slice with OpenCV: a whole float copy of the volume is never made.
    size = (max(1, full.shape[1] // f[1]), max(1, full.shape[0] // f[0]))
    planes = [
        cv2.resize(full[:, :, k].astype(np.float32), size, interpolation=cv2.INTER_AREA) for k in range(full.shape[2])
    ]
    values = np.stack([np.mean(planes[k : k + f[2]], axis=0) for k in range(0, len(planes), f[2])], axis=2)
    return Coarse(values, full, (f[0], f[1], f[2]), (mm[0] * f[0], mm[1] * f[1], mm[2] * f[2]), axial)


def axial_axis(pixels: Pixels) -> int:
    """The array axis that runs from feet to head; without an affine the last one, as DICOM slices are stacked."""
    if pixels.geometry.affine is None:
        return 2
    return axes_of(pixels.geometry)[2][0]


def largest(mask: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """The largest connected component; empty where the mask is."""
    labels = cc3d.connected_components(mask, connectivity=6)
    counts = np.bincount(labels.ravel())
    counts[0] = 0
    return np.asarray(labels == int(counts.argmax())) if counts.any() else mask


def filled(plane: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """A 2-D mask with its holes filled."""
    contours, _ = cv2.findContours(plane, cv2.RETR_EXTERNAL, cv2.CHAIN_APPROX_NONE)
    return np.asarray(cv2.drawContours(np.zeros_like(plane), contours, -1, 1, cv2.FILLED), np.uint8)


def body(volume: Coarse) -> NDArray[np.bool_]:
    """The coarse body: the largest piece of tissue once thin things (table, clothes) are opened away, holes filled in
    each axial slice, so that the lungs are inside."""
    tissue = volume.values > TISSUE_HU
    kernel = cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (5, 5))
    opened = np.stack(
        [
            cv2.morphologyEx(np.ascontiguousarray(tissue[:, :, k], np.uint8), cv2.MORPH_OPEN, kernel)
            for k in range(tissue.shape[2])
        ],
        axis=2,
    )
    kept = largest(opened.astype(bool)).astype(np.uint8)
    return np.stack([filled(np.ascontiguousarray(kept[:, :, k])) for k in range(kept.shape[2])], axis=2).astype(bool)
