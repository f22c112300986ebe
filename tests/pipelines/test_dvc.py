"""`dvc repro` builds, does nothing the second time, and push and pull carry the shards to another clone."""

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
import yaml

from tests.pipelines import workshop
from transforms.shards.manifest import load
from transforms.shards.verify import verify

ROOT = Path(__file__).parents[2]
SETS = ("radlabels_reports", "stardist_nuclei")
SHARDS = "build/replicas/shards"


def run(folder: Path, *command: str) -> str:
    """A command as a user runs it with the virtual environment on; what it printed."""
    clean = {name: value for name, value in os.environ.items() if not name.startswith(("GIT_", "DVC_", "RAY_"))}
    person = {
        f"GIT_{role}_{what}": "test@example.org" for role in ("AUTHOR", "COMMITTER") for what in ("NAME", "EMAIL")
    }
    path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    env = {**clean, **person, "PATH": path, "DVC_NO_ANALYTICS": "1"}
    done = subprocess.run(command, cwd=folder, env=env, capture_output=True, text=True, timeout=900, check=False)
    assert done.returncode == 0, f"{' '.join(command)}\n{done.stdout[-3000:]}{done.stderr[-3000:]}"
    return done.stdout + done.stderr


@pytest.fixture(scope="module")
def clone(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The working tree as git would publish it now, with replicas for raw data and a small recipe."""
    folder = tmp_path_factory.mktemp("dvc") / "clone"
    listed = run(ROOT, "git", "ls-files", "--cached", "--others", "--exclude-standard", "-z")
    for name in filter(None, listed.split("\0")):
        if (ROOT / name).is_file() and not name.startswith("tests/"):
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(ROOT / name, folder / name)
    workshop.raw(folder / "data/raw", *SETS)
    workshop.recipe(folder / "recipes/replicas.yaml", *SETS)
    params = yaml.safe_load((folder / "params.yaml").read_text())
    small = {"recipe": "recipes/replicas.yaml", "workspace": "build/replicas", "engine": "inline", "workers": 1}
    assert set(small) | {"raw"} == set(params)
    (folder / "params.yaml").write_text(yaml.safe_dump({**params, **small}))
    (folder / "dvc.lock").unlink(missing_ok=True)
    run(folder, "git", "init", "--quiet", "--initial-branch", "main")
    run(folder, "dvc", "repro")
    return folder


def test_a_second_repro_does_nothing(clone: Path) -> None:
    before = {path: path.stat().st_mtime_ns for path in (clone / "build").rglob("*") if path.is_file()}
    assert any(path.suffix == ".tar" for path in before)
    assert (clone / "dvc.lock").is_file()
    said = run(clone, "dvc", "repro")
    assert "Running stage" not in said, said
    assert {path: path.stat().st_mtime_ns for path in (clone / "build").rglob("*") if path.is_file()} == before


@pytest.mark.parametrize(
    ("file", "stages"),
    [
        ("catalog/datasets/radlabels_reports.yaml", {"ingest", "publish"}),  # its terms, among others
        ("transforms/text/backends/grounded.py", {"curate", "publish"}),
        ("data/raw/radlabels_reports/synthetic_reports/synth_0001.txt", {"ingest"}),  # and by its summary what follows
        ("recipes/replicas.yaml", {"ingest", "curate", "publish"}),
    ],
)
def test_what_a_stage_depends_on(clone: Path, file: str, stages: set[str]) -> None:
    before = (clone / file).read_bytes()
    (clone / file).write_bytes(before + b"\n")
    changed = set(json.loads(run(clone, "dvc", "status", "--json")))
    (clone / file).write_bytes(before)
    assert changed == stages


def test_push_and_pull_bring_the_shards(clone: Path) -> None:
    run(clone, "dvc", "remote", "add", "--default", "--force", "store", str(clone.parent / "store"))
    run(clone, "dvc", "push")
    run(clone, "git", "add", "--all")
    run(clone, "git", "commit", "--quiet", "--message", "built")
    assert "build/" not in run(clone, "git", "ls-files")  # git carries the recipe and the lock, not the data
    run(clone.parent, "git", "clone", "--quiet", str(clone), "other")
    other = clone.parent / "other"
    assert not (other / SHARDS).exists()
    run(other, "dvc", "pull")
    assert workshop.hashes(other / SHARDS) == workshop.hashes(clone / SHARDS) != {}
    counts = json.loads(run(other, "dvc", "metrics", "show", "--json"))[""]["data"]
    assert {Path(name).name for name in counts} == {"ingest.json", "curate.json", "publish.json"}
    published = counts["build/replicas/publish.json"]["data"]["counts"]["publish"]
    assert sum(row["emitted"] for row in published.values()) == load(other / SHARDS).samples
    run(clone.parent, "dvc", "get", str(clone), SHARDS, "--out", "got")
    assert workshop.hashes(clone.parent / "got") == workshop.hashes(clone / SHARDS)
    run(clone.parent, "git", "init", "--quiet", "theirs")
    run(clone.parent / "theirs", "dvc", "init", "--quiet")
    run(clone.parent / "theirs", "dvc", "import", str(clone), SHARDS, "--out", "corpus")
    assert workshop.hashes(clone.parent / "theirs/corpus") == workshop.hashes(clone / SHARDS)
    run(other, "dvc", "config", "--local", "cache.type", "symlink")
    run(other, "dvc", "checkout", "--relink")
    assert all(path.is_symlink() for path in (other / SHARDS).glob("*.tar"))
    report = verify(other / SHARDS)
    assert report.ok, report.problems


def test_a_corpus_that_is_appended_to_is_pushed_as_its_new_shards(clone: Path) -> None:
    """`dvc repro` leaves the shards that stand where they are, so that the next publish takes them over."""
    workshop.recipe(clone / "recipes/replicas.yaml", *SETS, shards={"max_samples": 6, "grow": "append"})
    run(clone, "dvc", "repro")
    before = {path.name: path.stat().st_ino for path in (clone / SHARDS).glob("*.tar")}
    folder = clone / "data/raw/radlabels_reports/synthetic_reports"
    text = (folder / "synth_0001.txt").read_text()
    (folder / "synth_0901.txt").write_text(f"{text}\nCompared with nothing.\n")
    run(clone, "dvc", "repro")
    after = {path.name: path.stat().st_ino for path in (clone / SHARDS).glob("*.tar")}
    growth = json.loads((clone / "build/replicas/report.json").read_text())["growth"]
    assert before.items() <= after.items()
    assert growth["kept"] == len(before)
    assert growth["rewritten"] == growth["packed_anew"] == 0
