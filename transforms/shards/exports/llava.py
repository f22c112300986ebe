"""LLaVA's training file: a list of {id, image, conversations}, turns of "human" and "gpt", `<image>` for one.

Format: `LazySupervisedDataset` of LLaVA (haotian-liu/LLaVA, llava/train/train.py); several images as LLaVA-NeXT has
them. Places are fractions of the picture's width and height, as in LLaVA-1.5's own mix.
"""

from collections.abc import Iterator
from typing import Any

from transforms.shards.exports._conversations import Conversation, conversations, marked, several
from transforms.shards.exports._job import Job

NAME = "llava"
NOTE = "LLaVA's JSON: one file a split, pictures under images/"
COORDINATES = ("fractions", "pixels", "thousandths")
OPTIONS = ("style",)
WHO = {"user": "human", "assistant": "gpt"}


def write(job: Job) -> None:
    for split in job.splits:
        job.array(f"{split}.json", rows(job, split))


def rows(job: Job, split: str) -> Iterator[dict[str, Any]]:
    """A row a conversation; one of a text alone has no `image`."""
    for _, one in conversations(job, split):
        shown = {"image": several(one.pictures)} if one.pictures else {}
        yield {"id": one.id, **shown, "conversations": turns(one)}


def turns(one: Conversation) -> list[dict[str, str]]:
    """As LLaVA and those who took over its form write them."""
    return [{"from": WHO[turn.role], "value": marked(turn)} for turn in one.turns]
