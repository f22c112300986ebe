"""SUVmax of a PET volume drawn by hand, and the slice that it is on: told, asked, read and measured again."""

import random
from dataclasses import replace

import numpy as np
import pytest

from schemas import Dialogue, MediaGeometry, Scene
from tests.transforms.facts.test_whole import BALL, SHAPE, SPACE, drawn, view
from transforms.checks.claims import check
from transforms.facts import measure_all
from transforms.facts.uptake import PREDICATES
from transforms.regions.viewdata import ViewData
from transforms.shards.audit_volume import fact_problems
from transforms.tasks import ask_all, uptake
from transforms.tasks.replay import replay

HOTTEST = (5, 4, 3)


def pet(**masks: np.ndarray) -> ViewData:
    """A ramp along the second axis; the hottest voxel of the ball in slice 3, a hotter one outside of it."""
    found = view(masks or {"r1": drawn(BALL)}, MediaGeometry(), "avid_tumor_lesion")
    values = np.broadcast_to(np.arange(16, dtype=np.float32)[None, :, None] / 8, SHAPE).copy()
    values[HOTTEST], values[12, 12, 3] = 7.34, 30.0
    media = found.scene.media[0].model_copy(update={"unit": "SUV"})
    scene = found.scene.model_copy(update={"media": (media,), "modality": SPACE.concept("pt")})
    return replace(found, scene=scene, volume=values)


def scene_of(found: ViewData) -> Scene:
    return measure_all(found, SPACE)


def facts(found: ViewData) -> dict[str, tuple[object, str | None]]:
    told = (one for one in scene_of(found).facts if one.predicate in PREDICATES)
    return {one.predicate: (one.value, one.bound) for one in told}


def test_the_highest_voxel_of_the_region_and_its_slice() -> None:
    assert facts(pet()) == {"suv_max": (pytest.approx(7.34), None), "hottest_slice": (3, None)}


def test_what_the_scan_cuts_has_a_bound_and_no_slice() -> None:
    cut = drawn((slice(0, 9), slice(3, 9), slice(2, 5)))
    assert facts(pet(r1=cut)) == {"suv_max": (pytest.approx(7.34), "at_least")}
    assert list(uptake.ask(scene_of(pet(r1=cut)), SPACE, random.Random(1))) == []


def test_of_slices_that_share_the_highest_none_is_told() -> None:
    away = drawn((slice(14, 18), slice(3, 9), slice(2, 5)))
    assert facts(pet(r1=away)) == {"suv_max": (1.0, None)}


def test_nothing_is_told_of_values_that_are_no_suv() -> None:
    found = pet()
    other = found.scene.model_copy(update={"media": (found.scene.media[0].model_copy(update={"unit": "HU"}),)})
    assert facts(replace(found, scene=other)) == {}
    assert facts(replace(found, volume=None)) == {}


def test_both_are_asked_and_run_again_on_the_values() -> None:
    found = pet()
    scene = scene_of(found)
    talks = ask_all(scene, SPACE, ["uptake"], 3, masks=dict(found.solids))
    assert {talk.answer for talk in talks} == {"7.34 SUV", "3"}
    for talk in talks:
        assert talk.check is not None
        assert talk.check.kind == "tolerance"
        assert _outcomes(talk, scene, found) == {"pass"}
        (step,) = talk.reasoning
        wrong = step.model_copy(update={"result": 9 if isinstance(step.result, int) else 9.9})
        assert "fail" in _outcomes(talk.model_copy(update={"reasoning": (wrong,)}), scene, found)
        assert {one.verdict for one in check(talk.turns[1].text, scene, SPACE)} == {"supported"}


def _outcomes(talk: Dialogue, scene: Scene, found: ViewData) -> set[str]:
    return {one.outcome for one in replay(talk, {}, scene.media[0], found.volume, scene=scene, solids=found.solids)}


@pytest.mark.parametrize(("text", "verdict"), [
    ("The maximum SUV of the tracer-avid tumor lesion over the whole scan is 7.3 SUV.", "supported"),
    ("The maximum SUV of the tracer-avid tumor lesion over the whole scan is 8.3 SUV.", "contradicted"),
    ("The maximum SUV of the tracer-avid tumor lesion over the whole scan lies on slice 4.", "contradicted"),
])  # fmt: skip
def test_sentences_are_held_against_the_fact(text: str, verdict: str) -> None:
    assert {one.verdict for one in check(text, scene_of(pet()), SPACE)} == {verdict}


def test_a_changed_value_is_found_in_what_is_published() -> None:
    found = pet()
    assert found.volume is not None
    scene, arrays = scene_of(found), {"nii.gz": found.volume}
    assert {one.predicate: wrong for one, wrong in fact_problems(scene, found.solids, arrays) if wrong} == {}
    hotter = found.volume.copy()
    hotter[4, 4, 2] = 8.0
    problems = fact_problems(scene, found.solids, {"nii.gz": hotter})
    assert {one.predicate for one, wrong in problems if wrong} == {"suv_max", "hottest_slice"}
