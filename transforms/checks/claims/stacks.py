"""How a volume, a clip or a text is made up, as is said of it: how many slices, how far apart, how many words, on which
slice a thing is largest."""

import re

from transforms.checks.claims.model import Item, Quantity
from transforms.checks.claims.numerals import half_digit

STACK = re.compile(
    r"\b(?P<number>\d+)\s+(?P<what>slices|frames|words|headings)\b(?!\s+(?:per|a)\s+second)"
    r"|\b(?:at\s+its\s+)?(?:best\s+(?:seen|visible|shown)|largest|biggest|greatest|widest|maximum|maximal)"
    r"(?:\s+(?:section|area|extent|cross[\s-]section|size|cut))?\s+(?:is\s+)?(?:on|in|at)\s+slice\s+(?:number\s+)?"
    r"(?P<slice>\d+)\b"
    r"|\b(?:slice\s+(?:spacing|distance)|(?:spacing|distance)\s+(?:between|of)\s+(?:the\s+)?(?:\w+ing\s+|adjacent\s+"
    r"|successive\s+|consecutive\s+)?slices|slices\s+with\s+a\s+spacing)\s*(?:of|is|:|=|amounts\s+to|measures)?\s*"
    r"(?P<mm>\d+(?:\.\d+)?)\s*(?P<cm>mm|cm)\b"
    r"|\b(?:at|with|of)\s+(?P<mm4>\d+(?:\.\d+)?)\s*(?P<cm4>mm|cm)\s+(?:slice\s+)?(?:spacing|intervals|distance)\b"
    r"|\b(?:that\s+are|which\s+are|spaced|spacing(?:\s+of)?)\s+(?P<mm3>\d+(?:\.\d+)?)\s*(?P<cm3>mm|cm)\b(?:\s+apart)?"
    r"|\bslices\s+(?:are\s+|lie\s+|follow\s+)?(?:spaced\s+)?(?:at\s+)?(?P<mm2>\d+(?:\.\d+)?)\s*(?P<cm2>mm|cm)\s+apart\b"
    r"|\bslices\s+(?:are\s+|of\s+|at\s+|with\s+|each\s+)?(?P<mm5>\d+(?:\.\d+)?)[\s-]*(?P<cm5>mm|cm)\b(?!\s*(?:apart|in|slice|spacing|gap))"
    r"(?:\s+(?:thick|each))?|(?<=\d\sslices\s)(?:at|of|with)\s+(?P<mm7>\d+(?:\.\d+)?)[\s-]*(?P<cm7>mm|cm)\b"
    r"(?!\s*(?:apart|in|slice|spacing|gap|intervals|distance))|\b(?P<mm6>\d+(?:\.\d+)?)[\s-]*(?P<cm6>mm|cm)[\s-](?:thick\s+)?slices\b"
    r"|\bmarked\s+on\s+slices?\s+(?P<from>\d+)(?:\s+to\s+(?P<to>\d+))?\b"
    r"|\bgiven\s+diameter\s+of\s+(?P<given>\d+(?:\.\d+)?)\s*mm\b"
    r"|\breach(?:es)?\s+(?P<reach>\d+(?:\.\d+)?)\s*mm\s+along\s+the\s+(?P<axis>first|second|third)\s+axis\b"
)
STACKED = ("slice", "frames", "words", "headings", "given diameter", "axis")
_AXES = {"first": "extent_1", "second": "extent_2", "third": "extent_3"}


def stack(match: re.Match[str]) -> Item:
    """How a volume or a clip is made up, or where in it something is marked; the tag is the predicate that says so."""
    if match["from"]:
        ends = tuple(float(end) for end in (match["from"], match["to"]) if end)
        return Item("stack", "marked_slices", match.start(), match.end(), quantity=Quantity(ends, "", 0.0))
    length = match["given"] or match["reach"]
    if length:
        tag = "given_diameter" if match["given"] else _AXES[match["axis"]]
        return Item(
            "stack", tag, match.start(), match.end(), quantity=Quantity((float(length),), "mm", half_digit(length))
        )
    thick = match["mm5"] or match["mm6"] or match["mm7"]
    apart = match["mm"] or match["mm2"] or match["mm3"] or match["mm4"] or thick
    written = match["number"] or match["slice"] or apart
    tag = match["what"] or ("largest_slice" if match["slice"] else "slice_thickness" if thick else "slice_spacing")
    factor = (
        10.0
        if "cm" in (match["cm"], match["cm2"], match["cm3"], match["cm4"], match["cm5"], match["cm6"], match["cm7"])
        else 1.0
    )
    value = Quantity((float(written) * factor,), "mm" if apart else "", half_digit(written) * factor if apart else 0.0)
    return Item("stack", tag, match.start(), match.end(), quantity=value)
