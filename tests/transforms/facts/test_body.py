"""Zones by the box of the body where one is outlined, in words that say so, and measured again."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import catalog
from tests.spaces import BODY, NODULE, small_space
from tests.views import lps, picture, rectangle
from transforms.checks.claims import check
from transforms.facts import measure_all, ops
from transforms.shards.remeasure import fact_problem
from transforms.tasks import ask_all
from transforms.tasks.replay import replay
from transforms.text import describe

SPACE = small_space()
SHAPE = (120, 150)


@given(
    body=st.tuples(st.integers(0, 60), st.integers(0, 40), st.integers(75, 150), st.integers(60, 120)),
    at=st.tuples(st.floats(0, 0.95), st.floats(0, 0.95)),
    shift=st.tuples(st.integers(-3, 3), st.integers(-3, 3)),
)
def test_a_zone_moves_with_the_body_and_not_with_the_picture(
    body: tuple[int, int, int, int], at: tuple[float, float], shift: tuple[int, int]
) -> None:
    x0, y0, x1, y1 = body
    x, y = x0 + int(at[0] * (x1 - x0 - 2)), y0 + int(at[1] * (y1 - y0 - 2))
    inner, outer = rectangle(SHAPE, x, y, x + 2, y + 2), rectangle(SHAPE, *body)
    column, row = (int(3 * (c + 1 - low) / (high - low)) for c, low, high in ((x, x0, x1), (y, y0, y1)))
    rows, columns = ("anterior", "middle", "posterior"), ("right", "central", "left")
    said = ops.zone(inner, "axial", outer)
    assert said == ops._named(rows[min(row, 2)], columns[min(column, 2)])
    wide = [np.pad(mask, 5) for mask in (inner, outer)]
    moved = [np.roll(mask, shift, (0, 1)) for mask in wide]
    assert ops.zone(moved[0], "axial", moved[1]) == said


def scene_of(plane: str = "axial"):  # type: ignore[no-untyped-def]
    # The body lies low in the picture; what is in its front third lies in the middle of the picture.
    shapes = [(BODY, rectangle(SHAPE, 30, 50, 120, 110)), (NODULE, rectangle(SHAPE, 40, 55, 50, 65))]
    view = picture(shapes, geometry=lps(plane), plane=plane)
    return view, measure_all(view, SPACE)


def test_it_is_said_asked_and_measured_again() -> None:
    view, scene = scene_of()
    fact = next(fact for fact in scene.facts if fact.predicate == "zone" and fact.regions[0] == "r2")
    assert (fact.value, fact.regions) == ("anterior right", ("r2", "r1"))
    assert fact_problem(fact, scene, view.masks) == (1, None)
    wrong = fact.model_copy(update={"value": "middle right"})
    assert "the masks give anterior right" in str(fact_problem(wrong, scene, view.masks)[1])
    text = describe(scene, SPACE, "grounded", {}, 17).overall.text
    assert "in the anterior right part of the body in view (the patient's right)" in text
    asked = [d for seed in range(6) for d in ask_all(scene, SPACE, ["location"], seed)]
    zones = [dialogue for dialogue in asked if "body in view" in dialogue.turns[0].text]
    assert {dialogue.answer for dialogue in zones} == {"anterior right"}
    for dialogue in zones:
        steps = replay(dialogue, view.masks, scene.media[0])
        assert [step.outcome for step in steps] == ["pass", "pass"]


def test_the_claim_check_keeps_body_and_picture_apart() -> None:
    _, scene = scene_of()
    says = {
        "The pulmonary nodule lies in the anterior right part of the body in view.": ["supported"],
        "The pulmonary nodule lies in the posterior right part of the body in view.": ["contradicted"],
        "The pulmonary nodule lies in the anterior right part of the image.": ["uncheckable"],
    }
    for text, verdict in says.items():
        assert [one.verdict for one in check(text, scene, SPACE) if one.kind == "location"] == verdict


def test_without_a_body_the_zone_is_of_the_picture() -> None:
    scene = measure_all(
        picture([(NODULE, rectangle(SHAPE, 40, 55, 50, 65))], geometry=lps("axial"), plane="axial"), SPACE
    )
    (fact,) = [fact for fact in scene.facts if fact.predicate == "zone"]
    assert (fact.value, fact.regions) == ("middle right", ("r1",))


@given(apart=st.integers(0, 40))
def test_two_pieces_on_either_side_are_not_in_the_midline(apart: int) -> None:
    """The ascending and the descending aorta: the middle between them is a place of neither."""
    body = rectangle(SHAPE, 10, 10, 140, 110)
    mask = rectangle(SHAPE, 73 - apart, 50, 75 - apart, 56) | rectangle(SHAPE, 75 + apart, 50, 77 + apart, 56)
    said = ops.side(mask, body, lps("axial"))
    assert said == ("midline" if apart + 0.5 <= 0.05 * 65 else None)


@pytest.mark.parametrize(
    ("slug", "sided"),
    [("lumbar_vertebra_2", False), ("vertebra", False), ("disc_l4_l5", False), ("trachea", False), ("sacrum", False),
     ("liver", True), ("facet_joint", True), ("pulmonary_nodule", True)],
)  # fmt: skip
def test_what_lies_across_the_middle_of_everybody_has_no_side(slug: str, sided: bool) -> None:
    space = catalog.labelspace()
    shapes = [
        (space.concept("body"), rectangle(SHAPE, 0, 0, 150, 120)),
        (space.concept(slug), rectangle(SHAPE, 20, 50, 40, 70)),
    ]
    scene = measure_all(picture(shapes, geometry=lps("axial"), plane="axial"), space)
    said = {fact.predicate: fact.value for fact in scene.facts if fact.regions[:1] == ("r2",)}
    assert (said.get("side"), said.get("zone")) == (("right", "middle right") if sided else (None, None))
    asked = [d for seed in range(6) for d in ask_all(scene, space, ["location"], seed) if "r2" in d.regions]
    assert bool(asked) == sided
