"""Lines, ellipses, balls and boxes in space under crops, flips, turns and resampling: what is measured on a view is
what the drawing measures in the patient."""

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from schemas import (
    BallShape,
    Box3dShape,
    EllipseShape,
    Geometry,
    LineShape,
    PointShape,
    Record,
    SlicesShape,
    TurnedBoxShape,
)
from tests.transforms.regions.test_marks import CLIP, HEIGHT, WIDTH, built, drawn, record
from transforms.facts.angles import between
from transforms.facts.marks import in_unit, line_length, turned_sides
from transforms.media.geometry import grid, media_geometry, native_plane, plane_axis
from transforms.regions.ellipses import Ellipse, made, mapped
from transforms.regions.marks import Mark, of_region
from transforms.regions.placing import nowhere, placed, slices

SHAPE = (24, 20, 8)
cheap = settings(deadline=None, max_examples=60)
turns = st.floats(-180, 180)
unit = st.floats(0.05, 0.95)


def oblique(
    a: float, b: float, c: float, spacing: tuple[float, float, float], flips: tuple[bool, bool, bool]
) -> Record:
    """A volume turned about all three axes, its voxels no cubes, its array axes running either way."""
    turn = np.eye(3)
    for axis, degrees in enumerate((a, b, c)):
        angle, (p, q) = np.deg2rad(degrees), [n for n in range(3) if n != axis]
        step = np.eye(3)
        step[p, p] = step[q, q] = np.cos(angle)
        step[p, q], step[q, p] = -np.sin(angle), np.sin(angle)
        turn = turn @ step
    affine = np.eye(4)
    affine[:3, :3] = turn * np.where(flips, -1.0, 1.0) * spacing
    affine[:3, 3] = (7.0, -11.0, 13.0)
    rec = record(SHAPE, "volume", spacing=spacing)
    geometry = Geometry(shape=SHAPE, spacing_mm=spacing, affine=tuple(map(tuple, affine.tolist())))
    return rec.model_copy(update={"geometry": geometry})


sizes = st.tuples(st.floats(0.4, 0.9), st.floats(1.1, 1.9), st.floats(2.5, 4.0))
volumes = st.builds(oblique, turns, turns, turns, sizes, st.tuples(*[st.booleans()] * 3))


def world(rec: Record, ijk: NDArray[np.float64]) -> NDArray[np.float64]:
    return np.c_[ijk, np.ones(len(ijk))] @ np.asarray(rec.geometry.affine).T[:, :3]


def on_slice(rec: Record, shape, frame: str, k: int) -> Mark | None:
    """A shape on the view across the third axis, which is the coarsest."""
    plane = native_plane(rec.geometry)
    assert plane_axis(rec.geometry, plane) == 2
    cut = grid(rec.geometry, plane, k)
    return placed(rec, drawn(shape, frame).region, media_geometry(rec.geometry, cut), cut.size[::-1], whole=True)


def stretch(rec: Record) -> NDArray[np.float64]:
    """Pixels of the stored view, which is drawn with square ones, for a voxel along i and j."""
    sides = np.asarray(rec.geometry.spacing_mm)[:2]
    return np.round(SHAPE[:2] * sides / sides.min()) / SHAPE[:2]


def spacing_of(rec: Record, k: int) -> tuple[float, float]:
    found = media_geometry(rec.geometry, grid(rec.geometry, native_plane(rec.geometry), k)).spacing_mm
    assert found is not None
    return found


@cheap
@given(volumes, st.lists(st.tuples(unit, unit), min_size=2, max_size=5), st.integers(0, 7))
def test_a_line_is_as_long_as_it_is_in_the_patient(rec, ends, k) -> None:
    ij = np.array(ends) * SHAPE[:2]
    mark = on_slice(rec, LineShape(points=tuple(map(tuple, (ij * stretch(rec)).tolist()))), f"k:{k}", k)
    assert mark is not None
    steps = np.diff(world(rec, np.c_[ij - 0.5, np.full(len(ij), k)]), axis=0)
    assert line_length(mark, spacing_of(rec, k)) == pytest.approx(np.linalg.norm(steps, axis=1).sum(), abs=0.02)


@cheap
@given(volumes, st.tuples(*[st.tuples(unit, unit)] * 3), st.integers(0, 7))
def test_an_angle_is_that_of_the_patient(rec, ends, k) -> None:
    ijk = np.c_[np.array(ends) * SHAPE[:2] - 0.5, np.full(3, k)]
    a, apex, b = world(rec, ijk)
    arms = np.linalg.norm(a - apex), np.linalg.norm(b - apex)
    assume(min(arms) > 2)
    marks = [on_slice(rec, PointShape(points=(tuple(at),)), "voxel", k) for at in ijk.tolist()]
    found = between(*(mark.centre for mark in marks if mark), spacing_of(rec, k))
    cosine = (a - apex) @ (b - apex) / (arms[0] * arms[1])
    assert found == pytest.approx(np.rad2deg(np.arccos(np.clip(cosine, -1, 1))), abs=0.2)


@cheap
@given(volumes, st.tuples(unit, unit), st.floats(1, 6), st.floats(1, 6), turns, st.integers(0, 7))
def test_an_ellipse_is_as_long_and_as_wide_as_it_is_in_the_patient(rec, centre, a, b, turn, k) -> None:
    """Against points of it, each taken into the patient by itself."""
    middle, t = np.array(centre) * SHAPE[:2], np.linspace(0, 2 * np.pi, 3601)
    c, s = np.cos(np.deg2rad(turn)), np.sin(np.deg2rad(turn))
    along = np.stack([a * np.cos(t) * c - b * np.sin(t) * s, a * np.cos(t) * s + b * np.sin(t) * c], axis=1)
    along /= stretch(rec)
    places = world(rec, np.c_[middle - 0.5 + along, np.full(len(t), k)])
    radii = np.linalg.norm(places - world(rec, np.r_[middle - 0.5, k][None]), axis=1)
    drawn_at = tuple((middle * stretch(rec)).tolist())
    shape = EllipseShape(centre=drawn_at, axes=(a, b), angle=float(np.deg2rad(turn)))
    mark = on_slice(rec, shape, f"k:{k}", k)
    assert mark is not None
    assert in_unit(mark, spacing_of(rec, k)).axes == pytest.approx((radii.max(), radii.min()), rel=1e-3, abs=5e-3)
    view = [
        on_slice(rec, PointShape(points=((*(middle - 0.5 + p).tolist(), float(k)),)), "voxel", k) for p in along[:9]
    ]
    ellipse = mark.ellipse
    for at in (one.points[0] for one in view if one is not None):
        assert np.linalg.norm(np.linalg.solve(ellipse.half, np.subtract(at, ellipse.centre))) == pytest.approx(
            1, abs=5e-3
        )


@cheap
@given(volumes, st.tuples(unit, unit, unit), st.floats(2, 30))
def test_a_ball_is_a_circle_of_its_diameter_on_the_slice_of_its_centre(rec, centre, diameter) -> None:
    ijk = np.array(centre) * SHAPE - 0.5
    ball = BallShape(centre=tuple(ijk.tolist()), diameter_mm=diameter)
    (k,) = slices(rec, drawn(ball).region, 2)
    assert k == min(int(np.floor(ijk[2] + 0.5)), SHAPE[2] - 1)
    mark = on_slice(rec, ball, "voxel", k)
    assert mark is not None
    assert [2 * axis for axis in in_unit(mark, spacing_of(rec, k)).axes] == pytest.approx([diameter] * 2, rel=1e-3)
    point = on_slice(rec, PointShape(points=(ball.centre,)), "voxel", k)
    assert point is not None
    assert mark.ellipse is not None
    assert mark.ellipse.centre == point.points[0]
    assert on_slice(rec, ball, "voxel", (k + 1) % SHAPE[2]) is None


@cheap
@given(st.floats(1, 9), st.floats(1, 9), turns, st.floats(0.2, 5), st.floats(0.2, 5))
def test_an_ellipse_goes_there_and_back(a, b, turn, x, y) -> None:
    c, s = np.cos(np.deg2rad(turn)), np.sin(np.deg2rad(turn))
    first = made((3.0, 4.0), np.array([[c * a, -s * b], [s * a, c * b]]))
    assert first.axes == pytest.approx((max(a, b), min(a, b)))
    back = mapped(mapped(first, np.diag([x, y])), np.diag([1 / x, 1 / y]))
    assert back.axes == pytest.approx(first.axes)
    if a - b > 0.01 * a:
        assert (first.angle - turn + 90) % 180 == pytest.approx(90, abs=1e-6)
        assert (back.angle - first.angle + 90) % 180 == pytest.approx(90, abs=1e-3)


@cheap
@given(st.floats(1, 8), st.floats(1, 8), turns, st.floats(10, 40), st.floats(10, 30), st.integers(5, 55))
def test_a_tile_shows_what_lies_in_it_whole(a, b, turn, x, y, edge) -> None:
    shape = EllipseShape(centre=(x, y), axes=(a, b), angle=float(np.deg2rad(turn)))
    rec, t = record((HEIGHT, WIDTH)), np.linspace(0, 2 * np.pi, 2001)
    c, s = np.cos(np.deg2rad(turn)), np.sin(np.deg2rad(turn))
    right = (x + a * np.cos(t) * c - b * np.sin(t) * s).max()
    assume(abs(right - edge) > 0.01)
    found = built(rec, f"tile:0-0-{edge}-{HEIGHT}", drawn(shape)).view.scene.regions
    assert bool(found) == (right < edge)
    (whole,) = built(rec, "full", drawn(shape)).view.scene.regions
    assert whole.ellipse is not None
    assert whole.ellipse.centre == pytest.approx((x, y), abs=1e-3)
    assert whole.box is None
    assert whole.mask is None


@cheap
@given(volumes, st.tuples(unit, unit), st.floats(2, 12), st.floats(2, 12), turns, st.integers(0, 7))
def test_a_turned_box_stays_the_box_that_it_is_in_the_patient(rec, centre, a, b, turn, k) -> None:
    """Drawn on pixels that are square, its sides are those of a rectangle, however the volume lies."""
    middle, scale = np.array(centre) * SHAPE[:2] * stretch(rec), stretch(rec)
    c, s = np.cos(np.deg2rad(turn)), np.sin(np.deg2rad(turn))
    u, v = np.array([c, s]) * a / 2, np.array([-s, c]) * b / 2
    corners = [middle + p * u + q * v for p, q in ((-1, -1), (1, -1), (1, 1), (-1, 1))]
    mark = on_slice(rec, TurnedBoxShape(corners=tuple(map(tuple, corners))), f"k:{k}", k)
    assert mark is not None
    places = world(rec, np.c_[np.array(corners) / scale - 0.5, np.full(4, k)])
    sides = sorted(float(np.linalg.norm(places[n] - places[n + 1])) for n in (0, 1))
    found = turned_sides(mark, spacing_of(rec, k))
    if found is not None:  # of pixels that are a hundredth from square, its angles may be no right ones
        assert sorted(found) == pytest.approx(sides, rel=0.02, abs=0.02)
    assert mark.single


def test_a_line_that_a_tile_parts_is_left_out() -> None:
    item, rec = drawn(LineShape(points=((5.0, 5.0), (20.0, 30.0), (50.0, 5.0)))), record((HEIGHT, WIDTH))
    (region,) = built(rec, "full", item).view.scene.regions
    assert region.line is not None
    assert region.line.xy == ((5.0, 5.0), (20.0, 30.0), (50.0, 5.0))
    for tile in ("tile:0-0-30-40", "tile:0-0-60-20"):
        cut = built(rec, tile, item)
        assert cut.view.scene.regions == ()
        assert cut.shown == {"lesion"}
    (mark,) = [of_region(region, (HEIGHT, WIDTH))]
    assert mark is not None
    with pytest.raises(ValueError, match="no place of their own"):
        _ = mark.centre


def test_shapes_lie_on_their_frame_of_a_clip() -> None:
    line = drawn(LineShape(points=((5.0, 5.0), (9.0, 8.0))), "frame:7", key="line")
    assert [len(built(CLIP, f"frame:{n}", line).view.scene.regions) for n in (6, 7, 8)] == [0, 1, 0]


def test_a_box_in_space_shows_on_each_slice_that_it_holds() -> None:
    rec = record((20, 10, 12), "volume", spacing=(1.0, 2.0, 3.0))
    item = drawn(Box3dShape(ijk=(3.0, 2.0, 4.0, 9.0, 7.0, 7.0)))
    assert slices(rec, item.region, 2) == [4, 5, 6]
    assert slices(rec, item.region, 0) == [3, 4, 5, 6, 7, 8]
    (region,) = built(rec, "axial:5", item).view.scene.regions
    assert region.box is not None
    assert region.box.xyxy == (3, 4, 9, 14)  # drawn twice as high: 1 mm pixels of voxels of 2 mm
    assert built(rec, "axial:7", item).view.scene.regions == ()


def test_a_range_of_slices_is_told_on_those_slices_and_nowhere_drawn() -> None:
    rec = record((20, 10, 12), "volume", spacing=(1.0, 2.0, 3.0))
    item = drawn(SlicesShape(axis=2, start=4, stop=7))
    for n in range(12):
        found = [region.slices for region in built(rec, f"axial:{n}", item).view.scene.regions]
        assert found == ([(2, 4, 7)] if 4 <= n < 7 else [])
    assert built(rec, "coronal:3", item).view.scene.regions == ()
    assert slices(rec, item.region, 2) == [4, 5, 6]


@pytest.mark.parametrize(
    ("shape", "words"),
    [
        (SlicesShape(axis=2, start=9, stop=13), "slices 9 to 13 are none of 12"),
        (LineShape(points=((1.0, 1.0), (2.0, 2.0))), "nothing can be drawn in frame 'voxel'"),
        (BallShape(centre=(1.0, float("nan"), 2.0), diameter_mm=4), "no number"),
    ],
)
def test_what_has_no_place_says_why(shape, words) -> None:
    assert words in str(nowhere(record((20, 10, 12), "volume", spacing=(1.0, 2.0, 3.0)), drawn(shape).region))


def test_a_ball_on_a_picture_has_no_place() -> None:
    assert "lies in a volume" in str(
        nowhere(record((20, 10)), drawn(BallShape(centre=(1.0, 2.0, 3.0), diameter_mm=4)).region)
    )


def test_pixels_of_an_ellipse_are_those_whose_centres_it_holds() -> None:
    held = Mark((40, 60), ellipse=Ellipse((30.0, 20.0), (10.0, 5.0), 0.0)).pixels
    area = np.pi * 10 * 5
    assert held.size == pytest.approx(area, rel=0.03)
    assert held.box == (20, 15, 40, 25)
    tiny = Mark((40, 60), ellipse=Ellipse((30.0, 20.0), (0.2, 0.1), 0.0)).pixels
    assert (tiny.size, tiny.box) == (1, (30, 20, 31, 21))
