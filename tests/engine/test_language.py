"""Calls to a model cost money: whoever is killed, however often, no call is made again whose answer was put down; and
on Ray the same calls give the same bytes."""

import multiprocessing
import random
import signal
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

from pipelines.calls import MARK
from pipelines.store import Store
from schemas import Message, ModelSpec, Request
from tests.engine import crash
from tests.engine.crash import LIMIT, Build, Made
from tests.pipelines.models import said
from tests.pipelines.models.corpus import build_there, model
from tests.pipelines.models.server import Reply, Scripted, serving
from tests.pipelines.workshop import hashes

KILLS, SAMPLES, CONCURRENCY = 20, 36, 2


@pytest.fixture
def server() -> Iterator[Scripted]:
    with serving(lambda body, before: Reply(said.true(body))) as found:
        yield found


@pytest.fixture
def made(tmp_path: Path, server: Scripted) -> Made:
    plain = crash.make(tmp_path, SAMPLES)
    recipe = yaml.safe_load(plain.recipe.read_text())
    told = model(server, params={"concurrency": CONCURRENCY})
    recipe["text"] = {"model": told, "jobs": ["rewrite", "caption"], "tokens": 10_000_000}
    plain.recipe.write_text(yaml.safe_dump(recipe))
    return plain


FORKS = multiprocessing.get_context("forkserver")
FORKS.set_forkserver_preload(["pipelines.stages", "pipelines.ingest", "pipelines.curate", "pipelines.publish"])


def begin(made: Made, space: Path) -> Any:
    """A build in a process of its own, which has what it needs to import."""
    process = FORKS.Process(target=build_there, args=(str(made.recipe), str(made.raw), str(space)))
    process.start()
    return process


def key_of(body: dict[str, Any]) -> str:
    """The key of a call that came to the server."""
    turns = tuple(Message(role=one["role"], text=one["content"]) for one in body["messages"])
    asked = Request(messages=turns, json_schema=body["response_format"]["json_schema"]["schema"], seed=body["seed"],
                    max_tokens=body["max_tokens"], temperature=body["temperature"])  # fmt: skip
    spec = ModelSpec(backend="openai", name="toy", revision="1", params=model("", params={"concurrency": 2})["params"])
    return asked.key(spec.identity)


def put_down(space: Path) -> set[str]:
    """The calls that a workspace has an answer to."""
    store, found = Store(str(space)), set[str]()
    for part in store.every_part():
        found |= {row["key"] for row in part.rows("calls", ["job"])}
        for name in (one for one in part.journals() if MARK in one):
            found |= {key for batch in part.files.read_batches(name) for key in batch["key"].to_pylist()}
    return found


def test_no_answered_call_is_made_again_over_twenty_kills(made: Made, server: Scripted, tmp_path: Path) -> None:
    space, rng, killed, again = tmp_path / "space", random.Random(11), 0, 0
    known: set[str] = set()
    while True:
        begun, until = len(server.bodies), time.monotonic() + LIMIT
        wanted = begun + rng.randrange(1, 5)
        build = begin(made, space)
        while killed < KILLS and len(server.bodies) < wanted and build.is_alive():
            assert time.monotonic() < until
            time.sleep(0.002)
        if killed < KILLS and build.is_alive():
            build.kill()
            killed += 1
        build.join(LIMIT)
        again += sum(key_of(body) in known for body in server.bodies[begun:])
        known = put_down(space)
        if build.exitcode != -signal.SIGKILL:
            break
    assert (killed, build.exitcode, again) == (KILLS, 0, 0)
    assert len(known) == len({key_of(body) for body in server.bodies}) >= 2 * SAMPLES - 2
    assert len(server.bodies) <= len(known) + KILLS * CONCURRENCY  # those that were on their way
    other = begin(made, tmp_path / "other")
    other.join(LIMIT)
    assert hashes(space / "shards") == hashes(tmp_path / "other/shards")


def test_on_ray_the_same_calls_give_the_same_bytes(made: Made, server: Scripted, tmp_path: Path) -> None:
    for engine in ("inline", "ray"):
        build = Build(made, tmp_path / engine, tmp_path / f"counted-{engine}", engine)
        assert build.wait() == 0, build.said
    assert set(server.times.values()) == {2}
    assert put_down(tmp_path / "ray") == put_down(tmp_path / "inline")
    assert hashes(tmp_path / "ray/shards") == hashes(tmp_path / "inline/shards")
