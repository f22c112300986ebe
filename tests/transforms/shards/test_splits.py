"""A subject is in one split, the same one each time; shares hold, and small corpora get every split."""

from collections import Counter
from collections.abc import Collection, Iterable, Mapping
from typing import NamedTuple

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from schemas.recipe import Splits
from transforms.shards import splits as splitting
from transforms.shards.splits import SIZES

SHARES = Splits()


class SubjectSize(NamedTuple):
    """A row of what is split."""

    subject: str
    modality: str
    samples: int
    source_split: str | None = None
    dataset: str = ""


def assign(
    rows: Iterable[SubjectSize], splits: Splits, seed: int, before: Mapping[str, str] | None = None,
    held: Collection[str] = (),
) -> dict[str, str]:  # fmt: skip
    """Subject -> split."""
    sizes = pl.DataFrame(list(rows), SIZES, orient="row")
    stand = None if before is None else pl.DataFrame([*before.items()], ["subject", "split"], orient="row")
    return dict(splitting.assign(sizes, splits, seed, stand, held).iter_rows())


def subjects(number: int, samples: int = 1, modality: str = "CT") -> list[SubjectSize]:
    return [SubjectSize(subject=f"{modality}/{n}", modality=modality, samples=samples) for n in range(number)]


def share(rows: list[SubjectSize], splits: Splits = SHARES, seed: int = 7) -> Counter[str]:
    done = assign(rows, splits, seed)
    counts: Counter[str] = Counter()
    for row in rows:
        counts[done[row.subject]] += row.samples
    return counts


@given(weights=st.lists(st.integers(1, 60), min_size=1, max_size=60), seed=st.integers(0, 99))
def test_same_answer_whatever_the_order_and_every_split_filled(weights: list[int], seed: int) -> None:
    rows = [SubjectSize(subject=f"s{n}", modality="CT" if n % 3 else "MR", samples=w) for n, w in enumerate(weights)]
    done = assign(rows, SHARES, seed)
    assert done == assign(reversed(rows), SHARES, seed)
    assert set(done) == {row.subject for row in rows}
    if len(rows) >= 3:
        assert set(done.values()) == {"train", "validation", "test"}


def test_fifty_equal_subjects_split_as_declared() -> None:
    assert share(subjects(50)) == {"train": 40, "validation": 5, "test": 5}


@pytest.mark.parametrize("seed", range(5))
def test_shares_hold_for_uneven_subjects(seed: int) -> None:
    rows = [SubjectSize(subject=f"s{n}", modality="CT", samples=1 + n * 7 % 13) for n in range(200)]
    counts, total = share(rows, seed=seed), sum(row.samples for row in rows)
    assert abs(counts["train"] / total - 0.8) < 0.02
    assert abs(counts["test"] / total - 0.1) < 0.02


def test_each_large_modality_reaches_each_split() -> None:
    rows = subjects(20) + subjects(20, modality="MR") + subjects(20, modality="US")
    done = assign(rows, SHARES, 7)
    for modality in ("CT", "MR", "US"):
        assert {done[f"{modality}/{n}"] for n in range(20)} == {"train", "validation", "test"}


def test_the_seed_decides_who_is_held_out() -> None:
    rows = subjects(40)
    held = [{name for name, split in assign(rows, SHARES, seed).items() if split == "test"} for seed in range(6)]
    assert len({frozenset(names) for names in held}) > 1


@pytest.mark.parametrize("samples", [12, 120])
@pytest.mark.parametrize("seed", range(20))
def test_one_huge_subject_goes_to_train(seed: int, samples: int) -> None:
    rows = [*subjects(30), SubjectSize(subject="huge", modality="CT", samples=samples)]
    done = assign(rows, SHARES, seed)
    assert done["huge"] == "train"
    assert set(done.values()) == {"train", "validation", "test"}


@pytest.mark.parametrize("seed", range(20))
def test_what_no_held_out_split_can_hold_goes_to_the_largest(seed: int) -> None:
    """Even where the shares are close, so that a held-out split may be the one that is furthest behind."""
    rows = [*subjects(30), SubjectSize(subject="huge", modality="CT", samples=20)]
    assert assign(rows, Splits(train=0.36, validation=0.32, test=0.32), seed)["huge"] == "train"


def test_a_subject_of_two_modalities_is_in_one_split() -> None:
    rows = [*subjects(9), SubjectSize(subject="CT/3", modality="MR", samples=5)]
    assert set(assign(rows, SHARES, 1)) == {f"CT/{n}" for n in range(9)}


def test_source_splits_stand_and_test_wins() -> None:
    rows = [
        SubjectSize(subject="a", modality="CT", samples=5, source_split="test"),
        SubjectSize(subject="b", modality="CT", samples=5, source_split="Training"),
        SubjectSize(subject="b", modality="CT", samples=1, source_split="test"),
        SubjectSize(subject="e", modality="CT", samples=1, source_split="test"),
        SubjectSize(subject="e", modality="CT", samples=9, source_split="train"),
        SubjectSize(subject="c", modality="CT", samples=90, source_split="val"),
        SubjectSize(subject="d", modality="CT", samples=1, source_split="train"),
        *subjects(6),
    ]
    done = assign(rows, SHARES, 7)
    assert (done["a"], done["b"], done["e"]) == ("test", "test", "test")
    assert (done["c"], done["d"]) == ("validation", "train")


def test_a_split_without_a_share_stays_empty() -> None:
    assert set(share(subjects(30), Splits(train=1, validation=0, test=0))) == {"train"}
    assert set(share(subjects(30), Splits(train=0, validation=0.5, test=0.5))) == {"validation", "test"}


def test_two_subjects_stay_in_train() -> None:
    assert set(share(subjects(2))) == {"train"}


def test_no_share_at_all_is_refused() -> None:
    with pytest.raises(ValueError, match="zero"):
        assign(subjects(3), Splits(train=0, validation=0, test=0), 1)


@pytest.mark.parametrize("seed", range(5))
def test_a_corpus_that_grows_keeps_who_was_held_out(seed: int) -> None:
    """All but those next to a cut: of 1,000 subjects and ten more, fewer than one in a hundred."""
    before = assign(subjects(1000) + subjects(40, modality="MR"), SHARES, seed)
    after = assign(subjects(1010) + subjects(40, modality="MR"), SHARES, seed)
    assert sum(after[name] != split for name, split in before.items()) < 10


def test_many_small_modalities_share_what_rounding_leaves() -> None:
    rows = [SubjectSize(subject=f"s{n}", modality=f"kind {n // 2:02d}", samples=1) for n in range(100)]
    counts = share(rows)
    assert abs(counts["validation"] - 10) <= 2
    assert abs(counts["test"] - 10) <= 2


@given(st.lists(st.integers(1, 9), min_size=20, max_size=60), st.integers(0, 9), st.integers(0, 99))
def test_where_a_corpus_is_appended_to_nobody_moves_and_shares_hold(weights: list[int], few: int, seed: int) -> None:
    rows = [SubjectSize(f"s{n}", "CT" if n % 3 else "MR", weight) for n, weight in enumerate(weights)]
    first = rows[: len(rows) - few]
    before = assign(first, SHARES, seed)
    after = assign(rows, SHARES, seed, before)
    assert {name: after[name] for name in before} == before
    assert assign(first, SHARES, seed, before) == before


def test_new_subjects_fill_what_a_split_lacks() -> None:
    before = dict.fromkeys((row.subject for row in subjects(80)), "train")
    counts = Counter(assign(subjects(100), SHARES, 7, before).values())
    assert counts == {"train": 80, "validation": 10, "test": 10}


def test_the_split_of_a_source_goes_before_where_a_subject_stood() -> None:
    rows = [SubjectSize("a", "CT", 1, "test"), *subjects(20)]
    assert assign(rows, SHARES, 7, {"a": "train", "gone": "test"})["a"] == "test"


@given(held=st.sets(st.integers(0, 29)), seed=st.integers(0, 9), source=st.sampled_from([None, "train", "test"]))
def test_who_is_held_out_is_in_test_whatever_else_is_said(held: set[int], seed: int, source: str | None) -> None:
    rows = [SubjectSize(f"s{n}", "CT", 1 + n % 4, source if n % 2 else None) for n in range(30)]
    names = {f"s{n}" for n in held}
    before = {f"s{n}": "train" for n in range(0, 30, 3)}
    done = assign(rows, Splits(train=0.9, validation=0.1, test=0), seed, before, names)
    assert {name for name in names if done[name] != "test"} == set()
    if source != "test":
        assert {name for name, split in done.items() if split == "test"} == names


def of_source(name: str, number: int, samples: int = 1) -> list[SubjectSize]:
    return [SubjectSize(f"{name}/{n}", "CT", samples, dataset=name) for n in range(number)]


@given(sizes=st.lists(st.integers(1, 40), min_size=1, max_size=6), seed=st.integers(0, 99))
def test_every_source_that_is_large_enough_has_all_splits(sizes: list[int], seed: int) -> None:
    rows = [row for n, size in enumerate(sizes) for row in of_source(f"d{n}", size)]
    done = assign(rows, SHARES, seed)
    for n, size in enumerate(sizes):
        found = {done[f"d{n}/{number}"] for number in range(size)}
        if size > 5:  # of 5, a tenth rounds to none
            assert found == {"train", "validation", "test"}


def test_a_source_of_one_person_stays_whole_and_what_a_source_says_stands() -> None:
    rows = of_source("large", 40) + of_source("one", 1, samples=9)
    rows += [SubjectSize(f"own/{n}", "CT", 1, "train", "own") for n in range(30)]
    done = assign(rows, SHARES, 7)
    assert {done[f"own/{n}"] for n in range(30)} == {"train"}
    assert sum(name.startswith("one/") for name in done) == 1


def test_where_a_corpus_grows_nobody_moves_for_a_source() -> None:
    rows = of_source("d", 30)
    before = {f"d/{n}": "train" for n in range(30)}
    assert assign(rows, SHARES, 7, before) == before


def test_shares_of_more_than_all_are_refused() -> None:
    with pytest.raises(ValueError, match=r"train 0\.9, validation 0\.1, test 0\.1 come to 1\.1"):
        Splits(train=0.9, validation=0.1, test=0.1)


@pytest.mark.parametrize(
    ("given", "all_three"),
    [
        ({}, (0.8, 0.1, 0.1)),
        ({"train": 1}, (1, 0, 0)),
        ({"train": 0.9}, (0.9, 0.05, 0.05)),
        ({"train": 0.6, "validation": 0.4}, (0.6, 0.4, 0)),
        ({"test": 0.1}, (0.8, 0.1, 0.1)),
        ({"test": 0}, (8 / 9, 1 / 9, 0)),
    ],
)
def test_a_share_that_is_not_given_takes_of_what_the_others_leave(
    given: dict[str, float], all_three: tuple[float, float, float]
) -> None:
    made = Splits.model_validate(given)
    assert (made.train, made.validation, made.test) == pytest.approx(all_three, abs=1e-6)
    assert Splits.model_validate(made.model_dump()) == made
