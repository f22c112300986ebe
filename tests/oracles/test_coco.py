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


def told(root: Path, annotations: list[dict[str, Any]]) -> dict[tuple[str, str], list[Any]]:
    """(image's name, label) -> a box, or a mask where there is an outline, for each annotation; once each.
    `annotations`: those of the card in this format, which say what an annotation is called by."""
    found: dict[tuple[str, str], dict[str, Any]] = {}
    for path in sorted(root.rglob("*.json")):
        whole = json.loads(path.read_text())
        for own in annotations:
            categories, category_id = own.get("categories", "categories"), own.get("category_id", "category_id")
            if not isinstance(whole, dict) or not {"images", "annotations", categories} <= set(whole):
                continue
            coco = indexed(whole, categories, category_id)
            for annotation in coco.anns.values():
                image = coco.imgs.get(annotation["image_id"])
                if image is not None:
                    label = own.get("prefix", "") + called(own.get("label", "name"), annotation, coco)
                    name = str(image["file_name"]).replace("\\", "/").rsplit("/", 1)[-1]
                    shape = shape_of(annotation, coco)
                    found.setdefault((name, label), {})[str(annotation["bbox"])] = shape
    return {key: list(shapes.values()) for key, shapes in found.items()}


def indexed(whole: dict[str, Any], categories: str, category_id: str) -> COCO:
    """As pycocotools wants it: annotations in a list and not keyed by their ids, an outline's only ring in a list, too,
    and one list of categories."""
    given = whole["annotations"]
    rows = [dict(row) for row in (given.values() if isinstance(given, dict) else given)]
    for row in rows:
        row["category_id"] = row.get(category_id)
        drawn = row.get("segmentation")
        if isinstance(drawn, list) and drawn and isinstance(drawn[0], int | float):
            row["segmentation"] = [drawn]
    coco = COCO()
    coco.dataset = {"images": whole["images"], "annotations": rows, "categories": whole[categories]}
    coco.createIndex()
    return coco


def called(named: str, annotation: dict[str, Any], coco: COCO) -> str:
    entry = {**annotation, **coco.cats.get(annotation["category_id"], {})}
    return named.format(**entry) if "{" in named else str(entry[named])


def shape_of(annotation: dict[str, Any], coco: COCO) -> Any:
    if annotation.get("segmentation"):
        return coco.annToMask(annotation).astype(bool)
    x, y, w, h = annotation["bbox"]
    return (x, y, x + w, y + h)


@pytest.mark.parametrize("dataset", SETS)
def test_annotations_agree(dataset: str, tmp_path: Path) -> None:
    layout = catalog.card(dataset).layout
    labels = layout.labels
    theirs = told(peers.replica(dataset, tmp_path), [a for a in layout.options["annotations"] if a["format"] == "coco"])
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
    if isinstance(theirs, tuple):
        return 0.0
    step = max(1, theirs.shape[0] // mine.shape[0])  # a slide, of which we have a smaller level
    theirs = theirs[step // 2 :: step, step // 2 :: step]
    if theirs.shape != mine.shape:
        return 0.0
    return float((mine & theirs).sum() / max(1, (mine | theirs).sum()))
