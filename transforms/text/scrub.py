"""Personal data out of free text: names, dates, numbers of records, telephones, addresses, as [NAME], [DATE] ...

Rules, not a model: the same text gives the same bytes at a few microseconds a word, and an eponym ("Baker cyst",
"Swan-Ganz catheter") is no person. A name is known by what stands beside it (a title, a role, a degree, a given name);
one that stands alone, as no given name, is not found.
"""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from transforms.text import people

VERSION = "1"
KINDS = ("EMAIL", "URL", "DATE", "PHONE", "ID", "ADDRESS", "NAME", "AGE")
FREE_TEXT = 4
"""A value of fewer words is a code or a name of a field, not prose."""
PROSE = frozenset({"question", "answer", "options", "explanation", "captions"})
"""Names under which every text is what somebody wrote, however short."""

_MONTH = r"(?:Jan|Feb|Mar|Apr|May|June?|July?|Aug|Sept?|Oct|Nov|Dec)"
_LONG = "January|February|March|April|May|June|July|August|September|October|November|December"
_NAMED = rf"(?:{_LONG}|{_LONG.upper()}|{_MONTH}\.?|JAN|FEB|MAR|APR|JUN|JUL|AUG|SEP|OCT|NOV|DEC)"
_DAY = r"(?:[12]\d|3[01]|0?[1-9])(?:st|nd|rd|th)?"
_YEAR = r"(?:19|20)\d\d"
_CLOCK = r"(?:,?\s+(?:at\s+)?\d{1,2}:\d\d(?::\d\d)?(?:\s?[ap]\.?m\b\.?)?)?"
_D, _M = r"(?:0?[1-9]|[12]\d|3[01])", r"(?:0?[1-9]|1[0-2])"
_UNITS = r"(?!\s*(?:mm|cm|ml|x\b|%|years?|months?|weeks?|days?|lymph|nodes?|scale|strength))"
_STREET = r"(?:Street|St|Road|Rd|Avenue|Ave|Lane|Ln|Drive|Boulevard|Blvd|Square|Terrace|Crescent|Highway|Parkway)"
_NUMBERED = (
    r"MRN|MR\s?#|medical record(?: number| no)?|(?:patient|hospital|accession|account|visit|study|exam|case|chart|"
    r"report|order|NHS|insurance)[\s-]*(?:id|identifier|number|no|nr|#)|accession|SSN|"
    r"social security(?: number)?|PID|ID"
)

_RULES: tuple[tuple[str, str], ...] = (
    ("EMAIL", r"(?<![\w.+-])[\w.+-]{1,64}@[\w-]{1,63}(?:\.[\w-]{1,63})+"),
    ("URL", r"(?:https?://|www\.)[^\s)\]]+"),
    ("ID", r"(?<![\d.])\d+(?:\.\d+){5,}(?!\.?\d)"),  # a UID of DICOM
    ("ID", r"(?<![\w-])\d{3}-\d{2}-\d{4}(?![\w-])"),
    ("DATE", rf"(?<![\w./-]){_YEAR}([-/.]){_M}\1{_D}(?![\d/-]){_CLOCK}"),
    ("DATE", rf"(?<![\w./-])(?:{_D}([-/.]){_M}|{_M}([-/.]){_D})(?:\1|\2)(?:{_YEAR}|\d\d)(?![\d/-]){_CLOCK}"),
    ("DATE", rf"(?<![\w./-]){_M}/{_YEAR}(?![\d/])"),
    ("DATE", rf"(?<![\w.]){_YEAR}(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])(?!\d)"),
    ("DATE", rf"\b{_NAMED}\s+{_DAY}(?:,?\s+{_YEAR})?\b(?![.,]\d){_UNITS}{_CLOCK}"),
    ("DATE", rf"(?<![\w.]){_DAY}(?:\s+of)?[\s-]+{_NAMED}(?:,?[\s-]+(?:{_YEAR}|\d\d))?\b{_CLOCK}"),
    ("DATE", rf"\b{_NAMED},?\s+{_YEAR}\b"),
    ("DATE", rf"(?i:\b(?:on|dated|performed|comparison:?)\s+)(?P<part>{_M}/{_D})(?![\d/]){_UNITS}"),
    ("DATE", rf"(?i:\b(?:in|since|until|during)\s+(?:early\s+|late\s+|mid-?\s?)?)(?P<part>{_LONG})\b"),
    ("PHONE", r"(?i:\b(?:tel|phone|telephone|fax|pager|ext|extension|mobile|cell)\b\.?(?:\s*(?:no|number)\.?)?[\s:#]*)"
              r"(?P<part>[+(]?\d[\d\s().-]{2,}\d)"),
    ("PHONE", r"(?<![\w.])(?:\+?\d{1,3}[\s.-]?)?(?:\(\d{2,4}\)[\s.-]?|\d{3}[\s.-])\d{3}[\s.-]\d{4}(?!\d)"),
    ("PHONE", r"(?<!\w)\+\d{1,3}(?:[\s.-]?\(?\d{1,5}\)?){2,6}(?!\d)"),
    ("ID", rf"\b(?i:{_NUMBERED})\b[.:#\s]*(?:(?i:is)\s+)?(?P<part>(?=[\w/-]*\d{{3}})[A-Z0-9][\w/-]{{3,}})"),
    ("ID", r"(?<![\w.,-])\d{7,}(?![\w-]|[.,]\d)"),
    ("ADDRESS", rf"(?<!\w)\d{{1,5}}[A-Za-z]?\s+(?:[A-Z][\w'.-]+\s+){{1,4}}{_STREET}\b\.?"
                r"(?:,?\s+(?:Apt|Suite|Unit|Floor)\.?\s*#?\w+)?"
                r"(?:,\s*[A-Z][\w.-]+(?:\s[A-Z][\w.-]+)?(?:,?\s+[A-Z]{2})?)?(?:,?\s+\d{5}(?:-\d{4})?)?"),
    ("ADDRESS", r"(?<![\w-])[A-ZÄÖÜ][\wäöüß-]{2,40}(?:straße|strasse|weg|platz|allee|gasse)\s+\d+[a-z]?"
                r"(?:,?\s+\d{5}\s+[A-ZÄÖÜ][\wäöüß-]+)?"),
    ("ADDRESS", r"\b[A-Z][a-z]+,\s+[A-Z]{2}\s+\d{5}(?:-\d{4})?\b"),
    ("AGE", r"(?<![\d.])(?P<part>9\d|1[01]\d)(?=[\s-]*(?:years?|yrs?|y/?o)\b[\s-]*(?:old|of age|/|[mf]\b|,|\.)?)"),
    ("AGE", r"(?i:\b(?:aged?|age:)\s+)(?P<part>9\d|1[01]\d)\b(?!\s*(?:mm|cm|days?|weeks?|months?))"),
)  # fmt: skip


@dataclass(frozen=True)
class Scrubbed:
    """`text` without personal data; `found`: (start, end, kind) of what was taken out, in the text as it was."""

    text: str
    found: tuple[tuple[int, int, str], ...] = ()

    def moved(self, start: float, end: float) -> tuple[int, int]:
        """Where characters [start, end) of the text as it was lie now, whole where a part of them was replaced."""
        return self._at(int(start), last=False), self._at(int(end), last=True)

    def _at(self, offset: int, *, last: bool) -> int:
        shift = 0
        for start, end, kind in self.found:
            size = len(kind) + 2
            if end <= offset:
                shift += size - (end - start)
            elif start < offset:
                return start + shift + (size if last else 0)
        return offset + shift


@lru_cache(maxsize=1 << 12)  # questions come again for thousands of images
def scrub(text: str) -> Scrubbed:
    """A text without what tells who it is about. Scrubbing twice is scrubbing once; never raises on any text."""
    found: list[tuple[int, int, str]] = []
    taken = bytearray(len(text))  # what an earlier rule has found: "Mrs. Dummyperson, 12 Hill Road" ends at the comma
    for kind, finder in _FINDERS:
        for start, end in finder(text):
            held = taken.find(1, start, end)
            stop = end if held < 0 else start + len(text[start:held].rstrip(" ,;(\n"))
            if start < stop:
                found.append((start, stop, kind))
                taken[start:stop] = b"\1" * (stop - start)
    found.sort()
    out, at = [], 0
    for start, end, kind in found:
        out += [text[at:start], f"[{kind}]"]
        at = end
    return Scrubbed("".join([*out, text[at:]]), tuple(found))


def scrubbed(value: Any, prose: bool = False) -> Any:
    """A value of JSON with every free text in it scrubbed; keys and codes stay. `prose`: short ones are texts, too."""
    if isinstance(value, str):
        return scrub(value).text if prose or len(value.split()) >= FREE_TEXT or "@" in value else value
    if isinstance(value, dict):
        return {name: scrubbed(part, prose or name in PROSE) for name, part in value.items()}
    if isinstance(value, list | tuple):
        return [scrubbed(part, prose) for part in value]
    return value


def _finder(pattern: str) -> Callable[[str], Iterator[tuple[int, int]]]:
    compiled = re.compile(pattern)
    group: str | int = "part" if "part" in compiled.groupindex else 0
    return lambda text: (match.span(group) for match in compiled.finditer(text))


_FINDERS: tuple[tuple[str, Callable[[str], Iterator[tuple[int, int]]]], ...] = (
    *((kind, _finder(pattern)) for kind, pattern in _RULES),
    ("NAME", people.find),
)
