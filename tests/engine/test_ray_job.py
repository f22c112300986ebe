"""`ray job submit` on a head node of its own: the working tree is uploaded, the workspace lies elsewhere."""

import json
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.engine import clusters
from tests.engine.clusters import Cluster
from tests.engine.conftest import Work
from tests.engine.stores import Bucket
from tests.pipelines import workshop


@pytest.fixture(scope="module")
def head() -> Iterator[Cluster]:
    with clusters.head(cores=2) as found:
        yield found


def job(stage: str, work: Work, workspace: str, *more: str) -> tuple[str, ...]:
    return ("python", "-m", f"pipelines.{stage}", str(work.recipe), "--raw", str(work.raw), "--workspace", workspace,
            *more)  # fmt: skip


def test_jobs_stage_by_stage_make_the_same_corpus(head: Cluster, work: Work, tmp_path: Path) -> None:
    space = tmp_path / "space"
    for stage, more in (("ingest", ()), ("curate", ("--engine", "ray")), ("publish", ("--engine", "ray"))):
        done = head.submit(*job(stage, work, str(space), *more))
        assert done.returncode == 0, done.stdout + done.stderr
        log = done.stdout + done.stderr
        assert re.search(rf"^\d\d:\d\d:\d\d {stage}: begins, 2 data sets$", log, re.MULTILINE)
        assert re.search(rf"^\d\d:\d\d:\d\d {stage}: done in [\d.,]+ s, \d+ units$", log, re.MULTILINE)
    assert workshop.hashes(space / "shards") == work.corpus
    uploads = list(head.folder.glob("session_2*/runtime_resources/working_dir_files/_ray_pkg_*/"))
    assert uploads
    for uploaded in uploads:
        names = {path.name for path in uploaded.iterdir()}
        assert {"pipelines", "transforms", "catalog"} <= names
        assert not names & {".venv", "build", ".git"}  # .gitignore is honoured
        assert not (uploaded / "data/raw").exists()


def test_a_job_builds_in_a_bucket_from_a_bucket(head: Cluster, bucket: Bucket, work: Work, tmp_path: Path) -> None:
    raw, space = bucket.space(), bucket.space()
    bucket.upload(work.raw, raw)
    env = json.dumps({"env_vars": {**bucket.env, "TRIPTYCH_CACHE": str(tmp_path / "cache")}})
    command = ("python", "-m", "pipelines.cli", *work.build(space, "--engine", "ray", raw=raw))
    done = head.submit(*command, env=env)
    assert done.returncode == 0, done.stdout + done.stderr
    assert "publish: done in" in done.stdout + done.stderr
    assert bucket.hashes(f"{space}/shards") == work.corpus


@pytest.mark.parametrize(("option", "at"), [("--workspace", 5), ("--raw", 3)])
def test_a_job_refuses_a_folder_of_its_own(option: str, at: int, head: Cluster, work: Work, tmp_path: Path) -> None:
    command = list(job("ingest", work, str(tmp_path / "space")))
    command[at + 2] = "build/replicas"
    done = head.submit(*command)
    assert done.returncode != 0
    line, *again = [line for line in (done.stdout + done.stderr).splitlines() if "this is a Ray job" in line]
    assert set(again) <= {line}  # Ray repeats the last lines of a job that failed
    assert line.startswith(f"{option} build/replicas: ")
    assert "object-store prefix" in line
    assert "Traceback" not in done.stdout + done.stderr
    assert not list(head.folder.glob("session_2*/runtime_resources/working_dir_files/_ray_pkg_*/build"))


def test_a_job_that_fails_says_so(head: Cluster, work: Work, tmp_path: Path) -> None:
    done = head.submit(*job("curate", work, str(tmp_path / "space")))
    assert done.returncode != 0
    assert "triptych ingest" in done.stdout + done.stderr
