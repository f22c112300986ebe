"""Jobs whose answers stand beside our words: what a model judges, how it says steps, how it translates."""

import json
from typing import Any

import pytest

import catalog
from schemas import Dialogue, Judged, ReasoningStep, TextMaker, Turn, Written
from tests.handfacts import told_abdomen
from tests.transforms.text.test_answers import SPEC, through
from transforms.checks.claims.evidence import Evidence
from transforms.checks.claims.prose import problems
from transforms.tasks.rendering import messages
from transforms.text import describe
from transforms.text.jobs import Made, first_requests, work
from transforms.text.jobs.base import Material

SPACE, SCENE = catalog.labelspace(), told_abdomen()
OURS = TextMaker(backend="grounded", revision="1")


def step(op: str, args: dict[str, Any], result: Any, text: str) -> ReasoningStep:
    return ReasoningStep(op=op, args=args, result=result, text=text)


STEPS = (
    step("area", {"region": "r3"}, 800.0, "Measure the area of the left kidney: 800 mm²."),
    step("area", {"region": "r4"}, 640.0, "Measure the area of the right kidney: 640 mm²."),
    step("exceeds", {"a": "#1", "b": "#2"}, True, "The left kidney is the larger of the two."),
)
TALK = Dialogue(
    id="d1", task="comparison", answer="yes", regions=("r3", "r4"), facts=("f27", "f33"), reasoning=STEPS, made_by=OURS,
    turns=(Turn(role="user", text="Is the left kidney larger than the right kidney by area in this image?"),
           Turn(role="assistant", text="Yes, the left kidney is larger than the right kidney.")),
)  # fmt: skip
SAID = (
    "Now the area of the left kidney is measured: 800 mm².",
    "The area of the right kidney is 640 mm².",
    "So the left kidney is the larger of the two.",
)


def told(name: str, *answers: Any) -> tuple[Material, Made]:
    material = Material(SCENE, SPACE, describe(SCENE, SPACE, "grounded", {}, 3), (TALK,))
    found, (made,) = through(work(material, [name], SPEC, 3, None), *map(json.dumps, answers))
    return found, made


def steps(*said: str, first: int = 1) -> dict[str, Any]:
    return {"sentences": [{"step": n, "says": words} for n, words in enumerate(said, first)]}


def test_steps_are_said_in_other_words_and_stay_as_they_are() -> None:
    found, made = told("reasoning", steps(*SAID))
    (talk,) = found.dialogues
    assert made.outcome == "accepted", made.why
    assert made.left == (" ".join(SAID),)
    assert talk.prose is not None
    assert (talk.prose.text, talk.prose.steps) == (" ".join(SAID), (1, 2, 3))
    assert talk.model_copy(update={"prose": None}) == TALK
    claimed = {(claim.fact, talk.prose.text[slice(*claim.span)]) for claim in talk.prose.claims}
    assert {("f27", "800 mm²"), ("f33", "640 mm²")} <= claimed
    assert list(problems(talk, SCENE, SPACE, Evidence(SCENE, SPACE))) == []
    assert messages(talk, "prose")[-1]["content"] == f"{' '.join(SAID)} {TALK.turns[-1].text}"


@pytest.mark.parametrize(
    ("number", "words"),
    [
        (0, "The area of the left kidney is 840 mm²."),
        (0, "The area of the right kidney is 800 mm²."),
        (0, "The area of the left kidney is 800 mm², as in hydronephrosis."),
        (0, "The area of the left kidney is measured."),
        (0, "The volume of the left kidney is 800 mm²."),
        (1, "The area of the right kidney is 640 mm², which is normal."),
        (1, "The area of the right kidney is 640 mm². It is smooth."),
        (2, "So the left kidney is not the larger of the two."),
        (2, "So the left kidney is the smaller of the two."),
        (2, "So the right kidney is the larger of the two."),
        (2, "So the answer is malignant."),
    ],
)
def test_a_sentence_that_says_something_else_refuses_the_prose(number: int, words: str) -> None:
    said = [*SAID[:number], words, *SAID[number + 1 :]]
    found, made = told("reasoning", steps(*said), steps(*said))
    assert (made.outcome, len(made.calls), found.dialogues) == ("refused", 2, (TALK,))
    assert made.wrong
    assert made.wrong[0].startswith(f"the sentence for step {number + 1}")


def test_all_steps_are_said_in_their_order() -> None:
    for bad in (steps(*SAID[:2]), steps(*SAID, "So it is."), steps(SAID[1], SAID[0], SAID[2]), steps(*SAID, first=2)):
        found, made = told("reasoning", bad, steps(*SAID))
        assert made.outcome == "repaired", bad
        assert made.wrong
        assert found.dialogues[0].prose is not None


def test_changed_prose_is_found_when_it_is_read_again() -> None:
    found, _ = told("reasoning", steps(*SAID))
    known, prose = Evidence(SCENE, SPACE), found.dialogues[0].prose
    assert prose is not None
    for changes in ({"text": prose.text.replace("800", "900")}, {"claims": ()}, {"steps": (1, 2)}):
        talk = found.dialogues[0].model_copy(update={"prose": prose.model_copy(update=changes)})
        assert list(problems(talk, SCENE, SPACE, known)), changes


def test_a_scene_without_steps_is_not_asked_about_any() -> None:
    plain = TALK.model_copy(update={"reasoning": ()})
    slip = TALK.model_copy(update={"reasoning": (STEPS[0].model_copy(update={"wrong": "a slip"}), *STEPS[1:])})
    for talks in ((), (plain,), (slip,)):
        material = Material(SCENE, SPACE, describe(SCENE, SPACE, "grounded", {}, 3), talks)
        assert list(first_requests(material, ["reasoning"], SPEC, 3, None)) == []


def judged(*held: str) -> dict[str, Any]:
    return {"verdicts": [{"sentence": n, "verdict": one} for n, one in enumerate(held, 1)]}


def test_what_a_model_doubts_stands_beside_the_text_and_changes_nothing() -> None:
    before = describe(SCENE, SPACE, "grounded", {}, 3)
    many = before.overall.text.count(". ") + 1
    found, made = told("judge", judged("contradicted", "unsure", *["supported"] * (many - 2)))
    own = found.description.judged
    assert own is not None
    assert (made.outcome, made.score, made.left) == ("accepted", own.score, ())
    assert (own.sentences, len(own.doubted), own.score) == (many, 2, round(1 - 2 / many, 6))
    assert [before.overall.text[slice(*one)] for one in own.doubted] == [
        f"{one}." for one in before.overall.text.split(". ")[:2]
    ]
    assert own.made_by.prompt_sha256
    assert found.description.model_copy(update={"judged": None}) == before


@pytest.mark.parametrize("bad", [judged("supported"), judged(*["supported"] * 50)])
def test_a_judge_that_leaves_out_a_sentence_or_invents_one_is_asked_again(bad: dict[str, Any]) -> None:
    found, made = told("judge", bad, bad)
    assert (made.outcome, found.description.judged) == ("refused", None)
    assert "sentence" in made.why


def test_what_was_said_of_a_text_goes_with_it() -> None:
    before = describe(SCENE, SPACE, "grounded", {}, 3)
    own = Judged(sentences=1, score=1.0, made_by=OURS)
    kept, gone = (Written(job="x", text="A synthetic text.", language=one, made_by=OURS) for one in (None, "es"))
    material = Material(SCENE, SPACE, before.model_copy(update={"judged": own, "written": (kept, gone)}))
    said = before.overall.text.split(". ")
    text = ". ".join([*said[1:-1], said[-1].rstrip("."), said[0]]) + "."
    found, (made,) = through(work(material, ["rewrite"], SPEC, 3, None), json.dumps({"text": text}))
    assert made.outcome == "accepted", made.why
    assert (found.description.judged, found.description.written) == (None, (kept,))


def spanish(material: Material) -> list[str]:
    """A translation of two sentences, and what is none of the others."""
    said = []
    for sentence in material.description.overall.text.split(". "):
        if sentence.startswith("The area of the lesion"):
            said.append("El área de la lesión es de 324 mm².")
        elif "pneumothorax" in sentence:
            said.append("No se observa neumotórax ni derrame pleural.")
        else:
            said.append("Hay un tumor maligno.")
    return said


def numbered(said: list[str]) -> dict[str, Any]:
    return {"sentences": [{"number": n, "says": words} for n, words in enumerate(said, 1)]}


def test_sentences_that_say_the_same_in_spanish_leave_and_no_others() -> None:
    material = Material(SCENE, SPACE, describe(SCENE, SPACE, "grounded", {}, 3), (TALK,))
    found, made = told("translate", numbered(spanish(material)))
    (written,) = found.description.written
    assert made.outcome == "accepted"
    assert (written.job, written.language) == ("translate", "es")
    assert written.text == "El área de la lesión es de 324 mm². No se observa neumotórax ni derrame pleural."
    facts = {fact.id: fact.predicate for fact in SCENE.facts}
    said = [(facts[claim.fact], written.text[slice(*claim.span)]) for claim in written.claims]
    assert said == [("present", "lesión"), ("area", "324 mm²"), ("absent", "neumotórax"), ("absent", "derrame pleural")]
    assert {words for words, _ in made.dropped} == {"Hay un tumor maligno."}
    assert found.description.overall == material.description.overall


def test_a_translation_of_which_nothing_stands_is_asked_for_once_more() -> None:
    material = Material(SCENE, SPACE, describe(SCENE, SPACE, "grounded", {}, 3), (TALK,))
    bad = numbered(["Hay un tumor maligno."] * len(spanish(material)))
    found, made = told("translate", bad, numbered(spanish(material)))
    assert (made.outcome, len(found.description.written)) == ("repaired", 1)
    for short in (numbered(spanish(material)[:-1]), numbered(["Hay un tumor maligno."])):
        found, made = told("translate", short, short)
        assert (made.outcome, found.description.written) == ("refused", ())
