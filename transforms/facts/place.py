"""Where a region lies: the zone of the image, the side of the patient."""

from collections.abc import Iterator

from schemas import LabelSpace
from transforms.facts import ops
from transforms.facts.base import CONTAINERS, Draft, marked, measured, named_side
from transforms.regions.viewdata import ViewData

NAME = "place"
VERSION = "2"
PREDICATES = ("zone", "side")


def measure(view: ViewData, space: LabelSpace) -> Iterator[Draft]:
    scene = view.scene
    geometry = scene.media[0].geometry if scene.media else None
    plane = ops.plane_of(geometry)
    concepts = {region.id: region.concept for region in scene.regions}
    body = next((rid for rid in concepts if rid in view.patches and space.of(concepts[rid]).slug == "body"), None)
    places = {rid: view.patches[rid] for rid in measured(view)}
    places |= {rid: view.marks[rid].pixels for rid in marked(view)}
    for rid, patch in places.items():
        entry = space.of(concepts[rid])
        # A plane that the header claims and the affine does not bear out leaves no frame to name a zone in.
        if plane == scene.view.plane and not ops.scattered(patch):
            yield Draft("zone", ops.zone(patch, plane), (rid,))
        if body is None or entry.slug in CONTAINERS:
            continue
        side = ops.side(patch, view.patches[body], geometry)
        # A label that names one side while the pixels lie on the other is a disagreement: neither is asserted.
        if side is not None and named_side(entry) in (None, side):
            yield Draft("side", side, (rid, body))
