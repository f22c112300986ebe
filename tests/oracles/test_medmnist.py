"""The eighteen sets of MedMNIST, against medmnist's own loaders: pixels, splits, classes, and what the classes are."""

import hashlib
import re
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import catalog
from tests.oracles import peers
from transforms.media.decoders import decode

DATASET = "medmnist_v2"
# Names that say the same in other words. A grade of retinopathy is only a number to medmnist.
SAME = {"normal": "no abnormality", "malignant": "breast cancer"}


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("oracles")


@pytest.fixture(scope="module")
def theirs(folder: Path) -> dict[str, Any]:
    found: dict[str, Any] = peers.ask("medmnist_sets", [DATASET], folder)[DATASET]
    return found


def concept(file: str, number: int, names: dict[str, str]) -> str | None:
    """Our concept for a class: the card calls it by its number, in chestmnist by its name."""
    kind = re.split(r"_\d+|\.", file)[0]
    label = f"{kind}={names[str(number)] if kind == 'chestmnist' else number}"
    slug = catalog.card(DATASET).layout.labels[label]
    return catalog.labelspace().concept(slug).label if slug else None


def wider(labels: set[str]) -> set[str]:
    """What these are kinds of: a mild retinopathy is a retinopathy."""
    space = catalog.labelspace()
    kinds = [entry for entry in space if entry.concept.label in labels]
    return {space.concept(slug).label for entry in kinds for slug in space.ancestors(entry.slug)}


def test_rows_agree(theirs: dict[str, Any], folder: Path) -> None:
    mine: dict[str, dict[str, dict[int, Any]]] = {}
    for found in peers.ours(DATASET, folder):
        record, (source, *_) = found.record, found.record.sources
        part = re.match(r"(train|val|test)_images\[(\d+)\]", source.select or "")
        assert part
        assert record.split == {"val": "validation"}.get(part[1], part[1])
        pixels = decode(folder / "ours" / DATASET, record).array
        stored = pixels.transpose(2, 1, 0) if record.kind == "volume" else pixels
        digest = hashlib.sha256(np.ascontiguousarray(stored).tobytes()).hexdigest()
        present = {p.concept.label for p in record.presence if p.state == "present"}
        mine.setdefault(source.uri, {}).setdefault(part[1], {})[int(part[2])] = (present, digest)
    assert set(mine) == set(theirs)
    for file, told in theirs.items():
        for split, rows in told["splits"].items():
            for n, (classes, digest) in enumerate(rows):
                known = {label for number in classes if (label := concept(file, number, told["names"]))}
                present, pixels = mine[file][split].pop(n)
                assert pixels == digest, (file, split, n)
                assert known <= present <= known | wider(known), (file, split, n)
        assert not any(mine[file].values())


def test_classes_are_what_they_are_called(theirs: dict[str, Any]) -> None:
    """A class and our concept have the side and the beginning of a word in common."""
    count = 0
    for file, told in theirs.items():
        for number, name in told["names"].items():
            label = concept(file, int(number), told["names"])
            if label is not None and not name.isdigit() and SAME.get(name) != label:
                assert words(name) & words(label), (file, name, label)
                assert sides(name) == sides(label), (file, name, label)
                count += 1
    assert count > 80


def words(name: str) -> set[str]:
    return {word[:4] for word in re.findall(r"[a-z]{4,}", name.lower()) if word not in ("left", "right")}


def sides(name: str) -> set[str]:
    return {side for side in ("left", "right") if side in name.lower()}
