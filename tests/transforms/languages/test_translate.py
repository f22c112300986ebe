"""What is told in Spanish is what English tells: read by a reader of its own, held against facts written by hand."""

import re
from collections.abc import Iterator
from dataclasses import replace

import pytest

import catalog
from schemas import Candidate, Fact, Presence, Provenance, Scene, Translation
from tests import spanish_reader
from tests.handfacts import told_abdomen
from tests.scenes import axial_abdomen
from transforms.facts import measure_all
from transforms.languages import translate
from transforms.languages.check import problems
from transforms.tasks import ask_all
from transforms.text import describe
from transforms.text.rules import REGISTERS

SPACE = catalog.labelspace()
TOLD = told_abdomen()
"""Facts written by hand: of a record, of readers, absent ones."""
TASKS = ("modality", "plane", "anatomy", "presence", "location", "size", "counting", "comparison", "grounding",
         "verification", "quantity")  # fmt: skip


def measured() -> Scene:
    """The abdomen with facts that are measured, and with things that its source says are not there."""
    view = axial_abdomen()
    absent = [Presence(concept=SPACE.concept(slug), state="absent") for slug in ABSENT]
    scene = view.scene.model_copy(update={"presence": (*view.scene.presence, *absent)})
    return measure_all(replace(view, scene=scene), SPACE)


ABSENT = ("pneumothorax", "cardiomegaly", "fracture", "ascites", "spleen")
SCENE = measured()
CASES = [(seed, register) for seed in range(5) for register in REGISTERS]


def candidate(scene: Scene, seed: int, register: str) -> Candidate:
    """A scene with English words."""
    fields = {name: getattr(scene, name) for name in Scene.model_fields}
    asked = () if scene is TOLD else ask_all(scene, SPACE, TASKS, seed)
    return Candidate(
        **fields, description=describe(scene, SPACE, "grounded", {"registers": [register]}, seed),
        dialogues=asked, provenance=Provenance(sources=(), steps=()),
    )  # fmt: skip


def texts(found: Translation) -> Iterator[str]:
    every = (found.overall, *found.regions, *found.relations)
    yield from (one.text for one in every if one is not None)
    yield from (turn.text for talk in found.dialogues for turn in talk.turns)


@pytest.mark.parametrize("scene", [SCENE, TOLD], ids=["measured", "told"])
@pytest.mark.parametrize(("seed", "register"), CASES)
def test_every_number_side_and_name_is_that_of_its_fact(scene: Scene, seed: int, register: str) -> None:
    sample = candidate(scene, seed, register)
    found = translate(sample, SPACE, "es", seed)
    assert found.overall is not None
    whole = [found.overall, *found.regions, *found.relations]
    number = 0
    for text in whole:
        said, unread = spanish_reader.read(text.text, SPACE)
        assert unread == [], text.text
        for one in said:
            predicate = {"frame": "slice"}.get(one.what, one.what)
            own = [fact for fact in scene.facts if fact.predicate == predicate]
            assert any(spanish_reader.agrees(one, fact, scene, SPACE) for fact in own), (one, text.text)
            number += 1
    assert number > 12


@pytest.mark.parametrize(("seed", "register"), CASES)
def test_each_place_claims_what_its_english_claims_and_books_the_rest(seed: int, register: str) -> None:
    sample = candidate(SCENE, seed, register)
    found = translate(sample, SPACE, "es", seed)
    assert found.overall is not None
    english = {claim.fact for claim in sample.description.overall.claims}
    told = {claim.fact for claim in found.overall.claims}
    booked = {one.fact for one in found.untold if one.where == "description.global"}
    assert told | booked == english
    assert not told & booked
    assert {one.id for one in found.dialogues} | {
        one.where.removeprefix("dialogues.") for one in found.untold if one.fact is None
    } == {one.id for one in sample.dialogues}
    assert list(problems(published(sample, found), SPACE)) == []


@pytest.mark.parametrize(("seed", "register"), CASES)
def test_nobody_stumbles_over_it(seed: int, register: str) -> None:
    found = translate(candidate(SCENE, seed, register), SPACE, "es", seed)
    for text in texts(found):
        for line in re.sub(r"\n- .*", "", text).split("\n"):
            assert spanish_reader.faults(line, SPACE) == [], text


@pytest.mark.parametrize("seed", range(6))
def test_what_is_absent_is_denied_and_nothing_else(seed: int) -> None:
    found = translate(candidate(SCENE, seed, "report"), SPACE, "es", seed)
    absent = {name for fact in SCENE.facts if fact.predicate == "absent" and fact.concept
              for name in spanish_reader.forms(SPACE.names["es"][SPACE.of(fact.concept).slug])}  # fmt: skip
    denied = [name for text in texts(found) for name in spanish_reader.denied(text, SPACE)]
    assert set(denied) <= absent
    assert denied


def test_a_concept_without_a_name_is_not_told_and_is_booked() -> None:
    without = {slug: name for slug, name in SPACE.names["es"].items() if slug != "lesion"}
    space = SPACE.model_copy(update={"names": {"es": without}})
    sample = candidate(SCENE, 1, "report")
    found = translate(sample, space, "es", 1)
    assert all("lesi" not in text for text in texts(found))
    reasons = {one.reason for one in found.untold}
    assert any("no Spanish name of lesion: add one to catalog/names/es.yaml" in reason for reason in reasons)
    assert list(problems(published(sample, found), space)) == []


def test_the_same_arguments_give_the_same_text_and_another_seed_another() -> None:
    sample = candidate(SCENE, 1, "report")
    one, same, other = (translate(sample, SPACE, "es", seed) for seed in (1, 1, 2))
    assert one.to_json() == same.to_json()
    assert one.to_json() != other.to_json()


def test_numbers_are_written_as_in_english() -> None:
    for seed, register in CASES:
        sample = candidate(SCENE, seed, register)
        found = translate(sample, SPACE, "es", seed)
        english = {talk.id: talk for talk in sample.dialogues}
        for talk in found.dialogues:
            for n, turn in enumerate(talk.turns):
                own = re.findall(r"[\d.]*\d", english[talk.id].turns[n].text)
                assert sorted(re.findall(r"[\d.]*\d", turn.text)) == sorted(own), (turn.text, english[talk.id].turns[n])


def published(sample: Candidate, translation: Translation) -> Candidate:
    """A candidate with its translation, as the check looks at it."""
    fields = {name: getattr(sample, name) for name in Candidate.model_fields}
    return _Told.model_construct(**fields, translations=(translation,))


class _Told(Candidate):
    translations: tuple[Translation, ...] = ()


def test_a_document_is_told_state_by_state() -> None:
    doc = SPACE.concept("doc")
    states = {"pleural_effusion": "present", "cardiomegaly": "present", "pneumothorax": "absent", "fracture": "absent",
              "infiltrate": "uncertain"}  # fmt: skip
    facts = [Fact(id="f1", predicate="modality", value=doc.label, concept=doc),
             Fact(id="f2", predicate="body_part", value="chest", concept=SPACE.concept("thorax"))]  # fmt: skip
    facts += [
        Fact(id=f"f{n}", predicate="finding", value=state, concept=SPACE.concept(slug))
        for n, (slug, state) in enumerate(states.items(), 3)
    ]
    scene = Scene.model_validate({
        "key": "doc-1", "dataset": "toy", "record": "r", "subject": "s", "modality": doc, "view": {"frame": "text"},
        "facts": facts, "document": "x",
    })  # fmt: skip
    for seed in range(4):
        found = translate(candidate(scene, seed, "report"), SPACE, "es", seed)
        assert found.overall is not None
        text = found.overall.text
        assert spanish_reader.faults(text, SPACE) == []
        assert set(spanish_reader.denied(text, SPACE)) == {"neumotórax", "fractura"}
        assert "en duda la presencia de infiltrado" in text
        assert "derrame pleural" in text
        assert "ardiomegalia" in text
        assert "nforme radiológico del tórax" in text
