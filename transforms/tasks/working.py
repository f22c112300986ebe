"""Runs a program (transforms/tasks/program.py) on the masks of its scene: the steps with their results."""

from collections.abc import Mapping
from typing import Any

from schemas import Dialogue, ReasoningStep, Scene
from transforms.facts.base import significant
from transforms.facts.format import quantity
from transforms.regions.marks import of_scene
from transforms.regions.patch import AnyMask
from transforms.regions.places import of_volume
from transforms.regions.solid import Solid
from transforms.regions.whole import VOLUME
from transforms.tasks.operations import OPS
from transforms.tasks.program import Program, Sketch
from transforms.tasks.replay import boxed, entailed, looked_at, unit_of
from transforms.tasks.state import Replay, Result, UnmeasurableError

SAID = {
    ("at_most", True): "it is at most that", ("at_most", False): "it is more",
    ("at_least", True): "it is at least that", ("at_least", False): "it is less",
}  # fmt: skip
Masks = Mapping[str, AnyMask] | Mapping[str, Solid]
"""Region id -> its mask on the picture, or in the volume where the scene is of one."""


def replay_of(scene: Scene, masks: Masks) -> Replay:
    """What steps on a scene are run on: pixel values are not among it."""
    whole = scene.view.frame == VOLUME
    flat, solids = ({}, masks) if whole else (masks, {})
    return Replay(
        flat, scene.media[0], marks=of_scene(scene), places=of_volume(scene), scene=scene, solids=solids,  # type: ignore[arg-type]
    )  # fmt: skip


def worked(dialogue: Dialogue, program: Program, state: Replay, labels: Mapping[str, str]) -> Dialogue | None:
    """The dialogue with the steps of its program; None where one cannot be run on these masks, or they do not end in
    its answer."""
    for sketch in program:
        try:
            step, found = _run(sketch, state)
        except (ValueError, KeyError, ZeroDivisionError):
            return None
        state.done.append((step, found))
    done = dialogue.model_copy(update={"reasoning": tuple(step for step, _ in state.done)})
    return done if state.done and entailed(done, state, labels).outcome == "pass" else None


def _run(sketch: Sketch, state: Replay) -> tuple[ReasoningStep, Result]:
    args, op = dict(sketch.args), OPS[sketch.op]
    state.look(args)
    try:
        found = op.run(state, args)
    except UnmeasurableError:
        if sketch.known is None:
            raise
        found = sketch.known
    said = found if sketch.wrong is None else sketch.wrong
    result = significant(said) if isinstance(said, float) else said
    unit = unit_of(state, op)
    text = sketch.text.format(value=_said(sketch.op, result, unit))
    step = ReasoningStep(op=sketch.op, args=args, result=result, unit=unit, text=text, wrong=sketch.error,
                         **_looks(sketch, state, found))  # fmt: skip
    return step, found


def _said(op: str, result: Result, unit: str | None) -> str:
    if isinstance(result, bool):
        return SAID.get((op, result), "yes" if result else "no")
    if isinstance(result, float) and op in ("left_share", "inside"):
        return f"{int(result * 100)}%"
    return quantity(result, unit)


def _looks(sketch: Sketch, state: Replay, found: Result) -> dict[str, Any]:
    """Where the step looks: the box of a region on the image or in the volume, the slice that it found."""
    rids = looked_at(state, sketch.at) if sketch.at else []
    if rids and rids[0] in state.solids:
        place: dict[str, Any] = {"box3d": state.solids[rids[0]].box}
        return place | ({"slice": found} if sketch.op == "section" else {})
    return {"box": boxed(state, rids[0])} if rids else {}
