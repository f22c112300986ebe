"""From a published folder to records and source regions: headers and annotations only, never pixels."""

import errno
import importlib
import pkgutil
import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import cast

from connectors import archives, assemble, copies, layout, packing, stated
from connectors.base import Found, Item, LayoutError, NotPartOf, Reader, Unreadable, options
from connectors.misplaced import misplaced
from connectors.packed import Packed
from connectors.packing import PackingError
from connectors.tables import dialect, lookup
from raw import confine
from raw.refusal import fault, line
from schemas import DatasetCard, LabelShape, LabelSpace, Notice, Record, Region, SourceFile

__all__ = ["Connector", "Item", "LayoutError", "NotPartOf", "PackingError", "Unreadable", "open_dataset", "reader"]

HOME = Path(__file__).parent
ESCAPE = re.compile(r"\\x[0-9a-f]{2}")
FULL = (errno.ENOSPC, errno.EDQUOT)  # a full disk (members are unpacked into temporary files) is no fault of an item


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
        return map(_sayable, self.reader.listing(self.folder(root), self.card))

    def folder(self, root: Path) -> Path:
        """The folder as readers are to see it: a `Packed` where it is not packed as published. Looked at once for each
        connector. Raises PackingError where it may be packed in several ways."""
        key = ("packing", str(root))
        if key not in self.card.memo:
            given = options(self.card, self.reader.Options)
            known = isinstance(given, assemble.Common)
            self.card.memo[key] = packing.found(root, self.card, cast(assemble.Common, given)) if known else root
        return cast(Path, self.card.memo[key])

    def take_as_it_lies(self, root: Path) -> None:
        """Look for no other packing of this folder: for patterns that fit at any depth there is none."""
        self.card.memo["packing", str(root)] = root

    def nothing(self, root: Path) -> PackingError:
        """What to raise of a folder whose listing is empty."""
        return misplaced(root, self.card, self.reader)

    def check(self, root: Path) -> None:
        """Raises PackingError where a folder gives nothing to read: what was expected there, and what to give."""
        if next(iter(self.listing(root)), None) is None:
            raise self.nothing(root)

    def notices(self, root: Path) -> list[Notice]:
        """What is to be said once of the folder as a whole: its packing, copies, and what is of no image."""
        given = options(self.card, self.reader.Options)
        if not isinstance(given, assemble.Common):
            return []
        folder = self.folder(root)
        said = [*packing.notices(folder, self.card, given), *copies.notices(folder, given)]
        for part in assemble.bound(self.card, given):
            if isinstance(part.options, lookup.Table):
                said += dialect.notices(folder, part.options)
            if hasattr(part.module, "of_folder"):
                said += part.module.of_folder(folder, self.card, part.options)
        if isinstance(folder, Packed):
            said = [one.model_copy(update={"uri": folder.shown(one.uri)}) for one in said]
        return list(dict.fromkeys(said))

    def read(self, root: Path, item: Item) -> Iterator[Found]:
        """A record, then its regions and what of it was not understood, for each record of an item.

        Raises Unreadable or NotPartOf, which name the file; nothing of the item is to be kept then."""
        folder = self.folder(root)
        try:
            if archives.is_archive(item.member or item.uri) and issubclass(self.reader.Options, assemble.Common):
                _check_archive(root, item)
            doubled: set[str] = set()
            for found in self.reader.read(folder, self.card, self.space, item):
                if isinstance(folder, Packed) and isinstance(found, Notice):
                    found = found.model_copy(update={"uri": folder.shown(found.uri)})
                unsaid: list[Notice] = []
                if isinstance(found, Record):
                    found, unsaid = stated.with_facts(self.card, self.space, found)
                    record = found
                elif isinstance(found, Region):
                    found, unsaid = stated.of_region(self.card, self.space, record, found)
                yield found
                yield from unsaid
                yield from _doubled(root, found, doubled)
        except Exception as error:
            if isinstance(error, Unreadable | NotPartOf) and isinstance(folder, Packed):
                error.move(folder.shown(error.uri))
            if isinstance(error, NotPartOf):
                raise
            _check_place(root, item)
            if isinstance(error, Unreadable) or (isinstance(error, OSError) and error.errno in FULL):
                raise
            reason = line(error) if isinstance(error, LayoutError) else f"cannot be read: {fault(error)}"
            raise Unreadable(item.uri, reason) from error


def _sayable(item: Item) -> Item:
    """An item whose name is not UTF-8 under a name that is: no file has that one, and reading it says why."""
    try:
        "".join([item.uri, item.member or "", *item.group]).encode()
    except UnicodeEncodeError:
        names = {"uri": _escaped(item.uri), "member": item.member and _escaped(item.member)}
        return item.model_copy(update={**names, "group": tuple(map(_escaped, item.group))})
    return item


def _escaped(name: str) -> str:
    return name.encode("utf-8", "surrogateescape").decode("utf-8", "backslashreplace")


def _check_archive(root: Path, item: Item) -> None:
    """Raises Unreadable where an item is an archive: one that cannot be opened, or one within another."""
    if item.member is not None:
        raise Unreadable(f"{item.uri}/{item.member}", "an archive inside an archive: unpack the outer one")
    try:
        archives.members(root, item.uri)
    except archives.BROKEN as error:
        reason = error.reason if isinstance(error, Unreadable) else f"{line(error)}; get it again"
        raise Unreadable(item.uri, f"the archive cannot be opened: {reason}") from error


def _check_place(root: Path, item: Item) -> None:
    """Raises Unreadable where an item stands for what cannot be opened, or for a name that cannot be written."""
    confine.check(root, item.uri)
    if ESCAPE.search(f"{item.uri}/{item.member}") and not archives.there(root, layout.where(item)):
        raise Unreadable(item.uri, "its name is not UTF-8 (here with \\x for each such byte): rename it")


def _doubled(root: Path, found: Found, said: set[str]) -> Iterator[Notice]:
    """A notice for each member of an archive that was read and whose name another member of it has, too."""
    sources: tuple[SourceFile, ...] = ()
    if isinstance(found, Record):
        sources = found.sources
    elif isinstance(found, Region) and isinstance(found.shape, LabelShape):
        sources = (found.shape.source,)
    for source in sources:
        if source.member is None or (name := f"{source.uri}/{source.member}") in said:
            continue
        said.add(name)
        if source.member in archives.contents(root, source.uri).doubled:
            reason = "two members of this archive have this name; the last is read, as unzip does"
            yield Notice(kind="file", uri=name, reason=reason)


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
