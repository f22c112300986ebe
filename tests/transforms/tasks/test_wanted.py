"""What a question must say so that it can be answered: in which unit, and where; no picture shows its outlines."""

import re

import pytest

from schemas import Dialogue
from tests.transforms.tasks.test_replay import SPACE, VIEWS, ViewData
from transforms.facts import measure_all
from transforms.tasks import ask_all, families
from transforms.tasks.base import in_unit

TASKS = list(families())
SPOKEN = {"px": "in pixels", "px2": "in square pixels", "mm": "in mm", "mm2": "in mm²", "mL": "in mL",
          "HU": "HU|Hounsfield", "degrees": "degrees", "%": "in %", "1-5": "from 1 .* to 5"}  # fmt: skip
READ = ("entailment",)
"""Families that show the outlines in words."""


def asked(view: ViewData) -> list[Dialogue]:
    scene = measure_all(view, SPACE)
    return [one for seed in range(6) for task in TASKS for one in ask_all(scene, SPACE, [task], seed)]


@pytest.mark.parametrize("name", VIEWS)
def test_a_measurement_is_asked_for_in_its_unit(name: str) -> None:
    for one in asked(VIEWS[name]()):
        if one.check is not None and one.check.kind == "tolerance" and one.check.value is not None and one.check.unit:
            words = " ".join(turn.text for turn in one.turns if turn.role == "user")
            assert re.search(SPOKEN[one.check.unit], words), (one.check.unit, words)


@pytest.mark.parametrize("name", VIEWS)
def test_no_question_asks_for_outlines_that_it_does_not_give(name: str) -> None:
    drawn = re.compile(r"\b(outlined|marks?|marked|mask)\b")
    put = [
        turn.text for one in asked(VIEWS[name]()) if one.task not in READ for turn in one.turns if turn.role == "user"
    ]
    assert [text for text in put if drawn.search(text) and not re.search(r"\[\d", text)] == []


def test_a_unit_is_said_once() -> None:
    assert in_unit("How long is it?", "mm") == "How long is it, in mm?"
    assert in_unit("How dense is it, in HU?", "HU") == "How dense is it, in HU?"
    assert (
        in_unit("Which is it? Left is the patient's.", "px2") == "Which is it, in square pixels? Left is the patient's."
    )
    assert in_unit("How was it rated?", "1-5") == "How was it rated?"
    assert in_unit("How many are there?", None) == "How many are there?"
