"""Abbreviations that a text explains itself: "ground glass opacity (GGO)".

Schwartz and Hearst, A simple algorithm for identifying abbreviation definitions in biomedical text, PSB 2003: each
letter of the short form is found in the words before it, from right to left, the first one at the start of a word.
"""

import re

_SHORT = re.compile(r"\(\s*(?P<short>[A-Za-z][A-Za-z0-9&/-]{1,9})\s*[,;)]")
_WORD = re.compile(r"\S+")


def abbreviations(text: str) -> dict[str, str]:
    """{short form: long form}, as written; the first explanation of a short form stands."""
    found: dict[str, str] = {}
    for match in _SHORT.finditer(text):
        short = match["short"]
        if sum(letter.isupper() for letter in short) < 2:
            continue
        long = _long(short, text[: match.start()].rstrip())
        if long is not None:
            found.setdefault(short, long)
    return found


def _long(short: str, before: str) -> str | None:
    """The words before, from the one that explains the first letter on; at most min(n + 5, 2 n) of them."""
    words = list(_WORD.finditer(before))[-min(len(short) + 5, 2 * len(short)) :]
    if not words or not before[words[-1].end() - 1].isalnum():
        return None
    first = words[0].start()
    at = len(before)
    for n in range(len(short) - 1, -1, -1):
        letter = short[n].casefold()
        if not letter.isalnum():
            continue
        at -= 1
        while at >= first and (before[at].casefold() != letter or (n == 0 and at > first and before[at - 1].isalnum())):
            at -= 1
        if at < first:
            return None
    long = before[at:]
    return long if len(long) > len(short) and short not in long.split() else None
