"""Qwen-VL's fine-tuning file: {image, conversations}, places in the pixels of the picture as the model sees it.

Format: qwen-vl-finetune of QwenLM/Qwen2.5-VL (data/README there). Qwen2.5-VL tells places in pixels after its own
resizing ("absolute"), Qwen2-VL and Qwen3-VL in thousandths. Beside the dialogues, `detect.SPLIT.json` asks for all that
is drawn of a concept, answered as the model family does, with JSON of `bbox_2d` and `label`.
"""

import json
from collections.abc import Iterator
from typing import Any

from transforms.shards.exports import llava
from transforms.shards.exports._coordinates import frame
from transforms.shards.exports._drawn import by_concept
from transforms.shards.exports._job import Job, size

NAME = "qwen-vl"
NOTE = "Qwen-VL's JSON; --coordinates absolute for Qwen2.5-VL, thousandths for Qwen2-VL and Qwen3-VL"
COORDINATES = ("absolute", "thousandths")
OPTIONS = ("style", "made_by")


def write(job: Job) -> None:
    for split in job.splits:
        job.array(f"{split}.json", llava.rows(job, split))
        job.array(f"detect.{split}.json", _detect(job, split))


def _detect(job: Job, split: str) -> Iterator[dict[str, Any]]:
    for item, media, label, own in by_concept(job, split):
        place = frame(job.coordinates, size(media))
        boxes = [{"bbox_2d": place.box(one.box), "label": label} for one in own]
        asked = f"<image>\nOutline each {label} that is marked in this image, as JSON."
        yield {
            "id": f"{item.sample.key}-{media.name}-{label}", "image": job.picture(item, media.name),
            "conversations": [{"from": "human", "value": asked},
                              {"from": "gpt", "value": json.dumps(boxes, ensure_ascii=False)}],
        }  # fmt: skip
