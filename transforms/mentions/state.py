"""How the mentions of a sentence are meant: said to be there, denied, or left open.

As ConText does it (Harkema et al., J Biomed Inform 2009): a word of denial or doubt reaches the mentions after it or
before it, as far as a word that ends what is said. The words are those of the claim check (`vocabulary.yaml` there) and
those that reports have beside them (`vocabulary.yaml` here).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Literal, NamedTuple

from schemas.text import State
from transforms.checks.claims.degrees import DEGREES, denied_degree
from transforms.checks.claims.model import Item
from transforms.checks.claims.words import FINITE, word_set
from transforms.mentions.model import Found, words_of
from transforms.mentions.names import Words, phrases

Reach = Literal["before", "after", "next", "either", "noun", "adjective", "none"]
Meant = State | Literal["unsaid"]
"""What words mean for mentions; "unsaid": nothing of what is shown now, as of a history."""
FRESH = word_set("a an the there small mild moderate large stable unchanged persistent slight new")
"""Words that begin something new after a comma: "no pneumothorax, a small effusion"."""
OUT_OF_VIEW = word_set("view image picture section slice sight field captured covered imaged")
"""Of what lies beyond the picture nothing is denied: "the tip is out of view"."""
ONSET = word_set("acute subacute chronic recent new")
"""What is denied of one of these is not denied of the others: an old fracture is there without an acute one."""
UNKIND = word_set("no not without a an or to definite evidence of very")
"""Of what denies a size or an onset, the words that name neither."""
BOTH_OPEN = word_set("or versus vs /")
RANK: dict[Meant, int] = {"present": 0, "uncertain": 1, "absent": 2, "unsaid": 3}
STOPS = frozenset(".;:")
LINKING = word_set("and or nor of in on at to from with")
"""Between a participle and a noun these tell that it is another thing's: "resolved and", "removed from"."""


@dataclass(frozen=True, slots=True)
class Trigger:
    """Items [first, last) mean `state` for the mentions on one side of them."""

    state: Meant | None
    reach: Reach
    first: int
    last: int


@lru_cache(maxsize=1)
def _own() -> dict[Words, tuple[Meant | None, Reach]]:
    told: dict[str, tuple[Meant | None, Reach]] = {
        "unmeant": (None, "none"), "denied_before": ("absent", "after"), "denied_after": ("absent", "before"),
        "denied_noun": ("absent", "noun"), "denied_in_part": ("unsaid", "after"), "past_before": ("unsaid", "after"),
        "past_noun": ("unsaid", "adjective"), "past_after": ("unsaid", "before"),
        "doubted_before": ("uncertain", "after"),
        "doubted_after": ("uncertain", "before"), "ends": (None, "none"), "certain": (None, "none"),
    }  # fmt: skip
    return {words: told[meaning] for meaning in told for words in phrases(meaning)}


@lru_cache(maxsize=1)
def _answers() -> dict[Words, Meant]:
    told: dict[str, Meant] = {"denied": "absent", "doubted": "uncertain", "unsaid": "unsaid"}
    return {words: meant for key, meant in told.items() for words in phrases(f"answer_{key}")}


class Said(NamedTuple):
    """How a mention is meant: None where nothing is said of it as it is now. `denied`: what of it is denied alone."""

    state: State | None
    denied: str | None = None


def states(line: Sequence[Item], found: Sequence[Found]) -> list[Said]:
    """How each mention is meant."""
    triggers = list(_triggers(line, found))
    ends = _ends(line, triggers)
    given: list[Meant] = ["present"] * len(found)
    unsaid, sure, kinds = set[int](), set[int](), dict[int, str]()
    for one in triggers:
        reached = list(_reached(one, line, found, ends)) if one.state else []
        if one.reach == "after" and one.state == "unsaid":
            reached = [n for n in reached if not _otherwise(one, triggers, found[n])]
        reached += [n for n, each in enumerate(found) if each.loose and each.first <= one.first < each.last]
        if one.state == "unsaid" and _in_part(line, one):
            kinds |= _kinds(line, one, found, reached)
        if one.state == "absent":
            at = denied_degree(line, one.first, len(line), ONSET) if one.reach == "after" else None
            part = {n for n in reached if at is not None and found[n].first >= at}
            unsaid, sure = unsaid | part, sure | ({*reached} - part)
            kinds |= _kinds(line, one, found, sorted(part))
        for n in reached:
            if one.state and RANK[one.state] > RANK[given[n]]:
                given[n] = one.state
    for n, other in _alternatives(line, found):
        for each in (n, other):
            given[each] = "uncertain" if given[each] == "present" else given[each]
    said: list[State | None] = [None if one == "unsaid" or n in unsaid - sure else one for n, one in enumerate(given)]
    return [Said(one, kinds.get(n) or None if one is None else None) for n, one in enumerate(said)]


def _in_part(line: Sequence[Item], one: Trigger) -> bool:
    """Whether it is a word that denies a size or an onset: "no large"."""
    words = tuple(word for item in line[one.first : one.last] for word in words_of(item))
    return words in phrases("denied_in_part")


def _kinds(line: Sequence[Item], one: Trigger, found: Sequence[Found], denied: Sequence[int]) -> dict[int, str]:
    """The size or onset that alone is denied of each of these mentions, in the sentence's words: the last before it."""
    first = _words(line[one.first : one.last], UNKIND)
    kinds: dict[int, str] = {}
    last, at = " ".join(first), one.last
    for n in denied:
        degrees = [word for word in _words(line[at : found[n].first]) if word in DEGREES | ONSET]
        degrees = [*first, *degrees] if at == one.last else degrees
        last, at = " ".join(dict.fromkeys(degrees)) or last, found[n].last
        kinds[n] = last
    return kinds


def _words(items: Sequence[Item], but: frozenset[str] = frozenset()) -> list[str]:
    return [word for item in items for word in words_of(item) if word not in but]


def _otherwise(one: Trigger, triggers: Sequence[Trigger], each: Found) -> bool:
    """Whether between a history and a mention other words say how that is meant."""
    return any(other.state and one.last <= other.first and other.last <= each.first for other in triggers)


def _triggers(line: Sequence[Item], found: Sequence[Found]) -> list[Trigger]:
    """Left to right, the longest that begins at an item; none within a mention."""
    own, longest = _own(), max(map(len, _own()))
    taken = {i for one in found if not one.loose for i in range(one.first, one.last)}
    words = [words_of(item) for item in line]
    listed: list[Trigger] = []
    i = 0
    while i < len(line):
        best = _answer(line, i, found)
        run: Words = ()
        for j in range(i, min(i + longest, len(line)) if best is None else i):
            if j in taken:
                break
            run += words[j]
            if run in own:
                state, reach = own[run]
                best = Trigger(state, reach, i, j + 1)
        said = _phrase(line, i) if i not in taken else None
        best = best or said
        if best is not None:
            listed.append(best)
        i = best.last if best is not None else i + 1
    return listed


def _answer(line: Sequence[Item], i: int, found: Sequence[Found]) -> Trigger | None:
    """ "Effusion: none", "pneumothorax: not seen": a colon, and all that stands after it up to a stop or comma."""
    if line[i].tag != ":" or not any(one.last == i and one.facet == "finding" for one in found):
        return None
    last = next((j for j in range(i + 1, len(line)) if line[j].tag in STOPS or line[j].tag == ","), len(line))
    said = line[i + 1 : last]
    meant = _answers().get(tuple(word for item in said for word in words_of(item)))
    if meant is None and len(said) == 1 and said[0].kind == "phrase":
        role = said[0].tag.partition(":")[0]
        meant = "absent" if role == "neg" else "uncertain" if role == "hedge" else None
    return Trigger(meant, "before", i, last) if meant else None


def _phrase(line: Sequence[Item], i: int) -> Trigger | None:
    """What a phrase of the claim check means here."""
    role, _, kind = line[i].tag.partition(":")
    if line[i].kind != "phrase" or role not in ("neg", "hedge"):
        return None
    if role == "neg" and OUT_OF_VIEW & set(line[i].names):
        return None
    if kind == "not":
        return Trigger("absent", "next", i, i + 1)
    if role == "neg":
        return Trigger("absent", "before" if kind == "post" else "after", i, i + 1)
    return Trigger("uncertain", "either", i, i + 1) if kind != "certain" else None


def _ends(line: Sequence[Item], triggers: Sequence[Trigger]) -> set[int]:
    """Items beyond which no word reaches: what ends a clause."""
    own = phrases("ends")
    ends = {i for i, item in enumerate(line) if item.kind == "punct" and item.tag in STOPS}
    return ends | {one.first for one in triggers if one.state is None and one.last - one.first == 1
                   and words_of(line[one.first]) in own}  # fmt: skip


def _reached(one: Trigger, line: Sequence[Item], found: Sequence[Found], ends: set[int]) -> list[int]:
    after = [n for n, each in enumerate(found) if each.first >= one.last]
    before = [n for n, each in enumerate(found) if each.last <= one.first]
    if one.reach == "next":  # "not a pneumothorax"; "not well seen" denies nothing
        return [n for n in after[:1] if found[n].first - one.last <= 2]
    if one.reach in ("noun", "adjective"):
        gap = range(one.last, found[after[0]].first) if after else range(0)
        if after and not any(
            line[i].kind in ("punct", "phrase") or line[i].tag in LINKING or _verb(line[i]) for i in gap
        ):
            return after[:1]
    ahead = _forward(one, line, found, after, ends) if one.reach in ("after", "either") else []
    if one.reach == "after" or ahead:
        return ahead
    return _backward(one, line, found, before, ends) if one.reach in ("before", "either", "noun") else []


def _forward(
    one: Trigger, line: Sequence[Item], found: Sequence[Found], after: list[int], ends: set[int]
) -> list[int]:  # fmt: skip
    """The mentions after it up to where something new begins."""
    reached: list[int] = []
    at = one.last
    for n in after:
        gap = range(at, found[n].first)
        if any(i in ends for i in gap) or (reached and (_anew(line, gap) or _beside(line, gap))):
            break
        if not reached and one.state == "absent" and any(_verb(line[i]) for i in gap):
            break
        reached.append(n)
        at = found[n].last
    return reached


def _backward(
    one: Trigger, line: Sequence[Item], found: Sequence[Found], before: list[int], ends: set[int]
) -> list[int]:  # fmt: skip
    reached: list[int] = []
    at = one.first
    for n in reversed(before):
        gap = range(found[n].last, at)
        if any(i in ends for i in gap) or (reached and (_anew(line, gap) or not _listed(line, gap))):
            break
        reached.append(n)
        at = found[n].first
    return reached


def _verb(item: Item) -> bool:
    return item.tag in FINITE or item.tag == "pos:post"


def _listed(line: Sequence[Item], gap: range) -> bool:
    return any(line[i].tag in (",", "and", "or", "nor", "/", "of", "in", "rel:inside", "rel:of") for i in gap)


def _anew(line: Sequence[Item], gap: range) -> bool:
    """Whether between two mentions something else begins to be said."""
    if any(_verb(line[i]) for i in gap):
        return True
    joint = next((i for i in gap if line[i].tag in (",", "and")), None)
    if joint is not None and joint + 1 in gap and line[joint + 1].tag == "and":
        joint += 1  # ", and a small effusion"
    opens = joint is not None and joint + 1 in gap and line[joint + 1].tag in FRESH
    return opens and not any(line[i].tag in ("or", "nor") for i in gap)


def _beside(line: Sequence[Item], gap: range) -> bool:
    """ "No pneumothorax after removal of the chest tube": what follows tells when or where."""
    return any(words_of(line[i]) in phrases("beside") for i in gap)


def _alternatives(line: Sequence[Item], found: Sequence[Found]) -> list[tuple[int, int]]:
    """ "Atelectasis versus pneumonia": which of the two is left open."""
    both = []
    for n in range(len(found) - 1):
        gap = range(found[n].last, found[n + 1].first)
        tags = [line[i].tag for i in gap]
        if found[n].facet == found[n + 1].facet == "finding" and len(gap) <= 4 and BOTH_OPEN & set(tags):
            both.append((n, n + 1))
    return both
