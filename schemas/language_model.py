"""A language model as a recipe names it, and what its tokens cost."""

from typing import Any, Literal

from pydantic import Field, PositiveInt

from schemas.base import Model, canonical_json
from schemas.card import Slug


class Price(Model):
    """What a million tokens cost: of questions, `asked`, and of answers, `answered`. `currency`: by ISO 4217."""

    currency: str = Field(pattern="^[A-Z]{3}$")
    asked: float = Field(ge=0)
    answered: float = Field(ge=0)

    def of(self, asked: int, answered: int) -> float:
        """The cost of so many tokens."""
        return round((asked * self.asked + answered * self.answered) / 1e6, 4)


class ModelSpec(Model):
    """A language model. `backend`: a file of pipelines/models/; `name` and `revision` as its server or its weights call
    them: both stand beside each text that it wrote, and another revision is asked anew. `url` of a server, or
    `url_env`: the environment variable that holds it; `key_env`: the one that holds the key, which is never stored.
    `sees`: it takes pictures. `coordinates`: how its family writes places: pixels, thousandths of the sides, or shares
    of 1. `gpus`: what a process that runs it takes, a fraction is allowed. `answer_tokens`: of an answer, where that is
    fewer than its prompt allows: what is cut is refused. `params`: what the backend's file lists. `price`: for the
    report, which tells what the tokens cost."""

    backend: Slug
    name: str = Field(min_length=1)
    revision: str = Field(min_length=1)
    url: str | None = None
    url_env: str | None = None
    key_env: str | None = None
    sees: bool = False
    coordinates: Literal["pixels", "thousandths", "shares"] = "pixels"
    gpus: float = Field(0, ge=0)
    answer_tokens: PositiveInt | None = None
    params: dict[str, Any] = {}
    price: Price | None = None

    @property
    def identity(self) -> str:
        """What decides its answers, in one line."""
        return canonical_json([self.backend, self.name, self.revision, self.params])
