"""How long a report is, and how it is divided: counted on its words as they are published."""

import re
from collections.abc import Iterator

from schemas import LabelSpace
from transforms.facts.base import Draft
from transforms.regions.viewdata import ViewData

NAME = "document"
VERSION = "1"
PREDICATES = ("words", "headings")

_KNOWN = (
    "findings|study_findings|impressions?|conclusions?|opinion|comparisons?|indications?|technique|history|examination|exam|"
    "clinical[ _]information|clinical[ _]history|recommendations?|procedure|title|discussion|presentation|report|"
    "final report|region|finding|anatomy|sentence|addendum|reason for exam(?:ination)?"
)
_HEADING = re.compile(rf"(?:^[ \t]*|(?<=[.!?] ))(?P<name>(?i:{_KNOWN})|[A-Z][A-Z &/()-]{{3,40}}):[ \t]*", re.MULTILINE)
_WORD = re.compile(r"\S*[^\W_]\S*")


def measure(view: ViewData, space: LabelSpace) -> Iterator[Draft]:
    """`words` and `headings`, as they can be counted in the text; fewer than two headings divide nothing."""
    for predicate, value in counted(view.scene.document or "").items():
        yield Draft(predicate, value)


def counted(text: str) -> dict[str, int]:
    """Predicate -> number: of runs between blanks that hold a letter or a digit, and of headings."""
    found = {"words": len(_WORD.findall(text)), "headings": sum(1 for _ in _HEADING.finditer(text))}
    return {name: number for name, number in found.items() if number > 1}


def split(text: str) -> Iterator[tuple[str | None, str]]:
    """(heading, what stands under it) of a report; before the first heading None. Parts without a word are left out."""
    marks = list(_HEADING.finditer(text))
    starts = [(0, 0, None), *((mark.start(), mark.end(), mark["name"]) for mark in marks)]
    ends = [start for start, _, _ in starts[1:]] + [len(text)]
    for (_, start, name), end in zip(starts, ends, strict=True):
        if body := text[start:end].strip():
            yield name, body
