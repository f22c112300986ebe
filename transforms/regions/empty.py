"""Masks that show nothing although the source says that something is there."""

from collections.abc import Iterable
from typing import TYPE_CHECKING

from schemas import LabelShape, Notice, Record
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
    return notices, doubtful
