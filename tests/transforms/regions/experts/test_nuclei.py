"""The nuclei experts on drawn discs."""

import numpy as np
import pytest
from skimage.color import hed2rgb

from schemas import Geometry
from transforms.media.pixels import Pixels
from transforms.regions.experts import nuclei_stain, nuclei_watershed
from transforms.regions.metrics import instances

RADIUS = 9
CENTRES = [(25, 25), (25, 70), (60, 40), (60, 55), (100, 30), (105, 100), (70, 110)]  # the third and fourth touch


@pytest.fixture(scope="module")
def discs() -> np.ndarray:
    y, x = np.mgrid[:128, :128]
    distance = np.stack([(y - cy) ** 2 + (x - cx) ** 2 for cy, cx in CENTRES])
    return np.where(distance.min(0) <= RADIUS**2, distance.argmin(0) + 1, 0)


def pixels(array: np.ndarray) -> Pixels:
    return Pixels(array, Geometry(shape=array.shape[:2]))


def test_touching_nuclei_are_told_apart(discs: np.ndarray) -> None:
    image = np.random.default_rng(3).poisson(np.where(discs > 0, 120, 12)).astype(np.uint16)
    (found,) = nuclei_watershed.segment(pixels(image))
    result = instances(found.mask, discs)
    assert found.instances
    assert result.f1 == 1
    assert result.quality > 0.85


def test_dim_nuclei_are_kept(discs: np.ndarray) -> None:
    level = np.where(discs == 2, 60, np.where(discs > 0, 120, 12))
    (found,) = nuclei_watershed.segment(pixels(np.random.default_rng(3).poisson(level).astype(np.uint16)))
    assert found.mask[CENTRES[1]] > 0


def test_labels_run_from_one_without_gaps(discs: np.ndarray) -> None:
    (found,) = nuclei_watershed.segment(pixels(np.where(discs > 0, 200, 10).astype(np.uint8)))
    assert np.unique(found.mask).tolist() == list(range(len(CENTRES) + 1))


def test_noise_and_a_blank_hold_no_nuclei() -> None:
    noise = np.random.default_rng(5).normal(100, 10, (128, 128))
    assert nuclei_watershed.segment(pixels(noise)) == []
    assert nuclei_watershed.segment(pixels(np.zeros((64, 64), np.uint8))) == []
    assert nuclei_stain.segment(pixels(np.full((64, 64, 3), 240, np.uint8))) == []


def test_haematoxylin_is_found_and_eosin_is_not(discs: np.ndarray) -> None:
    stains = np.zeros((128, 128, 3))
    stains[..., 1] = 0.1
    stains[..., 0] = np.where(discs > 0, 0.15, 0.02)
    stains[5:20, 90:120, 1] = 0.4  # strong eosin, which a threshold on brightness would take
    stains += np.random.default_rng(2).normal(0, 0.004, stains.shape)
    image = np.round(np.clip(hed2rgb(stains), 0, 1) * 255).astype(np.uint8)
    (found,) = nuclei_stain.segment(pixels(image))
    assert instances(found.mask, discs).f1 == 1
    assert not found.mask[5:20, 90:120].any()


def test_pictures_of_another_kind_are_refused() -> None:
    with pytest.raises(ValueError, match="8-bit RGB"):
        nuclei_stain.segment(pixels(np.zeros((8, 8), np.uint8)))
    with pytest.raises(ValueError, match="rows, columns"):
        nuclei_watershed.segment(pixels(np.zeros((8, 8, 8, 8), np.uint8)))
