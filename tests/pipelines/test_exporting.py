"""`triptych export`: the formats by name, what was left out, and one line for what is wrong."""

import json
from pathlib import Path
from typing import Any

import pytest

from pipelines.exporting import FORMATS, ExportError, export
from tests.corpora import corpus
from tests.pipelines.command import run
from transforms.plugins import modules
from transforms.shards.exports._job import Job


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
    [(["--to", "lava"], "did you mean 'llava'"),
     (["--to", "llava", "--coordinates", "absolute"], "llava has fractions"),
     (["--to", "coco", "--style", "prose"], "--style: coco has no use for it; leave it out"),
     (["--to", "yolo", "--coordinates", "pixels"], "--coordinates: yolo has no use for it"),
     (["--to", "hf", "--made-by", "model"], "--made-by: hf has no use for it"),
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
    assert not any(tmp_path.iterdir())  # nothing is left of what was refused


def test_an_export_into_no_format_is_refused(folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    done = run(capsys, "export", folder, tmp_path / "out")
    assert done.code == 2
    assert "--to coco, " in done.err


def test_a_folder_that_is_there_and_empty_is_filled(
    folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "out"
    out.mkdir()
    before = out.stat().st_ino
    assert run(capsys, "export", folder, out, "--to", "seg").code == 0
    assert (out.stat().st_ino, [path.name for path in tmp_path.iterdir()]) == (before, ["out"])
    assert (out / "train.jsonl").is_file()


def test_a_folder_that_holds_something_is_left_alone(
    folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "mine.txt").write_text("keep")
    done = run(capsys, "export", folder, "--to", "llava", tmp_path)
    assert done.code == 2
    assert "holds something already" in done.err
    assert [path.name for path in tmp_path.iterdir()] == ["mine.txt"]


def test_nothing_is_written_into_the_corpus(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    done = run(capsys, "export", folder, "--to", "llava", folder / "llava")
    assert done.code == 2
    assert "lies in the corpus" in done.err
    assert not (folder / "llava").exists()


def test_what_is_not_refused_changes_something(folder: Path, tmp_path: Path) -> None:
    """An option is refused exactly where the files are the same with and without it."""
    changed = {"style": "steps", "made_by": ("rule", "model")}
    for to in ("llava", "sharegpt", "qwen-vl", "internvl", "coco", "yolo", "fiftyone", "florence", "seg", "hf",
               "tool-calls", "rewards", "energon"):  # fmt: skip
        plain = told(folder, tmp_path / to / "plain", to)
        for name, value in changed.items():
            try:
                other = told(folder, tmp_path / to / name, to, **{name: value})
            except ExportError as error:
                if "no use for it" not in str(error):
                    continue  # nothing is left to export: that is a change, too
                job = Job(folder, tmp_path / to / f"{name}-all-the-same", **{name: value})
                job.out.mkdir(parents=True)
                modules(FORMATS)[to.replace("-", "_")].write(job)
                assert files(job.out) == plain, (to, name)
            else:
                assert other != plain, (to, name)


def told(corpus: Path, out: Path, to: str, **more: Any) -> dict[str, bytes]:
    export(corpus, to, out, **more)
    return {name: data for name, data in files(out).items() if name not in ("CORPUS.md", "LICENSES.md")}


def files(folder: Path) -> dict[str, bytes]:
    return {str(path.relative_to(folder)): path.read_bytes() for path in sorted(folder.rglob("*")) if path.is_file()}
