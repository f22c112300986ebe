"""A dialogue: questions, answers, and the regions, facts and steps that justify them."""

from typing import Any, Literal

from schemas.base import Model
from schemas.item import Difficulty, ItemCheck, Skill
from schemas.level import Level
from schemas.text import Checked, Claim, Text
from schemas.text import TextMaker as TextMaker

SOURCE = "source"
"""The backend of texts that the data set itself was published with."""
WRITING = "report_writing"
"""The task of which answers are texts of the source."""


class Turn(Model):
    """`crop`: the part of the image x0, y0, x1, y1, half-open, that is shown with the turn: as the one before asked, or
    because the turn asks about it."""

    role: Literal["user", "assistant"]
    text: str
    claims: tuple[Claim, ...] = ()
    crop: tuple[int, int, int, int] | None = None


class Rejected(Model):
    """A wrong answer beside the right one, for preference: `text` differs from the last turn by what it says of one
    `fact`. `error` and `weight` are the class and the weight that the claim check gives the contradiction; of numbers
    that are no sizes, `error` says of what: "attenuation", "age", "value"."""

    text: str
    answer: str
    fact: str
    error: str
    weight: str


class ReasoningStep(Model):
    """One operation, replayable on the sample's masks: `op(**args)` must give `result` within the op's tolerance.

    `args` name regions by id, or earlier steps as "#1" (1-based). Each step but the last is named by one that follows.
    Where it looked: `box`, that of a region on the image; in a volume `box3d` (voxels, half-open, as of a region) or
    the `slice` of the axis of acquisition. `wrong`: what is wrong with a step that says something else than the masks
    give; a later one that takes its place names it as `instead` among its `args`.
    """

    op: str
    args: dict[str, Any]
    result: bool | int | float | str
    unit: str | None = None
    text: str
    box: tuple[int, int, int, int] | None = None
    box3d: tuple[int, int, int, int, int, int] | None = None
    slice: int | None = None
    wrong: str | None = None


class Prose(Text):
    """The steps of a dialogue as a language model says them. `steps`: of each sentence the number (1-based) of the step
    that it says; all of them, in their order."""

    steps: tuple[int, ...]
    made_by: TextMaker


class Dialogue(Model):
    """`answer` is the short answer that the last assistant turn gives; `choices` those offered, if any. `check` judges
    another answer in its place, `rejected` is a wrong one; `prose` says the steps of `reasoning` in other words;
    `skill` is what answering takes, `difficulty` what makes it hard.

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
    prose: Prose | None = None
    check: ItemCheck | None = None
    skill: Skill | None = None
    difficulty: Difficulty | None = None
    rejected: Rejected | None = None
    made_by: TextMaker
    level: Level | None = None
    checked: Checked | None = None
    answer_type: Literal["yes_no", "choice", "open"] | None = None
    source: dict[str, Any] | None = None

    @property
    def published(self) -> bool:
        """Whether the data set itself asked this."""
        return self.made_by.backend == SOURCE

    @property
    def theirs(self) -> bool:
        """Whether the answer is in the source's own words."""
        return self.published or self.task == WRITING
