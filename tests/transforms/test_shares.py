"""No kind has more than its share of what is left, and no more is left out than that takes."""

from hypothesis import given
from hypothesis import strategies as st

from transforms.shares import cap, over


@given(st.lists(st.integers(1, 80), min_size=1, max_size=8), st.integers(0, 50), st.floats(0.05, 1))
def test_the_most_that_keeps_every_share(sizes: list[int], free: int, share: float) -> None:
    def holds(most: int) -> bool:
        return most <= share * (free + sum(min(size, most) for size in sizes))

    allowed = [most for most in range(1, max(sizes) + 1) if holds(most)]
    assert cap(sizes, share, free) == (max(allowed) if allowed else min(sizes))


def test_of_nothing_there_is_nothing() -> None:
    assert cap([], 0.5) == 0


def test_what_has_more_than_its_share_is_named_with_it() -> None:
    assert over({"ct": 6, "mr": 3}, 0.5, free=1) == {"ct": 0.6}
    assert over({"ct": 5, "mr": 5}, 0.5) == {}
    assert over({}, 0.5) == {}
