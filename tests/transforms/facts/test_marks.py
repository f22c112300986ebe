"""What is measured on boxes, points and spans: what their drawing says, and nothing that a mask alone would carry."""

import pytest

from schemas import Fact, View
from tests.markviews import APART, BOXES, POINTS, chest, clip
from tests.spaces import NODULE, NUCLEUS, QT_INTERVAL, small_space
from transforms.facts import measure_all
from transforms.regions.viewdata import ViewData

SPACE = small_space()
OF_MASKS = {"area", "long_axis", "short_axis", "mean_intensity", "adjacent", "larger", "volume", "diameter"}


def facts(view: ViewData, predicate: str) -> dict[tuple[str, ...], Fact]:
    return {fact.regions: fact for fact in measure_all(view, SPACE).facts if fact.predicate == predicate}


def test_no_fact_of_masks_is_stated_of_a_box_or_a_point() -> None:
    marked = {*BOXES, *POINTS}
    found = measure_all(chest(), SPACE).facts
    assert [fact for fact in found if fact.predicate in OF_MASKS and marked & set(fact.regions)] == []


def test_sides_of_boxes_are_in_millimetres_or_pixels_and_right_within_two_pixels() -> None:
    width, height = facts(chest(), "box_width"), facts(chest(), "box_height")
    assert {rids[0]: fact.value for rids, fact in width.items()} == {"r2": 10.0, "r3": 5.0, "r4": 30.0}
    assert {rids[0]: fact.value for rids, fact in height.items()} == {"r2": 20.0, "r3": 5.0, "r4": 30.0}
    assert {(fact.unit, fact.tolerance) for fact in width.values()} == {("mm", 1.0)}
    plain = facts(chest(spacing=None), "box_width")[("r2",)]
    assert (plain.value, plain.unit, plain.tolerance) == (20.0, "px", 2.0)


def test_places_are_those_of_the_centres() -> None:
    zones = {rids[0]: fact.value for rids, fact in facts(chest(), "zone").items() if rids[0] != "r1"}
    assert zones == {
        "r2": "upper left", "r3": "center", "r4": "lower center", "r5": "lower left", "r6": "upper right",
        "r7": "upper left",
    }  # fmt: skip


def test_boxes_are_counted_and_compared_as_boxes() -> None:
    assert facts(chest(), "count")[("r2", "r3")].value == 2
    assert {rids: fact.value for rids, fact in facts(chest(), "box_larger").items()} == {("r2", "r3"): 8.0}


def test_a_box_and_a_mask_of_one_concept_are_not_counted() -> None:
    view = chest()
    other = view.scene.regions[0].model_copy(update={"concept": NODULE})
    scene = view.scene.model_copy(update={"regions": (other, *view.scene.regions[1:3])})
    assert facts(ViewData(scene, view.masks), "count") == {}


def test_a_finding_lies_inside_an_organ_where_all_of_its_box_or_its_point_does() -> None:
    inside = {rids: fact.value for rids, fact in facts(chest(), "inside").items()}
    assert inside == {("r2", "r1"): 1.0, ("r7", "r1"): 1.0}


def test_two_landmarks_are_as_far_apart_as_their_points() -> None:
    (fact,) = facts(chest(), "distance").values()
    assert fact.regions == ("r5", "r6")
    assert fact.value == pytest.approx(APART, rel=1e-5)
    assert fact.unit == "mm"


def test_marks_on_the_frames_of_a_clip_are_there_and_not_compared() -> None:
    view = chest()
    update = {"view": View(frame="clip"), "regions": view.scene.regions[1:]}
    found = measure_all(ViewData(view.scene.model_copy(update=update), {}), SPACE).facts
    assert {fact.predicate for fact in found if fact.regions} == {"present"}


def test_two_ends_of_a_measured_line_have_no_place_and_are_not_seen() -> None:
    view = chest()
    points = view.scene.regions[4].points
    assert points is not None
    ends = view.scene.regions[4].model_copy(
        update={"concept": QT_INTERVAL, "points": points.model_copy(update={"xy": ((1.0, 1.0), (9.0, 9.0))})}
    )
    found = measure_all(ViewData(view.scene.model_copy(update={"regions": (ends,)}), {}), SPACE).facts
    assert [fact.predicate for fact in found if fact.regions] == []


def test_a_span_begins_ends_and_lasts_and_a_sample_is_a_moment() -> None:
    found = measure_all(clip((NODULE, 12.0, 13.5), (NUCLEUS, 2.0, 2.004)), SPACE).facts
    told = {(fact.predicate, *fact.regions): (fact.value, fact.unit) for fact in found if fact.regions}
    assert told == {
        ("present", "r1"): (True, None), ("span_start", "r1"): (12.0, "s"), ("span_end", "r1"): (13.5, "s"),
        ("duration", "r1"): (1.5, "s"), ("present", "r2"): (True, None), ("moment", "r2"): (2.0, "s"),
    }  # fmt: skip
