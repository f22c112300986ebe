"""Answers with `[SEG]` tokens and the masks that they stand for, as LISA and its successors train on: JSON Lines of
{image, question, answer, masks}.

A mask is COCO's run lengths (`pycocotools.mask.frPyObjects` reads them), one for each token, in order.
"""

from collections.abc import Iterator
from typing import Any

from schemas import Media
from transforms.shards.exports._drawn import Drawn, by_label, drawn, runs
from transforms.shards.exports._job import Item, Job

NAME = "seg"
NOTE = "[SEG] answers with their masks as run lengths"
COORDINATES: tuple[str, ...] = ()
OPTIONS = ("made_by",)


def write(job: Job) -> None:
    job.by_split(_rows)


def _rows(job: Job, split: str) -> Iterator[dict[str, Any]]:
    for item in job.pictured(split):
        for media, found in drawn(job, item):
            rows = [_row(job, item, media, label, own) for label, own in by_label(found)]
            told = [row for row in rows if row is not None]
            yield from told
            if not told:
                job.left_out["picture: has no mask"] += 1


def _row(job: Job, item: Item, media: Media, label: str, own: list[Drawn]) -> dict[str, Any] | None:
    """What is drawn of a concept on a picture; None, and counted, where not all of it has a mask."""
    masks = [runs(one.mask) for one in own if one.mask is not None]
    if len(masks) < len(own):
        job.left_out["region: a box was drawn, no mask"] += len(own) - len(masks)
        return None
    return {
        "image": job.picture(item, media.name), "key": item.sample.key, "concept": label,
        "regions": [one.region.id for one in own],
        "question": f"<image>\nSegment each {label} that is marked in this image.",
        "answer": ", ".join(["[SEG]"] * len(masks)), "masks": masks,
    }  # fmt: skip
