"""What the view shows, what it lawfully does not, and how many."""

from collections.abc import Iterator

from schemas import Entry, LabelSpace
from transforms.facts.base import NEGATIONS, RESIDUAL, Draft, by_concept, instances, named_side
from transforms.regions.viewdata import ViewData

NAME = "presence"
VERSION = "3"
PREDICATES = ("present", "absent", "count")

WHOLE = frozenset({"full", "text", "signal"})
"""Frames that show the whole record: only there does a statement on the record hold for what is seen."""


def measure(view: ViewData, space: LabelSpace) -> Iterator[Draft]:
    scene = view.scene
    shown = by_concept(scene)
    concepts = {region.concept.label: region.concept for region in scene.regions}
    for label, regions in shown.items():
        yield Draft("present", True, tuple(regions), concept=concepts[label])
    for label in shown:
        counted = instances(scene, label)
        if counted and countable(space.of(concepts[label]), len(counted)):
            yield Draft("count", len(counted), tuple(counted), concept=concepts[label])
    for presence in scene.presence:
        if not space.seen(presence.concept):
            continue  # a grade, a view, a condition of the person: stated of the record, not shown in the picture
        if presence.concept.label in concepts:
            continue  # the regions speak for the view; a region of an "absent" concept leaves nothing to assert
        if presence.state == "absent":  # no pixel of this view shows it, or the source says so of the whole record
            if space.of(presence.concept).slug not in NEGATIONS | RESIDUAL:
                yield Draft("absent", True, concept=presence.concept)
        elif presence.state == "present" and scene.view.frame in WHOLE:
            yield Draft("present", True, concept=presence.concept, scope="record")


def countable(entry: Entry, number: int) -> bool:
    """Things that come in numbers: with a plural, without a side. One organ is not counted, one finding is."""
    thing = entry.plural is not None and not entry.mass and named_side(entry) is None
    return thing and (entry.facet == "finding" or number > 1)
