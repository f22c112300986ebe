"""On which picture of a clip a thing comes up that the source marks in time."""

from collections.abc import Iterator

from schemas import Fact, LabelSpace, Scene
from transforms.facts.base import Draft
from transforms.regions.viewdata import ViewData

NAME = "onset"
VERSION = "1"
TASK = "sequence"
PREDICATES = ("first_picture",)


def measure(view: ViewData, space: LabelSpace) -> Iterator[Draft]:
    """`first_picture`: the number, from 1, of the first that lies in the first span of a concept."""
    marked = (one.concept for one in view.scene.regions if one.span is not None and one.span_unit == "s")
    for concept in dict.fromkeys(marked) if view.scene.view.frame == "clip" else ():
        number = first_picture(view.scene, concept.label)
        if number is not None and space.of(concept).facet != "attribute":
            yield Draft("first_picture", number, concept=concept)


def first_picture(scene: Scene, label: str) -> int | None:
    """None where no picture lies in its first span: it came up before, and no picture shows that."""
    spans = [one.span for one in scene.regions if one.span is not None and one.concept.label == label]
    start, end = min(spans, default=(0.0, 0.0))
    times = [one.time_s for one in scene.media if one.kind == "image"]
    inside = (number for number, time in enumerate(times, 1) if time is not None and start <= time < end)
    return next(inside, None)


def problem(fact: Fact, scene: Scene) -> str | None:
    """What is wrong with such a fact of a sample; None where nothing is."""
    found = None if fact.concept is None else first_picture(scene, fact.concept.label)
    return None if found == fact.value else f"says {fact.value}, its spans and pictures give {found}"
