"""Folders as the Decathlon and nnU-Net lay them out; oracles are the arrays that were written."""

import json
from pathlib import Path
from typing import Any

import nibabel
import numpy as np
import pytest

from schemas import DatasetCard, LabelShape
from tests.connectors import small
from transforms.regions.resolve import resolution, resolve

SHAPE = (4, 5, 6)
RNG = np.random.default_rng(1)
MASK = RNG.integers(0, 4, SHAPE).astype(np.uint8)
LABELS = {"liver": "liver", "cancer": "spleen"}


def save(path: Path, array: np.ndarray, step: float = 2.0) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    image = nibabel.Nifti1Image(array, np.diag([1, 1, step, 1.0]))
    image.header.set_xyzt_units("mm")
    nibabel.save(image, path)


def decathlon(root: Path, **more: Any) -> Path:
    folder = root / "Task03_Liver"
    for case in ("liver_0", "liver_1"):
        save(folder / "imagesTr" / f"{case}.nii.gz", RNG.integers(0, 9, SHAPE).astype(np.int16))
        save(folder / "labelsTr" / f"{case}.nii.gz", MASK)
    save(folder / "imagesTs" / "liver_9.nii.gz", RNG.integers(0, 9, SHAPE).astype(np.int16))
    document = {
        "labels": {"0": "background", "1": "liver", "2": "cancer"}, "modality": {"0": "CT"},
        "training": [
            {"image": f"./imagesTr/liver_{n}.nii.gz", "label": f"./labelsTr/liver_{n}.nii.gz"} for n in (0, 1)
        ],
        "test": ["./imagesTs/liver_9.nii.gz"], **more,
    }  # fmt: skip
    (folder / "dataset.json").write_text(json.dumps(document))
    return folder


def nnunet(root: Path, labels: dict[str, Any]) -> Path:
    folder = root / "Dataset007_Cases"
    for case in ("case_a", "case_b"):
        for channel in (0, 1):
            save(folder / "imagesTr" / f"{case}_{channel:04}.nii.gz", RNG.integers(0, 9, SHAPE).astype(np.int16))
        save(folder / "labelsTr" / f"{case}.nii.gz", MASK)
    save(folder / "imagesTs" / "case_t_0000.nii.gz", RNG.integers(0, 9, SHAPE).astype(np.int16))
    document = {"channel_names": {"0": "T2", "1": "ADC"}, "labels": labels, "numTraining": 2, "file_ending": ".nii.gz"}
    (folder / "dataset.json").write_text(json.dumps(document))
    return folder


def card(labels: dict[str, str | None] | None = None, *, numbered: bool = False, **options: Any) -> DatasetCard:
    name = "{case}_{number:[0-9]{4}}.nii.gz" if numbered else "{case}.nii.gz"
    reader = {
        "files": ["{set}/images{part:T[rs]}/" + name], "subject": "{case}", "split": {"by": "{part}"},
        "annotations": [{"format": "dataset_json", "file": "{set}/dataset.json", **options.pop("annotation", {})}],
        **options,
    }  # fmt: skip
    return small.card("volumes", reader, labels or LABELS, exhaustive=["liver"])


def voxels(root: Path, record: Any, regions: list[Any]) -> dict[str, np.ndarray]:
    kept, _ = resolve(root, record, [region for region in regions if region.record == record.key])
    return {found.region.source_label: found.full(SHAPE) for found in kept}


def test_decathlon(tmp_path: Path) -> None:
    decathlon(tmp_path)
    records, regions = small.read(card(keep=["channel_name"]), tmp_path)
    assert [(r.subject, r.split, r.meta["channel_name"], r.exhaustive) for r in records] == [
        ("small/liver_0", "Tr", "CT", ("liver",)), ("small/liver_1", "Tr", "CT", ("liver",)),
        ("small/liver_9", "Ts", "CT", ()),
    ]  # fmt: skip
    found = voxels(tmp_path, records[0], regions)
    assert np.array_equal(found["liver"], MASK == 1)
    assert np.array_equal(found["cancer"], MASK == 2)
    assert set(found) == {"liver", "cancer"}
    assert {r.shape.source.uri for r in regions if isinstance(r.shape, LabelShape)} == {
        "Task03_Liver/labelsTr/liver_0.nii.gz", "Task03_Liver/labelsTr/liver_1.nii.gz",
    }  # fmt: skip


def test_the_mask_is_part_of_the_items_fingerprint(tmp_path: Path) -> None:
    decathlon(tmp_path)
    items = list(small.open_dataset(card(), small.catalog.labelspace()).listing(tmp_path))
    assert [item.group for item in items] == [
        ("Task03_Liver/dataset.json", "Task03_Liver/labelsTr/liver_0.nii.gz"),
        ("Task03_Liver/dataset.json", "Task03_Liver/labelsTr/liver_1.nii.gz"),
        ("Task03_Liver/dataset.json",),
    ]


def test_lists_win_over_names(tmp_path: Path) -> None:
    """The list may name a label otherwise than the image."""
    folder = decathlon(tmp_path, training=[{"image": "./imagesTr/liver_0.nii.gz", "label": "seg/other.nii.gz"}])
    save(folder / "seg/other.nii.gz", (MASK == 3).astype(np.uint8) * 2)
    (folder / "imagesTr/liver_1.nii.gz").unlink()
    records, regions = small.read(card(), tmp_path)
    assert np.array_equal(voxels(tmp_path, records[0], regions)["cancer"], MASK == 3)


def test_channels_of_a_4d_decathlon_image(tmp_path: Path) -> None:
    folder = decathlon(tmp_path, modality={"0": "FLAIR", "1": "T1w"})
    for path in folder.glob("images*/*"):
        save(path, RNG.integers(0, 9, (*SHAPE, 2)).astype(np.int16))
    made = card(channels={"0": {}, "1": {}}, keep=["channel"])
    records, regions = small.read(made, tmp_path)
    assert [r.meta["channel_name"] for r in records] == ["FLAIR", "T1w"] * 3
    assert np.array_equal(voxels(tmp_path, records[1], regions)["liver"], MASK == 1)


def test_nnunet_regions_and_channels(tmp_path: Path) -> None:
    nnunet(tmp_path, {"background": 0, "whole": [1, 2, 3], "core": [2, 3], "cancer": 3})
    made = card({"whole": "liver", "core": "spleen", "cancer": "liver"}, numbered=True, keep=["channel_name"])
    records, regions = small.read(made, tmp_path)
    assert [(r.subject, r.meta["channel_name"]) for r in records] == [
        ("small/case_a", "T2"), ("small/case_a", "ADC"), ("small/case_b", "T2"), ("small/case_b", "ADC"),
        ("small/case_t", "T2"),
    ]  # fmt: skip
    found = voxels(tmp_path, records[1], regions)
    assert np.array_equal(found["whole"], MASK >= 1)
    assert np.array_equal(found["core"], MASK >= 2)
    assert np.array_equal(found["cancer"], MASK == 3)
    assert not voxels(tmp_path, records[4], regions)


def test_nnunet_labels_one_by_one(tmp_path: Path) -> None:
    nnunet(tmp_path, {"background": 0, "liver": 1, "cancer": 2})
    records, regions = small.read(card(numbered=True), tmp_path)
    assert np.array_equal(voxels(tmp_path, records[0], regions)["cancer"], MASK == 2)


def test_regions_with_another_label_between_their_values_are_refused(tmp_path: Path) -> None:
    nnunet(tmp_path, {"bg": 0, "a": [1, 3], "b": 2})
    reasons = small.refused(card({"a": "liver", "b": "spleen"}, numbered=True), tmp_path)
    assert len(reasons) == 4
    assert "between which others lie" in reasons[0]


def test_pixels_to_ignore_are_no_region_and_nothing_is_absent_for_them(tmp_path: Path) -> None:
    """nnU-Net's "ignore": nobody labelled them. A region of several values ends below it."""
    nnunet(tmp_path, {"bg": 0, "a": [1, 2], "b": 2, "ignore": 3})
    made = card({"a": "liver", "b": "spleen"}, numbered=True).model_copy(update={"exhaustive": ("liver", "spleen")})
    records, regions = small.read(made, tmp_path)
    own = [region for region in regions if region.record == records[0].key]
    found = resolution(tmp_path, records[0], own)
    masks = {item.region.source_label: item.full(MASK.shape) for item in found.kept}
    assert np.array_equal(masks["a"], (MASK == 1) | (MASK == 2))
    assert (found.notices, found.doubtful) == ([], {"liver", "spleen"})


def test_a_value_that_the_document_does_not_list_is_named(tmp_path: Path) -> None:
    nnunet(tmp_path, {"bg": 0, "a": [1, 2], "b": 2})
    (first, *_) = small.notices(card({"a": "liver", "b": "spleen"}, numbered=True), tmp_path)
    assert f": 3: {(MASK == 3).sum()} pixels whose meaning" in first


def test_a_training_image_without_its_label(tmp_path: Path) -> None:
    folder = nnunet(tmp_path, {"background": 0, "liver": 1})
    (folder / "labelsTr/case_a.nii.gz").unlink()
    told = [line for line in small.notices(card(numbered=True), tmp_path) if "imagesTr" in line]
    assert len(told) == 2
    assert "no file fits Dataset007_Cases/labelsTr/case_a.nii.gz" in told[0]
    assert len(small.refused(card(numbered=True, annotation={"unlisted": "refuse"}), tmp_path)) == 1


def test_masks_elsewhere_are_found_by_template(tmp_path: Path) -> None:
    folder = nnunet(tmp_path, {"background": 0, "liver": 1})
    (folder / "labelsTr").rename(folder / "gt")
    made = card(numbered=True, annotation={"mask": "{set}/gt/{case}.nii.gz"})
    records, regions = small.read(made, tmp_path)
    assert np.array_equal(voxels(tmp_path, records[3], regions)["liver"], MASK == 1)


def test_a_mask_of_another_grid(tmp_path: Path) -> None:
    folder = decathlon(tmp_path)
    save(folder / "labelsTr/liver_1.nii.gz", MASK, step=3.0)
    (reason,) = small.refused(card(), tmp_path)
    assert reason.startswith("Task03_Liver/labelsTr/liver_1.nii.gz: mask grid differs")
    assert not small.refused(card(annotation={"grid": "shape"}), tmp_path)


@pytest.mark.parametrize("text", ["", "[]", '{"name": "x"}', '{"labels": {"1": "liver"'])
def test_a_broken_document_costs_its_images_and_not_the_listing(tmp_path: Path, text: str) -> None:
    folder = decathlon(tmp_path)
    (folder / "dataset.json").write_text(text)
    reasons = small.refused(card(), tmp_path)
    assert len(reasons) == 3
    assert all("dataset.json" in reason for reason in reasons)
