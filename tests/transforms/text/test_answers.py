"""What may stand of a model's words: all that facts bear out, with a claim for each assertion."""

import json
from typing import Any

import pytest

from schemas import Answer, Description, ModelSpec, Passage
from tests.transforms.checks.test_claims_free import SCENE, SPACE
from transforms.checks.claims import check_text
from transforms.checks.claims.evidence import Evidence
from transforms.text import describe
from transforms.text.answers import RefusedError, data_of, judged
from transforms.text.jobs import FailedError, Made, Work, first_requests, names, work
from transforms.text.jobs.base import Material, facts_of, regions_of
from transforms.text.prompts import prompt, shape

KNOWN = Evidence(SCENE, SPACE)
SPEC = ModelSpec(backend="openai", name="toy", revision="1")
PASSAGE = Passage(
    id="SRC:1", codes=("SRC:1",), title="liver", text="The liver is an organ of the abdomen.",
    source="a synthetic source", version="1", licence="CC0-1.0", url="https://example.org/1",
)  # fmt: skip


def described() -> Description:
    return describe(SCENE, SPACE, "grounded", {}, 3)


def through(working: Work, *answers: str | Answer) -> tuple[Material, tuple[Made, ...]]:
    """A job with these answers, one after the other."""
    try:
        next(working)
        for one in answers:
            working.send(one if isinstance(one, Answer) else Answer(text=one, finish="stop"))
    except StopIteration as done:
        found: tuple[Material, tuple[Made, ...]] = done.value
        return found
    raise AssertionError("more is asked")


def job(name: str, *answers: Any, **changes: Any) -> tuple[Material, Made]:
    material = Material(SCENE, SPACE, described(), **changes)
    told = [one if isinstance(one, Answer) else json.dumps(one) for one in answers]
    found, (made,) = through(work(material, [name], SPEC, 3, None), *told)
    return found, made


def test_what_stands_carries_a_claim_for_each_assertion() -> None:
    found = judged("A lesion lies in the liver; it is 22 mm long.", SCENE, SPACE, KNOWN)
    assert found.text is not None
    facts = {fact.id: fact.predicate for fact in SCENE.facts}
    assert {facts[one.fact] for one in found.text.claims} >= {"inside", "long_axis"}
    assert {one.verdict for one in check_text(found.text, SCENE, SPACE)} == {"supported"}


@pytest.mark.parametrize(
    ("words", "left", "why"),
    [
        ("The lesion is 90 mm long.", None, "contradicted"),
        ("A lesion lies in the liver. There is pneumothorax.", None, "contradicted"),
        ("A lesion lies in the liver. Biopsy is advised.", "A lesion lies in the liver.", ""),
        ("A lesion lies in the liver. What a day!", "A lesion lies in the liver.", ""),
        ("What a day!", None, "not borne out"),
    ],
)
def test_one_false_point_refuses_all_what_is_unknown_goes_alone(words: str, left: str | None, why: str) -> None:
    found = judged(words, SCENE, SPACE, KNOWN)
    assert (found.text.text if found.text else None) == left
    assert found.why.startswith(why)


def test_a_required_fact_that_is_left_out_refuses_a_text() -> None:
    found = judged("A lesion lies in the liver.", SCENE, SPACE, KNOWN, required=("volume",))
    assert (found.text, found.wrong) == (None, ("it leaves out volume of lesion",))
    whole = judged("A lesion lies in the liver. Taken over the whole scan, the lesion has a volume of 5.6 mL.", SCENE,
                   SPACE, KNOWN, required=("volume",))  # fmt: skip
    assert whole.text is not None


@pytest.mark.parametrize("text", ['```json\n{"text": "Yes."}\n```', '{"text": "Yes."}', '  {"text": "Yes."}\n'])
def test_json_is_read_as_models_write_it(text: str) -> None:
    assert data_of(Answer(text=text, finish="stop"), prompt("rewrite").answer) == {"text": "Yes."}


@pytest.mark.parametrize(
    ("answer", "why"),
    [
        (Answer(text='{"text": "Ye', finish="length"), "too long: cut off"),
        (Answer(text="[" * 15_000, finish="stop"), "not JSON"),
        (Answer(text='{"text": 3}', finish="stop"), "not as its schema has it: text"),
        (Answer(text="NaN", finish="stop"), "not as its schema has it"),
    ],
)
def test_what_is_no_answer_is_refused_by_name(answer: Answer, why: str) -> None:
    with pytest.raises(RefusedError, match=why):
        data_of(answer, prompt("rewrite").answer)


def test_a_rewrite_may_lose_a_size_but_no_finding() -> None:
    told = described().overall.text
    findings = [one for one in told.split(". ") if "pneumothorax" not in one]
    _, made = job("rewrite", {"text": ". ".join(findings)}, {"text": "A lesion lies in the liver."})
    assert made.outcome == "refused"
    assert any("pneumothorax" in one for one in made.wrong)
    sizes = [one for one in told.split(". ") if "attenuation" not in one]
    found, made = job("rewrite", {"text": ". ".join(sizes)})
    assert made.outcome == "accepted"
    assert found.description.global_made_by is not None


def test_an_echo_is_no_rewrite_whatever_stands_beside_it() -> None:
    told = described().overall.text
    for words in (told, f"{told} Biopsy is advised.", f"{told} What a day!"):
        found, made = job("rewrite", {"text": words})
        assert (made.outcome, made.why) == ("refused", "what was asked, once more")
        assert found.description == described()


def test_a_caption_keeps_the_passages_that_it_was_written_with() -> None:
    found, made = job("caption", {"caption": "A lesion lies in the liver."}, passages=(PASSAGE,))
    (written,) = found.description.written
    assert (made.outcome, written.passages, written.job) == ("accepted", (PASSAGE.cited(),), "caption")
    assert found.description.overall == described().overall


@pytest.mark.parametrize("caption", ["liver", "The liver.", "A liver lesion."])
def test_a_name_is_no_caption(caption: str) -> None:
    found, made = job("caption", {"caption": caption})
    assert (made.outcome, made.why.partition(":")[0], found.description) == ("refused", "too short", described())


def described_by(name: str, *says: str) -> dict[str, Any]:
    return {"class": name, "says": says}


def test_a_class_is_given_its_own_facts_alone() -> None:
    (asked,) = first_requests(Material(SCENE, SPACE, described()), ["descriptors"], SPEC, 3, None)
    told = json.loads(asked.messages[1].text.partition("<data>")[2].partition("</data>")[0])
    says = {one["class"]: " ".join(row["says"] for row in one["facts"]) for one in told}
    assert list(says) == ["liver", "lesion", "left kidney", "right kidney"]
    assert "area of the lesion" in says["lesion"]
    assert "area of the lesion" not in says["liver"]
    assert all("pneumothorax" not in one for one in says.values())  # what is not there looks like nothing


def test_descriptors_stand_each_for_itself_under_the_class_that_they_tell_of() -> None:
    lesion = described_by("lesion", "A lesion lies in the liver.", "It is a spleen.", "The lesion is 90 mm long.")
    liver = described_by("liver", "The lesion is 22 mm long.", "The area of the liver is 1800 mm².")
    found, made = job("descriptors", {"descriptors": [lesion, liver, described_by("heart", "A lesion is shown.")]})
    written = {(one.concept.label if one.concept else "", one.text) for one in found.description.written}
    assert ("lesion", "A lesion lies in the liver.") in written
    assert {label for label, _ in written} <= {"lesion", "liver"}
    why = dict(made.dropped)
    assert set(why) >= {
        "It is a spleen.",
        "The lesion is 90 mm long.",
        "The lesion is 22 mm long.",
        "A lesion is shown.",
    }
    assert why["The lesion is 22 mm long."] == "it says no fact of liver"
    assert why["A lesion is shown."] == "'heart' is no class of this picture"
    assert made.outcome == "accepted"


def test_an_answer_is_no_longer_than_the_recipe_allows() -> None:
    material = Material(SCENE, SPACE, described())
    for allowed, most in ((None, prompt("caption").max_tokens), (60, 60), (9000, prompt("caption").max_tokens)):
        (asked,) = first_requests(material, ["caption"], SPEC.model_copy(update={"answer_tokens": allowed}), 3, None)
        assert asked.max_tokens == most


GOOD = {"fact": "f18", "question": "What is the area of the lesion?", "answer": "The area of the lesion is 324 mm²."}


@pytest.mark.parametrize(
    ("changes", "why"),
    [
        ({"fact": "f99"}, "f99 is no fact"),
        ({"question": "What is the area?"}, "does not name lesion"),
        ({"question": "What is the volume of the lesion?"}, "does not ask for its fact"),
        ({"question": "Is the area of the lesion 324 mm²?"}, "holds its answer"),
        ({"question": "Tell me the area of the lesion."}, "no question"),
        ({"answer": "The area of the lesion is 424 mm²."}, "contradicted"),
        ({"answer": "The lesion is 22 mm long."}, "does not say its fact"),
    ],
)
def test_a_question_that_its_fact_does_not_answer_is_dropped(changes: dict[str, str], why: str) -> None:
    fact = next(fact for fact in SCENE.facts if fact.predicate == "area" and fact.regions == ("r2",))
    good = {**GOOD, "fact": fact.id}
    found, made = job("questions", {"questions": [good]})
    assert (made.outcome, found.dialogues[0].answer) == ("accepted", "324 mm²")
    bad = {"questions": [{**good, **changes}]}
    found, made = job("questions", *([bad, bad] if why == "contradicted" else [bad]))
    assert (made.outcome, found.dialogues) == ("refused", ())
    assert why in made.why


def test_a_call_without_an_answer_is_no_refusal() -> None:
    with pytest.raises(FailedError, match="no answer: status 500"):
        job("caption", Answer(text="", finish="error", error="status 500"))


def test_facts_are_told_as_sentences_that_hold() -> None:
    material = Material(SCENE, SPACE, described())
    rows = facts_of(material)
    assert len(rows) > 15
    for row in rows:
        found = judged(row["says"], SCENE, SPACE, KNOWN)
        assert found.wrong == (), row


@pytest.mark.parametrize(
    ("coordinates", "box"),
    [("pixels", [10, 20, 50, 70]), ("thousandths", [83, 200, 417, 700]), ("shares", [0.083, 0.2, 0.417, 0.7])],
)
def test_places_are_written_as_a_family_of_models_writes_them(coordinates: str, box: list[float]) -> None:
    first = regions_of(Material(SCENE, SPACE, described(), coordinates=coordinates))[0]
    assert (first["name"], first["box"]) == ("liver", box)  # x 10 to 50 of 120, y 20 to 70 of 100


def test_every_job_has_a_prompt() -> None:
    assert set(names()) == {
        "caption", "descriptors", "judge", "questions", "reasoning", "report", "rewrite", "translate"
    }  # fmt: skip
    assert len({prompt(name).sha256 for name in names()}) == len(names())


def test_a_model_is_told_what_an_answer_looks_like() -> None:
    """A server that does not hold it to the schema leaves the words alone to tell."""
    told = prompt("rewrite").request({"text": "A liver.", "reader": "a student"}, (), 0).messages[0].text
    assert told.endswith('Answer with one JSON object, and nothing beside it: {"text": "..."}')
    assert shape(prompt("questions").answer) == {"questions": [{"fact": "...", "question": "...", "answer": "..."}]}
    assert shape(prompt("judge").answer)["verdicts"][0]["sentence"] == 0
    assert all("{{ form }}" in prompt(name).system for name in names())
