"""From a record's grid to the one that a network wants, and back.

Only axes are exchanged and turned, and steps along them changed: an oblique or sheared volume stays so, as nnU-Net and
MONAI's `Orientation` and `Spacing(diagonal=False)` leave it. Edges of voxels coincide, not centres.
"""

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar

import cv2
import numpy as np
from numpy.typing import NDArray

from schemas import Geometry
from transforms.media.geometry import axes_of

LETTERS = {"L": (0, 1), "R": (0, -1), "P": (1, 1), "A": (1, -1), "S": (2, 1), "I": (2, -1)}
"""Where an axis grows to -> (world axis in LPS, sign)."""
Part = tuple[slice, ...]
"""A box of a grid, along each of its axes."""
Value = TypeVar("Value")
SLAB_BYTES = 8 << 20  # of a grid, made at once where no whole copy of it is wanted


@dataclass(frozen=True)
class Regrid:
    """`source`: the record's spatial shape. `order`: for each axis of the network's grid the record's axis, `flipped`
    whether it runs the other way. `shape`: of the network's grid."""

    source: tuple[int, ...]
    order: tuple[int, ...]
    flipped: tuple[bool, ...]
    shape: tuple[int, ...]

    def there(self, array: NDArray[Any]) -> NDArray[np.float32]:
        """Values on the record's grid as they are on the network's: means where it is coarser, linear where finer."""
        shape = [self.shape[self.order.index(axis)] for axis in range(len(self.order))]
        return self.turned(resized(array.astype(np.float32, copy=False), shape))

    def turned(self, array: NDArray[Any]) -> NDArray[Any]:
        """The same voxels in the network's order, as a view."""
        turned = array.transpose(self.order)
        return turned[tuple(slice(None, None, -1 if flip else 1) for flip in self.flipped)]

    def part(self, voxels: NDArray[np.bool_]) -> Part:
        """The box, in the network's order, out of which `back` takes no value from any of the network's `voxels`."""
        found = []
        for axis, own in enumerate(self.order):
            there = np.flatnonzero(voxels.any(tuple(k for k in range(voxels.ndim) if k != axis)))
            size, step = self.source[own], self.source[own] / self.shape[axis]
            # A linear value comes from the two nearest voxels, a mean from what it covers; one more for rounding.
            low, high = (there[0], there[-1] + 1) if there.size else (0.0, 0.0)
            start, stop = int((low - 0.5) * step - 0.5) - 1, int(np.ceil((high + 0.5) * step)) + 1
            found.append(slice(max(0, start), min(size, stop)))
        return tuple(found)

    def back(self, array: NDArray[Any], part: Part | None = None) -> NDArray[np.float32]:
        """Values on the network's grid as they are on the record's, or on a part of it."""
        shape = tuple(self.source[axis] for axis in self.order)
        return self.unturned(resized(array.astype(np.float32, copy=False), shape, part))

    def slabs(self, array: NDArray[Any], part: Part) -> Iterator[tuple[Part, NDArray[np.float32]]]:
        """The same on a part, in the network's order and a little at a time: which box of the part, and its values."""
        shape = tuple(self.source[axis] for axis in self.order)
        last, all_of_it = _by_growth(array, shape)[-1], [slice(None)] * array.ndim
        sizes = [side.stop - side.start for side in part]
        almost, own = _but(shape, last, array.shape[last]), _but(part, last, slice(None))
        whole = resized(array.astype(np.float32, copy=False), almost, own)
        across = max((axis for axis in range(whole.ndim) if axis != last), key=lambda axis: abs(whole.strides[axis]))
        step = max(1, SLAB_BYTES // max(1, whole.itemsize * math.prod(_but(sizes, across, 1))))
        for start in range(0, sizes[across], step):
            place = _but([slice(0, size) for size in sizes], across, slice(start, min(start + step, sizes[across])))
            slab = whole[_but(place, last, slice(None))]
            yield place, resized(slab, _but(slab.shape, last, shape[last]), _but(all_of_it, last, part[last]))

    def unturned(self, array: NDArray[Any]) -> NDArray[Any]:
        """Voxels in the network's order, as many as the record has, in the record's order, as a view."""
        turned = array[tuple(slice(None, None, -1 if flip else 1) for flip in self.flipped)]
        return turned.transpose(np.argsort(self.order))

    def whole(self, values: NDArray[Any], part: Part) -> NDArray[Any]:
        """An array of the record's grid that is 0 but for `values`, which lie on a part of it as `back` gave them."""
        out = np.zeros([self.source[axis] for axis in self.order], values.dtype)
        out[part] = self.turned(values)
        return self.unturned(out)

    def affine(self, geometry: Geometry) -> NDArray[np.float64]:
        """The network's voxel centres to patient millimetres in LPS. Raises ValueError without a patient frame."""
        if geometry.affine is None:
            raise ValueError("no affine: this record has no patient frame")
        matrix = np.zeros((4, 4))
        matrix[3, 3] = 1.0
        for axis, (own, flip, size) in enumerate(zip(self.order, self.flipped, self.shape, strict=True)):
            scale, count = self.source[own] / size, self.source[own]
            matrix[own, axis] = -scale if flip else scale
            matrix[own, 3] = count - 0.5 - 0.5 * scale if flip else 0.5 * scale - 0.5
        return np.asarray(geometry.affine, np.float64) @ matrix


def regrid(
    geometry: Geometry, orientation: str | None = None, spacing_mm: Sequence[float] | None = None,
    size: Sequence[int] | None = None,
) -> Regrid:  # fmt: skip
    """The way to a grid whose axes grow to `orientation`, in steps of `spacing_mm` or of `size` voxels.

    Raises ValueError where the record has no patient frame, no spacing or another number of axes than is asked for.
    """
    source = tuple(geometry.shape)
    order, flipped = tuple(range(len(source))), (False,) * len(source)
    if orientation is not None:
        order, flipped = _turn(geometry, orientation)
    shape = tuple(source[axis] for axis in order)
    for name, given in (("spacing_mm", spacing_mm), ("size", size)):
        if given is not None and len(given) != len(source):
            raise ValueError(f"{name} has {len(given)} numbers and the record {len(source)} axes")
    if size is not None:
        shape = tuple(size)
    elif spacing_mm is not None:
        if geometry.spacing_mm is None:
            raise ValueError("the model wants steps in mm, and the record's spacing is not known")
        own = [geometry.spacing_mm[axis] for axis in order]
        shape = tuple(max(1, round(n * a / b)) for n, a, b in zip(shape, own, spacing_mm, strict=True))
    return Regrid(source, order, flipped, shape)


def _turn(geometry: Geometry, orientation: str) -> tuple[tuple[int, ...], tuple[bool, ...]]:
    if geometry.affine is None or len(geometry.shape) != 3:
        raise ValueError(f"the model wants axes that grow to {orientation}, and the record has no patient frame")
    axes = axes_of(geometry)
    found = [(axes[world], sign) for world, sign in (LETTERS[letter] for letter in orientation)]
    return tuple(axis for (axis, _), _ in found), tuple(own != sign for (_, own), sign in found)


def resized(volume: NDArray[np.float32], shape: Sequence[int], part: Part | None = None) -> NDArray[np.float32]:
    """One axis after the other, what shrinks first: means where it shrinks, linear where it grows. Edges of voxels
    coincide. `part`: a box of the result, whose voxels alone are made. It lies in memory as what was given."""
    lying = np.argsort([-abs(stride) for stride in volume.strides], kind="stable")  # the slowest axis comes first
    whole, places = np.ascontiguousarray(volume.transpose(lying)), np.argsort(lying)
    for axis in _by_growth(volume, shape):
        place = int(places[axis])
        if shape[axis] != volume.shape[axis]:
            whole = _along(whole, place, shape[axis])
        if part is not None:
            whole = whole[(slice(None),) * place + (part[axis],)]
    return whole.transpose(places)


def _by_growth(volume: NDArray[Any], shape: Sequence[int]) -> list[int]:
    """The axes in the order in which they are resized: what shrinks first."""
    return sorted(range(len(shape)), key=lambda axis: shape[axis] / volume.shape[axis])


def _but(values: Sequence[Value], axis: int, value: Value) -> tuple[Value, ...]:
    """The same but for one axis."""
    return (*values[:axis], value, *values[axis + 1 :])


def _along(whole: NDArray[np.float32], axis: int, size: int) -> NDArray[np.float32]:
    """An array with `size` steps along one axis, contiguous."""
    whole = np.ascontiguousarray(whole)
    before, outer, inner = whole.shape[axis], whole.shape[:axis], whole.shape[axis + 1 :]
    how = cv2.INTER_AREA if size < before else cv2.INTER_LINEAR
    made = np.empty((math.prod(outer), size, math.prod(inner)), np.float32)
    if not inner:  # the last axis is the width of one picture of all rows, another one the height of pictures
        cv2.resize(whole.reshape(-1, before), (size, len(made)), dst=made.reshape(-1, size), interpolation=how)
        return made.reshape(*outer, size)
    planes = whole.reshape(len(made), before, made.shape[2])
    for plane, out in zip(planes, made, strict=True):
        cv2.resize(plane, (plane.shape[1], size), dst=out, interpolation=how)
    return made.reshape(*outer, size, *inner)
