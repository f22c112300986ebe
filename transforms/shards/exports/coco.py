"""COCO's detection and segmentation files: `instances_SPLIT.json` over the pictures, read by pycocotools.

Format: https://cocodataset.org/#format-data. A mask is uncompressed run lengths; of a mask that holds all of a class in
several pieces `iscrowd` is 1. A picture says which categories are absent on it (`neg_category_ids`, as LVIS has it,
Gupta et al., CVPR 2019): of the others nothing is known, for sources do not look for the same things.
"""

import json
from typing import Any

import cc3d
import numpy as np

from schemas import Concept
from transforms.shards.exports._drawn import Drawn, drawn, runs, stated
from transforms.shards.exports._job import Item, Job

NAME = "coco"
NOTE = "COCO instances: boxes and masks, with what is absent"
COORDINATES: tuple[str, ...] = ()
OPTIONS = ("made_by",)


class _Split:
    """The lists of one file as they grow; categories are numbered as they are met, by label in the end."""

    def __init__(self, job: Job) -> None:
        self.job = job
        self.images: list[dict[str, Any]] = []
        self.annotations: list[dict[str, Any]] = []
        self.concepts: dict[str, Concept] = {}
        self.licences: dict[str, str | None] = {}

    def take(self, item: Item) -> None:
        sample = item.sample
        for media, found in drawn(self.job, item):
            absent = stated(item, media, "absent")
            if not found and not absent:
                self.job.left_out["picture: nothing is drawn on it, and nothing known to be absent"] += 1
                continue
            self.concepts |= {one.label: one for one in absent} | {one.label: one.region.concept for one in found}
            self.licences.setdefault(sample.licence.id, sample.licence.url)
            number = len(self.images) + 1
            self.images.append({
                "id": number, "file_name": self.job.picture(item, media.name),
                "width": media.width, "height": media.height,
                "license": sample.licence.id, "key": sample.key, "subject": sample.subject, "dataset": sample.dataset,
                "neg_category_ids": sorted({one.label for one in absent}),
            })  # fmt: skip
            self.annotations += [self._annotation(one, number) for one in found]

    def _annotation(self, one: Drawn, image: int) -> dict[str, Any]:
        x0, y0, x1, y1 = one.box
        crowd = one.mask is not None and one.region.segmentation == "semantic" and _pieces(one) > 1
        area = (x1 - x0) * (y1 - y0) if one.mask is None else int(np.count_nonzero(one.mask))
        drawn_as = {} if one.mask is None else {"segmentation": runs(one.mask)}
        return {
            "id": 0, "image_id": image, "category_id": one.label, "bbox": [x0, y0, x1 - x0, y1 - y0],
            "area": area, "iscrowd": int(crowd), "region": one.region.id, "made_by": one.region.made_by.name,
            **drawn_as,
        }  # fmt: skip

    def done(self) -> dict[str, Any]:
        """The file, names turned into numbers."""
        numbers = {label: n for n, label in enumerate(sorted(self.concepts), 1)}
        licences = {name: n for n, name in enumerate(sorted(self.licences), 1)}
        for n, one in enumerate(self.annotations, 1):
            one |= {"id": n, "category_id": numbers[one["category_id"]]}
        for one in self.images:
            one["neg_category_ids"] = sorted(numbers[label] for label in one["neg_category_ids"])
            one["license"] = licences[one["license"]]
        manifest = self.job.manifest
        return {
            "info": {"description": manifest.title, "version": manifest.version, "contributor": "see LICENSES.md"},
            "licenses": [{"id": n, "name": name, "url": self.licences[name]} for name, n in licences.items()],
            "categories": [
                {"id": n, "name": label, "code": self.concepts[label].code, "system": self.concepts[label].system}
                for label, n in numbers.items()
            ],
            "images": self.images, "annotations": self.annotations,
        }  # fmt: skip


def write(job: Job) -> None:
    for split in job.splits:
        found = _Split(job)
        for item in job.pictured(split):
            found.take(item)
        if found.images:
            job.written["rows"] += len(found.annotations)
            path = job.out / f"instances_{split}.json"
            path.write_text(json.dumps(found.done(), ensure_ascii=False) + "\n", encoding="utf-8")


def _pieces(one: Drawn) -> int:
    assert one.mask is not None
    return int(cc3d.connected_components(one.mask, connectivity=8, return_N=True)[1])
