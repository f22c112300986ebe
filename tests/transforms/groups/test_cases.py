"""One image each of several subjects: who is shown with whom, and that newcomers change as little as they can."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from schemas import Grouping, Record
from tests.transforms.groups.test_choose import media, of, shown
from transforms.groups.cases import MOST, choose
from transforms.groups.choose import Chosen, Shown


def people(names: list[str], **fields: str) -> list[Record]:
    return [of(name, subject=f"toy/{name}", **fields) for name in names]


def chosen(records: list[Record], most: int = 8) -> list[Chosen]:
    return choose(shown(*records), Grouping(), most)


def companies(found: list[Chosen]) -> list[frozenset[str]]:
    return [frozenset(str(member.subject) for member in one.group.members) for one in found]


NAMES = st.sets(st.text("abcdefgh", min_size=1, max_size=4), min_size=2, max_size=40)


@given(NAMES, st.integers(2, 8))
def test_each_is_shown_with_the_same_few_and_in_one_group(names: set[str], most: int) -> None:
    found = companies(chosen(people(sorted(names)), most))
    assert all(2 <= len(one) <= min(most, MOST) for one in found)
    assert sum(map(len, found)) == len(frozenset().union(*found))
    if most >= 3:
        assert sum(map(len, found)) == len(names)  # nobody is left alone


def test_a_newcomer_changes_hardly_more_than_one_group() -> None:
    names = [f"p{n}" for n in range(300)]
    before = set(companies(chosen(people(names))))
    lost = [len(before - set(companies(chosen(people([*names, f"new{n}"]))))) for n in range(20)]
    assert sum(lost) / len(lost) < 2
    assert max(lost) < len(before) / 4


def test_the_order_in_which_records_come_changes_nothing() -> None:
    records = people([f"p{n}" for n in range(30)])
    first = chosen(records)
    assert [one.key for one in choose(list(reversed(shown(*records))), Grouping(), 8)] == [one.key for one in first]
    assert len(first) > 3
    assert all(len(one.samples) == 2 for one in chosen(records, most=2))


def test_only_what_is_alike_is_shown_together_and_never_over_two_published_splits() -> None:
    names = [f"p{n}" for n in range(12)]
    eyes = [of(f"{name}{eye}", subject=f"toy/{name}", meta={"eye": eye}) for name in names for eye in "LR"]
    assert {len({one.record.meta["eye"] for one in found.samples}) for found in chosen(eyes)} == {1}
    parted = [*people(names[::2], split="train"), *people(names[1::2], split="test")]
    assert {len({one.record.split for one in found.samples}) for found in chosen(parted)} == {1}
    assert sum(len(found.samples) for found in chosen(parted)) == len(names)
    both = [of("x", subject="toy/x", split="train"), of("y", subject="toy/x", split="test")]
    assert "toy/x" not in frozenset().union(*companies(chosen([*parted, *both])))


def test_of_one_person_there_is_one_image_that_on_which_most_is_drawn() -> None:
    records = people(["ann", "bob", "cyd", "dan", "eve", "flo"])
    slices = [Shown(f"{one.key}-{at}", "made", f"axial:{at}", f"{one.key} {at}", drawn, one)
              for one in records for at, drawn in ((3, 0), (9, 2))]  # fmt: skip
    found = choose(slices, Grouping(), 8)
    assert found
    assert {name.partition(":")[2] for one in found for name in media(one)} == {"axial:9"}
    assert choose([*slices[:2]], Grouping(), 8) == []


@pytest.mark.parametrize("same", ["the same picture"])
def test_people_of_whom_the_same_picture_is_shown_are_no_two_cases(same: str) -> None:
    twins = [Shown(one.key, "made", "full", same, 0, one) for one in people([f"p{n}" for n in range(9)])]
    assert choose(twins, Grouping(), 8) == []
