"""On which side a mention lies, as far as its sentence says."""

from collections.abc import Sequence

from schemas import LabelSpace
from schemas.text import Side, State
from transforms.checks.claims.model import Item
from transforms.checks.claims.words import FINITE, NEAREST, word_set
from transforms.mentions.model import Found, words_of

LEFT = word_set("left leftward lt left-sided lll lul lingula lingular")
RIGHT = word_set("right rightward rt right-sided rll rul rml")
BOTH = word_set("bilateral bilaterally both bibasilar bibasal biapical bilat bihilar bases apices hemidiaphragms")
MIDLINE = frozenset({"heart", "aorta", "mediastinum", "trachea"})
BESIDE = word_set("adjacent associated accompanying overlying underlying superimposed")
DIFFUSE = frozenset({"pulmonary_edema", "pulmonary_congestion", "heart_failure", "lung_hyperinflation"})
"""Findings of both lungs as a rule: they take no side from what stands beside them."""
FRESH = word_set("mild moderate severe small large tiny new")
PREPOSITIONS = word_set("with of in at along within to from over on near")
MADE = word_set(
    "either due reflect reflects reflecting represent represents representing or versus vs combination"
    " compatible suspicious consistent"
)
BREAKS = frozenset(".;:")
ANEW = word_set("and but although while whereas however there though except")
"""Words after which a sentence may be about another part."""
PARTS = frozenset({"lung", "pleura", "thorax", "chest", "hemithorax", "lung_base", "lung_apex"})
"""Slugs of what findings of the chest lie in."""
BASES = word_set("base apex hemithorax")
"""What they lie in as well, and is no concept by itself."""


def sides_of(
    line: Sequence[Item], found: Sequence[Found], states: Sequence[State | None], space: LabelSpace
) -> list[Side | None]:  # fmt: skip
    """The side of each mention: the concept's own; else the words of its noun phrase, else those after it, before
    another finding's; else, of what is made of a finding, the side of that; else that of the part of the lung that the
    sentence is about."""
    given: list[Side | None] = []
    made: list[bool] = []
    lent: list[bool] = []
    for n, one in enumerate(found):
        own = space.get(one.slug).side or _within(line, one) or _before(line, one, found, space)
        side = own or _after(line, one, found, space)
        earlier = next((m for m in range(n - 1, -1, -1) if found[m].facet == "finding"), None)
        made.append(False)
        taken = False
        if one.facet == "finding" and earlier is not None and _sided(one, space):
            gap = line[found[earlier].last : one.first]
            whole = not any(item.tag in BREAKS for item in gap)
            offered = [item.tag for item in gap] == [","] and _makes_next(line, one)
            made[n] = whole and (
                offered or states[n] == "uncertain" or any(map(_makes, gap)) or (made[earlier] and _listed(gap))
            )
            beside = one.slug not in DIFFUSE and (_coordinated(gap) or any(BESIDE & {*words_of(item)} for item in gap))
            if side is None and whole and (made[n] or beside):
                side, taken = given[earlier], given[earlier] is not None
            elif own is None and side is not None:
                _lend_back(line, n, found, given, lent, side, space)
        lent.append(taken)
        given.append(side or _of_part(line, n, found, given, space))
    return given


def _of_part(
    line: Sequence[Item], n: int, found: Sequence[Found], given: Sequence[Side | None], space: LabelSpace
) -> Side | None:
    """ "The left lung remains clear, without effusion": of a finding, the side of the part that is named last before
    it, in the same clause and with no other finding between."""
    one = found[n]
    if one.facet != "finding" or one.slug in DIFFUSE or not _sided(one, space):
        return None
    for i in range(one.first - 1, -1, -1):
        other = next((m for m in range(n) if found[m].first <= i < found[m].last), None)
        if line[i].tag in BREAKS | ANEW or (other is not None and found[other].facet == "finding"):
            return None
        if other is not None and given[other] and PARTS & {found[other].slug, *space.ancestors(found[other].slug)}:
            return given[other]
        if line[i].tag in BASES and (side := _words(line[i - 1])) and i:
            return side
    return None


def _listed(gap: Sequence[Item]) -> bool:
    """ "Reflecting effusions, consolidations, and atelectasis"."""
    joined = any(item.tag in (",", "and", "or", "/") for item in gap)
    return joined and len(gap) <= 4 and not any(item.tag in FINITE for item in gap)


def _within(line: Sequence[Item], one: Found) -> Side | None:
    """ "Fracture of the right eighth rib", where all of that is the mention."""
    return _merged([side for item in line[one.first : one.last] if (side := _words(item))])


def _sided(one: Found, space: LabelSpace) -> bool:
    """Whether a finding may lie on a side: what is of the heart and the great vessels does not."""
    return MIDLINE.isdisjoint(space.ancestors(one.slug))


def _coordinated(gap: Sequence[Item]) -> bool:
    """ "Effusion and atelectasis"."""
    joined = any(item.tag in ("and", "or", "/", "versus", "vs") for item in gap)
    apart = any(item.tag in FINITE or item.tag == "," or item.tag in FRESH for item in gap)
    return joined and len(gap) <= 3 and not apart


def _lend_back(
    line: Sequence[Item], n: int, found: Sequence[Found], given: list[Side | None], lent: Sequence[bool], side: Side,
    space: LabelSpace,
) -> None:  # fmt: skip
    """ "Consolidation and atelectasis in the right lower lobe": those before it that share its side."""
    later = found[n]
    for m in range(n - 1, -1, -1):
        if found[m].facet != "finding":
            continue
        gap = line[found[m].last : later.first]
        if not (lent[m] or given[m] is None) or not _coordinated(gap) or not _sided(found[m], space):
            return
        given[m], later = side, found[m]


def _makes_next(line: Sequence[Item], one: Found) -> bool:
    """ "Consolidation, atelectasis versus aspiration": what stands after the comma is what the first may be."""
    return one.last < len(line) and (line[one.last].tag in ("versus", "vs") or line[one.last].tag.startswith("hedge:"))


def _makes(item: Item) -> bool:
    return item.tag.startswith("hedge:") or bool(MADE & {item.tag, *words_of(item)})


def _said(item: Item, found: Found | None, space: LabelSpace) -> Side | None:
    if found is not None and found.facet == "anatomy" and not MIDLINE.isdisjoint(space.ancestors(found.slug)):
        return None  # the right atrium lies on no side
    if found is not None and found.facet == "anatomy" and (side := space.get(found.slug).side):
        return side
    return _words(item)


def _words(item: Item) -> Side | None:
    words = set(words_of(item)) | {item.tag}
    if words & BOTH:
        return "both"
    left, right = bool(words & LEFT), bool(words & RIGHT)
    return "both" if left and right else "left" if left else "right" if right else None


def _before(line: Sequence[Item], one: Found, found: Sequence[Found], space: LabelSpace) -> Side | None:
    """ "Small left and moderate right pleural effusions": back to a verb, a comma or another finding."""
    first = _phrase_of(line, one, found)
    said = [_said(line[i], _at(i, found), space) for i in range(first, one.first)]
    return _merged([side for side in said if side])


def _phrase_of(line: Sequence[Item], one: Found, found: Sequence[Found]) -> int:
    """Where the noun phrase of a mention begins."""
    for i in range(one.first - 1, -1, -1):
        item, other = line[i], _at(i, found)
        if item.tag in BREAKS or item.tag == "," or item.tag in FINITE or (other and other.facet == "finding"):
            return i + 1
        if item.kind == "phrase" and item.tag.startswith(("rel:", "hedge:", "neg:")):
            return i + 1
        if item.kind == "side" and line[i + 1].tag in ("and", "or"):
            return i + 1  # "atelectasis on the left and edema"
        if item.tag in PREPOSITIONS or item.tag in MADE or item.tag in NEAREST:
            return i + 1
    return 0


def _after(line: Sequence[Item], one: Found, found: Sequence[Found], space: LabelSpace) -> Side | None:
    """ "Opacity in the right lung and at the left base"."""
    said: dict[int, Side] = {}
    for i in range(one.last, len(line)):
        item, other = line[i], _at(i, found)
        if other and other.facet == "finding":
            first = _phrase_of(line, other, found)
            said = {k: side for k, side in said.items() if k < first}
            break
        if item.tag in BREAKS:
            break
        if side := _said(item, other, space):
            said[i] = side
    return _merged(list(said.values()))


def _at(i: int, found: Sequence[Found]) -> Found | None:
    return next((one for one in found if one.first <= i < one.last), None)


def _merged(said: list[Side]) -> Side | None:
    return said[0] if len(set(said)) == 1 else "both" if said else None
