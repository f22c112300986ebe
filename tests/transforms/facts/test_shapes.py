"""What is measured on lines, circles, ellipses and landmarks: by closed formulas, and nothing that they do not say."""

import math

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

import catalog
from schemas import Fact
from tests.shapeviews import SPACING, drawn, ellipse, line, point, turned, view
from tests.spaces import CARDIOMEGALY, EFFUSION, NODULE, small_space
from transforms.facts import measure_all
from transforms.facts.angles import ANGLES, between
from transforms.regions.viewdata import ViewData

SPACE = small_space()
WHOLE = catalog.labelspace()
places = st.tuples(st.floats(-500, 500), st.floats(-500, 500))


def facts(found: ViewData, predicate: str, space=SPACE) -> dict[tuple[str, ...], Fact]:
    return {fact.regions: fact for fact in measure_all(found, space).facts if fact.predicate == predicate}


def test_lines_circles_and_ellipses_are_measured_as_such() -> None:
    found = {(fact.predicate, *fact.regions): (fact.value, fact.unit) for fact in measure_all(drawn(), SPACE).facts
             if fact.unit in ("mm", "degrees")}  # fmt: skip
    assert found == {
        ("line_length", "r1"): (50.0, "mm"), ("line_length", "r2"): (20.0, "mm"),
        ("circle_diameter", "r3"): (10.0, "mm"), ("ellipse_long", "r4"): (30.0, "mm"),
        ("ellipse_short", "r4"): (10.0, "mm"), ("ellipse_angle", "r4"): (30.0, "degrees"),
        ("angle", "r5", "r6", "r7"): (90.0, "degrees"), ("distance", "r5", "r6"): (30.0, "mm"),
        ("turned_long", "r8"): (25.0, "mm"), ("turned_short", "r8"): (10.0, "mm"),
        ("distance", "r5", "r7"): (50.0, "mm"), ("distance", "r6", "r7"): (40.0, "mm"),
    }  # fmt: skip


def test_without_a_pixel_size_lengths_are_pixels_and_there_are_no_angles_between_points() -> None:
    found = measure_all(drawn(spacing=None), SPACE).facts
    assert {fact.unit for fact in found if fact.predicate in ("line_length", "circle_diameter", "ellipse_long")} == {
        "px"
    }
    assert [fact for fact in found if fact.predicate == "angle"] == []


def test_nothing_of_a_mask_is_measured_on_them() -> None:
    found = {fact.predicate for fact in measure_all(drawn(), SPACE).facts}
    assert found.isdisjoint(
        {"area", "long_axis", "short_axis", "diameter", "volume", "larger", "adjacent", "box_width"}
    )


def test_a_line_has_no_place_and_what_it_measures_is_not_seen() -> None:
    found = [fact for fact in measure_all(drawn(), SPACE).facts if "r2" in fact.regions]
    assert [fact.predicate for fact in found] == ["line_length"]


def test_a_circle_on_pixels_that_are_not_square_has_no_diameter_in_millimetres() -> None:
    for centre in ((60.0, 60.0), (90.0, 90.0)):
        found = measure_all(view(ellipse("r1", NODULE, centre, 20, 20, 0)), SPACE).facts
        assert {fact.predicate for fact in found if fact.regions} == {"zone", "present", "count"}


def test_an_upright_ellipse_on_pixels_that_are_not_square() -> None:
    """Half axes 40 px along x and 30 along y are 20 and 7.5 mm; standing up, 15 and 10."""
    (lying,) = facts(view(ellipse("r1", CARDIOMEGALY, (100, 90), 40, 30, 0)), "ellipse_long").values()
    assert lying.value == pytest.approx(2 * 40 * SPACING[0])
    standing = view(ellipse("r1", CARDIOMEGALY, (100, 90), 40, 30, 90))
    assert facts(standing, "ellipse_long")[("r1",)].value == pytest.approx(2 * 30 * SPACING[0])
    assert facts(standing, "ellipse_short")[("r1",)].value == pytest.approx(2 * 40 * SPACING[1])
    assert facts(standing, "ellipse_angle")[("r1",)].value == pytest.approx(0)


def test_a_turned_box_on_pixels_that_are_not_square_is_no_rectangle() -> None:
    corners = ((30, 120), (70, 150), (58, 166), (18, 136))
    assert facts(view(turned("r1", NODULE, *corners)), "turned_long") == {}
    upright = facts(view(turned("r1", NODULE, (30, 20), (70, 20), (70, 60), (30, 60))), "turned_long")
    assert upright[("r1",)].value == pytest.approx(40 * SPACING[0])  # 20 mm along x, 10 mm along y


def test_what_is_too_small_is_not_measured() -> None:
    small = view(line("r1", EFFUSION, (5, 5), (6, 8)), ellipse("r2", NODULE, (60, 60), 3, 3, 0))
    found = {fact.predicate for fact in measure_all(small, SPACE).facts}
    assert found.isdisjoint({"line_length", "circle_diameter"})
    near = [("liver", 90), ("left_kidney", 95), ("spleen", 160)]
    points = [point(f"r{n}", WHOLE.concept(slug), x, 60) for n, (slug, x) in enumerate(near, 1)]
    assert facts(view(*points), "angle", WHOLE) == {}


def test_angles_that_clinicians_measure_are_measured_and_no_others() -> None:
    at = {
        "sella_point": (60, 60), "nasion": (140, 50), "subspinale": (150, 100), "supramentale": (140, 130),
        "articulare": (50, 90), "gonion": (70, 140), "menton": (120, 160), "porion": (30, 70),
    }  # fmt: skip
    regions = [point(f"r{n}", WHOLE.concept(slug), x, y) for n, (slug, (x, y)) in enumerate(at.items(), 1)]
    rid = dict(zip(at, (region.id for region in regions), strict=True))
    found = facts(view(*regions, spacing=(0.1, 0.1)), "angle", WHOLE)
    assert list(found) == [tuple(rid[slug] for slug in angle) for angle in ANGLES]
    s, n, a = (np.array(at[slug]) for slug in ANGLES[0])
    closed = math.degrees(math.acos((s - n) @ (a - n) / (np.linalg.norm(s - n) * np.linalg.norm(a - n))))
    assert found[tuple(rid[slug] for slug in ANGLES[0])].value == pytest.approx(closed, rel=1e-5)


@given(places, places, places, st.floats(0.1, 3), st.floats(0.1, 3))
def test_the_angles_of_a_triangle_are_180_degrees(a, b, c, x, y) -> None:
    assume(min(math.dist(p, q) for p, q in ((a, b), (b, c), (c, a))) > 1e-3)
    spacing = (x, y)
    total = between(a, b, c, spacing) + between(b, c, a, spacing) + between(c, a, b, spacing)
    assert total == pytest.approx(180, abs=1e-6)


@given(places, places, places, st.floats(-180, 180), st.booleans(), st.floats(0.1, 10))
def test_an_angle_is_the_same_turned_flipped_and_resized(a, b, c, turn, flip, scale) -> None:
    assume(min(math.dist(a, b), math.dist(b, c)) > 1e-2)
    t = math.radians(turn)
    matrix = (
        scale * np.array([[math.cos(t), -math.sin(t)], [math.sin(t), math.cos(t)]]) @ np.diag([-1 if flip else 1, 1])
    )
    moved = [tuple(matrix @ np.array(at) + (3, 5)) for at in (a, b, c)]
    assert between(*moved, None) == pytest.approx(between(a, b, c, None), abs=1e-4)
    assert between(c, b, a, (2, 1)) == pytest.approx(between(a, b, c, (2, 1)))
