"""Whole-slide images (SVS, tiled TIFF, NDPI, MRXS ...) through OpenSlide: a level of a slide, or its tiles.

Annotations are drawn on the whole slide at its highest resolution: `tile_x`, `tile_y` and `tile_scale` (its pixels for
one of the record's) tell them where a record lies on it.
"""

import math
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Literal

from pydantic import NonNegativeInt, PositiveInt

from connectors import assemble, base
from connectors.base import Found, Item, LayoutError, NotPartOf, Unreadable
from raw import slide_file
from schemas import DatasetCard, Geometry, LabelSpace, Region, SourceFile

VERSION = "1"
SMALLEST_SIDE = 32  # of what is left at the right and lower edge of a slide
MICRONS = 1000  # a millimetre


class Options(assemble.Common):
    """`level`: of the pyramid, 0 the finest. `tile`: the side of a tile in that level's pixels; without it the whole
    level is one record, refused when a side is longer than `largest_side`. `tiles`: every tile, or only those that an
    annotation reaches."""

    level: NonNegativeInt = 0
    tile: PositiveInt | None = None
    tiles: Literal["all", "annotated"] = "all"
    largest_side: PositiveInt = 8192


def listing(root: Path, card: DatasetCard) -> Iterator[Item]:
    yield from assemble.items(root, card, base.options(card, Options))


def read(root: Path, card: DatasetCard, space: LabelSpace, item: Item) -> Iterator[Found]:
    options = base.options(card, Options)
    path = assemble.where(item)
    if item.member is not None:
        raise Unreadable(path, "OpenSlide reads no archives: unpack it")
    source = base.source_file(root, item.uri)
    levels, spacing = _header(card, root, item.uri)
    if options.level >= len(levels):
        raise Unreadable(path, f"has {len(levels)} levels: no level {options.level}")
    found = False
    for media in _parts(path, options, source, levels, spacing):
        rows = list(assemble.rows(root, card, space, options, path, media))
        if options.tiles == "all" or any(isinstance(row, Region) for row in rows):
            found = True
            yield from rows
    if not found:
        raise NotPartOf(path, "no annotation reaches any of its tiles")


Level = tuple[int, int, float]  # columns, rows, pixels of level 0 for one of its own


def _header(card: DatasetCard, root: Path, uri: str) -> tuple[list[Level], tuple[float, float] | None]:
    """The levels, and the mm between rows and between columns of level 0. The last pixel of each level is read: it
    shows that the file does not end before it. Raises Unreadable, and LayoutError where OpenSlide is missing."""
    try:
        import openslide
    except ImportError as error:
        raise LayoutError(card.id, "layout.reader", "slides needs OpenSlide; install triptych[wsi]") from error
    try:
        with openslide.OpenSlide(slide_file.path(root, uri)) as slide:
            levels = [
                (columns, rows, float(down))
                for (columns, rows), down in zip(slide.level_dimensions, slide.level_downsamples, strict=True)
            ]
            for n, (columns, rows, down) in enumerate(levels):
                slide.read_region((int((columns - 1) * down), int((rows - 1) * down)), n, (1, 1))
            return levels, _spacing(uri, slide.properties)
    except openslide.OpenSlideError as error:
        raise Unreadable(uri, f"not a slide that OpenSlide can read: {error}") from error


def _spacing(uri: str, told: Any) -> tuple[float, float] | None:
    across, down = told.get("openslide.mpp-x"), told.get("openslide.mpp-y")
    if across is None or down is None:
        return None
    if not all(0 < float(side) < math.inf for side in (across, down)):  # nor is NaN a size
        raise Unreadable(uri, f"{across} x {down} micrometres a pixel make no sense")
    return float(down) / MICRONS, float(across) / MICRONS


def _parts(
    path: str, options: Options, source: SourceFile, levels: list[Level], spacing: tuple[float, float] | None
) -> Iterator[assemble.Media]:
    columns, rows, down = levels[options.level]
    if options.tile is None and max(columns, rows) > options.largest_side:
        raise Unreadable(
            path, f"level {options.level} has {columns} x {rows} pixels; set layout.options.tile, or a coarser level"
        )
    scaled = None if spacing is None else tuple(round(mm * down, 9) for mm in spacing)
    for x, y, width, height in _tiles(columns, rows, options.tile):
        left, top = round(x * down), round(y * down)  # read_region counts in pixels of level 0
        select = f"level {options.level} {left},{top},{width},{height}"
        geometry = Geometry(shape=(height, width), spacing_mm=scaled)
        fields = {"tile_x": str(left), "tile_y": str(top), "tile_scale": repr(down)}
        own = source.model_copy(update={"select": select})
        yield assemble.Media("image", "slide", VERSION, geometry, (own,), select, fields)


def _tiles(columns: int, rows: int, side: int | None) -> Iterator[tuple[int, int, int, int]]:
    """x, y, width and height of each tile, row by row; narrow rests at the edges are left out."""
    if side is None:
        yield 0, 0, columns, rows
        return
    least = min(side, SMALLEST_SIDE)
    for y in range(0, rows - least + 1, side):
        for x in range(0, columns - least + 1, side):
            yield x, y, min(side, columns - x), min(side, rows - y)
