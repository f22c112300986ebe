"""Questions with the check that judges an answer to them: JSON Lines of {prompt, images, check, choices}, for
reinforcement learning with verifiable rewards. `transforms.tasks.scoring.score` runs a check, as `triptych score`
does."""

from collections.abc import Iterator
from typing import Any

from transforms.shards.exports._job import Job
from transforms.tasks.rendering import messages

NAME = "rewards"
NOTE = "questions with executable checks, for reinforcement learning"
COORDINATES = ("pixels",)
OPTIONS: tuple[str, ...] = ()


def write(job: Job) -> None:
    job.by_split(_rows)


def _rows(job: Job, split: str) -> Iterator[dict[str, Any]]:
    for item, one in job.dialogues(split):
        if one.check is None:
            job.left_out["dialogue: carries no check"] += 1
            continue
        if any(turn.crop for turn in one.turns):
            job.left_out["dialogue: shows parts of the picture on the way"] += 1
            continue
        asked = messages(one, "answer", None, item.sample.document)[:-1]
        yield {
            "id": f"{item.sample.key}-{one.id}", "key": item.sample.key, "dialogue": one.id, "task": one.task,
            "prompt": asked, "images": job.pictures(item), "choices": one.choices, "answer": one.answer,
            "check": one.check.model_dump(mode="json", exclude_defaults=True),
            "skill": one.skill, "difficulty": one.difficulty and one.difficulty.model_dump(mode="json"),
        }  # fmt: skip
