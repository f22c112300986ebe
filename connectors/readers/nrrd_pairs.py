"""NRRD volumes, each with an NRRD label map on the same grid."""

from collections.abc import Iterator, Mapping
from pathlib import Path

from connectors import base
from connectors.base import Item, LayoutError
from connectors.readers import _grid, _nrrd, _rules
from connectors.readers.nifti_labelmap import label_values, record_of
from schemas import DatasetCard, LabelShape, LabelSpace, Record, Region

VERSION = "1"


class Options(_rules.FileRules):
    """`image`, `mask`: file patterns with one star, which stands for the case's name in both. `label`: glob -> label of
    `value` in that image's mask, where a value means another thing in each; else the labels are the values."""

    image: str
    mask: str
    label: Mapping[str, str] = {}
    value: int = 1


def listing(root: Path, card: DatasetCard) -> Iterator[Item]:
    options = base.options(card, Options)
    for uri in base.files(root, [options.image]):
        mask = _rules.companion(uri, options.image, options.mask)
        yield base.item(root, card.id, uri, [mask] if mask else [])


def read(root: Path, card: DatasetCard, space: LabelSpace, item: Item) -> Iterator[Record | Region]:
    options = base.options(card, Options)
    sources = tuple(base.source_file(root, uri) for uri in (item.uri, *item.group))
    geometry = _nrrd.grid(root, item.uri)
    for source in sources[1:]:
        _grid.same_grid(geometry, _nrrd.grid(root, source.uri), source.uri, item.uri)
    case = _rules.named(item.uri, options.image)
    record = record_of(card, space, options, VERSION, sources, geometry, item.uri, True, name=case, decoder="nrrd")
    yield record
    for label, value, slug in _labels(card, options, item.uri):
        if slug is not None:
            shape = LabelShape(source=sources[1], decoder="nrrd", value=value)
            yield base.region(record, space, slug, label, shape, options.made_by)


def _labels(card: DatasetCard, options: Options, uri: str) -> list[tuple[str, int, str | None]]:
    """Label, value, slug of each label that an image's mask may hold. Raises LayoutError on one not mapped."""
    label = _rules.first(options.label, uri)
    if label is None:
        return [(str(value), value, slug) for value, slug in label_values(card)]
    if label not in card.layout.labels:
        raise LayoutError(card.id, f"layout.options.label: {label}", "is not under layout.labels; map it there")
    return [(label, options.value, card.layout.labels[label])]
