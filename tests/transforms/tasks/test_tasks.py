"""Questions of hand-drawn scenes: right, lawful, supported, varied, and the same each time."""

from dataclasses import replace

import pytest

import catalog
from schemas import Dialogue, Fact, Presence, Scene, View
from schemas.sample import SampleRegion
from tests.scenes import LEFT_KIDNEY, LIVER, axial_abdomen
from tests.spaces import (
    BODY,
    CARDIOMEGALY,
    DOC,
    ECG,
    EFFUSION,
    HEART_RATE,
    MALIGNANCY,
    NODULE,
    NUCLEUS,
    PNEUMOTHORAX,
    small_space,
)
from tests.views import HUMAN, disc, lps, picture, rectangle
from transforms.checks.claims import check_text
from transforms.checks.claims import samples as claims
from transforms.facts import measure_all
from transforms.tasks import PER_SCENE, ask_all, families
from transforms.text import describe

SPACE = small_space()
SHAPE = (160, 200)
TASKS = sorted(families())


@pytest.fixture(scope="module")
def abdomen() -> Scene:
    return measure_all(axial_abdomen(), SPACE)


def every(scene: Scene, *tasks: str, seeds: int = 6) -> list[Dialogue]:
    """What several seeds ask, so that each wording and each form turns up."""
    return [dialogue for seed in range(seeds) for task in tasks for dialogue in ask_all(scene, SPACE, [task], seed)]


def pairs(dialogues: list[Dialogue]) -> set[tuple[str, str]]:
    return {(dialogue.turns[0].text, dialogue.answer) for dialogue in dialogues}


def test_the_families_of_the_contract_are_there():
    assert TASKS == [
        "anatomy", "attenuation", "attribute", "changed", "comparison", "conversation", "counting", "density",
        "ecg", "entailment", "entities", "grounding",
        "lay", "location", "look_again", "modality", "nearest", "outlier", "patch", "plane", "portions", "preference",
        "premise", "presence", "quantity", "question_tree", "ranking", "referring", "reflection", "relation", "report",
        "report_writing", "sequence", "signal", "size", "slices", "tracking", "uptake", "verification", "visits",
        "visual_concept", "volumes", "which_image", "which_most", "whole_study",
    ]  # fmt: skip
    assert all(name == family.NAME and family.VERSION for name, family in families().items())


def test_an_unknown_family_is_named(abdomen):
    with pytest.raises(KeyError, match=r"no task family 'colour'.*anatomy, attenuation, attribute"):
        ask_all(abdomen, SPACE, ["presence", "colour"], 1)


def test_the_same_scene_and_seed_give_the_same_dialogues(abdomen):
    first, again = (ask_all(abdomen, SPACE, TASKS, 17) for _ in range(2))
    assert [dialogue.to_json() for dialogue in first] == [dialogue.to_json() for dialogue in again]
    assert ask_all(abdomen, SPACE, TASKS, 18) != first
    other = abdomen.model_copy(update={"key": "toy-0002"})
    assert [dialogue.turns for dialogue in ask_all(other, SPACE, TASKS, 17)] != [d.turns for d in first]


def test_a_scene_gets_some_of_each_family_up_to_the_bound(abdomen):
    asked = ask_all(abdomen, SPACE, TASKS, 17)  # without masks, nothing is mended
    elsewhere = {"attenuation", "changed", "ecg", "entities", "lay", "nearest", "outlier", "patch", "portions",
                 "premise", "reflection", "report", "report_writing", "sequence", "signal", "slices", "tracking",
                 "uptake", "visits", "visual_concept", "volumes", "which_image", "which_most",
                 "whole_study"}  # fmt: skip
    assert len(asked) == len(TASKS) - len(elsewhere) > PER_SCENE  # the first of each family, however many there are
    assert [dialogue.id for dialogue in asked] == [f"d{number}" for number in range(1, len(asked) + 1)]
    assert {dialogue.task for dialogue in asked} == set(TASKS) - elsewhere
    some = ask_all(abdomen, SPACE, TASKS[:12], 17)
    assert len(some) == PER_SCENE
    assert {dialogue.task for dialogue in some} == set(TASKS[:12]) - elsewhere
    assert len({(dialogue.task, dialogue.turns[0].text) for dialogue in asked}) == len(asked)


def test_claims_cover_what_they_assert(abdomen):
    facts = {fact.id: fact for fact in abdomen.facts}
    for dialogue in every(abdomen, *TASKS):
        text, claims = dialogue.turns[-1].text, dialogue.turns[-1].claims
        assert claims, dialogue
        assert text == text[0].upper() + text[1:]
        assert text.endswith(".")
        for claim in claims:
            words = text[slice(*claim.span)]
            assert words == words.strip() != "", dialogue
            fact = facts[claim.fact]
            if fact.unit:
                assert any(character.isdigit() for character in words), words
        assert {claim.fact for claim in claims} <= set(dialogue.facts) <= set(facts)
        assert set(dialogue.regions) <= {region.id for region in abdomen.regions}


def test_choices_hold_the_answer_once(abdomen):
    chosen = [dialogue for dialogue in every(abdomen, *TASKS) if dialogue.choices]
    assert len({dialogue.task for dialogue in chosen}) >= 5
    for dialogue in chosen:
        assert dialogue.choices.count(dialogue.answer) == 1
        assert len(set(dialogue.choices)) == len(dialogue.choices) >= 2
        assert all(choice in dialogue.turns[0].text for choice in dialogue.choices)


def test_wordings_vary(abdomen):
    for task in ("location", "size", "comparison", "presence", "counting"):
        questions = {dialogue.turns[0].text.split("\n")[0] for dialogue in every(abdomen, task, seeds=20)}
        assert len(questions) >= 3, task


@pytest.mark.parametrize(
    ("task", "words", "answer"),
    [
        ("size", "How long is the left kidney in this image", "44.0 mm"),
        ("size", "the longest diameter of the lesion", "22 mm"),
        ("size", "What area does the left kidney cover", "800 mm²"),
        ("location", "does the liver lie?", "middle right"),
        ("counting", "How many lesions does this image show", "1"),
        (
            "comparison",
            "Which is larger by area in this image, the left kidney or the right kidney?",
            "the left kidney",
        ),
        ("comparison", "Is the right kidney larger than the left kidney", "no"),
        ("comparison", "how many times as large as the right kidney is the left kidney?", "1.25"),
        ("relation", "Does the lesion lie inside the liver?", "yes"),
        ("relation", "the lesion lie next to the liver, outside it?", "no"),
        ("verification", "Is [90, 50, 100, 70] the tightest box around the left kidney", "yes"),
        ("verification", "Is [90, 50, 100, 70] the tightest box around the right kidney", "no"),
        ("verification", "Is [90, 50, 100, 70] the box of the liver", "no"),
        ("relation", "the centers of the left kidney and the right kidney", "70 mm"),
        ("grounding", "the box of the left kidney", "[90, 50, 100, 70]"),
        ("grounding", "the box [25, 35, 36, 46]", "lesion"),
        ("attribute", "mean attenuation of the left kidney", "35 HU"),
        ("modality", "What imaging modality is this?", "computed tomography"),
        ("plane", "In which plane", "axial"),
        ("anatomy", "Which part of the body", "abdomen"),
        ("anatomy", "Which structures do these boxes enclose", "liver, lesion, left kidney, right kidney"),
        ("presence", "Is a lesion visible", "yes"),
    ],
)
def test_answers_are_those_of_the_drawing(abdomen, task, words, answer):
    found = [reply for question, reply in pairs(every(abdomen, task, seeds=80)) if words in question]
    assert found
    assert set(found) == {answer}


def test_questions_of_place_name_the_frame(abdomen):
    assert all("the patient's" in question for question, _ in pairs(every(abdomen, "location")))
    plain = measure_all(picture([(LIVER, disc(SHAPE, 30, 30, 9))]), SPACE)
    (dialogue,) = {d.turns[1].text: d for d in every(plain, "location")}.values()
    assert "patient" not in dialogue.turns[0].text
    assert dialogue.turns[1].text == "The liver lies in the upper left part of the image."


def test_the_side_is_asked_only_where_the_name_does_not_tell_it():
    body = (BODY, rectangle(SHAPE, 20, 10, 180, 150))
    scene = measure_all(
        picture([body, (NODULE, disc(SHAPE, 50, 60, 6))], geometry=lps("axial"), plane="axial"), SPACE
    )  # fmt: skip
    sides = [d for d in every(scene, "location") if "patient's right side" in d.turns[1].text]
    assert {dialogue.answer for dialogue in sides} == {"right"}
    assert sides[0].reasoning[0].args == {"region": "r2", "body": "r1"}


def test_no_is_said_only_of_what_the_record_calls_absent():
    presence = (Presence(concept=PNEUMOTHORAX, state="absent"), Presence(concept=EFFUSION, state="absent"))
    scene = measure_all(picture([(NODULE, disc(SHAPE, 50, 60, 6))], presence=presence), SPACE)
    asked = every(scene, "presence")
    denied = {dialogue.turns[1].text for dialogue in asked if dialogue.answer == "no"}
    assert denied == {"No, no pneumothorax is visible.", "No, no pleural effusion is visible."}
    wrong = {choice for dialogue in asked for choice in dialogue.choices or ()} - {"pulmonary nodule"}
    assert wrong == {"pneumothorax", "pleural effusion"}
    bare = measure_all(picture([(NODULE, disc(SHAPE, 50, 60, 6))]), SPACE)
    assert {dialogue.answer for dialogue in every(bare, "presence")} == {"yes"}


def nuclei(sizes: list[int]) -> Scene:
    shapes = [(NUCLEUS, rectangle(SHAPE, 20 * n + 9, 10, 20 * n + 15, 10 + size)) for n, size in enumerate(sizes)]
    return measure_all(picture(shapes), SPACE)


def test_of_several_only_a_provably_largest_is_named():
    asked = every(nuclei([10, 30, 12]), *TASKS)
    names = [dialogue.turns[0].text for dialogue in asked if dialogue.task in ("size", "location")]
    assert names
    assert all("the largest nucleus" in name for name in names)
    assert ("How many nuclei does this image show?", "3") in pairs(asked)
    largest = [dialogue for dialogue in asked if dialogue.task == "comparison"]
    assert {dialogue.answer for dialogue in largest} == {"[29, 10, 35, 40]"}
    draw = every(nuclei([10, 30, 30]), "size", "location", "comparison", "grounding")
    assert draw == []  # two are as large: no words tell them apart


def test_things_are_counted_by_what_holds_them_where_each_lies_in_something():
    def cysts(*centres: int) -> set[tuple[str, str]]:
        kidneys = [(LEFT_KIDNEY, rectangle(SHAPE, 10, 10, 80, 100)), (LIVER, rectangle(SHAPE, 110, 10, 180, 100))]
        scene = measure_all(picture([*kidneys, *((NODULE, disc(SHAPE, x, 40, 6)) for x in centres)]), SPACE)
        asked = every(scene, "counting", seeds=8)
        assert {one.verdict for _, one in claims.verdicts(scene, None, asked, SPACE)} == {"supported"}
        return {(d.turns[1].text, d.answer) for d in asked if " inside " in d.turns[1].text}

    assert cysts(30, 60, 140) == {
        ("There are 2 pulmonary nodules inside the left kidney.", "2"),
        ("There is 1 pulmonary nodule inside the liver.", "1"),
    }
    assert cysts(30, 60, 95) == set()  # one lies in neither, and may lie partly in what nobody outlined
    assert cysts(30) == set()


def test_a_reading_is_told_with_its_scale():
    view = axial_abdomen()
    rating = Fact(
        id="", predicate="rating", regions=("r2",), value=4.25, unit="1-5", concept=MALIGNANCY, scope="record",
        source="4 readers",
    )  # fmt: skip
    volume = Fact(id="", predicate="volume", regions=("r2",), value=5.57, unit="mL", scope="record")
    scene = measure_all(replace(view, volume_facts={"r2": (rating, volume)}), SPACE)
    texts = {dialogue.turns[1].text for dialogue in every(scene, "attribute", "size")}
    whole = "The malignancy of the lesion was rated 4.2 out of 5 over the whole scan."
    assert whole in texts
    assert not [text for text in texts if "volume" in text]  # of a slice nobody can be asked that
    scan = scene.model_copy(update={"view": View(frame="volume")})
    told = "The volume of the lesion over the whole scan is 5.57 mL."
    assert told in {dialogue.turns[1].text for dialogue in every(scan, "size")}


def report(*findings: tuple[object, str, str]) -> Scene:
    """A report with each finding's sentence marked."""
    document = " ".join(sentence for _, _, sentence in findings)
    regions, facts = [], []
    for number, (concept, state, sentence) in enumerate(findings, 1):
        start = document.index(sentence)
        span = (start, start + len(sentence))
        regions.append(
            SampleRegion(id=f"r{number}", concept=concept, source_label="-", span=span, span_unit="char", made_by=HUMAN)
        )
        facts.append(Fact(id="", predicate="finding", regions=(f"r{number}",), value=state, concept=concept))
    scene = picture([], modality=DOC, regions=tuple(regions), facts=tuple(facts), document=document).scene
    return measure_all(replace(picture([]), scene=scene.model_copy(update={"media": ()})), SPACE)


def test_a_reports_answers_rest_on_its_own_words():
    scene = report(
        (EFFUSION, "present", "Small left\n pleural effusion."),
        (PNEUMOTHORAX, "absent", "No pneumothorax."),
        (CARDIOMEGALY, "uncertain", "Possible cardiomegaly."),
    )
    found = {dialogue.answer: dialogue.turns[1].text for dialogue in every(scene, *TASKS)}
    assert found == {
        "yes": "Yes, a pleural effusion is present.",
        "no": "No, there is no pneumothorax.",
        "uncertain": "Cardiomegaly is possible.",
        "pleural effusion": "A pleural effusion is present.",
    }
    (yes,) = [dialogue for dialogue in every(scene, "report", seeds=1) if dialogue.answer == "yes"]
    start, end = scene.regions[0].span
    assert yes.regions == ("r1",)
    assert scene.document[int(start) : int(end)] == "Small left\n pleural effusion."


def test_a_report_that_contradicts_itself_is_not_asked_about():
    scene = report((EFFUSION, "present", "Pleural effusion."), (EFFUSION, "absent", "No effusion now."))
    assert every(scene, "report") == []


def test_a_recording_is_asked_about_its_measurements():
    rate = Fact(id="", predicate="interval", value=74.0, unit="bpm", concept=HEART_RATE, scope="record")
    view = picture([], modality=ECG, facts=(rate,))
    media = view.scene.media[0].model_copy(update={"kind": "signal"})
    scene = measure_all(replace(view, scene=view.scene.model_copy(update={"media": (media,)})), SPACE)
    asked = {dialogue.task: dialogue.turns[1].text for dialogue in every(scene, *TASKS)}
    assert asked == {
        "signal": "The heart rate is 74 bpm.",
        "modality": "The modality of this recording is electrocardiography.",
    }


def test_wrong_holders_do_not_even_meet_the_region(abdomen):
    asked = [dialogue for dialogue in every(abdomen, "relation", seeds=20) if dialogue.choices]
    assert {dialogue.answer for dialogue in asked} == {"the liver"}
    assert {choice for d in asked for choice in d.choices} == {"the liver", "the left kidney", "the right kidney"}
    assert all(len(set(dialogue.choices)) == len(dialogue.choices) for dialogue in asked)


def test_what_lies_next_to_another_is_not_inside_it():
    two = [(LIVER, rectangle(SHAPE, 40, 20, 80, 90)), (LEFT_KIDNEY, rectangle(SHAPE, 81, 30, 101, 60))]
    found = pairs(every(measure_all(picture(two), SPACE), "relation", seeds=30))
    assert {answer for question, answer in found if "adjacent" in question or "next to" in question} == {"yes"}


def test_a_nodule_beside_an_organ_is_asked_about_in_the_words_of_one_inside_it():
    liver = (LIVER, rectangle(SHAPE, 40, 20, 100, 90))
    beside, inside = (
        measure_all(picture([liver, (NODULE, rectangle(SHAPE, x, 40, x + 9, 52))]), SPACE) for x in (101, 60)
    )
    found = [pairs(every(one, "relation", seeds=40)) for one in (beside, inside)]
    asked = [{question: answer for question, answer in one if answer in ("yes", "no")} for one in found]
    assert asked[0].keys() == asked[1].keys()
    for question, answer in asked[0].items():
        assert answer == ("no" if "inside" in question or "contained" in question else "yes")
        assert asked[1][question] != answer


def test_what_is_there_is_asked_about_in_the_words_of_what_is_not():
    shapes = [(LIVER, rectangle(SHAPE, 40, 20, 100, 90)), *((NODULE, disc(SHAPE, x, 40, 5)) for x in (20, 60, 130))]
    absent = Presence(concept=NODULE, state="absent")
    there, not_there = measure_all(picture(shapes), SPACE), measure_all(picture(shapes[:1], presence=(absent,)), SPACE)
    asked = [{d.turns[0].text: d.answer for d in every(one, "presence", seeds=30) if "nodule" in d.turns[0].text}
             for one in (there, not_there)]  # fmt: skip
    assert asked[0].keys() == asked[1].keys()
    assert (set(asked[0].values()), set(asked[1].values())) == ({"yes"}, {"no"})


def test_a_box_that_two_regions_share_names_neither():
    square, round_ = rectangle(SHAPE, 20, 20, 41, 41), disc(SHAPE, 30, 30, 10)
    scene = measure_all(picture([(LIVER, square), (NODULE, round_)]), SPACE)
    assert every(scene, "grounding")
    assert not [d for d in every(scene, "grounding", seeds=20) if "the box [" in d.turns[0].text]


def test_a_kidney_that_names_its_side_is_not_asked_for_it():
    shapes = [(BODY, rectangle(SHAPE, 20, 10, 180, 150)), (LEFT_KIDNEY, rectangle(SHAPE, 130, 80, 150, 110))]
    scene = measure_all(picture(shapes, geometry=lps("axial"), plane="axial"), SPACE)
    assert [fact.value for fact in scene.facts if fact.predicate == "side"] == ["left"]
    assert not [d for d in every(scene, "location") if "side" in d.turns[0].text]


def test_choices_of_a_count_are_all_different():
    asked = [d for d in every(nuclei([10, 30, 12]), "counting", seeds=60) if d.choices]
    assert len(asked) > 10
    assert all(len(set(d.choices)) == 4 and d.answer == "3" and "3" in d.choices for d in asked)


@pytest.mark.parametrize(
    ("level", "words"),
    [("study", "in the examination that this image is part of"), ("breast", "in the breast that this image is of")],
)
def test_what_is_said_of_more_than_the_image_is_asked_of_that(level: str, words: str) -> None:
    said = (Presence.model_validate({"concept": EFFUSION, "state": "present", "level": level}),
            Presence.model_validate({"concept": PNEUMOTHORAX, "state": "absent", "level": level}))  # fmt: skip
    scene = measure_all(picture([], presence=said), SPACE)
    found = pairs(every(scene, "presence"))
    assert found == {(f"Is a pleural effusion present {words}?", "yes"), (f"Is a pneumothorax present {words}?", "no")}
    answers = [dialogue.turns[-1] for dialogue in every(scene, "presence")]
    assert {one.verdict for told in answers for one in check_text(told, scene, SPACE)} == {"supported"}
    patient = measure_all(picture([], presence=[one.model_copy(update={"level": "patient"}) for one in said]), SPACE)
    assert not every(patient, "presence")


def test_what_another_image_shows_is_asked_and_is_not_there():
    space = catalog.labelspace()
    liver = space.concept("liver"), disc((80, 80), 40, 40, 20)
    absent = (Presence(concept=space.concept("liver_lesion"), state="absent", level="image"),)
    scene = measure_all(picture([liver], presence=absent), space)
    asked = [dialogue for seed in range(8) for dialogue in ask_all(scene, space, ["premise"], seed)]
    assert {dialogue.answer for dialogue in asked} == {"not visible"}
    assert all("the liver lesion" in dialogue.turns[0].text for dialogue in asked)
    assert all(dialogue.answer in dialogue.turns[1].text.casefold() for dialogue in asked)
    assert not claims.faults(scene, describe(scene, space, "grounded", {}, 1), asked, space)
    assert not ask_all(measure_all(picture([liver]), space), space, ["premise"], 1)  # nobody said that it is absent
