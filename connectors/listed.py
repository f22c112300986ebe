"""What lists of annotations name, so that it can be held against what is on disk."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple

from connectors import archives, layout, patterns, walking
from connectors.tables import lookup
from connectors.tables.lookup import Step, normal

Fields = Mapping[str, str]


class Listed(NamedTuple):
    """The images that a list names. `pattern`: what the card calls the list, whose fields an image may tell; `names`:
    of its entries, as they are compared; `of`: the names under which an image with these fields may be in it (KeyError
    where only its header tells); `files`: further files that it names, which have to be there; `twice`: names whose
    entries are there twice, word for word; `differ`: names of which several entries say different things."""

    file: str
    pattern: str
    names: frozenset[str]
    of: Callable[[Fields], tuple[str, ...]]
    files: tuple[str, ...] = ()
    twice: tuple[str, ...] = ()
    differ: tuple[str, ...] = ()

    def speaks_of(self, fields: Fields) -> bool:
        """Whether an image with these fields may be in it: lists of other parts are not asked about it."""
        bound = patterns.bind(self.pattern, fields)
        return bound == self.pattern or patterns.pattern(bound).match(self.file) is not None


def lists(root: Path, part: layout.Bound) -> Iterator[Listed]:
    """The lists of an annotation: those that its format tells by `listed(root, options)`, or its tables. Raises
    Unreadable where one cannot be read."""
    if hasattr(part.module, "listed"):
        yield from part.module.listed(root, part.options)
    for table in (part.options, getattr(part.options, "classes", None)):
        if isinstance(table, lookup.Table) and table.key is not None:
            for path, index in lookup.each_file(root, table):
                yield _table(path, index, table, alone=getattr(part.module, "ONE_ROW", False))


def compared(match: str, steps: tuple[Step, ...]) -> Callable[[Fields], tuple[str, ...]]:
    """What an image is called by a template over its fields."""
    return lambda fields: (normal(patterns.fill(match, fields), steps, of_table=False),)


def named_in(
    root: Path, pattern: str, index: Callable[[str], Mapping[str, tuple[Any, ...]]], match: str, steps: tuple[Step, ...]
) -> Iterator[Listed]:
    """The lists of a pattern's files, each an index of entries by image. A file that is not there is another matter."""
    for path, _ in walking.find(root, pattern, {}):
        if archives.there(root, path):
            entries = index(path)
            again = {name: found for name, found in entries.items() if _repeats(found)}
            twice = tuple(name for name, found in again.items() if all(one == found[0] for one in found))
            differ = tuple(name for name in again if name not in twice)
            yield Listed(path, pattern, frozenset(entries), compared(match, steps), twice=twice, differ=differ)


def _repeats(entries: Sequence[Any]) -> bool:
    """Whether two entries have one name: those of (full name, entry) are told apart by the folders in it."""
    names = [one[0] if isinstance(one, tuple) and isinstance(one[0], str) else "" for one in entries]
    return len(set(names)) < len(names)


def _table(path: str, index: lookup.Index, table: lookup.Table, alone: bool) -> Listed:
    twice, differ = [], []
    for key, number in index.keys.items():
        if index.starts[number + 1] - index.starts[number] > 1:
            rows = [tuple(row.cells.items()) for row in index.rows(key)]
            if len(set(rows)) < len(rows):
                twice.append(key)
            if alone and len(set(rows)) > 1:
                differ.append(key)
    return Listed(
        path, table.file, frozenset(index.keys), compared(table.match, table.normalise), twice=tuple(twice),
        differ=tuple(differ),
    )  # fmt: skip
