"""Pictures and masks in PNG, JPEG, TIFF, BMP, GIF, PNM and their like, gzipped or not (see _pictures.py).

Arrays are (rows, columns[, 3]); colours are RGB. `select` is a page, "[2]" being the third, or a half of the picture:
left, right, upper or lower, the second being one larger where the size is odd.
"""

import re
from dataclasses import replace
from pathlib import Path
from typing import Any

from numpy.typing import NDArray

from schemas import LabelShape, Record, SourceFile
from transforms.media.decoders import _pictures
from transforms.media.decoders._files import open_source
from transforms.media.pixels import Pixels

HALVES = ("left", "right", "upper", "lower")


def decode(root: Path, record: Record) -> Pixels:
    return Pixels(_pictures.pixels(_sheet(root, record.sources[0])), record.geometry, record.unit)


def labels(root: Path, shape: LabelShape, record: Record) -> NDArray[Any]:
    """Values; intensities where the shape has a threshold; 0xRRGGBB where it has a colour. Raises ValueError."""
    sheet = _sheet(root, shape.source)
    if shape.channel is not None:
        sheet = _pictures.channel(sheet, shape.channel)
    if shape.colour is not None:
        if sheet.lossy:
            raise ValueError("a JPEG changes colours: no region of it can be told by an exact colour")
        return _pictures.packed(sheet.colours)
    if shape.at_least is not None or shape.at_most is not None:
        return _pictures.intensity(sheet)
    return _pictures.values(sheet)


def _sheet(root: Path, source: SourceFile) -> _pictures.Sheet:
    with open_source(root, source) as file:
        half = source.select if source.select in HALVES else None
        sheet = _pictures.read(file.read(), _page(None if half else source.select))
    return replace(sheet, array=_half(sheet.array, half)) if half else sheet


def _half(array: NDArray[Any], which: str) -> NDArray[Any]:
    middle = array.shape[0 if which in ("upper", "lower") else 1] // 2
    part = slice(None, middle) if which in ("left", "upper") else slice(middle, None)
    return array[part] if which in ("upper", "lower") else array[:, part]


def _page(select: str | None) -> int:
    found = re.fullmatch(r"\[(\d+)\]", select) if select else None
    if select and not found:
        raise ValueError(f"{select!r} is no page of a picture; write [0], [1] ...")
    return int(found[1]) if found else 0
