"""From a published folder to records and source regions: headers and annotations only, never pixels."""

import importlib
import pkgutil
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import cast

from connectors import archives, assemble, packing
from connectors.base import Found, Item, LayoutError, NotPartOf, Reader, Unreadable, options
from connectors.misplaced import misplaced
from connectors.packed import Packed
from connectors.packing import PackingError
from schemas import DatasetCard, LabelSpace, Notice

__all__ = ["Connector", "Item", "LayoutError", "NotPartOf", "PackingError", "Unreadable", "open_dataset", "reader"]

HOME = Path(__file__).parent


@dataclass(frozen=True)
class Connector:
    """A data set's card bound to the reader that its layout names."""

    card: DatasetCard
    space: LabelSpace
    reader: Reader

    def listing(self, root: Path) -> Iterator[Item]:
        """The units of reading under the data set's folder, sorted; names and sizes only. Raises NotADirectoryError."""
        if not root.is_dir():
            raise NotADirectoryError(f"{root}: no such folder; fetch the data with `triptych get {self.card.id}`")
        return self.reader.listing(self.folder(root), self.card)

    def folder(self, root: Path) -> Path:
        """The folder as readers are to see it: a `Packed` where it is not packed as published. Looked at once for each
        connector. Raises PackingError where it may be packed in several ways."""
        key = ("packing", str(root))
        if key not in self.card.memo:
            given = options(self.card, self.reader.Options)
            known = isinstance(given, assemble.Common)
            self.card.memo[key] = packing.found(root, self.card, cast(assemble.Common, given)) if known else root
        return cast(Path, self.card.memo[key])

    def nothing(self, root: Path) -> PackingError:
        """What to raise of a folder whose listing is empty."""
        return misplaced(root, self.card, self.reader)

    def check(self, root: Path) -> None:
        """Raises PackingError where a folder gives nothing to read: what was expected there, and what to give."""
        if next(iter(self.listing(root)), None) is None:
            raise self.nothing(root)

    def notices(self, root: Path) -> list[Notice]:
        """What is to be said once of the folder as a whole."""
        return list(packing.notices(self.folder(root)))

    def read(self, root: Path, item: Item) -> Iterator[Found]:
        """A record, then its regions and what of it was not understood, for each record of an item.

        Raises Unreadable or NotPartOf, which name the file; nothing of the item is to be kept then."""
        if item.member is None and archives.is_archive(item.uri) and issubclass(self.reader.Options, assemble.Common):
            _check_archive(root, item.uri)
        folder = self.folder(root)
        try:
            for found in self.reader.read(folder, self.card, self.space, item):
                if isinstance(folder, Packed) and isinstance(found, Notice):
                    found = found.model_copy(update={"uri": folder.shown(found.uri)})
                yield found
        except LayoutError as error:  # a label that the card does not foresee costs this item, not the whole run
            raise Unreadable(item.uri, str(error)) from error
        except (Unreadable, NotPartOf) as error:
            if isinstance(folder, Packed):
                error.move(folder.shown(error.uri))
            raise


def _check_archive(root: Path, uri: str) -> None:
    """Raises Unreadable when an archive, listed as a file of its own, cannot be opened."""
    try:
        archives.members(root / uri)
    except archives.BROKEN as error:
        raise Unreadable(uri, f"the archive cannot be opened: {error}; get it again") from error


def open_dataset(card: DatasetCard, space: LabelSpace) -> Connector:
    """The connector of a card. Raises LayoutError when it names no reader, a wrong option or an unknown concept."""
    card.memo.clear()  # what an earlier connector derived of files that may have changed
    found = reader(card)
    given = options(card, found.Options)
    if isinstance(given, assemble.Common):
        assemble.bound(card, given)
    for label, slug in card.layout.labels.items():
        if slug is None and label not in card.layout.unmapped:
            raise LayoutError(card.id, f"layout.labels.{label}", "is null; say why under layout.unmapped")
    for key, slugs in (
        ("layout.labels", card.layout.labels.values()), ("modalities", card.modalities),
        ("anatomy", card.anatomy), ("exhaustive", card.exhaustive), ("layout.implies", _implied(card)),
    ):  # fmt: skip
        for slug in slugs:
            if slug is not None and slug not in space:
                raise LayoutError(card.id, key, f"no concept {slug!r}; add it to catalog/concepts/ or correct it")
    return Connector(card, space, found)


def _implied(card: DatasetCard) -> list[str]:
    """The slugs under `layout.implies`. Raises LayoutError on a label that the card does not know."""
    for label in card.layout.implies:
        if label not in card.layout.labels:
            raise LayoutError(card.id, f"layout.implies.{label}", "is not among layout.labels; add it there")
    given = card.layout.implies.values()
    return [slug for one in given for slug in (*one.present, *one.absent, *one.uncertain)]


def reader(card: DatasetCard) -> Reader:
    """The module that `layout.reader` names: connectors/readers/<name>.py, or the set's own connectors/<id>.py.

    Raises LayoutError when the card has no layout, or names no module.
    """
    name = card.layout.reader
    if name is None:
        raise LayoutError(card.id, "layout", "has no layout: write it (CONTRIBUTING says how)")
    if name in _readers():
        return cast(Reader, importlib.import_module(f"connectors.readers.{name}"))
    if name == card.id and (HOME / f"{name}.py").is_file():
        return cast(Reader, importlib.import_module(f"connectors.{name}"))
    raise LayoutError(card.id, "layout.reader", f"no reader {name!r}; there are {', '.join(_readers())}")


@cache
def _readers() -> tuple[str, ...]:
    modules = pkgutil.iter_modules([str(HOME / "readers")])
    return tuple(sorted(info.name for info in modules if not info.ispkg and not info.name.startswith("_")))
