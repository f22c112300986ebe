"""What the curves of an electrocardiogram give: how many beats, how fast, and the frontal axis of the QRS complex.

Beats are found by XQRS of the WFDB package, on curves of 250 Hz. Two leads must agree: of a curve on which beats are
missed, or T waves taken for them, nothing is told; nor where the source states another rate or axis of its own.
"""

import re
from collections.abc import Iterator, Sequence
from functools import lru_cache
from itertools import combinations
from typing import Any

import numpy as np
from numpy.typing import NDArray

from schemas import LabelSpace, Media, Scene
from transforms.facts.base import Draft
from transforms.regions.viewdata import ViewData

NAME = "ecg"
VERSION = "1"
PREDICATES = ("beats", "beat_rate", "net_area_i", "net_area_avf", "frontal_axis")
AREAS = {"net_area_i": "I", "net_area_avf": "AVF"}
"""Predicate -> the lead that it is of."""

LOOKED = ("II", "V5", "I", "V2", "AVF", "V6", "V1", "III")
"""Leads on which beats are looked for, the first three that are there: limb and chest leads see different noise."""
SEARCHED, APART_S, EDGE_S = 3, 0.1, 0.6
"""Two leads agree where each beat of the one lies within so many seconds of one of the other: T waves follow later. At
the ends of the recording the one may have found a beat that the other has not."""
SHORTEST_S, LONGEST_S, FEWEST = 5.0, 60.0, 4
"""Nobody counts the beats of a longer recording, and of fewer beats there is no rate."""
SEARCH_HZ = 250.0
PEAK_S, HALF_S, BASELINE_S = 0.08, (0.05, 0.06, 0.07), (0.12, 0.08)
"""Seconds: how far the peak of a complex may lie from where it was found; half of the window that is summed, the one in
the middle being told; where before the peak the baseline is read, in the PR segment."""
LEAST_RR_S = 0.5
"""Where beats follow one another sooner, the T wave of the one reaches into the baseline of the next: no areas."""
AXIS_DEGREES = 10.0
"""Windows of other widths must give the axis within this, which is its tolerance."""
LEAST_AREA = 2.0  # mV ms: of complexes that nearly cancel out in both leads, the axis is undetermined
RATE_BPM, AREA_SHARE, LEAST_MV_MS = 2.0, 0.1, 0.1
STATED_RATE = 0.05
"""How far a rate that the source states may be from ours, as a share; an axis, by its tolerance."""

Curve = NDArray[np.floating[Any]]


def measure(view: ViewData, space: LabelSpace) -> Iterator[Draft]:
    """`beats`: QRS complexes on the first lead that another bears out. `beat_rate`: theirs a minute, from the first to
    the last, in bpm. `net_area_i`, `net_area_avf`: the median over the beats of the complex's area above the baseline
    less that below, in mV ms. `frontal_axis`: in degrees, by `axis`, and only where both leads are there."""
    first = view.scene.media[0] if view.scene.media else None
    if view.signal is None or first is None or space.of(view.scene.modality).slug != "ecg":
        return
    found = measured(view.signal, first)
    rate, angle = found.get("beat_rate"), found.get("frontal_axis")
    said = [*_stated(view.scene, "heart rate"), *(60_000 / one for one in _stated(view.scene, "rr interval") if one)]
    if rate is not None and all(abs(one - rate) <= STATED_RATE * rate for one in said):
        yield Draft("beats", int(found["beats"]), tolerance=1.0)
        yield Draft("beat_rate", rate, unit="bpm", tolerance=RATE_BPM)
    if angle is not None and all(abs(turned(one - angle)) <= AXIS_DEGREES for one in _stated(view.scene, "qrs axis")):
        for predicate in AREAS:
            within = max(LEAST_MV_MS, AREA_SHARE * abs(found[predicate]))
            yield Draft(predicate, found[predicate], unit="mV ms", tolerance=within)
        concept = space.get("qrs_axis").concept
        yield Draft("frontal_axis", angle, unit="degrees", tolerance=AXIS_DEGREES, concept=concept)


def measured(signal: Curve, picture: Media) -> dict[str, float]:
    """Predicate -> value, of what the curves (samples, channels; mV) give."""
    at = beats(signal, picture)
    if at is None:
        return {}
    found: dict[str, float] = {"beats": len(at), "beat_rate": per_minute(len(at), span(at, picture))}
    areas = net_areas(signal, picture, at)
    return found if areas is None else {**found, **dict(zip(AREAS, areas, strict=True)), "frontal_axis": axis(*areas)}


def _stated(scene: Scene, label: str) -> list[float]:
    """The numbers that the source gives for it, in its own unit: ms, bpm or degrees."""
    called = [(one, one.name or (one.concept.label if one.concept else "")) for one in scene.facts]
    values = [one.value for one, name in called if name.casefold() == label]
    return [float(value) for value in values if not isinstance(value, str | bool)]


def turned(difference: float) -> float:
    """Of two directions, in degrees, the shorter way round."""
    return (difference + 180) % 360 - 180


def lead(name: str) -> str:
    """ "Lead aVF (Goldberger)" is AVF."""
    return re.sub(r"(?i)^lead\s+|\s*\(.*\)$", "", name.strip()).upper()


def curve(signal: Curve, picture: Media, name: str) -> Curve | None:
    """(samples,) of a lead in mV; None where there is none, where two have that name, or where samples have no
    value."""
    names = [lead(one) for one in picture.leads]
    if names.count(name) != 1 or len(names) != signal.shape[1]:
        return None
    found = signal[:, names.index(name)].astype(np.float64)
    return found if np.isfinite(found).all() and np.ptp(found) > 0 else None


def beats(signal: Curve, picture: Media) -> NDArray[np.int64] | None:
    """The samples at which a lead has its QRS complexes, where another lead has them as often. `signal`: (samples,
    channels) in mV."""
    hertz = picture.sampling_hz
    if not hertz or not SHORTEST_S <= len(signal) / hertz <= LONGEST_S:
        return None
    curves = [one for name in LOOKED if (one := curve(signal, picture, name)) is not None][:SEARCHED]
    found = [one for one in (_searched(one.tobytes(), hertz) for one in curves) if len(one) >= FEWEST]
    return next((one for one, other in combinations(found, 2) if _matched(one, other, hertz, len(signal))), None)


def _matched(one: NDArray[np.int64], other: NDArray[np.int64], hertz: float, samples: int) -> bool:
    """Whether two leads have the same beats."""
    pairs = ((one, other), (other, one))
    inside = ((a[(a > EDGE_S * hertz) & (a < samples - EDGE_S * hertz)], b) for a, b in pairs)
    return all(len(a) and np.abs(a[:, None] - b[None, :]).min(axis=1).max() <= APART_S * hertz for a, b in inside)


@lru_cache(maxsize=2 * SEARCHED)
def _searched(found: bytes, hertz: float) -> NDArray[np.int64]:
    """The beats of a lead (samples,), float64. A recording is searched for its facts, for each step of its questions
    and again to check them: once will do."""
    from wfdb import processing  # takes seconds, and only signals need it

    slow, _ = processing.resample_sig(np.frombuffer(found, np.float64), hertz, SEARCH_HZ)
    places = processing.xqrs_detect(slow, SEARCH_HZ, verbose=False)
    beats_at = np.rint(np.asarray(places, np.float64) * hertz / SEARCH_HZ).astype(np.int64)
    beats_at.setflags(write=False)  # others get the same array
    return beats_at


def span(found: NDArray[np.int64], picture: Media) -> float:
    """Seconds from the first beat to the last."""
    return float(found[-1] - found[0]) / float(picture.sampling_hz or 1)


def per_minute(number: int, seconds: float) -> float:
    """Beats a minute, of so many that begin and end a time of so many seconds."""
    return 60 * (number - 1) / seconds


def net_areas(signal: Curve, picture: Media, found: NDArray[np.int64]) -> tuple[float, float] | None:
    """Net areas of the QRS complex in leads I and aVF, in mV ms; None where one of them is not there, where beats
    follow too soon, where they are too small to have a direction, or where that hangs on the width of the window."""
    one, other = (curve(signal, picture, name) for name in AREAS.values())
    if one is None or other is None or not picture.sampling_hz:
        return None
    if np.median(np.diff(found)) < LEAST_RR_S * picture.sampling_hz:
        return None
    peaks = _peaks(np.stack([one, other], axis=1), found, picture.sampling_hz)
    several = [(_area(one, peaks, half, picture.sampling_hz), _area(other, peaks, half, picture.sampling_hz))
               for half in HALF_S]  # fmt: skip
    middle = several[len(several) // 2]
    near = all(abs(turned(axis(*pair) - axis(*middle))) <= AXIS_DEGREES for pair in several)
    return middle if near and np.hypot(*middle) >= LEAST_AREA else None


def _peaks(frontal: Curve, found: NDArray[np.int64], hertz: float) -> list[int]:
    """Where the frontal vector is longest, near each beat that lies far enough from both ends."""
    long = np.linalg.norm(frontal - np.median(frontal, axis=0), axis=1)
    reach, before, after = (round(one * hertz) for one in (PEAK_S, PEAK_S + BASELINE_S[0], PEAK_S + HALF_S[-1]))
    inside = (int(at) for at in found if before <= at < len(long) - after)
    return [at - reach + int(long[at - reach : at + reach + 1].argmax()) for at in inside]


def _area(found: Curve, peaks: Sequence[int], half: float, hertz: float) -> float:
    """In mV ms, of the complex of the median beat."""
    if not peaks:
        return 0.0
    width, start, stop = round(half * hertz), *(round(one * hertz) for one in BASELINE_S)
    sums = [(found[at - width : at + width + 1] - np.median(found[at - start : at - stop])).sum() for at in peaks]
    return float(np.median(sums)) * 1000 / hertz


def axis(area_i: float, area_avf: float) -> float:
    """The frontal QRS axis in degrees, from the net areas of leads I and aVF: atan2(2 aVF, sqrt(3) I). An augmented
    lead is shorter than a bipolar one by that factor (Singh and Athar, Indian J Physiol Pharmacol 2003)."""
    return float(np.degrees(np.arctan2(2 * area_avf, np.sqrt(3) * area_i)))
