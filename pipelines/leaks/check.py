"""Two sides compared: who and what lies on both, each pair with its evidence."""

import hashlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from difflib import get_close_matches
from itertools import combinations
from pathlib import Path
from typing import Literal, NamedTuple

import numpy as np

import catalog
from connectors import open_dataset
from pipelines.faults import reason_of
from pipelines.leaks.corpora import of_corpus
from pipelines.leaks.folders import Found, Unseen, anything, of_folder
from pipelines.recipes import RecipeError
from schemas import Model
from transforms.identity import questions
from transforms.identity.edges import Edge, edges
from transforms.identity.library import Library
from transforms.identity.things import Array
from transforms.shards.manifest import NAME as MANIFEST
from transforms.shards.manifest import load
from transforms.shards.splits import SPLITS

Kind = Literal["pixels", "picture", "slice", "volume"]


class Counts(Model):
    """`unseen`: records that show no picture or volume, such as reports; `subjects` are theirs as well. `plain`: too
    few marks to be compared but for equal pixels. `refused`: a line for each that cannot be read."""

    name: str
    pictures: int
    volumes: int
    questions: int
    subjects: int
    unseen: int
    plain: int
    refused: tuple[str, ...]


class Pair(Model):
    """`kind`: equal pixels, one picture, a picture that is a slice of the other's volume, or one scan. `evidence`: how
    they were compared; None of equal pixels. `subjects`: whose they are said to be."""

    kind: Kind
    one: str
    other: str
    subjects: tuple[str, str]
    evidence: Edge | None = None


class Asked(Model):
    """One question of one picture on both sides."""

    one: str
    other: str
    question: str
    copy_: str


class Leaks(Model):
    """`people`: subjects named alike on both sides, and the `subject_uid` that both carry of a person with another name
    on each; `scans`: the `volume_uid` that both carry. `files`: SHA-256 of source files on both. `pairs`, `asked`:
    volumes and pictures, and questions of them. `pictures` are by the order of pairs: see `page`."""

    one: Counts
    other: Counts
    people: tuple[str, ...]
    files: tuple[str, ...]
    pairs: tuple[Pair, ...]
    asked: tuple[Asked, ...]
    scans: tuple[str, ...] = ()

    @property
    def any(self) -> bool:
        """Whether anything is shared."""
        return bool(self.people or self.files or self.pairs or self.scans)


@dataclass
class Side:
    """What one side holds: numbers of its things in the library, and what is known of each."""

    name: str
    found: dict[int, Found] = field(default_factory=dict)
    unseen: list[Unseen] = field(default_factory=list)
    digests: dict[str, list[int]] = field(default_factory=dict)
    refused: list[str] = field(default_factory=list)

    @property
    def subjects(self) -> set[str]:
        """Who is named on it."""
        return {one.subject for one in self.all} - {""}

    @property
    def all(self) -> list[Found | Unseen]:
        return [*self.found.values(), *self.unseen]

    @property
    def owners(self) -> dict[str, set[str]]:
        """The SHA-256 of what it was read from -> whose it is."""
        found: dict[str, set[str]] = {}
        for one in self.all:
            for sha in one.files:
                found.setdefault(sha, set()).add(one.subject)
        return {sha: who - {""} for sha, who in found.items()}


def _files(a: Side, b: Side) -> Iterator[str]:
    """What both sides were read from. A file of several subjects, such as a table of labels, is nobody's: several on
    one side, or two names of one data set between them."""
    mine, yours = a.owners, b.owners
    for sha in sorted(mine.keys() & yours.keys()):
        who = mine[sha] | yours[sha]
        if len(mine[sha]) < 2 > len(yours[sha]) and len({name.partition("/")[0] for name in who}) == len(who):
            yield sha


def _people(a: Side, b: Side) -> Iterator[str]:
    """Who is on both: by name, or by a uid where no name of theirs is shared."""
    shared = a.subjects & b.subjects
    yield from shared
    known = {one.person for one in a.all if one.subject in shared}
    yield from ({one.person for one in a.all} & {one.person for one in b.all}) - known - {""}


def compare(one: str, other: str) -> tuple[Leaks, Library]:
    """Compare two sides, each a corpus (a folder of shards), a folder, or CARD=FOLDER or BENCHMARK=FOLDER, read as that
    card says; `@SPLIT` behind takes one split. Raises RecipeError where there is nothing to compare."""
    library = Library()
    a, b = (_side(given, library) for given in (one, other))
    sides = [0] * len(a.found) + [1] * len(b.found)
    found = edges(library, sides)
    pairs = [*_equal(a, b, library), *(_pair(edge, library) for edge in found)]
    seen = {(edge.one, edge.other) for edge in found} | set(_twins(a, b))
    leaks = Leaks(
        one=_counts(a, library), other=_counts(b, library), people=tuple(sorted(_people(a, b))),
        files=tuple(_files(a, b)), pairs=tuple(pairs), asked=tuple(_asked(sorted(seen), a, b)),
        scans=tuple(sorted(({one.scan for one in a.all} & {one.scan for one in b.all}) - {""})),
    )  # fmt: skip
    return leaks, library


def of_splits(corpus: str) -> list[tuple[str, str]]:
    """Every two splits of a corpus, as sides. Raises RecipeError where it is no corpus, or has one split alone, and
    ValueError for a manifest that is none."""
    name, root, split = given_as(corpus)
    if name or split or not (root / MANIFEST).is_file():
        raise RecipeError(f"{corpus}: with which other side? Without one, name a whole published folder")
    there = {shard.split for shard in load(root).shards}
    sides = [f"{root}@{one}" for one in SPLITS if one in there]
    if len(sides) < 2:
        raise RecipeError(f"{root}: has the split {there.pop()} alone; name another side")
    return list(combinations(sides, 2))


def _side(given: str, library: Library) -> Side:
    side = Side(given)
    for found in _things(given):
        if isinstance(found, str):
            side.refused.append(found)
            continue
        if isinstance(found, Unseen):
            side.unseen.append(found)
            continue
        try:
            number = library.add(found.thing)
        except Exception as error:  # noqa: BLE001 - one thing costs itself
            side.refused.append(f"{found.thing.name}: {reason_of(error)}")
            continue
        side.found[number] = found
        digest = _digest(library.values(number))
        if digest:
            side.digests.setdefault(digest, []).append(number)
    if not side.found and not side.unseen:
        card, named, _ = given.rpartition("=")
        why = (
            f"; {card} finds none of its files there"
            if named
            else "; give a folder of shards, a folder, or CARD=FOLDER"
        )
        why = f": {side.refused[0]}" if side.refused else why
        raise RecipeError(f"{given}: no picture or volume could be read{why}")
    return side


class Given(NamedTuple):
    """A side as it is asked for: `name` of a card or test set, "" of a corpus or any folder; its folder; its split."""

    name: str
    root: Path
    split: str | None


def given_as(text: str) -> Given:
    """`NAME=FOLDER@SPLIT`, of which name and split may be left out."""
    name, _, place = text.rpartition("=")
    folder, _, split = place.partition("@") if not Path(place).exists() else (place, "", "")
    return Given(name, Path(folder), split or None)


def _things(given: str) -> Iterator[Found | Unseen | str]:
    name, root, split = given_as(given)
    if not root.is_dir():
        why = f"is a file; give its folder, {root.parent}" if root.is_file() else "no such folder"
        raise RecipeError(f"{root}: {why}; a side is a folder of shards, a folder, or CARD=FOLDER")
    if not name:
        if (root / MANIFEST).is_file():
            yield from of_corpus(root, split)
            return
        for connector in anything(root):
            yield from of_folder(connector, root, split, {})
        return
    tests = catalog.benchmarks()
    benchmark = tests.get(name)
    if benchmark is None:
        if name not in catalog.ids():
            near = get_close_matches(name, [*tests, *catalog.ids()], 5, 0.5)
            raise RecipeError(f"{name}: no such data set or test set; near it: {', '.join(near) or 'none'}; test sets: "
                              f"{', '.join(sorted(tests))}; data sets: triptych catalog ls")  # fmt: skip
        yield from of_folder(open_dataset(catalog.card(name), catalog.labelspace()), root, split, {})
    elif benchmark.dataset is None:
        for connector in anything(root):
            yield from of_folder(connector, root, split, {})
    else:
        card = catalog.card(benchmark.dataset)
        own = split or benchmark.split
        yield from of_folder(open_dataset(card, catalog.labelspace()), root, own, benchmark.questions)


def _digest(values: Array) -> str:
    """Of pixels and shape; "" of what is of one value."""
    if values.size == 0 or values.min() == values.max():
        return ""
    found = hashlib.sha256(repr((values.shape, values.dtype.str)).encode())
    found.update(np.ascontiguousarray(values).data)
    return found.hexdigest()


def _twins(a: Side, b: Side) -> Iterator[tuple[int, int]]:
    for digest in sorted(a.digests.keys() & b.digests.keys()):
        yield from ((one, other) for one in a.digests[digest] for other in b.digests[digest])


def _equal(a: Side, b: Side, library: Library) -> Iterator[Pair]:
    for one, other in _twins(a, b):
        mine, yours = library.things[one], library.things[other]
        yield Pair(kind="pixels", one=mine.name, other=yours.name, subjects=(mine.subject, yours.subject))


def _pair(edge: Edge, library: Library) -> Pair:
    mine, yours = library.things[edge.one], library.things[edge.other]
    return Pair(
        kind=edge.kind, one=mine.name, other=yours.name, subjects=(mine.subject, yours.subject), evidence=edge
    )  # fmt: skip


def _asked(pairs: Iterable[tuple[int, int]], a: Side, b: Side) -> Iterator[Asked]:
    for one, other in pairs:
        mine, yours = a.found[one], b.found[other]
        for text in mine.questions:
            copy = next((copy for copy in yours.questions if questions.same(text, copy)), None)
            if copy is not None:
                yield Asked(one=mine.thing.name, other=yours.thing.name, question=text, copy_=copy)


def _counts(side: Side, library: Library) -> Counts:
    own = side.found.values()
    return Counts(
        name=side.name, pictures=sum(one.thing.kind == "picture" for one in own),
        volumes=sum(one.thing.kind == "volume" for one in own), questions=sum(len(one.questions) for one in own),
        subjects=len(side.subjects), unseen=len(side.unseen), plain=sum(n in side.found for n in library.plain),
        refused=tuple(side.refused),
    )  # fmt: skip
