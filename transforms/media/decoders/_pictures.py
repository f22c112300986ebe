"""Pictures of any format to arrays: OpenCV where it keeps what the file holds, Pillow where OpenCV would change it.

OpenCV turns palettes into colours, greys with alpha into colours and CMYK into its own RGB; Pillow stretches PGM values
to 255 and cannot hold 16-bit colours. An EXIF orientation in a JPEG or PNG is ignored by both (masks and outlines are
drawn on the pixels as stored, and headers are read so too); the Orientation tag of a TIFF is obeyed by both.
"""

import io
from dataclasses import dataclass
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray
from PIL import Image, UnidentifiedImageError

from raw import picture, streams
from schemas import LabelShape

BY_PILLOW = {"1", "P", "PA", "LA", "La", "CMYK", "YCbCr", "LAB", "HSV"}
NOISE = 32  # how far the channels of a grey JPEG may lie apart after compression


@dataclass(frozen=True)
class Sheet:
    """`array`: (rows, columns) or (rows, columns, channels), channels as R, G, B[, A] or grey, A; 1-bit as 0 and 255.
    `palette`: the colours (n, 3) that its values stand for. `lossy`: compressed, so that values are not exact."""

    array: NDArray[Any]
    palette: NDArray[np.uint8] | None = None
    lossy: bool = False

    @property
    def colours(self) -> NDArray[Any]:
        """(rows, columns, 3): red, green, blue, without alpha."""
        if self.palette is not None:
            return np.asarray(self.palette[self.array])
        if self.array.ndim == 2 or self.array.shape[2] < 3:
            grey = self.array if self.array.ndim == 2 else self.array[..., 0]
            return np.repeat(grey[..., None], 3, axis=2)
        return self.array[..., :3]


def read(uri: str, data: bytes, page: int = 0) -> Sheet:
    """One page of a picture, gunzipped where need be. Raises Unreadable when it has too many pixels, ValueError when
    neither library can read it."""
    data = streams.gunzipped(uri, data) if data[:2] == streams.GZIP else data
    try:
        with picture.opened(uri, io.BytesIO(data), page) as image:
            lossy = image.format == "JPEG" or "jpeg" in str(image.info.get("compression", ""))
            if image.mode in BY_PILLOW or image.format == "GIF":
                return _by_pillow(image, lossy)
            array = _by_opencv(data, page)
            return Sheet(array, None, lossy) if array is not None else _by_pillow(image, lossy)
    except UnidentifiedImageError as error:
        array = _by_opencv(data, page)
        if array is None:
            raise ValueError("not a picture that Pillow or OpenCV can read") from error
        return Sheet(array)


def _by_pillow(image: Image.Image, lossy: bool) -> Sheet:
    if image.mode in ("P", "PA"):
        indexed = image if image.mode == "P" else image.convert("P")
        palette = np.asarray(indexed.getpalette("RGB"), np.uint8).reshape(-1, 3)
        padded = np.zeros((256, 3), np.uint8)
        padded[: len(palette)] = palette
        return Sheet(np.asarray(indexed), padded, lossy)
    if image.mode == "1":
        return Sheet(np.asarray(image).astype(np.uint8) * 255, None, lossy)
    if image.mode in ("CMYK", "YCbCr", "LAB", "HSV", "La"):
        image = image.convert("LA" if image.mode == "La" else "RGB")
    return Sheet(np.asarray(image), None, lossy)


def _by_opencv(data: bytes, page: int) -> NDArray[Any] | None:
    """With IMREAD_UNCHANGED, which ignores EXIF."""
    if not data:
        return None
    raw = np.frombuffer(data, np.uint8)
    array: NDArray[Any] | None
    if page == 0:
        array = cv2.imdecode(raw, cv2.IMREAD_UNCHANGED)
    else:
        _, pages = cv2.imdecodemulti(raw, cv2.IMREAD_UNCHANGED, None, (page, page + 1))
        array = pages[0] if pages else None
    if array is None or array.ndim == 2:
        return array
    if array.dtype in (np.uint8, np.uint16, np.float32):
        code = cv2.COLOR_BGR2RGB if array.shape[2] == 3 else cv2.COLOR_BGRA2RGBA
        return np.asarray(cv2.cvtColor(array, code))
    return np.ascontiguousarray(array[..., [2, 1, 0, 3][: array.shape[2]]])


def pixels(sheet: Sheet) -> NDArray[Any]:
    """A picture as emitted: (rows, columns) in its own depth, or (rows, columns, 3) in 8 bits; alpha is dropped.

    Raises ValueError for colours that are no integers: what would be black and white is not said.
    """
    array = sheet.array
    if sheet.palette is None and (array.ndim == 2 or array.shape[2] < 3):
        return array if array.ndim == 2 else array[..., 0]
    colours = sheet.colours
    if colours.dtype == np.uint16:
        return ((colours.astype(np.uint32) + 128) // 257).astype(np.uint8)  # 65535 becomes 255, PNG 13.12
    if colours.dtype != np.uint8:
        raise ValueError(f"colours of {colours.dtype} have no known white")
    return colours


def packed(colours: NDArray[Any]) -> NDArray[np.int32]:
    """Red, green and blue along the last axis as 0xRRGGBB. Raises ValueError where they are not 8-bit."""
    if colours.dtype != np.uint8:
        raise ValueError(f"colours of {colours.dtype} cannot be compared with 8-bit ones")
    wide = colours.astype(np.int32)
    out: NDArray[np.int32] = wide[..., 0] << 16 | wide[..., 1] << 8 | wide[..., 2]
    return out


def values(sheet: Sheet) -> NDArray[np.integer[Any]]:
    """A label map's values: a palette's indices, not its colours. Raises ValueError where they are not exact, not
    whole, or differ between channels."""
    if sheet.lossy:
        raise ValueError("a JPEG changes values: read this mask by a threshold (`encode: binary`), not by its values")
    array = _one(sheet.array, noise=0)
    if np.issubdtype(array.dtype, np.integer):
        return array
    whole = array.astype(np.int32)
    if not np.array_equal(whole, array):
        raise ValueError("the label map holds fractions")
    return whole


def intensity(sheet: Sheet) -> NDArray[Any]:
    """Grey values to set a threshold on: of a palette its greys, or its indices where it has colours."""
    if sheet.palette is not None:
        grey = bool((sheet.palette == sheet.palette[:, :1]).all())
        return sheet.palette[:, 0][sheet.array] if grey else sheet.array
    return _one(sheet.array, noise=NOISE if sheet.lossy else 0)


def channel(sheet: Sheet, number: int) -> Sheet:
    """One channel: of R, G, B, A, or of grey, A. A palette's colours count as R, G, B."""
    array = sheet.colours if sheet.palette is not None else np.atleast_3d(sheet.array)
    if not 0 <= number < array.shape[2]:
        raise ValueError(f"there is no channel {number}: the picture has {array.shape[2]}")
    return Sheet(array[..., number], None, sheet.lossy)


def labels(sheet: Sheet, shape: LabelShape) -> NDArray[Any]:
    """Values; intensities where the shape has a threshold; 0xRRGGBB where it has a colour. Raises ValueError."""
    if shape.channel is not None:
        sheet = channel(sheet, shape.channel)
    if shape.colour is not None:
        if sheet.lossy:
            raise ValueError("a JPEG changes colours: no region of it can be told by an exact colour")
        return packed(sheet.colours)
    if shape.at_least is not None or shape.at_most is not None:
        return intensity(sheet)
    return values(sheet)


def _one(array: NDArray[Any], noise: int) -> NDArray[Any]:
    """The grey of a picture whose channels, alpha aside, are equal but for `noise`."""
    if array.ndim == 2:
        return array
    colours = array[..., : array.shape[2] - 1] if array.shape[2] in (2, 4) else array
    apart = int(np.ptp(colours.astype(np.int64), axis=2).max(initial=0))
    if apart > noise:
        raise ValueError(f"a label map has one channel, these differ by up to {apart}: give a `channel` or `colours`")
    if apart == 0:
        return colours[..., 0]
    return np.asarray(np.rint(colours.mean(axis=2)), array.dtype)
