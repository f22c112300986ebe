"""InternVL's fine-tuning files: JSON Lines of {id, image, width, height, conversations}, boxes in thousandths as
`<ref>name</ref><box>[[x0, y0, x1, y1]]</box>`, and the meta file that names them.

Format: "Prepare Customized Data" of InternVL's documentation (OpenGVLab/InternVL, internvl_chat).
"""

import json
from collections.abc import Iterator
from typing import Any

from transforms.shards.exports import llava
from transforms.shards.exports._conversations import conversations, several
from transforms.shards.exports._coordinates import frame
from transforms.shards.exports._drawn import by_concept
from transforms.shards.exports._job import Item, Job, size

NAME = "internvl"
NOTE = "InternVL's JSON Lines and meta.json"
COORDINATES = ("thousandths",)
OPTIONS = ("style", "made_by")


def write(job: Job) -> None:
    meta = {}
    for split in job.splits:
        for name, rows in ((split, _dialogues(job, split)), (f"detect.{split}", _detect(job, split))):
            before = job.written["rows"]
            job.lines(f"{name}.jsonl", rows)
            if length := job.written["rows"] - before:
                meta[f"{job.manifest.name}_{name}"] = {
                    "root": ".", "annotation": f"{name}.jsonl", "data_augment": False, "repeat_time": 1,
                    "length": length,
                }  # fmt: skip
    (job.out / "meta.json").write_text(json.dumps(meta, indent=1) + "\n", encoding="utf-8")


def _dialogues(job: Job, split: str) -> Iterator[dict[str, Any]]:
    for item, one in conversations(job, split):
        shown = {"image": several(one.pictures), **_sizes(item)} if one.pictures else {}
        yield {"id": one.id, **shown, "conversations": llava.turns(one)}


def _sizes(item: Item) -> dict[str, Any]:
    """One number for one picture, a list for several."""
    widths, heights = ([getattr(one, side) for one in item.pictures] for side in ("width", "height"))
    return (
        {"width": widths[0], "height": heights[0]}
        if len(widths) == 1
        else {"width_list": widths, "height_list": heights}
    )


def _detect(job: Job, split: str) -> Iterator[dict[str, Any]]:
    for item, media, label, own in by_concept(job, split):
        boxes = [frame("thousandths", size(media)).box(one.box) for one in own]
        asked = f"<image>\nDetect each <ref>{label}</ref> that is marked in this image."
        turns = [{"from": "human", "value": asked}, {"from": "gpt", "value": f"<ref>{label}</ref><box>{boxes}</box>"}]
        yield {"id": f"{item.sample.key}-{media.name}-{label}", "image": job.picture(item, media.name),
               "width": media.width, "height": media.height, "conversations": turns}  # fmt: skip
