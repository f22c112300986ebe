"""What a text leaves out of what a recipe requires, and what of a foreign text may leave."""

import pytest

from tests.transforms.checks.test_claims_free import SCENE, SPACE
from transforms.checks.claims import check_text
from transforms.checks.claims.omission import foreign, omitted
from transforms.text import describe
from transforms.text.required import with_required

REQUIRED = ("present", "absent", "area", "volume", "inside")


def left_out(text: str, *required: str) -> set[str]:
    return {fact.predicate for fact in omitted(text, SCENE, SPACE, required)}


def test_a_fact_that_no_sentence_says_is_left_out() -> None:
    volumes = [fact for fact in SCENE.facts if fact.predicate == "volume"]
    assert volumes
    assert left_out("The liver is shown.", "volume") == {"volume"}
    assert left_out("The liver is shown.") == set()


def test_what_is_said_in_other_words_is_not_left_out() -> None:
    (fact,) = [one for one in SCENE.facts if one.predicate == "volume"]
    assert left_out(f"The lesion comes to {fact.value} cc over the whole scan.", "volume") == set()
    assert left_out(f"The lesion comes to {10 * float(fact.value)} cc over the whole scan.", "volume") == {"volume"}


def test_our_own_text_says_what_is_required() -> None:
    plain = describe(SCENE, SPACE, "grounded", {}, 3)
    whole = with_required(plain, SCENE, SPACE, REQUIRED)
    assert omitted(whole.overall.text, SCENE, SPACE, REQUIRED) == ()
    assert whole.overall.text.startswith(plain.overall.text)
    assert {one.verdict for one in check_text(whole.overall, SCENE, SPACE)} == {"supported"}
    assert with_required(whole, SCENE, SPACE, REQUIRED) == whole


@pytest.mark.parametrize(
    ("text", "unchecked", "kept", "dropped"),
    [
        ("A lesion lies in the liver. Biopsy is advised.", "sentence", "A lesion lies in the liver.", 1),
        ("A lesion lies in the liver. Biopsy is advised.", "text", None, 1),
        ("A lesion lies in the spleen.", "sentence", None, 1),
        ("A lesion lies in the liver.", "text", "A lesion lies in the liver.", 0),
    ],
)
def test_what_is_not_borne_out_costs_the_sentence_or_the_text(
    text: str, unchecked: str, kept: str | None, dropped: int
) -> None:
    found = foreign(text, SCENE, SPACE, unchecked=unchecked)  # type: ignore[arg-type]
    assert (found.text, len(found.dropped)) == (kept, dropped)


def test_a_foreign_text_without_a_required_fact_is_refused_by_name() -> None:
    found = foreign("A lesion lies in the liver.", SCENE, SPACE, ("volume",))
    assert found.text is None
    assert {fact.predicate for fact in found.left_out} == {"volume"}
