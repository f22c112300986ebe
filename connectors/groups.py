"""Files that make one record together: the slices of a series, the frames of a clip."""

from collections.abc import Callable, Iterator, Mapping
from itertools import groupby
from pathlib import Path

from connectors import archives, assemble, base, layout
from connectors.assemble import Common
from connectors.base import Item
from schemas import DatasetCard

Key = Callable[[str, Mapping[str, str]], str]


def items(root: Path, card: DatasetCard, options: Common, key: Key) -> Iterator[Item]:
    """An item for the files of one folder, or of one archive, that have the same `key(path, fields)`. Only one place's
    names are held at a time."""
    for _, found in groupby(assemble.paths(root, options), lambda one: _place(root, one[0])):
        groups: dict[str, tuple[list[str], dict[str, str]]] = {}
        for path, fields in found:
            if not layout.is_open(options, path, fields):
                uri, member = archives.split(root, path)
                yield base.item(root, card.id, uri, member=member)
                continue
            groups.setdefault(key(path, assemble.named(path, fields)), ([], fields))[0].append(path)
        for paths, fields in sorted(groups.values(), key=lambda group: group[0]):
            uri, member = archives.split(root, paths[0])
            further = assemble.companions(root, card, options, paths[0], fields)
            beside = [archives.lies(root, path) for path in paths[1:]]
            yield base.item(root, card.id, uri, [*beside, *further], member, published=paths)


def paths(root: Path, card: DatasetCard, options: Common, item: Item) -> list[str]:
    """The files of an item without those of its annotations."""
    if item.published:
        return list(item.published)
    first = assemble.where(item)
    further = set(assemble.companions(root, card, options, first, assemble.fields_of(card, options, first)))
    return [first, *(name for name in item.group if name not in further)]


def _place(root: Path, path: str) -> str:
    """The archive or the folder that a file lies in: a group does not leave it."""
    uri, member = archives.split(root, path)
    return uri if member else path.rpartition("/")[0]
