"""A part of a whole-slide image through OpenSlide: (rows, columns, 3). `select` is "level 1 x,y,width,height", where x
and y count pixels of level 0 and the size those of the level. What was not scanned is white."""

import re
from functools import lru_cache
from pathlib import Path
from typing import Any

import numpy as np

from raw import budget, slide_file
from schemas import Record
from transforms.media.decoders._files import DecodeError
from transforms.media.pixels import Pixels

_SELECT = re.compile(r"level (\d+) (\d+),(\d+),(\d+),(\d+)")


def decode(root: Path, record: Record) -> Pixels:
    found = _SELECT.fullmatch(record.sources[0].select or "")
    if found is None:
        raise ValueError(f"{record.sources[0].select!r} is no part of a slide; write level 0 x,y,width,height")
    level, x, y, width, height = (int(text) for text in found.groups())
    if record.sources[0].member is not None:
        raise DecodeError(record.sources[0].uri, "OpenSlide reads no archives: unpack it")
    path = slide_file.path(root, record.sources[0].uri)
    budget.pixels(record.sources[0].uri, height, width)
    stat = path.stat()
    part = np.asarray(_slide(path, stat.st_size, stat.st_mtime_ns).read_region((x, y), level, (width, height)))
    alpha = part[..., 3:].astype(np.uint16)
    colours = (part[..., :3] * alpha + 255 * (255 - alpha) + 127) // 255
    return Pixels(colours.astype(np.uint8), record.geometry, record.unit)


@lru_cache(maxsize=4)
def _slide(path: Path, size: int, mtime_ns: int) -> Any:
    """Kept open: the tiles of a slide are asked for one after the other."""
    import openslide  # an extra: triptych[wsi]

    return openslide.OpenSlide(path)
