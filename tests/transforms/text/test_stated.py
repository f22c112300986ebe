"""What sources state of a record: told in words, asked about, and checked with planted wrong values."""

import random
from dataclasses import replace
from typing import Any

import pytest

import catalog
from schemas import Claim, Fact, Presence, Scale, Scene, Text, View
from tests.scenes import axial_abdomen
from transforms.checks.claims import check, check_text
from transforms.facts import measure_all, statement
from transforms.tasks import attribute, presence
from transforms.text import describe

SPACE = catalog.labelspace()
SCALE = Scale(name="bi-rads density", lowest="a", highest="d", high="denser", steps=("a", "b", "c", "d"))


def fact(predicate: str, name: str, value: Any, level: Any = "patient", **more: Any) -> Fact:
    return Fact(id="f0", predicate=predicate, name=name, value=value, level=level, scope="record", source="s", **more)


AGE = fact("age", "age", 61, unit="years")
SEX = fact("attribute", "sex", "female")
EF = fact("measurement", "ejection fraction", 78.4984, "volume", unit="%")
DENSITY = fact("grade", "breast density", "c", "image", scale=SCALE)
RELAPSE = fact("outcome", "relapse", "no", horizon="during follow-up")
ASTHMA = fact("condition", "asthma", "present")
DEVICES = [fact("attribute", f"device {n}", "one", "study") for n in range(9)]
ALL = (AGE, SEX, EF, DENSITY, RELAPSE, ASTHMA)


def scene(*facts: Fact, frame: str = "full") -> Scene:
    """The hand-drawn abdomen with stated facts; as a slice, or as though it were a whole picture."""
    view = axial_abdomen()
    changed: dict[str, Any] = {"facts": facts}
    if not frame.startswith("axial"):
        changed["view"] = View(frame=frame)
    return measure_all(replace(view, scene=view.scene.model_copy(update=changed)), SPACE)


def told(one: Scene) -> str:
    return describe(one, SPACE, "grounded", {}, 1).overall.text


def verdicts(text: str, one: Scene) -> list[str]:
    return [verdict.verdict for verdict in check(text, one, SPACE)]


def test_each_kind_is_told_in_its_words() -> None:
    text = told(scene(*ALL, frame="frame:3"))
    assert "The patient is a 61-year-old woman." in text
    assert "The ejection fraction of this clip was reported as 78.5 %." in text
    density = "was reported as c (on the BI-RADS density scale from a to d: higher means denser)."
    assert f"The breast density of this image {density}" in text
    assert "The asthma status of the patient was reported as present." in told(scene(ASTHMA))
    assert "The relapse of the patient was reported as no (during follow-up)." in told(scene(RELAPSE))


def test_what_is_told_is_claimed_and_supported() -> None:
    for frame in ("full", "frame:3", "axial:88", "signal", "tile:0-0-64-64"):
        for facts in (ALL, (AGE,), (SEX, *DEVICES), (fact("age", "bone age", 1, "image", unit="months"),)):
            one = scene(*facts, frame=frame)
            text = describe(one, SPACE, "grounded", {}, 1).overall
            wrong = [verdict for verdict in check_text(text, one, SPACE) if verdict.verdict != "supported"]
            assert not wrong, (frame, text.text)


def test_attributes_do_not_flood_the_text() -> None:
    text = told(scene(*DEVICES, AGE, SEX, EF))
    assert text.count("was reported as") == 3
    assert "61-year-old woman" in text
    assert text.count("device") == 2


def test_a_girl_is_no_woman_and_an_old_woman_has_no_age_of_her_own() -> None:
    assert "an 8-year-old girl" in told(scene(AGE.model_copy(update={"value": 8}), SEX))
    old = told(scene(AGE.model_copy(update={"value": "over 89"}), SEX))
    assert "The age of the patient was reported as over 89 years." in old
    bounded = told(scene(AGE.model_copy(update={"value": "85 or over"}), SEX))
    assert "The age of the patient was reported as 85 years or over." in bounded
    two = told(scene(AGE, AGE.model_copy(update={"value": 70}), SEX))
    assert "-year-old" not in two


@pytest.mark.parametrize(
    "text",
    [
        "The patient is a 61-year-old woman.", "The patient is a female.", "The age was reported as 61 years.",
        "The ejection fraction of this scan was reported as 78 %.", "The ejection fraction was reported as 78.5 %.",
        "Yes, the asthma status of the patient was reported as present.",
        "The breast density of this image was reported as C.",
    ],
)  # fmt: skip
def test_true_statements_are_supported(text: str) -> None:
    assert set(verdicts(text, scene(*ALL))) == {"supported"}


@pytest.mark.parametrize(
    "text",
    [
        "The patient is a 62-year-old woman.", "The patient is a 61-year-old man.", "The age was reported as 16 years.",
        "The ejection fraction of this scan was reported as 87.5 %.", "The ejection fraction was reported as 78.6 %.",
        "The ejection fraction of the patient was reported as 78.5 %.",
        "The asthma status of the patient was reported as absent.",
        "The breast density of this image was reported as d.",
        "The breast density of this image was reported as c (on the bi-rads scale from 1 to 4: higher means denser).",
        "The relapse of the patient was reported as no (within 2 years).",
        "The sex of this image was reported as female.",
        "The breast density of the patient was reported as c.",
    ],
)  # fmt: skip
def test_planted_wrong_values_are_contradicted(text: str) -> None:
    assert "contradicted" in verdicts(text, scene(*ALL))


@pytest.mark.parametrize(
    "text",
    [
        "The ejection fraction was reported as 78.5 mL.", "The stroke volume was reported as 60 mL.",
        "The ejection fraction was reported as low.", "The age was not reported as 61 years.",
        "The ejection fraction was reported as possibly 78.5 %.", "Asthma is visible.", "Breast density c is visible.",
    ],
)  # fmt: skip
def test_what_cannot_be_compared_is_never_supported(text: str) -> None:
    assert "supported" not in verdicts(text, scene(*ALL))


def test_a_sentence_that_is_half_true_is_not_supported() -> None:
    said = verdicts("The ejection fraction was reported as 78.5 % and is visible.", scene(*ALL))
    assert "uncheckable" in said


def test_a_claim_on_another_fact_is_no_proof() -> None:
    one = scene(AGE, EF)
    ids = {fact.name: fact.id for fact in one.facts if fact.name}
    words = "The ejection fraction of this scan was reported as 78.5 %"
    wrong = Text(text=f"{words}.", claims=(Claim(span=(0, len(words)), fact=ids["age"]),))
    assert any(verdict.verdict != "supported" for verdict in check_text(wrong, one, SPACE))


def asked(one: Scene) -> list[tuple[str, str]]:
    return [(d.turns[0].text, d.answer) for d in attribute.ask(one, SPACE, random.Random(1)) if not d.regions]


def test_a_whole_picture_is_asked_about_and_its_slices_are_not() -> None:
    found = asked(scene(AGE, SEX, DENSITY))
    assert {answer for _, answer in found} == {"61 years", "female", "c"}
    assert any("BI-RADS density scale from a to d" in question for question, _ in found)
    for frame in ("axial:88", "frame:3", "tile:0-0-64-64"):
        assert not asked(scene(*ALL, *DEVICES, frame=frame))


def test_outcomes_treatments_and_a_studys_device_are_told_and_not_asked() -> None:
    weight = fact("measurement", "body weight", 70, unit="kg")
    assert not asked(scene(RELAPSE, fact("treatment", "management", "excision"), weight, *DEVICES))
    assert not asked(scene(SEX, SEX.model_copy(update={"value": "male"})))


def test_a_condition_is_asked_as_stated_and_never_as_seen() -> None:
    (question,) = asked(scene(ASTHMA))
    assert question[1] == "yes"
    assert "asthma" in question[0]
    assert [answer for _, answer in asked(scene(ASTHMA.model_copy(update={"value": "absent"})))] == ["no"]


def test_grades_and_conditions_are_not_things_to_be_seen() -> None:
    slugs = ("bi_rads_4", "breast_density_c", "isup_grade_3", "poor_image_quality", "mammographic_masking_level_8",
             "hypertension", "covid_19", "liver_fibrosis_stage_4", "pneumonia")  # fmt: skip
    for state in ("present", "absent"):
        view = axial_abdomen()
        said = tuple(Presence(concept=SPACE.concept(slug), state=state) for slug in slugs)  # type: ignore[arg-type]
        changed = view.scene.model_copy(update={"presence": said, "view": View(frame="full")})
        one = measure_all(replace(view, scene=changed), SPACE)
        named = {fact.concept.label for fact in one.facts if fact.predicate == state and fact.concept}
        assert named & {concept.concept.label for concept in said} == {"pneumonia"}
        questions = " ".join(turn.text for d in presence.ask(one, SPACE, random.Random(1)) for turn in d.turns)
        assert not [p.concept.label for p in said[:-1] if p.concept.label in questions]


def test_every_declaration_can_be_told_and_read_back() -> None:
    bare = scene()
    declared = [
        (one.label or name, one) for card in catalog.cards().values() for name, one in card.layout.facts.items()
    ]
    declared += [(entry.stated.label or entry.concept.label, entry.stated) for entry in SPACE if entry.stated]
    for label, one in declared:
        if one.kind in (None, "phrase"):  # a phrase is the words of another text
            continue
        values = [one.scale.lowest, one.scale.highest] if one.scale else [3, "x y", *filter(None, one.values.values())]
        for value in values:
            made = fact(one.kind, label, value, one.level, unit=one.unit, scale=one.scale, horizon=one.horizon)
            words = statement.sentence(made, "full")
            assert words is not None, (label, value)
            assert verdicts(f"{words}.", bare.model_copy(update={"facts": (made,)})) == ["supported"], words


def test_what_is_said_of_one_thing_is_told_asked_and_checked_of_it() -> None:
    view = axial_abdomen()
    rid = next(region.id for region in view.scene.regions if region.concept.label == "liver")
    length = fact("measurement", "reported length", 12.5, None, unit="mm", regions=(rid,))
    one = measure_all(replace(view, volume_facts={rid: (length,)}), SPACE)
    written = {part.region: part.text for part in describe(one, SPACE, "grounded", {}, 1).regions}
    assert "The reported length of the liver was reported as 12.5 mm." in written[rid]
    assert "reported length" not in told(one)
    asked = [draft for draft in attribute.ask(one, SPACE, random.Random(3)) if "reported length" in draft.turns[0].text]
    assert [(draft.answer, draft.regions) for draft in asked] == [("12.5 mm", (rid,))]
    assert verdicts("The reported length of the liver was reported as 12.5 mm.", one) == ["supported"]
    assert verdicts("The reported length of the liver was reported as 13.5 mm.", one) == ["contradicted"]
    assert verdicts("The reported length of the spleen was reported as 12.5 mm.", one) == ["uncheckable"]
