"""Published questions: all of them, as they stand, where they were asked, with what else is told of them."""

from typing import Any

import pytest

from schemas import Presence, Scene
from tests.records import record
from tests.scenes import LESION, LIVER
from tests.spaces import PNEUMOTHORAX, small_space
from tests.views import picture, rectangle
from transforms.facts import measure_all
from transforms.tasks.source_questions import Asked, ask_published

SPACE = small_space()
SHAPE = (80, 100)


def scene(frame: str = "full") -> Scene:
    shapes = [(LIVER, rectangle(SHAPE, 10, 10, 60, 60)), (LESION, rectangle(SHAPE, 20, 20, 30, 30))]
    stated = (Presence(concept=PNEUMOTHORAX, state="absent"),)
    return measure_all(picture(shapes, view={"frame": frame}, presence=stated), SPACE)


def asked(*questions: dict[str, Any], frame: str = "full", first: int = 1, once: bool = False, **fields: Any) -> Asked:
    told = record(meta={"questions": list(questions)}, **fields)
    return ask_published(told, scene(frame), SPACE, "2.0", first, once)


def test_a_question_keeps_its_words_and_what_is_told_of_it() -> None:
    told = {"id": "7", "linked": "8", "form": "OPEN"}
    question = {"question": "What is in the liver?", "answer": "a glassy thing", **told}
    (found,) = asked(question, first=4).dialogues
    assert [(turn.role, turn.text) for turn in found.turns] == [
        ("user", "What is in the liver?"), ("assistant", "a glassy thing"),
    ]  # fmt: skip
    assert (found.id, found.task, found.answer, found.answer_type, found.level, found.checked) == (
        "d4", "source_question", "a glassy thing", "open", "image", "uncheckable",
    )  # fmt: skip
    assert found.source == told
    assert found.published
    assert (found.made_by.dataset, found.made_by.revision) == ("toy", "2.0")


def test_no_number_of_questions_is_too_many() -> None:
    found = asked(*({"question": f"Question {n}?", "answer": "x"} for n in range(50)))
    assert [dialogue.id for dialogue in found.dialogues] == [f"d{n}" for n in range(1, 51)]


def test_what_was_asked_before_is_asked_once_where_that_is_wanted() -> None:
    one = {"question": "Is there a mass in the left lobe?", "answer": "Yes"}
    again = {"question": "is there any mass in left lobe ?", "answer": "yes."}
    further = (
        {**one, "question": "Is there a mass in the right lobe?"},  # another side
        {**again, "answer": "no"},  # a conflict
        {**one, "options": ["Yes", "No"]},  # with choices
        {**again, "conversation": "1"}, {"question": "Where?", "answer": "here", "conversation": "1"},
    )  # fmt: skip
    assert len(asked(one, again, *further).dialogues) == 6
    found = asked(one, again, *further, once=True)
    assert [talk.answer for talk in found.dialogues] == ["Yes", "Yes", "no", "Yes", "here"]
    assert [talk.id for talk in found.dialogues] == ["d1", "d2", "d3", "d4", "d5"]
    why = "1 question: asked before of this picture, in about the same words and with the same answer"
    assert found.passed_over == (why,)


def test_choices_and_yes_or_no() -> None:
    offered = {"question": "Which?", "options": ["A: liver", "B: spleen"]}
    by_letter, by_case, none, boolean = asked(
        {**offered, "answer": "B"}, {**offered, "answer": "a: LIVER."}, {**offered, "answer": "lung"},
        {"question": "Is the liver glassy?", "answer": "Yes."},
    ).dialogues  # fmt: skip
    assert (by_letter.answer, by_letter.choices, by_letter.answer_type) == (
        "B: spleen", ("A: liver", "B: spleen"), "choice",
    )  # fmt: skip
    assert by_letter.turns[0].text == "Which?\n- A: liver\n- B: spleen"
    assert by_case.answer == "A: liver"
    assert (none.choices, none.answer, none.source) == (None, "lung", {"options": ["A: liver", "B: spleen"]})
    assert boolean.answer_type == "yes_no"


def test_a_conversation_stays_together() -> None:
    rows = [("a", "1"), ("x", "2"), ("b", "1")]
    found = asked(*({"question": f"{q}?", "answer": f"{q}!", "conversation": talk} for q, talk in rows)).dialogues
    assert [[turn.text for turn in dialogue.turns] for dialogue in found] == [["a?", "a!", "b?", "b!"], ["x?", "x!"]]
    assert found[0].answer == "b!"


def test_what_facts_bear_out_points_at_them_and_what_they_refute_is_set_aside() -> None:
    found = asked(
        {"question": "Is there a lesion in the liver?", "answer": "yes"},
        {"question": "Is there any lesion?", "answer": "no"},
        {"question": "Is there any pneumothorax?", "answer": "no"},
    )
    good, lawful = found.dialogues
    assert (good.checked, lawful.checked) == ("supported", "supported")
    assert "r2" in good.regions
    assert good.facts == tuple(dict.fromkeys(claim.fact for claim in good.turns[1].claims))
    ((dialogue, reason),) = found.refuted
    assert dialogue.turns[0].text == "Is there any lesion?"
    assert "it is shown" in reason
    assert [dialogue.id for dialogue in found.dialogues] == ["d1", "d2"]


@pytest.mark.parametrize("answer", ["", "  ", "I'm sorry, I cannot help with that."])
def test_what_answers_nothing_is_set_aside(answer: str) -> None:
    found = asked({"question": "What is it?", "answer": answer})
    assert not found.dialogues
    assert len(found.refuted) == 1


@pytest.mark.parametrize(
    ("kind", "frame", "level", "reaches"),
    [("image", "full", None, True), ("image", "tile:0-0-9-9", None, False), ("volume", "axial:3", None, False),
     ("volume", "volume", None, True), ("clip", "frame:1", None, False), ("clip", "clip", None, True),
     ("image", "full", "series", False), ("signal", "signal", None, True), ("document", "text", None, True)],
)  # fmt: skip
def test_it_is_asked_only_of_what_it_was_asked_of(kind: str, frame: str, level: str | None, reaches: bool) -> None:
    question = {"question": "What?", "answer": "x"} | ({"level": level} if level else {})
    found = asked(question, question, frame=frame, kind=kind)
    assert bool(found.dialogues) is reaches
    assert found.passed_over == (
        () if reaches else (f"2 questions: asked of the {level or kind}, which this view is not all of",)
    )


def test_nothing_published_is_nothing_asked() -> None:
    assert ask_published(record(), scene(), SPACE, "1") == Asked()
