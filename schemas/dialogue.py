"""A dialogue: questions, answers, and the regions, facts and steps that justify them."""

from typing import Any, Literal

from schemas.base import Model
from schemas.item import Difficulty, ItemCheck, Skill
from schemas.level import Level
from schemas.text import Checked, Claim

SOURCE = "source"
"""The backend of texts that the data set itself was published with."""


class TextMaker(Model):
    """Who wrote a text: enough to write it again. `backend` "source": it was published so, with the data set named in
    `dataset`, and `revision` is that of the data set."""

    backend: str
    revision: str
    model: str | None = None
    prompt_sha256: str | None = None
    seed: int | None = None
    dataset: str | None = None


class Turn(Model):
    role: Literal["user", "assistant"]
    text: str
    claims: tuple[Claim, ...] = ()


class ReasoningStep(Model):
    """One operation, replayable on the sample's masks: `op(**args)` must give `result` within the op's tolerance.

    `args` name regions by id, or earlier steps as "#1" (1-based). Each step but the last is named by one that follows.
    Where it looked: `box`, that of a region on the image; in a volume `box3d` (voxels, half-open, as of a region) or
    the `slice` of the axis of acquisition.
    """

    op: str
    args: dict[str, Any]
    result: bool | int | float | str
    unit: str | None = None
    text: str
    box: tuple[int, int, int, int] | None = None
    box3d: tuple[int, int, int, int, int, int] | None = None
    slice: int | None = None


class Dialogue(Model):
    """`answer` is the short answer that the last assistant turn gives; `choices` those offered, if any. `check` judges
    another answer in its place; `skill` is what answering takes, `difficulty` what makes it hard.

    Of a published question (`made_by` the source): `level` is what it was asked of, `checked` what the claim check made
    of its answer, `answer_type` the form of the answer, and `source` what else the data set tells of it, by the names
    that its card gives (`id`, `linked`: the id of a paraphrase, `type`, `explanation` ...).
    """

    id: str
    task: str
    turns: tuple[Turn, ...]
    answer: str
    choices: tuple[str, ...] | None = None
    regions: tuple[str, ...] = ()
    facts: tuple[str, ...] = ()
    reasoning: tuple[ReasoningStep, ...] = ()
    check: ItemCheck | None = None
    skill: Skill | None = None
    difficulty: Difficulty | None = None
    made_by: TextMaker
    level: Level | None = None
    checked: Checked | None = None
    answer_type: Literal["yes_no", "choice", "open"] | None = None
    source: dict[str, Any] | None = None

    @property
    def published(self) -> bool:
        """Whether the data set itself asked this."""
        return self.made_by.backend == SOURCE
