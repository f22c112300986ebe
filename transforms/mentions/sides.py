"""On which side a mention lies, as far as its sentence says."""

from collections.abc import Sequence

from schemas import LabelSpace
from schemas.text import Side
from transforms.checks.claims.model import Item
from transforms.checks.claims.words import FINITE, word_set
from transforms.mentions.model import Found, words_of

LEFT = word_set("left leftward lt left-sided lll lul lingula lingular")
RIGHT = word_set("right rightward rt right-sided rll rul rml")
BOTH = word_set("bilateral bilaterally both bibasilar bibasal biapical bilat bihilar")
MADE = word_set("due reflect reflects reflecting represent represents representing or versus vs")
BREAKS = frozenset(".;:")


def side_of(line: Sequence[Item], one: Found, found: Sequence[Found], space: LabelSpace) -> Side | None:
    """The concept's own side; else the words in its noun phrase, else the first after it before another finding."""
    own = space.get(one.slug).side
    if own:
        return own
    said = _before(line, one, found, space) or _after(line, one, found, space)
    return said or _inherited(line, one, found, space)


def _inherited(line: Sequence[Item], one: Found, found: Sequence[Found], space: LabelSpace) -> Side | None:
    """ "Opacity in the left lung, concerning for pneumonia": what is made of a finding lies where that does."""
    earlier = [each for each in found if each.last <= one.first and each.facet == "finding"]
    if one.facet != "finding" or not earlier:
        return None
    gap = line[earlier[-1].last : one.first]
    if any(item.tag in BREAKS for item in gap) or not any(_makes(item) for item in gap):
        return None
    return side_of(line, earlier[-1], found, space)


def _makes(item: Item) -> bool:
    return item.tag.startswith("hedge:") or bool(MADE & {item.tag, *words_of(item)})


def _said(item: Item, found: Found | None, space: LabelSpace) -> Side | None:
    if found is not None and found.facet == "anatomy" and (side := space.get(found.slug).side):
        return side
    words = set(words_of(item)) | {item.tag}
    if words & BOTH:
        return "both"
    left, right = bool(words & LEFT), bool(words & RIGHT)
    return "both" if left and right else "left" if left else "right" if right else None


def _before(line: Sequence[Item], one: Found, found: Sequence[Found], space: LabelSpace) -> Side | None:
    """ "Small left and moderate right pleural effusions": back to a verb, a comma or another finding."""
    said: list[Side] = []
    for i in range(one.first - 1, -1, -1):
        item, other = line[i], _at(i, found)
        if item.tag in BREAKS or item.tag == "," or item.tag in FINITE or (other and other.facet == "finding"):
            break
        if item.kind == "phrase" and item.tag.startswith("rel:"):
            break
        if side := _said(item, other, space):
            said.append(side)
    return _merged(said)


def _after(line: Sequence[Item], one: Found, found: Sequence[Found], space: LabelSpace) -> Side | None:
    """ "Opacity in the right lung and at the left base"."""
    said: list[Side] = []
    for i in range(one.last, len(line)):
        item, other = line[i], _at(i, found)
        if item.tag in BREAKS or (other and other.facet == "finding"):
            break
        if side := _said(item, other, space):
            said.append(side)
    return _merged(said)


def _at(i: int, found: Sequence[Found]) -> Found | None:
    return next((one for one in found if one.first <= i < one.last), None)


def _merged(said: list[Side]) -> Side | None:
    return said[0] if len(set(said)) == 1 else "both" if said else None
