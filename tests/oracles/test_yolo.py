"""Sets whose boxes and outlines are YOLO's text files, against supervision on the same replicas."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest

import catalog
from schemas import BoxShape, PolygonShape, Region
from tests.oracles import peers

SETS = ("balf", "grazpedwri_dx")


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("oracles")


@pytest.fixture(scope="module")
def theirs(folder: Path) -> dict[str, Any]:
    return peers.ask("yolo_boxes", SETS, folder)


def box(region: Region) -> tuple[float, ...]:
    if isinstance(region.shape, BoxShape):
        return region.shape.xyxy
    assert isinstance(region.shape, PolygonShape)
    points = np.concatenate([np.asarray(ring) for ring in region.shape.rings])
    return (*points.min(axis=0).tolist(), *points.max(axis=0).tolist())


@pytest.mark.parametrize("dataset", SETS)
def test_boxes_agree(dataset: str, theirs: dict[str, Any], folder: Path) -> None:
    layout = catalog.card(dataset).layout
    own = next(a for a in layout.options["annotations"] if a["format"] == "yolo")
    names = list(own["names"].values()) if isinstance(own["names"], dict) else own["names"]
    found = {each.record.sources[0].uri: each.regions for each in peers.ours(dataset, folder)}
    assert set(found) == set(theirs[dataset])
    for image, rows in theirs[dataset].items():
        told = sorted((names[kind], *corners) for kind, *corners in rows if layout.labels.get(names[kind]))
        mine = sorted((region.source_label, *box(region)) for region in found[image])
        assert [row[0] for row in mine] == [row[0] for row in told], image
        assert np.allclose([row[1:] for row in mine], [row[1:] for row in told], atol=1e-3), image
    assert any(found.values())
