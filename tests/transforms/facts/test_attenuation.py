"""Mean attenuation over a whole scan, of values drawn by hand: told, asked, read and measured again."""

from dataclasses import replace

import numpy as np
import pytest

from schemas import Dialogue, MediaGeometry, SampleRegion, Scene
from schemas.sample import RegionMask
from tests.transforms.facts.test_whole import BALL, SHAPE, SPACE, drawn, view
from tests.views import HUMAN
from transforms.checks.claims import check
from transforms.facts import measure_all
from transforms.facts.attenuation import PREDICATES, SMALLEST
from transforms.regions.solid import Solid
from transforms.regions.viewdata import ViewData
from transforms.shards.audit_volume import fact_problems
from transforms.tasks import ask_all
from transforms.tasks.attenuation import WITHIN
from transforms.tasks.replay import replay
from transforms.tasks.scoring import score

LIVER = (slice(3, 9), slice(10, 15), slice(2, 7))


def ct(ball: np.ndarray | None = None) -> ViewData:
    """A spleen of 40 HU, half of it 60, and a liver of 110 HU, in air."""
    found = view({"r1": drawn(BALL) if ball is None else ball}, MediaGeometry(), "spleen")
    values = np.full(SHAPE, -1000, np.float32)
    values[BALL] = 40
    values[3:6, 3:9, 2:5] = 60
    values[LIVER] = 110
    liver = SampleRegion(id="r2", concept=SPACE.concept("liver"), source_label="liver", made_by=HUMAN,
                         mask=RegionMask(media="mask.nii.gz", value=2))  # fmt: skip
    solid = Solid.at(drawn(LIVER), (0, 0, 0), SHAPE)
    assert solid is not None
    media = found.scene.media[0].model_copy(update={"unit": "HU"})
    scene = found.scene.model_copy(update={"media": (media,), "regions": (*found.scene.regions, liver)})
    return replace(found, scene=scene, volume=values, solids={**found.solids, "r2": solid})


def told(found: ViewData) -> dict[tuple[str, ...], float]:
    facts = measure_all(found, SPACE).facts
    return {fact.regions: float(fact.value) for fact in facts if fact.predicate in PREDICATES}


def test_the_mean_is_that_of_all_voxels() -> None:
    assert told(ct()) == {("r1",): 50.0, ("r2",): 110.0}


def test_of_what_the_scan_cuts_and_of_a_few_voxels_no_mean_is_told() -> None:
    assert told(ct(drawn((slice(0, 9), slice(3, 9), slice(2, 5))))) == {("r2",): 110.0}
    speck = drawn((slice(3, 4), slice(3, 4), slice(2, 2 + 3)))
    assert speck.sum() < SMALLEST
    assert told(ct(speck)) == {("r2",): 110.0}


def test_nothing_is_told_of_values_in_another_unit() -> None:
    found = ct()
    other = found.scene.model_copy(update={"media": (found.scene.media[0].model_copy(update={"unit": None}),)})
    assert told(replace(found, scene=other)) == {}
    assert told(replace(found, volume=None)) == {}


def asked(found: ViewData) -> tuple[Scene, list[Dialogue]]:
    scene = measure_all(found, SPACE)
    talks = [one for seed in range(8) for one in ask_all(scene, SPACE, ["attenuation"], seed, masks=dict(found.solids))]
    return scene, talks


def outcomes(talk: Dialogue, scene: Scene, found: ViewData) -> set[str]:
    labels = {region.id: region.concept.label for region in scene.regions}
    return {one.outcome for one in replay(
        talk, {}, scene.media[0], found.volume, labels, scene=scene, solids=found.solids)}  # fmt: skip


def test_every_form_is_asked_and_run_again_on_the_values() -> None:
    found = ct()
    scene, talks = asked(found)
    assert {talk.answer for talk in talks} == {"50 HU", "110 HU", "the liver", "yes", "no"}
    for talk in talks:
        assert talk.check is not None
        assert score(talk.check, talk.turns[1].text, talk.choices, talk.turns[0].text).right, talk.turns[1].text
        assert {one.verdict for one in check(talk.turns[1].text, scene, SPACE)} == {"supported"}, talk.turns[1].text
        assert outcomes(talk, scene, found) == {"pass"}
        bent = talk.reasoning[0].model_copy(update={"result": 70.0, "text": "Average: 70 HU."})
        assert "fail" in outcomes(talk.model_copy(update={"reasoning": (bent, *talk.reasoning[1:])}), scene, found)
    mean = next(one.check for one in talks if one.answer == "50 HU")
    assert mean is not None
    assert (score(mean, "54 HU").right, score(mean, f"{50 + WITHIN + 1} HU").right) == (True, False)


@pytest.mark.parametrize(("text", "verdict"), [
    ("The mean attenuation of the spleen over the whole scan is 50 HU.", "supported"),
    ("The mean attenuation of the spleen over the whole scan is 80 HU.", "contradicted"),
])  # fmt: skip
def test_sentences_are_held_against_the_fact(text: str, verdict: str) -> None:
    assert {one.verdict for one in check(text, measure_all(ct(), SPACE), SPACE)} == {verdict}


def test_other_values_are_found_in_what_is_published() -> None:
    found = ct()
    assert found.volume is not None
    scene = measure_all(found, SPACE)
    assert {
        one.predicate for one, wrong in fact_problems(scene, found.solids, {"nii.gz": found.volume}) if wrong
    } == set()
    problems = fact_problems(scene, found.solids, {"nii.gz": found.volume + 9})
    assert {one.predicate for one, wrong in problems if wrong} == set(PREDICATES)
