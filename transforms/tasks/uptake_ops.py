"""Operations on the values of a PET or CT volume."""

from typing import Any

from transforms.facts import attenuation, uptake
from transforms.facts.whole import acquired, grid_of
from transforms.tasks.state import Replay, Result, UnmeasurableError


def suv_max(replay: Replay, args: dict[str, Any]) -> Result:
    return _hottest(replay, args)[0]


def hottest_slice(replay: Replay, args: dict[str, Any]) -> Result:
    found = _hottest(replay, args)[1]
    if found is None:
        raise ValueError("several slices hold its highest value")
    return found


def whole_mean(replay: Replay, args: dict[str, Any]) -> Result:
    """Of all voxels of a region."""
    if replay.values is None or replay.values.ndim != 3:
        raise UnmeasurableError("the values of the volume were not given")
    found = attenuation.mean(replay.solid(args["region"]), replay.values)
    if found is None:
        raise ValueError("too few voxels of it have a value")
    return found


def _hottest(replay: Replay, args: dict[str, Any]) -> tuple[float, int | None]:
    """The highest value of a region of a volume, and the slice that it is on."""
    if replay.values is None or replay.values.ndim != 3:
        raise UnmeasurableError("the values of the volume were not given")
    found = uptake.hottest(replay.solid(args["region"]), replay.values, acquired(grid_of(replay.media)))
    if found is None:
        raise ValueError("no voxel of it has a value")
    return found
