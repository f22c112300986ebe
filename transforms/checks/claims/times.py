"""Comparisons that are written as a number of times, as more of the image, or with a sign."""

import re
from collections.abc import Iterator

from transforms.checks.claims.model import Item

_TIMES = re.compile(
    r"(?<!\w)times\s+(?:as\s+(?P<many>many|numerous|frequent|common)|as\s+[a-z]+|(?P<less>smaller|shorter|lower|less\s+[a-z]+)|[a-z]+er|more\s+[a-z]+|the)"
    r"(?:\s+(?:in|by|the)\s+(?:area|volume|size|length|diameter|extent|surface))?\s+(?:as|than|of)(?:\s+that\s+of)?(?!\w)"
)
_MORE = re.compile(
    r"(?<!\w)(?P<kind>more|less)\s+of\s+(?:the|this)\s+"
    r"(?:image|picture|slice|section|frame|view|field|photograph|slide|tile|photo|screen|film|tissue|scan)\s+than(?!\w)"
)
_SIGN = re.compile(r"(?<=[a-z)]\s)[<>](?=\s[a-z])")
"""Between two names: "right ventricle > left ventricle"."""


def compared(low: str) -> Iterator[Item]:
    """The phrases of a lower-case sentence by which one thing is held against another."""
    for match in _TIMES.finditer(low) if "times" in low else ():
        tag = "cmp:rtimes" if match["less"] else "cmp:many" if match["many"] else "cmp:times"
        yield Item("phrase", tag, match.start(), match.end())
    for match in _SIGN.finditer(low) if ">" in low or "<" in low else ():
        yield Item("phrase", "cmp:larger" if match.group() == ">" else "cmp:smaller", match.start(), match.end())
    for match in _MORE.finditer(low) if " than" in low else ():
        tag = "cmp:larger" if match["kind"] == "more" else "cmp:smaller"
        yield Item("phrase", tag, match.start(), match.end())
