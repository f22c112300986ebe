"""Which views of a record become samples. A pure choice: same record, same regions, same views."""

from collections.abc import Sequence

import numpy as np

from schemas import Record
from schemas.recipe import ViewSpec
from transforms.media.geometry import Plane, native_plane, oblique, plane_axis
from transforms.regions import placing
from transforms.regions.resolve import Resolved

MARGIN = 0.1  # share of a volume's slices left out at each end where no region says what is of interest


def choose(record: Record, items: Sequence[Resolved], spec: ViewSpec, slugs: dict[str, str]) -> list[str]:
    """Frames of a record, in order. `slugs`: concept label -> slug, to find what `spec.at_regions` names."""
    if record.kind == "document":
        return ["text"]
    if record.kind == "signal":
        return ["signal"]
    if record.kind == "clip":
        return [f"frame:{i}" for i in _frames(record, items, spec.frames or 1)]
    if record.kind == "image":
        return _tiles(record, spec)
    return [
        frame
        for plane, count in sorted(_planes(record, spec).items())
        if oblique(record.geometry, plane) is None
        for frame in _slices(record, items, spec, slugs, plane, count)
    ]  # fmt: skip


def refused(record: Record, spec: ViewSpec) -> list[str]:
    """Why planes that a recipe asks for are not cut out of this record: one line for each."""
    if record.kind != "volume":
        return []
    reasons = (oblique(record.geometry, plane) for plane in sorted(_planes(record, spec)))
    return [reason for reason in reasons if reason]


def _planes(record: Record, spec: ViewSpec) -> dict[Plane, int]:
    """The planes that are cut, with how many slices of each. A volume without a patient frame has none of those that a
    recipe names: as many slices as it asks for of one plane are cut as stored."""
    if record.geometry.affine is None:
        return {native_plane(record.geometry): max(spec.planes.values(), default=1)}
    asked: dict[Plane, int] = {plane: count for plane, count in spec.planes.items()}  # noqa: C416 - a wider type
    return asked or {native_plane(record.geometry): 1}


def spread(start: int, stop: int, count: int) -> list[int]:
    """At most `count` different integers of [start, stop), evenly spread, the middle of each part."""
    size = stop - start
    parts = min(count, size)
    return [start + (2 * n + 1) * size // (2 * parts) for n in range(parts)]


def _slices(
    record: Record, items: Sequence[Resolved], spec: ViewSpec, slugs: dict[str, str], plane: Plane, count: int
) -> list[str]:
    axis = plane_axis(record.geometry, plane)
    depth = record.geometry.shape[axis]
    chosen: set[int] = set()
    for item in items:
        if slugs.get(item.region.concept.label) in spec.at_regions:
            chosen.update(_through(record, item, axis, spec.per_region))
    drawn = [item for item in items if item.mask is not None and item.region.made_by.kind == "human"]
    drawn = drawn or [item for item in items if item.mask is not None and "label" in item.region.shape.kind]
    if drawn:
        start = min(item.crop[axis].start for item in drawn)
        stop = max(item.crop[axis].stop for item in drawn)
    else:
        edge = int(depth * MARGIN)
        start, stop = edge, max(edge + 1, depth - edge)
    # Nothing lies between two points: slices go through them, and leave half of the places to masks where there are.
    room = max(0, count - len(chosen))
    chosen.update(_marked(record, items, axis, room if not drawn else (room + 1) // 2))
    for index in spread(start, stop, count):
        if len(chosen) >= count:
            break
        chosen.add(index)
    return [f"{plane}:{index}" for index in sorted(chosen)]


def _marked(record: Record, items: Sequence[Resolved], axis: int, count: int) -> list[int]:
    """At most `count` of the slices that boxes and points lie on, evenly spread."""
    marked = [item.region for item in items if item.mask is None and placing.on_slices(item.region)]
    held = sorted({n for region in marked for n in placing.slices(record, region, axis)})
    return [held[n] for n in spread(0, len(held), count)]


def _frames(record: Record, items: Sequence[Resolved], count: int) -> list[int]:
    """Frames of a clip: those with boxes or points first, then others, evenly spread."""
    chosen = set(_marked(record, items, 0, count))
    for index in spread(0, record.geometry.shape[0], count):
        if len(chosen) >= count:
            break
        chosen.add(index)
    return sorted(chosen)


def _through(record: Record, item: Resolved, axis: int, count: int) -> list[int]:
    """Slices spread through a region, its largest cross-section among them; of one without a mask, those it lies on."""
    if item.mask is None:
        return _marked(record, [item], axis, count)
    areas = np.count_nonzero(item.mask, axis=tuple(a for a in range(item.mask.ndim) if a != axis))
    start = item.offset[axis]
    largest = start + int(np.argmax(areas))
    others = [i for i in spread(start, start + len(areas), count) if i != largest]
    return [largest, *others[: count - 1]]


def _tiles(record: Record, spec: ViewSpec) -> list[str]:
    """The whole picture, and, where `tile` is smaller than it, a grid of tiles that covers it without overlap."""
    height, width = record.geometry.shape[:2]
    if spec.tile is None or spec.tile >= max(height, width):
        return ["full"]
    columns, rows = max(1, round(width / spec.tile)), max(1, round(height / spec.tile))
    xs = [width * n // columns for n in range(columns + 1)]
    ys = [height * n // rows for n in range(rows + 1)]
    tiles = [f"tile:{xs[c]}-{ys[r]}-{xs[c + 1]}-{ys[r + 1]}" for r in range(rows) for c in range(columns)]
    return ["full", *tiles]
