"""Replicas against what they declare: every difference of a data set at once.

`python -m tests.connectors.expectations ID ...` prints OK or the differences; `--show` also prints what was read, and
`--keep FOLDER` leaves the replica's files there.
"""

import argparse
import sys
import tempfile
from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path

from catalog import CatalogError
from connectors import Connector, LayoutError
from tests.connectors import lawful, spots
from tests.connectors.conformance import ruin
from tests.connectors.reading import Found, Reading, connector, read
from tests.connectors.spots import same, slugs, some
from tests.replicas.builder.declaration import Expect
from tests.replicas.builder.tree import DeclarationError, build, declarations, load

UNMARKED = (".csv", ".tsv", ".txt", ".jsonl", ".hea")  # a text that is cut is often a sound, shorter text


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
        wrong += spots.differences(reading, spot, wanted)
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
            # A file that is gone is missed by who listed it before; a broken one must be survived by a new listing.
            after = read(source, root, pixels=False, items=whole.items if how == "removed" else None)
            (root / victim).write_bytes(data)
            told = how == "removed" and _noticed(whole, after, victim)
            wrong += [f"{victim} {how}: {fault}" for fault in _loss(whole, after, victim, 0 if told else lost)]
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


def _noticed(whole: Reading, after: Reading, victim: str) -> bool:
    """Whether what a missing file costs is said by a notice that names it, and no record is lost for it."""
    return any(victim in notice for notice in {*after.notices} - {*whole.notices})


def _loss(whole: Reading, after: Reading, victim: str, lost: int) -> Iterator[str]:
    yield from after.faults
    before = {str(error) for error in whole.unreadable}
    new = [str(error) for error in after.unreadable if str(error) not in before]
    if len(after.found) != len(whole.found) - lost:
        yield (
            f"{len(whole.found) - len(after.found)} of {len(whole.found)} records are lost, expected {lost}; "
            f"refused: {some(new) or 'nothing'}"
        )
    if lost and not any(victim in error for error in new):
        yield f"no Unreadable names the file; refused: {some(new) or 'nothing'}"
    strangers = [error for error in new if victim not in error]
    if strangers:
        yield f"Unreadable that does not name the file: {some(strangers)}"


def _counts(reading: Reading, expect: Expect) -> Iterator[str]:
    found, records = reading.found, [found.record for found in reading.found]
    yield from same("records", len(found), expect.records)
    if len(found) != expect.records:
        yield f"  read were: {some(reading.names) or 'none'}"
    subjects = sorted({reading.subject(record) for record in records})
    if isinstance(expect.subjects, int):
        yield from same("subjects", len(subjects), expect.subjects)
    else:
        yield from same("subjects", subjects, sorted(set(map(str, expect.subjects))))
    for name, refused, wanted in (
        ("unreadable", reading.unreadable, expect.unreadable), ("filtered", reading.filtered, expect.filtered)
    ):  # fmt: skip
        if len(refused) != wanted:
            yield f"{name}: found {len(refused)}, expected {wanted}: {some(map(str, refused)) or 'none'}"
    if len(reading.notices) != expect.notices:
        yield f"notices: found {len(reading.notices)}, expected {expect.notices}: {some(reading.notices) or 'none'}"
    empty = [f"{name}: {file}" for name, own in zip(reading.names, found, strict=True) for file in own.empty]
    if len(empty) != expect.empty_masks:
        yield f"empty_masks: found {len(empty)}, expected {expect.empty_masks}: {some(empty) or 'none'}"
    if expect.splits is not None:
        yield from same("splits", Counter(record.split or "null" for record in records), expect.splits)
    if expect.regions is not None:
        drawn = Counter(mask.region.source_label for own in found for mask in own.masks)
        yield from same("regions", drawn, {label: count for label, count in expect.regions.items() if count})
    for state in ("present", "absent", "uncertain"):
        wanted_states = getattr(expect, state)
        if wanted_states is not None:
            own = Counter(slug for one in found for slug in slugs(one, state))
            yield from same(state, own, {slug: count for slug, count in wanted_states.items() if count})


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
    lines = list(spots.shown(read(source, root))) if show else []
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
