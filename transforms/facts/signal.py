"""Time spans that a source marked on a signal: how long each lasts."""

from collections.abc import Iterator

from schemas import LabelSpace
from transforms.facts.base import Draft
from transforms.regions.viewdata import ViewData

NAME = "signal"
VERSION = "2"
PREDICATES = ("interval",)

TOLERANCE_MS = 1.0


def measure(view: ViewData, space: LabelSpace) -> Iterator[Draft]:
    if view.scene.view.frame == "clip" or view.scene.view.frame.startswith("frame:"):
        return  # how long a tool is in the picture is no interval of a trace
    for region in view.scene.regions:
        if region.span is None or region.span_unit != "s":
            continue
        if any(fact.predicate == "interval" for fact in view.volume_facts.get(region.id, ())):
            continue  # the source states it itself
        start, end = region.span
        if end > start:
            yield Draft("interval", (end - start) * 1000, (region.id,), "ms", TOLERANCE_MS, concept=region.concept)
