"""A text as sentences."""

import re

_END = re.compile(
    r"(?<=[.!?])(?<!\be\.g\.)(?<!\bi\.e\.)(?<!approx\.)(?<!\bvs\.)(?<!\bdr\.)(?<!\bca\.)(?<!\bno\.)(?<!\bfig\.)"
    r"(?<!\bsq\.)[\"”’)]*\s+(?!(?<=\b\w\.\s)(?-i:[a-z]))|\s*\n+\s*",
    re.IGNORECASE,
)
_NUMBER = re.compile(
    r"\s*(?:[(#]?(?:\d{1,2}|[ivx]{2,4})[.)]+|(?:fig\.|figure|fig|case|panel)\s*\d{1,2}[a-z]?\s*[.:)])", re.IGNORECASE
)
_BLANK = re.compile(r"\s+")


def sentences(text: str) -> list[tuple[int, int]]:
    """The spans of the sentences of a text; a line break ends one. The number of one in a list is a part of it."""
    spans, start = [], 0
    for match in _END.finditer(text):
        if _NUMBER.fullmatch(text, start, match.start()):
            continue
        spans.append((start, match.start()))
        start = match.end()
    spans.append((start, len(text)))
    return [(a, b) for a, b in spans if text[a:b].strip()]


def begins(text: str, start: int, end: int) -> int:
    """Where the words of a sentence begin: after its number in a list."""
    number = _NUMBER.match(text, start, end)
    words = _BLANK.match(text, number.end(), end) if number is not None else None
    return words.end() if words is not None and words.end() < end else start
