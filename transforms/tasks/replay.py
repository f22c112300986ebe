"""Replays a dialogue's reasoning on masks, marks and geometry alone: what `triptych verify` does from a
shard."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from schemas import Dialogue, Media, ReasoningStep, Scene
from transforms.facts import ops
from transforms.facts.format import SHOWN
from transforms.regions.marks import Mark
from transforms.regions.patch import AnyMask, Box
from transforms.regions.places import Place
from transforms.regions.solid import Solid
from transforms.tasks.operations import OPS, Op
from transforms.tasks.state import Replay, Result, UnmeasurableError

NUMBER = re.compile(r"-?\d+(?:\.\d+)?")


@dataclass(frozen=True)
class StepVerdict:
    """What became of step `number` (1-based; 0 is the answer itself). `found` is what the masks gave."""

    number: int
    op: str
    outcome: Literal["pass", "fail", "skip"]
    found: Result | None = None
    reason: str | None = None


def replay(
    dialogue: Dialogue,
    masks: Mapping[str, AnyMask],
    media: Media,
    values: NDArray[np.float32] | None = None,
    labels: Mapping[str, str] | None = None,
    marks: Mapping[str, Mark] | None = None,
    places: Mapping[str, Place] | None = None,
    scene: Scene | None = None,
    solids: Mapping[str, Solid] | None = None,
) -> list[StepVerdict]:
    """One verdict a step, and one (number 0) on whether the last step's result entails the answer.

    `marks`, `places`: where regions without a mask lie on the image, in the volume. `media` is the image's entry (its
    geometry gives spacing and plane); `labels` are the regions' concept labels, with which an answer that names a
    region is checked by name. `scene` and `solids`: of a group, what lies on which of its media, and the masks of its
    volumes. The replay stops at the first step that does not pass: what leans on it proves nothing. A dialogue without
    reasoning gives no verdict.
    """
    state = Replay(masks, media, values, marks or {}, places or {}, scene, solids or {})
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
    state.look(step.args)
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
    same = {"none": None, "px": "px", "px2": "px2", "HU": "HU", "degrees": "degrees", "mm": "mm", "volume": "mL"}
    unit = {**same, **real}[op.dimension]
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
    if any(state.has(rid) and _boxed(state, rid) == step.box for rid in chosen):
        return None
    return f"looks at {list(step.box or ())}, which is the box of no region that it names"


def _boxed(state: Replay, rid: str) -> Box | None:
    if rid in state.solids:
        return None
    return ops.box(state.masks[rid]) if rid in state.masks else state.marks[rid].box


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
    elif state.has(str(found)):
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
