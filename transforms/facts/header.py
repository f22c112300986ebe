"""Facts that the header states: modality, plane, slice; and the parts of the body, where the view bears them out."""

from collections.abc import Iterator

from schemas import LabelSpace
from transforms.facts import territory
from transforms.facts.base import Draft
from transforms.regions.viewdata import ViewData

NAME = "header"
VERSION = "4"
PREDICATES = ("modality", "plane", "body_part", "slice")


def measure(view: ViewData, space: LabelSpace) -> Iterator[Draft]:
    scene = view.scene
    kind = space.of(scene.modality)
    if kind.picture != "image":  # of a source that mixes kinds and does not say which: nothing to tell or to ask
        yield Draft("modality", kind.concept.label, concept=scene.modality)
    if scene.view.plane:
        yield Draft("plane", scene.view.plane)
    for part in territory.parts(view, space):
        yield Draft("body_part", space.of(part).concept.label, concept=part)
    geometry = scene.media[0].geometry if scene.media else None
    if geometry and geometry.slice_axis is not None and geometry.slice_index is not None:
        count = geometry.source_shape[geometry.slice_axis] if geometry.source_shape else None
        if count != 1:  # of a file of one slice, which number that has in its scan nobody knows
            yield Draft("slice", geometry.slice_index)
