"""FiftyOne's own folder (`fo.types.FiftyOneDataset`): `metadata.json`, `samples.json`, the pictures under `images/`.

Format: "FiftyOneDataset" in FiftyOne's user guide on importing; a field is declared as its `SampleFieldDocument` writes
it, a mask is a zlib-compressed .npy of the box (`fiftyone.core.utils.serialize_numpy_array`), an id is derived from
what it names. A picture is a sample, its split a tag.
"""

import base64
import hashlib
import io
import json
import zlib
from collections.abc import Iterator
from typing import Any

import numpy as np

from schemas import Concept
from transforms.shards.exports._drawn import Drawn, drawn, stated
from transforms.shards.exports._job import Job, size

NAME = "fiftyone"
NOTE = "FiftyOne's folder: boxes with masks, what is present and absent, questions"
COORDINATES: tuple[str, ...] = ()
OPTIONS = ("made_by",)

VERSION = "1.0.0"  # FiftyOne migrates a folder of an older version when it reads one
FIELDS, LABELS = "fiftyone.core.fields", "fiftyone.core.labels"
TEXTS = ("filepath", "_media_type", "key", "dataset", "subject", "licence", "modality", "description")


def write(job: Job) -> None:
    found = [one for split in job.splits for one in _samples(job, split)]
    job.written["rows"] += len(found)
    (job.out / "samples.json").write_text(json.dumps({"samples": found}, ensure_ascii=False) + "\n", encoding="utf-8")
    about = {"name": job.manifest.name, "version": VERSION, "media_type": "image", "sample_fields": _fields(),
             "info": {"title": job.manifest.title, "version": job.manifest.version}}  # fmt: skip
    (job.out / "metadata.json").write_text(json.dumps(about, ensure_ascii=False) + "\n", encoding="utf-8")


def _samples(job: Job, split: str) -> Iterator[dict[str, Any]]:
    for item in job.pictured(split):
        for media, found in drawn(job, item):
            sample, path = item.sample, job.picture(item, media.name)
            yield {
                "_id": _id(path), "_media_type": "image", "filepath": path, "tags": [split], "key": sample.key,
                "dataset": sample.dataset, "subject": sample.subject, "licence": sample.licence.id,
                "modality": sample.modality.label, "description": sample.description.overall.text,
                "regions": {"_cls": "Detections",
                            "detections": [_detection(one, size(media), f"{path}#{one.region.id}") for one in found]},
                "present": _classes(stated(item, media, "present"), f"{path}#present"),
                "absent": _classes(stated(item, media, "absent"), f"{path}#absent"),
                "questions": [{"id": one.id, "task": one.task, "answer": one.answer,
                               "turns": [{"role": turn.role, "text": turn.text} for turn in one.turns]}
                              for one in sample.dialogues],
            }  # fmt: skip


def _detection(one: Drawn, sides: tuple[int, int], name: str) -> dict[str, Any]:
    x0, y0, x1, y1 = one.box
    width, height = sides
    inside = {} if one.mask is None else {"mask": _binary(one.mask[y0:y1, x0:x1])}
    return {
        "_cls": "Detection", "_id": _id(name), "tags": [], "attributes": {}, "label": one.label,
        "bounding_box": [x0 / width, y0 / height, (x1 - x0) / width, (y1 - y0) / height], **inside,
        "region": one.region.id, "made_by": one.region.made_by.kind,
    }  # fmt: skip


def _classes(told: list[Concept], name: str) -> dict[str, Any]:
    return {"_cls": "Classifications", "classifications": [
        {"_cls": "Classification", "_id": _id(f"{name}#{one.label}"), "tags": [], "label": one.label} for one in told
    ]}  # fmt: skip


def _binary(mask: Any) -> dict[str, Any]:
    stream = io.BytesIO()
    np.save(stream, np.ascontiguousarray(mask), allow_pickle=False)
    return {"$binary": {"base64": base64.b64encode(zlib.compress(stream.getvalue())).decode(), "subType": "00"}}


def _id(name: str) -> dict[str, str]:
    return {"$oid": hashlib.sha256(name.encode()).hexdigest()[:24]}


def _fields() -> list[dict[str, Any]]:
    """The columns, as FiftyOne declares them."""
    labels = {"regions": "Detections", "present": "Classifications", "absent": "Classifications"}
    return [
        _field("id", "ObjectIdField", db_field="_id"),
        *(_field(name, "StringField") for name in TEXTS),
        _field("tags", "ListField", subfield=f"{FIELDS}.StringField"),
        *(_field(name, "EmbeddedDocumentField", embedded_doc_type=f"{LABELS}.{kind}") for name, kind in labels.items()),
        _field("questions", "ListField", subfield=f"{FIELDS}.DictField"),
    ]


def _field(name: str, kind: str, **more: str) -> dict[str, Any]:
    plain: dict[str, Any] = {
        "embedded_doc_type": None,
        "subfield": None,
        "fields": [],
        "db_field": name,
        "description": None,
    }
    return {"name": name, "ftype": f"{FIELDS}.{kind}", **plain, **more}
