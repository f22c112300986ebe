"""How a program judges an answer, and what makes a question hard."""

from typing import Literal

from schemas.base import Model

Judge = Literal["exact", "tolerance", "iou", "order", "set"]
Skill = Literal["recognise", "localise", "measure", "count", "compare", "relate", "read"]
Box = tuple[int, int, int, int]


class ItemCheck(Model):
    """An answer is right when, by `kind`:

    exact: it is one of `accepted`, after case, punctuation and articles, or a sentence that names one of them and none
        of `alternatives` or of the other choices, and denies nothing.
    tolerance: its number is within `within` of `value`, in `unit` or a unit that converts to it; or its point [x, y]
        lies within `within` pixels of `point`; or its two points of `ends`, in either order.
    iou: its box [x0, y0, x1, y1] has an intersection over union of at least `at_least` with `box`; both are half-open,
        in pixels of the emitted image.
    set: its items are those of `accepted`, in any order. `score` is F1.
    order: its items are those of `accepted`, in this order. `score` is the share of pairs in the right order.
    """

    kind: Judge
    accepted: tuple[str, ...] = ()
    alternatives: tuple[str, ...] = ()
    """Wrong answers that the same question might have had, where they are few and known."""
    value: float | None = None
    point: tuple[float, float] | None = None
    ends: tuple[tuple[float, float], tuple[float, float]] | None = None
    unit: str | None = None
    within: float | None = None
    box: Box | None = None
    at_least: float | None = None


class Difficulty(Model):
    """What can be counted of a question: `steps` of its reasoning, `alternatives` that were offered, and the share of
    the picture that the smallest region asked about covers (its mask's box, or its own)."""

    steps: int
    alternatives: int | None = None
    smallest_share: float | None = None
