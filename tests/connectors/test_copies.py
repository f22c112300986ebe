"""Images that lie in a folder more than once are read once, and that is told; of other packings one suffices."""

import shutil
import tarfile
from pathlib import Path

import pytest

import catalog
from connectors import open_dataset
from connectors.coverage import coverage
from tests.connectors import small
from tests.connectors.annotations.published import pictures
from tests.replicas.builder.tree import build, declarations, load

PACKED = [["images/{case}.png", "images_{part:\\d}/images/{case}.png", "images_{part:\\d}.tar.gz/images/{case}.png"]]


def read(root: Path, *files: object) -> tuple[list[str], list[str], list[str]]:
    """The images read, the folder's notices, and what is missing."""
    made = small.card("pictures", {"files": list(files), "subject": "{case}"})
    records, _ = small.read(made, root)
    connector = open_dataset(made, catalog.labelspace())
    read = [archive.uri + (f"/{archive.member}" if archive.member else "") for r in records for archive in r.sources]
    missing = [name for one in coverage(connector, root).missing for name in one.examples]
    return read, [notice.text() for notice in connector.notices(root)], missing


@pytest.mark.parametrize("folder", ["images", "images_1/images"])
def test_of_patterns_of_the_same_images_one_suffices(tmp_path: Path, folder: str) -> None:
    pictures(tmp_path, f"{folder}/a.png")
    assert read(tmp_path, *PACKED) == ([f"{folder}/a.png"], [], [])
    assert read(tmp_path, *PACKED, "more/{case}.png")[2] == ["more/{case}.png"]
    assert set(read(tmp_path, *PACKED[0])[2]) < set(PACKED[0])  # patterns of different images, each of which is to fit


def test_none_of_them_is_missing_by_all_its_names(tmp_path: Path) -> None:
    pictures(tmp_path, "more/a.png")
    assert read(tmp_path, *PACKED, "more/{case}.png")[2] == PACKED[0]


def test_an_image_in_two_packings_is_read_once_and_told(tmp_path: Path) -> None:
    pictures(tmp_path, "images_1/images/a.png", "images_1/images/b.png", "images_2/images/c.png")
    with tarfile.open(tmp_path / "images_1.tar.gz", "w:gz") as archive:
        archive.add(tmp_path / "images_1/images", "images")
    with tarfile.open(tmp_path / "images_3.tar.gz", "w:gz") as archive:
        archive.add(tmp_path / "images_2/images/c.png", "images/d.png")
    found, told, missing = read(tmp_path, *PACKED)
    assert found == [
        "images_1/images/a.png", "images_1/images/b.png", "images_2/images/c.png", "images_3.tar.gz/images/d.png",
    ]  # fmt: skip
    assert told == [
        "images_1.tar.gz/images/a.png: 2 images that another packing beside it holds too: they are read once"
    ]
    assert missing == []


@pytest.mark.parametrize("level", ["", "chest_xray"])
def test_a_tree_within_itself_is_read_once_and_told(tmp_path: Path, level: str) -> None:
    """As the archive of chest_xray_kermany holds it; the folder given may be its top or one level below."""
    declaration = load(declarations()["chest_xray_kermany"])
    build(declaration, tmp_path)
    for part in ("train", "val", "test"):
        shutil.copytree(tmp_path / "chest_xray" / part, tmp_path / "chest_xray/chest_xray" / part, dirs_exist_ok=True)
    connector = open_dataset(catalog.card("chest_xray_kermany"), catalog.labelspace())
    assert len(list(connector.listing(tmp_path / level))) == declaration.expect.records
    (told,) = (notice.text() for notice in connector.notices(tmp_path / level))
    place = ".: " if level else "chest_xray/chest_xray: "
    assert told.startswith(f"{place}{declaration.expect.records} images that chest_xray holds too, such as t")
    assert told.endswith("a copy, which is not read")


def test_cards_that_know_several_packings_miss_none_where_one_is_there(tmp_path: Path) -> None:
    name = "00000001_000.png"
    pictures(tmp_path, f"images_001/images/{name}")
    for file in ("train_val_list.txt", "test_list.txt"):
        (tmp_path / file).write_text(f"{name}\n" if file[1] == "r" else "")
    connector = open_dataset(catalog.card("nih_chestxray14"), catalog.labelspace())
    assert "patterns of images that no file fits" not in [one.what for one in coverage(connector, tmp_path).missing]
