"""Operations on how a finding and the structures of a volume stand to each other."""

from typing import Any

import numpy as np

from transforms.facts import attenuation, ops, space
from transforms.facts.solids import regular
from transforms.facts.whole import grid_of
from transforms.tasks.elementary import NUMBERS
from transforms.tasks.state import Replay, Result, UnmeasurableError


def shared_voxels(replay: Replay, args: dict[str, Any]) -> Result:
    """The voxels of a region that lie within another."""
    return replay.solid(args["a"]).overlap(replay.solid(args["b"]))


def portion(replay: Replay, args: dict[str, Any]) -> Result:
    """What of a finding lies in a region, in %."""
    return space.portion(replay.solid(args["region"]), replay.solid(args["of"]))


def inside(replay: Replay, args: dict[str, Any]) -> Result:
    """The share of a region that lies within another, on a picture or in a volume."""
    if replay.rid(args["a"]) in replay.solids:
        return space.inside(replay.solid(args["a"]), replay.solid(args["b"]))
    return ops.inside(replay.place(args["a"]), replay.mask(args["b"]))


def _sides(replay: Replay) -> tuple[float, ...]:
    grid = grid_of(replay.media)
    if grid.spacing_mm is None or not regular(grid):
        raise ValueError("the voxels are no boxes of a known size")
    return grid.spacing_mm


def clearance(replay: Replay, args: dict[str, Any]) -> Result:
    """From a region to another, between the centres of their nearest voxels, in mm."""
    return space.clearance(replay.solid(args["region"]), replay.solid(args["to"]), _sides(replay))


def nearest_voxels(replay: Replay, args: dict[str, Any]) -> Result:
    """The voxel of each of two regions that is nearest to the other: "[i, j, k] to [i, j, k]"."""
    a, b = space.closest(replay.solid(args["a"]), replay.solid(args["b"]), _sides(replay))
    return f"{list(a)} to {list(b)}"


def voxel_size(replay: Replay, args: dict[str, Any]) -> Result:
    return "[{:g}, {:g}, {:g}]".format(*_sides(replay))


def voxels_apart(replay: Replay, args: dict[str, Any]) -> Result:
    """From centre to centre of two voxels that an earlier step found, by the size that another read off."""
    (found, voxels), (read, sides) = replay.earlier(args["voxels"]), replay.earlier(args["size"])
    if (found.op, read.op) != ("nearest_voxels", "voxel_size"):
        raise ValueError("no two voxels were found, or their size was not read off")
    a, b = np.reshape(NUMBERS.findall(str(voxels)), (2, 3)).astype(float)
    return float(np.linalg.norm((a - b) * np.array(NUMBERS.findall(str(sides)), float)))


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
