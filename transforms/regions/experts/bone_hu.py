"""Bone on CT, by its density."""

import cc3d
import cv2
import numpy as np
from numpy.typing import NDArray
from scipy import ndimage

from transforms.media.pixels import Pixels
from transforms.regions.experts import _ct
from transforms.regions.experts.base import Segment

NAME = "bone_hu"
VERSION = "1"
KIND = "rule"
MODALITIES = ("CT",)
PRODUCES = ("bone",)
NOTE = (
    "A rule, not a trained model: dense tissue above 150 HU, large homogeneous contrast-filled parts (heart, aorta, "
    "spleen, kidney) taken away and marrow filled in; small enhanced vessels, calcification and metal stay in, and "
    "porous bone is missed."
)
BONE_HU = 150.0
DENSE_HU = 350.0  # cortical bone
DENSE_SHARE = 0.02  # a piece of bone has at least this much of it
BLOOD_HU = 250.0
METAL_HU = 700.0
BLOOD_ML, ORGAN_ML, PIECE_ML = 10.0, 3.0, 1.0
DEEP_MM = 5.0  # cortical bone is thinner than twice this
ORGAN_SPREAD_HU = 40.0  # standard deviation within an enhanced organ; spongy bone has more
MARROW_HU = 60.0  # mean of a closed hole that is filled; the spinal canal is below
REACH_MM, CLOSE_MM = 2.0, 3.0


def unavailable() -> str | None:
    return None


def segment(pixels: Pixels) -> list[Segment]:
    """All bone as one mask; empty where none shows. Pieces are told apart on voxels of about 2.8 mm and drawn at whole
    resolution. Raises ValueError unless `pixels` is a CT volume in HU."""
    volume = _ct.coarse(pixels)
    dense = (volume.values > BONE_HU) & _ct.body(volume)
    for part, steps in ((_blood, 6), (_organs, 4)):
        core = part(volume, dense)
        if core.any():
            dense &= ~ndimage.binary_dilation(core, iterations=steps, mask=dense)
    dense = _pieces(volume, dense)
    if not dense.any():
        return []
    mask = np.zeros(volume.full.shape, bool)
    near, close = volume.disc(REACH_MM), volume.disc(CLOSE_MM)
    for k in range(volume.slices):
        plane = volume.plane(dense, k)
        if plane.any():
            values = volume.full[:, :, k].astype(np.float32)
            hard = _ct.shaped(cv2.dilate, plane, near) & (values > BONE_HU).astype(np.uint8)
            mask[:, :, k] = _with_marrow(_ct.shaped(cv2.morphologyEx, hard, cv2.MORPH_CLOSE, close), values)
    return [Segment("bone", volume.source_axes(mask))] if mask.any() else []


def _deep(volume: _ct.Coarse, mask: NDArray[np.bool_]) -> NDArray[np.bool_]:
    return np.asarray(ndimage.distance_transform_edt(mask, sampling=volume.spacing) > DEEP_MM)


def _components(mask: NDArray[np.bool_], smallest: float) -> list[NDArray[np.bool_]]:
    """The pieces of at least `smallest` voxels."""
    labels = cc3d.connected_components(mask, connectivity=6)
    counts = np.bincount(labels.ravel())
    return [labels == index for index in range(1, len(counts)) if counts[index] >= smallest]


def _blood(volume: _ct.Coarse, dense: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """Cores of heart and great vessels full of contrast: thick, bright, and not as bright as metal."""
    core = np.zeros(dense.shape, bool)
    for piece in _components(_deep(volume, dense & (volume.values > BLOOD_HU)), BLOOD_ML * 1000 / _voxel(volume)):
        if np.median(volume.values[piece]) < METAL_HU:
            core |= piece
    return core


def _organs(volume: _ct.Coarse, dense: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """Cores of enhanced organs: thick and even."""
    core = np.zeros(dense.shape, bool)
    for piece in _components(_deep(volume, dense), ORGAN_ML * 1000 / _voxel(volume)):
        if np.std(volume.values[piece]) < ORGAN_SPREAD_HU:
            core |= piece
    return core


def _pieces(volume: _ct.Coarse, dense: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """Pieces large enough, with cortical bone in them."""
    labels = cc3d.connected_components(dense, connectivity=6)
    counts = np.bincount(labels.ravel())
    hard = np.bincount(labels.ravel(), weights=(volume.values > DENSE_HU).ravel())
    keep = (counts >= PIECE_ML * 1000 / _voxel(volume)) & (hard >= DENSE_SHARE * counts)
    keep[0] = False
    return np.asarray(keep[labels])


def _with_marrow(hard: NDArray[np.uint8], values: NDArray[np.float32]) -> NDArray[np.bool_]:
    """Hard bone of a slice with its closed holes, those that hold marrow."""
    holes = _ct.filled(hard) - hard
    count, labels = cv2.connectedComponents(holes, connectivity=4)
    if count == 1:
        return hard > 0
    sums = np.bincount(labels.ravel(), weights=values.ravel())
    marrow = sums / np.bincount(labels.ravel()) > MARROW_HU
    marrow[0] = False
    return np.asarray((hard > 0) | marrow[labels])


def _voxel(volume: _ct.Coarse) -> float:
    """Cubic millimetres of a coarse voxel."""
    return float(np.prod(volume.spacing))
