"""Replicas against what they declare: every difference of a data set at once.

`python -m tests.connectors.expectations ID ...` prints OK or the differences; `--show` also prints what was read, and
`--keep FOLDER` leaves the replica's files there.
"""

import argparse
import sys
import tempfile
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any

from catalog import CatalogError
from connectors import Connector, LayoutError
from schemas import BoxShape, PointShape, SpanShape
from tests.connectors import lawful
from tests.connectors.conformance import ruin
from tests.connectors.reading import Found, Reading, connector, name_of, read, space
from tests.replicas.builder.declaration import Expect, Spot
from tests.replicas.builder.tree import DeclarationError, build, declarations, load
from transforms.regions.resolve import Resolved

UNMARKED = (".csv", ".tsv", ".txt", ".jsonl", ".xml")  # a text that is cut is often a sound, shorter text
TOLERANCE = 0.01


def as_published(source: Connector, root: Path, expect: Expect) -> list[str]:
    """What differs between the replica as read and what it declares, or is unlawful. Empty when all is well."""
    reading, again = read(source, root), read(source, root, pixels=False)
    wrong = list(reading.faults)
    if again.items != reading.items:
        wrong.append("the listing differs when it is made twice")
    if [found.record.to_json() for found in again.found] != [found.record.to_json() for found in reading.found] or [
        [r.to_json() for r in found.regions] for found in again.found
    ] != [[r.to_json() for r in found.regions] for found in reading.found]:
        wrong.append("reading twice gives other rows")
    wrong += _counts(reading, expect)
    for spot, wanted in expect.spots.items():
        wrong += _spot(reading, spot, wanted)
    return wrong + list(lawful.problems(reading, subjects_cross_splits=expect.subjects_cross_splits))


def broken(source: Connector, root: Path, expect: Expect) -> list[str]:
    """What differs when a file of the replica is cut, emptied or removed: it must cost its own records only."""
    whole = read(source, root, pixels=False)
    victims = expect.victims if expect.victims is not None else _first_file(whole)
    wrong: list[str] = []
    for victim, lost in victims.items():
        if not (root / victim).is_file():
            wrong.append(f"expect.victims: there is no file {victim} in the tree")
            continue
        for how in ("cut", "emptied", "removed"):
            if how == "cut" and victim.lower().endswith(UNMARKED):
                continue
            data = (root / victim).read_bytes()
            ruin(root / victim, how)
            # A file that is gone is missed by those who listed it before; a broken one must be survived by a new listing.
            after = read(source, root, pixels=False, items=whole.items if how == "removed" else None)
            (root / victim).write_bytes(data)
            wrong += [f"{victim} {how}: {fault}" for fault in _loss(whole, after, victim, lost)]
    return wrong


def _first_file(whole: Reading) -> dict[str, int]:
    """The first record's first file, where it is no archive, and the number of records that use it."""
    for found in whole.found[:1]:
        source = found.record.sources[0]
        if source.member is None:
            return {source.uri: sum(source.uri in _files(other) for other in whole.found)}
    return {}


def _files(found: Found) -> set[str]:
    maps = [getattr(region.shape, "source", None) for region in found.regions]
    return {source.uri for source in [*found.record.sources, *maps] if source is not None}


def _loss(whole: Reading, after: Reading, victim: str, lost: int) -> Iterator[str]:
    yield from after.faults
    before = {str(error) for error in whole.unreadable}
    new = [str(error) for error in after.unreadable if str(error) not in before]
    if len(after.found) != len(whole.found) - lost:
        yield (
            f"{len(whole.found) - len(after.found)} of {len(whole.found)} records are lost, expected {lost}; "
            f"refused: {_some(new) or 'nothing'}"
        )
    if lost and not any(victim in error for error in new):
        yield f"no Unreadable names the file; refused: {_some(new) or 'nothing'}"
    strangers = [error for error in new if victim not in error]
    if strangers:
        yield f"Unreadable that does not name the file: {_some(strangers)}"


def _counts(reading: Reading, expect: Expect) -> Iterator[str]:
    found, records = reading.found, [found.record for found in reading.found]
    yield from _same("records", len(found), expect.records)
    if len(found) != expect.records:
        yield f"  read were: {_some(reading.names) or 'none'}"
    subjects = sorted({reading.subject(record) for record in records})
    if isinstance(expect.subjects, int):
        yield from _same("subjects", len(subjects), expect.subjects)
    else:
        yield from _same("subjects", subjects, sorted(set(map(str, expect.subjects))))
    for name, refused, wanted in (
        ("unreadable", reading.unreadable, expect.unreadable), ("filtered", reading.filtered, expect.filtered)
    ):  # fmt: skip
        if len(refused) != wanted:
            yield f"{name}: found {len(refused)}, expected {wanted}: {_some(map(str, refused)) or 'none'}"
    empty = [f"{name}: {file}" for name, own in zip(reading.names, found, strict=True) for file in own.empty]
    if len(empty) != expect.empty_masks:
        yield f"empty_masks: found {len(empty)}, expected {expect.empty_masks}: {_some(empty) or 'none'}"
    if expect.splits is not None:
        yield from _same("splits", Counter(record.split or "null" for record in records), expect.splits)
    if expect.regions is not None:
        drawn = Counter(mask.region.source_label for own in found for mask in own.masks)
        yield from _same("regions", drawn, {label: count for label, count in expect.regions.items() if count})
    for state in ("present", "absent"):
        wanted_states = getattr(expect, state)
        if wanted_states is not None:
            own = Counter(slug for one in found for slug in _slugs(one, state))
            yield from _same(state, own, {slug: count for slug, count in wanted_states.items() if count})


def _same(key: str, found: Any, wanted: Any) -> Iterator[str]:
    """The difference of two values; of two mappings only the keys that differ."""
    if isinstance(wanted, dict):
        for inner in sorted({*found, *wanted}, key=str):
            yield from _same(f"{key}.{inner}", found.get(inner, 0), wanted.get(inner, 0))
    elif found != wanted:
        yield f"{key}: found {found!r}, expected {wanted!r}"


def _slugs(found: Found, state: str) -> list[str]:
    return sorted(
        space().labelled(row.concept.label).slug for row in found.record.presence if row.state == state
    )


def _spot(reading: Reading, spot: str, wanted: Spot) -> list[str]:
    at = reading.at(spot)
    if len(at) != 1:
        what = f"{len(at)} records fit this path" if at else "no record fits this path"
        return [f"spots.{spot}: {what}; the records are {_some(reading.names)}"]
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
        return all(name in found and _near(found[name], value) for name, value in wanted.items())
    if key == "regions" and wanted is not None:
        return set(found) == {label for label, own in wanted.items() if own} and all(
            len(found.get(label, [])) == own if isinstance(own, int) else _near(found.get(label, []), sorted(own))
            for label, own in wanted.items()
        )
    if key in ("present", "absent", "anatomy") and wanted is not None:
        return sorted(found) == sorted(wanted)
    return _near(found, wanted)


def _near(found: Any, wanted: Any) -> bool:
    """Equal, numbers within TOLERANCE, sequences one by one."""
    if isinstance(found, list | tuple) and isinstance(wanted, list | tuple):
        return len(found) == len(wanted) and all(map(_near, found, wanted))
    if isinstance(found, int | float) and isinstance(wanted, int | float) and not isinstance(wanted, bool):
        return abs(found - wanted) <= TOLERANCE
    return bool(found == wanted)


def _boxes(found: Found) -> dict[str, list[list[float]]]:
    """The places of a record's regions by source label, sorted."""
    out: dict[str, list[list[float]]] = {}
    for mask in found.masks:
        out.setdefault(mask.region.source_label, []).append(_place(mask))
    return {label: sorted(boxes) for label, boxes in sorted(out.items())}


def _place(mask: Resolved) -> list[float]:
    """x0, y0, x1, y1 of a picture's mask or box; i0, j0, k0, i1, j1, k1 of a volume's; start and end of a span."""
    shape = mask.region.shape
    if isinstance(shape, BoxShape):
        return list(shape.xyxy)
    if isinstance(shape, SpanShape):
        return [shape.start, shape.end]
    if isinstance(shape, PointShape):
        return [value for point in shape.points for value in point]
    starts, stops = [s.start for s in mask.crop], [s.stop for s in mask.crop]
    return [*starts[::-1], *stops[::-1]] if len(starts) == 2 else [*starts, *stops]


def _questions(found: Found) -> list[list[str]]:
    """The published questions and answers of a record, as pairs."""
    out = []
    for row in found.record.meta.get("questions", []):
        pair = [row.get("question"), row.get("answer")] if isinstance(row, dict) else list(row)
        out.append([str(part) for part in pair])
    return out


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
    "regions": lambda _, found: _boxes(found),
    "present": lambda _, found: _slugs(found, "present"),
    "absent": lambda _, found: _slugs(found, "absent"),
    "text": lambda _, found: found.record.text,
    "meta": lambda _, found: found.record.meta,
    "questions": lambda _, found: _questions(found),
    "sources": lambda _, found: len(found.record.sources),
}


def _some(lines: Iterable[str], limit: int = 6) -> str:
    found = list(lines)
    more = f"; and {len(found) - limit} more" if len(found) > limit else ""
    return "; ".join(found[:limit]) + more


def shown(reading: Reading) -> Iterator[str]:
    """What was read, for a person: a line a record and a line a label."""
    for name, found in zip(reading.names, reading.found, strict=True):
        record = found.record
        yield (
            f"{name}: {record.kind} {space().of(record.modality).slug} {list(record.geometry.shape)} "
            f"spacing {record.geometry.spacing_mm} subject {reading.subject(record)} split {record.split} "
            f"study {record.study}"
        )
        for state in ("present", "absent"):
            if _slugs(found, state):
                yield f"    {state}: {', '.join(_slugs(found, state))}"
        for label, boxes in _boxes(found).items():
            yield f"    region {label!r}: {boxes}"
        yield from (f"    empty mask: {file}" for file in found.empty)
        if record.meta or record.text:
            yield f"    meta {record.meta} text {(record.text or '')[:60]!r}"
    yield from (f"unreadable: {error}" for error in reading.unreadable)
    yield from (f"filtered: {error}" for error in reading.filtered)


def check(dataset: str, root: Path, *, show: bool = False) -> tuple[list[str], list[str]]:
    """(differences, what was read) of one data set, its replica built under `root`."""
    paths = declarations()
    if dataset not in paths:
        return [f"tests/replicas/{dataset}.yaml is not there; write it"], []
    try:
        declaration = load(paths[dataset])
        build(declaration, root)
        source = connector(dataset)
    except (DeclarationError, CatalogError, LayoutError) as error:
        return [str(error)], []
    lines = list(shown(read(source, root))) if show else []
    return as_published(source, root, declaration.expect) + broken(source, root, declaration.expect), lines


def main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description="Checks replicas against what they declare.")
    parser.add_argument("datasets", nargs="*", metavar="ID", help="data sets; all that have a replica without one")
    parser.add_argument("--show", action="store_true", help="also print what was read")
    parser.add_argument("--keep", type=Path, metavar="FOLDER", help="leave the replicas in FOLDER/ID")
    chosen = parser.parse_args(arguments)
    failed = 0
    for dataset in chosen.datasets or declarations():
        with tempfile.TemporaryDirectory() as scratch:
            wrong, lines = check(dataset, (chosen.keep or Path(scratch)) / dataset, show=chosen.show)
        failed += bool(wrong)
        sys.stdout.write("".join(f"{line}\n" for line in lines))
        sys.stdout.write(f"{dataset}: {'OK' if not wrong else f'{len(wrong)} differences'}\n")
        sys.stdout.write("".join(f"  - {line}\n" for line in wrong))
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
