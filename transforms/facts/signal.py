"""Time spans that a source marked on a signal or a clip: from when to when, and how long."""

from collections.abc import Iterator

from schemas import LabelSpace
from transforms.facts.base import Draft
from transforms.regions.viewdata import ViewData

NAME = "signal"
VERSION = "2"
PREDICATES = ("interval", "moment", "span_start", "span_end", "duration")

TOLERANCE_MS = 1.0
TOLERANCE_S = 0.001
MOMENT_S = 0.0125
"""A shorter span is one sample of a signal: a beat is marked there, and how long it lasts nobody says. A frame of a
video is longer, and a sample of an ECG shorter."""


def measure(view: ViewData, space: LabelSpace) -> Iterator[Draft]:
    """Of a measured interval (QT) its length in ms; of what goes on, when it begins and ends, in seconds."""
    for region in view.scene.regions:
        if region.span is None or region.span_unit != "s" or region.span[1] <= region.span[0]:
            continue
        if any(fact.predicate == "interval" for fact in view.volume_facts.get(region.id, ())):
            continue  # the source states it itself
        values, unit, tolerance = told(*region.span), "s", TOLERANCE_S
        if space.of(region.concept).facet == "attribute":
            values, unit, tolerance = {"interval": (region.span[1] - region.span[0]) * 1000}, "ms", TOLERANCE_MS
        for predicate, value in values.items():
            yield Draft(predicate, float(value), (region.id,), unit, tolerance, concept=region.concept)


def told(start: float, end: float) -> dict[str, float]:
    """Predicate -> seconds, of a span or of a moment."""
    if end - start < MOMENT_S:
        return {"moment": start}
    return {"span_start": start, "span_end": end, "duration": end - start}
