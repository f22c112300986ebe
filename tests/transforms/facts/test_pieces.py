"""A mask in pieces: no length spans a gap, no place is said that it does not have, and pieces are not things."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays
from skimage.measure import label

import catalog
from schemas import Fact, MadeBy, Scene
from tests.spaces import NODULE, NUCLEUS, small_space
from tests.views import disc, picture, rectangle
from transforms.checks.claims import check
from transforms.facts import measure_all, ops
from transforms.regions.viewdata import ViewData
from transforms.tasks import ask_all
from transforms.text import describe

SPACE = small_space()
SHAPE = (160, 200)
APART = disc(SHAPE, 30, 30, 6) | disc(SHAPE, 60, 30, 4) | disc(SHAPE, 170, 130, 9)


def drawn(mask: np.ndarray, segmentation: str | None = None) -> ViewData:
    view = picture([(NODULE, mask)])
    (region,) = view.scene.regions
    region = region.model_copy(update={"segmentation": segmentation})
    return ViewData(view.scene.model_copy(update={"regions": (region,)}), view.masks, view.image, view.values)


def facts(view: ViewData) -> dict[str, Fact]:
    return {fact.predicate: fact for fact in measure_all(view, SPACE).facts}


def told(scene: Scene, text: str) -> list[str]:
    return [one.verdict for one in check(text, scene, SPACE)]


@given(mask=arrays.arrays(bool, (12, 14)).filter(np.any))
def test_pieces_are_those_of_skimage(mask: np.ndarray) -> None:
    assert ops.pieces(mask) == label(mask, connectivity=2).max()


@given(mask=arrays.arrays(bool, (12, 14)).filter(np.any), dx=st.integers(0, 9))
def test_what_lies_in_one_ninth_lies_in_that_of_its_centre(mask: np.ndarray, dx: int) -> None:
    wide = np.zeros((60, 60), bool)
    wide[3:15, dx : dx + 14] = mask
    centres = {ops.zone(label(wide, connectivity=2) == n, None) for n in range(1, ops.pieces(wide) + 1)}
    assert ops.scattered(wide) == (len(centres) > 1)
    if len(centres) == 1:
        assert ops.zone(wide, None) in centres


def test_no_axis_spans_a_gap_and_no_place_is_said() -> None:
    found = facts(drawn(APART))
    assert {"long_axis", "short_axis", "zone"}.isdisjoint(found)
    assert (found["pieces"].value, found["pieces"].unit) == (3, "pieces")
    assert found["area"].value == APART.sum()
    whole = facts(drawn(rectangle(SHAPE, 20, 20, 60, 30)))
    assert "pieces" not in whole
    assert {"long_axis", "short_axis", "zone"} <= set(whole)


def test_a_mask_of_a_class_is_not_counted() -> None:
    assert facts(drawn(APART, "instance"))["count"].value == 1
    assert "count" not in facts(drawn(APART, "semantic"))
    scene = measure_all(drawn(APART, "semantic"), SPACE)
    for words in ("There is one pulmonary nodule.", "There are 3 pulmonary nodules."):
        assert "uncheckable" in told(scene, words)  # that one is there is true, and the number is not known


def test_what_is_said_of_pieces_is_borne_out_and_a_wrong_number_is_not() -> None:
    scene = measure_all(drawn(APART, "semantic"), SPACE)
    text = describe(scene, SPACE, "grounded", {}, 3)
    assert "3 pieces" in text.overall.text
    assert set(told(scene, text.overall.text)) == {"supported"}
    assert told(scene, "The pulmonary nodule lies in 3 separate pieces.") == ["supported"] * 2
    assert "contradicted" in told(scene, "The pulmonary nodule lies in 4 separate pieces.")
    asked = [one for seed in range(8) for one in ask_all(scene, SPACE, ["counting"], seed)]
    assert {one.answer for one in asked} == {"3"}
    assert all("separate pieces" in one.turns[0].text for one in asked)


def test_the_middle_of_pieces_is_at_no_distance_from_anything() -> None:
    one, other = disc(SHAPE, 30, 120, 8), disc(SHAPE, 90, 120, 6)
    pair = picture([(NODULE, one), (NODULE, other), (NUCLEUS, disc(SHAPE, 150, 40, 5))])
    assert "distance" in facts(pair)
    apart = picture([(NODULE, APART), (NODULE, other), (NUCLEUS, disc(SHAPE, 150, 40, 5))])
    assert "distance" not in facts(apart)


@pytest.mark.parametrize("kind", ["rule", "model"])
def test_what_no_person_outlined_has_no_pieces_to_count(kind: str) -> None:
    view = drawn(APART, "semantic")
    (region,) = view.scene.regions
    made = region.model_copy(update={"made_by": MadeBy.model_validate({"kind": kind, "name": "otsu", "version": "1"})})
    scene = measure_all(replace(view, scene=view.scene.model_copy(update={"regions": (made,)})), SPACE)
    assert {"pieces", "long_axis", "zone"}.isdisjoint(fact.predicate for fact in scene.facts)
    assert not [one for seed in range(8) for one in ask_all(scene, SPACE, ["counting"], seed)]
    assert "pieces" not in describe(scene, SPACE, "grounded", {}, 3).overall.text


@pytest.mark.parametrize(("second", "expected"), [
    (rectangle(SHAPE, 140, 60, 170, 90), "both sides of the image"),
    (rectangle(SHAPE, 60, 100, 90, 110), None),  # both on the left of the middle: who knows whose they are
    (rectangle(SHAPE, 196, 60, 199, 63), None),  # a crumb
])  # fmt: skip
def test_a_label_of_both_kidneys_is_no_kidney_in_pieces(second: np.ndarray, expected: str | None) -> None:
    space = catalog.labelspace()
    view = picture([(space.concept("kidney"), rectangle(SHAPE, 30, 60, 60, 90) | second)])
    scene = measure_all(view, space)
    found = {fact.predicate: fact.value for fact in scene.facts}
    assert "pieces" not in found
    assert found.get("both_sides") == expected
    asked = {talk.task: talk.turns[0].text for talk in ask_all(scene, space, ["presence", "counting"], 1)}
    assert "pieces" not in str(asked)
    if expected:
        text = "The outline of the kidney lies on both sides of the image."
        assert [one.verdict for one in check(text, scene, space)] == ["supported"]
