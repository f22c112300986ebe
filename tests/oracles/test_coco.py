"""Every set published as COCO JSON, against pycocotools on the same replica: boxes exactly, outlines as masks."""

import json
from collections import Counter
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from pycocotools.coco import COCO

import catalog
from schemas import BoxShape
from tests.oracles import peers
from tests.replicas.builder.tree import declarations

SETS = sorted(
    card.id
    for card in catalog.cards().values()
    if card.id in declarations() and any(a["format"] == "coco" for a in card.layout.options.get("annotations", ()))
)
ALIKE = 0.75  # of the union: the two draw an outline's edge by other rules, and replicas are small


def told(root: Path, named: str, category_id: str) -> dict[tuple[str, str], list[Any]]:
    """(image's name, label) -> a box, or a mask where there is an outline, for each annotation; once each. `named`:
    what the card calls an annotation by."""
    found: dict[tuple[str, str], dict[str, Any]] = {}
    for path in sorted(root.rglob("*.json")):
        coco = COCO()
        coco.dataset = json.loads(path.read_text())
        if not isinstance(coco.dataset, dict) or not {"images", "annotations"} <= set(coco.dataset):
            continue
        if isinstance(coco.dataset["annotations"], dict):  # keyed by their ids, which pycocotools does not read
            coco.dataset["annotations"] = list(coco.dataset["annotations"].values())
        for annotation in coco.dataset["annotations"]:
            annotation["category_id"] = annotation.get(category_id)
        coco.createIndex()
        for annotation in coco.anns.values():
            image = coco.imgs.get(annotation["image_id"])
            if image is None:
                continue
            x, y, w, h = annotation["bbox"]
            shape: Any = (x, y, x + w, y + h)
            if annotation.get("segmentation"):
                shape = coco.annToMask(annotation).astype(bool)
            entry = {**annotation, **coco.cats.get(annotation["category_id"], {})}
            label = named.format(**entry) if "{" in named else str(entry[named])
            key = str(image["file_name"]).replace("\\", "/").rsplit("/", 1)[-1]
            found.setdefault((key, label), {})[str(annotation["bbox"])] = shape
    return {key: list(shapes.values()) for key, shapes in found.items()}


@pytest.mark.parametrize("dataset", SETS)
def test_annotations_agree(dataset: str, tmp_path: Path) -> None:
    layout = catalog.card(dataset).layout
    labels = layout.labels
    own = next(a for a in layout.options["annotations"] if a["format"] == "coco")
    theirs = told(peers.replica(dataset, tmp_path), own.get("label", "name"), own.get("category_id", "category_id"))
    count: Counter[str] = Counter()
    for found in peers.ours(dataset, tmp_path, pixels=True):
        source = found.record.sources[0]
        name = (source.member or source.uri).rsplit("/", 1)[-1]
        for mask in found.masks:
            shapes = theirs.get((name, mask.region.source_label))
            if shapes is None:
                continue  # another annotation of the set
            count[mask.region.source_label] += 1
            if isinstance(mask.region.shape, BoxShape):
                boxes = [_box(shape) for shape in shapes]
                assert any(np.allclose(mask.region.shape.xyxy, box, atol=1e-6) for box in boxes), (name, boxes)
            else:
                full = mask.full(found.record.geometry.shape)
                assert max(_alike(full, shape) for shape in shapes) >= ALIKE, (name, mask.region.source_label)
    mapped = {label for _, label in theirs if labels.get(label)}
    assert mapped
    assert mapped <= set(count), f"never read: {mapped - set(count)}"


def _box(shape: Any) -> tuple[float, ...]:
    if isinstance(shape, tuple):
        return shape
    rows, columns = np.nonzero(shape)
    return (columns.min(), rows.min(), columns.max() + 1, rows.max() + 1)


def _alike(mine: Any, theirs: Any) -> float:
    if isinstance(theirs, tuple) or theirs.shape != mine.shape:
        return 0.0
    return float((mine & theirs).sum() / max(1, (mine | theirs).sum()))
