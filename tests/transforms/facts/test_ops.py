"""Measurements against closed formulas, another library, and hand-drawn masks."""

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from skimage.measure import regionprops
from skimage.morphology import convex_hull_image

from schemas import MediaGeometry
from tests.views import disc, lps, rectangle
from transforms.facts import ops

SHAPE = (160, 200)
SPACINGS = st.sampled_from([None, (1.0, 1.0), (0.7, 0.7), (2.5, 2.5), (0.5, 1.5)])
blobs = st.builds(
    lambda cells: np.array(cells, bool).reshape(9, 11), st.lists(st.booleans(), min_size=99, max_size=99).filter(any)
)


def tilted(length: float, width: float, degrees: float) -> np.ndarray:
    """A rectangle about (100, 80), its long side at an angle to x."""
    y, x = np.mgrid[: SHAPE[0], : SHAPE[1]]
    c, s = math.cos(math.radians(degrees)), math.sin(math.radians(degrees))
    along, across = (x - 100) * c + (y - 80) * s, -(x - 100) * s + (y - 80) * c
    return (abs(along) <= length / 2) & (abs(across) <= width / 2)


@pytest.mark.parametrize("radius", [1, 5, 20, 60])
def test_a_disc_is_as_wide_as_its_pixels_every_way(radius):
    mask = disc(SHAPE, 100, 80, radius)
    assert ops.long_axis(mask, (2.0, 2.0)) == pytest.approx((2 * radius + 1) * 2)
    assert ops.short_axis(mask, None) == pytest.approx(2 * radius + 1, abs=1)
    assert ops.area(mask, (2.0, 2.0)) == mask.sum() * 4
    assert radius < 20 or ops.area(mask, None) == pytest.approx(math.pi * radius**2, rel=0.01)


@settings(deadline=None)
@given(length=st.floats(30, 100), share=st.floats(0.2, 0.9), degrees=st.floats(0, 180), spacing=st.floats(0.3, 3))
def test_a_tilted_rectangle_is_as_long_as_its_diagonal(length, share, degrees, spacing):
    width = length * share
    diagonal = math.hypot(length, width)
    long = ops.long_axis(tilted(length, width, degrees), (spacing, spacing))
    # The pixel centre nearest to a right-angled corner lies at most 1 + sqrt(2)/2 from it, and never beyond it.
    assert diagonal - 2 - math.sqrt(2) <= long / spacing - 1 <= diagonal + 1e-6


@settings(deadline=None)
@given(width=st.integers(2, 60), height=st.integers(2, 60), pixel=st.floats(0.2, 3))
def test_an_upright_rectangle_is_as_long_as_the_formula(width, height, pixel):
    long = ops.long_axis(rectangle(SHAPE, 7, 9, 7 + width, 9 + height), (pixel, pixel))
    assert long == pytest.approx(pixel * (math.hypot(width - 1, height - 1) + 1))  # between pixel centres


@settings(deadline=None)
@given(mask=blobs, spacing=SPACINGS)
def test_the_long_axis_is_the_farthest_pair_of_all_pixels(mask, spacing):
    x, y = spacing or (1.0, 1.0)
    ys, xs = np.nonzero(mask)
    apart = np.hypot((xs[:, None] - xs) * x, (ys[:, None] - ys) * y).max()  # every pixel, not the hull's
    assert apart + min(x, y) - 1e-6 <= ops.long_axis(mask, spacing) <= apart + max(x, y) + 1e-6


@settings(deadline=None)
@given(mask=blobs)
def test_area_centroid_and_box_are_those_of_skimage(mask):
    (props,) = regionprops(mask.astype(np.uint8))
    x, y = ops.centroid(mask)
    assert (y, x) == pytest.approx(props.centroid)
    assert ops.area(mask, None) == props.area
    x0, y0, x1, y1 = ops.box(mask)
    assert (y0, x0, y1, x1) == props.bbox


@settings(deadline=None)
@given(mask=blobs.filter(lambda mask: mask.sum() > 3))
def test_the_long_axis_is_near_skimages_feret_diameter(mask):
    flat = mask.any(0).sum() == 1 or mask.any(1).sum() == 1  # a hull of one row has no inside for skimage
    whole = mask.astype(np.uint8) if flat else convex_hull_image(mask).astype(np.uint8)
    feret = regionprops(whole)[0].feret_diameter_max  # between half-pixel contours: another convention
    assert ops.long_axis(mask, None) == pytest.approx(feret, abs=1.5)


@settings(deadline=None)
@given(mask=blobs, dx=st.integers(0, 20), dy=st.integers(0, 20))
def test_moving_a_mask_changes_no_size(mask, dx, dy):
    moved = np.pad(mask, ((dy, 3), (dx, 5)))
    assert ops.axes(moved, (0.7, 0.7)) == pytest.approx(ops.axes(mask, (0.7, 0.7)))
    assert ops.distance(
        np.pad(mask, ((0, dy), (0, dx))), np.pad(mask, ((dy, 0), (dx, 0))), (2.0, 2.0)
    ) == pytest.approx(2 * math.hypot(dx, dy))


def test_one_pixel_is_one_pixel_wide():
    assert ops.axes(rectangle(SHAPE, 3, 4, 4, 5), (0.5, 0.5)) == (0.5, 0.5)
    assert ops.axes(rectangle(SHAPE, 3, 4, 13, 5), (0.5, 2.0)) == (5.0, 2.0)


def test_the_gap_counts_the_free_pixels_between():
    a = rectangle(SHAPE, 10, 10, 20, 20)
    assert ops.gap(a, rectangle(SHAPE, 20, 10, 30, 20), (2.0, 2.0)) == 0
    assert ops.gap(a, rectangle(SHAPE, 23, 10, 30, 20), (2.0, 2.0)) == 6.0
    assert ops.gap(a, rectangle(SHAPE, 15, 15, 30, 30), None) == 0
    assert ops.gap(a, rectangle(SHAPE, 22, 23, 30, 30), None) == pytest.approx(math.hypot(3, 4) - 1)


@settings(deadline=None)
@given(a=blobs, b=blobs)
def test_the_gap_is_that_of_all_pairs_of_pixels(a, b):
    ys, xs = np.nonzero(a)
    yb, xb = np.nonzero(b)
    nearest = np.hypot(xs[:, None] - xb, ys[:, None] - yb).min()
    assert ops.gap(a, b, None) == pytest.approx(max(0.0, nearest - 1))
    assert ops.gap(b, a, None) == pytest.approx(ops.gap(a, b, None))


@settings(deadline=None)
@given(a=blobs, b=blobs)
def test_inside_is_the_share_of_pixels(a, b):
    assert ops.inside(a, b) == pytest.approx((a & b).sum() / a.sum())


def test_the_mean_is_that_of_the_masked_values():
    values = np.zeros(SHAPE, np.float32)
    values[10:20, 10:15], values[10:20, 15:20] = 30, 50
    assert ops.mean(rectangle(SHAPE, 10, 10, 20, 20), values) == 40


# The nine ninths, row by row from the image's top left, as the contract words them. In axial and coronal views the
# image's left is the patient's right.
ZONES = {
    None: "upper left,upper center,upper right,middle left,center,middle right,lower left,lower center,lower right",
    "axial": "anterior right,anterior central,anterior left,middle right,central,middle left,"
    "posterior right,posterior central,posterior left",
    "coronal": "superior right,superior central,superior left,middle right,central,middle left,"
    "inferior right,inferior central,inferior left",
    "sagittal": "superior anterior,superior central,superior posterior,middle anterior,central,middle posterior,"
    "inferior anterior,inferior central,inferior posterior",
}


@pytest.mark.parametrize("plane", list(ZONES))
def test_every_ninth_of_the_image_has_its_name(plane):
    names = ZONES[plane].split(",")
    found = [
        ops.zone(rectangle((90, 120), 40 * column + 15, 30 * row + 10, 40 * column + 25, 30 * row + 20), plane)
        for row in range(3)
        for column in range(3)
    ]
    assert found == names == ops.zones(plane)


@pytest.mark.parametrize("plane", ["axial", "coronal", "sagittal"])
def test_the_plane_is_read_off_the_affine(plane):
    assert ops.plane_of(lps(plane)) == plane


def test_a_flipped_or_missing_affine_gives_no_plane():
    affine = lps("axial").affine
    flipped = ((-1.0, 0.0, 0.0, 0.0), *affine[1:])
    assert ops.plane_of(MediaGeometry(affine=flipped)) is None
    assert ops.plane_of(MediaGeometry()) is None
    assert ops.plane_of(None) is None


@pytest.mark.parametrize("plane", ["axial", "coronal"])
def test_the_images_left_is_the_patients_right(plane):
    body = rectangle(SHAPE, 20, 10, 180, 150)  # its middle at x = 99.5
    assert ops.side(rectangle(SHAPE, 30, 50, 60, 80), body, lps(plane)) == "right"
    assert ops.side(rectangle(SHAPE, 140, 50, 170, 80), body, lps(plane)) == "left"
    assert ops.side(rectangle(SHAPE, 95, 50, 106, 80), body, lps(plane)) == "midline"
    assert ops.side(rectangle(SHAPE, 60, 50, 120, 80), body, lps(plane)) is None  # on both sides, more on the right


def test_the_side_is_measured_from_the_bodys_middle_and_not_the_images():
    body = rectangle(SHAPE, 0, 10, 60, 150)
    assert ops.side(rectangle(SHAPE, 40, 50, 50, 60), body, lps("axial")) == "left"


def test_a_sagittal_or_unplaced_view_has_no_sides():
    region, body = rectangle(SHAPE, 30, 50, 60, 80), rectangle(SHAPE, 20, 10, 180, 150)
    assert ops.side(region, body, lps("sagittal")) is None
    assert ops.side(region, body, None) is None


def test_count_leaves_empty_masks_out():
    assert ops.count([rectangle(SHAPE, 0, 0, 3, 3), np.zeros(SHAPE, bool), rectangle(SHAPE, 5, 5, 6, 6)]) == 2


@pytest.mark.parametrize("op", [ops.area, ops.axes, ops.long_axis])
def test_an_empty_mask_is_refused(op):
    with pytest.raises(ValueError, match="empty"):
        op(np.zeros(SHAPE, bool), None)


@settings(deadline=None)
@given(mask=blobs, spacing=SPACINGS)
def test_what_is_short_is_no_longer_than_what_is_long(mask, spacing):
    """A square's other diagonal, from corner to corner of its pixels, would be."""
    long, short = ops.axes(mask, spacing)
    assert short <= long
    assert ops.axes(np.ones((10, 10), bool), None)[0] == ops.axes(np.ones((10, 10), bool), None)[1]
