"""A dialogue: questions, answers, and the regions, facts and steps that justify them."""

from typing import Any, Literal

from schemas.base import Model
from schemas.text import Claim


class TextMaker(Model):
    """Who wrote a text: enough to write it again."""

    backend: str
    revision: str
    model: str | None = None
    prompt_sha256: str | None = None
    seed: int | None = None


class Turn(Model):
    role: Literal["user", "assistant"]
    text: str
    claims: tuple[Claim, ...] = ()


class ReasoningStep(Model):
    """One operation, replayable on the sample's masks: `op(**args)` must give `result` within the op's tolerance.

    `args` name regions by id, or earlier steps as "#1" (1-based). `box` is the region the step looks at.
    """

    op: str
    args: dict[str, Any]
    result: bool | int | float | str
    unit: str | None = None
    text: str
    box: tuple[int, int, int, int] | None = None


class Dialogue(Model):
    """`answer` is the short answer that the last assistant turn gives; `choices` those offered, if any."""

    id: str
    task: str
    turns: tuple[Turn, ...]
    answer: str
    choices: tuple[str, ...] | None = None
    regions: tuple[str, ...] = ()
    facts: tuple[str, ...] = ()
    reasoning: tuple[ReasoningStep, ...] = ()
    made_by: TextMaker
