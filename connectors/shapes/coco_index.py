"""The entries of a COCO file by the image that they are of; ids are compared as text, "2" being 2."""

import math
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

from connectors.base import RowFault, Unannotated, Unreadable
from connectors.shapes import drawing
from connectors.tables.lookup import Step, normal
from schemas import Notice

_KEY = re.compile(r"\{([^{}]+)\}")
SHOWN = 8  # ids in a reason
Entry = Mapping[str, Any]


@dataclass(frozen=True)
class Index:
    """`images`: the entries of `images` by key, each with the name as it stands; `marks`: annotations by the image's
    id; `categories` by id; `doubled`: ids that entries of different names have; `lost`: what is of no image."""

    images: Mapping[str, tuple[tuple[str, Entry], ...]]
    marks: Mapping[str, tuple[Entry, ...]]
    categories: Mapping[str, Entry]
    doubled: frozenset[str]
    lost: tuple[Notice, ...]


@lru_cache(maxsize=8)
def index(root: Path, path: str, size: int, mtime_ns: int, key: str, steps: tuple[Step, ...], categories: str) -> Index:
    """Raises Unreadable on a file that is not COCO's."""
    whole = drawing.parsed(root, path)
    for name in ("images", categories):
        if not isinstance(whole, dict) or not isinstance(whole.get(name), list):
            raise Unreadable(path, f"no list {name!r}: not COCO's form")
    images: dict[str, list[tuple[str, Entry]]] = {}
    names: dict[str, set[str]] = {}
    lost: list[Notice] = []
    for n, entry in enumerate(whole["images"]):
        try:
            with drawing.formed(path, f"images[{n}]"):
                name = fill(path, f"images[{n}]", key, entry)
                names.setdefault(ident(entry.get("id")), set()).add(normal(name, ("slash",), of_table=True))
                images.setdefault(normal(name, steps, of_table=True), []).append((name, entry))
        except RowFault as fault:
            lost.append(fault.notice())
    marks: dict[str, list[Entry]] = {}
    if "annotations" not in whole:
        raise Unannotated(path, "has no list 'annotations': its images count as not annotated by it")
    given = whole["annotations"] or []
    for n, mark in enumerate(given.values() if isinstance(given, dict) else given):  # some releases key them by ids
        try:
            with drawing.formed(path, f"annotations[{n}]"):
                marks.setdefault(ident(mark.get("image_id")), []).append(mark)
        except RowFault as fault:
            lost.append(fault.notice())
    lost += _orphans(path, names, marks)
    return Index(
        {name: tuple(found) for name, found in images.items()},
        {name: tuple(found) for name, found in marks.items()},
        {ident(category.get("id")): category for category in whole[categories] if isinstance(category, dict)},
        frozenset(own for own, found in names.items() if len(found) > 1), tuple(lost),
    )  # fmt: skip


def ident(value: object) -> str:
    """An id as text: 2, 2.0 and "2" are one."""
    if isinstance(value, float) and math.isfinite(value) and value.is_integer():
        return str(int(value))
    return str(value).strip()


def _orphans(path: str, names: Iterable[str], marks: Mapping[str, list[Entry]]) -> Iterator[Notice]:
    orphans = [own for own in marks if own not in set(names)]
    if orphans:
        count = sum(len(marks[own]) for own in orphans)
        shown = ", ".join(orphans[:SHOWN]) + (", ..." if len(orphans) > SHOWN else "")
        verb = "annotation names an image" if count == 1 else "annotations name images"
        yield Notice(kind="row", uri=path, item=f"image_id {shown}", reason=f"{count} {verb} that no entry has")


def fill(path: str, where: str, template: str, entry: Entry) -> str:
    """A template over the keys of an entry. Raises RowFault where one is not there, null or NaN."""

    def value(found: re.Match[str]) -> str:
        said = entry.get(found[1])
        if said is None or said != said:
            raise RowFault(path, f"has no {found[1]!r}, only {', '.join(map(str, entry))}", item=where)
        return str(said)

    return _KEY.sub(value, template)
