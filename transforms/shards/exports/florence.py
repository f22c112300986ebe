"""Florence-2's pairs: JSON Lines of {image, prefix, suffix} with its task tokens; a box is four `<loc_N>`.

Format: the processor of microsoft/Florence-2 (`<OD>`, `<DETAILED_CAPTION>`; places in 1,000 bins, x first).
"""

from collections.abc import Iterator, Sequence
from typing import Any

from transforms.shards.exports._drawn import by_label, drawn
from transforms.shards.exports._job import Job, size

NAME = "florence"
NOTE = "Florence-2's task tokens with <loc_N> places"
COORDINATES: tuple[str, ...] = ()
OPTIONS = ("made_by",)
BINS = 1000
CAPTION = "<DETAILED_CAPTION>"


def write(job: Job) -> None:
    job.by_split(_rows)


def _rows(job: Job, split: str) -> Iterator[dict[str, Any]]:
    for item in job.shown(split):
        text = item.sample.description.overall.text
        if text and len(item.pictures) == 1:
            shown = job.picture(item, item.pictures[0].name)
            yield {"image": shown, "prefix": CAPTION, "suffix": text}
        elif text:
            job.left_out["description: is not of one picture"] += 1
        for media, found in drawn(job, item):
            told = [f"{label}{tokens(one.box, size(media))}" for label, own in by_label(found) for one in own]
            if told:
                yield {"image": job.picture(item, media.name), "prefix": "<OD>", "suffix": "".join(told)}


def tokens(box: Sequence[int], sides: tuple[int, int]) -> str:
    """x0, y0, x1, y1 of a box, as the bins of a picture of (width, height) in which they lie."""
    return "".join(f"<loc_{min(at * BINS // side, BINS - 1)}>" for at, side in zip(box, (*sides, *sides), strict=True))
