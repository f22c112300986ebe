"""Personal data out of free text: names, dates, numbers of records, telephones, addresses, as [NAME], [DATE] ...

Rules and lists, not a model: the same text gives the same bytes at a few microseconds a word, and what a person gave
their name to ("Baker cyst", "Swan-Ganz catheter") is no person. What was measured against others: docs/privacy.md.
"""

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from transforms.text import dates, identifiers, people, places

VERSION = "4"
KINDS = ("EMAIL", "URL", "DATE", "PHONE", "ID", "ADDRESS", "NAME", "INSTITUTION", "AGE")
FREE_TEXT = 4
"""A value of fewer words is a code or a name of a field, not prose."""
PROSE = frozenset({"question", "answer", "options", "explanation", "captions"})
"""Names under which every text is what somebody wrote, however short."""


@dataclass(frozen=True)
class Scrubbed:
    """`text` without personal data; `found`: (start, end, kind) of what was taken out, in the text as it was;
    `put`: what stands in the place of each."""

    text: str
    found: tuple[tuple[int, int, str], ...] = ()
    put: tuple[str, ...] = ()

    def moved(self, start: float, end: float) -> tuple[int, int]:
        """Where characters [start, end) of the text as it was lie now, whole where a part of them was replaced."""
        return self._at(int(start), last=False), self._at(int(end), last=True)

    def _at(self, offset: int, *, last: bool) -> int:
        shift = 0
        for (start, end, _), put in zip(self.found, self.put, strict=True):
            if end <= offset:
                shift += len(put) - (end - start)
            elif start < offset:
                return start + shift + (len(put) if last else 0)
        return offset + shift


@lru_cache(maxsize=1 << 12)  # questions come again for thousands of images
def scrub(text: str, days: int | None = None) -> Scrubbed:
    """A text without what tells who it is about. `days`: whole dates are moved by as many, and not taken out. Scrubbing
    twice is scrubbing once where no date is moved; never raises on any text."""
    found = tuple(sorted(_found(text)))
    first = days is not None and dates.day_first(text)
    put, out, at = [], [], 0
    for start, end, kind in found:
        new = dates.moved(text[start:end], days, first) if days is not None and kind == "DATE" else None
        put.append(new or f"[{kind}]")
        out += [text[at:start], put[-1]]
        at = end
    return Scrubbed("".join([*out, text[at:]]), found, tuple(put))


def _found(text: str) -> Iterator[tuple[int, int, str]]:
    taken = bytearray(len(text))  # what an earlier rule has found: "Mrs. Dummyperson, 12 Hill Road" ends at the comma
    for placeholder in _PLACED.finditer(text):
        taken[slice(*placeholder.span())] = b"\1" * len(placeholder.group())
    for kind, finder in _FINDERS:
        for start, end in finder(text):
            for n, piece in enumerate(_FREE.finditer(taken, start, end)):
                told = _TOLD.search(text, *piece.span())
                if told is not None and ((n == 0 and piece.start() == start) or kind == "NAME"):
                    yield *told.span(), kind
            taken[start:end] = b"\1" * (end - start)


def scrubbed(value: Any, prose: bool = False, days: int | None = None) -> Any:
    """A value of JSON with every free text in it scrubbed; keys and codes stay. `prose`: short ones are texts, too;
    `days` as above."""
    if isinstance(value, str):
        free = prose or len(value.split()) >= FREE_TEXT or "@" in value
        return scrub(value, days).text if free or names_person(value) else value
    if isinstance(value, dict):
        return {name: scrubbed(part, prose or name in PROSE, days) for name, part in value.items()}
    if isinstance(value, list | tuple):
        return [scrubbed(part, prose, days) for part in value]
    return value


def names_person(value: str) -> bool:
    """Whether a short value, which may be a code or a date that is needed, is or holds the name of a person."""
    return len(_WORDS.findall(value)) > 1 and any(kind == "NAME" for _, _, kind in scrub(value).found)


_WORDS = re.compile(r"[^\W\d_]{2,}")
_FREE = re.compile(rb"\0+")
_TOLD = re.compile(r"[^\s,;](?:.*[^\s,;(])?", re.DOTALL)
"""What of a span tells something, without the marks at its ends."""
Finder = Callable[[str], Iterable[tuple[int, int]]]


def _finder(pattern: str) -> Finder:
    compiled = re.compile(pattern)
    group: str | int = "part" if "part" in compiled.groupindex else 0
    return lambda text: (match.span(group) for match in compiled.finditer(text))


_PLACED = re.compile(rf"\[(?:{'|'.join(KINDS)})\]")
_INSTITUTIONS = tuple(_finder(pattern) for pattern in identifiers.INSTITUTION)


@lru_cache(maxsize=1)  # looked for once: towns stand beside them
def _institutions(text: str) -> tuple[tuple[int, int], ...]:
    return tuple(span for find in _INSTITUTIONS for span in find(text))


def _towns(text: str) -> Iterator[tuple[int, int]]:
    return places.towns(text, _institutions(text))


_FINDERS: tuple[tuple[str, Finder], ...] = (
    *((kind, _finder(pattern)) for kind, pattern in identifiers.RULES),
    *(("DATE", _finder(pattern)) for pattern in dates.RULES),
    *((kind, _finder(pattern)) for kind, pattern in identifiers.AFTER_DATES),
    ("INSTITUTION", _institutions),
    ("ADDRESS", _towns),
    ("INSTITUTION", places.wards),
    ("NAME", people.find),
)
