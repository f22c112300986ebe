"""Marks and short forms of a text that say nothing by themselves."""

import re

_THAT_IS = re.compile(r",?\s*\b(?:i\.\s?e\.|viz\.|namely),?")
_STEP = re.compile(r"(?<=\b[0-4])\+(?=\s*(?:[,.;)]|$|[a-z]))")
"""The sign of a step that is written with it: "HER2 3+"."""
_AFTER_NAME = re.compile(r"[a-z0-9]-(?=\s*(?:[,;)]|\.?$))")
SIGN = re.compile(r"\s[-+](?=\s*(?:[,.;]|$))")
"""A sign after a finding: "effusion +, pneumothorax -"."""


def without_that_is(low: str) -> str:
    """A sentence in lower case with a comma for "i.e.", each letter where it was."""
    return _THAT_IS.sub(lambda match: ",".ljust(len(match.group())), low)


def silent(low: str, match: re.Match[str]) -> bool:
    """Whether a mark says nothing: a hyphen, the plus of "3+"."""
    if match.group() in ("-", "‐"):
        return SIGN.match(low, match.start() - 1) is None and _AFTER_NAME.match(low, match.start() - 1) is None
    return _STEP.match(low, match.start()) is not None


_SIGNED = re.compile(r"\s?(?P<sign>[-+−])(?=\s*(?:[.,;)/]|$))")


def signed(low: str, end: int, at: int) -> str | None:
    """ "ER+", "HER2 -": what the sign says that stands at `at`, right after a name that ends at `end`."""
    match = _SIGNED.match(low, end)
    if match is None or match.start("sign") != at:
        return None
    return "positive" if match["sign"] == "+" else "negative"
