"""Regions of a sample on one of its pictures: the box, the mask, and who drew it."""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import groupby

import numpy as np
from numpy.typing import NDArray

from schemas import Concept, Media, SampleRegion
from schemas.fact import PresenceState
from transforms.shards.exports._job import Item, Job

Box = tuple[int, int, int, int]


@dataclass(frozen=True)
class Drawn:
    """`mask`: bool (height, width); None where a box is all that was drawn."""

    region: SampleRegion
    box: Box
    mask: NDArray[np.bool_] | None

    @property
    def label(self) -> str:
        return self.region.concept.label


def drawn(job: Job, item: Item) -> Iterator[tuple[Media, list[Drawn]]]:
    """Each picture of a sample with what is drawn on it by those whom the job takes for truth. The others' regions are
    left out and counted, as are points, lines and spans, which have no box."""
    for media in item.pictures:
        found = []
        for region in item.sample.regions:
            if region.medium != media.name:
                continue
            if region.made_by.kind not in job.made_by:
                job.left_out[f"region: drawn by a {region.made_by.kind}"] += 1
            elif region.box is None:
                job.left_out["region: has no box"] += 1
            else:
                found.append(Drawn(region, region.box.xyxy, item.masks.get(region.id)))
        yield media, found


def stated(item: Item, media: Media, state: PresenceState) -> list[Concept]:
    """The concepts that a source calls present or absent on a picture. What is absent from the whole that it is of is
    absent there too; what is present in the whole need not show on it."""
    return [
        one.concept for one in item.sample.presence
        if one.state == state and one.media in (None, media.name) and (state == "absent" or one.level is None)
    ]  # fmt: skip


def by_concept(job: Job, split: str) -> Iterator[tuple[Item, Media, str, list[Drawn]]]:
    """What is drawn of each concept on each picture of a split."""
    for item in job.shown(split):
        for media, found in drawn(job, item):
            yield from ((item, media, label, own) for label, own in by_label(found))


def by_label(found: list[Drawn]) -> Iterator[tuple[str, list[Drawn]]]:
    """What is drawn of each concept, by label, in order."""
    for label, own in groupby(sorted(found, key=lambda one: one.label), key=lambda one: one.label):
        yield label, list(own)


def runs(mask: NDArray[np.bool_]) -> dict[str, list[int]]:
    """A mask as COCO's uncompressed run lengths: columns first, zeros first (pycocotools reads them by
    `mask.frPyObjects`)."""
    flat = mask.ravel(order="F")
    edges = np.flatnonzero(np.diff(flat)) + 1
    lengths = np.diff(np.concatenate(([0], edges, [flat.size]))).tolist()
    return {"size": [int(n) for n in mask.shape], "counts": [0, *lengths] if flat.size and flat[0] else lengths}
