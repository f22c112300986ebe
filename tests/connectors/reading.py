"""A replica read once: what came of it, record by record, with every mask decoded."""

import traceback
from collections import Counter
from dataclasses import dataclass, field
from functools import cache, cached_property
from pathlib import Path

import catalog
from catalog.load import read_card
from connectors import Connector, Item, NotPartOf, Unreadable, open_dataset
from connectors.base import Found as Rows
from schemas import DatasetCard, LabelSpace, Notice, Record, Region, SourceFile
from transforms.media.decoders import DecodeError, decode
from transforms.regions.resolve import Resolved, resolution

REFUSED = (DecodeError, ValueError, TypeError, KeyError, IndexError, OSError, AttributeError, AssertionError)


@dataclass
class Found:
    """A record with its regions. `masks`: those that show something; `empty`: files of which none does."""

    record: Record
    regions: list[Region]
    masks: list[Resolved] = field(default_factory=list)
    empty: list[str] = field(default_factory=list)


@dataclass
class Reading:
    """What a connector makes of a folder. `faults`: what went wrong beyond an Unreadable or a NotPartOf."""

    card: DatasetCard
    root: Path
    items: list[Item]
    found: list[Found]
    unreadable: list[Unreadable]
    filtered: list[NotPartOf]
    faults: list[str]
    notices: list[str] = field(default_factory=list)

    @cached_property
    def names(self) -> list[str]:
        """A record's name: the path of its first source, "/member", "#select"; "#0", "#1" ... where it repeats."""
        plain = [name_of(found.record.sources[0]) for found in self.found]
        count, seen, out = Counter(plain), Counter[str](), []
        for name in plain:
            out.append(f"{name}#{seen[name]}" if count[name] > 1 else name)
            seen[name] += 1
        return out

    def subject(self, record: Record) -> str:
        """The subject without its space."""
        return record.subject.removeprefix(f"{self.card.subject_space or self.card.id}/")

    def at(self, spot: str) -> list[Found]:
        """The records that a path names: by name, else by one of their sources, else by the folder of the first."""
        named = [found for name, found in zip(self.names, self.found, strict=True) if name == spot]
        if named:
            return named
        several = [found for found in self.found if spot in map(name_of, found.record.sources)]
        folder = spot.rstrip("/") + "/"  # of a series' slices; its masks may lie elsewhere
        return several or [found for found in self.found if name_of(found.record.sources[0]).startswith(folder)]


def name_of(source: SourceFile) -> str:
    """The path of a source, through an archive, down to a part of the file."""
    name = source.uri if source.member is None else f"{source.uri}/{source.member}"
    select = getattr(source, "select", None)
    return name if select is None else f"{name}#{select}"


@cache
def connector(dataset: str) -> Connector:
    """A data set's connector. Only its own card is read: a fault in another does not matter here."""
    return open_dataset(read_card(catalog.ROOT / "datasets" / f"{dataset}.yaml"), catalog.labelspace())


def space() -> LabelSpace:
    return catalog.labelspace()


def read(source: Connector, root: Path, *, pixels: bool = True, items: list[Item] | None = None) -> Reading:
    """Reads all items (by default those of a new listing), and decodes everything unless `pixels` is False."""
    source = open_dataset(source.card, source.space)  # the folder may have changed since the last reading
    out = Reading(source.card, root, [], [], [], [], [])
    try:
        out.notices += [notice.text() for notice in source.notices(root)]
        out.items = list(source.listing(root)) if items is None else items
    except Exception as error:  # noqa: BLE001 - whatever a reader raises is what the check reports
        out.faults.append(f"listing the folder raised {told(error)}")
    for item in out.items:
        rows: list[Rows] = []
        try:
            rows = list(source.read(root, item))
        except Unreadable as error:
            out.unreadable.append(error)
        except NotPartOf as error:
            out.filtered.append(error)
        except Exception as error:  # noqa: BLE001 - as above
            out.faults.append(f"reading {item.uri} raised {told(error)}")
        _collect(out, rows)
    if pixels:
        for found in out.found:
            _decode(out, found)
    return out


def told(error: Exception) -> str:
    """An error with the last of our own lines that raised it."""
    frames = [frame for frame in traceback.extract_tb(error.__traceback__) if "site-packages" not in frame.filename]
    place = f" (at {Path(frames[-1].filename).name}:{frames[-1].lineno})" if frames else ""
    return f"{type(error).__name__}: {error}{place}"


def _collect(out: Reading, rows: list[Rows]) -> None:
    own: dict[str, Found] = {}
    for row in rows:
        if isinstance(row, Record):
            own[row.key] = Found(row, [])
            out.found.append(own[row.key])
        elif isinstance(row, Notice):
            out.notices.append(row.text())
        elif row.record in own:
            own[row.record].regions.append(row)
        else:
            out.faults.append(f"region {row.source_label!r} comes before its record, or names one of another item")


def _decode(out: Reading, found: Found) -> None:
    record, name = found.record, name_of(found.record.sources[0])
    if record.kind != "document":
        try:
            decode(out.root, record)
        except REFUSED as error:
            out.faults.append(f"{name}: its pixels do not decode: {told(error)}")
    try:
        looked = resolution(out.root, record, found.regions)
    except REFUSED as error:
        out.faults.append(f"{name}: its regions do not decode: {told(error)}")
        return
    found.masks = looked.kept
    out.notices += [notice.text() for notice in looked.notices]
    drawn = {_map_of(mask.region) for mask in found.masks}
    found.empty = sorted(source for source in {_map_of(region) for region in found.regions} - drawn if source)


def _map_of(region: Region) -> str:
    """The file that holds a region's mask; "" where the region holds its own shape."""
    source = getattr(region.shape, "source", None)
    return name_of(source) if isinstance(source, SourceFile) else ""
