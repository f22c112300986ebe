"""Spans of time that are told without a number: "about a minute", "half a minute", "a minute and a half"."""

import re
from collections.abc import Iterator

from transforms.checks.claims.model import Bound, Item, Quantity

_UNITS = {"second": 1000.0, "minute": 60_000.0, "hour": 3_600_000.0}
_SPAN = re.compile(
    r"(?<!\bper )(?<!\bin )(?<!beats )(?<!times )(?<!\d )\b"
    r"(?:(?P<more>more than|over|just over|a little over)\s+"
    r"|(?P<less>less than|under|just under|almost|nearly)\s+"
    r"|(?P<about>about|around|roughly|approximately|some)\s+)?"
    r"(?:(?P<part>half|a quarter of|three quarters of)\s+)?a\s+(?P<unit>minute|hour)(?P<half>\s+and\s+a\s+half)?\b(?!-)"
)
_PARTS = {None: 1.0, "half": 0.5, "a quarter of": 0.25, "three quarters of": 0.75}
ABOUT = 0.05
"""Of a span so told, as a share, where the text does not say that it is about so long."""


def moments(low: str) -> Iterator[Item]:
    """The spans of a sentence in lower case, in milliseconds."""
    for match in _SPAN.finditer(low) if "minute" in low or "hour" in low else ():
        value = _UNITS[match["unit"]] * (_PARTS[match["part"]] + (0.5 if match["half"] else 0.0))
        quantity = Quantity((value,), "ms", ABOUT * value, _bound(match), _UNITS[match["unit"]])
        yield Item("quantity", "", match.start(), match.end(), quantity=quantity)


def _bound(match: re.Match[str]) -> Bound:
    if match["more"]:
        return "above" if match["more"] in ("just over", "a little over") else "gt"
    if match["less"]:
        return "lt" if match["less"] in ("less than", "under") else "below"
    return "about" if match["about"] else "eq"
