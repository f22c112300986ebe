"""What a backend for language models is.

A file of this folder with NAME, NOTE (one honest sentence), `unavailable()` (why it cannot run here, or None), and
`connect(spec)`, which gives a `LanguageModel`. AT_ONCE: how many records hand in their requests together.
"""

import os
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Protocol

from pipelines.faults import StoppedError
from schemas import Answer, ModelSpec, Request


class ModelAwayError(StoppedError):
    """A model that cannot be reached, does not let us in, or is not the one that the recipe names: the run stops."""


class LanguageModel(Protocol):
    """A model that answers."""

    def complete(self, requests: Sequence[Request]) -> Iterator[tuple[int, Answer]]:
        """The answer to each request with its place among them, as they come. What goes wrong with one is its answer
        (`finish` "error"). Raises ModelAwayError where it is of no request's making."""


class Backend(Protocol):
    """A file of this folder."""

    NAME: str
    NOTE: str
    AT_ONCE: int

    def unavailable(self) -> str | None: ...

    def connect(self, spec: ModelSpec) -> LanguageModel: ...


def taken(spec: ModelSpec, known: Mapping[str, Any]) -> dict[str, Any]:
    """The backend's parameters as the recipe gives them, the others as `known` has them. Raises ModelAwayError that
    names one which the backend does not take."""
    unknown = sorted(set(spec.params) - set(known))
    if unknown:
        raise ModelAwayError(f"text.model.params: {spec.backend} takes no {unknown[0]!r}; it takes {', '.join(known)}")
    return {**known, **spec.params}


def from_environment(name: str | None, key: str) -> str | None:
    """The value of an environment variable that the recipe names under `key`. Raises ModelAwayError where it is not
    set."""
    if name is None:
        return None
    if not os.environ.get(name):
        raise ModelAwayError(f"{key}: the environment variable {name} is not set; set it where the run's workers start")
    return os.environ[name]


def chat(request: Request, model: str) -> dict[str, Any]:
    """A request as the body of an OpenAI-compatible chat completion."""
    body: dict[str, Any] = {
        "model": model, "messages": [_message(one.role, one.text, one.images) for one in request.messages],
        "max_tokens": request.max_tokens, "temperature": request.temperature, "seed": request.seed, "stream": False,
    }  # fmt: skip
    if request.json_schema is not None:
        asked = {"name": "answer", "schema": request.json_schema, "strict": True}
        body["response_format"] = {"type": "json_schema", "json_schema": asked}
    return body


def _message(role: str, text: str, images: Sequence[bytes]) -> dict[str, Any]:
    if not images:
        return {"role": role, "content": text}
    from base64 import b64encode

    urls = (f"data:image/png;base64,{b64encode(image).decode()}" for image in images)
    shown = [{"type": "image_url", "image_url": {"url": url}} for url in urls]
    return {"role": role, "content": [*shown, {"type": "text", "text": text}]}


def answer_of(body: Any) -> Answer:
    """The answer in the body of a chat completion. Raises ValueError where it is none."""
    try:
        choice, used = body["choices"][0], body.get("usage") or {}
        text = choice["message"]["content"]
        finish = "length" if choice.get("finish_reason") == "length" else "stop"
        refusal = choice["message"].get("refusal")
        spent = {"tokens_in": int(used.get("prompt_tokens", 0)), "tokens_out": int(used.get("completion_tokens", 0))}
    except (KeyError, IndexError, TypeError, AttributeError, ValueError) as error:
        raise ValueError(f"no chat completion: {str(body)[:200]}") from error
    return Answer.model_validate({"text": text or refusal or "", "finish": finish, **spent})


def failed(reason: str) -> Answer:
    """That there is no answer, and why."""
    return Answer(text="", finish="error", error=" ".join(reason.split())[:300])
