"""The area of both sides of an organ, and a finding's share of its organ's section: against counted pixels."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import catalog
from schemas import Fact, Scene
from tests.views import disc, lps, picture, rectangle
from transforms.checks.claims import check
from transforms.facts import combined, measure_all
from transforms.facts.wording import read, sentence
from transforms.shards.remeasure import fact_problem

SPACE = catalog.labelspace()
SHAPE = (100, 140)


def facts(shapes: list[tuple[str, np.ndarray]], spacing: float | None = 0.5):
    geometry = None if spacing is None else lps("axial", spacing)
    view = picture(
        [(SPACE.concept(slug), mask) for slug, mask in shapes], geometry=geometry, plane="axial" if geometry else None
    )
    scene = measure_all(view, SPACE)
    return scene, view, {fact.predicate: fact for fact in scene.facts if fact.predicate in combined.PREDICATES}


def kidneys(cut: bool = False):
    left = rectangle(SHAPE, 90, 30, 140 if cut else 120, 60)
    return [("left_kidney", left), ("right_kidney", rectangle(SHAPE, 10, 30, 30, 60))]


def test_both_sides_are_added_up_in_their_unit() -> None:
    scene, view, found = facts(kidneys())
    assert (found["joint_area"].value, found["joint_area"].unit) == (0.25 * (900 + 600), "mm2")
    _, _, plain = facts(kidneys(), None)
    assert (plain["joint_area"].value, plain["joint_area"].unit) == (1500, "px2")
    said = sentence(found["joint_area"], {"r1": "the left kidney", "r2": "the right kidney"}.get)
    assert said == "the area of the left kidney and the right kidney together in this image is 375 mm²"
    assert read(said) is not None
    assert fact_problem(found["joint_area"], scene, view.masks) == (1, None)
    wrong = found["joint_area"].model_copy(update={"value": 400.0})
    assert fact_problem(wrong, scene, view.masks)[1] is not None


@given(st.floats(1, 2000), st.floats(1, 2000))
def test_the_volumes_of_both_sides_are_added_up_where_neither_is_cut(left: float, right: float) -> None:
    def told(bound: str | None) -> tuple[Scene, list[Fact]]:
        given = {"r1": (left, None), "r2": (right, bound)}
        volumes = {
            rid: (Fact(id="", predicate="volume", regions=(rid,), value=value, unit="mL", tolerance=0.005 * value,
                       scope="record", bound=cut),)
            for rid, (value, cut) in given.items()
        }  # fmt: skip
        view = picture([(SPACE.concept(slug), mask) for slug, mask in kidneys()], geometry=lps("axial"), plane="axial")
        scene = measure_all(replace(view, volume_facts=volumes), SPACE)
        return scene, [fact for fact in scene.facts if fact.predicate == "joint_volume"]

    assert told("at_least")[1] == []
    scene, (fact,) = told(None)
    assert (fact.value, fact.unit, fact.scope) == (pytest.approx(left + right, rel=1e-5), "mL", "record")
    said = sentence(fact, {"r1": "the left kidney", "r2": "the right kidney"}.get)
    assert said is not None
    assert {one.verdict for one in check(f"{said[:1].upper()}{said[1:]}.", scene, SPACE)} == {"supported"}
    assert fact_problem(fact, scene, {}) == (1, None)
    wrong = fact.model_copy(update={"value": 1.1 * float(fact.value)})
    assert fact_problem(wrong, scene, {})[1] is not None


def test_what_the_edge_cuts_is_not_added_up() -> None:
    assert "joint_area" not in facts(kidneys(cut=True))[2]


def test_the_share_is_of_the_smallest_organ_that_holds_the_finding() -> None:
    lesion = disc(SHAPE, 50, 50, 6)
    scene, view, found = facts([("liver", rectangle(SHAPE, 20, 20, 100, 90)), ("liver_lesion", lesion)])
    assert abs(found["area_share"].value - 100 * lesion.sum() / 5600) < 1e-3
    assert found["area_share"].regions == ("r2", "r1")
    assert fact_problem(found["area_share"], scene, view.masks) == (1, None)


def test_a_finding_outside_has_no_share() -> None:
    outside = disc(SHAPE, 120, 50, 6)
    assert "area_share" not in facts([("liver", rectangle(SHAPE, 20, 20, 100, 90)), ("liver_lesion", outside)])[2]
