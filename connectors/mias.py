"""mini-MIAS: pictures whose numbers tell the patient, an odd one and the next even one being two breasts of a woman."""

from collections.abc import Iterator
from pathlib import Path

from connectors import assemble, base
from connectors.base import Found, Item, Unreadable
from connectors.headers import picture_file
from schemas import DatasetCard, Geometry, LabelSpace

VERSION = "1"


class Options(assemble.Common):
    """`files` have a field `number`; it gives the field `pair`, 001 for the numbers 1 and 2, for `subject`."""


def listing(root: Path, card: DatasetCard) -> Iterator[Item]:
    yield from assemble.items(root, card, base.options(card, Options))


def read(root: Path, card: DatasetCard, space: LabelSpace, item: Item) -> Iterator[Found]:
    options = base.options(card, Options)
    path = assemble.where(item)
    number = assemble.fields_of(card, options, path)["number"]
    if not number.isdigit():
        raise Unreadable(path, f"its number {number!r} is none")
    source, data = base.loaded(root, item.uri, item.member)
    rows, columns, _ = picture_file.header(root, item.uri, item.member, data)
    fields = {"pair": f"{(int(number) + 1) // 2:03d}"}
    media = assemble.Media("image", "raster", VERSION, Geometry(shape=(rows, columns)), (source,), fields=fields)
    yield from assemble.rows(root, card, space, options, path, media)
