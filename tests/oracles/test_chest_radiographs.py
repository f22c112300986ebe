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
    "mimic_cxr_jpg": ("stem", {"Effusion": "Pleural Effusion"}),
    "brax": ("path", {"Effusion": "Pleural Effusion"}),
    "chexlocalize": ("path", {"Effusion": "Pleural Effusion"}),
    "padchest": ("name", {}),
    "covid_chestxray_cohen": ("name", {"Herpes ": "Herpes"}),  # a blank of the table, which is no part of the name
    "vindr_cxr": ("stem", {"Effusion": "Pleural effusion", "Pleural_Thickening": "Pleural thickening"}),
}
OTHERS = ("openi_iuxray", "ralo_stonybrook")  # terms and scores
# Their zeros are statements, and not the want of one.
STATED = ("nih_google", "chexpert", "mimic_cxr_jpg", "brax", "chexlocalize")
BOXED = ("tbx11k",)  # their labels are those of the boxes; the class of the image is another statement
# The loaders read "No Finding" as the absence of all the rest, which the sets do not say.
HEALTHY = ("chexpert", "mimic_cxr_jpg", "brax")


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("oracles")


@pytest.fixture(scope="module")
def theirs(folder: Path) -> dict[str, Any]:
    return peers.ask("chest_radiographs", [*SETS, *OTHERS], folder)


def name_of(found: Found, part: str) -> str:
    source = found.record.sources[0]
    path = source.member or source.uri
    name = path.rsplit("/", 1)[-1]
    two = "/".join(path.split("/")[-2:])
    return {"path": path, "two": two, "name": name, "stem": name.rsplit(".", 1)[0]}[part]


def own_labels(dataset: str, pathology: str) -> list[str]:
    """The card's labels that the loader counts as one pathology."""
    if dataset == "padchest":  # it looks for the text anywhere in the list of labels
        return [label for label in catalog.card(dataset).layout.labels if pathology.lower() in label.lower()]
    return [SETS[dataset][1].get(pathology, pathology)]


@pytest.mark.parametrize("dataset", SETS)
def test_labels_agree(dataset: str, theirs: dict[str, Any], folder: Path) -> None:
    labels, space = catalog.card(dataset).layout.labels, catalog.labelspace()
    mine = {name_of(found, SETS[dataset][0]): found for found in peers.ours(dataset, folder)}
    compared = 0
    for image, told in theirs[dataset].items():
        states = {presence.concept.label: presence.state for presence in mine[image].record.presence}
        drawn = {region.source_label for region in mine[image].regions}
        healthy = dataset in HEALTHY and states.get("no abnormality") == "present"
        for pathology, value in told["labels"].items():
            known = [label for label in own_labels(dataset, pathology) if labels.get(label)]
            if not known or (dataset == "padchest" and pathology == "Tube"):  # "tube" begins tuberculosis, too
                continue
            compared += 1
            state = {states.get(space.concept(str(labels[label])).label) for label in known}
            present = bool(drawn & set(known)) or ("present" in state and dataset not in BOXED)
            if value is None:
                assert state <= {None, "uncertain"}, (image, pathology)  # -1 and a blank are one to the loader
            elif value == 1:
                assert present, (image, pathology)
            elif not healthy:
                assert not present, (image, pathology)
                assert dataset not in STATED or state == {"absent"}, (image, pathology)
    assert compared > 0


def test_scores_agree(theirs: dict[str, Any], folder: Path) -> None:
    """The loader has the mean of both readers, of every row; a row without its image is none of ours."""
    found = peers.ours("ralo_stonybrook", folder)
    for image in found:
        told, meta = theirs["ralo_stonybrook"][name_of(image, "name")], image.record.meta
        mine = [
            sum(float(meta[f"{score}_reader_{reader}"]) for reader in (1, 2)) / 2
            for score in ("geographic_extent", "opacity")
        ]
        assert (mine, image.record.subject.rsplit("/", 1)[-1]) == (told["scores"], told["subject"])
    assert found


def test_terms_agree(theirs: dict[str, Any], folder: Path) -> None:
    """The loader sorts the terms and writes them small."""
    found = {name_of(image, "name"): image.record for image in peers.ours("openi_iuxray", folder)}
    assert set(found) == set(theirs["openi_iuxray"])
    for name, told in theirs["openi_iuxray"].items():
        assert found[name].subject.rsplit("/", 1)[-1] == told["uid"]
        for key, terms in (("mesh", "labels_major"), ("mesh_automatic", "labels_automatic")):
            mine = str(found[name].meta.get(key) or "").lower()
            assert "|".join(sorted(set(mine.splitlines()))) == told[terms], (name, key)


def on_the_image(boxes: list[list[float]], shape: tuple[int, ...]) -> list[tuple[float, ...]]:
    """The loader takes every row. We keep what has an area and lies on the image, and tell the rest."""
    rows, columns = shape[-2:]
    return [(x0, y0, x1, y1) for x0, y0, x1, y1 in boxes if 0 <= x0 < x1 <= columns and 0 <= y0 < y1 <= rows]


@pytest.mark.parametrize("dataset", ["nih_chestxray14", "rsna_pneumonia", "tbx11k", "vindr_cxr"])
def test_boxes_agree(dataset: str, theirs: dict[str, Any], folder: Path) -> None:
    part, _ = SETS[dataset]
    rename = {"Infiltrate": "Infiltration"}
    one_kind = dataset in ("rsna_pneumonia", "tbx11k")  # the loader keeps no label with these boxes
    labels = catalog.card(dataset).layout.labels
    count = 0
    for found in peers.ours(dataset, folder):
        if dataset == "vindr_cxr" and name_of(found, part) not in theirs[dataset]:
            continue  # of Kaggle's table, which the loader does not open
        mine: dict[str, list[tuple[float, ...]]] = {}
        for region in found.regions:
            assert isinstance(region.shape, BoxShape)
            label = "" if one_kind else rename.get(region.source_label, region.source_label)
            mine.setdefault(label, []).append(region.shape.xyxy)
        told = theirs[dataset].get(name_of(found, part), {"boxes": {}})["boxes"]
        inside = {label: on_the_image(boxes, found.record.geometry.shape) for label, boxes in told.items()}
        known = {label: boxes for label, boxes in inside.items() if boxes and (one_kind or labels.get(label))}
        assert {label: sorted(boxes) for label, boxes in known.items()} == {
            label: sorted(boxes) for label, boxes in mine.items()
        }
        count += len(found.regions)
    assert count > 0
