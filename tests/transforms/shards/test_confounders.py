"""What goes with a label: counts and statistics against tables worked out by hand, and people who are too few."""

from math import comb, sqrt

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from schemas import Fact
from schemas.fact import Presence
from tests.records import record
from tests.scenes import LESION
from transforms.shards.confounders import LEAST, MANY, Association, associations
from transforms.shards.traits import Person, tally


def person(state: str, *, records: int = 1, **more: object) -> Person:
    """`more`: site (in meta), sex, device and age (as facts that a source states)."""
    one = Person()
    told = {"sex": "sex", "age": "age", "device": "scanner model"}
    facts = tuple(
        Fact(id=f"f{n}", predicate="age" if name == "age" else "attribute", name=told[name], value=value,
             unit="years" if name == "age" else None)
        for n, (name, value) in enumerate(more.items()) if name in told
    )  # fmt: skip
    meta = {"centre": more["site"]} if "site" in more else {}
    for _ in range(records):
        one.take(record(presence=(Presence(concept=LESION, state=state),), facts=facts, meta=meta))  # type: ignore[arg-type]
    return one


def only(people: list[Person]) -> Association:
    (row,) = associations(tally(people))
    return row


def mixed(table: list[tuple[str, int, int]], trait: str = "site") -> list[Person]:
    """People by (value, with the label, without it)."""
    return [person(state, **{trait: value}) for value, *numbers in table
            for state, n in zip(("present", "absent"), numbers, strict=True) for _ in range(n)]  # fmt: skip


def test_two_by_two_is_phi_and_fishers_exact_test() -> None:
    """8 of 10 at A and 2 of 10 at B: phi is (8*8 - 2*2) / 100; p sums the hypergeometric tails."""
    row = only(mixed([("A", 8, 2), ("B", 2, 8)]))
    assert (row.trait, row.present, row.absent) == ("site", 10, 10)
    assert row.values == {"A": (8, 2), "B": (2, 8)}
    assert row.measure == pytest.approx(0.6)
    tail = sum(comb(10, k) * comb(10, 10 - k) for k in (8, 9, 10)) / comb(20, 10)
    assert row.p == row.q == pytest.approx(2 * tail, abs=1e-5)


def test_what_goes_with_nothing_has_no_measure_worth_the_name() -> None:
    row = only(mixed([("A", 10, 10), ("B", 10, 10), ("C", 10, 10)]))
    assert row.measure == 0
    assert row.p is not None
    assert row.p > 0.9


def test_age_is_the_point_biserial_correlation() -> None:
    ages = {"present": [60, 62, 64, 66, 68, 70], "absent": [30, 32, 34, 36, 38, 40]}
    row = only([person(state, age=age) for state, found in ages.items() for age in found])
    every = [*ages["present"], *ages["absent"]]
    mean = sum(every) / 12
    spread = sqrt(sum((age - mean) ** 2 for age in every) / 12)
    assert row.measure == pytest.approx((65 - 35) / spread * sqrt(0.5 * 0.5), abs=1e-3)
    assert row.p is not None
    assert row.p < 0.01


def test_many_images_of_one_person_are_one() -> None:
    people = [person("present", site="A", records=50), *mixed([("A", 4, 5), ("B", 5, 5)])]
    assert only(people).values == {"A": (5, 5), "B": (5, 5)}


@given(st.integers(0, 12), st.integers(0, 12), st.integers(0, 12), st.integers(0, 12))
@settings(max_examples=40, deadline=None)
def test_of_too_few_people_no_number_is_made(a: int, b: int, c: int, d: int) -> None:
    found = associations(tally(mixed([("A", a, b), ("B", c, d)])))
    if not (a + b and c + d):
        assert found == []
        return
    (row,) = found
    assert (row.measure is None) == (row.p is None) == (row.q is None) == (min(a + c, b + d) < LEAST)
    assert (row.present, row.absent) == (a + c, b + d)


def test_who_is_uncertain_or_of_several_sites_counts_for_nothing() -> None:
    people = mixed([("A", 6, 6), ("B", 6, 6)])
    moved = person("present", site="A")
    moved.take(record(meta={"centre": "B"}))
    assert only([*people, person("uncertain", site="A"), moved]).values == {"A": (6, 6), "B": (6, 6)}


def test_the_same_people_give_the_same_numbers_and_all_p_are_adjusted_together() -> None:
    people = [person("present" if n % 3 else "absent", site="ABC"[n % 3], sex=("female", "male")[n % 2],
                     device=("one", "two")[n % 5 == 0], age=40 + n) for n in range(45)]  # fmt: skip
    rows = associations(tally(people))
    assert rows == associations(tally(people[30:]) + tally(people[:30]))
    assert rows[0].trait == "site"
    assert {row.trait for row in rows} == {"site", "sex", "device", "age"}
    assert all(row.q >= row.p for row in rows)  # type: ignore[operator]


def test_of_many_people_the_measures_are_the_same_and_no_label_is_permuted() -> None:
    """Ten times as many people of the same shares have the same measure, and are surer of it."""
    table = [("A", 30, 20), ("B", 20, 30), ("C", 5, 5)]
    few = only(mixed(table))
    many = only(mixed([(value, 10 * a, 10 * b) for value, a, b in table]))
    assert many.present + many.absent > MANY
    assert many.measure == few.measure
    assert many.p is not None
    assert few.p is not None
    assert many.p < few.p


def test_of_many_people_the_p_of_an_age_is_that_of_the_correlation() -> None:
    ages = {"present": range(40, 90), "absent": range(38, 88)}
    people = [person(state, age=age) for state, found in ages.items() for age in found for _ in range(11)]
    row = only(people)
    has, years = zip(*[(state == "present", age) for state, found in ages.items() for age in found for _ in range(11)],
                     strict=True)  # fmt: skip
    known = stats.pearsonr(has, years)
    assert row.measure == pytest.approx(known.statistic, abs=1e-3)
    assert row.p == pytest.approx(known.pvalue, abs=1e-5)
