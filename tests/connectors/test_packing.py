"""Other packings of one small set, and what is said of a folder that may be none or several of them."""

import zipfile
from pathlib import Path

import pytest
from PIL import Image

import catalog
from connectors import Connector, PackingError, open_dataset
from schemas import DatasetCard, Notice, Record
from tests.connectors import small


def card(*files: str, table: str = "Set A/labels.csv") -> DatasetCard:
    options = {
        "files": list(files or ("Set A/images/{patient}_{shot}.png",)),
        "subject": "{patient}",
        "annotations": [{"format": "table", "file": table, "key": "id", "match": "{stem}", "label": "finding"}],
    }
    return small.card("pictures", options, {"ill": "liver_tumor", "well": None})


def grown(root: Path, top: str = "Set A") -> Path:
    for n in (1, 2):
        path = root / top / "images" / f"p{n}_1.png"
        path.parent.mkdir(parents=True, exist_ok=True)
        Image.new("L", (8, 6 + n)).save(path)
    (root / top / "labels.csv").write_text("id,finding\np1_1,ill\np2_1,well\n")
    return root


def opened(one: DatasetCard | None = None) -> Connector:
    return open_dataset(one or card(), catalog.labelspace())


def records(root: Path, one: DatasetCard | None = None) -> list[Record]:
    connector = opened(one)
    rows = [row for item in connector.listing(root) for row in connector.read(root, item)]
    return [row for row in rows if isinstance(row, Record)]


@pytest.mark.parametrize("top", ["x/Set A", "set a", "Set%20A", "Set%20A/Set A", "x/input/slug", "Set A/Set A", ""])
def test_keys_subjects_and_labels_are_those_of_the_published_packing(tmp_path: Path, top: str) -> None:
    published = records(grown(tmp_path / "published"))
    other = grown(tmp_path / "other", top)
    found = records(other)
    assert [one.key for one in found] == [one.key for one in published]
    assert [one.subject for one in found] == ["small/p1", "small/p2"]
    assert [[seen.state for seen in one.presence] for one in found] == [["present"], []]
    assert [one.sources[0].uri for one in found] == [f"{top}/images/p{n}_1.png".lstrip("/") for n in (1, 2)]
    assert len(opened().notices(other)) == 1
    assert opened().notices(tmp_path / "published") == []


def test_a_whole_set_still_in_its_archive(tmp_path: Path) -> None:
    root = grown(tmp_path / "published")
    (tmp_path / "other").mkdir()
    with zipfile.ZipFile(tmp_path / "other" / "download.zip", "w") as archive:
        for path in sorted(root.rglob("*.*")):
            archive.write(path, f"extra/{path.relative_to(root).as_posix()}")
    # The archive's own top folder is not the set's, and not the archive's name either.
    with pytest.raises(PackingError, match="nothing of small is here"):
        opened().check(tmp_path / "other")
    with zipfile.ZipFile(tmp_path / "other" / "download.zip", "w") as archive:
        for path in sorted(root.rglob("*.*")):
            archive.write(path, path.relative_to(root).as_posix())
    assert [one.key for one in records(tmp_path / "other")] == [one.key for one in records(root)]
    assert {one.sources[0].member for one in records(tmp_path / "other")} == {
        "Set A/images/p1_1.png", "Set A/images/p2_1.png"
    }  # fmt: skip


def test_the_published_packing_is_not_looked_around_in(tmp_path: Path) -> None:
    root = grown(tmp_path)
    (root / "other").mkdir()
    grown(root / "other")
    assert opened().folder(root) is root
    assert len(records(root)) == 2


def test_two_copies_are_not_chosen_from(tmp_path: Path) -> None:
    for name in ("old", "new"):
        grown(tmp_path / name)
    with pytest.raises(PackingError, match=r"small: the data set may be any of new, old: .* give the one"):
        opened().check(tmp_path)


def test_errors_and_notices_name_the_file_where_it_lies(tmp_path: Path) -> None:
    root = grown(tmp_path, "x/Set A")
    (root / "x/Set A/images/p1_1.png").write_bytes(b"no picture")
    (refused,) = small.refused(card(), root)
    assert refused.startswith("x/Set A/images/p1_1.png: ")
    of_nobody = card()
    options = {**of_nobody.layout.options, "subject": "{nobody}"}
    layout = of_nobody.layout.model_copy(update={"options": options})
    refusals = small.refused(of_nobody.model_copy(update={"layout": layout}), root)
    assert refusals[1].startswith("x/Set A/images/p2_1.png: nothing tells its 'nobody'")
    (root / "x/Set A/labels.csv").write_text("id,finding\np1_1,ill\np2_1,odd\n")
    connector = opened()
    (notice,) = [row for row in connector.read(root, list(connector.listing(root))[1]) if isinstance(row, Notice)]
    assert notice.uri == "x/Set A/images/p2_1.png"


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ("Set A/images", "2 levels too deep: give {}"),
        ("Set A/images/none", "expected Set A/images/; there is nothing; give the folder that holds small"),
    ],
)
def test_too_deep(tmp_path: Path, given: str, words: str) -> None:
    root = grown(tmp_path / "here")
    (root / "Set A/images/none").mkdir()
    with pytest.raises(PackingError) as error:
        opened().check(root / given)
    assert words.format(root) in str(error.value)
    assert "expected Set A/images/" in str(error.value)


def test_too_high(tmp_path: Path) -> None:
    root = grown(tmp_path / "a/b/c/d")
    with pytest.raises(PackingError, match=r"there are a/; this looks 4 levels too high: give ") as error:
        opened().check(tmp_path)
    assert str(error.value).endswith(f"give {root}")


def test_values_of_a_field_lie_elsewhere_each_on_its_own(tmp_path: Path) -> None:
    """{part:train|test} at the top: one part is packed, the other in a folder of its name."""
    one = card("{part:train|test}/{patient}_{shot}.png", table="labels.csv")
    for part in ("train", "test"):
        path = tmp_path / "published" / part / f"{part}_1.png"
        path.parent.mkdir(parents=True)
        Image.new("L", (8, len(part))).save(path)
    (tmp_path / "published" / "labels.csv").write_text("id,finding\ntrain_1,ill\ntest_1,well\n")
    before = [found.key for found in records(tmp_path / "published", one)]
    root = tmp_path / "published"
    with zipfile.ZipFile(root / "train.zip", "w") as archive:
        archive.write(root / "train/train_1.png", "train_1.png")
    (root / "train/train_1.png").unlink()
    (root / "train").rmdir()
    (root / "Test").mkdir()
    (root / "test").rename(root / "Test" / "test")
    assert sorted(found.key for found in records(root, one)) == sorted(before)


def test_a_field_stays_within_its_folder(tmp_path: Path) -> None:
    """[^_]+ holds a slash as an expression, and none as a part of a path."""
    one = card("all.zip/{patient:[^_]+}_{shot}.png", table="labels.csv")
    (tmp_path / "labels.csv").write_text("id,finding\np_1,ill\n")
    Image.new("L", (8, 8)).save(tmp_path / "p_1.png")
    with zipfile.ZipFile(tmp_path / "all.zip", "w") as archive:
        archive.write(tmp_path / "p_1.png", "p_1.png")
        archive.write(tmp_path / "p_1.png", "deeper/p_1.png")
    assert [found.subject for found in records(tmp_path, one)] == ["small/p"]


def test_a_pattern_that_fits_anything_is_no_reason_to_read_another_folder(tmp_path: Path) -> None:
    """`img/{image}.jpg` fits any folder of pictures once its folder may have any name."""
    one = card("img/{patient}.jpg", table="img/labels.csv")
    for name in ("somebody_elses", "IMG"):
        (tmp_path / name / "x" / name).mkdir(parents=True)
        Image.new("L", (8, 8)).save(tmp_path / name / "x" / name / "a.jpg")
    with pytest.raises(PackingError, match="nothing of small is here"):
        opened(one).check(tmp_path / "somebody_elses")
    assert [item.uri for item in opened(one).listing(tmp_path / "IMG")] == ["x/IMG/a.jpg"]
    (tmp_path / "somebody_elses/x/somebody_elses/labels.csv").write_text("id,finding\na,ill\n")
    assert len(records(tmp_path / "somebody_elses", one)) == 1  # its table says that it is this set


@pytest.mark.parametrize("pattern", ["all.zip/{patient}_{shot}.png", "{part}.zip/{patient}_{shot}.png"])
def test_members_whose_names_lead_out_of_their_archive_are_named(tmp_path: Path, pattern: str) -> None:
    Image.new("L", (8, 8)).save(tmp_path / "p_1.png")
    (tmp_path / "labels.csv").write_text("id,finding\np_1,ill\n")
    with zipfile.ZipFile(tmp_path / "all.zip", "w") as archive:
        archive.write(tmp_path / "p_1.png", "p_1.png")
        archive.write(tmp_path / "p_1.png", "../q_1.png")
    one = card(pattern, table="labels.csv")
    assert [found.subject for found in records(tmp_path, one)] == ["small/p"]
    (notice,) = opened(one).notices(tmp_path)
    assert notice.text() == "all.zip/../q_1.png: its name leads out of the archive: not read"
