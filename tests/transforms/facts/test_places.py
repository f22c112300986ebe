"""What is measured on points, boxes and slices of a volume that have no mask."""

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from schemas import BallShape, Box3dShape, BoxShape, Fact, PointShape, Scene, SlicesShape
from tests.scenes import LEFT_KIDNEY, LIVER, RIGHT_KIDNEY
from tests.shapeviews import GRID, marked_volume, region, volume
from tests.spaces import NODULE, small_space
from tests.transforms.regions.test_marks import drawn, record
from tests.transforms.regions.test_shapes import SHAPE, volumes, world
from transforms.facts import measure_all
from transforms.regions.places import angle, apart, fields, of_region, problems
from transforms.regions.viewdata import ViewData

SPACE = small_space()
SCENE = measure_all(marked_volume(), SPACE)
unit = st.floats(0.02, 0.98)
places = st.tuples(unit, unit, unit)


def facts(scene: Scene, predicate: str) -> dict[tuple[str, ...], Fact]:
    return {fact.regions: fact for fact in scene.facts if fact.predicate == predicate}


def test_each_says_on_which_slices_it_is() -> None:
    one = {rids[0]: fact.value for rids, fact in facts(SCENE, "marked_slice").items()}
    assert one == {"r1": 25, "r2": 5, "r3": 5, "r4": 8, "r6": 9}
    first, last = facts(SCENE, "first_slice"), facts(SCENE, "last_slice")
    assert {rids[0]: (fact.value, last[rids].value) for rids, fact in first.items()} == {"r5": (4, 9), "r7": (3, 6)}


def test_a_box_reaches_as_far_as_it_was_drawn_and_one_on_a_slice_only_within_it() -> None:
    found = {fact.regions[0] + fact.predicate[-2:]: fact.value for fact in SCENE.facts if "extent" in fact.predicate}
    assert found == {"r5_1": 10.0, "r5_2": 8.0, "r5_3": 12.0, "r6_1": 4.0, "r6_2": 12.0}


def test_landmarks_lie_apart_and_at_an_angle_in_the_patient() -> None:
    assert {rids: fact.value for rids, fact in facts(SCENE, "distance").items()} == {
        ("r1", "r2"): 40.0, ("r1", "r3"): pytest.approx(math.hypot(40, 40), rel=1e-5), ("r2", "r3"): 40.0,
    }  # fmt: skip
    ((rids, fact),) = facts(SCENE, "angle").items()
    assert rids[1] == "r2"
    assert (fact.value, fact.unit) == (pytest.approx(90), "degrees")


def test_the_given_diameter_is_the_source_s_and_nothing_is_measured_of_what_lies_there() -> None:
    assert [(rids, fact.value) for rids, fact in facts(SCENE, "given_diameter").items()] == [(("r4",), 5.65)]
    measured = {"volume", "diameter", "largest_slice", "area", "long_axis", "box_width", "zone", "side"}
    assert measured.isdisjoint(fact.predicate for fact in SCENE.facts)


def test_points_are_counted_and_boxes_on_slices_are_not() -> None:
    balls = [region(f"r{n}", NODULE, places=((n, n, n),), diameter_mm=4.0) for n in (1, 2, 3)]
    assert facts(measure_all(volume(*balls), SPACE), "count")["r1", "r2", "r3"].value == 3
    boxes = [region(f"r{n}", NODULE, box3d=(4, 4, n, 9, 9, n + 1)) for n in (1, 2, 3)]
    found = measure_all(volume(*boxes), SPACE)
    assert facts(found, "count") == {}
    assert [fact.regions for fact in found.facts if fact.predicate == "present"] == [("r1", "r2", "r3")]


def test_without_a_place_in_the_patient_there_are_slices_and_no_millimetres() -> None:
    three = [(LEFT_KIDNEY, (0, 0, 25)), (LIVER, (0, 0, 5)), (RIGHT_KIDNEY, (48, 32, 5))]
    found = volume(*(region(f"r{n}", c, places=(at,)) for n, (c, at) in enumerate(three)), placed=False)
    got = {fact.predicate for fact in measure_all(found, SPACE).facts if fact.regions}
    assert got == {"marked_slice", "present"}


def test_what_is_said_of_slices_is_there_on_each_of_them() -> None:
    said = region("r1", NODULE, slices=(2, 3, 7))
    view = marked_volume()
    scene = measure_all(ViewData(view.scene.model_copy(update={"regions": (said,)}), {}), SPACE)
    assert [(fact.regions, fact.concept) for fact in scene.facts if fact.predicate == "present"] == [(("r1",), NODULE)]
    assert facts(scene, "count") == {}


cheap = settings(deadline=None, max_examples=60)


@cheap
@given(volumes, st.tuples(places, places, places))
def test_distances_and_angles_are_those_of_the_patient(rec, three) -> None:
    """Oblique, anisotropic volumes, against the law of cosines on the affine."""
    ijk = np.array(three) * SHAPE - 0.5
    step = np.asarray(rec.geometry.affine)[:3, :3]
    marked = [region("r", LIVER, **fields(rec, drawn(PointShape(points=(tuple(at),))).region)) for at in ijk.tolist()]
    one, two, other = (of_region(found, step) for found in marked)
    a, b, c = world(rec, ijk)
    sides = [float(np.linalg.norm(p - q)) for p, q in ((a, b), (b, c), (c, a))]
    assert apart(one, two) == pytest.approx(sides[0], abs=0.02)
    if min(sides) > 3:
        cosine = (sides[0] ** 2 + sides[1] ** 2 - sides[2] ** 2) / (2 * sides[0] * sides[1])
        assert angle(one, two, other) == pytest.approx(math.degrees(math.acos(np.clip(cosine, -1, 1))), abs=0.5)


@cheap
@given(volumes, places, places)
def test_a_box_holds_what_was_drawn_and_is_less_than_a_voxel_wider_at_each_side(rec, low, high) -> None:
    edges = np.sort(np.array([low, high]), axis=0) * SHAPE
    if (edges[1] - edges[0] < 0.1).any():
        return
    found = fields(rec, drawn(Box3dShape(ijk=(*edges[0].tolist(), *edges[1].tolist()))).region)
    assert found is not None
    box = np.array(found["box3d"]).reshape(2, 3)
    assert ((box[0] <= edges[0] + 1e-5) & (box[0] > edges[0] - 1 - 1e-5)).all()
    assert ((box[1] >= edges[1] - 1e-5) & (box[1] < edges[1] + 1 + 1e-5)).all()


def test_shapes_on_a_slice_lie_on_it_in_the_volume() -> None:
    rec = record((20, 10, 12), "volume", spacing=(1.0, 2.0, 3.0))
    assert fields(rec, drawn(BoxShape(xyxy=(4, 6, 10, 14)), "axial:5").region) == {"box3d": (4, 3, 5, 10, 7, 6)}
    assert fields(rec, drawn(SlicesShape(axis=2, start=3, stop=5)).region) == {"slices": (2, 3, 5)}
    ball = fields(rec, drawn(BallShape(centre=(3.0, 4.5, 6.25), diameter_mm=7.5)).region)
    assert ball == {"places": ((3.0, 4.5, 6.25),), "place_names": (), "diameter_mm": 7.5}
    assert fields(rec, drawn(PointShape(points=((30.0, 1.0, 1.0),))).region) is None


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"places": ((61.0, 0, 0),)}, "a place lies outside"),
        ({"places": ((1, 1, 1),), "place_names": ("a", "b")}, "1 places have 2 names"),
        ({"places": ((1, 1, 1), (2, 2, 2)), "diameter_mm": 3.0}, "no diameter of what lies at one place"),
        ({"slices": (2, 4, 31)}, "slices 4 to 31 across axis 2"),
        ({"box3d": (0, 0, 0, 4, 0, 4)}, "is empty or leaves the volume"),
    ],
)
def test_places_that_are_none_are_named(change, words) -> None:
    (found,) = problems(volume(region("r1", LIVER, **change)).scene, GRID)
    assert words in found
