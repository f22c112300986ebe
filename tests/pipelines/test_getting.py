"""`triptych get` and `triptych new-dataset` on the command line."""

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from pipelines.commands.app import app

runner = CliRunner()
MNI = [f"mni_icbm152_{kind}_tal_nlin_sym_09a_converted.nii.gz" for kind in ("t1", "gm", "wm")]


def test_a_set_without_a_package_is_explained_and_that_is_no_error(tmp_path: Path) -> None:
    result = runner.invoke(app, ["get", "mimic_cxr_jpg", "--raw", str(tmp_path)])
    assert result.exit_code == 0
    assert "physionet.org" in result.stdout
    assert f"{tmp_path.as_posix()}/mimic_cxr_jpg/" in result.stdout
    (shown,) = json.loads(runner.invoke(app, ["get", "mimic_cxr_jpg", "--raw", str(tmp_path), "--json"]).stdout)
    assert (shown["state"], shown["coverage"]) == ("by_hand", None)
    assert not list(tmp_path.iterdir())


def test_check_says_what_is_there_and_fails_when_it_is_not_whole(tmp_path: Path) -> None:
    folder = tmp_path / "mni152_icbm2009a"
    folder.mkdir()
    for name in MNI:
        (folder / name).write_bytes(b"x")
    arguments = ["get", "mni152_icbm2009a", "--check", "--raw", str(tmp_path)]
    whole = runner.invoke(app, arguments)
    assert (whole.exit_code, "1 items" in whole.stdout) == (0, True)
    (folder / MNI[1]).unlink()
    broken = runner.invoke(app, arguments)
    assert broken.exit_code == 1
    assert MNI[1] in broken.stdout


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["get"], "triptych catalog ls"),
        (["get", "nope"], "no such data set"),
        (["get", "acdc", "--check"], "no such folder"),
        (["get", "knowledge", "--check"], "knowledge is none"),
    ],
)
def test_bad_input_is_said(arguments: list[str], words: str, tmp_path: Path) -> None:
    result = runner.invoke(app, [*arguments, "--raw", str(tmp_path)])
    assert isinstance(result.exception, (ValueError, FileNotFoundError))
    assert words in str(result.exception)


def test_new_dataset_writes_two_files(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    root = tmp_path / "catalog"
    (root / "datasets").mkdir(parents=True)
    monkeypatch.setattr("catalog.ROOT", root)
    result = runner.invoke(app, ["new-dataset", "my_set"])
    assert result.exit_code == 0, result.output
    assert (root / "datasets" / "my_set.yaml").is_file()
    assert (tmp_path / "tests" / "replicas" / "my_set.yaml").is_file()
    assert "catalog/datasets/my_set.yaml" in result.stdout
