"""Reasoning as calls of tools, each answered with its result: JSON Lines of {messages, tools, images} in OpenAI's form,
which TRL and LLaMA-Factory read. Dialogues without reasoning are left out and counted.
"""

from collections.abc import Iterator
from typing import Any

from transforms.shards.exports._job import Job
from transforms.tasks.rendering import messages, tools

NAME = "tool-calls"
NOTE = "reasoning as tool calls and results, in OpenAI's form"
COORDINATES = ("pixels",)
OPTIONS: tuple[str, ...] = ()


def write(job: Job) -> None:
    job.by_split(_rows)


def _rows(job: Job, split: str) -> Iterator[dict[str, Any]]:
    for item, one in job.dialogues(split):
        if not one.reasoning or any(turn.crop for turn in one.turns):
            job.left_out["dialogue: has no steps that tools could take"] += 1
            continue
        yield {
            "id": f"{item.sample.key}-{one.id}", "task": one.task,
            "messages": messages(one, "tools", None, item.sample.document), "tools": tools([one]),
            "images": job.pictures(item),
        }  # fmt: skip
