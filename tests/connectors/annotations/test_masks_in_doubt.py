"""Masks that are missing, empty, not fetched, or hold what the card does not know are said, and nothing is absent."""

from pathlib import Path
from typing import Any

import nrrd
import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image

import catalog
from connectors import LayoutError, open_dataset
from connectors.coverage import coverage
from schemas import DatasetCard
from tests.connectors import small
from tests.connectors.annotations.test_masks import SHAPE, block, picture
from transforms.media.decoders import DecodeError
from transforms.regions.resolve import Resolution, resolution


@pytest.fixture
def root(tmp_path: Path) -> Path:
    picture(tmp_path / "img/a.png", np.full(SHAPE, 90, np.uint8))
    return tmp_path


def card(labels: dict[str, str | None], void: tuple[str, ...] = (), **mask: Any) -> DatasetCard:
    """Of pictures with one annotation of this format; every concept is exhaustive."""
    options = {"files": ["img/{case}.png"], "annotations": [{"format": "masks", "file": "mask/{case}.png"} | mask]}
    made = small.card("pictures", options, labels, exhaustive=sorted({slug for slug in labels.values() if slug}))
    return made.model_copy(update={"layout": made.layout.model_copy(update={"void": void})})


def looked(root: Path, made: DatasetCard) -> Resolution:
    (record,), regions = small.read(made, root)
    return resolution(root, record, regions)


def test_a_missing_mask_costs_no_image_and_leaves_everything_open(root: Path) -> None:
    made = card({"1": "liver"})
    (record,), regions = small.read(made, root)
    assert (regions, record.exhaustive) == ([], ())
    (notice,) = small.notices(made, root)
    assert notice == "img/a.png: no file fits mask/a.png: this image counts as not annotated by it"
    assert small.notices(card({"1": "liver"}, missing="unannotated"), root) == []
    assert small.read(card({"1": "liver"}, missing="empty"), root)[0][0].exhaustive == ()  # no image has one: not here
    picture(root / "mask/other.png", np.ones(SHAPE, np.uint8))
    (record,), _ = small.read(card({"1": "liver"}, missing="empty"), root)
    assert record.exhaustive == ("liver",)
    assert small.refused(card({"1": "liver"}, missing="refuse"), root) == ["mask/a.png: the file is not there"]


@pytest.mark.parametrize("missing", ["notice", "unannotated", "empty", "refuse"])
@pytest.mark.parametrize("file", ["mask/{case}.png", "mask/{case}_*.png", "mask/{case}/{n}.png", "mask/{n}/{case}.png"])
def test_a_link_whose_content_was_not_fetched_is_no_missing_mask(root: Path, missing: str, file: str) -> None:
    """As git-annex and DataLad leave them in a clone: the picture's mask is there, but not here."""
    link = root / file.format(case="a", n="1").replace("*", "1")
    link.parent.mkdir(parents=True)
    link.symlink_to("../.git/annex/objects/xx/none.png")
    (reason,) = small.refused(card({"1": "liver"}, file=file, missing=missing), root)
    assert reason.startswith(f"{link.relative_to(root)}: a link whose content is not there: fetch it")


@pytest.mark.parametrize("file", ["mask/{case}.png", "mask/{case}_*.png"])
def test_a_folder_of_masks_may_be_such_a_link(root: Path, file: str) -> None:
    (root / "mask").symlink_to("elsewhere/masks")
    (reason,) = small.refused(card({"1": "liver"}, file=file, missing="empty"), root)
    assert reason.startswith("mask")
    assert "a link whose content is not there: fetch it (datalad get, git annex get)" in reason


def test_a_folder_of_masks_that_leads_out_of_the_set_is_named(
    root: Path, tmp_path_factory: pytest.TempPathFactory
) -> None:
    (root / "mask").symlink_to(tmp_path_factory.mktemp("elsewhere"))
    (reason,) = small.refused(card({"1": "liver"}, file="mask/{case}_*.png", missing="empty"), root)
    assert reason.startswith("mask: a link that leads out of the data set's folder")


LFS = b"version https://git-lfs.github.com/spec/v1\noid sha256:" + b"4" * 64 + b"\nsize 12345\n"
ANNEX = b"/annex/objects/MD5E-s12345--0123456789abcdef.png\n"


@pytest.mark.parametrize("pointer", [LFS, ANNEX])
@pytest.mark.parametrize("missing", ["notice", "empty"])
def test_a_pointer_in_place_of_a_mask_or_an_image_is_refused_by_name(root: Path, pointer: bytes, missing: str) -> None:
    (root / "mask").mkdir()
    (root / "mask/a.png").write_bytes(pointer)
    made = card({"1": "liver"}, missing=missing)
    assert small.refused(made, root) == [
        "mask/a.png: a pointer in place of its content: fetch it (git lfs pull, git annex get) or put the file itself "
        "there"
    ]
    (told,) = coverage(open_dataset(made, catalog.labelspace()), root).missing
    assert (told.count, told.examples) == (1, ("mask/a.png",))
    assert "was not fetched" in told.what
    (root / "img/a.png").write_bytes(pointer)
    (reason,) = small.refused(made, root)
    assert reason.startswith("img/a.png: a pointer in place of its content")


@pytest.mark.parametrize("pointer", [LFS, ANNEX, None])
def test_a_table_that_was_not_fetched_is_not_one_that_is_not_there(root: Path, pointer: bytes | None) -> None:
    if pointer is None:
        (root / "t.csv").symlink_to(".git/annex/objects/none.csv")
    else:
        (root / "t.csv").write_bytes(pointer)
    table = {"format": "table", "file": "t.csv", "key": "case", "label": "label"}
    made = small.card("pictures", {"files": ["img/{case}.png"], "annotations": [table]}, {"1": "liver"})
    (reason,) = small.refused(made, root)
    assert reason.startswith("t.csv: a ")
    assert "git annex get" in reason


def test_a_pointer_is_no_text_of_a_report(root: Path) -> None:
    (root / "a.txt").write_bytes(LFS)
    text = {"format": "text_file", "file": "{case}.txt"}
    (reason,) = small.refused(small.card("pictures", {"files": ["img/{case}.png"], "annotations": [text]}), root)
    assert reason.startswith("a.txt: a pointer in place of its content")


def test_ranges_of_values(root: Path) -> None:
    grey = block(58, np.s_[2:9], np.s_[3:20])
    grey = block(70, np.s_[12:20], np.s_[5:11], onto=block(90, np.s_[25:], np.s_[:4], onto=grey))
    picture(root / "mask/a.png", grey)
    found = looked(root, card({"63": "liver", "252": "spleen"}, ranges={"63": [56, 70], "252": [241, 255]}))
    (drawn_,) = (item.full(SHAPE) for item in found.kept)
    assert np.array_equal(drawn_, (grey == 58) | (grey == 70))
    assert [(n.item, n.reason.split(" ")[0]) for n in found.notices] == [("90", str((grey == 90).sum()))]
    assert found.doubtful == {"liver", "spleen"}


@pytest.mark.parametrize("value", [255, 0])
def test_what_nobody_labelled_is_known_and_nothing_is_absent_for_it(root: Path, value: int) -> None:
    grey = block(1, np.s_[2:9], np.s_[3:20], onto=np.full(SHAPE, 7, np.uint8))
    labels = {"1": "liver", "2": "spleen", "7": None, str(value): None}
    picture(root / "mask/a.png", grey)
    assert looked(root, card(labels, void=(str(value),)))[2:] == ([], frozenset())
    picture(root / "mask/a.png", block(value, np.s_[30:], np.s_[:2], onto=grey))
    assert looked(root, card(labels, void=(str(value),)))[2:] == ([], {"liver", "spleen"})


def test_a_colour_that_nobody_labelled(root: Path) -> None:
    rgb = np.zeros((*SHAPE, 3), np.uint8)
    rgb[2:9, 3:20], rgb[20:, :3] = (255, 0, 0), (224, 224, 192)
    picture(root / "mask/a.png", rgb)
    colours = {"red": [255, 0, 0], "edge": [224, 224, 192]}
    made = card({"red": "liver", "edge": None}, void=("edge",), encode="colours", colours=colours)
    assert looked(root, made)[2:] == ([], {"liver"})


def test_a_binary_mask_needs_no_threshold(root: Path) -> None:
    inside = block(1, np.s_[2:9], np.s_[3:20])
    made = card({"x": "liver"}, encode="binary", label="x")
    for high in (1, 255):
        picture(root / "mask/a.png", inside * high)
        (item,) = looked(root, made).kept
        assert np.array_equal(item.full(SHAPE), inside > 0)
    picture(root / "mask/a.png", block(2, np.s_[20:], np.s_[:5], onto=inside))
    with pytest.raises(DecodeError, match=r"mask/a\.png: the mask holds 0 .*, 1 \(119 pixels\), 2 \(65 pixels\)"):
        looked(root, made)


def test_a_mask_saved_as_jpeg(root: Path) -> None:
    """Ringing around the lesion is no lesion, and how much was in doubt is said."""
    inside = block(255, np.s_[4:20], np.s_[6:27])
    (root / "mask").mkdir()
    Image.fromarray(inside).save(root / "mask/a.jpg", quality=60)
    found = looked(root, card({"x": "liver"}, file="mask/{case}.jpg", encode="binary", label="x"))
    assert (found.kept[0].full(SHAPE) != (inside > 0)).sum() <= 4
    (notice,) = found.notices
    assert (notice.uri, notice.item) == ("mask/a.jpg", "x")
    assert "lie in between" in notice.reason


def test_an_empty_mask_of_a_set_whose_masks_all_show_something(root: Path) -> None:
    picture(root / "mask/a.png", np.zeros(SHAPE, np.uint8))
    given = {"encode": "binary", "label": "x"}
    assert looked(root, card({"x": "liver"}, **given))[2:] == ([], frozenset())
    for more in ({"filled": True}, {"missing": "empty"}):
        found = looked(root, card({"x": "liver"}, **given, **more))
        assert [(n.kind, n.uri, n.item) for n in found.notices] == [("file", "mask/a.png", "x")]
        assert found.doubtful == {"liver"}


def test_options_that_do_not_go_together_are_refused(root: Path) -> None:
    picture(root / "mask/a.png", np.zeros(SHAPE, np.uint8))
    for more, words in (
        ({"filled": True}, "masks of one label"),
        ({"encode": "binary", "ranges": {"1": [1, 2]}}, "ranges"),
    ):
        with pytest.raises(LayoutError, match=words):
            small.read(card({"1": "liver"}, label="1", **more), root)


def test_an_instance_without_a_row_and_a_row_without_an_instance(root: Path) -> None:
    picture(root / "mask/a.png", block(1, np.s_[2:9], np.s_[3:20], onto=block(4, np.s_[20:], np.s_[:4])))
    (root / "t.csv").write_text("case,id,code\na,0,0\na,1,-1\na,2,-1\n")
    classes = {"file": "t.csv", "key": "case", "match": "{case}", "value": "id", "label": "code"}
    found = looked(root, card({"-1": "liver"}, classes=classes))
    assert [item.region.source_label for item in found.kept] == ["-1"]
    assert [(n.kind, n.item) for n in found.notices] == [("value", "4"), ("file", "-1")]
    assert found.doubtful == {"liver"}


def test_an_instance_of_a_table_that_lists_none(root: Path) -> None:
    picture(root / "mask/a.png", block(4, np.s_[20:], np.s_[:4]))
    (root / "t.csv").write_text("case,id,code\na,0,0\n")
    classes = {"file": "t.csv", "key": "case", "match": "{case}", "value": "id", "label": "code"}
    found = looked(root, card({"-1": "liver"}, classes=classes))
    assert [n.item for n in found.notices] == ["4"]
    assert found.doubtful == {"liver"}


def test_segments_that_a_header_names_and_the_card_does_not(tmp_path: Path) -> None:
    """3D Slicer's .seg.nrrd lists its segments, whether or not a voxel has their value."""
    array = np.zeros((6, 5, 4), np.uint8)
    header = {"space": "left-posterior-superior", "space directions": np.eye(3), "space origin": [0, 0, 0]}
    (tmp_path / "img").mkdir()
    nrrd.write(str(tmp_path / "img/a.nrrd"), np.arange(120, dtype=np.int16).reshape(6, 5, 4), header)
    array[1:3, 1:3, 1] = 1
    named = {"Segment0_Name": "Aorta", "Segment0_LabelValue": "1", "Segment1_Name": "Cyst", "Segment1_LabelValue": "2"}
    nrrd.write(str(tmp_path / "img/a.seg.nrrd"), array, {**header, **named})
    mask = {"format": "masks", "file": "img/{case}.seg.nrrd"}
    options = {"files": ["img/{case:\\w+}.nrrd"], "units": "mm", "annotations": [mask]}
    made = small.card("volumes", options, {"1": "aorta"}, exhaustive=["aorta"])
    (notice,) = small.notices(made, tmp_path)
    assert notice.startswith("img/a.seg.nrrd: 2: the header names it 'Cyst'")
    (record,), _ = small.read(made, tmp_path)
    assert record.exhaustive == ()


def each(
    tmp_path: Path, *organs: str, file: str = "mask/{case}/{organ}.png", **mask: Any
) -> tuple[tuple[str, ...], list[str]]:
    """What can be absent, and what is told, of a picture with a file for each of these organs."""
    for organ in organs:
        picture(tmp_path / f"mask/a/{organ}.png", block(1, np.s_[8:24], np.s_[8:32]))
    labels: dict[str, str | None] = {"liver": "liver", "spleen": "spleen", "Aorta": "aorta", "rest": None}
    made = card(labels, file=file, label="{organ}", encode="binary", **mask)
    return small.read(made, tmp_path)[0][0].exhaustive, small.notices(made, tmp_path)


def test_a_class_without_a_file_beside_others_is_not_annotated_and_named_once(root: Path) -> None:
    told = "img/a.png: mask/a/{organ}.png: no file for spleen, Aorta: not annotated here"
    assert each(root, "liver") == (("liver",), [told])
    assert each(root, missing="unannotated") == (("liver",), [])
    assert each(root, missing="empty") == (("aorta", "liver", "spleen"), [])
    assert each(root, partial="empty") == (("aorta", "liver", "spleen"), [])
    assert each(root, file="mask/{case}/{organ:liver|spleen}.png")[1] == [
        "img/a.png: mask/a/{organ}.png: no file for spleen: not annotated here"
    ]
    assert each(root, "spleen", "Aorta") == (("aorta", "liver", "spleen"), [])


def test_a_mask_that_is_left_out_of_numbered_ones_is_told(root: Path) -> None:
    mask = block(1, np.s_[8:24], np.s_[8:32])
    made = card(
        {"lesion": "lesion"}, file="mask/{case}{more:(_\\d+)?}.png", label="lesion", encode="binary", numbered="more"
    )
    picture(root / "mask/a_1.png", mask)
    assert small.notices(made, root) == [
        "img/a.png: mask/a{more}.png: no file of number 0, and one of 1: what it shows is not known"
    ]
    assert small.read(made, root)[0][0].exhaustive == ()
    picture(root / "mask/a.png", mask)
    assert (small.notices(made, root), small.read(made, root)[0][0].exhaustive) == ([], ("lesion",))
    picture(root / "mask/a_4.png", mask)
    assert "no file of number 2, 3, and one of 4" in small.notices(made, root)[0]


LIGHT: dict[str, Any] = {"encode": "binary", "at_least": 128, "label": "lesion"}


def odd(tmp_path: Path, array: NDArray[Any], **mask: Any) -> Resolution:
    picture(tmp_path / "mask/a.png", array)
    return looked(tmp_path, card({"lesion": "lesion"}, **LIGHT, **mask))


def test_an_odd_value_of_a_mask_that_is_cut_at_a_value_is_named(root: Path) -> None:
    plain = block(255, np.s_[8:24], np.s_[8:32])
    assert odd(root, plain)[2:] == ([], frozenset())
    found = odd(root, block(100, np.s_[0:5], np.s_[0:5], plain))
    assert [notice.text() for notice in found.notices] == [
        "mask/a.png: 100: 25 pixels whose meaning the card does not know; map it under layout.labels, or null it"
    ]
    assert (found.doubtful, found.kept[0].voxels) == ({"lesion"}, 16 * 24)
    assert odd(root, block(100, np.s_[0:5], np.s_[0:5], plain), degrees=True)[2:] == ([], frozenset())
    with pytest.raises(ValueError, match=r"mask/a.png holds 100 \(25 pixels\), and no value that the card knows"):
        odd(root, block(100, np.s_[0:5], np.s_[0:5]))


def test_many_values_below_the_cut_are_a_smoothed_edge_and_those_of_a_jpeg_are_nothing(root: Path) -> None:
    plain = block(255, np.s_[8:24], np.s_[8:32])
    plain[3, :40] = np.arange(40)
    found = odd(root, plain)
    (notice,) = found.notices
    assert notice.reason.startswith("39 pixels have one of many values below 128")
    assert (found.doubtful, len(found.kept)) == (frozenset(), 1)
    picture(root / "mask/a.jpg", block(100, np.s_[0:5], np.s_[0:5], block(255, np.s_[8:24], np.s_[8:32])))
    assert looked(root, card({"lesion": "lesion"}, file="mask/{case}.jpg", **LIGHT))[2:] == ([], frozenset())


def test_a_mask_that_is_to_be_blank_and_is_not_refuses_its_image(root: Path) -> None:
    blank = odd(root, np.zeros(SHAPE, np.uint8), blank=True)
    assert blank == ([], [], [], frozenset())
    with pytest.raises(DecodeError, match=r"mask/a.png: 40 pixels of it are drawn, and the source says 'lesion'"):
        odd(root, block(255, np.s_[2:6], np.s_[0:10]), blank=True)
