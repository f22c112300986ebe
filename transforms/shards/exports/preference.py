"""Pairs of a right and a wrong answer: JSON Lines of {prompt, chosen, rejected, images}, conversational, as TRL's
DPOTrainer reads them; `differs_by`, `error` and `weight` say by which fact they differ. Dialogues without a wrong
answer are left out and counted."""

from collections.abc import Iterator
from typing import Any

from transforms.shards.exports._job import Job
from transforms.tasks.rendering import preference

NAME = "preference"
NOTE = "chosen and rejected answers for DPO"
COORDINATES = ("pixels",)
OPTIONS: tuple[str, ...] = ()


def write(job: Job) -> None:
    job.by_split(_rows)


def _rows(job: Job, split: str) -> Iterator[dict[str, Any]]:
    for item, one in job.dialogues(split):
        pair = preference(one, item.sample.document)
        if pair is None:
            job.left_out["dialogue: has no rejected answer"] += 1
        else:
            yield {"id": f"{item.sample.key}-{one.id}", "task": one.task, **pair, "images": job.pictures(item)}
