"""A sentence as clauses, a clause as noun phrases: who is named, which names stand together, what is negated."""

from dataclasses import dataclass, field

from transforms.checks.claims.lexicon import Lexicon, Term, normal
from transforms.checks.claims.model import Item, Mention, Quantity
from transforms.checks.claims.words import ADVERB, BREAKS, FINITE, NEUTRAL, NUMBER_WORDS, PARTS, POST_NOUN, PRONOUNS, VERBS, word_set

DETERMINERS = word_set("the a an this that these those its their")
JOINS = frozenset((",", "and", "or", "nor", "&", "as", "well", "both"))
SIDES = ("left", "right")
SIDED = {"left": "left", "right": "right", "l": "left", "r": "right", "lt": "left", "rt": "right"}
ELLIPSIS = word_set("one counterpart at by in with and or but to while whereas does do did measuring spanning covering has")
VERB_TAGS = word_set(
    "rel:contains rel:adjacent neg:post pos:post cmp:alone_larger cmp:alone_smaller cmp:larger cmp:smaller"
)
"""Phrases that hold a verb of their own."""


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
    items = _elided(_shared(_compared(items), words), words)
    cuts: list[int] = []
    for i in range(1, len(items)):
        if _opens(items, i, cuts[-1] if cuts else 0):
            cuts.append(i)
    found = [Clause(items, a, b) for a, b in zip([0, *cuts], [*cuts, len(items)], strict=True)]
    for clause in found:
        _group(clause, [m for i in range(clause.first, clause.last) if (m := mention(clause, i, words))])
    return found


def _compared(items: list[Item]) -> list[Item]:
    """ "Has a greater volume than": the comparison and its "than" with the measure between them."""
    found = list(items)
    for i, item in enumerate(items):
        if not item.tag.startswith("cmp:alone"):
            continue
        if _counts(items, i, found):
            continue
        near = items[i + 1 : i + 6]
        k = next((n for n, one in enumerate(near, i + 1) if one.tag == "than"), None)
        if k is not None and not any(one.kind == "mention" for one in items[i + 1 : k]):
            found[i] = item._replace(tag=item.tag.replace("alone_", ""))
            found[k] = Item("punct", "", items[k].end, items[k].end)
    return found


def _counts(items: list[Item], i: int, found: list[Item]) -> bool:
    """ "More neutrophils than lymphocytes": which are more, not which is larger."""
    k = next((n for n in range(i + 2, min(i + 4, len(items) - 1)) if items[n].tag == "than"), None)
    named = i + 1 < len(items) and items[i + 1].kind == "mention" and items[i + 1].tag in ("anatomy", "finding")
    if k is None or not named or not any(item.kind == "mention" for item in items[k : k + 3]):
        return False
    kind = "cmp:more" if items[i].tag == "cmp:alone_larger" else "cmp:fewer"
    found[i] = Item("punct", "", items[i].end, items[i].end)
    found[k] = Item("phrase", kind, items[k].start, items[k].end)
    return True


def _shared(items: list[Item], words: Lexicon) -> list[Item]:
    """ "Gray and white matter", "subdural or epidural hematoma": names that share their last words."""
    found = list(items)
    for i in range(len(items) - 1, 1, -1):
        tail = found[i]
        if tail.kind not in ("mention", "fact") or len(tail.names) < 2:
            continue
        j = i - 1
        while j > 0 and _word(found[j]) in ("and", "or", ",", "nor", "the", "/"):
            j -= 1
        if j == i - 1 or _word(found[j + 1]) == "the" or found[j].kind not in ("word", "plane", "mention", "phrase"):
            continue
        for n in (3, 2, 1):
            first = j - n + 1
            part = tuple(item.name for item in found[max(first, 0) : j + 1])
            term = _joined(part, tail.names, words) if first >= 0 and all(part) else None
            if term is not None:
                start, end = found[first].start, found[j].end
                found[first] = Item(term.kind, term.tag, start, end, term.slugs, term.plural, None, (*part, *tail.names[-1:]))
                for k in range(first + 1, j + 1):
                    found[k] = Item("punct", "", found[k].end, found[k].end)
                break
    return found


def _joined(part: tuple[str, ...], names: tuple[str, ...], words: Lexicon) -> Term | None:
    """What `part` names with the last words of another's name, in the singular or the plural."""
    for k in range(1, len(names)):
        for tail in {names[k:], (*names[k:-1], names[-1].removesuffix("s"))}:
            run = [*part, *tail]
            match = words.match(run, 0)
            if match is not None and match[1] == len(run) and match[0].kind in ("mention", "fact"):
                return match[0]
    return None


def _elided(items: list[Item], words: Lexicon) -> list[Item]:
    """ "The left lung is larger than the right (one)": the side stands for the organ named beside it."""
    items = _ones(items)
    places = [i for i in range(1, len(items)) if _word(items[i]) in SIDES and _stands_alone(items, i)]
    if not places:
        return items
    named = {i: pair for i, item in enumerate(items) if item.kind == "mention" and (pair := _pair(item, words))}
    found = list(items)
    for i in places:
        near = min(named, key=lambda k: (k > i, abs(k - i)), default=None)
        slug = named[near].get(items[i].tag) if near is not None else None
        if slug:
            stop = i + 1 < len(items) and items[i + 1].tag in ("one", "side", "counterpart")
            end = items[i + 1].end if stop else items[i].end
            found[i] = Item("mention", words.facets[slug], items[i].start, end, (slug,))
            if stop:
                found[i + 1] = Item("punct", "", end, end)
    return found


def _ones(items: list[Item]) -> list[Item]:
    """ "The nodule in the left lung, the one in the right": "one" is another of what was named before."""
    found = list(items)
    for i in range(2, len(items)):
        before = items[i - 1]
        told = _word(before) in ("the", "that", "this", *SIDES) or before.tag.startswith(("rank:", "rate:", "cmp:alone"))
        told = told or before.kind == "side"
        if items[i].tag not in ("one", "other") or not (told or _word(before) in ("smaller", "larger")):
            continue
        if items[i].tag == "other" and i + 1 < len(items) and items[i + 1].kind == "mention":
            continue
        things = [it for it in reversed(found[:i]) if it.kind == "mention" and it.tag in ("anatomy", "finding")]
        named = next((it for it in things if it.tag == "finding" or it.plural or before.tag.startswith("rank:")), None)
        if named is None:
            continue
        if before.tag.startswith("cmp:alone"):
            rank = "rank:largest" if before.tag.endswith("larger") else "rank:smallest"
            found[i - 1] = before._replace(kind="phrase", tag=rank)
        found[i] = named._replace(start=items[i].start, end=items[i].end, plural=False)
    return _superlatives(found)


def _superlatives(items: list[Item]) -> list[Item]:
    """ "The largest nucleus is 52 pixels long and the smallest 31": a rank that stands for the same kind of thing."""
    found: list[Item] = []
    for i, item in enumerate(items):
        found.append(item)
        after = items[i + 1] if i + 1 < len(items) else None
        if not item.tag.startswith("rank:") or _word(items[i - 1]) != "the" or (i > 1 and finite(items[i - 2])):
            continue
        ends = after is None or after.kind in ("punct", "number", "quantity") or (finite(after) or after.tag == "rel:with")
        further = [it.tag for it in items[i + 1 : i + 3]]
        if further[:1] == ["rel:of"] and further[1:] in (["which"], ["them"], ["these"], ["those"]):
            things = [it for it in items[:i] if it.kind == "mention" and it.plural]
            found += [things[-1]._replace(start=item.end, end=item.end, plural=False)] if things else []
            continue
        named = next((it for k, it in enumerate(items[:i]) if it.kind == "mention" and k and "rank:" in items[k - 1].tag), None)
        if ends and named is not None:
            found.append(named._replace(start=item.end, end=item.end, plural=False))
    return found


def _stands_alone(items: list[Item], i: int) -> bool:
    after = items[i + 1] if i + 1 < len(items) else None
    before = _word(items[i - 1])
    ends = after is None or after.kind in ("punct", "quantity") or after.tag in FINITE or after.tag in ELLIPSIS
    return before in ("the", "its", "than", "and", "that") and (ends or (after is not None and after.kind == "phrase"))


def _pair(item: Item, words: Lexicon) -> dict[str, str] | None:
    """The slugs of both sides of what an item names, by side."""
    sided = words.side_of(item.slugs)
    if sided is None:
        return words.pairs.get(item.slugs)
    entries = [words.space.get(slug) for slug in sided[1]]
    return {entry.side: entry.slug for entry in entries if entry.side}


def _word(item: Item) -> str:
    return item.tag if item.kind in ("word", "punct") else ""


def _opens(items: list[Item], i: int, start: int) -> bool:
    """Whether a clause begins at item i: at a break word, or at "," or "and" with a verb, or a subject and a verb,
    after it. "The liver and the kidney lie ..." is one clause: its first part, from `start`, has no verb."""
    word = _word(items[i])
    if word == ":" and i + 1 < len(items) and (items[i + 1].tag == "neg:post" or items[i - 1].kind == "fact"
                                                 or items[i + 1].kind in ("number", "quantity")
                                                 or (items[i - 1].tag == "neg:post" and i - 1 == start)):
        return False  # "free fluid: none", "histology: tubular adenoma"
    if word in ("which", "whom") and items[i - 1].tag == "rel:of":
        return False  # "the largest of which"
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


def finite(item: Item) -> bool:
    """Whether a clause's verb stands in an item: after it, what is said is said of the subject."""
    return item.tag in FINITE or item.tag in ("pos:post", "neg:post") or item.tag.startswith("cmp:alone")


def _measures(items: list[Item], a: int, b: int) -> bool:
    return any(items[k].tag.startswith("m:") for k in range(a, b))


def _verb(item: Item, verbs: frozenset[str]) -> bool:
    if item.tag in VERB_TAGS:
        return True
    return _word(item) in verbs or item.tag == "rel:with"


COUNTS: dict[str, Quantity] = {
    "several": Quantity((2.0,), "", 0.0, "gt"), "dozen": Quantity((12.0,), "", 0.5),
    "half_dozen": Quantity((6.0,), "", 0.5),
    "two": Quantity((2.0,), "", 0.5), "one": Quantity((1.0,), "", 0.5),
    "few": Quantity((2.0, 10.0), "", 0.0, "range"), "dozens": Quantity((24.0, 200.0), "", 0.0, "range"),
    "hundreds": Quantity((100.0, 1000.0), "", 0.0, "range"), "thousands": Quantity((1000.0,), "", 0.0, "gt"),
}  # fmt: skip
"""What counting words allow: several are at least two."""
GRADES = word_set("grade type stage level segment figure score category class slice")
UNIVERSAL = word_set("all each every either any")
SINGLE = word_set("single solitary sole lone")


@dataclass
class _Before:
    """What stands before a name: how many, on which side, which rank; `first` is the item where the phrase begins."""

    first: int
    every: bool = False
    side: str | None = None
    rank: str | None = None
    count: Quantity | None = None
    only: bool = False
    universal: bool = False
    used: list[int] = field(default_factory=list)


def _before(clause: Clause, i: int) -> _Before:
    items, found = clause.items, _Before(i)
    k = i
    while k > clause.first:
        item = items[k - 1]
        word = _word(item)
        if word in SIDED and found.side is None:
            found.side = SIDED[word]
        elif item.kind == "side" and item.tag in SIDES and k == i:
            found.side = item.tag
        elif item.tag.startswith("rank:") and found.rank is None:
            found.rank = item.tag.partition(":")[2]
        elif item.kind == "number" and found.count is None and _whole(item) and not _graded(clause, k - 1):
            found.count = item.quantity
        elif item.tag.startswith("count:") and found.count is None:
            found.count = COUNTS[item.tag.partition(":")[2]]
        elif word in ("both", "bilateral", "paired", "bilat"):
            found.every = True
        elif word in UNIVERSAL:
            found.every = found.universal = True
        elif word in SINGLE and found.count is None:
            found.count = COUNTS["one"]
        elif item.tag == "only":
            found.only = True
        elif item.tag.startswith("rate:"):
            k -= 1
            continue  # "two solid nodules": read as a rating, by itself
        elif word not in POST_NOUN:
            if word in ("the", "a", "an") and k - 2 >= clause.first and items[k - 2].tag == "only":
                found.only = True  # "only the left kidney"
                found.used += [k - 2, k - 1]
            break
        k -= 1
        found.first = k
        found.used.append(k)
    return found


def _graded(clause: Clause, i: int) -> bool:
    """Whether number i belongs to a name before it: "WHO grade 4 tumor"."""
    before = clause.items[i - 1] if i > clause.first else None
    return before is not None and (before.kind == "fact" or before.tag in GRADES)


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
    if side and [_word(it) for it in items[max(first - 2, 0) : first]] in ([a, "and"] for a in SIDES if a != side):
        first, side, every = first - 2, None, True  # "left and right kidneys"
    named = words.side_of(item.slugs)
    if named and [_word(it) for it in items[max(first - 2, 0) : first]] == [SIDES[named[0] == "left"], "and"]:
        first, item, every = first - 2, item._replace(slugs=named[1]), True  # "left and right kidneys", sided plural
    whole = first
    first, rank = _of_those(clause, first, rank)
    every = every or (first < before.first and _word(items[first]) in UNIVERSAL)
    part = _part(clause, first, i)
    clause.used.update(range(first, i + 1) if first < before.first else (*before.used, i))
    if i + 1 < clause.last and items[i + 1].tag == "rank:largest_box":
        rank = "largest_box"  # "the nodule with the largest box"
        clause.used.add(i + 1)
    slugs, side = _sided(item.slugs, side, words)
    every = every or (item.plural and len(slugs) > 1)
    start = items[first].start
    return Mention(
        slugs, item.tag, start, item.end, first, i, every, before.count, side, rank, item.plural, whole != first,
        part=part, only=before.only, universal=before.universal, modified=_modified(clause, before.first),
        short=len(item.names) == 1 and _longer(item, words),
    )  # fmt: skip


def _longer(item: Item, words: Lexicon) -> bool:
    """Whether one word stands for what has a name of several."""
    entry = words.space.get(item.slugs[0]) if item.slugs[0] in words.space else None
    return entry is not None and not any(len(normal(name)) == 1 for name in (entry.concept.label, *entry.synonyms))


def _modified(clause: Clause, first: int) -> bool:
    """Whether the word right before a name says what kind of it is meant, and is not understood."""
    before = clause.items[first - 1] if first > clause.first else None
    return before is not None and before.kind == "word" and before.tag not in NEUTRAL and not ADVERB.match(before.tag)


def _meant(clause: Clause, before: _Before) -> bool:
    """Whether "the structure" points at something: by a rank, a number, or the word before it."""
    first = before.first - 1
    pointing = first >= clause.first and _word(clause.items[first]) in ("the", "this", "that", "these", "those")
    return bool(before.rank) or (pointing and before.count is None)


def _part(clause: Clause, first: int, last: int) -> bool:
    """ "The wall of the lesion", "the lesion's wall": a part, of which nothing is known."""
    items = clause.items
    j = first - 1
    while j > clause.first and _word(items[j]) in DETERMINERS:
        j -= 1
    if j > clause.first and items[j].tag == "rel:of" and _word(items[j - 1]) in PARTS:
        clause.used.update((j, j - 1))
        return True
    if last + 1 < clause.last and _word(items[last + 1]) in PARTS:
        clause.used.add(last + 1)
        return True
    return False


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
        if _word(before) in UNIVERSAL:
            return j - 1, rank
        if before.kind == "number":  # "two of the three nodules": the first number is of none that facts count
            return (j - 1 if _word_of(before) == "one" else first), rank
    return first, rank


def _word_of(item: Item) -> str:
    return item.tag if item.tag in NUMBER_WORDS else ""


def _sided(slugs: tuple[str, ...], side: str | None, words: Lexicon) -> tuple[tuple[str, ...], str | None]:
    narrowed = words.narrow(slugs, side) if side else None
    return (narrowed, None) if narrowed else (slugs, side)


def _placed(clause: Clause, last: Mention, one: Mention) -> bool:
    """ "A nodule in the left lung and a cyst": the second is no place."""
    k = last.first - 1
    while k > clause.first and _word(clause.items[k]) in DETERMINERS:
        k -= 1
    return last.facet != one.facet and clause.items[k].tag in ("rel:inside", "rel:of")


def _group(clause: Clause, mentions: list[Mention]) -> None:
    """Runs of mentions that only "," and "and" and articles join. Modalities and attributes stand alone; so do names
    that nothing but commas part ("compared with the liver, the kidney ...")."""
    joined: list[bool] = []
    for one in mentions:
        if clause.groups:
            last = clause.groups[-1][-1]
            gap = [_word(item) for _, item in clause.between(last.last, one.first)]
            after = clause.items[one.last + 1] if one.last + 1 < clause.last else None
            if gap == ["("] and after is not None and after.tag == ")" and last.facet == one.facet:
                clause.groups[-1].append(one)  # "free fluid (ascites)"
                joined[-1] = True
                continue
            meets = bool(gap) and all(word in JOINS or word in DETERMINERS for word in gap)
            if meets and any(w in JOINS for w in gap) and not _placed(clause, last, one) and {"anatomy", "finding"} >= {last.facet, one.facet}:
                clause.groups[-1].append(one)
                joined[-1] = joined[-1] or any(word in JOINS and word != "," for word in gap)
                continue
        clause.groups.append([one])
        joined.append(False)
    whole = zip(clause.groups, joined, strict=True)
    clause.groups = [part for group, and_ in whole for part in ([group] if and_ else [[one] for one in group])]
