"""What cannot be seen in the picture: a few pixels, black in black; and values that the window does not show."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import catalog
from schemas import Concept, Fact, Scene
from tests.spaces import LEFT_LUNG, LEFT_UPPER_LOBE, NODULE, small_space
from tests.views import disc, lps, picture, rectangle
from transforms.facts import measure_all
from transforms.media.window import apply
from transforms.regions.viewdata import ViewData
from transforms.tasks import ask_all
from transforms.text import describe

SPACE = small_space()
SHAPE = (512, 512)


def facts(scene: Scene, predicate: str) -> list[Fact]:
    return [fact for fact in scene.facts if fact.predicate == predicate]


def ct(shapes: list[tuple[Concept, np.ndarray]], values: np.ndarray, window: tuple[float, float]) -> ViewData:
    """A slice whose picture shows `values` in that window."""
    view = picture(shapes, geometry=lps("axial"), plane="axial")
    first = view.scene.media[0].model_copy(update={"unit": "HU", "window": window})
    scene = view.scene.model_copy(update={"media": (first,)})
    return replace(view, scene=scene, values=values.astype(np.float32), image=apply(values, window))


@pytest.mark.parametrize(("side", "asked"), [(3, False), (4, False), (7, False), (8, True), (40, True)])
def test_a_box_of_a_few_pixels_is_not_asked_for(side: int, asked: bool) -> None:
    scene = measure_all(picture([(NODULE, rectangle(SHAPE, 100, 100, 100 + side, 100 + side))]), SPACE)
    assert [fact.value for fact in facts(scene, "unseen")] == ([] if asked else ["small"])
    tasks = ["grounding", "location", "size", "presence"]
    found = {dialogue.task for seed in range(8) for dialogue in ask_all(scene, SPACE, tasks, seed)}
    assert found == (set(tasks) if asked else set())


def test_an_outline_in_what_is_all_black_is_not_asked_for() -> None:
    """A lobe within a lung that the window shows black; the lung itself shows by what lies around it."""
    lung, lobe = disc(SHAPE, 250, 250, 90), disc(SHAPE, 250, 250, 90) & rectangle(SHAPE, 0, 0, 512, 260)
    values = np.where(lung, -850.0, 40.0)
    for window, hidden in (((-160, 240), {("r2",): "black"}), ((-1350, 150), {})):
        scene = measure_all(ct([(LEFT_LUNG, lung), (LEFT_UPPER_LOBE, lobe)], values, window), SPACE)
        assert {fact.regions: fact.value for fact in facts(scene, "unseen")} == hidden
        asked = {d.turns[0].text for seed in range(8) for d in ask_all(scene, SPACE, ["grounding", "presence"], seed)}
        assert any("left lung upper lobe" in question for question in asked) == (not hidden)


@given(
    value=st.floats(-1000, 1500), window=st.tuples(st.integers(-1400, 200), st.integers(50, 1500)), turned=st.booleans()
)
def test_no_value_is_told_that_the_window_does_not_show(value: float, window: tuple[int, int], turned: bool) -> None:
    low, high = float(window[0]), float(window[0] + window[1])
    inner = disc((64, 64), 30, 30, 12)
    values = np.where(inner, np.float32(value), 0.0)
    view = ct([(NODULE, inner)], values, (high, low) if turned else (low, high))
    told = facts(measure_all(view, SPACE), "mean_intensity")
    shown = low < float(np.float32(value)) < high
    assert len(told) == shown
    assert all(low < float(fact.value) < high for fact in told)


def test_the_mean_of_what_is_half_cut_off_is_not_told() -> None:
    """Half 400 HU, half -200: the mean lies in the window and the values do not."""
    inner = disc((64, 64), 30, 30, 12)
    values = np.where(np.mgrid[:64, :64][1] > 30, 400.0, -200.0)
    assert not facts(measure_all(ct([(NODULE, inner)], values, (-160, 240)), SPACE), "mean_intensity")
    assert facts(measure_all(ct([(NODULE, inner)], values, (-300, 500)), SPACE), "mean_intensity")


FULL = catalog.labelspace()
DISC = [
    (FULL.concept("enhancing_tumor"), disc(SHAPE, 200, 200, 60)),
    (FULL.concept("brain"), disc(SHAPE, 220, 220, 200)),
]


@pytest.mark.parametrize(
    ("sequence", "asked"),
    [("t1ce", True), ("T1GD", True), ("t1c", True), ("t1", False), ("T1w", False), ("t2f", False), (None, False)],
)
def test_that_a_tumor_enhances_is_seen_with_contrast_agent_alone(sequence: str | None, asked: bool) -> None:
    said = Fact(id="f1", predicate="attribute", name="mr sequence", value=str(sequence), scope="record", source="toy")
    scene = measure_all(picture(DISC, modality=FULL.concept("mr"), facts=(said,) if sequence else ()), FULL)
    assert [fact.value for fact in facts(scene, "unseen")] == ([] if asked else ["elsewhere"])
    tasks = ["grounding", "location", "presence", "size"]
    words = " ".join(d.turns[0].text for seed in range(8) for d in ask_all(scene, FULL, tasks, seed))
    assert ("enhancing tumor" in words) == asked
    assert "brain" in words
    text = describe(scene, FULL, "grounded", {"registers": ["report"]}, 3).overall.text
    assert ("enhancing tumor is outlined" in text or "enhancing tumor is annotated" in text) or asked


@pytest.mark.parametrize(("modality", "asked"), [("pt", True), ("ct", False)])
def test_uptake_is_seen_in_the_pet_alone(modality: str, asked: bool) -> None:
    lesion = (FULL.concept("avid_tumor_lesion"), disc(SHAPE, 200, 200, 60))
    scene = measure_all(picture([lesion], modality=FULL.concept(modality)), FULL)
    assert [fact.value for fact in facts(scene, "unseen")] == ([] if asked else ["elsewhere"])
