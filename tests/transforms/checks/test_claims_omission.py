"""What a text leaves out of what a recipe requires."""

from tests.transforms.checks.test_claims_free import SCENE, SPACE
from transforms.checks.claims import check_text
from transforms.checks.claims.omission import omitted
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
