"""Masks that show nothing although the source says that something is there, and those of which it says the contrary."""

from collections.abc import Iterable, Iterator, Sequence, Set
from typing import TYPE_CHECKING

from schemas import LabelMap, LabelShape, Notice, Record, Region
from transforms.media.decoders import DecodeError
from transforms.regions.unknown import map_of, place

if TYPE_CHECKING:
    from transforms.regions.resolve import Dropped, Resolved


def empty_ones(
    record: Record, kept: Iterable["Resolved"], dropped: Iterable["Dropped"]
) -> tuple[list[Notice], set[str]]:  # fmt: skip
    """A notice for each, and the labels of concepts that are not absent for it."""
    present = {stated.concept.label for stated in record.presence if stated.state == "present"}
    shown = {item.region.concept.label for item in kept}
    notices: list[Notice] = []
    doubtful: set[str] = set()
    for region in (drop.region for drop in dropped):
        shape, concept = region.shape, region.concept.label
        if not isinstance(shape, LabelShape):
            continue
        if shape.listed:
            reason = "not one pixel of it is drawn, and the source leaves out, or does not list, what is not there"
            known = map_of(record, shape)
            doubtful.update({concept, *(known.concepts if known else ())})
        elif concept in present - shown:
            reason = f"not one pixel of it is drawn, and the source's labels say that {concept} is there"
        else:
            continue
        notices.append(Notice(kind="file", uri=place(shape.source), item=region.source_label, reason=reason))
    blank = _blank(record, kept, {notice.uri for notice in notices})
    doubtful.update(label for known in blank for label in known.concepts)
    return [*notices, *_told(blank)], doubtful


def to_be_blank(region: Region) -> bool:
    """Whether the source says that its mask shows nothing."""
    return bool(region.meta.get("blank"))


def refuse_drawn(kept: Iterable["Resolved"]) -> None:
    """Raises DecodeError on a mask that shows something where the source says that nothing is there."""
    for item in kept:
        shape = item.region.shape
        if to_be_blank(item.region) and isinstance(shape, LabelShape):
            said = f"the source says {item.region.source_label!r} of the image, for which its masks are blank"
            raise DecodeError(place(shape.source), f"{item.voxels} pixels of it are drawn, and {said}")


def _blank(record: Record, kept: Iterable["Resolved"], told: Set[str]) -> list[LabelMap]:
    """The maps of a volume's anatomy, where not one of its masks shows anything. A lesion may be absent, as may one
    organ of several; a scan of which nothing at all was drawn was not annotated, or its masks are not those."""
    if record.kind != "volume" or any(isinstance(item.region.shape, LabelShape) for item in kept):
        return []
    return [known for known in record.label_maps if known.anatomy and place(known.source) not in told]


def _told(blank: Sequence[LabelMap]) -> Iterator[Notice]:
    """One notice that names them all."""
    files = list(dict.fromkeys(place(known.source) for known in blank))
    if files:
        more = f", as in {', '.join(files[1:])}" if files[1:] else ""
        reason = f"not one pixel of it is drawn{more}, and a scan shows some of the anatomy that was looked for"
        yield Notice(kind="file", uri=files[0], reason=reason)
