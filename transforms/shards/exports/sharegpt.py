"""ShareGPT's form as LLaMA-Factory reads it: {messages, images} and a `dataset_info.json` that says so.

Format: data/README.md of hiyouga/LLaMA-Factory, "Sharegpt Format" and "Multimodal Image Dataset" (OpenAI's roles are a
special case of it, told by tags). A split is a data set of its own there.
"""

import json

from transforms.shards.exports._conversations import conversations, marked
from transforms.shards.exports._job import Job

NAME = "sharegpt"
NOTE = "messages and images for LLaMA-Factory, with its dataset_info.json"
COORDINATES = ("pixels", "fractions", "thousandths", "absolute")
OPTIONS = ("style",)
TAGS = {"role_tag": "role", "content_tag": "content", "user_tag": "user", "assistant_tag": "assistant"}


def write(job: Job) -> None:
    known = {}
    for split in job.splits:
        name = f"{split}.json"
        job.array(name, (
            {"id": one.id, "messages": [{"role": turn.role, "content": marked(turn)} for turn in one.turns],
             "images": list(one.pictures)}
            for _, one in conversations(job, split)
        ))  # fmt: skip
        if (job.out / name).exists():
            known[f"{job.manifest.name}_{split}"] = {
                "file_name": name, "formatting": "sharegpt", "columns": {"messages": "messages", "images": "images"},
                "tags": TAGS,
            }  # fmt: skip
    (job.out / "dataset_info.json").write_text(json.dumps(known, indent=1) + "\n", encoding="utf-8")
