"""Pictures and masks in PNG, JPEG, TIFF, BMP, GIF, PNM and their like, gzipped or not (see _pictures.py).

Arrays are (rows, columns[, 3]); colours are RGB. `select` is a page, "[2]" being the third, or a half of the picture:
left, right, upper or lower, the second being one larger where the size is odd; or one of equal panels from the left,
"panel 2 of 6"; "turned 6" turns it (schemas/select.py).
"""

import re
from dataclasses import replace
from pathlib import Path
from typing import Any

from numpy.typing import NDArray

from raw import streams
from schemas import LabelShape, Record, SourceFile
from schemas.select import panel_of, turn_of
from transforms.media.decoders import _pictures
from transforms.media.decoders._files import name_of, open_source
from transforms.media.pixels import Pixels

HALVES = ("left", "right", "upper", "lower")


def decode(root: Path, record: Record) -> Pixels:
    return _pictures.decoded(_sheet(root, record.sources[0]), record)


def labels(root: Path, shape: LabelShape, record: Record) -> NDArray[Any]:
    """Values; intensities where the shape has a threshold; 0xRRGGBB where it has a colour. Raises ValueError."""
    sheet = _sheet(root, shape.source)
    if sheet.pages > 1 and shape.source.select is None:
        raise ValueError(f"a mask of {sheet.pages} pages: `select` the one that is meant ([0], [1] ...)")
    return _pictures.labels(sheet, shape, _pictures.known_of(record, shape))


def channels(root: Path, shape: LabelShape, record: Record) -> int:
    return _pictures.channels(_sheet(root, shape.source))


def lossy(root: Path, shape: LabelShape) -> bool:
    return _sheet(root, shape.source).lossy


def _sheet(root: Path, source: SourceFile) -> _pictures.Sheet:
    select, turn = turn_of(source.select)
    half = select if select in HALVES else None
    panel = panel_of(select)
    with open_source(root, source) as file:
        data = streams.all_of(name_of(source), file)
        sheet = _pictures.read(name_of(source), data, _page(None if half or panel else select))
        sheet = _pictures.turned(sheet, turn)
    if panel is not None:
        width = sheet.array.shape[1] // panel[1]
        return replace(sheet, array=sheet.array[:, (panel[0] - 1) * width : panel[0] * width])
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
