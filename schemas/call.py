"""A call to a language model: what is asked, and what it answers."""

import hashlib
from typing import Any, Literal

from schemas.base import Model, content_key


class Message(Model):
    """One turn of a chat. `images`: PNG files that come with it, before its words."""

    role: Literal["system", "user", "assistant"]
    text: str
    images: tuple[bytes, ...] = ()


class Request(Model):
    """What is asked. `json_schema`: the JSON schema that the answer has to follow; `max_tokens`: of the answer."""

    messages: tuple[Message, ...]
    json_schema: dict[str, Any] | None = None
    max_tokens: int
    temperature: float = 0.0
    seed: int

    def key(self, model: str) -> str:
        """What names the call: all that decides its answer. `model`: what names the model, with its revision."""
        turns = [[one.role, one.text, [hashlib.sha256(image).hexdigest() for image in one.images]]
                 for one in self.messages]  # fmt: skip
        return content_key("call", model, turns, self.json_schema, self.max_tokens, self.temperature, self.seed)

    def most_tokens(self) -> int:
        """More tokens than the call is likely to cost: three characters make one, an image is as good as 2,000."""
        characters = sum(len(one.text) for one in self.messages)
        return characters // 3 + 2000 * sum(len(one.images) for one in self.messages) + self.max_tokens


class Answer(Model):
    """What came back. `finish`: "stop", the model ended; "length", it was cut; "error", there is no answer, and
    `error` says why. Tokens as the server counts them."""

    text: str
    finish: Literal["stop", "length", "error"]
    tokens_in: int = 0
    tokens_out: int = 0
    error: str | None = None
