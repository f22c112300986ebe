"""MATLAB files of version 5 ("MAT-File Format", MathWorks), unpacked no further than memory may hold.

A file is 128 bytes of header, then elements of a type, a length and as many bytes. An array is an element of elements:
flags with its class, its sizes, its name, its values; those of cells and structs are arrays again. SciPy makes room for
what sizes and lengths say before it looks whether that is there.
"""

import io
import math
import struct
from collections.abc import Iterator
from typing import BinaryIO

from raw import budget, streams
from raw.refusal import Unreadable

MATRIX, COMPRESSED = 14, 15  # miMATRIX, miCOMPRESSED
CELL, STRUCT, OBJECT = 1, 2, 3  # mxCELL_CLASS ...
PLACE = 8  # bytes that a cell takes at the least: in the file its tag, in memory a pointer


def unpacked(uri: str, file: BinaryIO) -> BinaryIO:
    """The file with its elements unpacked. Raises ValueError when the last element promises more than there is, or an
    array more cells than there are; Unreadable where it takes too much memory; zlib.error."""
    file.seek(0)
    data = streams.all_of(uri, file)
    if data[126:128] not in (b"IM", b"MI"):
        return io.BytesIO(data)
    order = ">" if data[126:128] == b"MI" else "<"
    out, at = bytearray(data[:128]), 128
    while at + 8 <= len(data):
        kind, size = struct.unpack(f"{order}2I", data[at : at + 8])
        body = data[at + 8 : at + 8 + size]
        out += streams.whole(uri, _inflated(body)) if kind == COMPRESSED else data[at : at + 8] + body
        budget.memory(uri, len(out), "what it unpacks to")
        at += 8 + size
    if at != len(data) or at == 128:
        raise ValueError(f"truncated: its elements promise {at} bytes, the file holds {len(data)}")
    _check_arrays(uri, bytes(out), order)
    return io.BytesIO(bytes(out))


def _inflated(body: bytes) -> Iterator[bytes]:
    return streams.inflated(iter([body]), budget.limit(budget.MAX_BYTES))


def _check_arrays(uri: str, data: bytes, order: str) -> None:
    """Raises ValueError where an array has more cells than room for them."""
    waiting = [(128, len(data))]
    while waiting:
        at, end = waiting.pop()
        while at + 8 <= end:
            kind, start, size, at = _element(data, at, order)
            if start + size > end:
                raise ValueError(f"an element at byte {start} promises {size} bytes, there are {end - start}")
            if kind == MATRIX and size:
                inner = _cells(uri, data, start, start + size, order)
                if inner is not None:
                    waiting.append((inner, start + size))


def _element(data: bytes, at: int, order: str) -> tuple[int, int, int, int]:
    """An element's type, where its bytes begin, how many they are, and where the next one is. A small one has its
    length in the upper half of its type, and its bytes where others have their length."""
    kind, size = struct.unpack(f"{order}2I", data[at : at + 8])
    if kind >> 16:
        return kind & 0xFFFF, at + 4, kind >> 16, at + 8
    return kind, at + 8, size, at + 8 + size + (-size % 8 if kind != COMPRESSED else 0)


def _cells(uri: str, data: bytes, at: int, end: int, order: str) -> int | None:
    """Where the cells of an array begin; None of one that holds values."""
    _, start, size, at = _element(data, at, order)
    if size < 4 or at + 8 > end:
        raise Unreadable(uri, "broken: an array without flags or sizes")
    kind = struct.unpack(f"{order}I", data[start : start + 4])[0] & 0xFF
    _, start, size, at = _element(data, at, order)
    if start + size > end or size % 4:
        raise Unreadable(uri, "broken: an array without sizes")
    sizes = struct.unpack(f"{order}{size // 4}i", data[start : start + size])
    if kind not in (CELL, STRUCT, OBJECT):
        return None
    if min(sizes, default=0) < 0 or math.prod(sizes) * PLACE > end - at:
        raise Unreadable(uri, f"broken: an array of {' x '.join(map(str, sizes))} cells has {end - at} bytes")
    before = {CELL: 1, STRUCT: 3, OBJECT: 4}  # its name; the length of fields' names, and they; a class
    for _ in range(before[kind]):
        if at + 8 > end:
            return None
        at = _element(data, at, order)[3]
    return at
