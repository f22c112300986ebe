"""One record against what a replica says of it, and a reading as text for a person."""

import math
from collections.abc import Callable, Iterable, Iterator
from typing import Any

from schemas import (
    BallShape,
    Box3dShape,
    BoxShape,
    EllipseShape,
    LineShape,
    PointShape,
    PolygonShape,
    SlicesShape,
    SpanShape,
    TurnedBoxShape,
)
from tests.connectors.reading import Found, Reading, space
from tests.replicas.builder.declaration import Spot
from transforms.regions.resolve import Resolved

TOLERANCE = 0.01


def differences(reading: Reading, spot: str, wanted: Spot) -> list[str]:
    at = reading.at(spot)
    if len(at) != 1:
        what = f"{len(at)} records fit this path" if at else "no record fits this path"
        return [f"spots.{spot}: {what}; the records are {some(reading.names)}"]
    out = []
    for key in sorted(wanted.model_fields_set):
        found, expected = _VALUES[key](reading, at[0]), getattr(wanted, key)
        if not _fits(key, found, expected):
            out.append(f"spots.{spot}: {key}: found {found!r}, expected {expected!r}")
    return out


def _fits(key: str, found: Any, wanted: Any) -> bool:
    if key == "text" and isinstance(wanted, str) and wanted.endswith("..."):
        return str(found or "").startswith(wanted[:-3])
    if key == "meta" and wanted is not None:
        return all(_near(found.get(name), value) for name, value in wanted.items())  # null: it is not told
    if key == "regions" and wanted is not None:
        return set(found) == {label for label, own in wanted.items() if own} and all(
            len(found.get(label, [])) == own if isinstance(own, int) else _near(found.get(label, []), sorted(own))
            for label, own in wanted.items()
        )
    if key in ("present", "absent", "uncertain", "anatomy") and wanted is not None:
        return sorted(found) == sorted(wanted)
    return _near(found, wanted)


def _near(found: Any, wanted: Any) -> bool:
    """Equal, numbers within TOLERANCE, sequences one by one."""
    if isinstance(found, list | tuple) and isinstance(wanted, list | tuple):
        return len(found) == len(wanted) and all(map(_near, found, wanted))
    if isinstance(found, int | float) and isinstance(wanted, int | float) and not isinstance(wanted, bool):
        return abs(found - wanted) <= TOLERANCE
    return bool(found == wanted)


def boxes(found: Found) -> dict[str, list[list[float]]]:
    """The places of a record's regions by source label, sorted."""
    out: dict[str, list[list[float]]] = {}
    for mask in found.masks:
        out.setdefault(mask.region.source_label, []).append(_place(mask))
    return {label: sorted(boxes) for label, boxes in sorted(out.items())}


def _place(mask: Resolved) -> list[float]:
    """x0, y0, x1, y1 of a picture's mask, box or ellipse; i0, j0, k0, i1, j1, k1 of a volume's; start and end of a span
    and of slices; the coordinates of points and lines; i, j, k and the diameter of a ball."""
    shape = mask.region.shape
    if isinstance(shape, EllipseShape):
        (x, y), (a, b), c, s = shape.centre, shape.axes, math.cos(shape.angle), math.sin(shape.angle)
        dx, dy = math.hypot(a * c, b * s), math.hypot(a * s, b * c)
        return [x - dx, y - dy, x + dx, y + dy]
    if isinstance(shape, Box3dShape):
        return list(shape.ijk)
    if isinstance(shape, BallShape):
        return [*shape.centre, shape.diameter_mm]
    if isinstance(shape, SlicesShape):
        return [shape.start, shape.stop]
    if isinstance(shape, BoxShape):
        return list(shape.xyxy)
    if isinstance(shape, SpanShape):
        return [shape.start, shape.end]
    if isinstance(shape, TurnedBoxShape):
        return [value for corner in shape.corners for value in corner]
    if isinstance(shape, PointShape | LineShape):
        return [value for point in shape.points for value in point]
    if mask.mask is None and isinstance(shape, PolygonShape):  # so small that it holds no pixel's centre
        xs, ys = zip(*(point for ring in shape.rings for point in ring), strict=True)
        return [min(xs), min(ys), max(xs), max(ys)]
    starts, stops = [s.start for s in mask.crop], [s.stop for s in mask.crop]
    return [*starts[::-1], *stops[::-1]] if len(starts) == 2 else [*starts, *stops]


def _questions(found: Found) -> list[list[str]]:
    """The published questions and answers of a record, as pairs."""
    out = []
    for row in found.record.meta.get("questions", []):
        pair = [row.get("question"), row.get("answer")] if isinstance(row, dict) else list(row)
        out.append([str(part) for part in pair])
    return out


def slugs(found: Found, state: str) -> list[str]:
    return sorted(space().labelled(row.concept.label).slug for row in found.record.presence if row.state == state)


_VALUES: dict[str, Callable[[Reading, Found], Any]] = {
    "subject": lambda reading, found: reading.subject(found.record),
    "split": lambda _, found: found.record.split,
    "study": lambda _, found: found.record.study,
    "series": lambda _, found: found.record.series,
    "kind": lambda _, found: found.record.kind,
    "modality": lambda _, found: space().of(found.record.modality).slug,
    "anatomy": lambda _, found: sorted(space().of(part).slug for part in found.record.anatomy),
    "shape": lambda _, found: list(found.record.geometry.shape),
    "spacing": lambda _, found: found.record.geometry.spacing_mm and list(found.record.geometry.spacing_mm),
    "orientation": lambda _, found: found.record.geometry.orientation,
    "unit": lambda _, found: found.record.unit,
    "window": lambda _, found: found.record.window and list(found.record.window),
    "sampling_hz": lambda _, found: found.record.geometry.sampling_hz,
    "regions": lambda _, found: boxes(found),
    "present": lambda _, found: slugs(found, "present"),
    "absent": lambda _, found: slugs(found, "absent"),
    "uncertain": lambda _, found: slugs(found, "uncertain"),
    "text": lambda _, found: found.record.text,
    "meta": lambda _, found: found.record.meta,
    "questions": lambda _, found: _questions(found),
    "sources": lambda _, found: len(found.record.sources),
}


def shown(reading: Reading) -> Iterator[str]:
    """What was read, for a person: a line a record and a line a label."""
    for name, found in zip(reading.names, reading.found, strict=True):
        record = found.record
        yield (
            f"{name}: {record.kind} {space().of(record.modality).slug} {list(record.geometry.shape)} "
            f"spacing {record.geometry.spacing_mm} subject {reading.subject(record)} split {record.split} "
            f"study {record.study}"
        )
        for state in ("present", "absent", "uncertain"):
            if slugs(found, state):
                yield f"    {state}: {', '.join(slugs(found, state))}"
        for label, places in boxes(found).items():
            yield f"    region {label!r}: {places}"
        yield from (f"    empty mask: {file}" for file in found.empty)
        if record.meta or record.text:
            yield f"    meta {record.meta} text {(record.text or '')[:60]!r}"
    yield from (f"unreadable: {error}" for error in reading.unreadable)
    yield from (f"filtered: {error}" for error in reading.filtered)


def same(key: str, found: Any, wanted: Any) -> Iterator[str]:
    """The difference of two values; of two mappings only the keys that differ."""
    if isinstance(wanted, dict):
        for inner in sorted({*found, *wanted}, key=str):
            yield from same(f"{key}.{inner}", found.get(inner, 0), wanted.get(inner, 0))
    elif found != wanted:
        yield f"{key}: found {found!r}, expected {wanted!r}"


def some(lines: Iterable[str], limit: int = 6) -> str:
    found = list(lines)
    more = f"; and {len(found) - limit} more" if len(found) > limit else ""
    return "; ".join(found[:limit]) + more
