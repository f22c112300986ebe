"""What a model server must do for us, asked of a real vLLM: chat, pictures, JSON by schema, clear errors, a restart.

The model's weights are random: nothing here looks at what it says, only at the form of it.
"""

import base64
import io
import json
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import jsonschema
import pytest
import requests
from PIL import Image

from tests.vllm.server import MODEL, Server

Message = dict[str, Any]
SCHEMA = {
    "type": "object",
    "properties": {
        "answer": {"enum": ["yes", "no", "not to be seen"]},
        "sides": {"type": "array", "items": {"enum": ["left", "right"]}, "minItems": 1, "maxItems": 2},
    },
    "required": ["answer", "sides"],
    "additionalProperties": False,
}


def ask(server: Server, content: Any, **options: Any) -> dict[str, Any]:
    """The answer to one message of a user. `content`: text, or parts of a message."""
    body = {"model": MODEL, "messages": [{"role": "user", "content": content}], "temperature": 0, "max_tokens": 12}
    response = server.post("chat/completions", body | options)
    assert response.status_code == 200, response.text
    found: dict[str, Any] = response.json()
    return found


def said(answer: dict[str, Any]) -> str:
    text = answer["choices"][0]["message"]["content"]
    assert isinstance(text, str)
    return text


def picture(colour: tuple[int, int, int], side: int = 56) -> Message:
    stream = io.BytesIO()
    Image.new("RGB", (side, side), colour).save(stream, "PNG")
    return {"type": "image_url", "image_url": {"url": f"data:image/png;base64,{_base64(stream.getvalue())}"}}


def _base64(content: bytes) -> str:
    return base64.b64encode(content).decode("ascii")


def test_a_chat_is_answered_and_its_tokens_are_counted(server: Server) -> None:
    answer = ask(server, "A synthetic square.")
    usage = answer["usage"]
    assert said(answer)
    assert answer["choices"][0]["finish_reason"] in ("stop", "length")
    assert usage["prompt_tokens"] > 0
    assert 1 <= usage["completion_tokens"] <= 12
    assert usage["total_tokens"] == usage["prompt_tokens"] + usage["completion_tokens"]


def test_without_temperature_the_same_question_has_the_same_answer(server: Server) -> None:
    with ThreadPoolExecutor(4) as pool:
        answers = set(pool.map(lambda _: said(ask(server, "A synthetic circle.", seed=7)), range(4)))
    assert len(answers) == 1


def test_a_picture_is_looked_at(server: Server) -> None:
    """Two pictures of another colour: as many tokens, other probabilities. A larger one: more tokens."""
    words = {"type": "text", "text": "What is it?"}
    options: dict[str, Any] = {"max_tokens": 1, "logprobs": True, "top_logprobs": 5}
    red, blue, large = (
        ask(server, [one, words], **options)
        for one in (picture((220, 0, 0)), picture((0, 0, 220)), picture((220, 0, 0), side=168))
    )
    assert red["usage"]["prompt_tokens"] == blue["usage"]["prompt_tokens"] < large["usage"]["prompt_tokens"]
    assert red["choices"][0]["logprobs"] != blue["choices"][0]["logprobs"]


def test_two_pictures_of_one_message(server: Server) -> None:
    one = ask(server, [picture((220, 0, 0))])["usage"]["prompt_tokens"]
    two = ask(server, [picture((220, 0, 0)), picture((0, 0, 220))])["usage"]["prompt_tokens"]
    assert two > one


def test_an_answer_holds_to_its_schema(server: Server) -> None:
    """Even random weights cannot say anything else."""
    form = {"type": "json_schema", "json_schema": {"name": "answer", "schema": SCHEMA, "strict": True}}
    answer = ask(server, "Is it there?", max_tokens=200, response_format=form)
    assert answer["choices"][0]["finish_reason"] == "stop"
    jsonschema.validate(json.loads(said(answer)), SCHEMA)


@pytest.mark.parametrize(
    ("change", "status", "word"),
    [
        ({"model": "another"}, 404, "another"),
        ({"messages": None}, 400, "messages"),
        ({"messages": [{"role": "user", "content": "circle " * 20_000}]}, 400, "length"),
        ({"messages": [{"role": "user", "content": [picture((0, 0, 0))] * 3}]}, 400, "image"),
        (
            {"messages": [{"role": "user", "content": [
                {"type": "image_url", "image_url": {"url": "data:image/png;base64,AAAA"}}
            ]}]},
            400,
            "image",
        ),
        ({"response_format": {"type": "json_schema", "json_schema": {"name": "x", "schema": {"type": "?"}}}}, 400, ""),
    ],
    ids=["model", "no messages", "too long", "too many pictures", "no picture", "no schema"],
)  # fmt: skip
def test_a_bad_request_is_refused_with_its_reason(server: Server, change: Message, status: int, word: str) -> None:
    body = {"model": MODEL, "messages": [{"role": "user", "content": "A square."}], "max_tokens": 4}
    response = server.post(
        "chat/completions", {key: value for key, value in (body | change).items() if value is not None}
    )
    assert response.status_code == status, response.text
    error = response.json()["error"]
    assert error["code"] == status
    assert word in error["message"]
    assert server.answers(), "one bad request took the server down"


def test_a_killed_server_refuses_and_comes_back_with_the_same_answers(server: Server) -> None:
    """Last of the file: it costs a second start."""
    before = said(ask(server, "A synthetic square.", seed=3))
    server.kill()
    with pytest.raises(requests.ConnectionError):
        ask(server, "A synthetic square.")
    server.start()
    assert said(ask(server, "A synthetic square.", seed=3)) == before
