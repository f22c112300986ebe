"""Choices drawn from the corpus: no choice is right more often than another, whatever is common; each is lawful."""

import random
from collections import Counter
from collections.abc import Collection
from itertools import pairwise

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

import catalog
from schemas import LabelSpace
from tests.spaces import small_space
from transforms.tasks import choices as drawing
from transforms.tasks.balance import ASKED
from transforms.tasks.choices import Choice, redrawn, systematic

SPACE = small_space()


def asked(answers: list[str], pool: str = "location | zone", choices: int = 4) -> list[Choice]:
    rng = random.Random(1)
    return [Choice(f"k{n:05d}", "d1", pool, answer, choices, rng.getrandbits(60)) for n, answer in enumerate(answers)]


def frame(items: list[Choice], stand: Collection[str] = ()) -> pl.DataFrame:
    """As a publish holds them; the choices of those whose keys `stand` are settled."""
    found = pl.DataFrame(items, {name: ASKED[name] for name in Choice._fields}, orient="row")
    return found.with_columns(settled=pl.col("key").is_in(list(stand)))


def redraw(
    items: list[Choice], seed: int, space: LabelSpace, stand: Collection[str] = ()
) -> dict[str, list[str] | None]:
    """Key -> its new choices."""
    return {items[at].key: choices for at, choices in redrawn(frame(items, stand), seed, space)}


def drawn(items: list[Choice], seed: int = 5) -> dict[str, list[str]]:
    found = redraw(items, seed, SPACE)
    return {key: choices for key, choices in found.items() if choices is not None}


@pytest.mark.parametrize(
    "shares",
    [
        {"centre": 60, "upper left": 10, "upper right": 10, "lower left": 10, "lower right": 10},
        {"centre": 25, "upper left": 25, "upper right": 25, "lower left": 25},
        {"centre": 30, "a": 20, "b": 15, "c": 10, "d": 8, "e": 7, "f": 5, "g": 3, "h": 2},
    ],
)
def test_who_takes_what_is_usual_is_right_by_chance(shares: dict[str, int]) -> None:
    items = asked([name for name, count in shares.items() for _ in range(40 * count)])
    right = {one.key: one.answer for one in items}
    found = drawn(items)
    assert len(found) >= 600
    offered: Counter[str] = Counter(choice for choices in found.values() for choice in choices)
    often = {name: sum(right[key] == name for key in found) / offered[name] for name in offered}
    hits = sum(right[key] == max(choices, key=lambda name: (often[name], name)) for key, choices in found.items())
    assert hits / len(found) <= 0.28 + 0.02  # chance is 0.25; EVEN lets the commonest have 0.275
    places = Counter(choices.index(right[key]) for key, choices in found.items())
    assert max(places.values()) / len(found) <= 0.29


def test_wrong_numbers_are_other_peoples_numbers_and_none_is_nearly_right() -> None:
    values = [f"{value:.1f} mm" for value in (5, 5.1, 8, 12, 20, 31, 31.5, 50)]
    items = asked(values * 10, "size | long_axis | mm | nodule")
    found = drawn(items)
    right = {one.key: one.answer for one in items}
    assert found
    for key, choices in found.items():
        assert right[key] in choices
        assert set(choices) <= set(values)
        numbers = sorted(float(choice.split()[0]) for choice in choices)
        assert all(b - a > 0.2 * a for a, b in pairwise(numbers))


def test_a_wrong_number_is_off_by_more_than_its_measurement() -> None:
    values = [f"{value} mm" for value in (5, 6.2, 8, 12, 20, 31)]
    items = [one._replace(within=2.0) for one in asked(values * 10, "size | long_axis | mm | nodule")]
    found = drawn(items)
    right = {one.key: float(one.answer.split()[0]) for one in items}
    assert found
    for key, choices in found.items():
        off = [abs(float(choice.split()[0]) - right[key]) for choice in choices]
        assert sorted(off)[1] > 2.0


def test_where_the_corpus_has_too_few_there_are_no_choices() -> None:
    assert drawn(asked(["10"] * 50, "counting | count | nucleus")) == {}
    assert drawn(asked(["10 mm", "11 mm", "12 mm", "10.5 mm"] * 20, "size | area | mm | nucleus")) == {}


def test_names_that_stand_beside_few_others_are_right_no_more_often() -> None:
    """What is seen through a microscope stands beside none of its kind, so it is offered where fewer questions are."""
    kin = ["histopathology", "cytology", "fluorescence microscopy", "electron microscopy"]
    others = ["ultrasound", "mammography", "dermoscopy", "colonoscopy", "fundus photography"]
    items = asked([name for name in kin + others for _ in range(50)], "modality | modality")
    found = redraw(items, 5, catalog.labelspace())
    right = {one.key: one.answer for one in items}
    shown = {key: choices for key, choices in found.items() if choices is not None}
    offered = Counter(choice for choices in shown.values() for choice in choices)
    often = Counter(right[key] for key in shown)
    assert sum(often[name] for name in kin) / sum(offered[name] for name in kin) == pytest.approx(0.25, abs=0.03)


def test_a_modality_is_no_wrong_choice_of_its_own_kind() -> None:
    labels = ["computed tomography", "computed tomography angiography"]
    space = {entry.concept.label for entry in SPACE if entry.facet == "modality"}
    answers = [label for label in space for _ in range(20)]
    for key, choices in drawn(asked(answers, "modality | modality")).items():
        assert len(set(choices)) == len(choices) == 4, key
        assert not set(labels) <= set(choices)


def test_the_order_of_the_questions_does_not_matter() -> None:
    items = asked(["a", "b", "c", "d", "e"] * 30)
    turned = list(reversed(items))
    assert drawn(items) == drawn(turned)
    assert drawn(items) != drawn(items, seed=6)


@given(st.dictionaries(st.text("abcdefgh", min_size=1, max_size=2), st.integers(1, 50), max_size=9),
       st.integers(1, 4), st.integers())  # fmt: skip
def test_a_draw_has_so_many_different_names(weights: dict[str, int], count: int, seed: int) -> None:
    found = systematic(weights, count, random.Random(seed))
    if len(weights) < count:
        assert found is None
    else:
        assert found is not None
        assert len(set(found)) == len(found) == count
        assert set(found) <= set(weights)


def test_a_draws_chances_are_in_proportion() -> None:
    weights = {"a": 1, "b": 2, "c": 3, "d": 4}
    counted = Counter(name for seed in range(4000) for name in systematic(weights, 2, random.Random(seed)) or ())
    for name, weight in weights.items():
        assert counted[name] / 4000 == pytest.approx(2 * weight / 10, abs=0.03)


def test_of_many_answers_each_question_is_held_against_some(monkeypatch: pytest.MonkeyPatch) -> None:
    held: list[object] = []
    differ = drawing._differ
    monkeypatch.setattr(drawing, "_differ", lambda one, *other: held.append(other) or differ(one, *other))
    items = asked([f"{value} mm" for value in range(10, 4010)], "size | long_axis | mm | nodule")
    found = drawn(items)
    assert len(found) > 3900
    assert len(held) < 4000 * (drawing.MOST + 10)  # a quarter of a million pairs for each thousand, not a million
    assert found == drawn(random.Random(3).sample(items, len(items)))
    assert len({choice for some in found.values() for choice in some}) > 3900  # of the whole pool, not of one part


@given(st.lists(st.integers(1, 60), min_size=1, max_size=12), st.integers(2, 5))
def test_as_many_questions_stay_as_may(counts: list[int], several: int) -> None:
    items = asked([f"a{n}" for n, count in enumerate(counts) for _ in range(count)], choices=several)
    total = [sum(min(n, cap) for n in counts) for cap in range(max(counts) + 1)]
    most = max(kept for cap, kept in enumerate(total) if cap * several <= drawing.EVEN * kept)
    assert drawing._even(frame(items), {one.answer: one.answer for one in items}).sum() == most


def test_choices_that_stand_count_as_answers_and_are_not_drawn_again() -> None:
    items = asked(["centre", "upper left", "upper right", "lower left"] * 30)
    stand = {one.key for one in items[:100]}
    found = redraw(items, 5, SPACE, stand)
    assert found.keys() == {one.key for one in items[100:]}
    assert all(sorted(choices or []) == sorted({one.answer for one in items}) for choices in found.values())
