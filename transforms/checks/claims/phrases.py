"""A noun phrase: a name with its number, side, rank and kind."""

from dataclasses import dataclass, field
from functools import lru_cache

from transforms.checks.claims.lexicon import Lexicon, normal, plurals
from transforms.checks.claims.model import Item, Mention, Quantity
from transforms.checks.claims.tokens import DETERMINERS, SIDED, SIDES, Clause, word_of
from transforms.checks.claims.words import (
    ADVERB,
    ANAPHORS,
    ANY_GROWTH,
    CALLED,
    GROWTHS,
    NAMES,
    NEUTRAL,
    NUMBER_WORDS,
    PARTS,
    POST_NOUN,
    word_set,
)

COUNTS: dict[str, Quantity] = {
    "several": Quantity((2.0,), "", 0.0, "gt"), "dozen": Quantity((12.0,), "", 0.5),
    "half_dozen": Quantity((6.0,), "", 0.5),
    "three": Quantity((3.0,), "", 0.0, "gt"), "two": Quantity((2.0,), "", 0.5), "one": Quantity((1.0,), "", 0.5),
    "few": Quantity((2.0, 10.0), "", 0.0, "range"), "dozens": Quantity((24.0, 200.0), "", 0.0, "range"),
    "hundreds": Quantity((100.0, 1000.0), "", 0.0, "range"), "thousands": Quantity((1000.0,), "", 0.0, "gt"),
}  # fmt: skip
"""What counting words allow: several are at least two."""
GRADES = word_set("grade type stage level segment figure score category class slice")
LOOSE = (("film",), ("films",), ("scan",), ("report",), ("reports",), ("histology",), ("cytology",), ("video", "clip"))
"""What pictures of several modalities are called."""
UNIVERSAL = word_set("all each every either any")
SINGLE = word_set("single solitary sole lone")


@dataclass
class Before:
    """What stands before a name: how many, on which side, which rank; `first` is the item where the phrase begins."""

    first: int
    every: bool = False
    side: str | None = None
    rank: str | None = None
    count: Quantity | None = None
    only: bool = False
    universal: bool = False
    used: list[int] = field(default_factory=list)


def _before(clause: Clause, i: int) -> Before:
    """Read backwards from the name at item i, up to the first word that is not of its phrase."""
    items, found = clause.items, Before(i)
    k = i
    while k > clause.first:
        item = items[k - 1]
        word = word_of(item)
        if word in SIDED and found.side is None:
            found.side = SIDED[word]
        elif item.kind == "side" and item.tag in SIDES and k == i:
            found.side = item.tag
        elif item.tag.startswith("rank:") and found.rank is None:
            found.rank = item.tag.partition(":")[2]
        elif item.kind == "number" and found.count is None and _whole(item) and not _graded(clause, k - 1):
            found.count = item.quantity
        elif item.tag == "since" and item.names[:1] == ("a",) and found.count is None:
            found.count = COUNTS["several" if item.names[-1] == "second" else "three"]  # "a second nodule"
        elif item.tag.startswith("count:") and found.count is None:
            found.count = _around(COUNTS[item.tag.partition(":")[2]], items[k - 2] if k - 2 >= clause.first else None)
        elif word in ("both", "bilateral", "paired", "bilat"):
            found.every = True
        elif word in UNIVERSAL:
            found.every = found.universal = True
        elif word in SINGLE and found.count is None:
            found.count = COUNTS["one"]
        elif item.tag == "only":
            found.only = found.count is None  # "only two": how many
        elif _passed_over(items, k - 1):
            k -= 1
            continue
        elif word not in POST_NOUN:
            if word in ("the", "a", "an") and k - 2 >= clause.first and items[k - 2].tag == "only":
                found.only = True  # "only the left kidney"
                found.used += [k - 2, k - 1]
            break
        k -= 1
        found.first = k
        found.used.append(k)
    return found


def _passed_over(items: list[Item], k: int) -> bool:
    """Whether item k parts a number from its name, and is read by itself or not at all."""
    if items[k].tag == "hedge:certain" and items[k].names[-1:] == ("of",) and items[k - 1].kind == "number":
        return True  # "two areas of bleeding"
    return items[k].tag.startswith(("rate:", "den:"))  # "two solid nodules": a rating


ABOUT_WORDS = word_set("about around roughly approximately nearly almost some circa perhaps")


def _around(count: Quantity, before: Item | None) -> Quantity:
    """ "About a dozen"."""
    return count._replace(bound="about") if before is not None and word_of(before) in ABOUT_WORDS else count


def _graded(clause: Clause, i: int) -> bool:
    """Whether number i belongs to a name before it: "WHO grade 4 tumor"."""
    before = clause.items[i - 1] if i > clause.first else None
    return before is not None and (before.kind == "fact" or before.tag in GRADES)


def _called_single(slugs: tuple[str, ...], words: Lexicon) -> bool:
    """Whether a thing is called so however many there are: "a single epithelial cell", which is in no sheet."""
    own = (words.space.get(slug).concept.label for slug in slugs if slug in words.space)
    return any(label.partition(" ")[0] in SINGLE for label in own)


def mention(clause: Clause, i: int, words: Lexicon) -> Mention | None:
    """The noun phrase around a concept's name: its number, side and rank are taken with it."""
    item, items = clause.items[i], clause.items
    if item.kind == "fact":
        return Mention((f"={item.tag}",), "attribute", item.start, item.end, i, i)
    if item.kind != "mention":
        return None
    before = _before(clause, i)
    if item.slugs[0].startswith("*") and not _meant(clause, before):
        return None  # "no other structure", "organs are outlined": a word, not a thing
    first, every, side, rank = before.first, before.every, before.side, before.rank
    if side and [word_of(it) for it in items[max(first - 2, 0) : first]] in ([a, "and"] for a in SIDES if a != side):
        first, side, every = first - 2, None, True  # "left and right kidneys"
    named = words.side_of(item.slugs)
    if named and [word_of(it) for it in items[max(first - 2, 0) : first]] == [SIDES[named[0] == "left"], "and"]:
        first, item, every = first - 2, item._replace(slugs=named[1]), True  # "left and right kidneys", sided plural
    whole = first
    first, rank = _of_those(clause, first, rank, item.plural or before.count is not None or len(item.slugs) > 1)
    every = every or (first < before.first and word_of(items[first]) in UNIVERSAL)
    part = _part(clause, first, i)
    clause.used.update(range(first, i + 1) if first < before.first else (*before.used, i))
    if i + 1 < clause.last and items[i + 1].tag == "rank:largest_box":
        rank = "largest_box"  # "the nodule with the largest box"
        clause.used.add(i + 1)
    if before.count is None and SINGLE & set(item.names[:1]) and not _called_single(item.slugs, words):
        before.count = COUNTS["one"]  # "solitary nodule", a name of its own
    after = items[i + 1] if i + 1 < clause.last else None
    several = item.plural and before.count is not None
    if several and side is None and after is not None and after.kind == "side" and after.tag in SIDES:
        side = after.tag  # "the three lobes on the right"
        clause.used.add(i + 1)
    slugs, side = _sided(item.slugs, side, words)
    every = every or (item.plural and len(slugs) > 1)
    start = items[first].start
    return Mention(
        slugs, item.tag, start, item.end, first, i, every, before.count, side, rank, item.plural, whole != first,
        part=part, only=before.only, universal=before.universal and before.count is None,
        modified=_modified(clause, before.first),
        short=len(item.names) == 1 and _longer(item, words), general=_general(item), vague=item.names in LOOSE,
    )  # fmt: skip


def _general(item: Item) -> bool:
    return len(item.names) == 1 and item.names[0].removesuffix("s") in (*GROWTHS, *ANY_GROWTH, *ANAPHORS)


def _longer(item: Item, words: Lexicon) -> bool:
    """Whether one word stands for what has a name of several."""
    entry = words.space.get(item.slugs[0]) if item.slugs[0] in words.space else None
    if entry is None:
        return False
    called = (*NAMES.get(entry.slug, ()), *CALLED.get(entry.slug, ()))
    return item.names not in _of_one_word((entry.concept.label, *entry.synonyms, *called, entry.plural or ""))


@lru_cache(maxsize=1 << 12)
def _of_one_word(names: tuple[str, ...]) -> frozenset[tuple[str, ...]]:
    """The names that are one word, and their plurals, as texts show them."""
    written = (normal(name) for one in names for name in (one, *plurals(one)))
    return frozenset(name for name in written if len(name) == 1)


def _modified(clause: Clause, first: int) -> bool:
    """Whether the word right before a name says what kind of it is meant, and is not understood."""
    before = clause.items[first - 1] if first > clause.first else None
    return before is not None and before.kind == "word" and before.tag not in NEUTRAL and not ADVERB.match(before.tag)


def _meant(clause: Clause, before: Before) -> bool:
    """Whether "the structure" points at something: by a rank, a number, or the word before it."""
    first = before.first - 1
    pointing = first >= clause.first and word_of(clause.items[first]) in ("the", "this", "that", "these", "those")
    return bool(before.rank) or (pointing and before.count is None)


def _part(clause: Clause, first: int, last: int) -> bool:
    """ "The wall of the lesion", "the lesion's wall": a part, of which nothing is known."""
    items = clause.items
    j = first - 1
    while j > clause.first and word_of(items[j]) in DETERMINERS:
        j -= 1
    if j > clause.first and items[j].tag == "rel:of" and word_of(items[j - 1]) in PARTS:
        clause.used.update((j, j - 1))
        return True
    if last + 1 < clause.last and word_of(items[last + 1]) in PARTS:
        clause.used.add(last + 1)
        return True
    return False


def _whole(item: Item) -> bool:
    return item.quantity is not None and item.quantity.values[0].is_integer() and item.quantity.values[0] >= 0


def _of_those(clause: Clause, first: int, rank: str | None, several: bool) -> tuple[int, str | None]:
    """ "the largest of the (three nodules)", "one of the (three nodules)": the phrase before is taken too."""
    j = first - 1
    while j > clause.first and word_of(clause.items[j]) in DETERMINERS:
        j -= 1
    if j > clause.first and clause.items[j].tag == "rel:of":
        before = clause.items[j - 1]
        if before.tag.startswith("rank:"):
            return j - 1, before.tag.partition(":")[2]
        if word_of(before) in UNIVERSAL:
            return j - 1, rank
        if before.kind == "number" and not several:
            return first, rank  # "the laceration is one of the liver"
        if before.kind == "number":  # "two of the three nodules": the first number is of none that facts count
            return (j - 1 if _word_of(before) == "one" else first), rank
    return first, rank


def _word_of(item: Item) -> str:
    return item.tag if item.tag in NUMBER_WORDS else ""


def _sided(slugs: tuple[str, ...], side: str | None, words: Lexicon) -> tuple[tuple[str, ...], str | None]:
    narrowed = words.narrow(slugs, side) if side else None
    return (narrowed, None) if narrowed else (slugs, side)
