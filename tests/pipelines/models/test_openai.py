"""A server that speaks chat completions, and all that goes wrong with one."""

import json
import threading
from typing import Any

import pytest

from pipelines.models import base, openai
from pipelines.models.base import ModelAwayError
from schemas import Answer, Message, ModelSpec, Request
from tests.pipelines.models.server import Reply, Scripted, serving

PNG = b"\x89PNG not looked into"


def spec(server: Scripted | None = None, **changes: Any) -> ModelSpec:
    params = {"timeout": 5.0, "tries": 2, "patience": 20.0, "concurrency": 4, **changes.pop("params", {})}
    url = server.url if server else "http://127.0.0.1:9/v1"
    return ModelSpec(backend="openai", name="toy", revision="1", **{"url": url, "params": params, **changes})


def request(text: str = "Say something.", **changes: Any) -> Request:
    return Request(messages=(Message(role="user", text=text),), max_tokens=20, seed=7, **changes)


def answers(spec: ModelSpec, *requests: Request) -> list[Answer]:
    found = dict(openai.connect(spec).complete(requests))
    return [found[n] for n in range(len(requests))]


def test_a_request_comes_as_it_is_and_so_does_the_answer(monkeypatch: pytest.MonkeyPatch) -> None:
    schema = {"type": "object", "properties": {"text": {"type": "string"}}}
    monkeypatch.setenv("A_KEY", "not a real key")
    with serving(lambda body, before: Reply("Something.")) as server:
        told = (Message(role="system", text="Be brief."), Message(role="user", text="What is it?", images=(PNG,)))
        asked = Request(messages=told, json_schema=schema, max_tokens=20, seed=7)
        (found,) = answers(spec(server, key_env="A_KEY"), asked)
    assert (found.text, found.finish, found.tokens_out, found.error) == ("Something.", "stop", 2, None)
    (body,) = server.bodies
    assert (body["model"], body["seed"], body["temperature"], body["max_tokens"]) == ("toy", 7, 0.0, 20)
    assert body["response_format"]["json_schema"]["schema"] == schema
    assert body["messages"][0] == {"role": "system", "content": "Be brief."}
    image, words = body["messages"][1]["content"]
    assert image["image_url"]["url"].startswith("data:image/png;base64,")
    assert words == {"type": "text", "text": "What is it?"}
    assert server.keys == ["Bearer not a real key"]


def test_many_are_on_their_way_at_once_and_each_gets_its_own_answer() -> None:
    both = threading.Barrier(4, timeout=20)

    def script(body: dict[str, Any], before: int) -> Reply:
        both.wait()
        return Reply(body["messages"][0]["content"].upper())

    with serving(script) as server:
        found = answers(spec(server), *(request(f"number {n}") for n in range(4)))
    assert [one.text for one in found] == [f"NUMBER {n}" for n in range(4)]


@pytest.mark.parametrize(
    ("bad", "said"),
    [
        (Reply(status=500), "status 500"),
        (Reply(status=400, text="too long"), "too long"),
        (Reply("half of an answer", cut=40), "RemoteProtocolError"),
        (Reply(hang=True), "no answer within 0.2 s"),
        (Reply(raw=b"<html>hello</html>"), ""),
        (Reply(raw=b'{"choices": []}'), "no chat completion"),
        (Reply("word " * (openai.MOST_BYTES // 4)), "more than"),
    ],
    ids=["500", "400", "cut", "hang", "html", "empty", "huge"],
)  # fmt: skip
def test_what_a_server_does_not_answer_costs_that_request_after_some_tries(bad: Reply, said: str) -> None:
    def script(body: dict[str, Any], before: int) -> Reply:
        return bad if "bad" in body["messages"][0]["content"] else Reply("Fine.")

    with serving(script) as server:
        found = answers(spec(server, params={"timeout": 0.2 if bad.hang else 5.0}), request("bad"), request("good"))
        assert server.times.most_common(1)[0][1] == 2
    assert (found[0].finish, found[0].text, found[1].text) == ("error", "", "Fine.")
    assert found[0].error is not None
    assert said in found[0].error


@pytest.mark.parametrize("first", [Reply(status=500), Reply("cut", cut=30), Reply(status=429), Reply(status=503)])
def test_what_goes_wrong_once_is_tried_again(first: Reply) -> None:
    with serving(lambda body, before: Reply("Fine.") if before else first) as server:
        assert answers(spec(server), request())[0].text == "Fine."


def test_a_server_that_names_a_time_is_given_it(monkeypatch: pytest.MonkeyPatch) -> None:
    waited: list[float] = []
    monkeypatch.setattr(openai.tenacity, "sleep_using_event", lambda stop: waited.append)
    busy = Reply(status=429, headers={"Retry-After": "7"})
    with serving(lambda body, before: Reply("Fine.") if before else busy) as server:
        assert answers(spec(server), request())[0].text == "Fine."
    assert waited == [7.0]


@pytest.mark.parametrize(("status", "said"), [(401, "the key is refused"), (404, "no such address")])
def test_a_server_that_does_not_let_us_in_stops_the_run(status: int, said: str) -> None:
    with serving(lambda body, before: Reply(status=status)) as server, pytest.raises(ModelAwayError, match=said):
        answers(spec(server), request())


def test_a_server_that_stays_away_stops_the_run() -> None:
    with pytest.raises(ModelAwayError, match=r"no server answers for 0.2 s; what is done is kept"):
        answers(spec(params={"patience": 0.2}), request())


def test_answers_that_came_before_the_server_went_are_not_lost() -> None:
    gone = threading.Event()

    def script(body: dict[str, Any], before: int) -> Reply:
        if "late" in body["messages"][0]["content"]:
            gone.wait(20)
            return Reply("In time.")
        gone.set()
        return Reply(status=401)

    with serving(script) as server:
        coming = openai.connect(spec(server)).complete([request("late"), request("barred")])
        number, answer = next(coming)
        with pytest.raises(ModelAwayError):
            next(coming)
    assert (number, answer.text) == (0, "In time.")


def test_a_server_that_comes_back_costs_time_alone() -> None:
    with serving(lambda body, before: Reply("one")) as server:
        port = server.server_port
        model = openai.connect(spec(server))
        assert [one.text for _, one in model.complete([request("a")])] == ["one"]
    found: list[str] = []
    asking = threading.Thread(target=lambda: found.extend(one.text for _, one in model.complete([request("b")])))
    asking.start()
    with serving(lambda body, before: Reply("two"), port):
        asking.join(60)
    assert found == ["two"]


def test_what_is_missing_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("NO_SUCH_KEY", raising=False)
    with pytest.raises(ModelAwayError, match="openai needs url or url_env"):
        openai.connect(spec(url=None))
    with pytest.raises(ModelAwayError, match=r"text.model.key_env: the environment variable NO_SUCH_KEY is not set"):
        openai.connect(spec(key_env="NO_SUCH_KEY"))
    with pytest.raises(ModelAwayError, match="openai takes no 'timeuot'"):
        openai.connect(spec(params={"timeuot": 3}))


def test_all_that_decides_an_answer_is_in_its_key() -> None:
    same = request().key("toy")
    assert request().key("toy") == same
    shown = Request(messages=(Message(role="user", text="Say something.", images=(PNG,)),), max_tokens=20, seed=7)
    others = [request("Say it."), request(temperature=0.5), request(json_schema={"type": "string"}), shown]
    keys = {one.key("toy") for one in others} | {request().key("other")}
    assert len(keys) == len(others) + 1
    assert same not in keys


def test_a_refusal_is_words_like_any_other() -> None:
    body = {"choices": [{"message": {"content": None, "refusal": "I cannot."}, "finish_reason": "stop"}]}
    assert base.answer_of(json.loads(json.dumps(body))).text == "I cannot."
