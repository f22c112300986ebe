"""Labels and masks in containers; oracles are the arrays themselves."""

from pathlib import Path
from typing import Any

import h5py
import numpy as np
import pytest
from scipy.io import savemat

from connectors import LayoutError
from schemas import LabelShape
from tests.connectors import small
from transforms.regions.resolve import resolve

RNG = np.random.default_rng(5)
IMAGES = RNG.integers(0, 255, (4, 6, 8), dtype=np.uint8)
MASKS = RNG.integers(0, 3, (4, 6, 8), dtype=np.uint8)
LABELS = {"liver": "liver", "spleen": "spleen"}


def card(annotation: dict[str, Any], labels: dict[str, str | None] | None = None, **options: Any) -> Any:
    told = {"files": ["a.npz"], "images": "{split}_images", "axes": "nyx", "keep": ["row"], **options}
    return small.card("arrays", {**told, "annotations": [{"format": "arrays", **annotation}]}, labels or LABELS)


def save(root: Path, **arrays: Any) -> None:
    np.savez_compressed(root / "a.npz", train_images=IMAGES, **arrays)


def test_multi_label_columns(tmp_path: Path) -> None:
    save(tmp_path, train_labels=np.array([[1, 0], [-1, 1], [np.nan, 0], [0, 0]]))
    records, _ = small.read(card({"labels": "{split}_labels", "columns": ["liver", "spleen"]}), tmp_path)
    said = [{p.concept.label: p.state for p in r.presence} for r in records]
    assert said == [
        {"liver": "present", "spleen": "absent"}, {"liver": "uncertain", "spleen": "present"}, {"spleen": "absent"},
        {"liver": "absent", "spleen": "absent"},
    ]  # fmt: skip
    assert records[1].meta["uncertain"] == ["liver"]
    reasons = small.problems(card({"labels": "{split}_labels", "columns": ["liver"]}), tmp_path)
    assert ["has 2 columns and the card names 1" in reason for reason in reasons] == [True] * 4, "no label, four images"


def test_a_class_a_row(tmp_path: Path) -> None:
    save(tmp_path, train_labels=np.array([[1], [0], [1], [1]]))
    names = {"0": "liver", "1": "spleen"}
    records, _ = small.read(card({"labels": "{split}_labels", "names": names, "field": "class"}), tmp_path)
    assert [r.presence[0].concept.label for r in records] == ["spleen", "liver", "spleen", "spleen"]
    assert [r.meta["class"] for r in records] == ["spleen", "liver", "spleen", "spleen"]
    (reason,) = small.problems(card({"labels": "{split}_labels", "names": {"1": "liver"}}), tmp_path)
    assert "says 0, which is not under names" in reason


def test_a_source_that_knows_only_what_is_there(tmp_path: Path) -> None:
    save(tmp_path, train_labels=np.array([[1, 0], [0, 0], [0, 1], [1, 1]]))
    columns = {"labels": "{split}_labels", "columns": ["liver", "spleen"], "zeros": "nothing", "prefix": "{row}="}
    labels = {f"{row}={organ}": organ for row in range(4) for organ in LABELS}
    records, _ = small.read(card({**columns, "only": {"row": ["0", "1", "2"]}}, labels), tmp_path)
    said = [{p.concept.label: p.state for p in r.presence} for r in records]
    assert said == [{"liver": "present"}, {}, {"spleen": "present"}, {}]


def test_labels_in_a_file_of_their_own(tmp_path: Path) -> None:
    """As PatchCamelyon has them: y of shape (N, 1, 1, 1) in another HDF5 file."""
    for name, data in (("x", IMAGES), ("y", np.array([1, 0, 0, 1], np.uint8).reshape(4, 1, 1, 1))):
        with h5py.File(tmp_path / f"set_train_{name}.h5", "w") as file:
            file[name] = data
    made = card(
        {"file": "set_{split}_y.h5", "labels": "y", "names": {"0": "liver", "1": "spleen"}},
        files=["set_{split}_x.h5"], images="x",
    )  # fmt: skip
    records, _ = small.read(made, tmp_path)
    assert [r.presence[0].concept.label for r in records] == ["spleen", "liver", "liver", "spleen"]
    (item,) = small.open_dataset(made, small.catalog.labelspace()).listing(tmp_path)
    assert item.group == ("set_train_y.h5",)
    (tmp_path / "set_train_y.h5").unlink()
    (notice, *_) = small.notices(made, tmp_path)
    assert "no file fits set_train_y.h5" in notice


@pytest.mark.parametrize("axes", ["nyx", "yxn"])
def test_masks_of_the_same_rows(tmp_path: Path, axes: str) -> None:
    save(tmp_path, train_masks=MASKS if axes == "nyx" else np.moveaxis(MASKS, 0, -1))
    mask = {"array": "{split}_masks", "axes": axes, "values": {"1": "liver", "2": "spleen"}}
    records, regions = small.read(card({"masks": [mask]}), tmp_path)
    for n, record in enumerate(records):
        kept, _ = resolve(tmp_path, record, [region for region in regions if region.record == record.key])
        for found in kept:
            value = {"liver": 1, "spleen": 2}[found.region.source_label]
            assert np.array_equal(found.full((6, 8)), MASKS[n] == value)
        assert len(kept) == 2
        assert record.meta["annotations"] == ["a.npz"]


def test_a_channel_a_class(tmp_path: Path) -> None:
    hot = (RNG.random((6, 8, 2)) > 0.5).astype(np.float64)
    with h5py.File(tmp_path / "s.h5", "w") as file:
        file["image"], file["mask"] = IMAGES[0], hot
    made = card(
        {"masks": [{"array": "mask", "axes": "yxc", "channels": {"0": "liver", "1": "spleen"}}]},
        files=["s.h5"], images="image", axes="yx",
    )  # fmt: skip
    (record,), regions = small.read(made, tmp_path)
    kept, _ = resolve(tmp_path, record, regions)
    for found in kept:
        assert np.array_equal(found.full((6, 8)), hot[..., ["liver", "spleen"].index(found.region.source_label)] > 0)
    assert len(kept) == 2


def test_classes_in_one_channel(tmp_path: Path) -> None:
    """As CoNIC has them: instances in the first channel, their classes in the second."""
    both = np.stack([RNG.permutation(MASKS, axis=0) + 3, MASKS], axis=-1)
    np.save(tmp_path / "labels.npy", both)
    save(tmp_path)
    mask = {"array": "", "axes": "nyxc", "channel": 1, "values": {"1": "liver", "2": "spleen"}}
    records, regions = small.read(card({"file": "labels.npy", "masks": [mask]}), tmp_path)
    for n, record in enumerate(records):
        kept, _ = resolve(tmp_path, record, [region for region in regions if region.record == record.key])
        assert len(kept) == 2
        for found in kept:
            assert np.array_equal(found.full((6, 8)), MASKS[n] == {"liver": 1, "spleen": 2}[found.region.source_label])


def test_a_struct_with_class_patient_and_mask(tmp_path: Path) -> None:
    mask = (IMAGES[0] > 99).astype(np.uint8)
    savemat(tmp_path / "1.mat", {"cj": {"image": IMAGES[0], "label": 2.0, "PID": "p9", "mask": mask}})
    annotation = {
        "labels": "cj/label", "names": {"1": "liver", "2": "spleen"}, "field": "class", "told": {"patient": "cj/PID"},
        "masks": [{"array": "cj/mask", "axes": "yx", "label": "{class}"}],
    }  # fmt: skip
    made = card(annotation, files=["{n}.mat"], images="cj/image", axes="yx", subject="{patient}")
    (record,), (region,) = small.read(made, tmp_path)
    assert (record.subject, record.meta["class"], region.source_label) == ("small/p9", "spleen", "spleen")
    assert isinstance(region.shape, LabelShape)
    assert region.shape.source.select == "cj/mask@yx"
    kept, _ = resolve(tmp_path, record, [region])
    assert np.array_equal(kept[0].full((6, 8)), mask > 0)


def test_masks_on_another_grid(tmp_path: Path) -> None:
    save(tmp_path, train_masks=MASKS[:, :5], few=MASKS[:2])
    for array, reason in (("{split}_masks", "mask grid (5, 8)"), ("few", "index 2 is outside"), ("no", "'no'")):
        mask = {"array": array, "axes": "nyx", "label": "liver"}
        assert reason in small.problems(card({"masks": [mask]}), tmp_path)[0]
    with pytest.raises(LayoutError, match="one of values, label and channels"):
        _raise(tmp_path, card({"masks": [{"array": "few", "axes": "nyx"}]}))


def _raise(root: Path, made: Any) -> None:
    """What the reader itself raises; the connector turns it into an unreadable item."""
    connector = small.open_dataset(made, small.catalog.labelspace())
    for item in connector.listing(root):
        list(connector.reader.read(root, made, connector.space, item))


def test_an_attribute_of_the_file(tmp_path: Path) -> None:
    with h5py.File(tmp_path / "a.h5", "w") as file:
        file["scan"] = np.arange(2 * 33 * 40, dtype=np.float32).reshape(2, 33, 40)
        file["scan"].attrs["tesla"] = 1.5
        file.attrs["patient_id"] = "p7"
    said = {"told": {"tesla": "scan@tesla"}, "hide": {"patient": "@patient_id"}}
    made = card(said, {}, files=["a.h5"], images="scan", subject="{patient}")
    records, _ = small.read(made, tmp_path)
    assert [(one.subject.rsplit("/", 1)[-1], one.meta["tesla"]) for one in records] == [("p7", 1.5)] * 2
    assert all("patient" not in one.meta for one in records)
    assert "attribute" in small.problems(card({"told": {"x": "@no"}}, {}, files=["a.h5"], images="scan"), tmp_path)[0]


def test_an_entry_without_its_label_costs_that_label_and_the_file_is_read(tmp_path: Path) -> None:
    save(tmp_path, train_labels=np.array([1, 0, 1]), train_ages=np.array([50, 51, 52, np.nan]))
    made = card({"labels": "{split}_labels", "names": {"0": "liver", "1": "spleen"}, "told": {"age": "{split}_ages"}})
    made = made.model_copy(update={"exhaustive": ("liver",)})
    records, _ = small.read(made, tmp_path)
    assert [[p.concept.label for p in r.presence] for r in records] == [["spleen"], ["liver"], ["spleen"], []]
    assert [record.exhaustive for record in records] == [("liver",)] * 3 + [()]
    assert [record.meta.get("age") for record in records] == [50, 51, 52, None]
    assert small.problems(made, tmp_path) == ["a.npz: row 3: array 'train_labels' of (3,) has no row 3"]


def test_a_class_or_a_cell_that_is_none_costs_itself(tmp_path: Path) -> None:
    save(tmp_path, train_labels=np.array([1, np.nan, 7, 1]))
    names = {"labels": "{split}_labels", "names": {"1": "spleen"}}
    assert [len(record.presence) for record in small.read(card(names), tmp_path)[0]] == [1, 0, 0, 1]
    nan, unknown = small.problems(card(names), tmp_path)
    assert nan == "a.npz: array 'train_labels', row 1: holds no number"
    assert "says 7, which is not under names" in unknown
    save(tmp_path, train_labels=np.array([[1, 0], [5, 1], [0, 0], [1, 1]]))
    columns = {"labels": "{split}_labels", "columns": ["liver", "spleen"]}
    said = [[p.concept.label for p in record.presence] for record in small.read(card(columns), tmp_path)[0]]
    assert said == [["liver", "spleen"], ["spleen"], ["liver", "spleen"], ["liver", "spleen"]]
    (reason,) = small.problems(card(columns), tmp_path)
    assert reason == "a.npz: array 'train_labels', row 1: says 5 of liver, which is none of 1, 0, -1"


def test_an_entry_whose_patient_is_not_told_is_refused_and_the_others_are_read(tmp_path: Path) -> None:
    save(tmp_path, who=np.array(["p1", "p2", "p3"]))
    made = card({"hide": {"who": "who"}}, subject=["{who}", "{row}"])
    records, _ = small.read(made, tmp_path)
    assert [record.subject for record in records] == ["small/p1", "small/p2", "small/p3"]
    (reason,) = small.problems(made, tmp_path)
    assert "train_images[3]" in reason
    assert "'who' of (3,) has no row 3" in reason
    save(tmp_path)
    (reason,) = small.refused(card({"hide": {"who": "who"}}, subject=["{who}", "{row}"]), tmp_path)
    assert "who" in reason
