"""Plain pictures (PNG, JPEG, TIFF, BMP, GIF), each a record; in folders or in archives."""

from collections.abc import Iterator
from functools import partial
from pathlib import Path
from typing import Literal

from connectors import assemble, base
from connectors.base import Found, Item, NotPartOf, Unreadable
from connectors.headers import picture_file
from schemas import DatasetCard, Geometry, LabelSpace, SourceFile

VERSION = "1"


class Options(assemble.Common):
    """`pages`: what a file with several pages is (a record each, or its first page alone); refused where the card does
    not say. `smallest_side`: in pixels; a smaller picture is no record of this set (icons, thumbnails).
    `half`: the half of the file that is the image, where its mask is in the same file (masks: `select` the other).
    `panels`: names of the equal parts of a file from left to right, each a record whose field `panel` has the name; one
    with the name "" is none (masks: `select: panel 6 of 6`)."""

    pages: str | None = None  # "each" or "first"
    smallest_side: int = 1
    half: Literal["left", "right", "upper", "lower"] | None = None
    panels: tuple[str, ...] = ()


def listing(root: Path, card: DatasetCard) -> Iterator[Item]:
    yield from assemble.items(root, card, base.options(card, Options))


def read(root: Path, card: DatasetCard, space: LabelSpace, item: Item) -> Iterator[Found]:
    options = base.options(card, Options)
    source, data = base.loaded(root, item.uri, item.member)
    rows, columns, pages = picture_file.header(root, item.uri, item.member, data)
    path = assemble.where(item)
    if min(rows, columns) < options.smallest_side:
        raise NotPartOf(path, f"too small to be an image of this set: {columns} x {rows} pixels")
    if pages > 1 and options.pages is None:
        raise Unreadable(path, f"has {pages} pages; say in layout.options.pages whether each counts, or the first")
    turns = picture_file.turns(root, item.uri, item.member, data)
    if turns is not None and (options.panels or options.half):
        raise Unreadable(
            path, f"is to be shown turned (orientation {max(turns)}): which side its parts are on is unknown"
        )
    if options.panels:
        parts = list(_panels(options, path, source, (rows, columns)))
    else:
        parts = list(_pages(options, source, (rows, columns), pages, turns))
    yield from assemble.several(
        path, ((part.select or path, partial(assemble.rows, root, card, space, options, path, part)) for part in parts)
    )


def _pages(
    options: Options, source: SourceFile, size: tuple[int, int], pages: int, turns: picture_file.Turns | None
) -> Iterator[assemble.Media]:
    for page in range(pages if options.pages == "each" else 1):
        select = f"[{page}]" if pages > 1 else options.half
        geometry = Geometry(shape=picture_file.half(*size, select))
        own = source.model_copy(update={"select": select}) if select else source
        yield assemble.Media("image", "raster", VERSION, geometry, (own,), select, {"page": str(page)}, turns=turns)


def _panels(options: Options, path: str, source: SourceFile, size: tuple[int, int]) -> Iterator[assemble.Media]:
    count = len(options.panels)
    if size[1] % count:
        raise Unreadable(path, f"{size[1]} columns are not {count} equal panels")
    for number, name in enumerate(options.panels, start=1):
        if name:
            select = f"panel {number} of {count}"
            geometry = Geometry(shape=picture_file.half(*size, select))
            own = source.model_copy(update={"select": select})
            yield assemble.Media("image", "raster", VERSION, geometry, (own,), select, {"panel": name})
