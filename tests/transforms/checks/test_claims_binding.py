"""Which of several one name means: of two nodules of a made-up sample."""

import pytest

from benchmarks.claims_suite.declared import space
from benchmarks.claims_suite.load import contexts
from transforms.checks.claims import check

SPACE = space()
TWO = contexts()["ct-chest-two-nodules"]


def verdicts(text: str) -> set[str]:
    return {one.verdict for one in check(text, TWO, SPACE)}


@pytest.mark.parametrize("text", [
    "A nodule measures 9.4 mm. A nodule measures 5.1 mm.",
    "The nodule in the right lung measures 9.4 mm. The nodule in the left lung measures 5.1 mm.",
])  # fmt: skip
def test_the_same_words_may_mean_another_thing_in_the_next_sentence(text: str) -> None:
    assert verdicts(text) == {"supported"}


def test_what_is_said_of_one_thing_holds_of_one_region() -> None:
    assert "supported" in verdicts("The nodule on the right measures 9.4 mm.")
    assert "contradicted" in verdicts("The nodule on the right measures 5.1 mm.")
