"""The lungs on CT, by their density."""

import cc3d
import cv2
import numpy as np
from numpy.typing import NDArray
from scipy import ndimage

from transforms.media.pixels import Pixels
from transforms.regions.experts import _ct
from transforms.regions.experts.base import Segment

NAME = "lungs_hu"
VERSION = "1"
KIND = "rule"
MODALITIES = ("CT",)
PRODUCES = ("left_lung", "right_lung", "lung")
NOTE = (
    "A rule, not a trained model: aerated lung below -400 HU inside the body, vessels closed over, windpipe and main "
    "bronchi cut off by their width; consolidation, effusion and masses at the pleura are missed."
)
AIR_HU = -400.0
GAS_HU = -970.0  # a piece whose median is below is gas in a hollow organ, not lung
LUMEN_HU = -930.0  # gas; lung at rest is near -850
LUMEN_ML = 1.0
WALLED = 0.65  # share of the voxels around a piece of gas that are not air
CUTS_MM = (5.0, 7.0, 9.0, 12.0)  # tried in turn until two lungs come apart
SMALLEST_SHARE = 0.15  # a lung is at least this part of the larger one
SMALLEST_ML = 100.0  # and this large, in a volume
SMALLEST_MM2 = 1000.0  # or in a single slice
REACH_MM = 2.0  # how far the lung may lie outside the coarse lung
CLOSE_MM = 5.0


def unavailable() -> str | None:
    return None


def segment(pixels: Pixels) -> list[Segment]:
    """Left and right lung where the affine tells the patient's sides and two lungs come apart, else `lung`.

    Empty where there is none. The lungs are found on voxels of about 2.8 mm and drawn at whole resolution.
    Raises ValueError unless `pixels` is a CT volume in HU.
    """
    volume = _ct.coarse(pixels)
    air = (volume.values < AIR_HU) & _ct.body(volume)
    labels = _lungs(volume, air & ~_airways(volume, air))
    count = int(labels.max())
    if count == 0:
        return []
    masks = _draw(volume, labels)
    if count == 1 or pixels.geometry.affine is None:
        return [Segment("lung", volume.source_axes(masks > 0))]
    # World x grows to the patient's left (LPS), whichever way the array runs.
    x = [_world_x(pixels, volume.source_axes(labels == value), volume) for value in (1, 2)]
    left = 1 if x[0] > x[1] else 2
    return [
        Segment("left_lung", volume.source_axes(masks == left)),
        Segment("right_lung", volume.source_axes(masks == 3 - left)),
    ]


def _lungs(volume: _ct.Coarse, air: NDArray[np.bool_]) -> NDArray[np.uint8]:
    """Coarse labels: 1 and 2 (or 1 alone, where both would not come apart), airways left out; all 0 for no lung."""
    depth = ndimage.distance_transform_edt(np.pad(air, ((1, 1), (1, 1), (0, 0))), sampling=volume.spacing)[1:-1, 1:-1]
    first: NDArray[np.uint8] | None = None
    for cut in CUTS_MM:
        cores = _cores(volume, depth > cut)
        if first is None or cores.max() == 2:
            first = _regrow(cores, air, cut, volume.spacing)
        if cores.max() == 2:
            break
    return first if first is not None else np.zeros(air.shape, np.uint8)


def _airways(volume: _ct.Coarse, air: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """Coarse windpipe, main bronchi and bowel gas: gas with tissue around it. A bulla has lung around it and stays."""
    labels = cc3d.connected_components(air & (volume.values < LUMEN_HU), connectivity=6)
    voxel_ml = float(np.prod(volume.spacing)) / 1000
    found = np.zeros(air.shape, bool)
    for index, box in enumerate(ndimage.find_objects(labels), start=1):
        wide = tuple(slice(max(0, s.start - 3), s.stop + 3) for s in box)
        piece = labels[wide] == index
        if np.count_nonzero(piece) * voxel_ml < LUMEN_ML:
            continue
        rim = ndimage.binary_dilation(piece)  # voxels partly filled, which say nothing
        around = ndimage.binary_dilation(rim)
        shell = around & ~rim
        if np.mean(~air[wide][shell]) > WALLED:
            found[wide] |= around
    return found


def _cores(volume: _ct.Coarse, deep: NDArray[np.bool_]) -> NDArray[np.uint8]:
    """The one or two pieces that are large enough for a lung and not mere gas."""
    labels = cc3d.connected_components(deep, connectivity=6)
    counts = np.bincount(labels.ravel())[1:]
    voxel = float(np.prod(volume.spacing))
    smallest = SMALLEST_ML * 1000 / voxel
    if volume.values.shape[2] == 1:
        smallest = SMALLEST_MM2 / (volume.spacing[0] * volume.spacing[1])
    cores = np.zeros(deep.shape, np.uint8)
    kept = 0
    # The cut takes a rim off every piece, so that a quarter of the size asked for must be left of it.
    for index in sorted(range(len(counts)), key=lambda i: (-counts[i], i)):
        if kept == 2 or counts[index] < max(smallest / 4, SMALLEST_SHARE * counts.max() if kept else 0):
            break
        piece = labels == index + 1
        if np.median(volume.values[piece]) < GAS_HU:
            continue
        kept += 1
        cores[piece] = kept
    return cores


def _regrow(
    cores: NDArray[np.uint8], air: NDArray[np.bool_], cut: float, spacing: tuple[float, float, float]
) -> NDArray[np.uint8]:
    """Each core grown back by what was cut (and half as much again, for corners) within the air; airways stay out."""
    if not cores.any():
        return cores
    distance, nearest = ndimage.distance_transform_edt(cores == 0, sampling=spacing, return_indices=True)
    grown = cores[tuple(nearest)]
    grown[~air | (distance > 1.5 * cut)] = 0
    return np.asarray(grown)


def _draw(volume: _ct.Coarse, labels: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """The lungs at whole resolution: air near the coarse lung, closed over vessels, slice by slice."""
    masks = np.zeros(volume.full.shape, np.uint8)
    near, close = volume.disc(REACH_MM), volume.disc(CLOSE_MM)
    for k in range(volume.slices):
        air = (volume.full[:, :, k] < AIR_HU).astype(np.uint8)
        for value in range(1, int(labels.max()) + 1):
            plane = volume.plane(labels == value, k)
            if not plane.any():
                continue
            pad = max(close.shape)
            lung = np.pad(_ct.shaped(cv2.dilate, plane, near) & air, pad)
            lung = _ct.filled(_ct.shaped(cv2.morphologyEx, lung, cv2.MORPH_CLOSE, close))[pad:-pad, pad:-pad]
            masks[:, :, k][(lung > 0) & (masks[:, :, k] == 0)] = value
    return masks


def _world_x(pixels: Pixels, coarse: NDArray[np.bool_], volume: _ct.Coarse) -> float:
    """The centroid's world x in mm."""
    factors = list(volume.factors[:2])
    factors.insert(volume.axial, volume.factors[2])
    centre = [(float(axis.mean()) + 0.5) * f - 0.5 for axis, f in zip(np.nonzero(coarse), factors, strict=True)]
    return float((np.asarray(pixels.geometry.affine) @ [*centre, 1.0])[0])
