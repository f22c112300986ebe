"""Sets that are published in nnU-Net's layout, against nnU-Net's own functions: cases, channels, grids and voxels."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from tests.connectors.reading import Found
from tests.oracles import peers

SETS = ("autopet_iii", "oaizib_cm", "toothfairy2")
# Ours are the values, where the card reads the masks without the set's dataset.json.
BY_VALUE = ("autopet_iii", "oaizib_cm")


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("oracles")


@pytest.fixture(scope="module")
def theirs(folder: Path) -> dict[str, Any]:
    return peers.ask("nnunet", SETS, folder)


@pytest.mark.parametrize("dataset", SETS)
def test_cases_grids_and_voxels_agree(dataset: str, theirs: dict[str, Any], folder: Path) -> None:
    told = theirs[dataset]
    mine: dict[str, Found] = {found.record.sources[0].uri: found for found in peers.ours(dataset, folder, pixels=True)}
    assert {image for case in told["cases"].values() for image in case["images"]} == {
        path for path in mine if "/imagesTr/" in f"/{path}"
    }
    for case in told["cases"].values():
        names = {value: value if dataset in BY_VALUE else told["names"][value] for value in case["voxels"]}
        for image in case["images"]:
            found, geometry = mine[image], mine[image].record.geometry
            assert list(geometry.shape) == case["shape"][::-1]
            assert np.allclose(geometry.spacing_mm or (), case["spacing"][::-1], atol=1e-3)
            voxels = {mask.region.source_label: mask.voxels for mask in found.masks}
            assert voxels == {names[value]: count for value, count in case["voxels"].items()}
