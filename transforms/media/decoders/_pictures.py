"""Pictures of any format to arrays: OpenCV where it keeps what the file holds, Pillow where OpenCV would change it.

OpenCV turns palettes into colours, greys with alpha into colours and CMYK into its own RGB; Pillow stretches PGM values
to 255 and cannot hold 16-bit colours. An EXIF orientation in a JPEG or PNG is ignored by both; the Orientation tag of a
TIFF is obeyed by both: which of the two grids a record has was settled when it was read, and `turned` brings it about.
Both turn the values of an 8-bit TIFF over that shows 0 white, and leave deeper ones: here they are as stored.
"""

import io
from collections.abc import Collection
from dataclasses import dataclass, replace
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray
from PIL import Image, UnidentifiedImageError

from raw import picture, streams
from schemas import LabelShape, Record
from transforms.media.decoders import _volume
from transforms.media.pixels import Pixels

BY_PILLOW = {"1", "P", "PA", "LA", "La", "CMYK", "YCbCr", "LAB", "HSV"}
NOISE = 32  # how far the channels of a grey JPEG may lie apart after compression
PHOTOMETRIC, WHITE_IS_ZERO, BITS = 262, 0, 258  # TIFF 6.0: PhotometricInterpretation, BitsPerSample


@dataclass(frozen=True)
class Sheet:
    """`array`: (rows, columns) or (rows, columns, channels), channels as R, G, B[, A] or grey, A; greys of 1, 2 and 4
    `bits` spread over 0 to 255. `palette`: the colours (n, 3) that its values stand for. `lossy`: compressed, so that
    values are not exact. `inverted`: a grey TIFF that shows 0 white (WhiteIsZero); its values are as stored.
    `pages`: of the file."""

    array: NDArray[Any]
    palette: NDArray[np.uint8] | None = None
    lossy: bool = False
    bits: int = 8
    inverted: bool = False
    pages: int = 1

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
            inverted = image.format == "TIFF" and image.tag_v2.get(PHOTOMETRIC) == WHITE_IS_ZERO  # type: ignore[attr-defined]
            bits = _bits(image, data)
            by_pillow = image.mode in BY_PILLOW or image.format == "GIF" or bits < 8
            array = None if by_pillow else _by_opencv(data, page)
            sheet = replace(_by_pillow(image, lossy), bits=bits) if array is None else Sheet(array, None, lossy)
            sheet = replace(sheet, pages=int(getattr(image, "n_frames", 1)))
            return _as_stored(sheet) if inverted else sheet
    except UnidentifiedImageError as error:
        array = _by_opencv(data, page)
        if array is None:
            raise ValueError("not a picture that Pillow or OpenCV can read") from error
        return Sheet(array)


def _as_stored(sheet: Sheet) -> Sheet:
    """The sheet of a TIFF that shows 0 white, the turn-over of 8-bit values by the libraries taken back."""
    array = sheet.array
    return replace(sheet, array=255 - array if array.dtype == np.uint8 else array, inverted=True)


def _bits(image: Image.Image, data: bytes) -> int:
    """The depth of a grey where it is below 8; 8 otherwise."""
    if image.format == "TIFF" and image.tag_v2.get(PHOTOMETRIC) in (0, 1):  # type: ignore[attr-defined]
        return min(8, int(image.tag_v2.get(BITS, (1,))[0]))  # type: ignore[attr-defined]
    if image.format == "PNG" and data[25] == 0:  # the colour type; before it the depth (PNG 11.2.1)
        return min(8, data[24])
    return 1 if image.mode == "1" else 8


def turned(sheet: Sheet, orientation: int) -> Sheet:
    """A picture turned as an EXIF orientation from 1 to 8 asks for."""
    array = sheet.array
    if orientation in (5, 6, 7, 8):
        array = array.swapaxes(0, 1)
    if orientation in (2, 3, 6, 7):
        array = array[:, ::-1]
    if orientation in (3, 4, 7, 8):
        array = array[::-1]
    return replace(sheet, array=np.ascontiguousarray(array))


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


def decoded(sheet: Sheet, record: Record) -> Pixels:
    """A record's picture. Raises ValueError as `pixels` does."""
    return Pixels(pixels(sheet), record.geometry, record.unit, sheet.inverted)


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


def packed(colours: NDArray[Any]) -> NDArray[np.int64]:
    """Red, green and blue along the last axis as 0xRRGGBB. An alpha that is not the same everywhere tells pixels
    apart: what is neither opaque nor black has 255 - alpha in the byte above. Raises ValueError where they are not
    8-bit."""
    if colours.dtype != np.uint8:
        raise ValueError(f"colours of {colours.dtype} cannot be compared with 8-bit ones")
    wide = colours[..., :3].astype(np.int64)
    out: NDArray[np.int64] = wide[..., 0] << 16 | wide[..., 1] << 8 | wide[..., 2]
    if colours.shape[-1] == 4 and np.ptp(colours[..., 3]):
        out[out > 0] += (255 - colours[..., 3].astype(np.int64))[out > 0] << 24
    return out


def values(sheet: Sheet, known: Collection[float] | None = None) -> NDArray[np.integer[Any]]:
    """A label map's values: as they are stored, a palette's indices and not its colours. Where that is not all `known`
    (None: any may be), but what is shown instead is, then that: the greys of a palette, or of 1, 2 and 4 bits spread to
    255. Raises ValueError where values are not exact, not whole, differ between channels, or could be either."""
    if sheet.lossy:
        raise ValueError("a JPEG changes values: read this mask by a threshold (`encode: binary`), not by its values")
    readings = [_volume.whole_numbers(array) for array in _readings(sheet)]
    if len(readings) == 1 or known is None:
        return readings[0]
    fits = [array for array in readings if set(np.unique(array).tolist()) <= {0, *known}]
    if any(not np.array_equal(fits[0], other) for other in fits[1:]):
        stored, shown = (np.unique(array[array != 0])[:3].tolist() for array in fits[:2])
        raise ValueError(f"it holds the values {stored}, shown as {shown}, and the card knows both: which is meant?")
    return fits[0] if fits else readings[0]


def _readings(sheet: Sheet) -> list[NDArray[Any]]:
    """What the values of a map may be: as stored, then as shown where that is another thing."""
    if sheet.palette is not None:
        whole = bool((sheet.palette == sheet.palette[:, :1]).all())
        return [sheet.array, sheet.palette[:, 0][sheet.array]] if whole else [sheet.array]
    grey = _one(sheet.array, noise=0)
    return [grey // (255 // ((1 << sheet.bits) - 1)), grey] if sheet.bits < 8 else [grey]


def intensity(sheet: Sheet) -> NDArray[Any]:
    """Grey values to set a threshold on: of a palette its greys, or its indices where it has colours."""
    if sheet.palette is not None:
        grey = bool((sheet.palette == sheet.palette[:, :1]).all())
        return sheet.palette[:, 0][sheet.array] if grey else sheet.array
    return _one(sheet.array, noise=NOISE if sheet.lossy else 0)


def binary(sheet: Sheet) -> NDArray[Any]:
    """Grey values of a mask that says by itself what is inside. Of a palette with colours: 255 where it is not black.
    Raises ValueError on two colours beside black."""
    if sheet.palette is None or bool((sheet.palette == sheet.palette[:, :1]).all()):
        return intensity(sheet)
    used = np.unique(sheet.palette[np.unique(sheet.array)], axis=0)
    if len(used[used.any(axis=1)]) > 1:
        named = ", ".join("#" + bytes(colour).hex() for colour in used.tolist()[:5])
        raise ValueError(f"the mask is read as binary, and its pixels are {named}: read it by its values or colours")
    return np.asarray(sheet.palette[sheet.array].any(axis=-1) * 255, np.uint8)


def channels(sheet: Sheet) -> int:
    """How many channels there are beside alpha."""
    if sheet.palette is not None:
        return 3
    count = 1 if sheet.array.ndim == 2 else int(sheet.array.shape[2])
    return count - (count in (2, 4))


def channel(sheet: Sheet, number: int) -> Sheet:
    """One channel: of R, G, B, A, or of grey, A. A palette's colours count as R, G, B."""
    array = sheet.colours if sheet.palette is not None else np.atleast_3d(sheet.array)
    if not 0 <= number < array.shape[2]:
        raise ValueError(f"there is no channel {number}: the picture has {array.shape[2]}")
    return Sheet(array[..., number], None, sheet.lossy)


def labels(sheet: Sheet, shape: LabelShape, known: Collection[float] | None = None) -> NDArray[Any]:
    """Values (see `values` for `known`); intensities where the shape is told by them; colours (see `packed`) where it
    has a colour. Raises ValueError."""
    if sheet.inverted and shape.by_intensity:
        raise ValueError(
            "a mask in a TIFF that shows 0 white: whether what is inside is white, or has the high values, is not "
            "told; read it by its values (`encode: values`), which count as stored"
        )
    if shape.channel is not None:
        sheet = channel(sheet, shape.channel)
    if shape.colour is not None:
        if sheet.lossy:
            raise ValueError("a JPEG changes colours: no region of it can be told by an exact colour")
        alpha = sheet.palette is None and sheet.array.ndim == 3 and sheet.array.shape[2] == 4
        return packed(sheet.array if alpha else sheet.colours)
    if shape.binary:
        return binary(sheet)
    return intensity(sheet) if shape.by_intensity else values(sheet, known)


def known_of(record: Record, shape: LabelShape) -> frozenset[float] | None:
    """The values that the record's maps of that kind know; None where they may be any."""
    maps = [one for one in record.label_maps if (one.decoder, one.channel) == (shape.decoder, shape.channel)]
    if not maps or any(one.values is None for one in maps):
        return None
    voids = {low for one in maps for low, high in one.void if low is not None and low == high}
    return frozenset({*voids, *(value for one in maps for value in one.values or ())})


def _one(array: NDArray[Any], noise: int) -> NDArray[Any]:
    """The grey of a picture whose channels, alpha aside, are equal but for `noise`."""
    if array.ndim == 2:
        return array
    colours = array[..., : array.shape[2] - 1] if array.shape[2] in (2, 4) else array
    if array.shape[2] in (2, 4) and not colours.any() and np.ptp(array[..., -1]) > 0:
        raise ValueError("only its transparency varies, its colours are all 0: give the `channel` that is the mask")
    if array.shape[2] in (2, 4) and array[..., -1].any():  # an alpha of zeros alone was never filled in
        hidden = int(np.count_nonzero((array[..., -1] == 0) & colours.any(axis=-1)))
        if hidden:
            raise ValueError(f"{hidden} pixels have a value and are transparent: give the `channel` that is the mask")
    apart = int(np.ptp(colours.astype(np.int64), axis=2).max(initial=0))
    if apart > noise:
        raise ValueError(f"a label map has one channel, these differ by up to {apart}: give a `channel` or `colours`")
    if apart == 0:
        return colours[..., 0]
    return np.asarray(np.rint(colours.mean(axis=2)), array.dtype)
