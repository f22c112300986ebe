"""Pictures through Pillow: those formats alone that data sets publish, and no more pixels than are decoded."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import BinaryIO, Literal

from PIL import Image

from raw import budget
from raw.refusal import Unreadable

FORMATS = ("PNG", "JPEG", "TIFF", "BMP", "GIF", "PPM", "WEBP", "JPEG2000", "DIB")  # EPS, for one, runs Ghostscript
MOST_PAGES = 1 << 16
SIZES = {1: 1, 2: 1, 3: 2, 4: 4, 5: 8, 6: 1, 7: 1, 8: 2, 9: 4, 10: 8, 11: 4, 12: 8, 13: 4, 16: 8, 17: 8, 18: 8}
TIFF = {b"II*\0": ("little", False), b"MM\0*": ("big", False), b"II+\0": ("little", True), b"MM\0+": ("big", True)}
Order = Literal["little", "big"]
Image.MAX_IMAGE_PIXELS = None  # crops of slides are larger than Pillow's guard; `budget` holds here


@contextmanager
def opened(uri: str, file: BinaryIO, page: int = 0) -> Iterator[Image.Image]:
    """One page of a picture, not yet decoded. `uri` is what errors name. Raises Unreadable where it has too many pixels
    or pages, and what Pillow raises."""
    _check_tags(uri, file)
    with Image.open(file, formats=FORMATS) as image:
        image.seek(page)
        budget.pixels(uri, image.height, image.width)
        yield image


def _check_tags(uri: str, file: BinaryIO) -> None:
    """Raises Unreadable where the tags of a TIFF, whose values Pillow holds, promise more bytes than the file has (TIFF
    6.0, "Image File Directory"; BigTIFF). Leaves the file at its start."""
    file.seek(0)
    head = file.read(16)
    if head[:4] in TIFF:
        held = file.seek(0, 2)
        promised = _promised(uri, file, held, head)
        if promised > held:
            raise Unreadable(uri, f"the picture is truncated, or broken: its tags promise {promised} bytes of {held}")
    file.seek(0)


def _promised(uri: str, file: BinaryIO, held: int, head: bytes) -> int:
    order: Order
    order, big = TIFF[head[:4]]  # type: ignore[assignment]
    wide, entry = (8, 20) if big else (4, 12)
    at = int.from_bytes(head[8:16] if big else head[4:8], order)
    seen: set[int] = set()
    total = 0
    while 0 < at < held and at not in seen and total <= held:
        seen.add(at)
        if len(seen) > MOST_PAGES:
            raise Unreadable(uri, f"a picture of over {MOST_PAGES} pages")
        file.seek(at)
        count = int.from_bytes(file.read(8 if big else 2), order)
        total += count * entry
        if total > held:
            break
        block = file.read(count * entry + wide)
        for n in range(0, count * entry, entry):
            kind = int.from_bytes(block[n + 2 : n + 4], order)
            size = SIZES.get(kind, 0) * int.from_bytes(block[n + 4 : n + 4 + wide], order)
            total += size if size > wide else 0
        at = int.from_bytes(block[count * entry :], order)
    return total


def jpeg_size(data: bytes) -> tuple[int, int] | None:
    """(rows, columns) in the frame header of a JPEG or JPEG-LS: the first SOFn segment (ITU-T T.81, B.2.2; T.87)."""
    at = 2
    while at + 9 < len(data) and data[at] == 0xFF:
        marker = data[at + 1]
        if marker == 0xF7 or (0xC0 <= marker <= 0xCF and marker not in (0xC4, 0xC8, 0xCC)):
            return int.from_bytes(data[at + 5 : at + 7], "big"), int.from_bytes(data[at + 7 : at + 9], "big")
        at += 1 if marker == 0xFF else 2 + int.from_bytes(data[at + 2 : at + 4], "big")
    return None
