"""A NIfTI volume with one probability (or mask) map per tissue on the same grid."""

from collections.abc import Iterator
from pathlib import Path

from connectors import base
from connectors.base import Item, LayoutError
from connectors.readers import _grid, _nifti, _rules
from connectors.readers.nifti_labelmap import record_of
from schemas import DatasetCard, LabelShape, LabelSpace, Record, Region

VERSION = "1"


class Options(_rules.FileRules):
    """`image`: pattern with at most one star. `maps`: label -> pattern of its map. A voxel belongs to a tissue where
    its map is at or above `at_least`, in the map's own scale. `units`: "mm" where the headers do not say."""

    image: str
    maps: dict[str, str]
    at_least: float
    units: str | None = None


def listing(root: Path, card: DatasetCard) -> Iterator[Item]:
    options = base.options(card, Options)
    for uri in base.files(root, [options.image]):
        yield base.item(root, card.id, uri, _maps(options, uri).values())


def read(root: Path, card: DatasetCard, space: LabelSpace, item: Item) -> Iterator[Record | Region]:
    options = base.options(card, Options)
    sources = tuple(base.source_file(root, uri) for uri in (item.uri, *item.group))
    geometry = _nifti.grid(root, item.uri, units=options.units)
    for source in sources[1:]:
        _grid.same_grid(geometry, _nifti.grid(root, source.uri, units=options.units), source.uri, item.uri)
    record = record_of(card, space, options, VERSION, sources, geometry, item.uri, True)
    yield record
    by_uri = {source.uri: source for source in sources}
    for label, uri in _maps(options, item.uri).items():
        if label not in card.layout.labels:
            raise LayoutError(card.id, f"layout.options.maps.{label}", "is not under layout.labels; map it there")
        slug = card.layout.labels[label]
        if slug is not None:
            shape = LabelShape(source=by_uri[uri], decoder="nifti", value=0, at_least=options.at_least)
            yield base.region(record, space, slug, label, shape, options.made_by)


def _maps(options: Options, uri: str) -> dict[str, str]:
    found = {label: _rules.companion(uri, options.image, pattern) for label, pattern in sorted(options.maps.items())}
    return {label: name for label, name in found.items() if name}
