"""Published folders in which a shard is missing or damaged: every command that reads one says in one line which folder,
which file and what to do, with exit code 2, and leaves nothing behind that looks whole."""

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.corpora import corpus
from tests.pipelines.command import Run

Harm = Callable[[Path], object]
SHARD = "train-000000.tar"


def overwritten(where: bytes, by: bytes) -> Harm:
    """Some bytes behind the first place of `where` are others; the tar itself stays sound."""

    def harm(path: Path) -> None:
        data = bytearray(path.read_bytes())
        at = data.index(where) + len(where)
        data[at : at + len(by)] = by
        path.write_bytes(data)

    return harm


HARMS: dict[str, tuple[str, Harm]] = {
    "missing": (SHARD, Path.unlink),
    "pixels missing": (f"pixels-{SHARD}", Path.unlink),
    "a folder": (SHARD, lambda path: (path.unlink(), path.mkdir())),
    "empty": (SHARD, lambda path: path.write_bytes(b"")),
    "cut in a member": (SHARD, lambda path: path.write_bytes(path.read_bytes()[:1700])),
    "cut behind a record": (SHARD, lambda path: path.write_bytes(path.read_bytes()[:20480])),
    "pixels cut": (f"pixels-{SHARD}", lambda path: path.write_bytes(path.read_bytes()[:10240])),
    "no tar": (SHARD, lambda path: path.write_bytes(b"no tar" * 8192)),
    "no JSON": (SHARD, overwritten(b'{"', b"\0\0\0")),
    "of another version": (SHARD, overwritten(b"triptych/sample/", b"2")),
}


@pytest.fixture(params=HARMS)
def harmed(tmp_path: Path, request: pytest.FixtureRequest) -> tuple[Path, str]:
    """A published folder, and the name of what is not whole in it."""
    name, harm = HARMS[request.param]
    corpus().write(tmp_path / "corpus", layers=name.startswith("pixels"))
    harm(tmp_path / "corpus" / name)
    return tmp_path / "corpus", name


def test_one_line_that_says_what_to_do(harmed: tuple[Path, str], tmp_path: Path, triptych: Run) -> None:
    folder, name = harmed
    corpus().write(tmp_path / "sound")
    answers = tmp_path / "answers.jsonl"
    answers.write_text('{"key": "toy-0000", "dialogue": "d1", "answer": "800 mm2"}\n')
    before = {path.name for path in tmp_path.iterdir()}
    for args in (
        ("export", folder, tmp_path / "out", "--to", "llava"),
        ("export", folder, tmp_path / "out", "--to", "energon"),
        ("diff", folder, tmp_path / "sound"),
        ("score", answers, "--corpus", folder),
        ("messages", folder),
        ("rebuild", folder, tmp_path / "out"),
    ):
        done = triptych(*args)
        assert (done.code, done.err.count("\n")) == (2, 1), (args, done.err)
        assert done.err.startswith(f"{folder / name}: ")
        assert f"`triptych verify {folder}`" in done.err
        assert "dvc pull" in done.err
        assert "Errno" not in done.err
        assert {path.name for path in tmp_path.iterdir()} == before


def test_verify_names_it(harmed: tuple[Path, str], triptych: Run) -> None:
    folder, name = harmed
    done = triptych("verify", folder)
    assert done.code == 1
    assert any(line.startswith(f"{name} ") for line in done.err.splitlines())
    assert "NOT ok" in done.out


@pytest.mark.parametrize("to", ["llava", "hf", "energon", "coco"])
def test_other_pixels_than_were_published_are_not_passed_on(to: str, tmp_path: Path, triptych: Run) -> None:
    """The tar is sound and so is the JSON: only the sums tell."""
    corpus().write(tmp_path / "corpus")
    overwritten(b"IDAT", b"\1\2\3\4")(tmp_path / "corpus" / SHARD)
    done = triptych("export", tmp_path / "corpus", tmp_path / "out", "--to", to)
    assert done.code == 2
    assert "SHA-256" in done.err
    assert not (tmp_path / "out").exists()


def test_a_cut_shard_costs_a_comparison_what_comes_after_it(tmp_path: Path, triptych: Run) -> None:
    corpus().write(tmp_path / "corpus")
    shutil.copytree(tmp_path / "corpus", tmp_path / "cut")
    HARMS["cut in a member"][1](tmp_path / "cut" / SHARD)
    done = triptych("leak-check", tmp_path / "cut", tmp_path / "corpus")
    assert f"`triptych verify {tmp_path / 'cut'}`" in done.err
    HARMS["missing"][1](tmp_path / "cut" / SHARD)
    done = triptych("leak-check", tmp_path / "cut", tmp_path / "corpus")
    assert (done.code, done.err.count("\n")) == (2, 1)
    assert "dvc pull" in done.err
