"""What verification asks with: the right value of some question, as often under yes as under no; each no is wrong."""

import json
import random
from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from transforms.regions.metrics import box_iou
from transforms.tasks.exchange import Offer, exchanged


def offers(own: list[str], within: float | None = 0.5, pool: str = "verification | long_axis | mm | nodule",
           room: float | None = None) -> list[Offer]:  # fmt: skip
    rng = random.Random(1)
    return [Offer(f"k{n:05d}", "d1", pool, value, rng.getrandbits(60), room, within) for n, value in enumerate(own)]


def asked(items: list[Offer], seed: int = 5) -> list[tuple[Offer, str]]:
    """Each question that is asked, with what it is asked with."""
    found = exchanged(items, seed)
    return [(one, edit[0]) for one in items if (edit := found[one.key][one.id])]


LENGTHS = st.lists(
    st.sampled_from(["3.0 mm", "3.4 mm", "8.1 mm", "8.2 mm", "20.5 mm", "41.0 mm"]), min_size=50, max_size=250
)


@given(LENGTHS, st.integers(0, 3))
def test_a_value_is_right_as_often_as_wrong_and_wrong_by_more_than_it_may_be_off(own: list[str], seed: int) -> None:
    found = asked(offers(own), seed)
    yes = Counter(value for one, value in found if value == one.own)
    no = Counter(value for one, value in found if value != one.own)
    assert abs(yes.total() - no.total()) <= 2
    for one, value in found:
        if value != one.own:
            assert abs(float(value.split()[0]) - float(one.own.split()[0])) > 0.5
    assert set(yes) | set(no) <= set(own)


def test_even_of_what_one_value_rules_nobody_knows_the_answer_by_the_value() -> None:
    found = asked(offers(["0.08 mL"] * 400 + ["0.30 mL"] * 90 + ["1.10 mL"] * 110, 0.02))
    assert len(found) == 400  # each of 200 finds another of another value
    for value in ("0.08 mL", "0.30 mL", "1.10 mL"):
        own = [one.own == value for one, offered in found if offered == value]
        assert sum(own) / len(own) == pytest.approx(0.5, abs=0.1)


def test_nothing_is_offered_to_two_for_being_right_of_one() -> None:
    own = [f"{n}.0 mm" for n in range(10, 210)]
    found = asked(offers(own))
    assert len(found) > 190
    assert max(Counter(value for _, value in found).values()) == 1


def test_boxes_that_lie_on_one_another_are_not_exchanged_and_some_are_near() -> None:
    rng = random.Random(2)
    own = [str([x, y, x + 40, y + 40]) for x, y in ((rng.randrange(80), rng.randrange(80)) for _ in range(200))]
    shared = [box_iou(json.loads(one.own), json.loads(box)) for one, box in asked(offers(own, None)) if box != one.own]
    assert len(shared) > 80
    assert max(shared) <= 0.42
    assert sum(value > 0.15 for value in shared) > len(shared) / 3


def test_nobody_is_asked_whether_a_thing_is_longer_than_its_picture() -> None:
    small = offers(["5.0 mm"] * 60, room=20.0)
    large = [one._replace(key=f"l{n}") for n, one in enumerate(offers(["50.0 mm"] * 30 + ["12.0 mm"] * 30, room=500.0))]
    assert not any(value == "50.0 mm" and one.room == 20.0 for one, value in asked(small + large))


def test_few_are_asked_as_they_are_and_what_stands_is_not_asked_anew() -> None:
    assert exchanged(offers(["5.0 mm", "9.0 mm"] * 24), 5) == {}
    items = offers(["5.0 mm", "9.0 mm"] * 60)
    assert exchanged(items, 5) == exchanged(list(reversed(items)), 5)
    stand = {(one.key, one.id) for one in items[:100]}
    assert exchanged(items, 5, stand).keys() == {one.key for one in items[100:]}


def test_what_is_the_only_one_of_its_kind_goes_with_what_it_might_be() -> None:
    many = [f"verification | long_axis | mm | organ {n}" for n in range(60)]
    items = [offers([f"{5 * (n + 1)}.0 mm"], pool=pool)[0]._replace(key=f"k{n}") for n, pool in enumerate(many)]
    found = asked(items)
    assert len(found) >= 50
    shares = [float(value.split()[0]) / float(one.own.split()[0]) for one, value in found]
    assert all(0.5 <= share <= 2 for share in shares)
    assert {share == 1 for share in shares} == {True, False}
