"""Shards are planned by key within a split and never over their limits, whatever the order of the samples."""

import random

import pytest

from schemas.recipe import ShardSpec
from transforms.shards.plan import ShardPlan, plan_shards

SIZES = [(f"k{n:02d}", "train" if n % 3 else "test", 100, "record") for n in range(12)]


def test_sorted_by_split_then_key_and_cut_by_count() -> None:
    plans = plan_shards(SIZES, ShardSpec(max_samples=3))
    assert plans == [
        ShardPlan(name="train-000000.tar", split="train", keys=("k01", "k02", "k04")),
        ShardPlan(name="train-000001.tar", split="train", keys=("k05", "k07", "k08")),
        ShardPlan(name="train-000002.tar", split="train", keys=("k10", "k11")),
        ShardPlan(name="test-000000.tar", split="test", keys=("k00", "k03", "k06")),
        ShardPlan(name="test-000001.tar", split="test", keys=("k09",)),
    ]
    assert plan_shards(random.Random(1).sample(SIZES, len(SIZES)), ShardSpec(max_samples=3)) == plans


def test_cut_by_bytes() -> None:
    plans = plan_shards(SIZES, ShardSpec(max_bytes=250))
    assert [len(plan.keys) for plan in plans] == [2, 2, 2, 2, 2, 2]


def test_a_sample_over_the_limit_has_a_shard_of_its_own() -> None:
    plans = plan_shards(
        [("a", "train", 10, "x"), ("b", "train", 999, "x"), ("c", "train", 10, "x")], ShardSpec(max_bytes=100)
    )
    assert [plan.keys for plan in plans] == [("a",), ("b",), ("c",)]


def test_the_views_of_a_record_lie_together() -> None:
    sizes = [("a", "train", 1, "two"), ("b", "train", 1, "one"), ("c", "train", 1, "two"), ("d", "train", 1, "one")]
    assert [plan.keys for plan in plan_shards(sizes, ShardSpec(max_samples=2))] == [("b", "d"), ("a", "c")]


def test_nothing_to_plan() -> None:
    assert plan_shards([], ShardSpec()) == []


@pytest.mark.parametrize(
    ("extra", "says"), [(("k00", "train", 1, "x"), "twice"), (("x", "dev", 1, "x"), "unknown split 'dev'")]
)
def test_bad_plans_are_refused(extra: tuple[str, str, int, str], says: str) -> None:
    with pytest.raises(ValueError, match=says):
        plan_shards([*SIZES, extra], ShardSpec())
