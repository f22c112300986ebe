"""Outlines, points and boxes on pictures, clips and volumes: which voxels an outline holds, in every frame."""

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from matplotlib.path import Path as Outline
from skimage.draw import polygon2mask

from schemas import BoxShape, Concept, Geometry, MadeBy, PointShape, PolygonShape, Record, Region, SourceFile
from transforms.media.pixels import Pixels
from transforms.media.render import render
from transforms.regions import scene
from transforms.regions.resolve import Resolved, resolve

CT = Concept(system="DCM", code="CT", label="computed tomography")
LESION = Concept(system="SCT", code="52988006", label="lesion")
SQUARE = ((2.0, 3.0), (8.0, 3.0), (8.0, 7.0), (2.0, 7.0))


def record(shape: tuple[int, ...], kind: str = "image", **geometry: object) -> Record:
    source = SourceFile(uri="a.png", sha256="0" * 64, bytes=1)
    return Record(
        key="rec", dataset="toy", kind=kind, decoder="raster", sources=(source,), subject="toy/1", modality=CT,
        geometry=Geometry(shape=shape, **geometry),
    )  # fmt: skip


def region(shape: object, frame: str = "voxel", key: str = "a") -> Region:
    return Region(
        key=key, dataset="toy", record="rec", frame=frame, concept=LESION, source_label="lesion", shape=shape,
        made_by=MadeBy(kind="human", name="reader"),
    )  # fmt: skip


def only(record: Record, shape: object, frame: str = "voxel") -> Resolved:
    (found,), _ = resolve(Path(), record, [region(shape, frame)])
    return found


def test_a_square_holds_the_pixels_whose_centres_it_holds() -> None:
    wanted = np.zeros((12, 10), bool)
    wanted[3:7, 2:8] = True
    for ring in (SQUARE, SQUARE[::-1], tuple((x + 0.4, y - 0.4) for x, y in SQUARE)):
        np.testing.assert_array_equal(only(record((12, 10)), PolygonShape(rings=(ring,))).full((12, 10)), wanted)


rings = st.lists(st.tuples(st.floats(-3, 25), st.floats(-3, 22)), min_size=3, max_size=9)


@given(rings)
def test_any_outline_agrees_with_scikit_image(ring: list[tuple[float, float]]) -> None:
    moved = [(round(x, 2) + 0.0031, round(y, 2) + 0.0047) for x, y in ring]  # off centres
    kept, dropped = resolve(Path(), record((20, 24)), [region(PolygonShape(rings=(tuple(moved),)))])
    wanted = polygon2mask((20, 24), [(y - 0.5, x - 0.5) for x, y in moved])
    found = kept[0].full((20, 24)) if kept else np.zeros((20, 24), bool)
    assert len(kept) + len(dropped) == 1
    np.testing.assert_array_equal(found, wanted)


def test_two_outlines_that_share_an_edge_through_centres_share_no_pixel() -> None:
    upper = PolygonShape(rings=(((0.5, 0.5), (9.5, 0.5), (9.5, 9.5)),))
    lower = PolygonShape(rings=(((0.5, 0.5), (9.5, 9.5), (0.5, 9.5)),))
    a, b = (only(record((12, 12)), shape).full((12, 12)) for shape in (upper, lower))
    assert not (a & b).any()
    np.testing.assert_array_equal(a | b, np.pad(np.ones((9, 9), bool), ((0, 3), (0, 3))))


def test_rings_are_joined_and_holes_cut_out_of_those_before() -> None:
    hole = ((4.0, 4.0), (6.0, 4.0), (6.0, 6.0), (4.0, 6.0))
    island = ((4.0, 4.0), (5.0, 4.0), (5.0, 5.0), (4.0, 5.0))
    found = only(record((12, 10)), PolygonShape(rings=(SQUARE, hole, island), holes=(False, True, False)))
    wanted = np.zeros((12, 10), bool)
    wanted[3:7, 2:8] = True
    wanted[4:6, 4:6] = False
    wanted[4, 4] = True
    np.testing.assert_array_equal(found.full((12, 10)), wanted)
    with pytest.raises(ValueError, match="2 rings"):
        only(record((12, 10)), PolygonShape(rings=(SQUARE, hole), holes=(False,)))


def test_a_clip_is_drawn_on_one_frame() -> None:
    clip = record((4, 12, 10), "clip")
    found = only(clip, PolygonShape(rings=(SQUARE,)), "frame:2")
    assert np.argwhere(found.full((4, 12, 10)).any((1, 2))).tolist() == [[2]]
    pixels = Pixels(np.random.default_rng(0).integers(0, 255, (4, 12, 10), np.uint8), clip.geometry)
    shown = [render(clip, pixels, f"frame:{n}", None).place(found) for n in range(4)]
    assert [mask is not None for mask in shown] == [False, False, True, False]
    assert shown[2] is not None
    assert shown[2][3:7, 2:8].all()
    assert shown[2].sum() == 24
    for frame in ("voxel", "frame:4", "axial:0"):
        with pytest.raises(ValueError):
            only(clip, PolygonShape(rings=(SQUARE,)), frame)


signs = st.tuples(*[st.sampled_from([-1, 1])] * 3)


@given(st.permutations([0, 1, 2]), signs, st.sampled_from(["axial", "coronal", "sagittal"]))
def test_an_outline_on_a_view_comes_back_in_that_view(order: list[int], sign: tuple[int, ...], plane: str) -> None:
    """However the volume is stored, drawing the view's outline on the view itself is the oracle."""
    affine = np.zeros((4, 4))
    for axis, world in enumerate(order):
        affine[world, axis] = sign[axis]
    affine[3, 3] = 1
    shape = (17, 14, 15)
    volume = record(shape, "volume", spacing_mm=(1, 1, 1), affine=tuple(map(tuple, affine.tolist())))
    ring = ((2.2, 3.1), (9.3, 2.4), (11.6, 8.7), (4.1, 10.3))
    found = only(volume, PolygonShape(rings=(ring,)), f"{plane}:6")
    pixels = Pixels(np.random.default_rng(0).normal(size=shape).astype(np.float32), volume.geometry)
    view = render(volume, pixels, f"{plane}:6", None)
    mask = view.place(found)
    assert mask is not None
    ys, xs = np.mgrid[: mask.shape[0], : mask.shape[1]]
    wanted = Outline(ring).contains_points(np.c_[xs.ravel() + 0.5, ys.ravel() + 0.5]).reshape(mask.shape)
    np.testing.assert_array_equal(mask, wanted)
    assert render(volume, pixels, f"{plane}:7", None).place(found) is None


def test_an_outline_on_a_resampled_view_covers_the_same_millimetres() -> None:
    affine = ((1.0, 0.0, 0.0, 0.0), (0.0, 2.0, 0.0, 0.0), (0.0, 0.0, 1.0, 0.0), (0.0, 0.0, 0.0, 1.0))
    volume = record((20, 10, 3), "volume", spacing_mm=(1, 2, 1), affine=affine)  # the view is 20 x 20
    ring = ((4.0, 6.0), (10.0, 6.0), (10.0, 14.0), (4.0, 14.0))
    full = only(volume, PolygonShape(rings=(ring,)), "axial:1").full((20, 10, 3))
    assert np.argwhere(full).min(0).tolist() == [4, 3, 1]
    assert np.argwhere(full).max(0).tolist() == [9, 6, 1]


def test_a_volume_of_one_slice_is_drawn_on_like_a_picture() -> None:
    """A radiograph from DICOM: i grows along the columns."""
    film = record((10, 12, 1), "volume", spacing_mm=(1, 1, 1), affine=tuple(map(tuple, np.eye(4).tolist())))
    full = only(film, PolygonShape(rings=(SQUARE,))).full((10, 12, 1))
    assert full[2:8, 3:7, 0].all()
    assert full.sum() == 24


def test_what_is_outside_is_dropped_and_what_is_tiny_is_kept_without_a_mask() -> None:
    away = region(PolygonShape(rings=(((20.0, 2.0), (30.0, 2.0), (30.0, 9.0)),)), key="away")
    tiny = region(PolygonShape(rings=(((3.1, 3.1), (3.3, 3.1), (3.2, 3.3)),)), key="tiny")
    past = region(PolygonShape(rings=(((-9.0, 2.0), (20.0, 20.0), (-9.0, 20.0)),)), key="past")  # around a corner
    kept, dropped = resolve(Path(), record((12, 10)), [away, tiny])
    assert [(item.region.key, item.mask) for item in kept] == [("tiny", None)]
    assert [item.region.key for item in dropped] == ["away"]
    kept, dropped = resolve(Path(), record((4, 4)), [past])
    assert ([item.region.key for item in dropped], kept) == (["past"], [])


def test_points_and_boxes_pass_without_a_mask_and_are_not_called_absent() -> None:
    picture = record((12, 10))
    shapes = [BoxShape(xyxy=(1, 1, 4, 4)), PointShape(points=((2.0, 3.0),), names=("apex",))]
    kept, _ = resolve(Path(), picture, [region(shape, key=str(n)) for n, shape in enumerate(shapes)])
    assert [item.mask for item in kept] == [None, None]
    pixels = Pixels(np.random.default_rng(0).integers(0, 255, (12, 10), np.uint8), picture.geometry)
    built = scene.build(picture, "full", render(picture, pixels, "full", None), kept, None)
    assert [row.shape.kind for row in built.rows] == ["box", "point"]
    assert built.shown == {"lesion"}
