"""What reading a folder gives, before anything is built of it: its records, and all that is to be said of them."""

from collections.abc import Iterable, Iterator, Sequence
from itertools import islice
from pathlib import Path
from typing import NamedTuple

from connectors import Connector
from connectors.base import Found, Item, NotPartOf, Unreadable, by_record
from pipelines.complaints import heard
from pipelines.faults import reason_of
from schemas import LabelShape, Notice, Record, Region, SourceFile
from transforms.regions import repeats
from transforms.regions.empty import to_be_blank
from transforms.regions.resolve import resolution
from transforms.regions.unknown import place


class Empty(NamedTuple):
    """The files of a record's masks that show nothing."""

    files: tuple[str, ...]


class Refused(NamedTuple):
    """Why a record's masks cannot be decoded: a build puts it into quarantine."""

    notice: Notice


def look(connector: Connector, root: Path, limit: int | None, pixels: bool) -> Iterator[Record | Notice | Empty]:
    """Every record of a folder, and a notice for whatever of one was not understood or could not be read: it costs
    itself, as in a build; what is said of the folder as a whole is not among them. What is true of many files alike is
    said once, at the end, with their number. `pixels`: masks are decoded, values that the card lacks are named, and it
    is told which files of masks show nothing; a record whose masks cannot be decoded is left out, as in a build."""
    often: dict[tuple[str, str | None, str], list[Notice]] = {}
    for item in islice(connector.listing(root), limit):
        for thing in _item(connector, root, item, pixels):
            if isinstance(thing, Notice) and thing.often:
                often.setdefault((thing.kind, thing.item, thing.reason), []).append(thing)
            else:
                yield thing
    for same in often.values():
        count = f"{len(same)} files or records, the first of which is this one"
        yield same[0] if len(same) == 1 else same[0].model_copy(update={"reason": f"{same[0].reason}: {count}"})


def _item(connector: Connector, root: Path, item: Item, pixels: bool) -> Iterator[Record | Notice | Empty]:
    complaints: list[Notice] = []
    found: list[Found] = []
    refused: Notice | None = None
    try:
        with heard(root, item.uri) as complaints:
            found = list(connector.read(root, item))
    except NotPartOf as error:
        refused = Notice(kind="file", uri=error.uri, reason=f"left out: {error.reason}")
    except Exception as error:  # noqa: BLE001 - one unit costs itself, as in a build
        shared = isinstance(error, Unreadable) and error.uri not in (item.uri, item.member)  # a table, of many images
        reason = f"unreadable: {reason_of(error, item.uri)}"
        refused = Notice(kind="file", uri=item.uri, reason=reason, often=shared)
    regions = by_record(found)
    problems: list[Notice | Empty] = []
    for thing in (thing for thing in found if not isinstance(thing, Region)):
        own = list(problems_of(root, thing, regions.get(thing.key, ()))) if pixels and isinstance(thing, Record) else []
        if not any(isinstance(problem, Refused) for problem in own):
            yield thing
        problems += [problem.notice if isinstance(problem, Refused) else problem for problem in own]
    yield from complaints
    yield from problems
    if refused is not None:
        yield refused


def problems_of(root: Path, record: Record, regions: Sequence[Region]) -> Iterator[Notice | Empty | Refused]:
    """A notice for each unknown value of a record's masks, and for each that is in doubt, then which files of masks
    show nothing; why it is refused, and no more, where they cannot be decoded. Nothing where it has no masks."""
    if not record.label_maps and not any(isinstance(region.shape, LabelShape) for region in regions):
        return
    try:
        with heard(root, record.sources[0].uri, record.key) as complaints:
            found = resolution(root, record, regions)
    except Exception as error:  # noqa: BLE001 - as a build would put the record into quarantine
        yield Refused(Notice(kind="file", uri=record.sources[0].uri, reason=reason_of(error), record=record.key))
        return
    yield from (notice.model_copy(update={"record": record.key}) for notice in found.notices)
    yield from complaints
    yield from repeats.notices(record, found.kept)
    yield Empty(tuple(sorted(map(place, _files(regions) - _files(item.region for item in found.kept)))))


def _files(regions: Iterable[Region]) -> set[SourceFile]:
    """The files of masks that regions are read from, without those that are to be blank."""
    shapes = (region.shape for region in regions if not to_be_blank(region))
    return {shape.source for shape in shapes if isinstance(shape, LabelShape)}
