"""A sentence as clauses, a clause as noun phrases: who is named, which names stand together, what is negated."""

from dataclasses import dataclass, field

from transforms.checks.claims.lexicon import Lexicon
from transforms.checks.claims.model import Item, Mention, Quantity
from transforms.checks.claims.words import BREAKS, FINITE, NUMBER_WORDS, POST_NOUN, PRONOUNS, VERBS, word_set

DETERMINERS = word_set("the a an this that these those its their")
JOINS = frozenset((",", "and", "or", "nor", "&", "as", "well", "both"))
SIDES = ("left", "right")


@dataclass
class Clause:
    """Items [first, last) of a sentence. `groups` are runs of coordinated mentions; `used` the items understood."""

    items: list[Item]
    first: int
    last: int
    groups: list[list[Mention]] = field(default_factory=list)
    used: set[int] = field(default_factory=set)

    def between(self, a: int, b: int) -> list[tuple[int, Item]]:
        """The items after item a and before item b, with their numbers."""
        return [(i, self.items[i]) for i in range(max(a + 1, self.first), min(b, self.last))]

    def phrases(self, role: str) -> list[tuple[int, str]]:
        """Phrases of a role in the clause: their item numbers and what follows the role's ":"."""
        found = range(self.first, self.last)
        return [(i, self.items[i].tag.partition(":")[2]) for i in found if self.items[i].tag.startswith(role + ":")]


def clauses(items: list[Item], words: Lexicon) -> list[Clause]:
    """The clauses of a sentence, each with its noun phrases."""
    cuts: list[int] = []
    for i in range(1, len(items)):
        if _opens(items, i, cuts[-1] if cuts else 0):
            cuts.append(i)
    found = [Clause(items, a, b) for a, b in zip([0, *cuts], [*cuts, len(items)], strict=True)]
    for clause in found:
        _group(clause, [m for i in range(clause.first, clause.last) if (m := mention(clause, i, words))])
    return found


def _word(item: Item) -> str:
    return item.tag if item.kind in ("word", "punct") else ""


def _opens(items: list[Item], i: int, start: int) -> bool:
    """Whether a clause begins at item i: at a break word, or at "," or "and" with a verb, or a subject and a verb,
    after it. "The liver and the kidney lie ..." is one clause: its first part, from `start`, has no verb."""
    word = _word(items[i])
    if word in BREAKS:
        return True
    if word not in (",", "and") or _word(items[i - 1]) in (",", "and"):
        return False
    j = i + 1
    while j < len(items) and _word(items[j]) in ("and", "then", "also", "it", "they", "there"):
        j += 1
    spoken = any(_verb(item, FINITE) for item in items[start:i])
    if not spoken and (items[start].tag == "rel:inside" or items[start].kind == "zone"):
        return False  # "In the liver, there is a lesion"
    if j < len(items) and _verb(items[j], VERBS):
        return True
    if not spoken:
        return False
    for k in range(j, min(j + 12, len(items))):
        item = items[k]
        if _verb(item, FINITE):
            return any(it.kind == "mention" or _word(it) in PRONOUNS for it in items[j:k]) or _measures(items, j, k)
        if item.tag in BREAKS or item.tag in (",", "and"):
            return False
    return False


def _measures(items: list[Item], a: int, b: int) -> bool:
    return any(items[k].tag.startswith("m:") for k in range(a, b))


def _verb(item: Item, verbs: frozenset[str]) -> bool:
    if item.tag in ("rel:contains", "rel:adjacent", "neg:post", "pos:post"):
        return True
    return _word(item) in verbs or item.tag == "rel:with"


def mention(clause: Clause, i: int, words: Lexicon) -> Mention | None:
    """The noun phrase around a concept's name: its number, side and rank are taken with it."""
    item, items = clause.items[i], clause.items
    if item.kind != "mention":
        return None
    first, every, side, rank = i, False, None, None
    count: Quantity | None = None
    while first > clause.first:
        before = items[first - 1]
        word = _word(before)
        if word in SIDES and side is None:
            side = word
        elif before.kind == "side" and before.tag in SIDES and first == i:
            side = before.tag
        elif before.tag.startswith("rank:") and rank is None:
            rank = before.tag.partition(":")[2]
        elif before.kind == "number" and count is None and _whole(before):
            count = before.quantity
        elif word in ("both", "bilateral"):
            every = True
        elif word in ("single", "solitary") and count is None:
            count = Quantity((1.0,), "", 0.5)
        elif word not in POST_NOUN:
            break
        first -= 1
    if side and [_word(it) for it in items[max(first - 2, 0) : first]] in ([a, "and"] for a in SIDES if a != side):
        first, side, every = first - 2, None, True  # "left and right kidneys"
    named = words.side_of(item.slugs)
    if named and [_word(it) for it in items[max(first - 2, 0) : first]] == [SIDES[named[0] == "left"], "and"]:
        first, item, every = first - 2, item._replace(slugs=named[1]), True  # "left and right kidneys", sided plural
    whole = first
    first, rank = _of_those(clause, first, rank)
    clause.used.update(range(first, i + 1))
    if i + 1 < clause.last and items[i + 1].tag == "rank:largest_box":
        rank = "largest_box"  # "the nodule with the largest box"
        clause.used.add(i + 1)
    slugs, side = _sided(item.slugs, side, words)
    every = every or (item.plural and len(slugs) > 1)
    start = items[first].start
    return Mention(slugs, item.tag, start, item.end, first, i, every, count, side, rank, item.plural, whole != first)


def _whole(item: Item) -> bool:
    return item.quantity is not None and item.quantity.values[0].is_integer() and item.quantity.values[0] >= 0


def _of_those(clause: Clause, first: int, rank: str | None) -> tuple[int, str | None]:
    """ "the largest of the (three nodules)", "one of the (three nodules)": the phrase before is taken too."""
    j = first - 1
    while j > clause.first and _word(clause.items[j]) in DETERMINERS:
        j -= 1
    if j > clause.first and clause.items[j].tag == "rel:of":
        before = clause.items[j - 1]
        if before.tag.startswith("rank:"):
            return j - 1, before.tag.partition(":")[2]
        if before.kind == "number" and _word_of(before) == "one":
            return j - 1, rank
    return first, rank


def _word_of(item: Item) -> str:
    return item.tag if item.tag in NUMBER_WORDS else ""


def _sided(slugs: tuple[str, ...], side: str | None, words: Lexicon) -> tuple[tuple[str, ...], str | None]:
    narrowed = words.narrow(slugs, side) if side else None
    return (narrowed, None) if narrowed else (slugs, side)


def _group(clause: Clause, mentions: list[Mention]) -> None:
    """Runs of mentions that only "," and "and" and articles join. Modalities and attributes stand alone."""
    for one in mentions:
        if clause.groups:
            last = clause.groups[-1][-1]
            gap = [_word(item) for _, item in clause.between(last.last, one.first)]
            joined = gap and all(word in JOINS or word in DETERMINERS for word in gap) and any(w in JOINS for w in gap)
            plain = {"anatomy", "finding"} >= {last.facet, one.facet}
            if joined and plain:
                clause.groups[-1].append(one)
                continue
        clause.groups.append([one])
