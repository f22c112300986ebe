"""Pixels to members and back: lossless PNG, masks packed into index images, and what a sample's member is made of."""

import hashlib
import io
import re
import struct
from collections.abc import Mapping
from typing import Any

import cv2
import deflate
import numpy as np
from numpy.typing import NDArray

from transforms.regions.patch import AnyMask, Patch

SIGNATURE = b"\x89PNG\r\n\x1a\n"
SUB, UP = 1, 2  # filters of ISO/IEC 15948 9.2: each byte less that of the pixel before it, or above it
LEVEL = 1  # of libdeflate: same input, same bytes. ISA-L is as fast, but now and then its output is another one
RUNS = [  # for OpenCV: run lengths of the differences from the row above
    cv2.IMWRITE_PNG_COMPRESSION, 1, cv2.IMWRITE_PNG_STRATEGY, cv2.IMWRITE_PNG_STRATEGY_RLE,
    cv2.IMWRITE_PNG_FILTER, cv2.IMWRITE_PNG_FILTER_UP,
]  # fmt: skip
REGION = re.compile(r"r([1-9][0-9]*)")
MAX_VALUE = np.iinfo(np.uint16).max

Mask = NDArray[np.bool_]
Index = NDArray[np.uint8] | NDArray[np.uint16]


def png(array: NDArray[np.uint8] | NDArray[np.uint16]) -> bytes:
    """PNG bytes of a picture: a (height, width) or (height, width, 3) RGB array of uint8 or uint16.

    Format: ISO/IEC 15948 (RFC 2083): one IDAT chunk, a zlib stream of rows that are all filtered by Up or all by Sub,
    whichever leaves the smaller sum of absolute differences (the heuristic of its 12.8). Raises ValueError on any other
    array.
    """
    if array.dtype not in (np.uint8, np.uint16) or array.size == 0:
        raise ValueError(f"a PNG holds uint8 or uint16 pixels, got {array.dtype} of shape {array.shape}")
    if not (array.ndim == 2 or (array.ndim == 3 and array.shape[2] == 3)):
        raise ValueError(f"a PNG is (height, width) or (height, width, 3), got shape {array.shape}")
    height, width = array.shape[:2]
    rows = np.ascontiguousarray(array, array.dtype.newbyteorder(">")).reshape(height, -1).view(np.uint8)
    colour = 0 if array.ndim == 2 else 2
    head = struct.pack(">2I5B", width, height, 8 * array.itemsize, colour, 0, 0, 0)
    filtered = min((_filtered(rows, kind, width) for kind in (UP, SUB)), key=_left)
    data = bytes(deflate.zlib_compress(filtered, LEVEL))
    return b"".join((SIGNATURE, *_chunk(b"IHDR", head), *_chunk(b"IDAT", data), *_chunk(b"IEND", b"")))


def _filtered(rows: NDArray[np.uint8], kind: int, width: int) -> NDArray[np.uint8]:
    """Each row behind the byte that names its filter."""
    height, length = rows.shape
    out = np.empty((height, 1 + length), np.uint8)
    out[:, 0], differences = kind, out[:, 1:]
    if kind == UP:
        differences[0] = rows[0]
        np.subtract(rows[1:], rows[:-1], out=differences[1:])
    else:
        pixel = length // width  # bytes
        differences[:, :pixel] = rows[:, :pixel]
        np.subtract(rows[:, pixel:], rows[:, :-pixel], out=differences[:, pixel:])
    return out


def _left(filtered: NDArray[np.uint8]) -> float:
    """What the differences sum up to, each taken as a signed byte."""
    return cv2.norm(filtered[:, 1:].view(np.int8), cv2.NORM_L1)


def _chunk(name: bytes, data: bytes) -> tuple[bytes, bytes, bytes, bytes]:
    """Length, name, content and CRC, of ISO/IEC 15948 5.3."""
    checksum = deflate.crc32(data, deflate.crc32(name))
    return struct.pack(">I", len(data)), name, data, struct.pack(">I", checksum)


def index_png(array: Index) -> bytes:
    """PNG bytes of an index image (height, width) of uint8 or uint16: flat areas, which are written as runs.

    Raises ValueError when OpenCV cannot encode it.
    """
    done, data = cv2.imencode(".png", array, RUNS)
    if not done:
        raise ValueError(f"OpenCV could not encode an array of shape {array.shape}")
    return data.tobytes()


def decode_png(data: bytes) -> NDArray[np.uint8] | NDArray[np.uint16]:
    """The array that `png` encoded, RGB for colour. Raises ValueError when the bytes are not a whole image."""
    decoded = cv2.imdecode(np.frombuffer(data, np.uint8), cv2.IMREAD_UNCHANGED) if data else None
    if decoded is None:
        raise ValueError(f"{len(data)} bytes that are not a PNG image")
    if decoded.dtype not in (np.uint8, np.uint16) or (decoded.ndim == 3 and decoded.shape[2] != 3):
        raise ValueError(f"a PNG of {decoded.dtype} and shape {decoded.shape}: only gray and RGB are written here")
    pixels: Any = decoded if decoded.ndim == 2 else decoded[:, :, ::-1]
    array: Index = np.ascontiguousarray(pixels)
    return array


def npy(array: NDArray[np.float32]) -> bytes:
    """NumPy's .npy format, version 1.0, little-endian float32, C order."""
    stream = io.BytesIO()
    np.save(stream, np.ascontiguousarray(array, dtype="<f4"), allow_pickle=False)
    return stream.getvalue()


def sha256(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


def pixels_sha256(array: NDArray[np.generic]) -> str:
    """SHA-256 of the decoded pixels in C order, multi-byte values little-endian."""
    plain = np.ascontiguousarray(array, array.dtype.newbyteorder("<"))
    return hashlib.sha256(plain.reshape(-1).view(np.uint8).data).hexdigest()


def index_masks(masks: Mapping[str, AnyMask]) -> tuple[dict[str, Index], dict[str, tuple[str, int]]]:
    """Pack the masks of regions r1, r2, ... into index images "mask.png", "mask1.png", ...

    A region goes, largest first, into the first image where its pixels are free. Its value is the number in its id, in
    whatever image it lies, so value 7 is region r7. Returns the images and region -> (member, value). Raises ValueError
    on an empty mask, on masks of several shapes, and on an id that is not r1 to r65535.
    """
    shapes = {tuple(mask.shape) for mask in masks.values()}
    if len(shapes) > 1:
        raise ValueError(f"masks of one sample have one shape, got {sorted(shapes)}")
    patches = {region: _patch(region, mask) for region, mask in masks.items()}
    images: list[NDArray[np.uint16]] = []
    places: dict[str, tuple[str, int]] = {}
    for region in sorted(masks, key=lambda name: (-patches[name].size, _number(name))):
        x0, y0, x1, y1 = patches[region].box
        at, cut = (slice(y0, y1), slice(x0, x1)), patches[region].mask
        place = next((n for n, image in enumerate(images) if not image[at][cut].any()), len(images))
        if place == len(images):
            images.append(np.zeros(patches[region].shape, np.uint16))
        images[place][at][cut] = _number(region)
        places[region] = (_member(place), _number(region))
    narrow: dict[str, Index] = {
        _member(n): image if image.max() > np.iinfo(np.uint8).max else image.astype(np.uint8)
        for n, image in enumerate(images)
    }
    return narrow, {region: places[region] for region in sorted(places, key=_number)}


def _patch(region: str, mask: AnyMask) -> Patch:
    try:
        return Patch.of(mask)
    except ValueError as error:
        raise ValueError(f"the mask of region {region} is empty: drop the region") from error


def _number(region: str) -> int:
    match = REGION.fullmatch(region)
    if match is None or int(match[1]) > MAX_VALUE:
        raise ValueError(f"region id {region!r} is not r1 to r{MAX_VALUE}: a mask's value is the number in the id")
    return int(match[1])


def _member(number: int) -> str:
    return f"mask{number or ''}.png"
