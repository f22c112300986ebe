"""How far a model agrees with itself: on a picture shifted by a voxel, one with a little noise, and mirrored ones.

After ACTRESS, whose pseudo labels count as reliable where they stay the same under augmentation; the measure is Dice's.
Nothing is drawn by chance: the same pixels give the same figure.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from transforms.media.pixels import Pixels
from transforms.regions.segments import Box, Found, Prompt, Segment

NOISE = 0.01  # deviation of the noise, as a share of the values' spread between their 1st and 99th percentile
SAMPLE = 1_000_000  # voxels that the spread is told from
SLICES = 32  # to which noise is given at once
Ask = Callable[[Pixels, Sequence[Prompt]], list[Found]]


@dataclass(frozen=True)
class Thing:
    """One thing that a model found: its mask, the crop that starts at `offset`, or its box. `number`: which instance of
    its concept, 0 where they are not told apart."""

    concept: str
    number: int = 0
    score: float | None = None
    offset: tuple[int, ...] = ()
    mask: NDArray[np.bool_] | None = None
    box: tuple[float, float, float, float] | None = None
    prompt: str | None = None


@dataclass(frozen=True)
class Change:
    """A picture moved by a voxel towards the end of each axis, or mirrored along one. `shape`: of its spatial axes."""

    shape: tuple[int, ...]
    shifted: bool = False
    flipped: int | None = None

    def of(self, array: NDArray[np.generic], step: int = -1) -> NDArray[np.generic]:
        """The array so changed; what the edge brings in is the edge once more. `step` 1 undoes a shift."""
        if self.flipped is not None:
            return np.flip(array, self.flipped)
        if not self.shifted:
            return array
        out, axes = np.empty_like(array), [k for k, n in enumerate(self.shape) if n > 1]  # lies as the array does
        to, of, edge = (slice(1, None), slice(None, -1), 0) if step < 0 else (slice(None, -1), slice(1, None), -1)
        out[_along(axes, to)] = array[_along(axes, of)]
        for k in axes:
            out[_along([k], edge)] = out[_along([k], edge + (1 if step < 0 else -1))]
        return out

    def box(self, xyxy: tuple[float, float, float, float], step: int = 1) -> tuple[float, float, float, float]:
        """A box on the changed picture; `step` -1 undoes a shift."""
        x0, y0, x1, y1 = xyxy
        if self.flipped == 1:
            x0, x1 = self.shape[1] - x1, self.shape[1] - x0
        if self.flipped == 0:
            y0, y1 = self.shape[0] - y1, self.shape[0] - y0
        by = step if self.shifted else 0
        return x0 + by, y0 + by, x1 + by, y1 + by

    def prompt(self, prompt: Prompt) -> Prompt:
        """What a model is pointed at, on the changed picture."""
        points = tuple(self.box((x, y, x, y))[:2] for x, y in prompt.points)
        return replace(prompt, box=self.box(prompt.box) if prompt.box else None, points=points)


def _along(axes: Sequence[int], part: int | slice) -> tuple[int | slice, ...]:
    """An index that takes a part along these axes, and all along the others."""
    return tuple(part if k in axes else slice(None) for k in range(max(axes, default=-1) + 1))


def reliabilities(
    ask: Ask, pixels: Pixels, things: Sequence[Thing], flips: Sequence[int] = (), prompts: Sequence[Prompt] = ()
) -> list[float]:
    """For each thing the mean Dice with what the model finds there on the changed pictures: 0 where it finds nothing.
    `flips`: axes of the array along which a mirrored picture is still one that the model should know."""
    if not things:
        return []
    shape = tuple(pixels.geometry.shape)
    changes = [Change(shape, shifted=True), *(Change(shape, flipped=axis) for axis in flips)]
    sums = np.zeros(len(things))
    for change in (*changes, None):
        array, back = (noisy(pixels.array), Change(shape)) if change is None else (change.of(pixels.array), change)
        found = ask(replace(pixels, array=array), [back.prompt(prompt) for prompt in prompts])
        sums += [_agreement(thing, found, back) for thing in things] if found else 0
    return [round(float(value), 4) for value in sums / (len(changes) + 1)]


def noisy(array: NDArray[Any]) -> NDArray[Any]:
    """Values with a little Gaussian noise, always the same."""
    sample = array.flat[:: max(1, array.size // SAMPLE)]
    finite = sample[np.isfinite(sample)]
    if array.dtype == bool or not finite.size:
        return array
    low, high = np.percentile(finite, (1, 99))
    random, out = np.random.default_rng(0), np.empty_like(array)
    limits = None if array.dtype.kind == "f" else np.iinfo(str(array.dtype))
    for start in range(0, len(array), SLICES):  # a whole float copy of a volume is never made
        part = array[start : start + SLICES]
        changed = np.empty_like(part, np.float32)  # lies in memory as the part does: sums across take ten times as long
        changed[:] = random.standard_normal(part.shape, np.float32)
        changed *= np.float32(NOISE * (high - low))
        if limits is None:
            np.add(part, changed, out=out[start : start + SLICES])
        else:
            out[start : start + SLICES] = np.clip(np.rint(part + changed), limits.min, limits.max)
    return out


def _agreement(thing: Thing, found: Sequence[Found], change: Change) -> float:
    """The best Dice of a thing with what was found of its concept, or at its prompt, on a changed picture."""
    same = [one for one in found if one.concept == thing.concept and getattr(one, "prompt", None) == thing.prompt]
    if thing.box is not None:
        boxes = [change.box(one.xyxy, -1) for one in same if isinstance(one, Box)]
        return max((_box_dice(thing.box, box) for box in boxes), default=0.0)
    return max((_mask_dice(thing, one, change) for one in same if isinstance(one, Segment)), default=0.0)


def _mask_dice(thing: Thing, other: Segment, change: Change) -> float:
    """The best Dice of a thing with one of the objects of a segment."""
    assert thing.mask is not None
    labels: NDArray[Any] = change.of(other.mask, step=1)
    place = tuple(slice(a, a + n) for a, n in zip(thing.offset, thing.mask.shape, strict=True))
    if other.instances:
        inside = np.bincount(labels[place][thing.mask].astype(np.int64), minlength=2)
        labels = labels == inside[1:].argmax() + 1
    both = np.count_nonzero(labels[place] & thing.mask)
    return float(2 * both / (np.count_nonzero(thing.mask) + np.count_nonzero(labels)))


def _box_dice(a: tuple[float, ...], b: tuple[float, ...]) -> float:
    sides = [max(0.0, min(a[k + 2], b[k + 2]) - max(a[k], b[k])) for k in (0, 1)]
    sizes = [(box[2] - box[0]) * (box[3] - box[1]) for box in (a, b)]
    return 2 * sides[0] * sides[1] / sum(sizes) if sum(sizes) > 0 else 0.0


def things(found: Sequence[Found]) -> Iterator[Thing]:
    """What was found, one at a time: the instances of a segment apart, in the order of their numbers; never an empty
    mask."""
    from scipy import ndimage

    for one in found:
        if isinstance(one, Box):
            yield Thing(one.concept, score=one.score, box=one.xyxy)
            continue
        labels = one.mask if one.instances else one.mask.view(np.uint8)
        for number, place in enumerate(ndimage.find_objects(labels), start=1):
            if place is not None:
                offset = tuple(side.start for side in place)
                own = number if one.instances else 0
                yield Thing(one.concept, own, one.score, offset, labels[place] == number, prompt=one.prompt)
