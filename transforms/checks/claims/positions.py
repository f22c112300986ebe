"""Where in a picture something lies, said with any of the words for it: "low and to the right", "lower left in the
image", "towards the left at mid-height"."""

import re
from itertools import pairwise

from transforms.checks.claims.model import Item

PLACES = {
    "low": "lower", "down": "lower", "below": "lower", "high": "upper", "up": "upper", "above": "superior",
    "front": "anterior", "back": "posterior", "behind": "posterior", "mid-height": "middle", "halfway down": "middle",
    "halfway up": "middle", "middle": "middle", "centre": "middle", "center": "middle", "in front": "anterior",
    "mid height": "middle",
}  # fmt: skip
"""Words for places, as the words of zones that they mean."""
_PLACE = r"(?:upper|lower|low|high|down|up|top|bottom|left|right|middle|centre|center|central|mid[- ]?height|front|" \
    r"back|halfway (?:down|up)|anterior|posterior|superior|inferior|above|behind|in front)"  # fmt: skip
_LINK = r"(?:[\s-]+|\s*,\s*|\s+and\s+|\s*,\s*and\s+|\s*/\s*)"
_TO = r"(?:(?:about|at|about at|in|on|to|towards?)\s+(?:the\s+)?)?"
_RUN = rf"{_TO}{_PLACE}(?:[\s-]+(?:side|part|hand|half))?(?:{_LINK}{_TO}{_PLACE}(?:[\s-]+(?:side|part))?){{0,2}}"
_IMAGE = r"(?:image|picture|photo|photograph|frame|view|field|screen|slice|section|film)"
_VERB = r"(?:lies|lie|lying|sits|sit|is|are|was|were|located|situated|placed|found|appears|seen|stands|outlined|drawn)"
_END = rf"(?=\s*(?:[.;,)]|$)|\s+(?:in|of|on)\s+(?:the|this)\s+{_IMAGE}\b|\s+(?:and|with|while|whereas)\b)"
_PREDICATE = re.compile(
    rf"\b{_VERB}\s+(?!right in )(?:rather |more |far |very |quite |fairly |both )?(?P<where>{_RUN}){_END}"
)
_IN_IMAGE = re.compile(rf"(?<![\w-])(?P<where>{_RUN})(?=\s+(?:in|of|on)\s+(?:the|this)\s+{_IMAGE}\b)")
_WORD = re.compile(_PLACE)
_OF = re.compile(rf"\s+(?:in|of|on)\s+(?:the|this)\s+{_IMAGE}\b(?P<mid>,?\s+in the (?:centre|center|middle)\b)?")
_SHOWN = re.compile(r"\b(?:image|picture|photo|photograph|screen|frame|film)\b")
KNOWN = frozenset({"above", "behind", "up", "down", "back", "left", "right", "central", "middle", "centre", "center"})
"""Words that are no place by themselves, or one that is read elsewhere."""


ADJECTIVES = frozenset({"anterior", "posterior", "superior", "inferior", "upper", "lower"})


def placed(items: list[Item]) -> list[Item]:
    """ "The posterior metastasis", "the upper one": an adjective that tells one finding from others by its place."""
    found = list(items)
    for i, (item, after) in enumerate(pairwise(items)):
        finding = after.kind == "mention" and after.tag == "finding"
        if item.kind == "word" and item.tag in ADJECTIVES and i and (finding or after.tag in ("one", "ones")):
            found[i] = item._replace(kind="zone", tag=f"{item.tag}|part|")
    return found


def positions(low: str) -> list[Item]:
    """The zones that a sentence in lower case says, each with where it stands. Where it speaks of the picture, left and
    right are the picture's."""
    if not _WORD.search(low):
        return []
    found: dict[int, Item] = {}
    for pattern in (_PREDICATE, _IN_IMAGE):
        for match in pattern.finditer(low):
            item = _item(low, match)
            if item is not None:
                found.setdefault(item.start, item)
    return list(found.values())


def _item(low: str, match: re.Match[str]) -> Item | None:
    said = [" ".join(word.split()) for word in _WORD.findall(match["where"])]
    words = list(dict.fromkeys(PLACES.get(word, word) for word in said))
    sided = said[0] in ("left", "right") and match.re is _PREDICATE and _OF.match(low, match.end("where")) is not None
    if len(said) == 1 and (said[0] in KNOWN or said[0] not in PLACES) and not sided:
        return None
    if {"left", "right"} <= set(words) or {"upper", "lower"} <= set(words):
        return None
    of = _OF.match(low, match.end("where"))
    if of is not None and of["mid"]:
        words.append("middle")
    pictured = bool(_SHOWN.search(low)) and bool({"left", "right"} & set(words))
    return Item("zone", f"{' '.join(words)}|{'' if pictured else 'part'}|", match.start("where"),
                of.end() if of else match.end("where"))  # fmt: skip
