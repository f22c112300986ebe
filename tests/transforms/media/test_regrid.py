"""There and back on a network's grid: where voxels come to lie, and what is left of a mask."""

import itertools
from random import Random
from unittest.mock import patch

import numpy as np
import pytest
import SimpleITK as sitk  # noqa: N813
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.spatial.transform import Rotation

from schemas import Geometry
from schemas.model_card import ORIENTATIONS
from transforms.media.regrid import regrid
from transforms.regions.metrics import dice

RADIUS = 24.0  # mm


def geometry(shape: tuple[int, ...], spacing: tuple[float, ...], turn: list[float], origin: list[float]) -> Geometry:
    affine = np.eye(4)
    affine[:3, :3] = Rotation.from_euler("xyz", turn, degrees=True).as_matrix() * spacing
    affine[:3, 3] = origin
    return Geometry(shape=shape, spacing_mm=spacing, affine=affine.tolist())


def image(array: np.ndarray, affine: np.ndarray) -> sitk.Image:
    """The same grid as ITK has it: its index runs as ours, its array the other way round."""
    spacing = np.linalg.norm(affine[:3, :3], axis=0)
    made = sitk.GetImageFromArray(np.ascontiguousarray(array.transpose()))
    made.SetSpacing(spacing.tolist())
    made.SetDirection((affine[:3, :3] / spacing).ravel().tolist())
    made.SetOrigin(affine[:3, 3].tolist())
    return made


def ellipsoid(about: Geometry) -> np.ndarray:
    """A ball of 24 mm about the middle of the volume, with a bulge, so that no mirrored copy is like it."""
    affine = np.asarray(about.affine)
    index = np.stack(np.meshgrid(*map(np.arange, about.shape), indexing="ij"), -1)
    middle = affine[:3, :3] @ ((np.asarray(about.shape) - 1) / 2) + affine[:3, 3]
    world = index @ affine[:3, :3].T + affine[:3, 3] - middle
    return (np.linalg.norm(world, axis=-1) < RADIUS) | (np.linalg.norm(world - [14, 9, 11], axis=-1) < 13)


volumes = st.builds(
    geometry,
    st.tuples(*[st.integers(40, 72)] * 2, st.integers(24, 40)),
    st.tuples(*[st.floats(0.9, 1.6)] * 2, st.floats(1.8, 3.5)).flatmap(
        lambda sides: st.permutations(sides).map(tuple)
    ),
    st.lists(st.floats(-180, 180).map(lambda angle: round(angle, 6)), min_size=3, max_size=3),
    st.lists(st.floats(-200, 200), min_size=3, max_size=3),
)  # fmt: skip


@settings(max_examples=25, deadline=None)
@given(volumes, st.sampled_from(sorted(ORIENTATIONS)), st.tuples(*[st.floats(0.8, 2.0)] * 3))
def test_a_mask_there_and_back_is_the_same(about: Geometry, orientation: str, spacing: tuple[float, ...]) -> None:
    mask = ellipsoid(about)
    way = regrid(about, orientation, spacing)
    there = way.there(mask)
    assert there.shape == way.shape
    assert dice(way.back(there) > 0.5, mask) >= 0.98
    # ITK, told only where our grid lies in the patient, brings the mask back to the same place.
    theirs = sitk.Resample(
        image(there, way.affine(about)), image(mask.astype(np.float32), np.asarray(about.affine)), sitk.Transform(),
        sitk.sitkLinear,
    )  # fmt: skip
    assert dice(sitk.GetArrayFromImage(theirs).transpose() > 0.5, mask) >= 0.97


@settings(max_examples=25, deadline=None)
@given(volumes, st.sampled_from(sorted(ORIENTATIONS)))
def test_turned_voxels_are_those_of_itk(about: Geometry, orientation: str) -> None:
    """Without new steps every value must be that which ITK finds at the same millimetres."""
    values = np.random.default_rng(0).normal(size=about.shape).astype(np.float32)
    way = regrid(about, orientation)
    there = way.there(values)
    wanted = image(there, way.affine(about))
    theirs = sitk.Resample(image(values, np.asarray(about.affine)), wanted, sitk.Transform(), sitk.sitkNearestNeighbor)
    np.testing.assert_array_equal(there, sitk.GetArrayFromImage(theirs).transpose())
    np.testing.assert_array_equal(way.back(there), values)
    assert sitk.DICOMOrientImageFilter.GetOrientationFromDirectionCosines(wanted.GetDirection()) == orientation


@settings(max_examples=25, deadline=None)
@given(volumes, st.sampled_from(sorted(ORIENTATIONS)), st.tuples(*[st.floats(0.8, 5.0)] * 3), st.randoms())
def test_what_a_few_voxels_give_lies_in_their_part(
    about: Geometry, orientation: str, spacing: tuple[float, ...], chance: Random
) -> None:
    """And is there what bringing the whole back gives, at once and in slabs of any thickness."""
    way = regrid(about, orientation, spacing)
    voxels = np.zeros(way.shape, bool)
    voxels[tuple(slice(a, a + chance.randint(1, 4)) for a in (chance.randrange(n) for n in way.shape))] = True
    values = np.random.default_rng(0).uniform(1, 2, way.shape).astype(np.float32) * voxels
    part = way.part(voxels)
    back = way.back(values, part)
    np.testing.assert_array_equal(way.whole(back, part), way.back(values))
    slabs = np.full_like(way.turned(back), np.nan)
    with patch("transforms.media.regrid.SLAB_BYTES", chance.randint(1, 50_000)):
        for place, slab in way.slabs(values, part):
            slabs[place] = slab
    np.testing.assert_array_equal(slabs, way.turned(back))


def test_there_are_48_orientations() -> None:
    assert len(ORIENTATIONS) == 48
    letters = {"".join(one) for one in itertools.permutations("LRAPSI", 3)}
    assert letters >= ORIENTATIONS
    assert "RAS" in ORIENTATIONS
    assert "RLS" not in ORIENTATIONS


def test_a_size_stretches_and_a_picture_needs_no_frame() -> None:
    way = regrid(Geometry(shape=(30, 50)), size=(64, 64))
    mask = np.zeros((30, 50), bool)
    mask[8:20, 10:40] = True
    assert way.there(mask).shape == (64, 64)
    assert dice(way.back(way.there(mask)) > 0.5, mask) >= 0.98


@pytest.mark.parametrize(
    ("about", "asked", "said"),
    [
        (Geometry(shape=(4, 4, 4)), {"orientation": "RAS"}, "no patient frame"),
        (Geometry(shape=(4, 4)), {"spacing_mm": (1.0, 1.0)}, "spacing is not known"),
        (Geometry(shape=(4, 4), spacing_mm=(1.0, 1.0)), {"spacing_mm": (1.0,) * 3}, "3 numbers and the record 2"),
    ],
)
def test_what_is_not_known_is_refused(about: Geometry, asked: dict[str, object], said: str) -> None:
    with pytest.raises(ValueError, match=said):
        regrid(about, **asked)  # type: ignore[arg-type]
