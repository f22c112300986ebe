"""What lies in a user's folder, against the card."""

import shutil
import zipfile
from pathlib import Path

import pytest
from PIL import Image

import catalog
from connectors import open_dataset
from connectors.coverage import Coverage, coverage, lines
from schemas import DatasetCard
from tests.connectors import small

NAMES = ("p1_1", "p1_2", "p2_1")


def card(**options: object) -> DatasetCard:
    return small.card(
        "pictures",
        {
            "files": ["{split}/images/{case}.png", "extra/{case}.png"],
            "ignore": ["{split}/images/thumb_{n}.png"],
            "annotations": [
                {"format": "masks", "file": "{split}/masks/{case}.png", "encode": "binary", "label": "liver"},
                {"format": "table", "file": "labels.csv", "key": "id", "match": "{case}", "label": "finding"},
            ],
            **options,
        },
        {"liver": "liver", "ok": None, "ill": None},
    )


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """Three images with masks, a table with their rows, a thumbnail."""
    for name in NAMES:
        picture(tmp_path / "train" / "images" / f"{name}.png")
        picture(tmp_path / "train" / "masks" / f"{name}.png")
    picture(tmp_path / "extra" / "p3_1.png")
    picture(tmp_path / "train" / "images" / "thumb_1.png")
    table = "id,finding\n" + "".join(f"{name},ok\n" for name in (*NAMES, "p3_1"))
    (tmp_path / "labels.csv").write_text(table)
    return tmp_path


def picture(path: Path) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    Image.new("L", (40, 36)).save(path)


def look(root: Path, one: DatasetCard | None = None) -> Coverage:
    return coverage(open_dataset(one or card(), catalog.labelspace()), root)


def troubles(found: Coverage) -> dict[str, tuple[int, tuple[str, ...]]]:
    return {one.what: (one.count, one.examples) for one in found.missing}


def test_a_whole_folder_has_nothing_missing_and_nothing_extra(root: Path) -> None:
    shutil.rmtree(root / "extra")
    (root / "labels.csv").write_text("id,finding\np1_1,ok\np1_2,ok\np2_1,ill\n")
    found = look(root, card(files=["{split}/images/{case}.png"]))
    assert (found.items, found.missing, found.extra.count, found.complete) == (3, (), 0, True)
    assert [(one.part, one.files) for one in found.found] == [("image", 3), ("masks", 3), ("table", 1)]


def test_each_pattern_is_counted(root: Path) -> None:
    found = {one.pattern: one.files for one in look(root).found}
    assert found["{split}/images/{case}.png"] == 3, "the thumbnail is ignored"
    assert found["extra/{case}.png"] == 1


def test_a_lost_mask_a_lost_image_and_a_lost_table_are_named(root: Path) -> None:
    (root / "train" / "masks" / "p1_2.png").unlink()
    (root / "train" / "images" / "p2_1.png").unlink()
    found = look(root, card(files=["{split}/images/{case}.png"]))
    assert troubles(found) == {
        "files of the annotations masks ({split}/masks/{case}.png)": (1, ("train/masks/p1_2.png",)),
        "rows of labels.csv whose image is not there": (2, ("p2_1", "p3_1")),
    }
    assert not found.complete
    (root / "labels.csv").unlink()
    assert troubles(look(root))["files of the annotations table (labels.csv)"] == (1, ("labels.csv",))


def test_a_pattern_without_a_file_is_named(root: Path) -> None:
    shutil.rmtree(root / "extra")
    assert troubles(look(root))["patterns of images that no file fits"] == (1, ("extra/{case}.png",))


def test_what_nobody_asked_for_is_listed_but_not_an_error(root: Path) -> None:
    (root / "notes.txt").write_text("x")
    (root / "train" / "masks" / "odd.png").write_bytes(b"x")
    (root / "__MACOSX").mkdir()
    (root / "__MACOSX" / "._a").write_bytes(b"x")
    found = look(root)
    assert (found.extra.count, found.extra.examples) == (2, ("notes.txt", "train/masks/odd.png"))
    assert not any("notes" in what for what in troubles(found))


def test_many_troubles_are_counted_and_some_are_shown(root: Path) -> None:
    for n in range(30):
        (root / f"note{n:02d}.txt").write_text("x")
    found = look(root)
    assert (found.extra.count, len(found.extra.examples)) == (30, 20)
    assert "... and 10 more" in "\n".join(lines(found))


def test_an_empty_folder_can_not_be_read(tmp_path: Path) -> None:
    found = look(tmp_path)
    assert not found.complete
    assert any("no file fits" in what for what in troubles(found))


def test_masks_that_may_be_missing_are_not_missed(root: Path) -> None:
    (root / "train" / "masks" / "p1_2.png").unlink()
    mask = {"format": "masks", "file": "{split}/masks/{case}.png", "encode": "binary", "label": "liver"}
    loose = card(annotations=[{**mask, "missing": "unannotated"}])
    assert look(root, loose).missing == ()


def test_a_folder_that_an_annotation_asks_for_belongs(root: Path) -> None:
    """A table of very many files is told as the folder that they lie in."""
    reports = root / "reports"
    reports.mkdir()
    for n in range(80):
        (reports / f"r{n}.csv").write_text(f"id,finding\np{n},ok\n")
    table = {"format": "table", "file": "reports/{report}.csv", "key": "id", "match": "{case}", "label": "finding"}
    found = look(root, card(annotations=[table]))
    assert not [name for name in found.extra.examples if name.startswith("reports/")]
    assert found.extra.count == 4, "three masks and labels.csv"


def test_archives_are_looked_into(root: Path) -> None:
    with zipfile.ZipFile(root / "images.zip", "w") as archive:
        for name in NAMES:
            archive.write(root / "train" / "images" / f"{name}.png", f"{name}.png")
    shutil.rmtree(root / "train" / "images")
    shutil.rmtree(root / "extra")
    masks = {"format": "masks", "file": "train/masks/{case}.png", "encode": "binary", "label": "liver"}
    found = look(root, card(files=["images.zip/{case}.png"], annotations=[masks]))
    assert (found.items, found.complete) == (3, True)
    assert found.extra.examples == ("labels.csv",)


def test_a_reader_without_patterns_is_looked_through_too(tmp_path: Path) -> None:
    connector = open_dataset(catalog.card("mni152_icbm2009a"), catalog.labelspace())
    names = [f"mni_icbm152_{kind}_tal_nlin_sym_09a_converted.nii.gz" for kind in ("t1", "gm", "wm")]
    for name in names:
        (tmp_path / name).write_bytes(b"x")
    assert coverage(connector, tmp_path).complete
    (tmp_path / names[2]).unlink()
    assert [one.examples for one in coverage(connector, tmp_path).missing] == [(names[2],)]


def test_no_folder_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(NotADirectoryError):
        look(tmp_path / "gone")
