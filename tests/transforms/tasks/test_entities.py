"""All that a report says is there, out of a list that holds what it denies and leaves open."""

import random

import pytest

from schemas import Dialogue
from schemas.dialogue import TextMaker
from tests.spaces import CARDIOMEGALY, EFFUSION, NODULE, PNEUMOTHORAX, small_space
from tests.transforms.tasks.test_tasks import report
from transforms.checks.claims import check
from transforms.tasks import entities
from transforms.tasks.scoring import score

SPACE = small_space()
MADE_UP = (
    (EFFUSION, "present", "Small pleural effusion."),
    (PNEUMOTHORAX, "absent", "No pneumothorax."),
    (CARDIOMEGALY, "uncertain", "Possible cardiomegaly."),
    (NODULE, "present", "A nodule is seen."),
)


def asked(*findings: tuple[object, str, str], seed: int = 0) -> list[Dialogue]:
    maker = TextMaker(backend="tasks", revision="1", seed=seed)
    drafts = entities.ask(report(*findings), SPACE, random.Random(seed))
    return [Dialogue(id=f"d{n}", made_by=maker, **draft.fields) for n, draft in enumerate(drafts, 1)]


@pytest.mark.parametrize("seed", range(6))
def test_the_question_names_all_and_the_answer_what_is_there(seed: int) -> None:
    (talk,) = asked(*MADE_UP, seed=seed)
    assert all(label in talk.turns[0].text for label in ("effusion", "pneumothorax", "cardiomegaly", "nodule"))
    assert talk.answer == "pleural effusion, pulmonary nodule"
    assert talk.turns[1].text == "A pleural effusion is present. A pulmonary nodule is present."
    assert {one.verdict for one in check(talk.turns[1].text, report(*MADE_UP), SPACE)} == {"supported"}


@pytest.mark.parametrize(("answer", "right"), [
    ("pleural effusion, pulmonary nodule", True), ("Pulmonary nodule and pleural effusion.", True),
    ("pleural effusion", False), ("pleural effusion, pulmonary nodule, pneumothorax", False), ("none", False),
])  # fmt: skip
def test_it_is_judged_as_a_set(answer: str, *, right: bool) -> None:
    (talk,) = asked(*MADE_UP)
    assert talk.check is not None
    assert talk.check.kind == "set"
    assert score(talk.check, answer, None, talk.turns[0].text).right is right


def test_a_report_that_says_one_thing_of_all_is_not_asked() -> None:
    there = [(concept, "present", text) for concept, state, text in MADE_UP if state == "present"]
    assert asked(*there) == []
    assert asked(*MADE_UP[:2]) == []


def test_what_a_report_says_both_ways_is_in_no_list() -> None:
    both = (*MADE_UP, (EFFUSION, "absent", "No effusion on the other side."))
    (talk,) = asked(*both)
    assert talk.answer == "pulmonary nodule"
    assert "effusion" not in talk.turns[0].text
