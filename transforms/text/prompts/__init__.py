"""Prompts: one file a job. Its SHA-256 is what texts name as `prompt_sha256`, so a changed word is another prompt.

system, user      Jinja2 templates, in a sandbox; `data` takes from what others wrote the marks of where it ends; `form`
                  is what an answer looks like: a server need not hold the model to the schema
repair            what is asked once more where the first answer is contradicted by the facts; `wrong`: by what
answer            the JSON schema of the answer
max_tokens        of the answer
"""

import hashlib
import json
import re
from collections.abc import Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import Any

import yaml
from jinja2 import StrictUndefined
from jinja2.sandbox import ImmutableSandboxedEnvironment
from pydantic import Field

from schemas import Answer, Message, Model, Request

FOLDER = Path(__file__).parent
_MARK = re.compile(r"<\s*/?\s*data\s*>", re.IGNORECASE)


class Prompt(Model):
    """One file of this folder; `sha256` is that of the file."""

    system: str
    user: str
    repair: str
    answer: dict[str, Any]
    max_tokens: int = Field(gt=0)
    sha256: str

    def request(self, given: Mapping[str, Any], images: Sequence[bytes], seed: int) -> Request:
        """What is asked. Raises jinja2's UndefinedError for a name that the template has and `given` has not."""
        told = {**given, "form": json.dumps(shape(self.answer))}
        system, user = (filled(text, told) for text in (self.system, self.user))
        turns = (Message(role="system", text=system), Message(role="user", text=user, images=tuple(images)))
        return Request(messages=turns, json_schema=self.answer, max_tokens=self.max_tokens, seed=seed)

    def again(self, request: Request, answer: Answer, wrong: Sequence[str]) -> Request:
        """The same once more, with the answer and what is wrong with it."""
        more = (
            Message(role="assistant", text=answer.text),
            Message(role="user", text=filled(self.repair, {"wrong": list(wrong)})),
        )
        return request.model_copy(update={"messages": (*request.messages, *more)})

    @property
    def own_words(self) -> str:
        """What the prompt itself says, without what it is filled with."""
        return re.sub(r"\{[{%].*?[}%]\}", " ", f"{self.system}\n{self.user}", flags=re.DOTALL)


def shape(schema: Mapping[str, Any]) -> Any:
    """What a value of a JSON schema of this folder looks like, without its words: {"caption": "..."}."""
    kind = schema.get("type")
    if kind == "object":
        return {name: shape(one) for name, one in schema["properties"].items()}
    if kind == "array":
        return [shape(schema["items"])]
    if "enum" in schema:
        return " | ".join(map(str, schema["enum"]))
    return {"integer": 0, "number": 0, "boolean": True}.get(str(kind), "...")


def filled(template: str, given: Mapping[str, Any]) -> str:
    """A template with what it is given."""
    return _pages().from_string(template).render(given).strip()


@cache
def _pages() -> ImmutableSandboxedEnvironment:
    pages = ImmutableSandboxedEnvironment(undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True)
    pages.policies["json.dumps_kwargs"] = {"ensure_ascii": False, "sort_keys": False}
    pages.filters["data"] = lambda text: _MARK.sub(" ", str(text))
    return pages


@cache
def prompt(job: str) -> Prompt:
    """The prompt of a job. Raises FileNotFoundError where there is none."""
    file = (FOLDER / f"{job}.yaml").read_bytes()
    return Prompt(**yaml.safe_load(file), sha256=hashlib.sha256(file).hexdigest())
