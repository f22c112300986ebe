"""Operations that find at which vertebra of a volume a region lies."""

from typing import Any

from transforms.facts import levels
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
    found = levels.level_on(levels.spine(replay.scene, replay.solids, _up(replay)[0]), int(index))
    if found is None:
        raise ValueError("it lies at the body of no vertebra")
    return found


def _up(replay: Replay) -> tuple[int, int]:
    up = levels.upward(grid_of(replay.media))
    if up is None:
        raise ValueError("its slices do not lie across the patient")
    return up
