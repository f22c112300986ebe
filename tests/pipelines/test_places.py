"""A folder that is not the one that was meant: each command says in one line what is there and which may be meant."""

from pathlib import Path

import pytest

from pipelines.context import Context
from tests.pipelines.command import Run


def refused(run: Run, *args: object) -> str:
    done = run(*args)
    assert (done.code, done.out, done.err.count("\n")) == (2, "", 1), (args, done)
    assert "Errno" not in done.err
    return done.err


def test_a_workspace_that_is_not_there_is_no_unknown_key(
    built: Context, tmp_path: Path, triptych: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    space = Path(built.workspace)
    monkeypatch.chdir(tmp_path)
    assert "nowhere: no such folder; give the" in refused(triptych, "explain", "x", "--workspace", "nowhere")
    (tmp_path / "build/other").mkdir(parents=True)
    (tmp_path / "build/other/workspace.json").write_text("{}")
    told = refused(triptych, "explain", "x", "--workspace", tmp_path)
    assert "is no workspace: nothing was ingested there" in told
    assert told.endswith("there are build/other\n")
    assert f"give --workspace {space}" in refused(triptych, "explain", "x", "--workspace", space / "shards")
    assert "nothing has the key 'x'" in refused(triptych, "explain", "x", "--workspace", space)


@pytest.mark.parametrize(
    "command", [("explain", "x"), ("replay",), ("ledger", "{recipe}"), ("build", "{recipe}"), ("curate", "{recipe}")]
)
def test_a_file_is_no_workspace(command: tuple[str, ...], recipe: Path, tmp_path: Path, triptych: Run) -> None:
    (tmp_path / "file").write_text("x")
    args = [one.format(recipe=recipe) for one in command]
    told = refused(triptych, *args, "--workspace", tmp_path / "file")
    assert told.startswith(f"--workspace {tmp_path / 'file'}: is a file; give a folder")


def test_the_published_folder_is_found_from_beside_it(built: Context, tmp_path: Path, triptych: Run) -> None:
    space = Path(built.workspace)
    for given in (space, space / "shards/stats", space / "shards/manifest.json"):
        for args in (("verify", given), ("messages", given), ("export", given, tmp_path / "out", "--to", "llava"),
                     ("diff", given, space / "shards")):  # fmt: skip
            assert refused(triptych, *args).endswith(f"give {space / 'shards'}\n")
    assert "give the folder that `triptych publish` wrote" in refused(triptych, "verify", tmp_path)
