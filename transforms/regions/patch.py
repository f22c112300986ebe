"""A mask cut to its box: pictures are large, regions small, and what is asked of one is asked again and again."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TypeVar, Union

import cv2
import numpy as np
from numpy.typing import NDArray

from schemas import RleShape, rle

EMPTY = "the mask is empty: drop the region before measuring it"

Mask = NDArray[np.bool_]
Box = tuple[int, int, int, int]
AnyMask = Union[Mask, "Patch"]


@dataclass(frozen=True, eq=False)
class Patch:
    """`mask` is what lies within `box`: x0, y0, x1, y1, half-open, the smallest that holds the region, on an image of
    `shape` (height, width). There is no empty one."""

    mask: Mask
    box: Box
    shape: tuple[int, int]

    @classmethod
    def of(cls, mask: AnyMask) -> "Patch":
        """A mask of a whole image, cut. Raises ValueError on an empty one."""
        if isinstance(mask, Patch):
            return mask
        found = cls.at(mask, (0, 0), mask.shape)
        if found is None:
            raise ValueError(EMPTY)
        return found

    @classmethod
    def at(cls, mask: Mask, offset: Sequence[int], shape: Sequence[int]) -> "Patch | None":
        """A mask whose first pixel lies at `offset` (row, column) of an image of `shape`, of which it may stick out;
        None where it has no pixel on the image."""
        top, left = offset
        height, width = shape
        y, x = max(0, -top), max(0, -left)
        part = mask[y : max(y, height - top), x : max(x, width - left)]
        x0, y0, columns, rows = cv2.boundingRect(np.ascontiguousarray(part).view(np.uint8)) if part.size else (0,) * 4
        if not columns:
            return None
        crop = part[y0 : y0 + rows, x0 : x0 + columns].copy()
        x0, y0 = x0 + x + left, y0 + y + top
        return cls(crop, (x0, y0, x0 + columns, y0 + rows), (height, width))

    @classmethod
    def unpacked(cls, shape: RleShape) -> "Patch":
        """The patch that `packed` gave. Raises ValueError where the runs do not fill the shape or hold nothing."""
        first, rows = rle.decode_rows(shape)
        found = cls.at(rows, (first, 0), shape.shape)
        if found is None:
            raise ValueError(EMPTY)
        return found

    def whole(self) -> Mask:
        """The mask on the whole image."""
        out = np.zeros(self.shape, bool)
        out[self.box[1] : self.box[3], self.box[0] : self.box[2]] = self.mask
        return out

    def packed(self) -> RleShape:
        """The whole mask as run lengths."""
        return rle.encode_part(self.mask, (self.box[1], self.box[0]), self.shape)

    @cached_property
    def size(self) -> int:
        return int(np.count_nonzero(self.mask))

    @property
    def cut(self) -> bool:
        """Whether it reaches the edge of its image, so that there may be more of it."""
        x0, y0, x1, y1 = self.box
        return min(x0, y0) <= 0 or x1 >= self.shape[1] or y1 >= self.shape[0]

    @cached_property
    def centroid(self) -> tuple[float, float]:
        """Mean x, y of the pixel centres."""
        sums = cv2.moments(self.mask.view(np.uint8))  # sums of whole numbers: nothing is rounded
        return sums["m10"] / sums["m00"] + self.box[0], sums["m01"] / sums["m00"] + self.box[1]

    @cached_property
    def hull(self) -> NDArray[np.float64]:
        """(n, 2) vertices x, y of the convex hull of the pixel centres, in a fixed order."""
        rows = np.flatnonzero(self.mask.any(axis=1))
        first = self.mask[rows].argmax(axis=1)
        last = self.mask.shape[1] - 1 - self.mask[rows, ::-1].argmax(axis=1)
        ends = np.empty((2 * len(rows), 2), np.int32)
        ends[:, 0], ends[:, 1] = np.concatenate((first, last)), np.concatenate((rows, rows))
        corners: NDArray[np.float64] = cv2.convexHull(ends).reshape(-1, 2).astype(np.float64)
        corners += np.array(self.box[:2])
        ordered: NDArray[np.float64] = corners[np.lexsort((corners[:, 1], corners[:, 0]))]
        return ordered

    @cached_property
    def outline(self) -> NDArray[np.float64]:
        """(n, 2) x, y of the pixels that touch the outside, edge-wise."""
        wide = np.zeros((self.mask.shape[0] + 2, self.mask.shape[1] + 2), bool)
        wide[1:-1, 1:-1] = self.mask
        inner = self.mask & wide[:-2, 1:-1] & wide[2:, 1:-1] & wide[1:-1, :-2] & wide[1:-1, 2:]
        ys, xs = np.divmod(np.flatnonzero(self.mask & ~inner), self.mask.shape[1])
        found = np.empty((len(xs), 2))
        found[:, 0], found[:, 1] = xs + self.box[0], ys + self.box[1]
        return found

    @cached_property
    def pieces(self) -> tuple[tuple[float, float], ...]:
        """The centre (mean x, y of the pixel centres) of each connected piece; pixels that meet at a corner are
        connected."""
        found = cv2.connectedComponentsWithStats(self.mask.view(np.uint8), connectivity=8)
        return tuple((float(x) + self.box[0], float(y) + self.box[1]) for x, y in found[3][1:])

    def overlap(self, other: "Patch") -> int:
        """How many pixels the two share."""
        x0, y0 = max(self.box[0], other.box[0]), max(self.box[1], other.box[1])
        x1, y1 = min(self.box[2], other.box[2]), min(self.box[3], other.box[3])
        if x0 >= x1 or y0 >= y1:
            return 0
        return int(np.count_nonzero(self.within((x0, y0, x1, y1)) & other.within((x0, y0, x1, y1))))

    def within(self, box: Box) -> Mask:
        """The part of the mask in a box that lies inside its own."""
        x, y = self.box[:2]
        return self.mask[box[1] - y : box[3] - y, box[0] - x : box[2] - x]

    def over(self, box: Box) -> Mask:
        """The mask on any box, which may reach beyond its own and beyond the image."""
        left, top, right, bottom = box
        out = np.zeros((bottom - top, right - left), bool)
        x0, y0 = max(left, self.box[0]), max(top, self.box[1])
        x1, y1 = min(right, self.box[2]), min(bottom, self.box[3])
        if x0 < x1 and y0 < y1:
            out[y0 - top : y1 - top, x0 - left : x1 - left] = self.within((x0, y0, x1, y1))
        return out


T = TypeVar("T")


class Packed(Mapping[str, T]):
    """What run lengths hold, by region."""

    def __init__(self, shapes: Mapping[str, RleShape]) -> None:
        self._shapes = shapes

    def __contains__(self, rid: object) -> bool:
        return rid in self._shapes

    def __iter__(self) -> Iterator[str]:
        return iter(self._shapes)

    def __len__(self) -> int:
        return len(self._shapes)


class Unpacked(Packed[Patch]):
    """Patches from their run lengths, each unpacked when it is first asked for."""

    def __init__(self, shapes: Mapping[str, RleShape]) -> None:
        super().__init__(shapes)
        self._found: dict[str, Patch] = {}

    def __getitem__(self, rid: str) -> Patch:
        if rid not in self._found:
            self._found[rid] = Patch.unpacked(self._shapes[rid])
        return self._found[rid]
