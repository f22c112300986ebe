"""Masks in files of their own, against masks drawn by hand."""

from pathlib import Path
from typing import Any

import nibabel
import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image

from connectors import Unreadable
from schemas import Record, Region
from tests.connectors import small
from transforms.regions.resolve import resolve
from transforms.regions.scene import segmentation

SHAPE = (33, 40)


def picture(path: Path, array: NDArray[Any]) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    Image.fromarray(array).save(path)


def block(value: int, rows: slice, columns: slice, onto: NDArray[Any] | None = None) -> NDArray[np.uint8]:
    out = np.zeros(SHAPE, np.uint8) if onto is None else onto.copy()
    out[rows, columns] = value
    return out


def read(tmp_path: Path, labels: dict[str, str | None], **mask: Any) -> tuple[list[Record], list[Region]]:
    options = {"files": ["img/{case}.png"], "annotations": [{"format": "masks", **mask}]}
    return small.read(small.card("pictures", options, labels), tmp_path)


def drawn(tmp_path: Path, found: tuple[list[Record], list[Region]]) -> dict[tuple[str, int], NDArray[np.bool_]]:
    out = {}
    for record in found[0]:
        kept, _ = resolve(tmp_path, record, [region for region in found[1] if region.record == record.key])
        for item in kept:
            out[item.region.source_label, sum(1 for key in out if key[0] == item.region.source_label)] = item.full(
                SHAPE
            )
    return out


@pytest.fixture
def root(tmp_path: Path) -> Path:
    picture(tmp_path / "img/a.png", np.full(SHAPE, 90, np.uint8))
    return tmp_path


def test_values_are_labels(root: Path) -> None:
    one, two = block(1, np.s_[2:9], np.s_[3:20]), block(1, np.s_[12:20], np.s_[5:11])
    picture(root / "mask/a.png", one + 2 * two)
    masks = drawn(root, read(root, {"1": "liver", "2": "spleen"}, file="mask/{case}.png"))
    assert {key: value.sum() for key, value in masks.items()} == {("1", 0): one.sum(), ("2", 0): two.sum()}
    assert np.array_equal(masks["2", 0], two > 0)


def test_a_jpeg_mask_is_cut_at_the_value_given(root: Path) -> None:
    hand = block(255, np.s_[8:24], np.s_[8:32])
    picture(root / "mask/a.jpg", hand)
    masks = drawn(
        root, read(root, {"lesion": "lesion"}, file="mask/{case}.jpg", encode="binary", label="lesion", at_least=128)
    )
    assert np.array_equal(masks["lesion", 0], hand > 0)


def test_dark_on_light(root: Path) -> None:
    hand = block(0, np.s_[8:24], np.s_[8:32], np.full(SHAPE, 255, np.uint8))
    picture(root / "mask/a.png", hand)
    masks = drawn(
        root, read(root, {"lesion": "lesion"}, file="mask/{case}.png", encode="binary", label="lesion", at_most=127)
    )
    assert np.array_equal(masks["lesion", 0], hand == 0)


def test_colours(root: Path) -> None:
    colour = np.zeros((*SHAPE, 3), np.uint8)
    colour[4:9, 6:20] = (255, 0, 0)
    colour[10:20, 6:9] = (255, 0, 1)
    picture(root / "mask/a.png", colour)
    labels: dict[str, str | None] = {"liver": "liver", "spleen": "spleen"}
    given = {"liver": [255, 0, 0], "spleen": [255, 0, 1]}
    masks = drawn(root, read(root, labels, file="mask/{case}.png", encode="colours", colours=given))
    assert {key: int(value.sum()) for key, value in masks.items()} == {("liver", 0): 70, ("spleen", 0): 30}


def test_a_palette_mask_holds_indices(root: Path) -> None:
    hand = block(2, np.s_[4:9], np.s_[6:20])
    image = Image.fromarray(hand, "P")
    image.putpalette([0, 0, 0, 9, 9, 9, 200, 10, 10] + [0] * 759)
    (root / "mask").mkdir()
    image.save(root / "mask/a.png")
    masks = drawn(root, read(root, {"1": "liver", "2": "spleen"}, file="mask/{case}.png"))
    assert list(masks) == [("2", 0)]
    assert np.array_equal(masks["2", 0], hand == 2)


def test_one_file_a_region_with_its_class_in_the_name(root: Path) -> None:
    for name, rows in (("a_nucleus_1", np.s_[2:6]), ("a_nucleus_2", np.s_[10:14]), ("b_nucleus_1", np.s_[20:30])):
        picture(root / f"mask/{name}.png", block(255, rows, np.s_[5:9]))
    masks = drawn(
        root, read(root, {"nucleus": "lesion"}, file="mask/{case}_{what}_{n}.png", encode="binary", label="{what}")
    )
    assert sorted(value.sum() for value in masks.values()) == [16, 16]


@pytest.mark.parametrize(("single", "kind"), [(True, "instance"), (False, "semantic")])
def test_a_file_of_one_thing_is_no_class(root: Path, single: bool, kind: str) -> None:
    picture(root / "mask/a_1.png", block(255, np.s_[2:6], np.s_[5:9]))
    masks = {"file": "mask/{case}_{n}.png", "encode": "binary", "label": "cell", "single": single}
    _, (region,) = read(root, {"cell": "lesion"}, **masks)
    assert segmentation(region) == kind


def test_instances(root: Path) -> None:
    hand = block(7, np.s_[10:14], np.s_[5:9], block(3, np.s_[2:6], np.s_[5:9]))
    picture(root / "mask/a.png", hand)
    masks = drawn(root, read(root, {"cell": "lesion"}, file="mask/{case}.png", encode="instances", label="cell"))
    assert len(masks) == 2
    assert np.array_equal(sum(masks.values()) > 0, hand > 0)  # type: ignore[operator]


@pytest.mark.parametrize(("missing", "exhaustive"), [("unannotated", ()), ("empty", ("liver",))])
def test_no_mask_is_silence_or_absence_as_the_card_says(root: Path, missing: str, exhaustive: tuple[str, ...]) -> None:
    picture(root / "mask/other.png", np.ones(SHAPE, np.uint8))
    options = {
        "files": ["img/{case}.png"],
        "annotations": [{"format": "masks", "file": "mask/{case}.png", "missing": missing}],
    }
    card = small.card("pictures", options, {"1": "liver"}, exhaustive=["liver"])
    records, regions = small.read(card, root)
    assert (records[0].exhaustive, regions) == (exhaustive, [])


def test_a_mask_that_is_missing_or_of_another_size_is_named(root: Path) -> None:
    options = {"files": ["img/{case}.png"], "annotations": [{"format": "masks", "file": "mask/{case}.png"}]}
    card = small.card("pictures", options, {"1": "liver"})
    assert "img/a.png: no file fits mask/a.png" in small.notices(card, root)[0]
    picture(root / "mask/a.png", np.zeros(SHAPE[::-1], np.uint8))
    assert small.refused(card, root) == ["mask/a.png: mask grid (40, 33) differs from (33, 40) of img/a.png"]


def test_a_table_says_what_each_value_is_and_who_drew_it(root: Path) -> None:
    one, two, seven = (
        block(1, np.s_[2:9], np.s_[3:20]),
        block(1, np.s_[12:20], np.s_[5:11]),
        block(1, np.s_[25:], np.s_[:4]),
    )
    picture(root / "mask/a_r2.png", one + 2 * two + 7 * seven)
    rows = "case,by,id,code\na,2,0,0\na,2,1,-1\na,2,7,3\na,1,2,3\nb,2,2,3\n"
    (root / "info.csv").write_text(rows)
    classes = {"file": "info.csv", "key": "{case}_{by}", "match": "{case}_{rad}", "required": True}
    masks = {
        "file": "mask/{case}_r{rad}.png", "classes": {**classes, "value": "id", "label": "code"},
        "made_by": {"kind": "model", "name": "a network"},
    }  # fmt: skip
    found = read(root, {"-1": "liver", "3": "spleen"}, **masks)
    assert {key: value.sum() for key, value in drawn(root, found).items()} == {
        ("-1", 0): one.sum(),
        ("3", 0): seven.sum(),
    }
    assert {region.made_by.name for region in found[1]} == {"a network"}
    assert {segmentation(region) for region in found[1]} == {"instance"}, "values that number things"


def test_each_file_of_several_readers_is_theirs(root: Path) -> None:
    for reader in "12":
        picture(root / f"mask/a_r{reader}.png", block(1, np.s_[2:9], np.s_[3:20]))
    masks = {"file": "mask/{case}_r{rad}.png", "encode": "binary", "label": "1"}
    found = read(root, {"1": "liver"}, **masks, made_by={"kind": "human", "name": "radiologist {rad}"})
    assert [region.made_by.name for region in found[1]] == ["radiologist 1", "radiologist 2"]
    assert {region.meta.get("aside") for region in found[1]} == {None}
    assert [region.meta["reader"] for region in found[1]] == ["radiologist 1", "radiologist 2"]
    assert {region.meta["aside"] for region in read(root, {"1": "liver"}, **masks, aside=True)[1]} == {True}


def test_a_value_that_cannot_be_is_named_with_its_line(root: Path) -> None:
    picture(root / "mask/a.png", block(1, np.s_[2:9], np.s_[3:20]))
    (root / "info.csv").write_text("case,id,code\na,1.5,2\n")
    classes = {"file": "info.csv", "key": "case", "match": "{case}", "value": "id", "label": "code"}
    options = {
        "files": ["img/{case}.png"],
        "annotations": [{"format": "masks", "file": "mask/{case}.png", "classes": classes}],
    }
    card = small.card("pictures", options, {"2": "liver"})
    assert small.refused(card, root) == ["info.csv: line 2: id '1.5' is no value of a mask"]


def test_a_page_of_a_pyramid_for_images_of_one_origin(tmp_path: Path) -> None:
    """As PANDA has them: masks of the levels of a slide, whose values mean another thing at each hospital."""
    for case in ("a", "b"):
        picture(tmp_path / f"img/{case}.png", np.full(SHAPE, 90, np.uint8))
        fine = block(2, np.s_[4:12], np.s_[8:20], np.zeros((66, 80), np.uint8))
        pages = [Image.fromarray(np.stack([page, 0 * page, 0 * page], -1)) for page in (fine, fine[::2, ::2])]
        (tmp_path / "mask").mkdir(exist_ok=True)
        pages[0].save(tmp_path / f"mask/{case}.tif", save_all=True, append_images=pages[1:])
    (tmp_path / "t.csv").write_text("case,from\na,here\nb,there\n")
    told = {"format": "table", "file": "t.csv", "key": "case", "match": "{case}", "tell": {"from": "from"}}
    mask = {"format": "masks", "file": "mask/{case}.tif", "select": "[1]", "channel": 0, "names": {2: "2"}}
    options = {"files": ["img/{case}.png"], "annotations": [told, {**mask, "only": {"from": "here"}}]}
    made = small.card("pictures", options, {"2": "liver"})
    found = small.read(made, tmp_path)
    ((label, mask_of),) = drawn(tmp_path, found).items()
    assert np.array_equal(mask_of, block(2, np.s_[2:6], np.s_[4:10]) > 0)
    assert (label, [region.record for region in found[1]]) == (("2", 0), [found[0][0].key])
    groups = [item.group for item in small.open_dataset(made, small.catalog.labelspace()).listing(tmp_path)]
    assert groups == [("t.csv", "mask/a.tif"), ("t.csv", "mask/b.tif")]


def test_only_what_a_table_says(tmp_path: Path) -> None:
    """A table names the phases of each patient that were outlined; the others have masks in which nothing is drawn."""
    for phase in "012":
        picture(tmp_path / f"img/a_{phase}.png", np.full(SHAPE, 90, np.uint8))
        picture(tmp_path / f"mask/a_{phase}.png", block(2, np.s_[4:12], np.s_[8:20]))
    (tmp_path / "t.csv").write_text("case,first,last\na,0,2\n")
    told = {"format": "table", "file": "t.csv", "key": "case", "match": "{case}", "hide": {"x": "first", "y": "last"}}
    mask = {"format": "masks", "file": "mask/{case}_{phase}.png", "only": {"phase": ["{x}", "{y}"]}}
    made = small.card("pictures", {"files": ["img/{case}_{phase}.png"], "annotations": [told, mask]}, {"2": "liver"})
    records, regions = small.read(made, tmp_path)
    outlined = {region.record for region in regions}
    assert [record.key in outlined for record in records] == [True, False, True]
    groups = [item.group for item in small.open_dataset(made, small.catalog.labelspace()).listing(tmp_path)]
    assert groups == [("t.csv", f"mask/a_{phase}.png") for phase in "012"]


@pytest.mark.parametrize("axes", ["RAS", "LAS", "RPS", "LPI", "RPI"])
def test_a_mask_whose_axes_run_against_the_image_is_turned_by_its_header(tmp_path: Path, axes: str) -> None:
    image = nibabel.Nifti1Image(np.zeros((7, 6, 5), np.int16), np.diag([0.5, 0.6, 2.0, 1.0]))
    mask = np.zeros((7, 6, 5), np.uint8)
    mask[0:2, 1:3, 0:4] = 1
    turn = nibabel.orientations.axcodes2ornt(axes)
    for name, volume in (("img", image), ("mask", nibabel.Nifti1Image(mask, image.affine).as_reoriented(turn))):
        (tmp_path / name).mkdir()
        nibabel.save(volume, tmp_path / name / "a.nii")
    options: dict[str, Any] = {"files": ["img/{case}.nii"], "units": "mm"}
    entry = {"format": "masks", "file": "mask/{case}.nii"}
    card = small.card("volumes", {**options, "annotations": [{**entry, "grid": "turned"}]}, {"1": "lung"})
    records, regions = small.read(card, tmp_path)
    kept, _ = resolve(tmp_path, records[0], regions)
    assert np.array_equal(kept[0].full((7, 6, 5)), mask.astype(bool))
    if axes != "RAS":
        with pytest.raises(Unreadable, match="affines"):
            small.read(small.card("volumes", {**options, "annotations": [entry]}, {"1": "lung"}), tmp_path)


def test_a_mask_of_other_voxels_is_not_turned(tmp_path: Path) -> None:
    for name, affine in (("img", np.eye(4)), ("mask", np.diag([-1.0, 1.0, 1.0, 1.0]))):
        (tmp_path / name).mkdir()
        nibabel.save(nibabel.Nifti1Image(np.ones((7, 6, 5), np.uint8), affine), tmp_path / name / "a.nii")
    options = {
        "files": ["img/{case}.nii"], "units": "mm",
        "annotations": [{"format": "masks", "file": "mask/{case}.nii", "grid": "turned"}],
    }  # fmt: skip
    with pytest.raises(Unreadable, match="apart"):
        small.read(small.card("volumes", options, {"1": "lung"}), tmp_path)


def test_a_mask_whose_header_is_wrong_lies_as_the_card_says(tmp_path: Path) -> None:
    mask = np.zeros((7, 6, 5), np.uint8)
    mask[0:2, 1:3, 0:4] = 1
    for name, volume in (("img", np.zeros((7, 6, 5), np.int16)), ("mask", mask[::-1, :, ::-1])):
        (tmp_path / name).mkdir()
        nibabel.save(nibabel.Nifti1Image(volume, np.eye(4)), tmp_path / name / "a.nii")
    options: dict[str, Any] = {"files": ["img/{case}.nii"], "units": "mm"}
    entry = {"format": "masks", "file": "mask/{case}.nii", "orientation": "LAI"}
    records, regions = small.read(small.card("volumes", {**options, "annotations": [entry]}, {"1": "lung"}), tmp_path)
    kept, _ = resolve(tmp_path, records[0], regions)
    assert np.array_equal(kept[0].full((7, 6, 5)), mask.astype(bool))
    crossed = {**options, "annotations": [{**entry, "orientation": "PLS"}]}
    with pytest.raises(Unreadable, match="do not run along"):
        small.read(small.card("volumes", crossed, {"1": "lung"}), tmp_path)
