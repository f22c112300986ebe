"""Boxes and points on pictures, tiles, slices and frames: where they are drawn, and nowhere else."""

from math import ceil, floor

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from schemas import BoxShape, Concept, Geometry, MadeBy, PointShape, PolygonShape, Record, Region, SourceFile, SpanShape
from schemas.recipe import ViewSpec
from transforms.media.pixels import Pixels
from transforms.media.render import render
from transforms.regions import scene
from transforms.regions.marks import of_scene
from transforms.regions.placing import slices
from transforms.regions.resolve import Resolved, cropped
from transforms.regions.views import choose

LESION = Concept(system="SCT", code="52988006", label="lesion")
HEIGHT, WIDTH = 40, 60


def record(shape: tuple[int, ...], kind: str = "image", spacing: tuple[float, ...] | None = None, **more) -> Record:
    affine = None
    if kind == "volume":
        assert spacing is not None
        affine = tuple(map(tuple, np.diag([*spacing, 1.0]).tolist()))
    return Record(
        key="rec", dataset="toy", kind=kind, decoder="raster", sources=(SourceFile(uri="a", sha256="0" * 64, bytes=1),),
        geometry=Geometry(shape=shape, spacing_mm=spacing, affine=affine, **more), subject="toy/1",
        modality=Concept(system="DCM", code="CT", label="computed tomography"),
    )  # fmt: skip


def drawn(shape, frame: str = "voxel", key: str = "n", concept: Concept = LESION) -> Resolved:
    return Resolved(
        Region(
            key=key, dataset="toy", record="rec", frame=frame, concept=concept, source_label="lesion", shape=shape,
            made_by=MadeBy(kind="human", name="reader"),
        )
    )  # fmt: skip


def built(rec: Record, frame: str, *items: Resolved) -> scene.Built:
    array = np.random.default_rng(0).integers(0, 255, rec.geometry.shape, np.uint8)
    picture = render(rec, Pixels(array, rec.geometry), frame, None if rec.kind != "volume" else (0, 255))
    return scene.build(rec, frame, picture, list(items), None)


def shown(rec: Record, frame: str, *items: Resolved) -> list[object]:
    """The boxes and points of a view: xyxy, or a list of xy."""
    regions = built(rec, frame, *items).view.scene.regions
    return [region.box.xyxy if region.box else list(region.points.xy) for region in regions]


finite = st.floats(0, 1)


@settings(deadline=None)
@given(finite, finite, finite, finite)
def test_a_box_on_a_picture_is_the_pixels_that_it_touches(a, b, c, d) -> None:
    x0, x1 = sorted((a * WIDTH, b * WIDTH))
    y0, y1 = sorted((c * HEIGHT, d * HEIGHT))
    if x1 - x0 < 0.01 or y1 - y0 < 0.01:
        return
    found = shown(record((HEIGHT, WIDTH)), "full", drawn(BoxShape(xyxy=(x0, y0, x1, y1))))
    near = 2e-6  # within rounding of a whole number, either pixel will do
    (left, top, right, bottom) = found[0]
    assert left in (floor(x0 - near), floor(x0 + near))
    assert top in (floor(y0 - near), floor(y0 + near))
    assert right in (ceil(x1 - near), ceil(x1 + near))
    assert bottom in (ceil(y1 - near), ceil(y1 + near))


@settings(deadline=None)
@given(st.integers(0, 58), st.integers(0, 38), st.integers(1, 20), st.integers(1, 20), st.integers(1, 50))
def test_a_tile_shows_the_boxes_that_lie_in_it_whole(x0, y0, width, height, cut) -> None:
    x1, y1 = min(WIDTH, x0 + width), min(HEIGHT, y0 + height)
    item = drawn(BoxShape(xyxy=(x0, y0, x1, y1)))
    rec = record((HEIGHT, WIDTH))
    left, right = f"tile:0-0-{cut}-{HEIGHT}", f"tile:{cut}-0-{WIDTH}-{HEIGHT}"
    assert shown(rec, left, item) == ([(x0, y0, x1, y1)] if x1 <= cut else [])
    assert shown(rec, right, item) == ([(x0 - cut, y0, x1 - cut, y1)] if x0 >= cut else [])
    assert built(rec, left, item).shown == {"lesion"}  # cut or elsewhere, it is not absent


def test_a_box_that_leaves_the_picture_is_cut_there() -> None:
    assert shown(record((HEIGHT, WIDTH)), "full", drawn(BoxShape(xyxy=(-5, 30, 10, 99)))) == [(0, 30, 10, HEIGHT)]
    assert shown(record((HEIGHT, WIDTH)), "full", drawn(BoxShape(xyxy=(-5, 30, 0, 35)))) == []


def test_an_outline_that_holds_no_pixel_is_the_box_around_it() -> None:
    tiny = drawn(PolygonShape(rings=(((3.1, 4.1), (3.3, 4.1), (3.2, 5.2)),)))
    assert shown(record((HEIGHT, WIDTH)), "full", tiny) == [(3, 4, 4, 6)]


@settings(deadline=None)
@given(st.floats(0, WIDTH), st.floats(0, HEIGHT))
def test_a_point_stays_where_it_is(x, y) -> None:
    ((found,),) = shown(record((HEIGHT, WIDTH)), "full", drawn(PointShape(points=((x, y),), names=("tip",))))
    assert found == pytest.approx((x, y), abs=5e-4)


def test_points_keep_their_names_and_are_not_parted_by_a_tile() -> None:
    ends = drawn(PointShape(points=((5.0, 5.0), (50.0, 5.0)), names=("start", "end")))
    rec = record((HEIGHT, WIDTH))
    (region,) = built(rec, "full", ends).view.scene.regions
    assert region.points is not None
    assert region.points.names == ("start", "end")
    assert shown(rec, "tile:0-0-30-40", ends) == []
    assert shown(rec, "tile:0-0-60-20", ends) == [[(5.0, 5.0), (50.0, 5.0)]]


slow = settings(deadline=None, max_examples=25)  # each example looks at every slice of three planes
VOLUME = record((20, 10, 12), "volume", spacing=(1.0, 2.0, 3.0))  # i 1 mm, j 2 mm, k 3 mm: LPS, axes as stored


@slow
@given(st.floats(0, 19), st.floats(0, 9), st.floats(0, 11))
def test_a_point_in_space_shows_on_the_nearest_slice_of_each_plane(i, j, k) -> None:
    item = drawn(PointShape(points=((i, j, k),)))
    for plane, axis, value, count in (("axial", 2, k, 12), ("coronal", 1, j, 10), ("sagittal", 0, i, 20)):
        nearest = min(floor(value + 0.5), count - 1)
        assert slices(VOLUME, item.region, axis) == [nearest]
        on = [index for index in range(count) if shown(VOLUME, f"{plane}:{index}", item)]
        assert on == [nearest]


def test_a_point_in_space_lies_where_its_voxel_does() -> None:
    """Of an axial view x is i, y is j, drawn twice as large: 1 mm pixels of voxels of 1 x 2 mm."""
    ((at,),) = shown(VOLUME, "axial:5", drawn(PointShape(points=((7.0, 3.0, 5.2),))))
    assert at == (7.5, 7.0)
    ((at,),) = shown(VOLUME, "coronal:3", drawn(PointShape(points=((7.0, 3.0, 5.0),))))
    assert at == (7.5, (11 - 5) * 3 + 1.5)  # y to the feet, voxels of 3 mm


def test_a_box_on_a_slice_shows_there_and_not_from_its_edge() -> None:
    item = drawn(BoxShape(xyxy=(4, 6, 10, 14)), "axial:5")
    assert [n for n in range(12) if shown(VOLUME, f"axial:{n}", item)] == [5]
    assert shown(VOLUME, "axial:5", item) == [(4, 6, 10, 14)]
    assert not any(shown(VOLUME, f"coronal:{n}", item) for n in range(10))


def test_slices_are_chosen_through_points_and_boxes() -> None:
    items = [drawn(PointShape(points=((1.0, 1.0, float(k)),)), key=str(k)) for k in (1, 9)]
    items.append(drawn(BoxShape(xyxy=(4, 6, 10, 14)), "axial:4", key="box"))
    assert choose(VOLUME, items, ViewSpec(planes={"axial": 3}), {}) == ["axial:1", "axial:4", "axial:9"]
    spec = ViewSpec(planes={"axial": 1}, at_regions=("lesion",))
    assert choose(VOLUME, items[1:2], spec, {"lesion": "lesion"}) == ["axial:9"]


CLIP = record((10, HEIGHT, WIDTH), "clip", sampling_hz=5.0)


def test_a_box_and_points_lie_on_their_frame() -> None:
    box = drawn(BoxShape(xyxy=(4, 6, 10, 14)), "frame:7", key="box")
    point = drawn(PointShape(points=((3.0, 4.0),)), "frame:2", key="point")
    assert choose(CLIP, [box, point], ViewSpec(frames=2), {}) == ["frame:2", "frame:7"]
    assert shown(CLIP, "frame:7", box, point) == [(4, 6, 10, 14)]
    assert shown(CLIP, "frame:2", box, point) == [[(3.0, 4.0)]]
    assert shown(CLIP, "frame:5", box, point) == []


def test_a_frame_is_shown_with_the_spans_that_it_lies_in() -> None:
    first, second = (drawn(SpanShape(start=a, end=b, unit="s"), key=f"{a}") for a, b in ((0.0, 1.0), (1.0, 2.0)))
    for frame, span in ((0, (0.0, 1.0)), (4, (0.0, 1.0)), (5, (1.0, 2.0)), (9, (1.0, 2.0))):
        assert [r.span for r in built(CLIP, f"frame:{frame}", first, second).view.scene.regions] == [span]


def test_one_thing_drawn_twice_is_shown_by_its_mask() -> None:
    mask = np.zeros((HEIGHT, WIDTH), bool)
    mask[10:20, 10:20] = True
    held = cropped(drawn(BoxShape(xyxy=(0, 0, 1, 1)), key="mask").region, mask)
    around, apart = drawn(BoxShape(xyxy=(8, 8, 22, 22)), key="a"), drawn(BoxShape(xyxy=(30, 8, 40, 22)), key="b")
    found = built(record((HEIGHT, WIDTH)), "full", held, around, apart)
    assert found.covered == {"a"}
    assert [region.region for region in found.view.scene.regions] == ["b", "mask"]
    for beside in ((19, 19, 40, 38), (0, 0, 11, 11)):  # a neighbour, into whose box the mask reaches
        assert (
            built(record((HEIGHT, WIDTH)), "full", held, drawn(BoxShape(xyxy=beside), key="d")).covered == frozenset()
        )
    inside, outside = (drawn(PointShape(points=(xy,)), key="p") for xy in ((12.0, 12.0), (25.0, 12.0)))
    assert built(record((HEIGHT, WIDTH)), "full", held, inside).covered == {"p"}
    assert built(record((HEIGHT, WIDTH)), "full", held, outside).covered == frozenset()
    other = drawn(BoxShape(xyxy=(8, 8, 22, 22)), key="c", concept=LESION.model_copy(update={"label": "cyst"}))
    assert built(record((HEIGHT, WIDTH)), "full", held, other).covered == frozenset()


def test_rows_lie_in_the_frame_of_the_view() -> None:
    item = drawn(BoxShape(xyxy=(12.4, 6.0, 20.0, 14.0)))
    found = built(record((HEIGHT, WIDTH)), "tile:10-5-40-40", item)
    (row,) = found.rows
    assert (row.frame, row.parent, row.shape) == ("tile:10-5-40-40", "n", BoxShape(xyxy=(2, 1, 10, 9)))
    assert of_scene(found.view.scene)["r1"].box == (2, 1, 10, 9)
