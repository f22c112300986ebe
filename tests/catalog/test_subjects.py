"""People in two sets."""

from catalog.subjects import clashes, droppable, neighbours, pools, sharing, space_of
from tests.catalog.shelf import card

CARDS = {
    one.id: one for one in (
        card("a", shares_subjects_with=("b", "c")),
        card("b", shares_subjects_with=("a",)),
        card("c", subject_space="shared", shares_subjects_with=("a", "d")),
        card("d", subject_space="shared", shares_subjects_with=("c",)),
        card("e"),
    )
}  # fmt: skip


def test_a_set_without_a_namespace_has_its_own() -> None:
    assert [space_of(CARDS[one]) for one in "abcd"] == ["a", "b", "shared", "shared"]


def test_pairs_are_those_that_the_cards_say() -> None:
    assert sharing(CARDS, "abcde") == [("a", "b"), ("a", "c"), ("c", "d")]
    assert sharing(CARDS, "ed") == []
    assert neighbours(CARDS, "a") == {"b", "c"}


def test_only_people_with_two_names_clash() -> None:
    assert clashes(CARDS, "abcde") == [("a", "b"), ("a", "c")]
    assert clashes(CARDS, "cde") == []


def test_the_earlier_of_two_that_clash_stays() -> None:
    assert droppable(CARDS, "abcde") == {"b": "a", "c": "a"}
    assert droppable(CARDS, "bcdae") == {"a": "b"}  # without a, nothing clashes any more
    assert droppable(CARDS, "cde") == {}


def test_what_clashes_straight_or_by_others_is_one_pool() -> None:
    assert pools(CARDS, "abcde") == dict.fromkeys("abcd", "a")
    assert pools(CARDS, "acd") == dict.fromkeys("acd", "a")  # d goes with c, whose people have the same names
    assert pools(CARDS, "cde") == {}
