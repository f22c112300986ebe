"""The size of a picture from its header, and whether the file holds all that the header promises; no pixels."""

from pathlib import Path
from typing import BinaryIO

from PIL import Image, UnidentifiedImageError

from connectors import base
from connectors.base import Unreadable

SUFFIXES = (".png", ".jpg", ".jpeg", ".jfif", ".tif", ".tiff", ".bmp", ".gif", ".ppm", ".pgm", ".webp")
TIFF_OFFSETS, TIFF_COUNTS = ((273, 324), (279, 325))  # TIFF 6.0: strips, tiles
JPEG_END, JPEG_TAIL = b"\xff\xd9", 4096  # some writers pad after the end marker
Image.MAX_IMAGE_PIXELS = None  # whole-slide crops are larger than Pillow's guard; sizes are checked from headers here


def size(root: Path, uri: str, member: str | None = None) -> tuple[int, int]:
    """(rows, columns). Raises Unreadable when it is no picture, or when its end is missing."""
    return header(root, uri, member)[:2]


def header(root: Path, uri: str, member: str | None = None) -> tuple[int, int, int]:
    """(rows, columns, pages). Raises Unreadable as `size` does."""
    shown = f"{uri}/{member}" if member else uri
    try:
        with base.open_file(root / uri, member) as file, Image.open(file) as image:
            found = (image.height, image.width, int(getattr(image, "n_frames", 1)))
            whole = _whole(file, image)
    except UnidentifiedImageError as error:
        raise Unreadable(shown, "not a picture that Pillow knows (PNG, JPEG, TIFF, BMP, GIF ...)") from error
    except (OSError, SyntaxError, ValueError, KeyError, EOFError) as error:
        raise Unreadable(shown, f"broken picture: {error}") from error
    if not whole:
        raise Unreadable(shown, "the picture is truncated: its end is missing")
    return found


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
    return True


def _bmp_size(file: BinaryIO) -> int:
    file.seek(2)
    return int.from_bytes(file.read(4), "little")  # bfSize of BITMAPFILEHEADER
