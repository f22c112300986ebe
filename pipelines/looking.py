"""What the masks of a record hold that its card does not know, before anything is built of it."""

from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import NamedTuple

from pipelines.faults import reason_of
from schemas import LabelShape, Notice, Record, Region, SourceFile
from transforms.regions.resolve import resolution


class Looked(NamedTuple):
    """What to tell of a record's masks, and how many files of them show nothing."""

    notices: list[Notice]
    empty: int = 0


def look(root: Path, record: Record, regions: Sequence[Region]) -> Looked:
    """A notice for each unknown value of a record's masks, and for each that is in doubt; one alone where they cannot
    be decoded. Nothing where no region of it has a mask."""
    if not record.label_maps and not any(isinstance(region.shape, LabelShape) for region in regions):
        return Looked([])
    try:
        found = resolution(root, record, regions)
    except Exception as error:  # noqa: BLE001 - as a build would put the record into quarantine
        return Looked(
            [Notice(kind="file", uri=record.sources[0].uri, reason=reason_of(error), record=record.key)]
        )  # fmt: skip
    drawn = _files(item.region for item in found.kept)
    notices = [notice.model_copy(update={"record": record.key}) for notice in found.notices]
    return Looked(notices, len(_files(regions) - drawn))


def _files(regions: Iterable[Region]) -> set[SourceFile]:
    """The files of masks that regions are read from."""
    return {region.shape.source for region in regions if isinstance(region.shape, LabelShape)}
