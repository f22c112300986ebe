"""Operations on the curves of an electrocardiogram."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from transforms.facts import ecg
from transforms.tasks.state import Replay, Result, UnmeasurableError


def _found(replay: Replay) -> tuple[NDArray[Any], NDArray[np.int64]]:
    """The curves (samples, channels), and where their beats are."""
    if replay.values is None or replay.values.ndim != 2 or not replay.media.leads:
        raise UnmeasurableError("the curves of the recording were not given")
    found = ecg.beats(replay.values, replay.media)
    if found is None:
        raise ValueError("no two leads agree on its beats")
    return replay.values, found


def beats(replay: Replay, args: dict[str, Any]) -> Result:
    return len(_found(replay)[1])


def beat_span(replay: Replay, args: dict[str, Any]) -> Result:
    """Seconds from the first beat to the last."""
    return ecg.span(_found(replay)[1], replay.media)


def per_minute(replay: Replay, args: dict[str, Any]) -> Result:
    """Of so many beats that take so long."""
    return ecg.per_minute(int(replay.number(args["beats"])), replay.number(args["span"]))


def net_area(replay: Replay, args: dict[str, Any]) -> Result:
    """Of the QRS complex in lead I or aVF, in mV ms."""
    signal, found = _found(replay)
    areas = ecg.net_areas(signal, replay.media, found)
    if areas is None:
        raise ValueError("leads I and aVF give no axis")
    return areas[list(ecg.AREAS.values()).index(ecg.lead(str(args["lead"])))]


def axis(replay: Replay, args: dict[str, Any]) -> Result:
    """From the net areas of leads I and aVF."""
    return ecg.axis(replay.number(args["i"]), replay.number(args["avf"]))
