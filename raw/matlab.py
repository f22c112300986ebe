"""MATLAB files of version 5, whose elements may be compressed ("MAT-File Format", MathWorks)."""

from collections.abc import Iterator
from typing import BinaryIO, Literal

from raw import budget, streams

COMPRESSED = 15  # miCOMPRESSED
DEFLATE = 1032  # deflate makes nothing smaller than by this factor


def check(uri: str, file: BinaryIO) -> None:
    """Raises ValueError when the last element promises more than there is, Unreadable when an element unpacks to too
    much. Leaves the file at its start."""
    file.seek(0)
    header = file.read(128)
    order: Literal["little", "big"] = "big" if header[126:128] == b"MI" else "little"
    if header[126:128] in (b"IM", b"MI"):
        held, at = file.seek(0, 2), 128
        while at + 8 <= held:
            file.seek(at)
            kind, size = (int.from_bytes(file.read(4), order) for _ in range(2))
            most = budget.limit(budget.MAX_BYTES)
            if kind == COMPRESSED and size * DEFLATE > most and at + 8 + size <= held:
                budget.memory(uri, sum(map(len, streams.inflated(_pieces(file, size), most))), "an array in it")
            at += 8 + size
        if at != held or held == 128:
            raise ValueError(f"truncated: its elements promise {at} bytes, the file holds {held}")
    file.seek(0)


def _pieces(file: BinaryIO, size: int) -> Iterator[bytes]:
    while size > 0 and (piece := file.read(min(size, streams.CHUNK))):
        size -= len(piece)
        yield piece
