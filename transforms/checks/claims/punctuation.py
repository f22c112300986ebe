"""Marks and short forms of a text that say nothing by themselves."""

import re

_THAT_IS = re.compile(r",?\s*\b(?:i\.\s?e\.|viz\.|namely),?")
_STEP = re.compile(r"(?<=\b[0-4])\+(?=\s*(?:[,.;)]|$|[a-z]))")
"""The sign of a step that is written with it: "HER2 3+"."""
_AFTER_NAME = re.compile(r"[a-z0-9]-(?=\s*(?:[,;)]|\.?$))")
SIGN = re.compile(r"\s[-+](?=\s*(?:[,.;]|$))")
"""A sign after a finding: "effusion +, pneumothorax -"."""


_PLUS = re.compile(r"(?<=[a-z)]\s)\+(?=\s[a-z])")
"""A sign between two findings: "ACL tear + medial meniscal tear"."""
_NUMBERED = "molar|premolar|ventricle|rib|toe|finger|digit|ray|meta|cervical|thoracic|lumbar|sacral|part|portion|degree"
_PLACED = re.compile(
    rf"\bthe (second|third|fourth|fifth)(?!\s(?:{_NUMBERED}))((?:\s[a-z-]+){{1,3}})\s(?:in|by)\s(?:size|area)(?!\w)"
)
"""A rank whose measure comes after the thing, which is none that has its number as a name: "the second polyp in
size"."""
_AND_HALF = re.compile(r"\b(?:(?:about|around|roughly|some)\s)?an?\s([a-z]{4,12})\sand\sa\shalf\b")


def levelled(low: str) -> str:
    """A sentence in lower case with other ways to write a thing made one, as long as it was: a comma for "i.e.", "&"
    for "+", "the second largest polyp" for "the second polyp in size", "about 1.5 month" for "a month and a half"."""
    low = _THAT_IS.sub(lambda match: ",".ljust(len(match.group())), low)
    if "+" in low:
        low = _PLUS.sub("&", low)
    if " a half" in low:
        low = _AND_HALF.sub(lambda match: f"about 1.5 {match[1]}".ljust(len(match.group())), low)
    if " size" in low or " area" in low:
        low = _PLACED.sub(lambda match: f"the {match[1]} largest{match[2]}".ljust(len(match.group())), low)
    return low


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
