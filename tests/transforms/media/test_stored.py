"""A volume without a patient frame is cut across its own axes; nothing is said of planes, sides or millimetres."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from schemas import Geometry
from transforms.media.geometry import across, grid, media_geometry, native_plane, oblique, plane_axis

SHAPES = st.tuples(st.integers(2, 9), st.integers(2, 9), st.integers(2, 9))


@given(SHAPES, st.sampled_from("ijk"), st.data())
def test_a_slice_shows_its_voxels_as_stored(shape: tuple[int, int, int], plane: str, data: st.DataObject) -> None:
    volume = np.arange(np.prod(shape)).reshape(shape)
    axis = "ijk".index(plane)
    index = data.draw(st.integers(0, shape[axis] - 1))
    geometry = Geometry(shape=shape)
    assert (plane_axis(geometry, plane), oblique(geometry, plane)) == (axis, None)
    cut = grid(geometry, plane, index)
    picture = cut.cut(volume, labels=True)
    np.testing.assert_array_equal(picture, across(volume, axis, index).T)  # x runs along the lower of the two axes
    y, x = (data.draw(st.integers(0, size - 1)) for size in picture.shape)
    at = (cut.voxel @ [x, y, 0, 1])[:3].astype(int)
    assert volume[tuple(at)] == picture[y, x]


def test_nothing_is_said_that_nobody_knows() -> None:
    geometry = Geometry(shape=(4, 5, 6))
    assert native_plane(geometry) == "k"
    found = media_geometry(geometry, grid(geometry, "k", 2))
    assert (found.spacing_mm, found.affine, found.orientation) == (None, None, None)
    assert (found.slice_axis, found.slice_index, found.source_shape) == (2, 2, (4, 5, 6))


def test_a_known_spacing_makes_square_pixels() -> None:
    geometry = Geometry(shape=(10, 20, 30), spacing_mm=(1.0, 2.0, 0.5))
    cut = grid(geometry, "k", 0)
    assert cut.size == (10, 40)
    assert media_geometry(geometry, cut).spacing_mm == (1.0, 1.0)


def test_a_slice_outside_is_refused() -> None:
    with pytest.raises(ValueError, match=r"outside 0\.\.5"):
        grid(Geometry(shape=(4, 5, 6)), "k", 6)
