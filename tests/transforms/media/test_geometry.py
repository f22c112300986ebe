"""A plane cut from a volume can be put back: pixel -> voxel -> millimetres, in any orientation."""

import itertools

import nibabel
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from nibabel.orientations import io_orientation, ornt_transform

from schemas import Geometry
from transforms.media.geometry import grid, media_geometry, native_plane

RAS_TO_LPS = np.diag([-1.0, -1.0, 1.0, 1.0])
LPS_CODES = [("R", "L"), ("A", "P"), ("I", "S")]  # the letters in which L, P and S grow


def rotation(angles: tuple[float, float, float]) -> np.ndarray:
    out = np.eye(3)
    for axis, angle in enumerate(np.deg2rad(angles)):
        i, j = [a for a in range(3) if a != axis]
        turn = np.eye(3)
        turn[[i, j], [i, j]] = np.cos(angle)
        turn[i, j], turn[j, i] = -np.sin(angle), np.sin(angle)
        out = out @ turn
    return out


@st.composite
def geometries(draw: st.DrawFn) -> Geometry:
    """Any axis order and direction (RAS, LPS, PIR, ...), tilted by up to 20 degrees, with uneven spacing."""
    order = draw(st.permutations(range(3)))
    signs = draw(st.tuples(*[st.sampled_from([-1.0, 1.0])] * 3))
    spacing = draw(st.tuples(*[st.floats(0.4, 4.0)] * 3))
    base = np.zeros((3, 3))
    for axis, (world, sign) in enumerate(zip(order, signs, strict=True)):
        base[world, axis] = sign
    tilt = draw(st.tuples(*[st.floats(-20, 20)] * 3))
    affine = np.eye(4)
    affine[:3, :3] = rotation(tilt) @ base @ np.diag(spacing)
    affine[:3, 3] = draw(st.tuples(*[st.floats(-300, 300)] * 3))
    shape = draw(st.tuples(*[st.integers(6, 24)] * 3))
    return Geometry(shape=shape, spacing_mm=spacing, affine=tuple(map(tuple, affine.tolist())))


@settings(max_examples=150, deadline=None)
@given(geometries(), st.sampled_from(["axial", "coronal", "sagittal"]), st.data())
def test_a_box_on_a_view_returns_to_voxel_and_millimetre(geometry: Geometry, plane: str, data: st.DataObject) -> None:
    """A box of voxels is drawn; its box on the view, mapped back, is that box within half a voxel."""
    low = [data.draw(st.integers(0, n - 3)) for n in geometry.shape]
    high = [data.draw(st.integers(a + 1, n)) for a, n in zip(low, geometry.shape, strict=True)]
    volume = np.zeros(geometry.shape, bool)
    volume[low[0] : high[0], low[1] : high[1], low[2] : high[2]] = True
    axis = grid(geometry, plane, 0).axis
    cut = grid(geometry, plane, data.draw(st.integers(low[axis], high[axis] - 1)))
    mask = cut.cut(volume, labels=True)
    ys, xs = np.nonzero(mask)
    if not len(xs):
        assert min(np.subtract(high, low)) <= 2  # a sliver may fall between resampled pixels, no larger box may
        return
    corners = np.array([[xs.min() - 0.5, ys.min() - 0.5, 0, 1], [xs.max() + 0.5, ys.max() + 0.5, 0, 1]], float).T
    voxel = np.sort((cut.voxel @ corners)[:3], axis=1)
    for a in set(range(3)) - {axis}:
        assert abs(voxel[a, 0] - (low[a] - 0.5)) <= 0.5 + 1e-6
        assert abs(voxel[a, 1] - (high[a] - 0.5)) <= 0.5 + 1e-6
    assert (voxel[axis] == cut.index).all()
    world = np.asarray(media_geometry(geometry, cut).affine) @ corners
    expected = np.asarray(geometry.affine) @ (cut.voxel @ corners)
    np.testing.assert_allclose(world, expected, atol=1e-4)


@pytest.mark.parametrize("codes", ["".join(c) for c in itertools.product("LR", "AP", "SI")] + ["PIR", "SAL", "ILP"])
def test_views_agree_with_nibabel_reorientation(codes: str) -> None:
    """nibabel, asked for an LPS volume, gives the same axial slice, in whatever way the source is stored."""
    rng = np.random.default_rng(7)
    canonical = rng.integers(0, 1000, (9, 8, 7)).astype(np.int16)  # axes L, P, S
    source_ornt = nibabel.orientations.axcodes2ornt(tuple(codes), LPS_CODES)
    lps_ornt = nibabel.orientations.axcodes2ornt(tuple("LPS"), LPS_CODES)
    transform = ornt_transform(lps_ornt, source_ornt)
    stored = nibabel.orientations.apply_orientation(canonical, transform)
    affine = np.diag([1.0, 1.0, 1.0, 1.0]) @ nibabel.orientations.inv_ornt_aff(transform, canonical.shape)
    geometry = Geometry(shape=stored.shape, spacing_mm=(1, 1, 1), affine=tuple(map(tuple, affine.tolist())))
    axis = grid(geometry, "axial", 0).axis
    index = 2 if io_orientation(affine)[axis, 1] > 0 else stored.shape[axis] - 1 - 2
    np.testing.assert_array_equal(grid(geometry, "axial", index).cut(stored), canonical[:, :, 2].T)
    axis = grid(geometry, "coronal", 0).axis
    index = 3 if io_orientation(affine)[axis, 1] > 0 else stored.shape[axis] - 1 - 3
    np.testing.assert_array_equal(grid(geometry, "coronal", index).cut(stored), canonical[:, 3, ::-1].T)
    axis = grid(geometry, "sagittal", 0).axis
    index = 4 if io_orientation(affine)[axis, 1] > 0 else stored.shape[axis] - 1 - 4
    np.testing.assert_array_equal(grid(geometry, "sagittal", index).cut(stored), canonical[4, :, ::-1].T)


def test_left_of_the_patient_is_on_the_right_of_the_image() -> None:
    """A marker at +40 mm L shows at the image's right, for a RAS and an LPS volume alike."""
    for flip in (1.0, -1.0):
        affine = np.diag([flip * 2.0, 2.0, 2.0, 1.0])
        affine[:3, 3] = [-flip * 50.0, -50.0, -50.0]
        geometry = Geometry(shape=(51, 51, 51), spacing_mm=(2, 2, 2), affine=tuple(map(tuple, affine.tolist())))
        volume = np.zeros(geometry.shape, bool)
        i, j, k = np.linalg.solve(affine, [40.0, 0.0, 0.0, 1.0])[:3].round().astype(int)
        volume[i, j, k] = True
        cut = grid(geometry, "axial", k)
        y, x = np.argwhere(cut.cut(volume, labels=True))[0]
        assert x > 25
        np.testing.assert_allclose(
            (np.asarray(media_geometry(geometry, cut).affine) @ [x, y, 0, 1])[:3], [40, 0, 0], atol=1e-6
        )


def test_uneven_pixels_become_square() -> None:
    affine = np.diag([0.7, 0.7, 2.5, 1.0])
    geometry = Geometry(shape=(100, 100, 40), spacing_mm=(0.7, 0.7, 2.5), affine=tuple(map(tuple, affine.tolist())))
    cut = grid(geometry, "coronal", 50)
    assert cut.size == (100, 143)
    sx, sy = media_geometry(geometry, cut).spacing_mm or (0, 0)
    assert sx == pytest.approx(0.7)
    assert sy == pytest.approx(0.7, rel=0.01)
    assert native_plane(geometry) == "axial"


def test_a_slice_outside_the_volume_is_refused() -> None:
    geometry = Geometry(shape=(4, 4, 4), spacing_mm=(1, 1, 1), affine=tuple(map(tuple, np.eye(4).tolist())))
    with pytest.raises(ValueError, match="outside"):
        grid(geometry, "axial", 4)
