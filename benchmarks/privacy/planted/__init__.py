"""Texts with planted personal data, and how they are read: `<KIND|words>`, or `<KIND|words|the part that tells>`."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

HERE = Path(__file__).parent
_MARK = re.compile(r"<([A-Z]+)\|([^|>]*)(?:\|([^>]*))?>")


class Planted(NamedTuple):
    """A text as published; the spans (start, end, kind) of what must go; the `style` of writing."""

    style: str
    text: str
    spans: tuple[tuple[int, int, str], ...]


def load(name: str) -> list[Planted]:
    """The texts of planted/NAME.txt. Raises ValueError where a mark is not closed."""
    return [_read(name, block) for block in (HERE / f"{name}.txt").read_text(encoding="utf-8").split("\n== ")[1:]]


def _read(name: str, block: str) -> Planted:
    style, _, body = block.partition("\n")
    text, spans = "", []
    body = body.strip()
    at = 0
    for mark in _MARK.finditer(body):
        kind, words, telling = mark.groups()
        text += body[at : mark.start()]
        start = len(text) + (words.index(telling) if telling else 0)
        spans.append((start, start + len(telling or words), kind))
        text += words
        at = mark.end()
    text += body[at:]
    if re.search(r"<[A-Z]+\|", text):
        raise ValueError(f"planted/{name}.txt: {style}: a mark is not closed")
    return Planted(style, text, tuple(spans))


def words(text: str) -> Iterator[tuple[int, int]]:
    """The spans of words and numbers."""
    return (found.span() for found in re.finditer(r"[^\W_]+", text))
