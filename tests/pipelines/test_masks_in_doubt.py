"""A build over masks in doubt: nothing is said to be absent where a mask misses a part, holds an unknown value or is
not there, and the doubt is booked."""

from pathlib import Path

import nibabel
import numpy as np
import pytest
from PIL import Image
from rich.console import Console

from pipelines import build, cli
from pipelines.build import Job
from schemas import Notice, Scene
from tests.pipelines import workshop
from tests.replicas.builder import tree

SET = "cholecseg8k"  # every pixel has a class, but for those that its masks leave black
FRAME = "video01/video01_00080/frame_101_endo"
DOUBTED = ["frame_15750_endo.png", "frame_15751_endo.png"]  # a black part and an unknown triplet; no mask at all


@pytest.fixture(scope="module")
def raw(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("raw")
    tree.build(tree.load(tree.declarations()[SET]), folder / SET)
    return folder


def built(root: Path, space: Path, dataset: str = SET) -> tuple[dict[str, set[str]], list[tuple[str, Notice]]]:
    """What a build says is absent, image by image, and its notices with theirs."""
    ctx = workshop.context(workshop.recipe(space / "r.yaml", dataset), root, space / "space")
    build.run(ctx, Job(("ingest", "curate"), "inline"), Console(quiet=True))
    rows = {name: workshop.table(space / "space", name).to_dicts() for name in ("records", "scenes", "verdicts")}
    records = {row["key"]: row["uri"].rpartition("/")[2] for row in rows["records"]}
    absent: dict[str, set[str]] = {uri: set() for uri in records.values()}
    for row in rows["scenes"]:
        scene = Scene.model_validate_json(row["body"])
        absent[records[row["record"]]] |= {one.concept.label for one in scene.presence if one.state == "absent"}
    told = [row for row in rows["verdicts"] if row["check"] == "reading"]
    return absent, [(records[row["record"]], Notice.model_validate_json(row["reason"])) for row in told]


def test_nothing_is_absent_where_a_mask_is_in_doubt(raw: Path, tmp_path: Path) -> None:
    absent, notices = built(raw, tmp_path)
    assert all(absent[uri] == set() for uri in DOUBTED)
    assert {"gallbladder", "blood"} <= absent["frame_101_endo.png"]
    booked = {(uri, notice.item) for uri, notice in notices}
    assert booked == {("frame_15750_endo.png", "#070707"), ("frame_15751_endo.png", None)}


def read(root: Path, capsys: pytest.CaptureFixture[str], dataset: str = SET) -> list[str]:
    """What `triptych read` says of problems."""
    return told(root, capsys, dataset)[1]


def told(root: Path, capsys: pytest.CaptureFixture[str], dataset: str) -> tuple[list[str], list[str]]:
    """What `triptych read` prints, and what it says of problems."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("sys.argv", ["triptych", "read", dataset, str(root)])
        with pytest.raises(SystemExit):
            cli.main()
    said = capsys.readouterr()
    return said.out.splitlines(), said.err.splitlines()


def test_read_names_the_mask_and_counts_those_that_show_nothing(raw: Path, capsys: pytest.CaptureFixture[str]) -> None:
    mask = raw / SET / f"{FRAME}_watershed_mask.png"
    Image.new("RGB", (60, 40), (50, 50, 50)).save(mask)
    assert f"1 masks show nothing: not one pixel of {FRAME}_watershed_mask.png is a region" in read(raw / SET, capsys)
    mask.unlink()
    mask.symlink_to("../.git/annex/objects/none.png")
    named = f"{FRAME}.png: unreadable: {FRAME}_watershed_mask.png: a link whose content is not there"
    assert any(line.startswith(named) for line in read(raw / SET, capsys))


def replica(tmp_path: Path, dataset: str) -> Path:
    tree.build(tree.load(tree.declarations()[dataset]), tmp_path / "raw" / dataset)
    return tmp_path / "raw" / dataset


def test_a_map_of_organs_that_shows_none_is_named_and_none_is_absent(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = replica(tmp_path, "amos22")
    uri = "amos22/labelsTr/amos_0001.nii.gz"
    image = nibabel.load(folder / uri)
    nibabel.save(nibabel.Nifti1Image(np.zeros(image.shape, np.uint8), image.affine), folder / uri)
    lines = read(folder, capsys, "amos22")
    assert f"1 masks show nothing: not one pixel of {uri} is a region" in lines
    assert any(line.startswith(f"{uri}: not one pixel of it is drawn, and a scan shows") for line in lines)
    absent, notices = built(tmp_path / "raw", tmp_path, "amos22")
    assert absent["amos_0001.nii.gz"] == set()
    assert [notice.uri for _, notice in notices if "a scan shows" in notice.reason] == [uri]


def test_a_record_whose_mask_cannot_be_decoded_is_not_printed_as_sound(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = replica(tmp_path, "busi")
    uri = "Dataset_BUSI_with_GT/malignant/malignant (100)_mask.png"
    Image.fromarray(np.random.default_rng(0).integers(0, 255, (42, 60, 4)).astype(np.uint8), "RGBA").save(folder / uri)
    printed, lines = told(folder, capsys, "busi")
    assert any("malignant (100)_mask.png: ValueError" in line for line in lines)
    assert (len(printed), [line for line in printed if "malignant (100)" in line]) == (3, [])


def test_a_normal_picture_whose_mask_shows_something_is_set_aside_by_name(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = replica(tmp_path, "busi")
    lines = read(folder, capsys, "busi")
    assert not any("masks show nothing" in line or "normal" in line for line in lines)
    mask = np.zeros((36, 48), np.uint8)
    mask[5:9, 5:15] = 255
    Image.fromarray(mask).save(folder / "Dataset_BUSI_with_GT/normal/normal (1)_mask.png")
    assert any("normal (1)_mask.png: 40 pixels of it are drawn" in line for line in read(folder, capsys, "busi"))
    absent, _ = built(tmp_path / "raw", tmp_path, "busi")
    assert (absent["normal (1).png"], absent["benign (4).png"]) == (set(), {"breast cancer"})
