"""The size of a picture from its header, and whether the file holds all that the header promises; no pixels."""

import io
import re
import struct
import zlib
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Any, BinaryIO, NamedTuple, cast

import deflate  # its CRC-32 is several times that of zlib
from PIL import Image, UnidentifiedImageError

from connectors import base
from connectors.base import Unreadable
from raw import budget, picture, streams
from schemas.select import panel_of

SUFFIXES = (".png", ".jpg", ".jpeg", ".jfif", ".tif", ".tiff", ".bmp", ".gif", ".ppm", ".pgm", ".webp")
TIFF_OFFSETS, TIFF_COUNTS = ((273, 324), (279, 325))  # TIFF 6.0: strips, tiles
PNM_BITS = {"1": 1, "L": 8, "RGB": 24}
JPEG_END, JPEG_TAIL = b"\xff\xd9", 4096  # some writers pad after the end marker
ORIENTED = (b"Exif", b"eXIf", b"EXIF", b"II*\0", b"MM\0*")  # in JPEG, PNG, WebP, TIFF: there may be an orientation
ORIENTATION = 274  # TIFF 6.0 and EXIF 2.32, 4.6.4 A


class Turns(NamedTuple):
    """By which EXIF orientations (1: not at all) a decoder's picture is turned `upright`, and as it is `stored`."""

    upright: int
    stored: int


def half(rows: int, columns: int, select: str | None) -> tuple[int, int]:
    """(rows, columns) of the half that `select` names ("left", "right", "upper", "lower"), of the panel ("panel 2 of
    6"), or of the whole."""
    panel = panel_of(select)
    if panel is not None:
        return rows, columns // panel[1]
    if select in ("left", "right"):
        return rows, columns // 2 if select == "left" else columns - columns // 2
    if select in ("upper", "lower"):
        return rows // 2 if select == "upper" else rows - rows // 2, columns
    return rows, columns


def page_of(select: str | None) -> int:
    """The page that `select` names, "[2]" being the third; the first where it names none."""
    found = re.fullmatch(r"\[(\d+)\]", select or "")
    return int(found[1]) if found else 0


def size(root: Path, uri: str, member: str | None = None) -> tuple[int, int]:
    """(rows, columns). Raises Unreadable when it is no picture, or when its end is missing."""
    return header(root, uri, member)[:2]


def header(
    root: Path, uri: str, member: str | None = None, data: bytes | None = None, page: int = 0
) -> tuple[int, int, int]:
    """(rows, columns, pages). `data`: the file's bytes, where they are at hand; `page`: whose rows and columns. Raises
    Unreadable as `size` does."""
    shown = f"{uri}/{member}" if member else uri
    if data is not None and page == 0 and (found := quick(data)) is not None:
        budget.pixels(shown, *found)
        return (*found, 1)
    try:
        with _opened(root, uri, member, data) as file, picture.opened(shown, file, page) as image:
            rows, columns = image.height, image.width
            pages = int(getattr(image, "n_frames", 1))
            image.seek(page)
            whole = _whole(file, image)
    except UnidentifiedImageError as error:
        raise Unreadable(shown, "not a picture that Pillow knows (PNG, JPEG, TIFF, BMP, GIF ...)") from error
    except Unreadable:
        raise
    except (OSError, SyntaxError, ValueError, KeyError, EOFError, zlib.error) as error:
        raise Unreadable(shown, f"broken picture: {error}") from error
    if not whole:
        raise Unreadable(shown, "the picture is truncated: its end is missing")
    return rows, columns, pages


def _opened(root: Path, uri: str, member: str | None, data: bytes | None) -> AbstractContextManager[BinaryIO]:
    if data is None and uri.lower().endswith(".gz") and member is None:
        with base.open_file(root, uri) as file:
            data = streams.all_of(uri, file)
    if data is None:
        return base.open_file(root, uri, member)
    return io.BytesIO(streams.gunzipped(uri, data) if data[:2] == streams.GZIP else data)


def turns(root: Path, uri: str, member: str | None = None, data: bytes | None = None) -> Turns | None:
    """How a picture is brought upright and how to its grid as stored, where its file says that the two differ: by the
    Orientation of EXIF in a JPEG, PNG or WebP, which decoders ignore, or of a TIFF, which they obey on the first page.
    Raises Unreadable on a TIFF of several pages with one."""
    if data is not None and not any(mark in data for mark in ORIENTED):
        return None
    with _opened(root, uri, member, data) as file, Image.open(file) as image:
        found = _orientation(image)
        if found not in range(2, 9):
            return None
        if image.format != "TIFF":
            return Turns(found, 1)
        if getattr(image, "n_frames", 1) > 1:
            raise Unreadable(f"{uri}/{member}" if member else uri, f"several pages with orientation {found}: not read")
    return Turns(1, {6: 8, 8: 6}.get(found, found))


def _orientation(image: Image.Image) -> int:
    """What the file says; 1 where it says nothing, or nothing that can be read. Of a PNG only what comes before the
    pixels, which are not decoded here."""
    try:
        if image.format == "TIFF":
            return int(image.tag_v2.get(ORIENTATION, 1))  # type: ignore[attr-defined]
        return int(image.getexif().get(ORIENTATION, 1)) if image.format != "PNG" or "exif" in image.info else 1
    except (SyntaxError, struct.error, ValueError, LookupError, TypeError, OSError):
        return 1


def quick(data: bytes) -> tuple[int, int] | None:
    """(rows, columns) of a sound PNG or a sound, plain JPEG; None for all else, which Pillow then judges."""
    if data[:8] == b"\x89PNG\r\n\x1a\n":
        return _png(data)
    return picture.jpeg_size(data) if data[:2] == b"\xff\xd8" and JPEG_END in data[-JPEG_TAIL:] else None


def _png(data: bytes) -> tuple[int, int] | None:
    """The size in IHDR once every chunk is whole and has its checksum (PNG, 5.3 "Chunk layout"), up to IEND."""
    at, view = 8, memoryview(data)  # a view: a chunk may be megabytes, and is not copied
    while at + 12 <= len(data):
        length = int.from_bytes(data[at : at + 4], "big")
        end = at + 8 + length
        if end + 4 > len(data) or deflate.crc32(view[at + 4 : end]) != int.from_bytes(data[end : end + 4], "big"):
            return None
        kind = data[at + 4 : at + 8]
        if kind == b"acTL":
            return None  # an animation: several pages
        if kind == b"IEND":
            return int.from_bytes(data[20:24], "big"), int.from_bytes(data[16:20], "big")
        at = end + 4
    return None


def _whole(file: BinaryIO, image: Image.Image) -> bool:
    """Whether the file holds all that its header promises, as far as can be told without decoding it."""
    if image.format == "PNG":
        image.verify()  # every chunk's checksum
        return True
    held = file.seek(0, 2)
    if image.format == "TIFF":
        tags = image.tag_v2  # type: ignore[attr-defined]
        starts = [start for tag in TIFF_OFFSETS for start in tags.get(tag, ())]
        counts = [count for tag in TIFF_COUNTS for count in tags.get(tag, ())]
        return all(start + count <= held for start, count in zip(starts, counts, strict=True))
    file.seek(max(0, held - JPEG_TAIL))
    tail = file.read()
    if image.format == "JPEG":
        return JPEG_END in tail
    if image.format == "GIF":
        return b";" in tail[-64:]  # the trailer byte of GIF89a
    if image.format == "BMP":
        promised = _bmp_size(file)
        return promised == 0 or promised <= held  # 0: some writers leave it out
    if image.format == "PPM" and image.mode in PNM_BITS:
        codec, _, start = cast(Any, image).tile[0][:3]  # not in Pillow's types
        row = (image.width * PNM_BITS[image.mode] + 7) // 8
        return bool(codec != "raw" or held - start >= row * image.height)
    return True


def _bmp_size(file: BinaryIO) -> int:
    file.seek(2)
    return int.from_bytes(file.read(4), "little")  # bfSize of BITMAPFILEHEADER
