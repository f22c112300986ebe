"""Plain pictures (PNG, JPEG, TIFF, BMP, GIF), each a record; in folders or in archives."""

from collections.abc import Iterator
from pathlib import Path
from typing import Literal

from connectors import assemble, base
from connectors.base import Item, NotPartOf, Unreadable
from connectors.readers import _pictures
from schemas import DatasetCard, Geometry, LabelSpace, Record, Region

VERSION = "1"


class Options(assemble.Common):
    """`pages`: what a file with several pages is (a record each, or its first page alone); refused where the card does
    not say. `smallest_side`: in pixels; a smaller picture is no record of this set (icons, thumbnails).
    `half`: the half of the file that is the image, where its mask is in the same file (masks: `select` the other)."""

    pages: str | None = None  # "each" or "first"
    smallest_side: int = 1
    half: Literal["left", "right", "upper", "lower"] | None = None


def listing(root: Path, card: DatasetCard) -> Iterator[Item]:
    yield from assemble.items(root, card, base.options(card, Options))


def read(root: Path, card: DatasetCard, space: LabelSpace, item: Item) -> Iterator[Record | Region]:
    options = base.options(card, Options)
    source, data = base.loaded(root, item.uri, item.member)
    rows, columns, pages = _pictures.header(root, item.uri, item.member, data)
    path = assemble.where(item)
    if min(rows, columns) < options.smallest_side:
        raise NotPartOf(path, f"too small to be an image of this set: {columns} x {rows} pixels")
    if pages > 1 and options.pages is None:
        raise Unreadable(path, f"has {pages} pages; say in layout.options.pages whether each counts, or the first")
    for page in range(pages if options.pages == "each" else 1):
        select = f"[{page}]" if pages > 1 else options.half
        geometry = Geometry(shape=_pictures.half(rows, columns, select))
        own = source.model_copy(update={"select": select}) if select else source
        media = assemble.Media("image", "raster", VERSION, geometry, (own,), select, {"page": str(page)})
        yield from assemble.rows(root, card, space, options, path, media)
