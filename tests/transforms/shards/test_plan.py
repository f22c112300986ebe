"""Shards are cut in the order of the samples, of one split and one set of members each, and never over their limits."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from schemas.recipe import ShardSpec
from transforms.shards.plan import Cut, Cutter, names

PICTURE, REPORT = "json,png", "json,txt"
Sample = tuple[str, str, str, int]  # split, members, key, bytes


def cuts(samples: list[Sample], **spec: int) -> list[Cut[str]]:
    cutter: Cutter[str] = Cutter(ShardSpec(**spec))
    full = [cutter.add(split, members, key, size) for split, members, key, size in samples]
    return [cut for cut in full if cut] + cutter.rest()


def test_cut_by_count_split_and_members() -> None:
    samples = [("test" if n % 3 == 0 else "train", REPORT if n > 8 else PICTURE, f"k{n}", 1) for n in range(12)]
    found = {(cut.split, cut.members, cut.number): cut.rows for cut in cuts(samples, max_samples=3)}
    assert found == {
        ("train", PICTURE, 0): ["k1", "k2", "k4"], ("train", PICTURE, 1): ["k5", "k7", "k8"],
        ("test", PICTURE, 0): ["k0", "k3", "k6"], ("test", REPORT, 0): ["k9"], ("train", REPORT, 0): ["k10", "k11"],
    }  # fmt: skip


def test_a_sample_over_the_limit_has_a_shard_of_its_own() -> None:
    samples = [("train", PICTURE, key, size) for key, size in (("a", 10), ("b", 999), ("c", 10))]
    assert [cut.rows for cut in cuts(samples, max_bytes=100)] == [["a"], ["b"], ["c"]]


def test_names_by_split_with_most_members_first() -> None:
    shards = [("test", REPORT, 0), ("train", PICTURE, 1), ("train", PICTURE, 0), ("train", "json,mask.png,png", 0)]
    assert names(shards) == {
        ("train", "json,mask.png,png", 0): "train-000000.tar", ("train", PICTURE, 0): "train-000001.tar",
        ("train", PICTURE, 1): "train-000002.tar", ("test", REPORT, 0): "test-000000.tar",
    }  # fmt: skip


def test_an_unknown_split_is_refused() -> None:
    with pytest.raises(ValueError, match="unknown split 'dev'"):
        cuts([("dev", PICTURE, "x", 1)])


@given(st.lists(st.tuples(st.sampled_from(["train", "test"]), st.sampled_from([PICTURE, REPORT]), st.integers(1, 60))))
def test_nothing_is_lost_or_reordered(drawn: list[tuple[str, str, int]]) -> None:
    samples = [(split, members, f"{n:03d}", size) for n, (split, members, size) in enumerate(drawn)]
    found = cuts(samples, max_samples=4, max_bytes=100)
    assert sorted(key for cut in found for key in cut.rows) == [key for _, _, key, _ in samples]
    for cut in found:
        assert cut.rows == sorted(cut.rows)
        assert len(cut.rows) <= 4
        assert cut.bytes <= 100 or len(cut.rows) == 1
