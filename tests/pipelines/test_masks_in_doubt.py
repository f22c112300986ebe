"""A build over masks in doubt: nothing is said to be absent where a mask misses a part, holds an unknown value or is
not there, and the doubt is booked."""

from pathlib import Path

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


def test_nothing_is_absent_where_a_mask_is_in_doubt(raw: Path, tmp_path: Path) -> None:
    ctx = workshop.context(workshop.recipe(tmp_path / "r.yaml", SET), raw, tmp_path / "space")
    build.run(ctx, Job(("ingest", "curate"), "inline"), Console(quiet=True))
    records = {
        row["key"]: row["uri"].rpartition("/")[2] for row in workshop.table(tmp_path / "space", "records").to_dicts()
    }
    absent: dict[str, set[str]] = {uri: set() for uri in records.values()}
    for row in workshop.table(tmp_path / "space", "scenes").to_dicts():
        scene = Scene.model_validate_json(row["body"])
        absent[records[row["record"]]] |= {one.concept.label for one in scene.presence if one.state == "absent"}
    assert all(absent[uri] == set() for uri in DOUBTED)
    assert {"gallbladder", "blood"} <= absent["frame_101_endo.png"]
    told = [row for row in workshop.table(tmp_path / "space", "verdicts").to_dicts() if row["check"] == "reading"]
    booked = {(records[row["record"]], Notice.model_validate_json(row["reason"]).item) for row in told}
    assert booked == {("frame_15750_endo.png", "#070707"), ("frame_15751_endo.png", None)}


def read(root: Path, capsys: pytest.CaptureFixture[str]) -> list[str]:
    """What `triptych read` says of problems."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("sys.argv", ["triptych", "read", SET, str(root)])
        with pytest.raises(SystemExit):
            cli.main()
    return capsys.readouterr().err.splitlines()


def test_read_names_the_mask_and_counts_those_that_show_nothing(raw: Path, capsys: pytest.CaptureFixture[str]) -> None:
    mask = raw / SET / f"{FRAME}_watershed_mask.png"
    Image.new("RGB", (60, 40), (50, 50, 50)).save(mask)
    assert "1 masks show nothing: not one pixel of them is a region" in read(raw / SET, capsys)
    mask.unlink()
    mask.symlink_to("../.git/annex/objects/none.png")
    named = f"{FRAME}.png: unreadable: {FRAME}_watershed_mask.png: a link whose content is not there"
    assert any(line.startswith(named) for line in read(raw / SET, capsys))
