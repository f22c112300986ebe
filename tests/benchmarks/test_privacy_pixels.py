"""Writing that is planted in pictures: drawn alike each time, where it says, and counted as gone only where it is."""

import numpy as np
import pytest

from benchmarks.privacy import drawn, pixels
from transforms.media import writing

BASE = np.full((300, 420), 60, np.uint8)


def test_the_same_seed_draws_the_same_and_ink_lies_in_its_place() -> None:
    for number in range(6):
        image, lines = drawn.drawn(BASE, 3, number)
        again, _ = drawn.drawn(BASE, 3, number)
        assert np.array_equal(image, again)
        assert lines
        for line in lines:
            assert line.place[line.ink].all()
            assert (image[line.ink] != 60).all()
        apart = ~np.any([line.place for line in lines], axis=0)
        assert (image[apart] == 60).all()


def test_a_line_that_is_not_found_counts_as_left(monkeypatch: pytest.MonkeyPatch) -> None:
    assert all(gone for _, gone in pixels.seen("toy", BASE, 3, 1).lines)
    monkeypatch.setattr(writing, "find", lambda image: [])
    assert not any(gone for _, gone in pixels.seen("toy", BASE, 3, 1).lines)
    monkeypatch.setattr(writing, "find", lambda image: [(0, 0, 420, 300)])
    assert pixels.seen("toy", BASE, 3, 1).lost == 1.0
