"""Grids from NRRD headers (teem, NRRD0005), attached and detached (.nhdr with its data file).

NRRD says its own space; an axis without a `space direction` is no axis of space but tells several volumes apart.
"""

import math
import re
from pathlib import Path, PurePosixPath
from typing import Any

import nrrd
import numpy as np
from numpy.typing import NDArray

from connectors.base import Unreadable
from connectors.headers.grids import BROKEN, RAS_TO_LPS, Header, HeaderRules, check_memory, check_size, opened
from raw.confine import is_beside
from raw.refusal import line

SPACES = {
    "left-posterior-superior": np.eye(4), "lps": np.eye(4),
    "right-anterior-superior": RAS_TO_LPS, "ras": RAS_TO_LPS,
    "left-anterior-superior": np.diag([1.0, -1.0, 1.0, 1.0]), "las": np.diag([1.0, -1.0, 1.0, 1.0]),
}  # fmt: skip
# Type names of the format's definition (section "type"), and their bytes a value.
BYTES = {
    name: size
    for size, names in {
        1: "signed char, int8, int8_t, uchar, unsigned char, uint8, uint8_t",
        2: "short, short int, signed short, signed short int, int16, int16_t, ushort, unsigned short, "
        "unsigned short int, uint16, uint16_t",
        4: "int, signed int, int32, int32_t, uint, unsigned int, uint32, uint32_t, float",
        8: "longlong, long long, long long int, signed long long, signed long long int, int64, int64_t, "
        "ulonglong, unsigned long long, unsigned long long int, uint64, uint64_t, double",
    }.items()
    for name in names.split(", ")
}
PACKINGS = {"raw": "", "gzip": "gzip", "gz": "gzip", "bzip2": "bz2", "bz2": "bz2"}
MILLIMETRES = ("mm", "millimeter", "millimeters", "millimetre", "millimetres")
_SEGMENT = re.compile(r"Segment\d+_Name")
COLOURS = ("rgb-color", "rgba-color", "hsv-color", "xyz-color", "3-color", "4-color")


def header(root: Path, path: str, said: HeaderRules) -> Header:
    """What the header says. Raises Unreadable on a broken header, an unknown space, a size that disagrees."""
    try:
        with opened(root, path) as file:
            raw = nrrd.read_header(file)
            start = file.tell()
        shape = tuple(int(n) for n in raw["sizes"])
        item = BYTES[str(raw["type"]).lower()]
    except (nrrd.NRRDError, *BROKEN) as error:
        raise Unreadable(path, f"not a readable NRRD header: {line(error)}") from error
    if len(shape) != int(raw.get("dimension", len(shape))):
        raise Unreadable(path, f"the header names {raw['dimension']} dimensions and sizes {shape}")
    data = _data_file(path, raw)
    axes, more = _axes(path, shape, raw)
    packed = str(raw.get("encoding", "raw")).lower() != "raw"  # unpacked whole, whatever is taken of it
    check_memory(path, shape if packed else tuple(shape[axis] for axis in axes), item)
    _check(root, data or path, raw, math.prod(shape) * item, 0 if data else start)
    lps, spacing = _place(path, raw, axes)
    space = tuple(shape[axis] for axis in axes)
    return Header(path, (*space, 1)[:3], lps, spacing, more, (data,) if data else (), flat=len(space) == 2)


def segments(root: Path, path: str) -> tuple[tuple[int, str], ...]:
    """Value and name of each segment that the header lists (3D Slicer, "Segmentation file format"); none in a plain
    volume. Raises Unreadable on a broken header."""
    try:
        with opened(root, path) as file:
            raw = nrrd.read_header(file)
        numbers = [key[len("Segment") : -len("_Name")] for key in raw if _SEGMENT.fullmatch(str(key))]
        return tuple((int(raw[f"Segment{n}_LabelValue"]), str(raw[f"Segment{n}_Name"])) for n in numbers)
    except (nrrd.NRRDError, *BROKEN) as error:
        raise Unreadable(path, f"not a readable NRRD header: {line(error)}") from error


def _data_file(path: str, raw: Any) -> str | None:
    name = raw.get("data file", raw.get("datafile"))
    if name is None:
        return None
    if str(name).upper().startswith("LIST") or not is_beside(str(name)):
        raise Unreadable(path, "its data file is not the name of one file beside it: others are not read")
    return PurePosixPath(path).with_name(str(name).removeprefix("./")).as_posix()


def _check(root: Path, data: str, raw: Any, expected: int, start: int) -> None:
    encoding = str(raw.get("encoding", "raw")).lower()
    skip = int(raw.get("byte skip", raw.get("byteskip", 0)))
    if encoding not in PACKINGS or int(raw.get("line skip", raw.get("lineskip", 0))):
        return  # text, or after lines: only its decoder can tell
    try:
        with opened(root, data) as file:
            if skip == -1 and not PACKINGS[encoding]:  # the last bytes of the file, whatever comes before
                expected = max(expected, file.seek(0, 2))
            check_size(file, data, expected + max(skip, 0), start, PACKINGS[encoding])
    except FileNotFoundError as error:
        raise Unreadable(data, "the data file of an NRRD header is not there") from error


def _axes(path: str, shape: tuple[int, ...], raw: Any) -> tuple[list[int], tuple[int, int] | None]:
    """Which axes are of space, and how many volumes lie along which other."""
    kinds = [str(kind).lower() for kind in raw.get("kinds", [])]
    if any(kind in COLOURS for kind in kinds):
        raise Unreadable(path, "colour volumes are not read")
    if "space directions" in raw:
        tell = [row is not None and bool(np.isfinite(np.asarray(row, float)).all()) for row in raw["space directions"]]
    elif kinds and len(shape) > 3:
        tell = [kind in ("domain", "space") for kind in kinds]
    else:
        tell = [True] * len(shape)
    axes = [axis for axis in range(len(shape)) if axis < len(tell) and tell[axis]]
    others = [(n, axis) for axis, n in enumerate(shape) if axis not in axes]
    if len(axes) not in (2, 3) or len(others) > 1:
        raise Unreadable(path, f"{len(shape)} dimensions {shape}: only volumes of 3, or a row of them, are read")
    return axes, others[0] if others else None


def _place(
    path: str, raw: Any, axes: list[int]
) -> tuple[NDArray[np.float64] | None, tuple[float, ...] | None]:  # fmt: skip
    """The affine, and the spacing where there is no affine."""
    space = str(raw.get("space", "")).lower()
    units = [str(unit).strip('" ').lower() for unit in raw.get("space units", raw.get("units", []))]
    if any(units[axis] not in (*MILLIMETRES, "") for axis in axes if axis < len(units)):
        raise Unreadable(path, "its lengths are not in mm")
    if "space directions" not in raw or (not space and len(axes) == 2):
        sizes = [float(x) for x in np.ravel(raw.get("spacings", []))]
        known = [sizes[axis] for axis in axes if axis < len(sizes) and np.isfinite(sizes[axis]) and sizes[axis] > 0]
        return None, tuple(known) if len(known) == len(axes) else None
    if space not in SPACES:
        raise Unreadable(path, f"space {space!r} is not one of {', '.join(sorted(SPACES))}")
    if len(axes) != 3 or "space origin" not in raw:
        raise Unreadable(path, "the header has no origin, or two axes in a space of three")
    lps = np.eye(4)
    rows = [np.asarray(raw["space directions"][axis], np.float64) for axis in axes]
    lps[:3, :3] = np.stack(rows, axis=1)  # a row per axis in the file; a column in an affine
    lps[:3, 3] = np.asarray(raw["space origin"], np.float64)
    return SPACES[space] @ lps, None
