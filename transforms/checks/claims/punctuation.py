"""Marks and short forms of a text that say nothing by themselves."""

import re

_THAT_IS = re.compile(r",?\s*\b(?:i\.\s?e\.|viz\.|namely),?")
_STEP = re.compile(r"(?<=\b[0-4])\+(?=\s*(?:[,.;)]|$|[a-z]))")
"""The sign of a step that is written with it: "HER2 3+"."""
SIGN = re.compile(r"\s[-+](?=\s*(?:[,.;]|$))")
"""A sign after a finding: "effusion +, pneumothorax -"."""


def without_that_is(low: str) -> str:
    """A sentence in lower case with a comma for "i.e.", each letter where it was."""
    return _THAT_IS.sub(lambda match: ",".ljust(len(match.group())), low)


def silent(low: str, match: re.Match[str]) -> bool:
    """Whether a mark says nothing: a hyphen, the plus of "3+"."""
    if match.group() in ("-", "‐"):
        return SIGN.match(low, match.start() - 1) is None
    return _STEP.match(low, match.start()) is not None
