"""Answers with `[SEG]` tokens and the masks that they stand for, as LISA and its successors train on: JSON Lines of
{image, question, answer, masks}.

A mask is COCO's run lengths (`pycocotools.mask.frPyObjects` reads them), one for each token, in order.
"""

from collections.abc import Iterator
from typing import Any

from transforms.shards.exports._drawn import by_concept, runs
from transforms.shards.exports._job import Job

NAME = "seg"
NOTE = "[SEG] answers with their masks as run lengths"
COORDINATES: tuple[str, ...] = ()
OPTIONS = ("made_by",)


def write(job: Job) -> None:
    job.by_split(_rows)


def _rows(job: Job, split: str) -> Iterator[dict[str, Any]]:
    for item, media, label, own in by_concept(job, job.pictured(split)):
        masks = [runs(one.mask) for one in own if one.mask is not None]
        if len(masks) < len(own):
            job.left_out["region: a box was drawn, no mask"] += len(own) - len(masks)
        elif masks:
            yield {
                "image": job.picture(item, media.name), "key": item.sample.key, "concept": label,
                "regions": [one.region.id for one in own],
                "question": f"<image>\nSegment each {label} that is marked in this image.",
                "answer": ", ".join(["[SEG]"] * len(masks)), "masks": masks,
            }  # fmt: skip
