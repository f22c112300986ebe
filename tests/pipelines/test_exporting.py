"""`triptych export`: the formats by name, what was left out, and one line for what is wrong."""

import json
from pathlib import Path

import pytest

from tests.corpora import corpus
from tests.pipelines.command import run


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    found = tmp_path_factory.mktemp("corpus")
    corpus().publish(found)
    return found


def test_the_formats_are_listed(capsys: pytest.CaptureFixture[str]) -> None:
    found = json.loads(run(capsys, "export", "--json").out)
    assert {"llava", "sharegpt", "qwen-vl", "internvl", "paligemma", "florence", "seg", "coco", "yolo", "hf",
            "tool-calls", "preference", "rewards"} <= set(found)  # fmt: skip


def test_every_format_says_what_it_left_out(folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    done = run(capsys, "export", folder, "--to", "paligemma", tmp_path / "out", "--json")
    told = json.loads(done.out)
    assert done.code == 0
    assert told["written"]["rows"] == len((tmp_path / "out/train.jsonl").read_text().splitlines()) + len(
        (tmp_path / "out/validation.jsonl").read_text().splitlines()
    ) + len((tmp_path / "out/test.jsonl").read_text().splitlines())
    assert told["left_out"] == {"dialogue: is not one question of one picture": 1}


def test_the_same_corpus_gives_the_same_bytes(folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    for to in ("llava", "coco", "hf"):
        outs = [tmp_path / f"{to}{n}" for n in "ab"]
        for out in outs:
            assert run(capsys, "export", folder, "--to", to, out).code == 0
        one, other = (
            {path.relative_to(out): path.read_bytes() for path in out.rglob("*") if path.is_file()} for out in outs
        )
        assert one == other


@pytest.mark.parametrize(
    ("args", "said"),
    [(["--to", "lava"], "did you mean 'llava'"), (["--to", "coco", "--coordinates", "absolute"], "coco has pixels"),
     (["--to", "llava", "--split", "trian"], "there are test, train, validation"),
     (["--to", "llava", "--style", "poem"], "use one of"), (["--to", "llava", "--made-by", "me"], "there are human"),
     (["--to", "preference"], "has no rejected answer")],
)  # fmt: skip
def test_what_is_wrong_is_one_line(
    folder: Path, tmp_path: Path, args: list[str], said: str, capsys: pytest.CaptureFixture[str]
) -> None:
    done = run(capsys, "export", folder, tmp_path / "out", *args)
    assert done.code == 2
    assert said in done.err
    assert done.err.strip().count("\n") == 0


def test_a_folder_that_holds_something_is_left_alone(
    folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "mine.txt").write_text("keep")
    done = run(capsys, "export", folder, "--to", "llava", tmp_path)
    assert done.code == 2
    assert "holds something already" in done.err
    assert [path.name for path in tmp_path.iterdir()] == ["mine.txt"]
