"""Where a region lies: the zone of the body in view where that is outlined, else of the image; the patient's side."""

from collections.abc import Iterator

from schemas import LabelSpace
from transforms.facts import ops
from transforms.facts.base import CONTAINERS, Draft, marked, measured, named_side, on_midline
from transforms.regions.patch import Patch
from transforms.regions.viewdata import ViewData

NAME = "place"
VERSION = "4"
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
        if plane == scene.view.plane:
            zones = _zone(view, rid, patch, plane, body if entry.slug not in CONTAINERS else None)
            yield from (one for one in zones if not (plane and on_midline(entry, space) and _aside(str(one.value))))
        if body is None or entry.slug in CONTAINERS or on_midline(entry, space):
            continue
        side = ops.side(patch, view.patches[body], geometry)
        # A label that names one side while the pixels lie on the other is a disagreement: neither is asserted.
        if side is not None and named_side(entry) in (None, side):
            yield Draft("side", side, (rid, body))


def _aside(zone: str) -> bool:
    return not {"left", "right"}.isdisjoint(zone.split())


def _zone(view: ViewData, rid: str, patch: Patch, plane: ops.Plane | None, body: str | None) -> Iterator[Draft]:
    """A slice through the back of a body that lies in the front of the picture is not anterior."""
    frame = view.patches[body] if body is not None and plane is not None else None
    if not ops.scattered(patch, frame):
        regions = (rid,) if frame is None or body is None else (rid, body)
        yield Draft("zone", ops.zone(patch, plane, frame), regions)
