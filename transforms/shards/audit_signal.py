"""One published signal against its own member: its channels, and what was measured on its curves."""

import io
from collections.abc import Iterator, Mapping

import numpy as np
from numpy.typing import NDArray

from schemas import Fact, Media, Scene
from transforms.facts import ecg
from transforms.shards.builder import SIGNAL
from transforms.shards.remeasure import agree


def signal_of(data: bytes) -> NDArray[np.generic]:
    """(samples, channels) of a member in NumPy's format. Raises ValueError for anything else."""
    found: NDArray[np.generic] = np.load(io.BytesIO(data), allow_pickle=False)
    if not isinstance(found, np.ndarray) or found.ndim != 2:
        raise ValueError("is no array of samples and channels")
    return found


def curve_problems(media: Media, curves: NDArray[np.generic]) -> list[str]:
    """Where it holds other channels than the sample says; samples of before say none."""
    said = len(media.leads)
    return [] if said in (0, curves.shape[1]) else [f"{media.name} has {curves.shape[1]} channels, json names {said}"]


def fact_problems(scene: Scene, arrays: Mapping[str, NDArray[np.generic]]) -> Iterator[tuple[Fact, str | None]]:
    """Each fact that the curves can tell, with what is wrong with it. `arrays`: by member."""
    wanted = [fact for fact in scene.facts if fact.predicate in ecg.PREDICATES]
    signal = arrays.get(SIGNAL)
    if not wanted or signal is None:
        return
    found = ecg.measured(np.asarray(signal, np.float64), scene.media[0])
    for fact in wanted:
        value = found.get(fact.predicate)
        yield fact, None if value is not None and _agree(fact, value) else f"says {fact.value}, the curves give {value}"


def _agree(fact: Fact, value: float) -> bool:
    if fact.unit == "degrees":
        return abs(ecg.turned(value - float(fact.value))) <= (fact.tolerance or 0.0)
    return agree(fact, value)
