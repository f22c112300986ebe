"""The layout of a published folder as a tree of folders and files, each file with what is read from it."""

import re
from collections.abc import Iterator, Mapping
from typing import Any

from schemas import DatasetCard, Model

FIELD = re.compile(r"\{(\w+)(?::(?:[^{}]|\{[^{}]*\})*)?\}")  # a field of a pattern, with or without an expression
PATHS = ("files", "file", "folder")
READ = {
    "pictures": "pictures", "volumes": "volumes", "dicom_series": "DICOM slices", "dicom_files": "DICOM files",
    "video": "clips", "signals": "signals", "slides": "whole slides", "arrays": "arrays", "rows": "rows",
}  # fmt: skip


class Node(Model):
    """A folder or a file by its name, in which {field} stands for what differs. `notes`: what is read from it."""

    name: str
    notes: tuple[str, ...] = ()
    inside: tuple["Node", ...] = ()


def tree(card: DatasetCard) -> Node:
    """What the card's patterns name, below a folder of the set's id."""
    root: dict[Any, Any] = {}
    for path, note in _paths(card):
        at = root
        for part in _parts(path):
            at = at.setdefault(part, {})
        at.setdefault(None, {})[note] = True
    return _node(f"{card.id}/", root)


def _paths(card: DatasetCard) -> Iterator[tuple[str, str]]:
    options = card.layout.options
    for path in _named(options):
        yield path, READ.get(card.layout.reader or "", card.layout.reader or "")
    for note, part in _annotations(options.get("annotations")):
        yield from ((path, note) for path in _named(part))


def _annotations(found: Any) -> Iterator[tuple[str, Mapping[str, Any]]]:
    if isinstance(found, list):
        for one in found:
            yield from _annotations(one)
    elif isinstance(found, Mapping):
        yield str(found.get("format", "annotations")).replace("_", " "), found


def _named(options: Mapping[str, Any]) -> Iterator[str]:
    for key in PATHS:
        value = options.get(key)
        for one in value if isinstance(value, list) else [value]:
            if isinstance(one, str):
                yield one
            elif isinstance(one, Mapping):
                yield from _named(one)


def _parts(path: str) -> list[str]:
    """The folders and the file of a pattern, fields by their names alone; the members of an archive lie in it as in a
    folder."""
    *folders, name = FIELD.sub(r"{\1}", path.rstrip("/")).split("/")
    return [*(f"{folder}/" for folder in folders), f"{name}/" if path.endswith("/") else name]


def _node(name: str, inside: Mapping[Any, Any]) -> Node:
    notes = tuple(note for note in inside.get(None, ()) if note)
    return Node(name=name, notes=notes, inside=tuple(_node(key, below) for key, below in inside.items() if key))
