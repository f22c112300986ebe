"""Models that run inside the job: llama.cpp on its real weights where they are, and what vLLM is handed."""

import json
from typing import Any

import numpy as np
import pytest

from pipelines.models import connected, listing, llamacpp, vllm
from pipelines.models.base import ModelAwayError
from schemas import Message, ModelSpec, Request
from transforms.shards.encode import png

SMOL = "smollm2_135m/SmolLM2-135M-Instruct.Q4_1.gguf"
SHA = "b179c9523d0e6a0f98a330c7562b682750a6f8c8c15e5bc70ea373728110db53"
LOCAL = ModelSpec(backend="llamacpp", name=SMOL, revision=SHA)
SCHEMA = {"type": "object", "properties": {"word": {"type": "string", "maxLength": 20}}, "required": ["word"]}
has_weights = pytest.mark.skipif(
    llamacpp.unavailable() is not None or not llamacpp.weights(SMOL).is_file(),
    reason=f"needs the extra llm and {llamacpp.weights(SMOL)}: make demo-llm fetches both",
)


def request(text: str, **changes: Any) -> Request:
    return Request(messages=(Message(role="user", text=text),), **{"max_tokens": 12, "seed": 3, **changes})


@has_weights
def test_a_small_model_answers_and_says_the_same_again() -> None:
    model = connected(LOCAL)
    asked = [request("Name a colour."), request("Name a colour.", json_schema=SCHEMA, max_tokens=40)]
    first, again = dict(model.complete(asked)), dict(model.complete(asked[::-1]))
    assert (first[0], first[1]) == (again[1], again[0])
    assert first[0].text
    assert 0 < first[0].tokens_out <= 12 < first[0].tokens_in + 12
    assert first[1].text.startswith("{")


@has_weights
def test_a_question_that_is_too_long_costs_itself() -> None:
    found = dict(connected(LOCAL).complete([request("word " * 9000), request("Name a colour.")]))
    assert (found[0].finish, found[1].error) == ("error", None)


@has_weights
def test_other_weights_than_the_recipe_names_are_refused() -> None:
    with pytest.raises(ModelAwayError, match=f"has the SHA-256 {SHA}"):
        llamacpp.connect(LOCAL.model_copy(update={"revision": "0" * 64}))


def test_weights_that_are_not_there_are_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(llamacpp, "unavailable", lambda: "no package xllamacpp")
    with pytest.raises(ModelAwayError, match="llamacpp cannot run here: no package xllamacpp"):
        connected(LOCAL.model_copy(update={"name": "none.gguf"}))


def test_vllm_is_handed_messages_a_schema_and_how_to_sample() -> None:
    row = vllm.asked(request("Hello.", json_schema=SCHEMA))
    given = vllm.prepared(row)
    assert given["messages"] == [{"role": "user", "content": "Hello."}]
    assert "multimodal_data" not in given
    assert row["sampling_params"] == {
        "max_tokens": 12, "temperature": 0.0, "seed": 3, "structured_outputs": {"json": json.dumps(SCHEMA)}
    }  # fmt: skip


def test_pictures_go_to_vllm_decoded_and_in_the_order_of_their_places() -> None:
    shown = tuple(png(np.full((side, side), level, np.uint8)) for side, level in ((8, 10), (4, 200)))
    told = (Message(role="system", text="Look."), Message(role="user", text="What is it?", images=shown))
    given = vllm.prepared(vllm.asked(Request(messages=told, max_tokens=12, seed=3)))
    parts = [{"type": "image"}, {"type": "image"}, {"type": "text", "text": "What is it?"}]
    assert given["messages"] == [{"role": "system", "content": "Look."}, {"role": "user", "content": parts}]
    found = [np.asarray(one) for one in given["multimodal_data"]["image"]]
    assert [(one.shape, int(one.mean())) for one in found] == [((8, 8, 3), 10), ((4, 4, 3), 200)]


def test_a_picture_that_cannot_be_decoded_is_that_requests_error() -> None:
    told = (Message(role="user", text="What is it?", images=(b"no picture",)),)
    row = vllm.asked(Request(messages=told, max_tokens=12, seed=3))
    answer = vllm.answer_in({**row, **vllm.prepared(row)})
    assert answer.error is not None
    assert "cannot be decoded" in answer.error


@pytest.mark.parametrize(
    ("row", "finish"),
    [
        ({"generated_text": "Hi.", "num_generated_tokens": 3, "num_input_tokens": 9}, "stop"),
        ({"generated_text": "Hi th", "num_generated_tokens": 12, "num_input_tokens": 9}, "length"),
    ],
)
def test_what_vllm_says_is_an_answer(row: dict[str, Any], finish: str) -> None:
    found = vllm.told({"number": 4, "most": 12, **row})
    answer = vllm.answer_in({**found, "__inference_error__": ""})
    assert (found["number"], answer.finish, answer.error, answer.tokens_in) == (4, finish, None, 9)


def test_a_row_that_vllm_gave_up_on_never_was_told() -> None:
    row = {"number": 4, "most": 12, "prompt": "word", "__inference_error__": "ValueError: too long"}
    assert (vllm.answer_in(row).finish, vllm.answer_in(row).error) == ("error", "ValueError: too long")


def test_the_processor_of_vllm_takes_the_recipe() -> None:
    spec = ModelSpec(
        backend="vllm", name="toy/model", revision="abc", sees=True,
        params={"batch": 8, "engine": {"max_model_len": 512}, "resources": {"CPU": 2}},
    )  # fmt: skip
    config = vllm.connect(spec).config
    assert (config.model_source, config.batch_size, config.should_continue_on_error) == ("toy/model", 8, True)
    assert config.engine_kwargs["revision"] == "abc"
    assert config.engine_kwargs["max_model_len"] == 512
    assert config.placement_group_config["bundle_per_worker"] == {"CPU": 2, "GPU": 0}


def test_every_backend_is_listed_with_what_it_lacks() -> None:
    rows = {row["name"]: row for row in listing()}
    assert set(rows) == {"llamacpp", "openai", "vllm"}
    assert rows["openai"]["available"]
    assert all(row["available"] or "uv sync --extra" in row["reason"] for row in rows.values())
