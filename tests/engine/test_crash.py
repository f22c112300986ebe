"""kill -9 at any moment costs a moment: the same command goes on, to the same bytes.

CRASH_SAMPLES=2000 in the environment runs it at that size.
"""

import json
import os
import random
import shutil
import signal
import time
from pathlib import Path

import pytest

from tests.engine import crash
from tests.engine.crash import CURATE, Build, Made, clean, intact, repeated
from tests.pipelines.workshop import hashes

KILLS = 10
SHARE = 0.01  # of the work that may be done again
# What a kill may cost beyond that: the block of units that ingest was reading, the records since a journal's last
# flush or in the same process, the groups of a shard that were not yet written.
INGEST, FLUSHED, GROUPS = 10, 40, 60


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Made:
    return crash.make(tmp_path_factory.mktemp("made"))


@pytest.fixture(scope="module")
def undisturbed(made: Made, tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    root = tmp_path_factory.mktemp("undisturbed")
    build = Build(made, root / "space", root / "counted")
    assert build.wait() == 0, build.said
    assert len(crash.units(root / "counted")) == made.work
    clean(root / "space")
    return hashes(root / "space/shards")


def moments(made: Made, seed: int, kills: int) -> list[tuple[int, float]]:
    """After how many units of work, and how many seconds later, to kill: spread over the build, at random."""
    rng = random.Random(seed)
    step = made.work / kills
    return [(int((n + rng.random()) * step), rng.choice([0.0, rng.random() * 0.3])) for n in range(kills)]


def costs(made: Made, counted: Path, kills: int) -> None:
    """Nothing is repeated but what the kills allow. The figures go to a file, for whoever asks."""
    again = repeated(counted)
    (counted.parent / "repeated.json").write_text(json.dumps({"work": made.work, "kills": kills, **again}, indent=1))
    limits = {"ingest": INGEST, "publish": GROUPS, **dict.fromkeys(CURATE, FLUSHED)}
    for kind, number in again.items():
        assert number <= kills * (limits[kind] + SHARE * made.samples), again
    print(f"{made.samples} samples, {kills} kills: {sum(again.values()) / made.work:.2%} repeated, {dict(again)}")  # noqa: T201


def test_ten_kills_inline(made: Made, undisturbed: dict[str, str], tmp_path: Path) -> None:
    space, counted, killed = tmp_path / "space", tmp_path / "counted", 0
    for lines, seconds in moments(made, 7, KILLS):
        build = Build(made, space, counted)
        if build.until(lines):
            time.sleep(seconds)
            build.kill()
            killed += 1
        intact(space)
    build = Build(made, space, counted)
    assert build.wait() == 0, build.said
    assert killed >= KILLS - 1  # the last moment may lie behind the end
    assert hashes(space / "shards") == undisturbed
    clean(space)
    costs(made, counted, killed)


def test_kills_while_a_corpus_is_appended_to(made: Made, tmp_path: Path) -> None:
    """Inline and on Ray, and after kills at any moment of it, the grown corpus is the same to the byte."""
    first, more = crash.grown(made, tmp_path)
    build = Build(first, tmp_path / "first", tmp_path / "counted")
    assert build.wait() == 0, build.said
    stood = {name: digest for name, digest in hashes(tmp_path / "first/shards").items() if name.endswith(".tar")}
    for name in ("whole", "killed"):
        shutil.copytree(tmp_path / "first", tmp_path / name)
    assert Build(more, tmp_path / "whole", tmp_path / "counted.whole", "ray").wait() == 0
    whole = hashes(tmp_path / "whole/shards")
    assert len(stood.items() - whole.items()) <= 1  # the last one is filled up
    work, counted = more.work - first.work, tmp_path / "counted.killed"
    for lines in (work // 3, work - 8, work - 1, work):
        build = Build(more, tmp_path / "killed", counted)
        if build.until(lines):
            build.kill()
        intact(tmp_path / "killed")
    assert Build(more, tmp_path / "killed", counted).wait() == 0
    assert hashes(tmp_path / "killed/shards") == whole
    clean(tmp_path / "killed")


@pytest.mark.parametrize("kind", ["regions", "publish"])
def test_a_worker_that_dies_is_made_good_in_the_run(
    made: Made, undisturbed: dict[str, str], tmp_path: Path, kind: str
) -> None:
    counted = tmp_path / "counted"
    build = Build(made, tmp_path / "space", counted, "ray")
    assert build.until(made.samples // 3, (kind,)), build.said
    last = crash.units(counted)[-1][2]
    assert last != build.process.pid
    os.kill(last, signal.SIGKILL)
    assert build.wait() == 0, build.said
    assert build.said == []
    assert hashes(tmp_path / "space/shards") == undisturbed
    intact(tmp_path / "space")
    clean(tmp_path / "space")
    costs(made, counted, 1)


@pytest.mark.parametrize(("name", "kind"), [("raylet", "facts"), ("gcs_server", "texts"), ("raylet", "publish")])
def test_ray_that_is_lost_is_one_line(
    made: Made, undisturbed: dict[str, str], tmp_path: Path, name: str, kind: str
) -> None:
    space, counted = tmp_path / "space", tmp_path / "counted"
    build = Build(made, space, counted, "ray")
    assert build.until(made.samples // 3, (kind,)), build.said
    for pid in build.processes(name):
        os.kill(pid, signal.SIGKILL)
    assert build.wait() == 1, build.said
    assert len(build.said) == 1, build.said
    assert f"Ray was lost: its {name} is gone" in build.said[0]
    intact(space)
    assert Build(made, space, counted, "ray").wait() == 0
    assert hashes(space / "shards") == undisturbed
    clean(space)


def test_the_driver_dies_and_its_workers_live_on(made: Made, undisturbed: dict[str, str], tmp_path: Path) -> None:
    """Ray's workers outlive their driver by seconds; the next run is not to meet them."""
    space, counted = tmp_path / "space", tmp_path / "counted"
    for kind in ("samples", "publish"):
        build = Build(made, space, counted, "ray")
        assert build.until(made.samples // 3, (kind,)), build.said
        build.kill()
        intact(space)
    assert Build(made, space, counted, "inline").wait() == 0
    assert hashes(space / "shards") == undisturbed
    intact(space)
    costs(made, counted, 2)
