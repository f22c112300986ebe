"""The ten tasks of the Medical Segmentation Decathlon, against MONAI's loader on the same replicas."""

from pathlib import Path
from typing import Any

import pytest

from tests.oracles import peers
from tests.replicas.builder.tree import declarations

TASKS = sorted(name for name in declarations() if name.startswith("msd_task"))


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("oracles")


@pytest.fixture(scope="module")
def theirs(folder: Path) -> dict[str, Any]:
    return peers.ask("decathlon", TASKS, folder)


def test_all_ten_are_there() -> None:
    assert len(TASKS) == 10


@pytest.mark.parametrize("dataset", TASKS)
def test_cases_splits_shapes_and_voxels_agree(dataset: str, theirs: dict[str, Any], folder: Path) -> None:
    told = theirs[dataset]
    mine: dict[str, list[Any]] = {}
    for found in peers.ours(dataset, folder, pixels=True):
        mine.setdefault(found.record.sources[0].uri, []).append(found)
    assert set(mine) == set(told["cases"])
    for image, case in told["cases"].items():
        channels, *shape = case["shape"]
        assert len(mine[image]) == channels
        for found in mine[image]:
            assert (found.record.split, list(found.record.geometry.shape)) == (case["split"], shape)
            voxels = {mask.region.source_label: mask.voxels for mask in found.masks}
            assert voxels == {told["labels"][value]: count for value, count in case["voxels"].items()}
