"""What the masks of a record hold that its card does not know, before anything is built of it."""

from collections.abc import Iterator, Sequence
from pathlib import Path

from pipelines.complaints import heard
from pipelines.faults import reason_of
from schemas import Notice, Record, Region
from transforms.regions.resolve import resolution


def problems_of(root: Path, record: Record, regions: Sequence[Region]) -> Iterator[Notice]:
    """A notice for each unknown value of a record's masks, and for each source region that shows nothing; one alone
    where its masks cannot be decoded. Nothing where no region of it has a mask."""
    if not record.label_maps and not any(region.shape.kind == "label" for region in regions):
        return
    try:
        with heard(root, record.sources[0].uri, record.key) as complaints:
            found = resolution(root, record, regions)
    except Exception as error:  # noqa: BLE001 - as a build would put the record into quarantine
        yield Notice(kind="file", uri=record.sources[0].uri, reason=reason_of(error), record=record.key)
        return
    for value in found.unknown:
        yield value.notice().model_copy(update={"record": record.key})
    yield from complaints
