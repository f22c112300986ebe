"""Personal data that was planted is found, and words of medicine are left: the figures that the docs promise."""

import pytest

from benchmarks.privacy.planted import load
from benchmarks.privacy.text import ours, score


@pytest.mark.parametrize("name", ["open", "further", "first_sealed", "second_sealed", "third_sealed"])
def test_what_was_planted_is_found(name: str) -> None:
    texts = load(name)
    found = score(texts, ours(texts)[0])
    assert found.recall >= 0.98, found.missed
    assert found.loss <= 0.01, found.lost


@pytest.mark.parametrize("name", ["drawn", "drawn_again", "drawn_third", "drawn_fourth", "drawn_fifth"])
def test_names_of_further_lists_are_found_and_everyday_words_stay(name: str) -> None:
    texts = load(name)
    found = score(texts, ours(texts)[0])
    assert found.recall >= 0.965, found.missed
    assert found.loss <= 0.003, found.lost


def test_words_of_medicine_stay() -> None:
    texts = load("content")
    assert score(texts, ours(texts)[0]).lost == ()
