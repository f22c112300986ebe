"""Plain pictures (PNG, JPEG, TIFF), some with a mask of the same size beside them."""

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import BinaryIO

from PIL import Image, UnidentifiedImageError

from connectors import base, file_rules
from connectors.base import Found, Item, LayoutError, NotPartOf, Unreadable
from raw import picture
from schemas import DatasetCard, Geometry, LabelShape, LabelSpace, Record

VERSION = "1"
SMALLEST_SIDE = 32
TIFF_OFFSETS, TIFF_COUNTS = ((273, 324), (279, 325))  # TIFF 6.0: strips, tiles
JPEG_END, JPEG_TAIL = b"\xff\xd9", 1024  # some writers pad after the end marker


class Options(file_rules.FileRules):
    """`files`: globs of the pictures. `masks`: picture pattern -> mask pattern, each with at most one star that stands
    for the same text. `instances`: the label of what each value above zero is one of; else labels are the values."""

    files: tuple[str, ...]
    masks: Mapping[str, str] = {}
    instances: str | None = None


def listing(root: Path, card: DatasetCard) -> Iterator[Item]:
    options = base.options(card, Options)
    uris = base.files(root, options.files)
    masks = {uri: mask for uri in uris if (mask := _mask(options, uri))}
    for uri in uris:
        if uri not in masks.values():
            yield base.item(root, card.id, uri, [masks[uri]] if uri in masks else [])


def _mask(options: Options, uri: str) -> str | None:
    found = (file_rules.companion(uri, image, mask) for image, mask in sorted(options.masks.items()))
    return next((mask for mask in found if mask and mask != uri), None)


def read(root: Path, card: DatasetCard, space: LabelSpace, item: Item) -> Iterator[Found]:
    options = base.options(card, Options)
    sources = tuple(base.source_file(root, uri) for uri in (item.uri, *item.group))
    shape = _size(root, item.uri)
    if min(shape) < SMALLEST_SIDE:
        raise NotPartOf(item.uri, f"too small to be an image: {shape[1]} x {shape[0]} pixels")
    for source in sources[1:]:
        if (other := _size(root, source.uri)) != shape:
            raise Unreadable(source.uri, f"mask grid {other} differs from {shape} of {item.uri}")
    record = Record(
        key=base.record_key(card, space, VERSION, sources, item.uri), dataset=card.id, kind="image", decoder="raster",
        sources=sources, geometry=Geometry(shape=shape), modality=file_rules.modality(card, space, options, item.uri),
        subject=base.subject(card, file_rules.first(options.subject, item.uri) or file_rules.stem(item.uri)),
        anatomy=file_rules.anatomy(card, space, options, item.uri), unit=file_rules.first(options.unit, item.uri),
        exhaustive=base.exhaustive(card, space) if len(sources) > 1 else (),
    )  # fmt: skip
    yield record
    if len(sources) > 1:
        for label, slug, value in _labels(card, options):
            mask = LabelShape(source=sources[1], decoder="raster", value=value, instances=options.instances is not None)
            yield base.region(record, space, slug, label, mask, options.made_by)


def _labels(card: DatasetCard, options: Options) -> list[tuple[str, str, int]]:
    """Label, slug and value of each kind of region that a mask may hold."""
    if options.instances is None:
        return [
            (label, slug, int(label)) for label, slug in sorted(card.layout.labels.items()) if slug and label.isdigit()
        ]
    slug = card.layout.labels.get(options.instances)
    if slug is None:
        raise LayoutError(
            card.id, f"layout.options.instances: {options.instances}", "is not under layout.labels; map it there"
        )
    return [(options.instances, slug, 0)]


def _size(root: Path, uri: str) -> tuple[int, int]:
    """(rows, columns) from the header. Raises Unreadable when it is no picture, or when its end is missing."""
    try:
        with base.open_file(root, uri) as file, picture.opened(uri, file) as image:
            whole = _whole(file, image)
            size = (image.height, image.width)
    except UnidentifiedImageError as error:
        raise Unreadable(uri, "not a PNG, JPEG or TIFF picture") from error
    except Unreadable:
        raise
    except (OSError, SyntaxError, ValueError, KeyError) as error:
        raise Unreadable(uri, f"broken picture: {error}") from error
    if not whole:
        raise Unreadable(uri, "the picture is truncated: its end is missing")
    return size


def _whole(file: BinaryIO, image: Image.Image) -> bool:
    """Whether the file holds all that its header promises, as far as can be told without decoding it."""
    if image.format == "TIFF":
        tags = image.tag_v2  # type: ignore[attr-defined]
        starts = [start for tag in TIFF_OFFSETS for start in tags.get(tag, ())]
        counts = [count for tag in TIFF_COUNTS for count in tags.get(tag, ())]
        held = file.seek(0, 2)
        return all(start + count <= held for start, count in zip(starts, counts, strict=True))
    if image.format == "JPEG":
        file.seek(max(0, file.seek(0, 2) - JPEG_TAIL))
        return JPEG_END in file.read()
    image.verify()  # PNG: every chunk's checksum
    return True
