"""Sources are mixed by weight, temperature and cap; no modality or part of the body has more than its share."""

from collections import Counter

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from schemas.recipe import MixSpec
from transforms.shards.mix import OFFERED, left_out, quotas, unmet

SIZES = {"a": 800, "b": 100, "c": 10}


def test_by_default_all_leave() -> None:
    assert quotas(SIZES, MixSpec()) == SIZES
    assert quotas(SIZES, MixSpec(cap=90)) == {"a": 90, "b": 90, "c": 10}


def test_shares_hold_until_the_first_source_is_used_up() -> None:
    assert quotas(SIZES, MixSpec(weights={"a": 0.5})) == {"a": 400, "b": 100, "c": 10}
    assert quotas({"a": 800, "b": 50}, MixSpec(temperature=2)) == {"a": 200, "b": 50}  # as sqrt(800) to sqrt(50)
    assert quotas(SIZES, MixSpec(weights={"b": 0})) == {"a": 800, "b": 0, "c": 10}
    assert quotas({"a": 9, "b": 9}, MixSpec(weights={"a": 0, "b": 0})) == {"a": 0, "b": 0}


def test_of_so_many_what_one_has_not_the_others_fill() -> None:
    even = MixSpec(samples=300, temperature=1e9)
    assert quotas(SIZES, even) == {"a": 190, "b": 100, "c": 10}
    assert quotas(SIZES, MixSpec(samples=300, temperature=1e9, cap=120)) == {"a": 120, "b": 100, "c": 10}
    assert quotas({"a": 50, "b": 50, "c": 50}, MixSpec(samples=100)) == {"a": 34, "b": 33, "c": 33}
    assert quotas({"a": 50, "b": 50}, MixSpec(samples=40, weights={"a": 3})) == {"a": 30, "b": 10}


@given(
    st.dictionaries(st.sampled_from("abcdef"), st.integers(1, 500), min_size=1),
    st.integers(1, 2000),
    st.floats(1, 20),
    st.none() | st.integers(1, 300),
)
def test_as_many_as_there_are_and_no_more(
    sizes: dict[str, int], samples: int, temperature: float, cap: int | None
) -> None:
    found = quotas(sizes, MixSpec(samples=samples, temperature=temperature, cap=cap))
    most = {name: min(size, cap or size) for name, size in sizes.items()}
    assert all(0 <= found[name] <= most[name] for name in sizes)
    assert sum(found.values()) == min(samples, sum(most.values()))


def offered(*kinds: tuple[str, str, str | None, int]) -> pl.DataFrame:
    """(data set, modality, part of the body, how many), drawn in an order that no column tells."""
    rows = [(dataset, modality, anatomy) for dataset, modality, anatomy, number in kinds for _ in range(number)]
    return pl.DataFrame([(f"k{n}", *row, n * 7919 % 10007) for n, row in enumerate(rows)], OFFERED, orient="row")


def kept(frame: pl.DataFrame, spec: MixSpec) -> pl.DataFrame:
    out = left_out(frame, spec)
    assert out["key"].is_unique().all()
    return frame.join(out, on="key", how="anti")


def test_no_modality_and_no_part_has_more_than_its_share() -> None:
    frame = offered(("a", "CT", "chest", 500), ("b", "MR", "head", 60), ("c", "US", "heart", 40), ("c", "US", None, 20))
    found = kept(frame, MixSpec(most_of_modality=0.5))
    counts = Counter(found["modality"])
    assert counts == {"CT": 120, "MR": 60, "US": 60}
    both = kept(frame, MixSpec(most_of_modality=0.5, most_of_anatomy=0.4))
    for axis, share in (("modality", 0.5), ("anatomy", 0.4)):
        counts = Counter(label for label in both[axis] if label)
        assert max(counts.values()) <= share * both.height
    assert both.filter(pl.col("anatomy").is_null()).height == 20


def test_where_there_are_too_few_labels_there_are_as_many_of_each() -> None:
    frame = offered(("a", "CT", "chest", 50), ("b", "MR", "head", 7))
    assert Counter(kept(frame, MixSpec(most_of_modality=0.2))["modality"]) == {"CT": 7, "MR": 7}


def test_who_is_drawn_first_stays_and_each_has_a_reason() -> None:
    frame = offered(("a", "CT", "chest", 50), ("b", "CT", "chest", 5))
    found = kept(frame, MixSpec(cap=10))
    own = frame.filter(pl.col("dataset") == "a").sort("draw")["key"]
    assert set(found["key"]) >= set(own[:10])
    assert set(left_out(frame, MixSpec(cap=10))["mixed"]) == {"more of its data set than the mix takes"}


def test_a_weight_below_nothing_is_refused() -> None:
    with pytest.raises(ValueError, match="weight of a is negative"):
        MixSpec(weights={"a": -1})


def test_what_is_asked_and_not_met_is_told() -> None:
    frame = offered(("a", "CT", "chest", 50), ("b", "MR", "head", 7))
    sizes = {"a": 50, "b": 7}

    def told(spec: MixSpec) -> list[str]:
        return unmet(sizes, kept(frame, spec), spec)

    assert told(MixSpec(most_of_modality=0.6)) == []
    assert told(MixSpec(samples=20)) == []
    (ct, mr) = told(MixSpec(most_of_modality=0.2))
    assert ct == "mix.most_of_modality: 20% is asked for, CT has 50%: too little else"
    assert "MR has 50%" in mr
    assert told(MixSpec(samples=40, temperature=1e9)) == [
        "mix.samples: 20 of them would be b's share, it has 7 to give"
    ]
    assert "mix.samples: 90 are asked for, 57 leave" in told(MixSpec(samples=90))
    assert told(MixSpec(weights={"c": 2})) == ["mix.weights: c has no sample"]
