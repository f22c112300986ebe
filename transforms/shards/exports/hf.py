"""Parquet for Hugging Face `datasets`: a row a sample, pictures and volumes inside it, typed columns, and a data card.

Format: Parquet with `datasets`' features in the schema's metadata (key "huggingface"), files
data/SPLIT-NNNNN-of-NNNNN.parquet, found by `load_dataset(FOLDER)`. An Image is bytes and path; a volume is gzipped
NIfTI, of the feature Nifti, which older `datasets` lack: only corpora with volumes have that column.
"""

import json
from collections.abc import Iterable, Iterator
from itertools import islice
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import yaml

from schemas import Dialogue, SampleRegion
from transforms.shards.exports._job import Item, Job

NAME = "hf"
NOTE = "Parquet for Hugging Face datasets, with a card"
COORDINATES: tuple[str, ...] = ()
OPTIONS: tuple[str, ...] = ()
ROWS = 256  # samples a file

BYTES = pa.struct([("bytes", pa.binary()), ("path", pa.string())])
REGION = pa.struct([
    ("id", pa.string()), ("label", pa.string()), ("system", pa.string()), ("code", pa.string()), ("media", pa.string()),
    ("box", pa.list_(pa.int64())), ("mask_media", pa.string()), ("mask_value", pa.int64()), ("made_by", pa.string()),
])  # fmt: skip
DIALOGUE = pa.struct([
    ("id", pa.string()), ("task", pa.string()), ("roles", pa.list_(pa.string())), ("texts", pa.list_(pa.string())),
    ("choices", pa.list_(pa.string())), ("answer", pa.string()), ("check", pa.string()),
    ("regions", pa.list_(pa.string())),
])  # fmt: skip
COLUMNS = {
    "key": pa.string(), "dataset": pa.string(), "subject": pa.string(), "licence": pa.string(), "modality": pa.string(),
    "images": pa.list_(BYTES), "masks": pa.list_(BYTES), "document": pa.string(), "description": pa.string(),
    "regions": pa.list_(REGION), "dialogues": pa.list_(DIALOGUE), "sample": pa.string(),
}  # fmt: skip
FEATURES = {"images": "Image", "masks": "Image", "volumes": "Nifti"}


def write(job: Job) -> None:
    whole = any("nii" in name for name in job.manifest.members)
    columns = {**COLUMNS, **({"volumes": pa.list_(BYTES)} if whole else {})}
    schema = pa.schema(list(columns.items()))
    told = {"info": {"features": {field.name: _feature(field.name, field.type) for field in schema}}}
    schema = schema.with_metadata({"huggingface": json.dumps(told)})
    (job.out / "data").mkdir()
    for split in job.splits:
        _split(job, split, schema)
    _card(job)


def _split(job: Job, split: str, schema: pa.Schema) -> None:
    total = sum(one.samples for one in job.manifest.shards if one.split == split)
    files = -(-total // ROWS)
    items = job.items(split)
    for number in range(files):
        rows = [_row(item, "volumes" in schema.names) for item in islice(items, ROWS)]
        path = job.out / "data" / f"{split}-{number:05d}-of-{files:05d}.parquet"
        pq.write_table(pa.Table.from_pylist(rows, schema), path, row_group_size=64)
        job.written["rows"] += len(rows)


def _row(item: Item, whole: bool) -> dict[str, Any]:
    sample = item.sample
    held = {kind: [one.name for one in sample.media if one.kind == kind and one.name in item.members] for kind in
            ("image", "mask", "volume")}  # fmt: skip
    solid = [name for kind in ("volume", "mask") for name in held[kind] if "nii" in name]
    flat = [name for name in held["mask"] if name.endswith("png")]
    return {
        "key": sample.key, "dataset": sample.dataset, "subject": sample.subject, "licence": sample.licence.id,
        "modality": sample.modality.label, "images": list(_files(item, held["image"])),
        "masks": list(_files(item, flat)),
        "document": sample.document, "description": sample.description.overall.text,
        "regions": [_region(one) for one in sample.regions], "dialogues": [_dialogue(one) for one in sample.dialogues],
        "sample": item.members["json"].decode(),
        **({"volumes": list(_files(item, solid))} if whole else {}),
    }  # fmt: skip


def _files(item: Item, names: Iterable[str]) -> Iterator[dict[str, Any]]:
    yield from ({"bytes": item.members[name], "path": f"{item.sample.key}.{name}"} for name in names)


def _region(one: SampleRegion) -> dict[str, Any]:
    concept, mask = one.concept, one.mask
    return {
        "id": one.id, "label": concept.label, "system": concept.system, "code": concept.code, "media": one.medium,
        "box": one.box and list(one.box.xyxy), "mask_media": mask and mask.media, "mask_value": mask and mask.value,
        "made_by": one.made_by.kind,
    }  # fmt: skip


def _dialogue(one: Dialogue) -> dict[str, Any]:
    return {
        "id": one.id, "task": one.task, "roles": [turn.role for turn in one.turns],
        "texts": [turn.text for turn in one.turns],
        "choices": one.choices and list(one.choices), "answer": one.answer, "check": one.check and one.check.to_json(),
        "regions": list(one.regions),
    }  # fmt: skip


def _feature(name: str, kind: pa.DataType) -> Any:
    """A column as `datasets` declares it."""
    if pa.types.is_list(kind):
        inner = {"_type": FEATURES[name]} if kind.value_type == BYTES else _feature(name, kind.value_type)
        return [inner]  # as all versions read it; the type List came with 4.0
    if pa.types.is_struct(kind):
        return {field.name: _feature(field.name, field.type) for field in kind}
    return {"dtype": str(kind), "_type": "Value"}


def _card(job: Job) -> None:
    configs = [{"config_name": "default", "data_files": [
        {"split": split, "path": f"data/{split}-*.parquet"} for split in job.splits
    ]}]  # fmt: skip
    head = yaml.safe_dump({"pretty_name": job.manifest.title, "license": "other", "configs": configs}, sort_keys=False)
    text = (
        f"# {job.manifest.title}\n\nVersion {job.manifest.version}, {job.manifest.samples:,} samples. Terms by source: "
        "LICENSES.md. `sample` holds all that is known of a sample, as JSON.\n"
    )
    (job.out / "README.md").write_text(f"---\n{head}---\n{text}", encoding="utf-8")
