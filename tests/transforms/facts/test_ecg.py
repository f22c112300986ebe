"""Beats, rate and axis of curves drawn from a vector of known direction, and of a recording whose device told both."""

from pathlib import Path

import numpy as np
import pydicom
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydicom.data import get_testdata_file

import catalog
from schemas import Dialogue, Fact, Media, Scene, View
from transforms.checks.claims import check
from transforms.facts import ecg, measure_all
from transforms.media import ecg as paper
from transforms.regions.viewdata import ViewData
from transforms.shards.audit_signal import curve_problems, fact_problems, signal_of
from transforms.shards.encode import npy
from transforms.tasks import ask_all
from transforms.tasks.ecg import PLAIN
from transforms.tasks.replay import replay
from transforms.tasks.scoring import score

SPACE = catalog.labelspace()
HERTZ = 500.0
LEADS = ("I", "II", "III", "aVR", "aVL", "aVF", "V1", "V5")
TURNS = {"I": 0.0, "II": 60.0, "III": 120.0}
"""Degrees of the bipolar leads in the frontal plane (Einthoven's triangle)."""


def drawn(rate: float = 72.0, axis: float = 40.0, seconds: float = 10.0) -> np.ndarray:
    """(samples, 8) in mV: a P wave, a QRS complex along `axis` and a T wave for each beat. The bipolar leads are the
    vector's projections, the augmented ones follow from them by Goldberger's equations."""
    time = np.arange(round(seconds * HERTZ)) / HERTZ
    size = np.zeros_like(time)
    waves = np.zeros_like(time)
    for at in np.arange(0.4, seconds, 60 / rate):
        size += 1.2 * np.exp(-(((time - at) / 0.018) ** 2))
        waves += 0.1 * np.exp(-(((time - at + 0.16) / 0.02) ** 2)) + 0.2 * np.exp(-(((time - at - 0.25) / 0.05) ** 2))
    one, two, three = (size * np.cos(np.radians(axis - turn)) + waves for turn in TURNS.values())
    limb = [one, two, three, -(one + two) / 2, (one - three) / 2, (two + three) / 2]
    found = np.stack([*limb, waves - 0.6 * size, waves + 1.1 * size], axis=1)
    return (found + np.random.default_rng(5).normal(0, 0.005, found.shape)).astype(np.float32)


def view(
    signal: np.ndarray, leads: tuple[str, ...] = LEADS, hertz: float = HERTZ, facts: tuple[Fact, ...] = ()
) -> ViewData:
    image = paper.draw(signal, hertz, leads)
    picture = Media(name="png", kind="image", width=image.shape[1], height=image.shape[0], channels=3,
                    sampling_hz=hertz, leads=leads)  # fmt: skip
    scene = Scene(key="toy-ecg", dataset="toy", record="toyecg", subject="toy/1", modality=SPACE.concept("ecg"),
                  view=View(frame="signal"), media=(picture,), facts=facts)  # fmt: skip
    return ViewData(scene, {}, image, None, signal)


def told(found: ViewData) -> dict[str, float]:
    facts = (fact for fact in measure_all(found, SPACE).facts if fact.predicate in ecg.PREDICATES)
    return {fact.predicate: float(fact.value) for fact in facts}


@settings(max_examples=6, deadline=None)
@given(rate=st.floats(45, 150), axis=st.floats(-179, 179))
def test_the_rate_and_the_axis_that_were_drawn_are_found_or_nothing_is(rate: float, axis: float) -> None:
    found = told(view(drawn(rate, axis)))
    assert found["beat_rate"] == pytest.approx(rate, abs=1.0)
    assert found["beats"] == pytest.approx(len(np.arange(0.4, 10, 60 / rate)), abs=1)
    if "frontal_axis" in found:
        assert abs(ecg.turned(found["frontal_axis"] - axis)) <= ecg.AXIS_DEGREES


def test_of_fast_beats_there_is_a_rate_and_no_axis() -> None:
    assert told(view(drawn(rate=140.0))).keys() == {"beats", "beat_rate"}


def test_an_axis_comes_of_most_directions() -> None:
    assert sum("frontal_axis" in told(view(drawn(axis=axis))) for axis in range(-170, 180, 60)) >= 5


def test_a_recording_whose_device_states_its_rate_and_axis_agrees() -> None:
    """Of pydicom's test files: RR interval 982 ms, QRS axis 52 degrees, by the device."""
    dataset = pydicom.dcmread(Path(str(get_testdata_file("waveform_ecg.dcm"))))
    wave = dataset.WaveformSequence[0]
    names = tuple(one.ChannelSourceSequence[0].CodeMeaning for one in wave.ChannelDefinitionSequence)
    signal = (dataset.waveform_array(0) / 1000).astype(np.float32)
    stated = {one.ConceptNameCodeSequence[0].CodeMeaning: float(one.NumericValue)
              for one in dataset.WaveformAnnotationSequence if "NumericValue" in one}  # fmt: skip
    found = told(view(signal, names, float(wave.SamplingFrequency)))
    assert found["beat_rate"] == pytest.approx(60_000 / stated["RR Interval"], abs=1.0)
    assert abs(found["frontal_axis"] - stated["QRS Axis"]) <= ecg.AXIS_DEGREES
    assert (found["net_area_i"] > 0, found["net_area_avf"] > 0) == (True, True)


def test_nothing_is_told_of_what_two_leads_do_not_bear_out_or_nobody_counts() -> None:
    signal = drawn()
    assert told(view(signal[:, :1], ("I",))) == {}
    assert told(view(signal, tuple("ABCDEFGH"))) == {}
    assert told(view(drawn(seconds=4.0))) == {}
    assert told(view(drawn(seconds=61.0))) == {}
    noise = np.random.default_rng(3).normal(0, 0.2, signal.shape).astype(np.float32)
    assert told(view(noise)) == {}
    gap = signal.copy()
    gap[100, [1, 2, 5, 7]] = np.nan
    assert "frontal_axis" not in told(view(gap))


def test_without_avf_there_is_no_axis_and_a_rate_all_the_same() -> None:
    kept = [n for n, name in enumerate(LEADS) if name != "aVF"]
    found = told(view(drawn()[:, kept], tuple(LEADS[n] for n in kept)))
    assert found.keys() == {"beats", "beat_rate"}


@pytest.mark.parametrize(("name", "value", "unit", "gone"), [
    ("heart rate", 110, "bpm", {"beats", "beat_rate"}), ("rr interval", 500, "ms", {"beats", "beat_rate"}),
    ("qrs axis", -70, "degrees", {"net_area_i", "net_area_avf", "frontal_axis"}), ("qrs axis", 44, "degrees", set()),
])  # fmt: skip
def test_what_the_source_states_otherwise_is_not_told(name: str, value: int, unit: str, gone: set[str]) -> None:
    said = Fact(id="f1", predicate="measurement", name=name, value=value, unit=unit, scope="record", level="volume")
    assert told(view(drawn(), facts=(said,))).keys() == set(ecg.PREDICATES) - gone


def test_curves_of_the_brain_have_no_beats() -> None:
    found = view(drawn())
    eeg = found.scene.model_copy(update={"modality": SPACE.concept("eeg")})
    assert told(ViewData(eeg, {}, found.image, None, found.signal)) == {}


def asked(found: ViewData) -> tuple[Scene, list[Dialogue]]:
    scene = measure_all(found, SPACE)
    talks = [one for seed in range(6) for one in ask_all(scene, SPACE, ["ecg", "quantity"], seed, masks={})]
    return scene, list({(one.turns[0].text.partition("\n")[0], one.choices is None): one for one in talks}.values())


def outcomes(talk: Dialogue, scene: Scene, signal: np.ndarray) -> set[str]:
    return {one.outcome for one in replay(talk, {}, scene.media[0], signal, scene=scene)}


@pytest.mark.parametrize("axis", [40.0, -60.0, 130.0])
def test_every_question_is_right_by_its_check_and_run_again_on_the_curves(axis: float) -> None:
    found = view(drawn(axis=axis))
    assert found.signal is not None
    scene, talks = asked(found)
    own = [one for one in talks if one.task == "ecg"]
    assert {bool(one.choices) for one in own if "rate" in one.turns[0].text} == {True, False}
    assert {one.check.kind for one in own if one.check} == {"tolerance", "exact"}
    for talk in talks:
        assert talk.check is not None
        assert score(talk.check, talk.turns[1].text, talk.choices, talk.turns[0].text).right, talk.turns[1].text
        assert {one.verdict for one in check(talk.turns[1].text, scene, SPACE)} == {"supported"}, talk.turns[1].text
        assert outcomes(talk, scene, found.signal) == {"pass"}
        assert talk.skill == "measure"
    for talk in own:
        last = talk.reasoning[-1]
        bent = not last.result if isinstance(last.result, bool) else 999
        wrong = talk.model_copy(update={"reasoning": (*talk.reasoning[:-1], last.model_copy(update={"result": bent}))})
        assert "fail" in outcomes(wrong, scene, found.signal)


def test_the_side_of_the_baseline_is_that_of_the_drawn_vector() -> None:
    for axis, sides in ((40.0, ("yes", "yes")), (-60.0, ("yes", "no")), (130.0, ("no", "yes"))):
        _, talks = asked(view(drawn(axis=axis)))
        found = {one.turns[0].text: one.answer for one in talks if "baseline than below" in one.turns[0].text}
        assert [found[next(q for q in found if f"lead {lead} " in q)] for lead in ("I", "aVF")] == list(sides)
    scene = measure_all(view(drawn(axis=90.0)), SPACE)
    (flat,) = (fact for fact in scene.facts if fact.predicate == "net_area_i")
    assert abs(float(flat.value)) < PLAIN * (flat.tolerance or 0.0) or abs(float(flat.value)) < 2
    assert not [one for one in talks if one.answer not in ("yes", "no") and "baseline than" in one.turns[0].text]


def test_a_judgement_of_the_axis_is_silent_near_its_limits() -> None:
    def judged(axis: float) -> list[object]:
        facts = measure_all(view(drawn(axis=axis)), SPACE).facts
        return [fact.value for fact in facts if fact.predicate == "judgement"]

    found = [judged(axis) for axis in (30.0, -60.0, 135.0, -31.0)]
    assert found == [["not deviated"], ["deviated to the left"], ["deviated to the right"], []]


@pytest.mark.parametrize(("text", "verdict"), [
    ("The mean heart rate counted on the curves of this recording is 72 bpm.", "supported"),
    ("The mean heart rate counted on the curves of this recording is 92 bpm.", "contradicted"),
    ("The QRS axis worked out from leads I and aVF of this recording is -40 degrees.", "contradicted"),
])  # fmt: skip
def test_sentences_are_held_against_the_fact(text: str, verdict: str) -> None:
    assert {one.verdict for one in check(text, measure_all(view(drawn()), SPACE), SPACE)} == {verdict}


def test_other_curves_are_found_in_what_is_published() -> None:
    found = view(drawn())
    scene = measure_all(found, SPACE)
    assert found.signal is not None
    kept = signal_of(npy(found.signal))
    assert [wrong for _, wrong in fact_problems(scene, {"npy": kept}) if wrong] == []
    assert len(list(fact_problems(scene, {"npy": kept}))) == len(ecg.PREDICATES)
    other = {fact.predicate for fact, wrong in fact_problems(scene, {"npy": drawn(95.0, -80.0)}) if wrong}
    assert other >= {"beats", "beat_rate", "net_area_avf", "frontal_axis"}
    assert curve_problems(scene.media[0], kept) == []
    assert curve_problems(scene.media[0], kept[:, :3])
    with pytest.raises(ValueError, match="array"):
        signal_of(npy(found.signal[:, 0]))
