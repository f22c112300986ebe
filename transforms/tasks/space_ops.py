"""Operations on how a finding and the structures of a volume stand to each other."""

from typing import Any

from transforms.facts import attenuation, space
from transforms.facts.solids import regular
from transforms.facts.whole import grid_of
from transforms.tasks.state import Replay, Result, UnmeasurableError


def shared_voxels(replay: Replay, args: dict[str, Any]) -> Result:
    """The voxels of a region that lie within another."""
    return replay.solid(args["a"]).overlap(replay.solid(args["b"]))


def clearance(replay: Replay, args: dict[str, Any]) -> Result:
    """From a region to another, between the centres of their nearest voxels, in mm."""
    grid = grid_of(replay.media)
    if grid.spacing_mm is None or not regular(grid):
        raise ValueError("the voxels are no boxes of a known size")
    return space.clearance(replay.solid(args["region"]), replay.solid(args["to"]), grid.spacing_mm)


def lesser(replay: Replay, args: dict[str, Any]) -> Result:
    """The region with the smaller result of two earlier steps."""
    return replay.subject(args["a"] if replay.number(args["a"]) < replay.number(args["b"]) else args["b"])


def whole_mean_of_rest(replay: Replay, args: dict[str, Any]) -> Result:
    """Of all voxels of an organ that are not the finding's, in HU."""
    if replay.values is None or replay.values.ndim != 3:
        raise UnmeasurableError("the values of the volume were not given")
    left = replay.solid(args["organ"]).without(replay.solid(args["finding"]))
    found = None if left is None else attenuation.mean(left, replay.values)
    if found is None:
        raise ValueError("too little of it is left")
    return found
