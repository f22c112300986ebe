"""What every set that was read must obey, whatever its replica declares. Each check gives what is wrong, in words."""

import hashlib
import tarfile
import zipfile
from collections import Counter, defaultdict
from collections.abc import Iterator
from pathlib import Path

from schemas import BoxShape, Concept, PointShape, PolygonShape, Record, Region, SourceFile, SpanShape
from tests.connectors.reading import Found, Reading, name_of, space
from tests.replicas import dicom

SLACK = 1e-6


def problems(reading: Reading, *, subjects_cross_splits: bool = False) -> Iterator[str]:
    """Everything that is unlawful in a reading of a sound replica."""
    yield from _keys(reading)
    yield from _card(reading)
    yield from _subjects(reading, subjects_cross_splits)
    yield from _sources(reading)
    for name, found in zip(reading.names, reading.found, strict=True):
        for fault in [*_record(reading, found), *_presence(found), *_places(found)]:
            yield f"{name}: {fault}"


def _keys(reading: Reading) -> Iterator[str]:
    rows: list[Record | Region] = [found.record for found in reading.found]
    rows += [region for found in reading.found for region in found.regions]
    twice = [key for key, count in Counter(row.key for row in rows).items() if count > 1]
    for key in twice:
        same = [_named(row) for row in rows if row.key == key]
        yield f"{len(same)} rows share the key {key}: {', '.join(same[:4])}"
    listed = Counter(item.model_dump_json() for item in reading.items)
    yield from (f"the listing holds an item {count} times: {item}" for item, count in listed.items() if count > 1)
    for item in reading.items:
        if any(Path(name).is_absolute() or "\\" in name for name in (item.uri, *item.group)):
            yield f"the listing holds a path that is not relative and POSIX: {item.uri}"


def _named(row: Record | Region) -> str:
    return name_of(row.sources[0]) if isinstance(row, Record) else f"region {row.source_label!r} of {row.record}"


def _card(reading: Reading) -> Iterator[str]:
    card = reading.card
    if not card.terms.licence.strip() or not card.terms.evidence.strip():
        yield "the card has no terms.licence or no terms.evidence"
    unknown = [slug for slug in card.exhaustive if slug not in space()]
    if unknown:
        yield f"the card's `exhaustive` names no concepts of the label space: {unknown}"


def _subjects(reading: Reading, cross: bool) -> Iterator[str]:
    prefix = f"{reading.card.subject_space or reading.card.id}/"
    splits: dict[str, set[str]] = defaultdict(set)
    for name, found in zip(reading.names, reading.found, strict=True):
        record = found.record
        if not record.subject.startswith(prefix) or record.subject == prefix:
            yield f"{name}: subject {record.subject!r} is not {prefix!r} and a name"
        if record.split is not None:
            splits[record.subject].add(record.split)
    crossing = sorted(f"{subject} in {sorted(own)}" for subject, own in splits.items() if len(own) > 1)
    if crossing and not cross:
        yield (
            f"subjects in several splits: {'; '.join(crossing[:5])} "
            "(expect.subjects_cross_splits: true if the evidence says that the published splits do that)"
        )
    if cross and not crossing:
        yield "expect.subjects_cross_splits is true, but no subject is in two splits"


def _sources(reading: Reading) -> Iterator[str]:
    sources: dict[tuple[str, str | None], SourceFile] = {}
    for found in reading.found:
        maps = [getattr(region.shape, "source", None) for region in found.regions]
        for source in [*found.record.sources, *(s for s in maps if isinstance(s, SourceFile))]:
            sources.setdefault((source.uri, source.member), source)
    for source in sources.values():
        try:
            data = _bytes(reading.root, source)
        except (OSError, KeyError, ValueError, zipfile.BadZipFile, tarfile.TarError) as error:
            yield f"source {name_of(source)} cannot be opened: {error}"
            continue
        if (source.sha256, source.bytes) != (hashlib.sha256(data).hexdigest(), len(data)):
            yield f"source {name_of(source)}: sha256 or length is not that of the file"


def _bytes(root: Path, source: SourceFile) -> bytes:
    path = root / source.uri
    if source.member is None:
        return path.read_bytes()
    if zipfile.is_zipfile(path):
        with zipfile.ZipFile(path) as archive:
            return archive.read(source.member)
    with tarfile.open(path) as archive:
        file = archive.extractfile(source.member)
        if file is None:
            raise KeyError(source.member)
        return file.read()


def _record(reading: Reading, found: Found) -> Iterator[str]:
    record = found.record
    for concept, facet in [(record.modality, "modality"), *((part, "anatomy") for part in record.anatomy)]:
        if _facet(concept) != facet:
            yield f"{concept.label!r} is no {facet} of the label space"
    for region in found.regions:
        if _facet(region.concept) is None:
            yield f"region {region.source_label!r}: {region.concept.label!r} is not in the label space"
        if not region.source_label:
            yield f"a region of {region.concept.label!r} has no source label"
    text = " ".join(row.to_json() for row in (record, *found.regions))
    leaked = [word for word in dicom.PERSONAL if word in text]
    if leaked:
        yield f"personal data of the header got into the rows: {leaked}"
    if record.kind == "document" and not record.text:
        yield "a document without text"


def _facet(concept: Concept) -> str | None:
    """The facet of a concept; None when the label space does not have it as it is."""
    try:
        entry = space().of(concept)
    except KeyError:
        return None
    return entry.facet if entry.concept == concept else None


def _presence(found: Found) -> Iterator[str]:
    record = found.record
    states: dict[str, set[str]] = defaultdict(set)
    for row in record.presence:
        states[row.concept.label].add(row.state)
    if sum(map(len, states.values())) != len(record.presence):
        yield "a presence row is there twice"
    drawn = {mask.region.concept.label for mask in found.masks}
    for label, own in sorted(states.items()):
        if len(own) > 1:
            yield f"{label!r} is both present and absent"
        if "absent" in own and label in drawn:
            yield f"{label!r} is absent, but a region shows it"
    unknown = [row.concept.label for row in record.presence if _facet(row.concept) is None]
    if unknown:
        yield f"presence of {unknown}, which is not in the label space"
    for label in record.exhaustive:
        try:
            space().labelled(label)
        except KeyError:
            yield f"exhaustive names {label!r}, which is not in the label space"


def _places(found: Found) -> Iterator[str]:
    """Boxes, polygons and points inside the picture; spans inside the signal or the text."""
    record = found.record
    grid = record.geometry.shape
    for region in found.regions:
        shape, label = region.shape, region.source_label
        if isinstance(shape, SpanShape):
            hertz = record.geometry.sampling_hz
            end = len(record.text or "") if shape.unit == "char" else grid[0] / hertz if hertz else None
            if not 0 <= shape.start < shape.end <= (end if end is not None else shape.end) + SLACK:
                yield f"span of {label!r} from {shape.start} to {shape.end} leaves 0 to {end} {shape.unit}"
        elif record.kind in ("image", "clip") or region.frame == "voxel":
            yield from _inside(region, grid if record.kind == "volume" else (grid[-1], grid[-2]))


def _inside(region: Region, limits: tuple[int, ...]) -> Iterator[str]:
    """`limits`: width and height, or a volume's (i, j, k)."""
    shape, label = region.shape, region.source_label
    if isinstance(shape, BoxShape):
        x0, y0, x1, y1 = shape.xyxy
        if not (0 <= x0 < x1 <= limits[0] + SLACK and 0 <= y0 < y1 <= limits[1] + SLACK):
            yield f"box {list(shape.xyxy)} of {label!r} is empty or leaves the picture of {limits[0]} x {limits[1]}"
    elif isinstance(shape, PolygonShape | PointShape):
        points = shape.points if isinstance(shape, PointShape) else [p for ring in shape.rings for p in ring]
        out = [p for p in points if not all(0 <= v <= m + SLACK for v, m in zip(p, limits, strict=False))]
        if out:
            yield f"{shape.kind} of {label!r} has {len(out)} points outside {limits}, the first {list(out[0])}"
