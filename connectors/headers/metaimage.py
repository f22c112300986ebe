"""Grids from MetaImage headers: .mha (header and data), .mhd (header; data in .raw or .zraw).

Keys as in MetaIO's documentation ("MetaImage", Kitware): `TransformMatrix` has the direction of one axis after another,
`Offset` is the centre of the first pixel, the world is LPS.
"""

import math
import re
from pathlib import Path, PurePosixPath

import numpy as np
from numpy.typing import NDArray

from connectors.base import Unreadable
from connectors.headers.grids import BROKEN, Header, HeaderRules, check_memory, check_size, opened
from raw.confine import is_beside
from raw.refusal import line

BYTES = {
    "MET_CHAR": 1, "MET_UCHAR": 1, "MET_SHORT": 2, "MET_USHORT": 2, "MET_INT": 4, "MET_UINT": 4, "MET_LONG": 4,
    "MET_ULONG": 4, "MET_LONG_LONG": 8, "MET_ULONG_LONG": 8, "MET_FLOAT": 4, "MET_DOUBLE": 8,
}  # fmt: skip
LONGEST = 1 << 16
_LINE = re.compile(rb"\s*(\w+)\s*=[ \t]*([^\r\n]*)\r?\n")
Keys = dict[str, str]


def header(root: Path, path: str, said: HeaderRules) -> Header:
    """What the header says. Raises Unreadable on a broken header, colour, or a size that disagrees."""
    try:
        with opened(root, path) as file:
            keys, start = _keys(file.read(LONGEST))
        shape = tuple(int(n) for n in keys["DimSize"].split())
        if len(shape) != int(keys["NDims"]):
            raise ValueError(f"NDims is {keys['NDims']} and DimSize {shape}")
        item = BYTES[keys["ElementType"]]
        lps, spacing = _place(path, keys, len(shape))
    except Unreadable:
        raise
    except BROKEN as error:
        raise Unreadable(path, f"not a readable MetaImage header: {line(error)}") from error
    if int(keys.get("ElementNumberOfChannels", 1)) != 1:
        raise Unreadable(path, f"{keys['ElementNumberOfChannels']} values a voxel: colour and vectors are not read")
    if len(shape) not in (2, 3, 4):
        raise Unreadable(path, f"{len(shape)} dimensions {shape}: only volumes of 3, or a row of them, are read")
    data = _data_file(path, keys["ElementDataFile"])
    check_memory(path, shape, item)
    _check(root, data or path, keys, math.prod(shape) * item, 0 if data else start)
    more = (shape[3], 3) if len(shape) == 4 and shape[3] > 1 else None
    return Header(path, (*shape[:3], 1)[:3], lps, spacing, more, (data,) if data else (), flat=len(shape) == 2)


def _keys(block: bytes) -> tuple[Keys, int]:
    """The keys up to ElementDataFile, which is the last, and where the data begin."""
    keys: Keys = {}
    at = 0
    while found := _LINE.match(block if block[-1:] == b"\n" else block + b"\n", at):
        at = found.end()
        keys[found[1].decode("ascii")] = found[2].decode("latin-1").strip()
        if "ElementDataFile" in keys:
            return keys, at
    raise ValueError("it has no line ElementDataFile")


def _data_file(path: str, name: str) -> str | None:
    if name.upper() == "LOCAL":
        return None
    if name.upper().startswith("LIST") or not is_beside(name):
        raise Unreadable(path, "its ElementDataFile is not the name of one file beside it: others are not read")
    return PurePosixPath(path).with_name(name.removeprefix("./")).as_posix()


def _check(root: Path, data: str, keys: Keys, expected: int, start: int) -> None:
    if keys.get("BinaryData", "True").lower() not in ("true", "1"):
        return  # text: only its decoder can tell
    skip = int(keys.get("HeaderSize", 0))
    packed = keys.get("CompressedData", "False").lower() in ("true", "1")
    try:
        with opened(root, data) as file:
            held = file.seek(0, 2)
            if skip == -1 and not packed:  # the last bytes of the file, whatever comes before
                start, skip = max(0, held - expected), 0
            if packed and "CompressedDataSize" in keys:
                check_size(file, data, int(keys["CompressedDataSize"]), start + max(skip, 0))
            else:
                check_size(file, data, expected, start + max(skip, 0), "zlib" if packed else "")
    except FileNotFoundError as error:
        raise Unreadable(data, f"the data file of {PurePosixPath(data).stem}.mhd is not there") from error


def _place(
    path: str, keys: Keys, dimensions: int
) -> tuple[NDArray[np.float64] | None, tuple[float, ...] | None]:  # fmt: skip
    """The affine of a volume, and the spacing where there is no affine."""
    if keys.get("DistanceUnits", "mm").lower() not in ("mm", "?", ""):
        raise Unreadable(path, "its lengths are not in mm")
    matrix = _first(keys, "TransformMatrix", "Rotation", "Orientation")
    offset = _first(keys, "Offset", "Position", "Origin")
    sizes = _first(keys, "ElementSpacing", "ElementSize")
    if sizes is not None and len(sizes) != dimensions:
        raise ValueError(f"{len(sizes)} spacings for {dimensions} dimensions")
    if matrix is None or offset is None or sizes is None or dimensions < 3:
        return None, None if sizes is None else tuple(sizes[:3])
    lps = np.eye(4)
    lps[:3, :3] = np.reshape(matrix, (dimensions, dimensions)).T[:3, :3] * sizes[:3]
    lps[:3, 3] = offset[:3]
    return lps, None


def _first(keys: Keys, *names: str) -> list[float] | None:
    found = next((keys[name] for name in names if name in keys), None)
    return None if found is None else [float(x) for x in found.split()]
