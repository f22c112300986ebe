"""Operations that find at which vertebra of a volume a region lies, and in which quadrant of a retina."""

from typing import Any

from transforms.facts import levels, quadrants
from transforms.facts.whole import grid_of
from transforms.tasks.state import Replay, Result


def level_slice(replay: Replay, args: dict[str, Any]) -> Result:
    """The slice across the patient's axis that holds the middle or an end of a region."""
    return levels.slice_of(replay.solid(args["region"]), _up(replay), str(args["end"]))


def level_at(replay: Replay, args: dict[str, Any]) -> Result:
    """The vertebra whose body lies on the slice that an earlier step found."""
    if replay.scene is None:
        raise ValueError("the names of the vertebrae were not given")
    step, index = replay.earlier(args["slice"])
    if step.op != "level_slice":
        raise ValueError(f"{args['slice']} found no slice")
    found = levels.level_on(levels.spine(replay.scene, replay.solids, _up(replay)), int(index))
    if found is None:
        raise ValueError("it lies at the body of no vertebra")
    return found


def nasal_side(replay: Replay, args: dict[str, Any]) -> Result:
    """On which side of the fovea in the picture the optic disc lies, which is nasal."""
    found = quadrants.nasal_side(*_middles(replay, args))
    if found is None:
        raise ValueError("what is up in the picture is not known")
    return "right" if found > 0 else "left"


def quadrant(replay: Replay, args: dict[str, Any]) -> Result:
    """Of the retina about the fovea, once the nasal side is found."""
    step, _ = replay.earlier(args["nasal"])
    if step.op != "nasal_side":
        raise ValueError(f"{args['nasal']} found no nasal side")
    found = quadrants.quadrant(replay.mask(args["region"]), *_middles(replay, args))
    if found is None:
        raise ValueError("it lies in no one quadrant")
    return found


def _middles(replay: Replay, args: dict[str, Any]) -> tuple[quadrants.Point, quadrants.Point]:
    return replay.centre(args["fovea"]), replay.centre(args["disc"])


def _up(replay: Replay) -> levels.Upright:
    up = levels.upright(grid_of(replay.media))
    if up is None:
        raise ValueError("its slices do not lie across the patient")
    return up
