"""From a record's pixels to one view: the picture that is emitted, the values behind it, and where they lie."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from schemas import MediaGeometry, Record, View
from schemas.record import Matrix
from transforms.media import ecg, window
from transforms.media.geometry import AXES, STORED, Grid, grid, media_geometry
from transforms.media.pixels import Pixels

EIGHT_BITS = (None, (255.0, 0.0))  # the window of an 8-bit picture as it is, and of one that shows low values white


@dataclass(frozen=True)
class Rendered:
    """`image`: uint8 (height, width[, 3]). `values`: float32 (height, width) in `Pixels.unit`, None for colour.
    `window`: the values shown black and white in the image, the first the higher where the source shows low values
    white; None for colour and 8-bit pictures, which pass unchanged. `sampling_hz`, `leads`: of a signal."""

    image: NDArray[np.uint8]
    values: NDArray[np.float32] | None
    geometry: MediaGeometry | None
    window: tuple[float, float] | None
    place: Callable[[Any], NDArray[np.bool_] | None]  # a resolved region -> its mask on the image
    sampling_hz: float | None = None
    leads: tuple[str, ...] = ()


def view_of(frame: str) -> View:
    """The view that a frame names: "axial:88", "k:14" (as stored), "frame:3", "tile:0-0-256-256", "full", "signal" or
    "text"."""
    plane = frame.partition(":")[0]
    return View(frame=frame, plane=plane if plane in AXES else None)


def render(record: Record, pixels: Pixels, frame: str, chosen: tuple[float, float] | None) -> Rendered:
    """One view. `chosen` is the recipe's window; else the record's own, else one from all of the record's values.

    Raises ValueError when the frame does not fit the record, or when nothing but one value is in it.
    """
    kind, _, where = frame.partition(":")
    if kind in (*AXES, *STORED):
        return _plane(record, pixels, grid(record.geometry, kind, int(where)), chosen)  # type: ignore[arg-type]
    if kind == "signal":
        if record.geometry.sampling_hz is None:
            raise ValueError(f"record {record.key}: a signal without a sampling rate cannot be drawn")
        names = tuple(str(n) for n in record.meta.get("leads", range(1, pixels.array.shape[1] + 1)))
        hertz = record.geometry.sampling_hz
        picture = ecg.draw(pixels.array, hertz, names)  # type: ignore[arg-type]
        return Rendered(picture, None, None, None, lambda region: None, hertz, names)
    return _picture(record, pixels, kind, where, chosen)


def _plane(record: Record, pixels: Pixels, cut: Grid, chosen: tuple[float, float] | None) -> Rendered:
    values = np.asarray(cut.cut(pixels.array), np.float32)
    ends = _ends(record, pixels, chosen)
    shape = pixels.array.shape

    def place(region: Any) -> NDArray[np.bool_] | None:
        plane = region.plane(cut.axis, cut.index, shape)
        return None if plane is None else cut.turn(plane, labels=True)

    return Rendered(window.apply(values, ends), values, media_geometry(record.geometry, cut), ends, place)


def _ends(record: Record, pixels: Pixels, chosen: tuple[float, float] | None) -> tuple[float, float]:
    """The values shown black and white."""
    low, high = chosen or record.window or window.automatic(pixels.array, pixels.inverted)
    if high <= low:
        raise ValueError(f"window ({low}, {high}) is empty: high must exceed low")
    return (high, low) if pixels.inverted else (low, high)


def _array_index(x0: int, y0: int, frame: int | None) -> Matrix:
    """Pixel (x, y) to the index in the source array: (row, column) of a picture, (frame, row, column) of a clip."""
    row, column, end = (0.0, 1.0, 0.0, float(y0)), (1.0, 0.0, 0.0, float(x0)), (0.0, 0.0, 0.0, 1.0)
    third = (0.0, 0.0, 1.0, 0.0 if frame is None else float(frame))
    return (row, column, third, end) if frame is None else (third, row, column, end)


def _picture(record: Record, pixels: Pixels, kind: str, where: str, chosen: tuple[float, float] | None) -> Rendered:
    array, height, width = pixels.array, *record.geometry.shape[-2:]
    if record.kind == "clip":
        array = array[int(where)]
    x0, y0, x1, y1 = (int(n) for n in where.split("-")) if kind == "tile" else (0, 0, width, height)
    part = np.ascontiguousarray(array[y0:y1, x0:x1])
    spacing = record.geometry.spacing_mm
    geometry = MediaGeometry(
        spacing_mm=(spacing[-1], spacing[-2]) if spacing else None,
        source_shape=tuple(record.geometry.shape),
        voxel=_array_index(x0, y0, int(where) if record.kind == "clip" else None),
        slice_axis=0 if record.kind == "clip" else None,
        slice_index=int(where) if record.kind == "clip" else None,
    )

    def place(region: Any) -> NDArray[np.bool_] | None:
        if region.mask is None:
            return None
        if record.kind == "clip":
            plane: NDArray[np.bool_] | None = region.plane(0, int(where), record.geometry.shape)
            return plane
        mask: NDArray[np.bool_] = region.full((height, width))[y0:y1, x0:x1]
        return mask if mask.any() else None

    if part.ndim == 3:
        return Rendered(part.astype(np.uint8, copy=False), None, geometry, None, place)
    values = part.astype(np.float32)
    if part.dtype == np.uint8 and chosen is None:
        return Rendered(255 - part if pixels.inverted else part, values, geometry, EIGHT_BITS[pixels.inverted], place)
    ends = _ends(record, replace(pixels, array=array), chosen)
    return Rendered(window.apply(part, ends), values, geometry, ends, place)
