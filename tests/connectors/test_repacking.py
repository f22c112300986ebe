"""Replicas in other packings are read as if they were packed as published (`tests.connectors.repacking` has all)."""

import hashlib
from pathlib import Path

import pytest

from tests.connectors.repacking import KEYS_DIFFER, WAYS, differences
from tests.replicas.builder.tree import declarations

# One level too high and one too deep: all of them. Of the others, a share that is the same each time.
SHARE = {"deeper": 1, "top_folder": 1, "quoted": 1, "unpacked": 1, "unpacked_here": 1}
OTHERS = 6


def chosen() -> list[tuple[str, str]]:
    """Way and data set."""

    def place(way: str, dataset: str) -> int:
        return int(hashlib.sha256(f"{way} {dataset}".encode()).hexdigest(), 16)

    every = [(way, dataset) for way in WAYS for dataset in declarations()]
    return [(way, dataset) for way, dataset in every if place(way, dataset) % SHARE.get(way, OTHERS) == 0]


@pytest.mark.parametrize(("way", "dataset"), chosen())
def test_another_packing_is_read_alike(way: str, dataset: str, tmp_path: Path) -> None:
    wrong = differences(dataset, way, tmp_path)
    if wrong is None:
        return  # it has no such packing; which are left is told by the next test
    if (way, dataset) in KEYS_DIFFER:
        assert wrong == ["keys differ"], KEYS_DIFFER[way, dataset]
    else:
        assert wrong == []
