"""Label tables and boxes of chest radiographs, against torchxrayvision's loaders on the same replicas."""

from pathlib import Path
from typing import Any

import pytest

import catalog
from schemas import BoxShape
from tests.connectors.reading import Found
from tests.oracles import peers

# data set -> which part of a record names the image as the loader does; and the loader's own names for our labels
SETS: dict[str, tuple[str, dict[str, str]]] = {
    "nih_chestxray14": ("name", {}),
    "nih_google": ("name", {"Lung Opacity": "Airspace opacity", "Nodule/Mass": "Nodule or mass"}),
    "rsna_pneumonia": ("stem", {"Pneumonia": "Target=1"}),
    "chexpert": ("path", {"Effusion": "Pleural Effusion"}),
    "siim_acr": ("stem", {"Pneumothorax": "pneumothorax"}),
    "montgomery": ("name", {"Tuberculosis": "1"}),
    "shenzhen": ("name", {"Tuberculosis": "1"}),
    "tbx11k": ("two", {}),
    "object_cxr": ("name", {"Foreign Object": "object"}),
}
STATED = ("nih_google", "chexpert")  # their zeros are statements, and not the want of one
BOXED = ("tbx11k",)  # their labels are those of the boxes; the class of the image is another statement
HEALTHY = ("chexpert",)  # the loader reads "No Finding" as the absence of all the rest, which the set does not say


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("oracles")


@pytest.fixture(scope="module")
def theirs(folder: Path) -> dict[str, Any]:
    return peers.ask("chest_radiographs", SETS, folder)


def name_of(found: Found, part: str) -> str:
    source = found.record.sources[0]
    path = source.member or source.uri
    name = path.rsplit("/", 1)[-1]
    two = "/".join(path.split("/")[-2:])
    return {"path": path, "two": two, "name": name, "stem": name.rsplit(".", 1)[0]}[part]


@pytest.mark.parametrize("dataset", SETS)
def test_labels_agree(dataset: str, theirs: dict[str, Any], folder: Path) -> None:
    part, names = SETS[dataset]
    labels = catalog.card(dataset).layout.labels
    space = catalog.labelspace()
    mine = {name_of(found, part): found for found in peers.ours(dataset, folder)}
    assert theirs[dataset]
    for image, told in theirs[dataset].items():
        states = {presence.concept.label: presence.state for presence in mine[image].record.presence}
        drawn = {region.source_label for region in mine[image].regions}
        healthy = dataset in HEALTHY and states.get("no abnormality") == "present"
        for pathology, value in told["labels"].items():
            label = names.get(pathology, pathology)
            slug = labels.get(label)
            if slug is None:
                continue
            state = states.get(space.concept(slug).label)
            present = label in drawn or (state == "present" and dataset not in BOXED)
            if value is None:
                assert state is None, (image, pathology)
            elif value == 1:
                assert present, (image, pathology)
            elif not healthy:
                assert not present, (image, pathology)
                assert dataset not in STATED or state == "absent", (image, pathology)


@pytest.mark.parametrize("dataset", ["nih_chestxray14", "rsna_pneumonia", "tbx11k"])
def test_boxes_agree(dataset: str, theirs: dict[str, Any], folder: Path) -> None:
    part, _ = SETS[dataset]
    rename = {"Infiltrate": "Infiltration"}
    one_kind = dataset != "nih_chestxray14"  # the loader keeps no label with these boxes
    count = 0
    for found in peers.ours(dataset, folder):
        mine: dict[str, list[tuple[float, ...]]] = {}
        for region in found.regions:
            assert isinstance(region.shape, BoxShape)
            label = "" if one_kind else rename.get(region.source_label, region.source_label)
            mine.setdefault(label, []).append(region.shape.xyxy)
        told = theirs[dataset].get(name_of(found, part), {"boxes": {}})["boxes"]
        assert {label: sorted(map(tuple, boxes)) for label, boxes in told.items()} == {
            label: sorted(boxes) for label, boxes in mine.items()
        }
        count += len(found.regions)
    assert count > 0
