"""The corpus page tells how far questions are answered without the image, and what facts bear out, of its samples."""

import re
from pathlib import Path

import pytest
from fastapi.testclient import TestClient

from catalog.portal import blind, create_app
from schemas import Dialogue, Turn
from tests.corpora import MAKER, corpus
from tests.portal import fixture
from transforms.tasks.blindly import Item


def asked(number: int) -> Dialogue:
    """Is it there? Of six of the eight pictures it is."""
    answer = "no" if number in (1, 6) else "yes"
    turns = (Turn(role="user", text="Is there a cyst?"), Turn(role="assistant", text=answer))
    return Dialogue(id="d2", task="presence", answer=answer, turns=turns, made_by=MAKER)


@pytest.mark.parametrize("layers", [False, True])
def test_the_page_tells_the_majority_and_the_claims(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, layers: bool
) -> None:
    monkeypatch.setattr(blind, "LEAST", 8)
    made = corpus()
    for number in range(8):
        more = asked(number)
        made.change(number, lambda sample, more=more: sample.model_copy(  # type: ignore[misc]
            update={"dialogues": (*sample.dialogues, more)}
        ))  # fmt: skip
    made.write(tmp_path / "shards", layers=layers)
    client = TestClient(create_app([tmp_path], cards=fixture.cards(), space=fixture.space()))
    page = client.get("/corpora/toy_corpus").text
    table = page.split("Guessed without the image")[1].split("</section>")[0]
    assert re.findall(r"<td class=\"n\">([^<]+)</td>", table) == ["8", "50.0%", "75.0%"]
    assert ">presence<" in table
    told = dict(re.findall(r"<th scope=\"row\">([^<]+ a claim on a fact)</th>.*?<td class=\"n\">(\d+)", page))
    assert told == {"texts with a claim on a fact": "26", "answers with a claim on a fact": "8",
                    "answers without a claim on a fact": "8"}  # fmt: skip


def test_families_of_few_questions_or_of_one_person_tell_nothing() -> None:
    items = [Item("presence", f"s{n % 2}", "", ("no", "yes"), 1) for n in range(blind.LEAST)]
    assert [row.commonest for row in blind.measured(items)] == [1.0]
    assert blind.measured(items[1:]) == []
    assert blind.measured([Item("presence", "s", "", ("no", "yes"), 1)] * 2 * blind.LEAST) == []


def test_a_question_of_the_source_is_its_own() -> None:
    row = {"subject": "s", "dialogues": [
        {"task": "presence", "answer": "yes", "choices": None, "made_by": {"backend": backend}}
        for backend in ("source", "grounded")
    ]}  # fmt: skip
    assert len(blind.closed(row)) == 1
