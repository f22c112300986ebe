"""Replays a dialogue's reasoning on masks and geometry alone: what `triptych verify` does from a shard."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from schemas import Dialogue, Media, ReasoningStep
from transforms.facts import ops
from transforms.facts.format import SHOWN
from transforms.regions.patch import AnyMask

Result = bool | int | float | str
NUMBER = re.compile(r"-?\d+(?:\.\d+)?")


@dataclass(frozen=True)
class StepVerdict:
    """What became of step `number` (1-based; 0 is the answer itself). `found` is what the masks gave."""

    number: int
    op: str
    outcome: Literal["pass", "fail", "skip"]
    found: Result | None = None
    reason: str | None = None


class UnmeasurableError(ValueError):
    """A step needs what was not given: pixel values, which a shard may not carry."""


@dataclass
class Replay:
    """The masks, the image's geometry, and the steps so far, whose results were found and not taken on trust."""

    masks: Mapping[str, AnyMask]
    media: Media
    values: NDArray[np.float32] | None = None
    done: list[tuple[ReasoningStep, Result]] = field(default_factory=list)

    @property
    def spacing(self) -> ops.Spacing:
        return self.media.geometry.spacing_mm if self.media.geometry else None

    def earlier(self, reference: object) -> tuple[ReasoningStep, Result]:
        """Step "#n" and what it gave. Raises ValueError where there is none."""
        number = str(reference)[1:]
        if not str(reference).startswith("#") or not number.isdigit() or not 0 < int(number) <= len(self.done):
            raise ValueError(f"{reference!r} is no earlier step")
        return self.done[int(number) - 1]

    def number(self, reference: object) -> float:
        """The number that an earlier step gave."""
        value = self.earlier(reference)[1]
        if isinstance(value, str | bool):
            raise ValueError(f"step {reference} gave {value!r}, not a number")
        return float(value)

    def rid(self, reference: object) -> str:
        """A region by id, or as an earlier step chose it."""
        rid = str(self.earlier(reference)[1]) if str(reference).startswith("#") else str(reference)
        if rid not in self.masks:
            raise ValueError(f"no mask of region {rid!r}")
        return rid

    def mask(self, reference: object) -> AnyMask:
        return self.masks[self.rid(reference)]

    def subject(self, reference: object) -> str:
        """The region that an earlier step measured."""
        return self.rid(self.earlier(reference)[0].args["region"])


@dataclass(frozen=True)
class Op:
    """One operation: how to run it, how far its result may lie from a stated one, and the dimension of its unit."""

    run: Callable[[Replay, dict[str, Any]], Result]
    tolerance: Callable[[ops.Spacing, float], float] = lambda spacing, value: 1e-4 * abs(value) + 1e-6
    dimension: Literal["none", "length", "area", "HU", "px"] = "none"


def _half_pixel(spacing: ops.Spacing, value: float) -> float:
    return 0.5 * min(spacing or (1.0, 1.0))


def _half_area(spacing: ops.Spacing, value: float) -> float:
    x, y = spacing or (1.0, 1.0)
    return 0.5 * x * y


def _mean(replay: Replay, args: dict[str, Any]) -> Result:
    if replay.values is None:
        raise UnmeasurableError("pixel values were not given")
    return ops.mean(replay.mask(args["region"]), replay.values)


def _count(replay: Replay, args: dict[str, Any]) -> Result:
    rids = list(args["regions"])
    if len(set(rids)) != len(rids):
        raise ValueError("a region is counted twice")
    return ops.count([replay.mask(rid) for rid in rids])


def _side(replay: Replay, args: dict[str, Any]) -> Result:
    found = ops.side(replay.mask(args["region"]), replay.mask(args["body"]), replay.media.geometry)
    return found or "both sides"


def _greater(replay: Replay, args: dict[str, Any]) -> Result:
    return replay.subject(args["a"] if replay.number(args["a"]) > replay.number(args["b"]) else args["b"])


def _largest(replay: Replay, args: dict[str, Any]) -> Result:
    return replay.subject(max(args["steps"], key=replay.number))


OPS: dict[str, Op] = {
    "area": Op(lambda r, a: ops.area(r.mask(a["region"]), r.spacing), _half_area, "area"),
    "long_axis": Op(lambda r, a: ops.long_axis(r.mask(a["region"]), r.spacing), _half_pixel, "length"),
    "short_axis": Op(lambda r, a: ops.short_axis(r.mask(a["region"]), r.spacing), _half_pixel, "length"),
    "distance": Op(lambda r, a: ops.distance(r.mask(a["a"]), r.mask(a["b"]), r.spacing), _half_pixel, "length"),
    "gap": Op(lambda r, a: ops.gap(r.mask(a["a"]), r.mask(a["b"]), r.spacing), _half_pixel, "length"),
    "inside": Op(lambda r, a: ops.inside(r.mask(a["a"]), r.mask(a["b"])), lambda spacing, value: 0.005),
    "pieces": Op(lambda r, a: ops.pieces(r.mask(a["region"]))),
    "mean_intensity": Op(_mean, lambda spacing, value: 0.5, "HU"),
    "zone": Op(lambda r, a: ops.zone(r.mask(a["region"]), ops.plane_of(r.media.geometry))),
    "side": Op(_side),
    "box": Op(lambda r, a: str(list(ops.box(r.mask(a["region"])))), dimension="px"),
    "count": Op(_count),
    "greater": Op(_greater),
    "largest": Op(_largest),
    "exceeds": Op(lambda r, a: r.number(a["a"]) > r.number(a["b"])),
    "ratio": Op(lambda r, a: r.number(a["a"]) / r.number(a["b"])),
    "at_least": Op(lambda r, a: r.number(a["a"]) >= float(a["threshold"])),
    "at_most": Op(lambda r, a: r.number(a["a"]) <= float(a["threshold"])),
}


def replay(
    dialogue: Dialogue,
    masks: Mapping[str, AnyMask],
    media: Media,
    values: NDArray[np.float32] | None = None,
    labels: Mapping[str, str] | None = None,
) -> list[StepVerdict]:
    """One verdict a step, and one (number 0) on whether the last step's result entails the answer.

    `media` is the image's entry (its geometry gives spacing and plane); `labels` are the regions' concept labels, with
    which an answer that names a region is checked by name. The replay stops at the first step that does not pass: what
    leans on it proves nothing. A dialogue without reasoning gives no verdict.
    """
    state = Replay(masks, media, values)
    verdicts: list[StepVerdict] = []
    for number, step in enumerate(dialogue.reasoning, 1):
        verdict = _step(state, number, step)
        verdicts.append(verdict)
        if verdict.outcome != "pass" or verdict.found is None:
            return verdicts
        state.done.append((step, verdict.found))
    if state.done:
        verdicts.append(_answer(dialogue, state, labels))
    return verdicts


def _step(state: Replay, number: int, step: ReasoningStep) -> StepVerdict:
    op = OPS.get(step.op)
    if op is None:
        return StepVerdict(number, step.op, "fail", reason=f"no operation {step.op!r}: there are {', '.join(OPS)}")
    try:
        found = op.run(state, step.args)
    except UnmeasurableError as error:
        return StepVerdict(number, step.op, "skip", reason=str(error))
    except (ValueError, KeyError, TypeError, ZeroDivisionError) as error:  # arguments that name nothing, or wrongly
        return StepVerdict(number, step.op, "fail", reason=f"cannot run with {step.args}: {error}")
    reason = _differs(state, op, step, found)
    return StepVerdict(number, step.op, "fail" if reason else "pass", found, reason)


def _differs(state: Replay, op: Op, step: ReasoningStep, found: Result) -> str | None:
    """Why the step does not say what the masks gave, or None."""
    millimetres = state.spacing is not None
    real = {"length": "mm", "area": "mm2"} if millimetres else {"length": "px", "area": "px2"}
    unit = {"none": None, "px": "px", "HU": "HU", **real}[op.dimension]
    if step.unit != unit:
        return f"unit {step.unit!r}, but it is measured in {unit!r}"
    if not _agrees(found, step.result, op.tolerance(state.spacing, _size(found))):
        return f"states {step.result!r}, the masks give {found!r}"
    if step.box is not None and (reason := _elsewhere(state, step)):
        return reason
    if _numeric(found) and unit is not None and not _written(step.text, float(found), unit):
        return f"the text {step.text!r} does not say {found!r} {unit}"
    return None


def _elsewhere(state: Replay, step: ReasoningStep) -> str | None:
    """A step's box must be that of a region that the step speaks of."""
    spoken = [str(value) for value in [*step.args.values(), step.result] if isinstance(value, str)]
    chosen = [str(state.earlier(value)[1]) if value.startswith("#") else value for value in spoken]
    if any(rid in state.masks and ops.box(state.masks[rid]) == step.box for rid in chosen):
        return None
    return f"looks at {list(step.box or ())}, which is the box of no region that it names"


def _numeric(value: Result) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _size(value: Result) -> float:
    return float(value) if _numeric(value) else 0.0


def _agrees(found: Result, stated: Result, tolerance: float) -> bool:
    if _numeric(found) and _numeric(stated):
        return abs(float(found) - float(stated)) <= tolerance
    return type(found) is type(stated) and found == stated


def _written(text: str, value: float, unit: str | None) -> bool:
    """Whether a number of the text, with this unit after it, is `value` as far as its decimals go."""
    shown = SHOWN.get(unit or "", unit or "")
    for match in NUMBER.finditer(text):
        decimals = len(match.group().partition(".")[2])
        rounding = 0.5 * 10**-decimals + 1e-4 * abs(value)
        if abs(float(match.group()) - value) <= rounding and text[match.end() :].lstrip().startswith(shown):
            return True
    return False


def _answer(dialogue: Dialogue, state: Replay, labels: Mapping[str, str] | None) -> StepVerdict:
    step, found = state.done[-1]
    answer = dialogue.answer
    if dialogue.choices is not None and answer not in dialogue.choices:
        return StepVerdict(0, "answer", "fail", found, f"{answer!r} is not among the choices")
    if isinstance(found, bool):
        entailed = answer.casefold() == ("yes" if found else "no")
    elif _numeric(found) and step.op == "inside":
        entailed = _names(dialogue, state.rid(step.args["b"]), labels)
    elif _numeric(found):
        entailed = _written(answer, float(found), step.unit)
    elif str(found) in state.masks:
        entailed = _names(dialogue, str(found), labels)
    else:
        entailed = answer == found
    reason = None if entailed else f"the steps end in {found!r}, the answer says {answer!r}"
    return StepVerdict(0, "answer", "pass" if entailed else "fail", found, reason)


def _names(dialogue: Dialogue, rid: str, labels: Mapping[str, str] | None) -> bool:
    """Whether the answer names that region: the first of the dialogue's regions, called by its label."""
    if not dialogue.regions or dialogue.regions[0] != rid:
        return False
    if labels is None:
        return True
    label = labels[rid]
    return dialogue.answer in (label, f"the {label}", f"the largest {label}")
