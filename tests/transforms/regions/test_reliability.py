"""How far a model agrees with itself, on models whose agreement is known beforehand."""

from collections.abc import Sequence

import numpy as np
import pytest

from schemas import Geometry
from transforms.media.pixels import Pixels
from transforms.regions.reliability import Change, noisy, reliabilities, things
from transforms.regions.segments import Box, Found, Prompt, Segment

SHAPE = (40, 50)


def picture() -> Pixels:
    array = np.full(SHAPE, 20, np.uint8)
    array[10:20, 30:45] = 200
    return Pixels(array, Geometry(shape=SHAPE))


def bright(pixels: Pixels, prompts: Sequence[Prompt] = ()) -> list[Found]:
    return [Segment("nucleus", pixels.array > 100)]


def left(pixels: Pixels, prompts: Sequence[Prompt] = ()) -> list[Found]:
    """A model that knows what is on the right only."""
    return [Segment("nucleus", (pixels.array > 100) & (np.arange(SHAPE[1]) >= 25))]


def edge(pixels: Pixels, prompts: Sequence[Prompt] = ()) -> list[Found]:
    """A model whose answer hangs on a hair."""
    return [Segment("nucleus", pixels.array == 200)]


def boxes(pixels: Pixels, prompts: Sequence[Prompt] = ()) -> list[Found]:
    rows, columns = np.nonzero(pixels.array > 100)
    return [Box("nucleus", (columns.min(), rows.min(), columns.max() + 1, rows.max() + 1), 0.9)]


def pointed(pixels: Pixels, prompts: Sequence[Prompt] = ()) -> list[Found]:
    """All that is bright in the box that it is given."""
    found: list[Found] = []
    for prompt in prompts:
        assert prompt.box is not None
        x0, y0, x1, y1 = map(int, prompt.box)
        mask = np.zeros(SHAPE, bool)
        mask[y0:y1, x0:x1] = pixels.array[y0:y1, x0:x1] > 100
        found.append(Segment(prompt.concept, mask, prompt=prompt.region))
    return found


def sure(model: object, flips: Sequence[int] = (0, 1), prompts: Sequence[Prompt] = ()) -> float:
    found = list(things(model(picture(), prompts)))  # type: ignore[operator]
    (value,) = reliabilities(model, picture(), found, flips, prompts)  # type: ignore[arg-type]
    return value


def test_a_model_that_follows_the_picture_agrees_with_itself() -> None:
    assert sure(bright) == 1
    assert sure(boxes) == 1
    assert sure(pointed, prompts=[Prompt("r", "nucleus", box=(28, 8, 47, 22))]) == 1


def test_one_of_four_changes_lost_is_a_quarter() -> None:
    assert sure(left) == 0.75
    assert sure(left, flips=[0]) == 1


def test_what_noise_takes_away_counts() -> None:
    assert 0.5 < sure(edge) < 0.9


def test_instances_are_told_apart() -> None:
    def labels(pixels: Pixels, prompts: Sequence[Prompt] = ()) -> list[Found]:
        array = np.zeros(SHAPE, np.int32)
        array[10:20, 30:45] = pixels.array[10:20, 30:45] > 100
        array[(pixels.array > 100) & (array == 0)] = 2  # what comes to lie elsewhere is another thing
        return [Segment("nucleus", array, instances=True)]

    found = list(things(labels(picture())))
    assert [(one.number, one.offset) for one in found] == [(1, (10, 30))]
    (value,) = reliabilities(labels, picture(), found, [])
    assert 0.9 < value < 1  # the shifted one is cut by a row and a column


def test_noise_is_small_and_always_the_same() -> None:
    array = picture().array
    assert np.array_equal(noisy(array), noisy(array))
    assert 0 < np.abs(noisy(array).astype(int) - array).max() < 12
    assert noisy(array).dtype == array.dtype
    mask = array > 100
    assert noisy(mask) is mask


@pytest.mark.parametrize("shape", [(5, 6, 7), (5, 6, 3), (1, 4), (4, 1, 3)])
@pytest.mark.parametrize("step", [-1, 1])
def test_a_shift_takes_each_value_from_beside_it_and_the_edge_once_more(shape: tuple[int, ...], step: int) -> None:
    """Colours after two spatial axes stay where they are."""
    array = np.random.default_rng(0).normal(size=shape)
    axes = 2 if shape[-1] == 3 else len(shape)
    wanted = array
    for axis in range(axes):
        wanted = wanted.take(np.clip(np.arange(shape[axis]) + step, 0, shape[axis] - 1), axis)
    np.testing.assert_array_equal(Change(shape[:axes], shifted=True).of(array, step), wanted)


def test_noise_does_not_depend_on_how_a_volume_lies_in_memory() -> None:
    array = np.random.default_rng(0).normal(100, 30, (70, 9, 11)).astype(np.float32)
    np.testing.assert_array_equal(noisy(array), noisy(np.asfortranarray(array)))


@pytest.mark.parametrize("kind", [np.int16, np.float32])
def test_a_volume_with_holes_in_its_values_is_changed_too(kind: type) -> None:
    array = np.zeros((4, 5, 6), kind)
    array[2:] = 100
    assert noisy(array).shape == array.shape
