"""Arrays of a replica: a texture that follows from the file's name, or boxes of label values on a background."""

import zlib
from collections.abc import Mapping, Sequence
from math import prod
from typing import Any

import numpy as np

from tests.replicas.builder.declaration import Strict

Boxes = dict[int | float | str, list[Any]] | list[int | float | str]
Range = tuple[float, float]


class ArraySpec(Strict):
    """`data` gives an array literally. Otherwise `shape` and one of: `values`, boxes as `paint` takes them; `fill`, a
    number; nothing, a texture between `range`."""

    shape: list[int] | None = None
    dtype: str | None = None
    fill: float | str = "texture"
    values: Boxes | None = None
    background: float = 0
    range: Range = (0, 200)
    data: Any = None


ARRAY_KEYS = frozenset(ArraySpec.model_fields)


def is_array(value: Any) -> bool:
    """Whether a mapping describes an array, rather than holding further arrays by name."""
    return isinstance(value, Mapping) and bool({"shape", "data"} & set(value)) and set(value) <= ARRAY_KEYS


def array(value: Any, name: str) -> np.ndarray:
    """The array that is described, or a plain number or list as one. Axes are in the order of the shape."""
    if not isinstance(value, Mapping):
        return _literal(value, None)
    spec = ArraySpec.model_validate(value)
    if spec.data is not None:
        found = _literal(spec.data, spec.dtype)
        return found if spec.shape is None else found.reshape(spec.shape)
    if spec.shape is None:
        raise ValueError("an array needs `shape` or `data`")
    if spec.values is not None:
        return paint(spec.shape, spec.values, spec.dtype or "uint8", spec.background)
    if spec.fill == "texture":
        return texture(spec.shape, name, spec.dtype or "uint8", spec.range)
    if isinstance(spec.fill, str):
        raise ValueError(f"fill {spec.fill!r} is neither `texture` nor a number; with `values` leave it out")
    return np.full(spec.shape, spec.fill, spec.dtype or "uint8")


def _literal(data: Any, dtype: str | None) -> np.ndarray:
    found = np.asarray(data, dtype)
    if dtype is None and found.dtype == np.int64 and found.size and np.abs(found).max() < 2**31:
        return found.astype(np.int32)
    return found


def texture(shape: Sequence[int], name: str, dtype: str = "uint8", span: Range = (0, 200)) -> np.ndarray:
    """A ramp with noise, between the two values of `span`. Another name is another texture."""
    seed = zlib.crc32(name.encode())
    ramp = sum(
        np.linspace(0, 1 + ((seed >> axis) & 3), size).reshape([-1 if a == axis else 1 for a in range(len(shape))])
        for axis, size in enumerate(shape)
    )
    noise = np.random.default_rng(seed).random(tuple(shape))
    mixed = np.asarray(ramp) / max(float(np.max(ramp)), 1.0) * 0.7 + noise * 0.3
    values = span[0] + mixed * (span[1] - span[0])
    return values.astype(dtype) if np.issubdtype(np.dtype(dtype), np.floating) else np.rint(values).astype(dtype)


def paint(shape: Sequence[int], values: Boxes, dtype: str = "uint8", background: float = 0) -> np.ndarray:
    """Label values on a background.

    `values` maps a value to a box or a list of boxes, painted in order; of a list of values each gets a place of its
    own. A box is half-open: x0, y0, x1, y1 of an array (rows, columns), else the starts and then the stops by axis.
    """
    out = np.full(tuple(shape), background, dtype)
    for value, boxes in placed(shape, values).items():
        for box in boxes:
            out[box] = value
    return out


def placed(shape: Sequence[int], values: Boxes) -> dict[Any, list[tuple[Any, ...]]]:
    """For each value the index of each of its boxes."""
    if isinstance(values, list):
        return {value: [box] for value, box in zip(values, _side_by_side(shape, len(values)), strict=True)}
    return {value: [_index(shape, box) for box in _listed(boxes)] for value, boxes in values.items()}


def _listed(boxes: list[Any]) -> list[list[int]]:
    return boxes if not boxes or isinstance(boxes[0], list) else [boxes]


def _index(shape: Sequence[int], box: Sequence[int]) -> tuple[slice, ...]:
    if len(box) != 2 * len(shape):
        raise ValueError(f"box {list(box)} does not fit an array of {len(shape)} axes; give {2 * len(shape)} numbers")
    starts, stops = list(box[: len(shape)]), list(box[len(shape) :])
    if len(shape) == 2:  # x, y
        starts, stops = starts[::-1], stops[::-1]
    for start, stop, size in zip(starts, stops, shape, strict=True):
        if not 0 <= start < stop <= size:
            raise ValueError(f"box {list(box)} is empty or leaves the array {list(shape)}; correct it")
    return tuple(slice(a, b) for a, b in zip(starts, stops, strict=True))


def _side_by_side(shape: Sequence[int], count: int) -> list[tuple[Any, ...]]:
    """`count` boxes along x (or i) that touch neither each other nor the border; of many values a run of voxels."""
    axis = 1 if len(shape) == 2 else 0
    step = shape[axis] // count if count else 0
    if step >= 3:
        across = [slice(1, max(2, size - 1)) for size in shape]
        return [
            tuple(slice(n * step + 1, (n + 1) * step - 1) if a == axis else s for a, s in enumerate(across))
            for n in range(count)
        ]
    run = prod(shape) // count if count else 0
    if count and run < 1:
        raise ValueError(f"{count} values do not fit an array {list(shape)}; make it larger")
    starts = [n * run for n in range(count)]
    return [np.unravel_index(np.arange(start, start + max(1, run // 2)), tuple(shape)) for start in starts]
