"""How a sample's page shows a region: its outline, box, points, line or ellipse, and what the list says of it."""

import math
from collections.abc import Collection
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from catalog.portal.outline import colour_class, path, rings
from catalog.portal.words import value_text
from schemas import Fact, Media, SampleRegion


@dataclass(frozen=True)
class RegionView:
    """`outline`: an SVG path in pixels of the image, empty without a mask. `points`: x, y and the name of each, ""
    where it has none. `line`: the points of an open line, as SVG has them. `ellipse`: centre x, y, half axes, degrees
    from x to y. `corners`: of a turned box, as SVG has them. `tag`: where the label stands. `where`: a time or
    character span, or slices and a place in a volume."""

    id: str
    label: str
    source_label: str
    colour: str
    media: str | None
    outline: str
    box: tuple[int, int, int, int] | None
    points: tuple[tuple[float, float, str], ...]
    line: str
    ellipse: tuple[float, float, float, float, float] | None
    corners: str
    tag: tuple[float, float] | None
    size: int
    where: str
    parent: str | None
    made_by: str
    facts: tuple[str, ...]
    measure: str

    @property
    def notes(self) -> list[str]:
        """What the list says under the name; the source's own label only where it says something else."""
        same = sorted(self.label.split()) == sorted(self.source_label.replace("_", " ").split())
        quoted = f"“{self.source_label}”" if self.source_label and not same else ""
        return [note for note in (self.measure, self.where, quoted) if note]


# What a list of regions says of each, in the order of choice.
_MEASURES = (
    "diameter", "long_axis", "volume", "area", "circle_diameter", "ellipse_long", "line_length", "finding", "interval",
    "duration",
)  # fmt: skip


def _measure(facts: Collection[Fact]) -> str:
    """The one measurement that tells most of a region, without its tolerance."""
    by_predicate = {fact.predicate: fact for fact in facts if len(fact.regions) == 1}
    best = next((by_predicate[name] for name in _MEASURES if name in by_predicate), None)
    return value_text(best.value, best.unit) if best else ""


def region_view(
    number: int,
    region: SampleRegion,
    mask: NDArray[np.bool_] | None,
    images: tuple[Media, ...],
    facts: list[Fact],
) -> RegionView:
    """How the page shows a region of a sample: `number` is its place in it."""
    box = region.box.xyxy if region.box else None
    size = int(mask.sum()) if mask is not None else (box[2] - box[0]) * (box[3] - box[1]) if box else 0
    points = _points(region)
    on = region.box or region.points or region.line or region.ellipse or region.turned_box
    drawn = on.media if on else images[0].name if images and mask is not None else None
    maker = region.made_by
    made_by = " ".join(part for part in (maker.name, maker.version or "", f"({maker.kind})") if part)
    return RegionView(
        id=region.id, label=region.concept.label, source_label=region.source_label, colour=colour_class(number),
        media=drawn, outline=path(rings(mask)) if mask is not None else "", box=box, points=points,
        line=" ".join(f"{x:g},{y:g}" for x, y in region.line.xy) if region.line else "", ellipse=_ellipse(region),
        corners=" ".join(f"{x:g},{y:g}" for x, y in region.turned_box.corners) if region.turned_box else "",
        tag=_tag(region), size=size, where=_where(region),
        parent=region.parent, made_by=made_by,
        facts=tuple(fact.id for fact in facts), measure=_measure(facts),
    )  # fmt: skip


def _points(region: SampleRegion) -> tuple[tuple[float, float, str], ...]:
    if region.points is None:
        return ()
    names = region.points.names or ("",) * len(region.points.xy)
    return tuple((x, y, name) for (x, y), name in zip(region.points.xy, names, strict=True))


def _ellipse(region: SampleRegion) -> tuple[float, float, float, float, float] | None:
    found = region.ellipse
    return None if found is None else (*found.centre, *found.axes, found.angle)


def _tag(region: SampleRegion) -> tuple[float, float] | None:
    """Above a box or an ellipse, at the first point of the others."""
    if region.box is not None:
        return region.box.xyxy[:2]
    if region.ellipse is not None:
        (x, y), (a, b), turn = region.ellipse.centre, region.ellipse.axes, math.radians(region.ellipse.angle)
        dx, dy = math.hypot(a * math.cos(turn), b * math.sin(turn)), math.hypot(a * math.sin(turn), b * math.cos(turn))
        return x - dx, y - dy
    if region.turned_box is not None:
        return min(region.turned_box.corners, key=lambda corner: corner[1])
    found = region.line or region.points
    return found.xy[0] if found is not None else None


def _where(region: SampleRegion) -> str:
    if region.slices is not None:
        return f"slices {region.slices[1]} to {region.slices[2] - 1}"
    if region.places:
        at = "; ".join(", ".join(value_text(x) for x in place) for place in region.places)
        return f"at voxel {at}" + (f", {value_text(region.diameter_mm, 'mm')}" if region.diameter_mm else "")
    if region.span is None:
        return ""
    unit = "characters" if region.span_unit == "char" else "s"
    return f"{value_text(region.span[0])} to {value_text(region.span[1])} {unit}"
