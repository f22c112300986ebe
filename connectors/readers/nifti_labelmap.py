"""NIfTI volumes, each with a NIfTI label map on the same grid."""

import csv
import io
from collections.abc import Iterator
from pathlib import Path

from connectors import base, file_rules
from connectors.base import Found, Item, LayoutError, Unreadable
from connectors.headers import grids, nifti
from schemas import DatasetCard, Geometry, LabelShape, LabelSpace, Record, Region, SourceFile

VERSION = "1"


class Names(base.Options):
    """A CSV table beside the data: the columns with the label map's values and with the source's names for them."""

    file: str
    name: str
    value: str


class Options(file_rules.FileRules):
    """`image`, `mask`: file patterns with at most one star, which stands for the same text in both. The card's labels
    are the map's values; `names` says what the source calls them. `units`: "mm" where the headers do not say."""

    image: str
    mask: str | None = None
    names: Names | None = None
    units: str | None = None


def listing(root: Path, card: DatasetCard) -> Iterator[Item]:
    options = base.options(card, Options)
    for uri in base.files(root, [options.image]):
        mask = file_rules.companion(uri, options.image, options.mask) if options.mask else None
        names = [options.names.file] if options.names else []
        yield base.item(root, card.id, uri, [name for name in (mask, *names) if name])


def read(root: Path, card: DatasetCard, space: LabelSpace, item: Item) -> Iterator[Found]:
    options = base.options(card, Options)
    record, mask = volume(root, card, space, item, options)
    yield record
    if mask is not None:
        yield from label_regions(root, card, space, record, mask, options)


def volume(
    root: Path, card: DatasetCard, space: LabelSpace, item: Item, options: Options, version: str = VERSION,
    extra: tuple[SourceFile, ...] = (),
) -> tuple[Record, SourceFile | None]:  # fmt: skip
    """The record of an image, and its label map once the two grids agree. `extra`: further sources of the record."""
    sources = [base.source_file(root, uri) for uri in (item.uri, *item.group)]
    geometry = nifti.grid(root, item.uri, units=options.units)
    mask = None
    if options.mask:
        mask = sources[1]
        grids.same_grid(geometry, nifti.grid(root, mask.uri, units=options.units), mask.uri, item.uri)
    return record_of(card, space, options, version, (*sources, *extra), geometry, item.uri, mask is not None), mask


def record_of(
    card: DatasetCard, space: LabelSpace, options: file_rules.FileRules, version: str, sources: tuple[SourceFile, ...],
    geometry: Geometry, uri: str, annotated: bool,
) -> Record:  # fmt: skip
    """A volume's record. `annotated`: only then can a concept be absent from it."""
    return Record(
        key=base.record_key(card, space, version, sources, uri), dataset=card.id, kind="volume", decoder="nifti",
        sources=sources, geometry=geometry, modality=file_rules.modality(card, space, options, uri),
        subject=base.subject(card, file_rules.first(options.subject, uri) or file_rules.stem(uri)),
        anatomy=file_rules.anatomy(card, space, options, uri), unit=file_rules.first(options.unit, uri),
        exhaustive=base.exhaustive(card, space) if annotated else (),
    )  # fmt: skip


def label_regions(
    root: Path, card: DatasetCard, space: LabelSpace, record: Record, mask: SourceFile, options: Options
) -> Iterator[Region]:
    """One region per value that the card maps; those that the map does not hold are filtered where it is decoded."""
    names = _names(root, options.names) if options.names else {}
    for value in sorted(names):
        if str(value) not in card.layout.labels:
            raise LayoutError(card.id, "layout.labels", f"{value} ({names[value]}) is not there; map it, or null it")
    for value, slug in label_values(card):
        if slug is not None:
            shape = LabelShape(source=mask, decoder="nifti", value=value)
            yield base.region(record, space, slug, names.get(value, str(value)), shape, options.made_by)


def label_values(card: DatasetCard) -> list[tuple[int, str | None]]:
    """The card's labels that are values of a map, with their slugs, by value."""
    return sorted((int(label), slug) for label, slug in card.layout.labels.items() if label.isdigit())


def _names(root: Path, names: Names) -> dict[int, str]:
    try:
        with base.open_file(root, names.file) as raw, io.TextIOWrapper(raw, encoding="utf-8", newline="") as file:
            return {int(row[names.value]): row[names.name] for row in csv.DictReader(file)}
    except Unreadable:
        raise
    except (OSError, KeyError, ValueError) as error:
        raise Unreadable(names.file, f"no table with columns {names.name!r} and {names.value!r}: {error}") from error
