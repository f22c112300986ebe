"""How to get a set that no package carries."""

from pathlib import Path

import pytest

import catalog
from catalog.by_hand import steps
from tests.catalog.shelf import card

RAW = Path("data/raw")


@pytest.mark.parametrize(
    ("access", "word"),
    [("open", "download at"), ("registration", "register"), ("application", "apply"), ("closed", "not handed out"),
     ("unknown", "nobody has found out")],
)  # fmt: skip
def test_each_kind_of_access_says_what_to_do(access: str, word: str) -> None:
    one = card("toy")
    one = one.model_copy(update={"terms": one.terms.model_copy(update={"access": access})})
    first = steps(one, RAW)[0]
    assert word in first
    assert "https://example.org" in first


def test_credentialed_data_needs_more_than_a_form() -> None:
    assert "training" in steps(catalog.card("mimic_cxr_jpg"), RAW)[0]


def test_archives_terms_folder_and_check_are_named() -> None:
    text = "\n".join(steps(card("toy", "unknown", ("liver",), download=(
        {"file": "a.zip", "url": "https://example.org/a.zip", "sha256": "0" * 64}, {"file": "b.zip", "note": "part 2"},
    )), RAW))  # fmt: skip
    assert f"a.zip (from https://example.org/a.zip, sha256 {'0' * 64}); b.zip (part 2)" in text
    assert "no licence is known" in text
    assert "data/raw/toy/" in text
    assert "triptych get toy --check" in text


def test_a_set_without_a_layout_says_that_it_cannot_be_read() -> None:
    text = "\n".join(steps(card("toy"), RAW))
    assert "cannot be read yet" in text
    assert "--check" not in text


def test_every_card_can_be_explained() -> None:
    for one in catalog.cards().values():
        assert one.homepage in steps(one, RAW)[0], one.id
