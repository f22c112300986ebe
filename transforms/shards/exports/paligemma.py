"""PaliGemma's pairs: JSON Lines of {image, prefix, suffix}; boxes are four `<locNNNN>` tokens, y before x, in 1,024ths.

Format: big_vision's PaliGemma README ("detect" and "answer" prompts; google-research/big_vision). Only one question of
one picture is such a pair, so dialogues of several turns or pictures are left out and counted.
"""

from collections.abc import Iterator, Sequence
from typing import Any

from transforms.shards.exports._conversations import Conversation, conversations
from transforms.shards.exports._coordinates import PLACE
from transforms.shards.exports._drawn import by_concept
from transforms.shards.exports._job import Job, size

NAME = "paligemma"
NOTE = "PaliGemma's prefix and suffix with <loc> tokens"
COORDINATES: tuple[str, ...] = ()
OPTIONS = ("style", "made_by")
BINS = 1024


def write(job: Job) -> None:
    job.by_split(_rows)


def _rows(job: Job, split: str) -> Iterator[dict[str, Any]]:
    for item, media, label, own in by_concept(job, split):
        told = " ; ".join(f"{tokens(one.box, size(media))} {label}" for one in own)
        yield {"image": job.picture(item, media.name), "prefix": f"detect {label}", "suffix": told}
    for _, one in conversations(job, split):
        if (pair := _pair(job, one)) is not None:
            yield pair


def _pair(job: Job, one: Conversation) -> dict[str, Any] | None:
    if len(one.turns) != 2 or len(one.pictures) != 1:
        job.left_out["dialogue: is not one question of one picture"] += 1
        return None
    asked, told = one.turns[0].text, one.turns[1].text
    if any(PLACE.search(text) for text in (asked, told)):
        job.left_out["dialogue: tells places in words, where the format has tokens"] += 1
        return None
    prefix = "describe en" if one.task == "description" else f"answer en {asked}"
    return {"image": one.pictures[0], "prefix": prefix, "suffix": told}


def tokens(box: Sequence[int], sides: tuple[int, int]) -> str:
    """y0, x0, y1, x1 of a box, as the bins of a picture of (width, height) in which they lie."""
    width, height = sides
    places = ((box[1], height), (box[0], width), (box[3], height), (box[2], width))
    return "".join(f"<loc{min(at * BINS // side, BINS - 1):04d}>" for at, side in places)
