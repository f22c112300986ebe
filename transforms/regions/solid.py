"""A mask of three axes cut to its box: what `Patch` is to a picture, of a volume (i, j, k) or a clip (frame, y, x)."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from schemas import RleShape, rle
from transforms.media.geometry import across
from transforms.regions.patch import EMPTY, Mask, Packed, Patch
from transforms.regions.resolve import cut

Box3 = tuple[int, int, int, int, int, int]


@dataclass(frozen=True, eq=False)
class Solid:
    """`mask` is what lies from `offset` on, the smallest part that holds the region, on a grid of `shape`. There is no
    empty one."""

    mask: Mask
    offset: tuple[int, ...]
    shape: tuple[int, ...]

    @classmethod
    def at(cls, mask: Mask, offset: Sequence[int], shape: Sequence[int]) -> "Solid | None":
        """A mask whose first cell lies at `offset`; None where it has none that is true."""
        if not mask.any():
            return None
        start, part = cut(np.ascontiguousarray(mask))
        return cls(part, tuple(a + b for a, b in zip(offset, start, strict=True)), tuple(shape))

    @classmethod
    def unpacked(cls, shape: RleShape) -> "Solid":
        """The solid that `packed` gave. Raises ValueError where the runs do not fill the shape or hold nothing."""
        first, *others = shape.shape
        start, rows = rle.decode_rows(shape.model_copy(update={"shape": (first, math.prod(others))}))
        found = cls.at(rows.reshape(-1, *others), (start, *(0 for _ in others)), shape.shape)
        if found is None:
            raise ValueError(EMPTY)
        return found

    def packed(self) -> RleShape:
        """The whole mask as run lengths."""
        return rle.encode_part(self.mask, self.offset, self.shape)

    @cached_property
    def size(self) -> int:
        return int(np.count_nonzero(self.mask))

    @cached_property
    def pieces(self) -> int:
        """How many parts it lies in that do not touch, not even at a corner."""
        from scipy import ndimage

        _, found = ndimage.label(self.mask, np.ones((3,) * self.mask.ndim))
        return int(found)

    @property
    def box(self) -> Box3:
        """i0, j0, k0, i1, j1, k1, half-open."""
        low = self.offset
        i, j, k = (start + length for start, length in zip(low, self.mask.shape, strict=True))
        return low[0], low[1], low[2], i, j, k

    @property
    def cut(self) -> bool:
        """Whether it reaches a face of its grid, so that there may be more of it."""
        return any(self.cut_across(axis) for axis in range(len(self.shape)))

    def cut_across(self, axis: int) -> bool:
        """Whether it reaches the first or the last slice across an axis."""
        start = self.offset[axis]
        return start <= 0 or start + self.mask.shape[axis] >= self.shape[axis]

    @property
    def crop(self) -> tuple[slice, ...]:
        return tuple(slice(start, start + n) for start, n in zip(self.offset, self.mask.shape, strict=True))

    def overlap(self, other: "Solid") -> int:
        """How many cells the two share."""
        low, high = self._common(other)
        if any(a >= b for a, b in zip(low, high, strict=True)):
            return 0
        return int(np.count_nonzero(self._within(low, high) & other._within(low, high)))

    def without(self, other: "Solid") -> "Solid | None":
        """The cells that are not the other's; None where all are."""
        low, high = self._common(other)
        if any(a >= b for a, b in zip(low, high, strict=True)):
            return self
        left = self.mask.copy()
        part = tuple(slice(a - o, b - o) for a, b, o in zip(low, high, self.offset, strict=True))
        left[part] &= ~other._within(low, high)
        return Solid.at(left, self.offset, self.shape)

    def _common(self, other: "Solid") -> tuple[list[int], list[int]]:
        """Where the boxes of the two begin and end together; a box of nothing where they do not meet."""
        low = [max(a.start, b.start) for a, b in zip(self.crop, other.crop, strict=True)]
        return low, [min(a.stop, b.stop) for a, b in zip(self.crop, other.crop, strict=True)]

    def _within(self, low: Sequence[int], high: Sequence[int]) -> Mask:
        return self.mask[tuple(slice(a - o, b - o) for a, b, o in zip(low, high, self.offset, strict=True))]

    def sections(self, axis: int) -> NDArray[np.int64]:
        """How many cells lie on each slice across an axis, of the slices that the solid reaches."""
        return np.asarray(np.count_nonzero(self.mask, axis=tuple(a for a in range(self.mask.ndim) if a != axis)))

    def frame(self, index: int) -> Patch | None:
        """What lies on one index of the first axis; None where nothing does."""
        at = index - self.offset[0]
        if not 0 <= at < self.mask.shape[0]:
            return None
        return Patch.at(across(self.mask, 0, at), self.offset[1:], self.shape[1:])


class Solids(Packed[Solid]):
    """Solids from their run lengths, each unpacked when it is asked for and not kept: a volume may have a hundred."""

    def __getitem__(self, rid: str) -> Solid:
        return Solid.unpacked(self._shapes[rid])
