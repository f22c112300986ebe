"""In which quadrant of the retina a finding lies: on photographs drawn with a disc, a fovea and a lesion."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import catalog
from schemas import Fact, SampleRegion
from schemas.sample import RegionPoints
from tests.views import HUMAN, disc, picture
from transforms.checks.claims import check
from transforms.checks.claims import samples as claims
from transforms.facts import measure_all
from transforms.moves.apply import moved
from transforms.moves.move import flip, rotate
from transforms.regions.viewdata import ViewData
from transforms.shards.remeasure import fact_problem
from transforms.tasks import ask_all
from transforms.tasks.replay import replay
from transforms.text import describe

SPACE = catalog.labelspace()
SHAPE = (200, 240)
FOVEA, DISC = (120.0, 100.0), (190.0, 92.0)  # of a right eye: the disc to the right, a little higher


def eye(
    lesion: np.ndarray, fovea: tuple[float, float] | None = FOVEA, at: tuple[float, float] | None = DISC,
    side: str | None = None, modality: str = "op",
) -> ViewData:  # fmt: skip
    """A lesion, the mask of an optic disc, and a point on the fovea."""
    shapes = [(SPACE.concept("retinal_hemorrhage"), lesion)]
    shapes += [(SPACE.concept("optic_disc"), disc(SHAPE, *at, 14))] if at is not None else []
    found = picture(shapes, modality=SPACE.concept(modality))
    regions = found.scene.regions
    if fovea is not None:
        xy = (fovea[0] + 0.5, fovea[1] + 0.5)
        point = SampleRegion(id="r9", concept=SPACE.concept("fovea"), source_label="fovea", made_by=HUMAN,
                             points=RegionPoints(media="png", xy=(xy,)))  # fmt: skip
        regions = (*regions, point)
    facts = () if side is None else (
        Fact(id="f1", predicate="attribute", name="laterality", value=side, level="eye", scope="record", source="toy"),
    )  # fmt: skip
    return ViewData(found.scene.model_copy(update={"regions": regions, "facts": facts}), found.masks)


def told(view: ViewData) -> list[object]:
    return [fact.value for fact in measure_all(view, SPACE).facts if fact.predicate == "quadrant"]


@settings(max_examples=60)
@given(dx=st.integers(-90, 90), dy=st.integers(-80, 80), right=st.booleans())
def test_by_where_it_lies_from_the_fovea_and_where_the_disc_is(dx: int, dy: int, right: bool) -> None:
    lesion = disc(SHAPE, FOVEA[0] + dx, FOVEA[1] + dy, 6)
    at = DISC if right else (2 * FOVEA[0] - DISC[0], DISC[1])
    found = told(eye(lesion, at=at))
    if min(abs(dx), abs(dy)) <= 4:  # it lies across a line between two
        assert found == []
    elif min(abs(dx), abs(dy)) >= 8:
        assert found == [("supero" if dy < 0 else "infero") + ("nasal" if (dx > 0) == right else "temporal")]


UPPER_NASAL = disc(SHAPE, 160, 60, 12)


def test_where_the_frame_is_not_certain_nothing_is_said() -> None:
    assert told(eye(UPPER_NASAL)) == ["superonasal"]
    assert told(eye(UPPER_NASAL, side="right")) == ["superonasal"]
    assert told(eye(UPPER_NASAL, side="left")) == []  # mirrored, or the side is wrong
    assert told(eye(UPPER_NASAL, fovea=None)) == []
    assert told(eye(UPPER_NASAL, at=None)) == []
    assert told(eye(UPPER_NASAL, at=(190.0, 104.0))) == []  # upside down, perhaps
    assert told(eye(UPPER_NASAL, at=(190.0, 60.0))) == []  # turned
    assert told(eye(UPPER_NASAL, modality="oct")) == []


def test_pieces_lie_in_it_together_or_not_at_all() -> None:
    others = disc(SHAPE, 130, 40, 5) | disc(SHAPE, 200, 40, 5)
    assert told(eye(UPPER_NASAL | others)) == ["superonasal"]
    assert told(eye(UPPER_NASAL | disc(SHAPE, 90, 140, 8))) == []


def test_a_mirrored_picture_has_the_same_quadrant_and_one_on_its_head_has_none() -> None:
    view = eye(UPPER_NASAL)
    size = (SHAPE[1], SHAPE[0])
    assert told(moved(view, flip(size, "x"))) == ["superonasal"]
    assert told(moved(view, flip(size, "y"))) == []
    assert told(moved(view, rotate(size, 2))) == []


def test_it_is_told_asked_in_steps_and_measured_again() -> None:
    view = eye(UPPER_NASAL)
    scene = measure_all(view, SPACE)
    description = describe(scene, SPACE, "grounded", {"registers": ["report"]}, 17)
    text = " ".join(one.text for one in description.regions)
    assert "The retinal quadrant about the fovea centralis that holds the retinal hemorrhage is superonasal" in text
    assert not claims.faults(scene, description, (), SPACE)
    fact = next(fact for fact in scene.facts if fact.predicate == "quadrant")
    assert fact_problem(fact, scene, view.masks, view.marks) == (1, None)
    assert fact_problem(fact.model_copy(update={"value": "superotemporal"}), scene, view.masks, view.marks)[1]
    talks = [talk for seed in range(12) for talk in ask_all(scene, SPACE, ["quantity"], seed, masks=view.patches)]
    talk = next(talk for talk in talks if "quadrant" in talk.turns[0].text)
    assert (talk.answer, [step.result for step in talk.reasoning]) == ("superonasal", ["right", "superonasal"])
    assert {one.outcome for one in replay(talk, view.patches, scene.media[0], marks=view.marks)} == {"pass"}
    other = eye(disc(SHAPE, 60, 60, 12))
    assert "fail" in {one.outcome for one in replay(talk, other.patches, scene.media[0], marks=view.marks)}
    assert talk.check is not None
    assert "upper nasal" in talk.check.accepted
    assert "inferotemporal" in talk.check.alternatives


@pytest.mark.parametrize(("value", "verdict"), [("superonasal", "supported"), ("superotemporal", "contradicted")])
def test_sentences_are_held_against_the_fact(value: str, verdict: str) -> None:
    text = f"The retinal quadrant about the fovea centralis that holds the retinal hemorrhage is {value}."
    assert {one.verdict for one in check(text, measure_all(eye(UPPER_NASAL), SPACE), SPACE)} == {verdict}
