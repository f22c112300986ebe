"""An index of passages on disk: the same bytes each time, replaced whole, and refused where it does not belong."""

import json
from pathlib import Path

import pytest

from tests.transforms.text.retrieval.shelf import NOTED, PASSAGES, Trigrams
from transforms.text.retrieval import KnowledgeError, Retriever, write_index
from transforms.text.retrieval.index import holds
from transforms.text.retrieval.words import phrase, words


def content(folder: Path) -> dict[str, bytes]:
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def test_the_same_passages_make_the_same_bytes_in_whatever_order(tmp_path: Path) -> None:
    write_index(PASSAGES, tmp_path / "a", Trigrams())
    write_index(PASSAGES[::-1], tmp_path / "b", Trigrams())
    assert content(tmp_path / "a") == content(tmp_path / "b")


def test_a_new_index_takes_the_place_of_the_old(tmp_path: Path) -> None:
    write_index(PASSAGES, tmp_path / "a", Trigrams())
    write_index(NOTED[:1], tmp_path / "a", Trigrams())
    assert [path.name for path in tmp_path.iterdir()] == ["a"]
    found = Retriever.open(tmp_path / "a", Trigrams()).passages("liver or lung nodule")
    assert found == tuple(NOTED[:1])


def test_whether_it_holds_what_it_should(tmp_path: Path) -> None:
    assert not holds(tmp_path / "a", NOTED, Trigrams())
    write_index(NOTED, tmp_path / "a", Trigrams())
    assert holds(tmp_path / "a", NOTED[::-1], Trigrams())
    changed = NOTED[0].model_copy(update={"text": "Something else."})
    assert not holds(tmp_path / "a", [changed, *NOTED[1:]], Trigrams())


def test_one_that_failed_leaves_the_old_one_and_nothing_else(tmp_path: Path) -> None:
    write_index(NOTED, tmp_path / "a", Trigrams())
    before = content(tmp_path)

    class Broken(Trigrams):
        def encode(self, text: str) -> None:  # type: ignore[override]
            raise RuntimeError("no encoder")

    with pytest.raises(RuntimeError, match="no encoder"):
        write_index(PASSAGES, tmp_path / "a", Broken())
    assert content(tmp_path) == before


@pytest.mark.parametrize("passages", [[], [NOTED[0], NOTED[0]]], ids=["none", "twice"])
def test_passages_need_ids_of_their_own(passages: list[object], tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="an id of its own"):
        write_index(passages, tmp_path / "a", Trigrams())  # type: ignore[arg-type]


def test_where_there_is_none_it_is_said_how_to_make_one(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError, match="triptych get knowledge"):
        Retriever.open(tmp_path / "a", Trigrams())


def test_one_of_another_encoder_or_layout_is_refused(tmp_path: Path) -> None:
    write_index(NOTED, tmp_path / "a", Trigrams())
    other = Trigrams()
    other.revision = "trigrams-2"
    with pytest.raises(KnowledgeError, match=r"trigrams-1.*triptych get knowledge"):
        Retriever.open(tmp_path / "a", other)
    about = json.loads((tmp_path / "a/index.json").read_text())
    (tmp_path / "a/index.json").write_text(json.dumps(about | {"layout": 0}))
    with pytest.raises(KnowledgeError, match="triptych get knowledge"):
        Retriever.open(tmp_path / "a", Trigrams())


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Tumours of the Oesophagus", "esophagus tumor"),
        ("ground-glass opacities", "ground glass opacity"),
        ("enlarged hearts", "an enlargement of the heart"),
    ],
)
def test_names_that_differ_in_number_spelling_or_order_are_one_phrase(one: str, other: str) -> None:
    assert phrase(one) == phrase(other) != ""


def test_idle_words_and_signs_are_no_words() -> None:
    assert words("of the, - in?!") == []
