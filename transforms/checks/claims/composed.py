"""Findings that are told as a material in a place: "fluid in the pleural space", "the gallbladder contains stones"."""

from transforms.checks.claims.lexicon import Lexicon
from transforms.checks.claims.model import Item
from transforms.checks.claims.tokens import finite
from transforms.checks.claims.words import BREAKS, COMPOSED

NEAR = 9
"""Items between the material and the place, at most."""
BETWEEN = ("rel:inside", "rel:of", "rel:contains", "rel:with", "rel:adjacent", "rel:near", "dir:inferior", "cmp:")
STOPS = BREAKS | {",", "and", "but", "or"}
SPACES = frozenset(("space", "spaces", "cavity", "cavities", "sac", "side", "sides"))

TOLD = frozenset(("medial", "lateral", "upper", "lower", "middle", "anterior", "posterior", "inner", "outer"))
"""First words of the names of places of which there are others of the kind."""


def composed(items: list[Item], words: Lexicon) -> list[Item]:
    """The items with the material standing for the finding, where its place makes it one; the place goes with it."""
    found = list(items)
    for i, item in enumerate(items):
        material = next((word for word in (*item.names, item.tag) if word in COMPOSED), None)
        if material is None or len(item.names) > 1 or item.kind not in ("word", "mention"):
            continue
        for place, slug in COMPOSED[material]:
            at = next((k for k in _about(items, i) if place in (*items[k].names, items[k].tag)), None)
            if at is None or slug not in words.facets:
                continue
            found[i] = Item(
                "mention", words.facets[slug], item.start, item.end, (slug,), item.plural, None, (material,)
            )
            if not _sided(items, at):
                _taken(found, items, i, at)
            break
    return found


def _about(items: list[Item], i: int) -> list[int]:
    """The items around item i in its part of the sentence, the nearest first."""
    reach = []
    for step in (1, -1):
        k = i + step
        while 0 <= k < len(items) and abs(k - i) <= NEAR and items[k].tag not in STOPS:
            reach.append(k)
            k += step
    return sorted(reach, key=lambda k: abs(k - i))


def _sided(items: list[Item], at: int) -> bool:
    """Whether a side is said of the place: "right kidney with a stone" is to be read as it stands."""
    said = {items[at - 1].tag if at else "", *items[at].names}
    return bool({"left", "right"} & said) or (items[at].kind == "mention" and bool(TOLD & set(items[at].names[:1])))


def _taken(found: list[Item], items: list[Item], i: int, at: int) -> None:
    """Empties the place and what joins it to the material; a verb and a denial stay."""
    low, high = sorted((i, at))
    more = [k for k in (at - 1, at + 1) if 0 <= k < len(items) and items[k].tag in SPACES]
    joins = [k for k in range(low + 1, high) if items[k].tag.startswith(BETWEEN) and not finite(items[k])]
    for k in (at, *more, *joins):
        if k != i and not items[k].tag.startswith("neg:"):
            found[k] = Item("punct", "", items[k].start, items[k].start)
    for k in (at, at - 1):
        said = {*items[k].names, items[k].tag} & {"left", "right"} if 0 <= k < len(items) and k != i else set()
        if len(said) == 1:
            found[k] = Item("side", said.pop(), items[k].start, items[k].end)  # "water in the left lung"
            break
