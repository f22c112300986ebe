"""Shards are cut in the order of the samples, of one split and one set of members each, and never over their limits."""

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from schemas.recipe import ShardSpec
from transforms.shards.plan import FEW, MORE, Cut, Cutter, Held, Size, interleaved, names, opened

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


@given(st.lists(st.sampled_from("abcde"), min_size=1, max_size=60), st.integers(0, 9))
def test_neighbours_are_of_other_people_where_there_are_enough(people: list[str], seed: int) -> None:
    rows = [(f"k{n}", person) for n, person in enumerate(sorted(people))]
    order = interleaved(rows, seed)
    assert sorted(order) == list(range(len(rows)))
    again = interleaved(reversed(rows), seed)  # whatever order they came in
    assert [rows[::-1][n] for n in again] == [rows[n] for n in order]
    own = [n for n, number in enumerate(order) if rows[number][1] == people[0]]
    gaps = [after - before for before, after in pairwise(own)]
    others = len(set(people)) - 1  # each of whom is at most one sample off its even place
    assert all(gap <= len(rows) / len(own) + others + 1 for gap in gaps)
    if len(own) * (others + 2) <= len(rows):
        assert all(gap > 1 for gap in gaps)


def test_equal_shares_never_meet_and_the_seed_decides_the_order() -> None:
    rows = [(f"{person}{n}", person) for person in "abcd" for n in range(8)]
    orders = {seed: interleaved(rows, seed) for seed in range(3)}
    for order in orders.values():
        shown = [rows[n][1] for n in order]
        assert all({*shown[n : n + 4]} == {*"abcd"} for n in range(0, 32, 4))
        assert [n for n in order if rows[n][1] == "a"] != sorted(n for n in order if rows[n][1] == "a")
    assert len({tuple(order) for order in orders.values()}) == 3


def test_a_sample_over_the_limit_has_a_shard_of_its_own() -> None:
    samples = [("train", PICTURE, key, size) for key, size in (("a", 10), ("b", 999), ("c", 10))]
    assert [cut.rows for cut in cuts(samples, max_bytes=100)] == [["a"], ["b"], ["c"]]


def test_names_by_split_with_most_members_first() -> None:
    shards = [("test", REPORT, 0), ("train", PICTURE, 1), ("train", PICTURE, 0), ("train", "json,mask.png,png", 0)]
    assert names(shards) == {
        ("train", "json,mask.png,png", 0): "train-000000.tar", ("train", PICTURE, 0): "train-000001.tar",
        ("train", PICTURE, 1): "train-000002.tar", ("test", REPORT, 0): "test-000000.tar",
    }  # fmt: skip


def test_shards_that_stand_keep_their_names_and_new_ones_follow() -> None:
    shards = [("train", PICTURE, 0), ("train", PICTURE, "train-000001.tar"), ("train", PICTURE, "train-000000.tar"),
              ("test", PICTURE, 0)]  # fmt: skip
    assert names(shards) == {
        ("train", PICTURE, "train-000000.tar"): "train-000000.tar",
        ("train", PICTURE, "train-000001.tar"): "train-000001.tar",
        ("train", PICTURE, 0): "train-000002.tar", ("test", PICTURE, 0): "test-000000.tar",
    }  # fmt: skip


def test_a_number_that_came_free_goes_to_a_new_shard_and_else_to_the_last() -> None:
    stand = [("train", PICTURE, "train-000000.tar"), ("train", PICTURE, "train-000002.tar")]
    assert names([*stand, ("train", PICTURE, 0)])["train", PICTURE, 0] == "train-000001.tar"
    assert names(stand)["train", PICTURE, "train-000002.tar"] == "train-000001.tar"


def test_the_first_shard_has_most_members_whenever_they_came() -> None:
    new, stands, last = ("train", PICTURE, 0), ("train", REPORT, "train-000000.tar"), ("train", REPORT, 0)
    assert names([stands, last, ("train", "json,mask.png,png", 0), new]) == {
        ("train", "json,mask.png,png", 0): "train-000000.tar", stands: "train-000001.tar",
        new: "train-000002.tar", last: "train-000003.tar",
    }  # fmt: skip


PLACE, OTHER = ("train", PICTURE), ("test", PICTURE)
SPEC = ShardSpec(max_samples=10, max_bytes=1000)


def held(number: int, samples: int, place: tuple[str, str] = PLACE) -> Held:
    return Held(f"{place[0]}-{number:06d}.tar", place, samples, 10 * samples)


def test_the_last_shard_is_filled_up_if_no_more_is_written_than_twice_what_arrives() -> None:
    stand = [held(0, 10), held(1, 10), held(2, 4)]
    assert opened(stand, {PLACE: Size(4, 40)}, {PLACE: 3}, SPEC) == {"train-000002.tar"}
    assert opened(stand, {PLACE: Size(3, 30)}, {PLACE: 3}, SPEC) == set()
    assert opened(stand, {OTHER: Size(40, 400)}, {PLACE: 3, OTHER: 4}, SPEC) == set()
    assert opened([held(0, 10)], {PLACE: Size(90, 900)}, {PLACE: 10}, SPEC) == set()  # a full one stays
    assert opened([*stand, held(3, 0)], {}, {PLACE: 3}, SPEC) == {"train-000003.tar"}


def test_of_too_many_shards_those_with_room_are_packed_together() -> None:
    stand = [held(0, 10), held(1, 9), held(2, 3), held(3, 1), held(4, 1), held(5, 1)]
    anew = {PLACE: 3}
    assert opened(stand[:5], {}, anew, SPEC) == set()
    assert opened(stand, {}, anew, SPEC) == {held(n, 1).name for n in (2, 3, 4, 5)}
    assert opened(stand[:5], {PLACE: Size(1, 10)}, anew, SPEC) == {held(n, 1).name for n in (2, 3, 4)}


@given(st.lists(st.integers(1, 25), min_size=1, max_size=30))
def test_however_often_it_grows_shards_stay_few_and_little_is_written(steps: list[int]) -> None:
    spec, total = ShardSpec(max_samples=10), 0
    shards: list[int] = []
    for new in steps:
        total += new
        anew = -(-total // 10)
        stand = [Held(f"train-{n:06d}.tar", PLACE, size, size) for n, size in enumerate(shards)]
        open_ = opened(stand, {PLACE: Size(new, new)}, {PLACE: anew}, spec)
        packed = new + sum(shard.samples for shard in stand if shard.name in open_)
        cut = [10] * (packed // 10) + ([packed % 10] if packed % 10 else [])
        crowded = len(shards) + -(-new // 10) > MORE * anew + FEW
        assert crowded or packed <= 2 * new
        shards = [shard.samples for shard in stand if shard.name not in open_] + cut
        assert sum(shards) == total
        assert len(shards) <= MORE * anew + FEW + 1


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
