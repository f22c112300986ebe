"""Replays a dialogue's reasoning on masks, marks and geometry alone: what `triptych verify` does from a
shard."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from numpy.typing import NDArray

from schemas import Dialogue, Media, ReasoningStep, Scene
from transforms.facts import ops
from transforms.facts.format import SHOWN
from transforms.regions.marks import Mark
from transforms.regions.patch import AnyMask, Box
from transforms.regions.places import Place
from transforms.regions.solid import Solid
from transforms.tasks.needed import unneeded
from transforms.tasks.operations import OPS, Op
from transforms.tasks.program import references
from transforms.tasks.state import Replay, Result, UnmeasurableError

UNNEEDED = "no step after it leans on it: the answer follows without it"
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
    values: NDArray[Any] | None = None,
    labels: Mapping[str, str] | None = None,
    marks: Mapping[str, Mark] | None = None,
    places: Mapping[str, Place] | None = None,
    scene: Scene | None = None,
    solids: Mapping[str, Solid] | None = None,
) -> list[StepVerdict]:
    """One verdict a step, and one (number 0) on whether the last step's result entails the answer.

    `marks`, `places`: where regions without a mask lie on the image, in the volume. `media` is the image's entry (its
    geometry gives spacing and plane); `labels` are the regions' concept labels, with which an answer that names a
    region is checked by name. `scene`: what is said of it, and of a group what lies on which of its media. `solids`:
    the masks of volumes. The replay stops at the first step that does not pass: what leans on it proves nothing; a step
    that nothing leans on fails. A dialogue without reasoning gives no verdict.
    """
    state = Replay(masks, media, values, marks or {}, places or {}, scene, solids or {})
    verdicts: list[StepVerdict] = []
    for number, step in enumerate(dialogue.reasoning, 1):
        verdict = _step(state, number, step)
        verdicts.append(verdict)
        if verdict.outcome != "pass" or verdict.found is None:
            return verdicts
        state.done.append((step, verdict.found))
    if idle := unneeded(dialogue.reasoning):
        verdicts.append(StepVerdict(idle[0], dialogue.reasoning[idle[0] - 1].op, "fail", reason=UNNEEDED))
    elif state.done:
        verdicts.append(entailed(dialogue, state, labels))
    return verdicts


def _step(state: Replay, number: int, step: ReasoningStep) -> StepVerdict:
    op = OPS.get(step.op)
    if op is None:
        return StepVerdict(number, step.op, "fail", reason=f"no operation {step.op!r}: there are {', '.join(OPS)}")
    ahead = [n for n in references(list(step.args.values())) if not 0 < n <= len(state.done)]
    if ahead:
        gone = f"cannot run with {step.args}: '#{ahead[0]}' is no earlier step"
        return StepVerdict(number, step.op, "fail", reason=gone)
    state.look(step.args)
    try:
        found = op.run(state, step.args)
    except UnmeasurableError as error:
        return StepVerdict(number, step.op, "skip", reason=str(error))
    except (ValueError, KeyError, TypeError, ZeroDivisionError) as error:  # arguments that name nothing, or wrongly
        return StepVerdict(number, step.op, "fail", reason=f"cannot run with {step.args}: {error}")
    reason = _differs(state, op, step, found)
    if step.wrong is not None:
        reason = _slip(state, op, step, found)
    elif "instead" in step.args:
        reason = reason or _instead(state, step)
    return StepVerdict(number, step.op, "fail" if reason else "pass", found, reason)


def _slip(state: Replay, op: Op, step: ReasoningStep, found: Result) -> str | None:
    """What is amiss with a step that is said to be wrong: it must be, and say in words what it gives as its result."""
    if _agrees(found, step.result, op.tolerance(state.spacing, _size(found))):
        return "is said to be wrong, and is what the masks give"
    unit = unit_of(state, op)
    words = str(step.result) in step.text
    if _numeric(step.result):
        words = _written(step.text, float(step.result), unit or "")
    return None if words and step.unit == unit else f"the text {step.text!r} does not say {step.result!r} {unit or ''}"


def _instead(state: Replay, step: ReasoningStep) -> str | None:
    """A step that takes another's place does the same as that one should have done."""
    if not any(step.args["instead"] == f"#{n}" for n in range(1, len(state.done) + 1)):
        return "takes the place of no earlier step"
    other, _ = state.earlier(step.args["instead"])
    args = {name: value for name, value in step.args.items() if name != "instead"}
    right = other.wrong is not None and (other.op, other.args) == (step.op, args)
    return None if right else f"takes the place of {other.op}, which is not wrong or does something else"


def unit_of(state: Replay, op: Op) -> str | None:
    """The unit of what an operation gives."""
    lengths = ("mm", "mm2") if state.spacing is not None else ("px", "px2")
    named = {"none": None, "length": lengths[0], "area": lengths[1], "volume": "mL"}
    return named.get(op.dimension, op.dimension)


def _differs(state: Replay, op: Op, step: ReasoningStep, found: Result) -> str | None:
    """Why the step does not say what the masks gave, or None."""
    unit = unit_of(state, op)
    if step.unit != unit:
        return f"unit {step.unit!r}, but it is measured in {unit!r}"
    if not _agrees(found, step.result, op.tolerance(state.spacing, _size(found))):
        return f"states {step.result!r}, the masks give {found!r}"
    if (step.box or step.box3d) and (reason := _elsewhere(state, step)):
        return reason
    if step.slice is not None and step.slice != found:
        return f"looks at slice {step.slice}, it found slice {found}"
    if _numeric(found) and unit is not None and not _written(step.text, float(found), unit):
        return f"the text {step.text!r} does not say {found!r} {unit}"
    return None


def _elsewhere(state: Replay, step: ReasoningStep) -> str | None:
    """A step's box must be that of a region that the step speaks of."""
    spoken = [one for value in [*step.args.values(), step.result] for one in _words(value)]
    chosen = [rid for value in spoken for rid in looked_at(state, value)]
    looks = step.box or step.box3d
    if any(looks in (boxed(state, rid), state.solids[rid].box if rid in state.solids else None) for rid in chosen):
        return None
    return f"looks at {list(looks or ())}, which is the box of no region that it names"


def _words(value: object) -> list[str]:
    if isinstance(value, list | tuple):
        return [one for part in value for one in _words(part)]
    return [value] if isinstance(value, str) else []


def looked_at(state: Replay, reference: str) -> list[str]:
    """The regions that a reference may mean: itself, what an earlier step chose, or what that one looked at."""
    if not reference.startswith("#"):
        return [reference] if state.has(reference) else []
    if not 0 < next(iter(references(reference)), 0) <= len(state.done):
        return []
    step, found = state.earlier(reference)
    named = [rid for word in _words(list(step.args.values())) for rid in looked_at(state, word)]
    return [str(found), *named] if state.has(str(found)) else named


def boxed(state: Replay, rid: str) -> Box | None:
    """The box of a region on a picture."""
    if rid in state.solids or not state.has(rid):
        return None
    return ops.box(state.masks[rid]) if rid in state.masks else state.marks[rid].box if rid in state.marks else None


def _numeric(value: Result) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _size(value: Result) -> float:
    return float(value) if _numeric(value) else 0.0


def _agrees(found: Result, stated: Result, tolerance: float) -> bool:
    if isinstance(found, int) and isinstance(stated, int):  # what is counted is right or wrong
        return type(found) is type(stated) and found == stated
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


def entailed(dialogue: Dialogue, state: Replay, labels: Mapping[str, str] | None) -> StepVerdict:
    """Whether what the last step gave is the answer."""
    step, found = state.done[-1]
    answer = dialogue.answer
    if step.wrong is not None:
        return StepVerdict(0, "answer", "fail", found, "the steps end in one that is wrong")
    if dialogue.choices is not None and answer not in dialogue.choices:
        return StepVerdict(0, "answer", "fail", found, f"{answer!r} is not among the choices")
    if isinstance(found, bool):
        right = answer.casefold() == ("yes" if found else "no")
    elif _numeric(found) and step.op == "inside":
        right = _names(dialogue, state.rid(step.args["b"]), labels)
    elif _numeric(found):
        right = _written(answer, float(found), step.unit)
    elif step.op == "ranked":
        right = _in_order(answer, str(found).split(", "), labels)
    elif state.has(str(found)):
        right = _names(dialogue, str(found), labels)
    else:
        right = answer == found
    reason = None if right else f"the steps end in {found!r}, the answer says {answer!r}"
    return StepVerdict(0, "answer", "pass" if right else "fail", found, reason)


def _names(dialogue: Dialogue, rid: str, labels: Mapping[str, str] | None) -> bool:
    """Whether the answer names that region: the first of the dialogue's regions, called by its label."""
    if not dialogue.regions or dialogue.regions[0] != rid:
        return False
    if labels is None:
        return True
    label = labels[rid]
    return dialogue.answer in (label, f"the {label}", f"the largest {label}")


def _in_order(answer: str, rids: Sequence[str], labels: Mapping[str, str] | None) -> bool:
    """Whether the answer names these regions in this order."""
    said = [name.removeprefix("the ") for name in answer.split(", ")]
    return labels is None or said == [labels[rid] for rid in rids]
