"""A sentence as clauses, a clause as noun phrases: who is named, which names stand together, what is negated."""

from transforms.checks.claims.boxed import unboxed
from transforms.checks.claims.comparing import compared
from transforms.checks.claims.composed import composed
from transforms.checks.claims.elision import elided, gapped, shared
from transforms.checks.claims.forms import unformed
from transforms.checks.claims.lexicon import Lexicon
from transforms.checks.claims.model import Item, Mention
from transforms.checks.claims.persons import aged
from transforms.checks.claims.phrases import mention
from transforms.checks.claims.settle import narrowed
from transforms.checks.claims.tokens import DETERMINERS, JOINS, Clause, finite, word_of
from transforms.checks.claims.words import (
    BREAKS,
    FINITE,
    PRONOUNS,
    VERBS,
    word_set,
)

VERB_TAGS = word_set(
    "rel:contains rel:adjacent neg:post pos:post cmp:alone_larger cmp:alone_smaller cmp:larger cmp:smaller"
)
"""Phrases that hold a verb of their own."""


def clauses(items: list[Item], words: Lexicon) -> list[Clause]:
    """The clauses of a sentence, each with its noun phrases."""
    items = gapped(
        elided(shared(compared(composed(unformed(narrowed(_against(aged(unboxed(items))))), words)), words), words)
    )
    return _cut(items, words)


def _against(items: list[Item]) -> list[Item]:
    """ "38.9 mL vs 21.4 mL": a stop between two numbers, and no doubt."""
    found = list(items)
    for i in range(1, len(items) - 1):
        said = items[i].names[:1] or (items[i].tag,)
        before, after = items[i - 1], items[i + 1]
        between = before.kind in ("quantity", "number") and after.kind in ("quantity", "number")
        if (said[0] in ("versus", "vs") and before.kind in ("quantity", "number")) or (
            said[0] == "against" and between
        ):
            tag = "," if after.kind in ("quantity", "number") else ";"
            found[i] = Item("punct", tag, items[i].start, items[i].end)
    return found


def _cut(items: list[Item], words: Lexicon) -> list[Clause]:
    """The clauses of items that are whole, each with its noun phrases."""
    cuts: list[int] = []
    for i in range(1, len(items)):
        if _opens(items, i, cuts[-1] if cuts else 0):
            cuts.append(i)
    found = [Clause(items, a, b) for a, b in zip([0, *cuts], [*cuts, len(items)], strict=True)]
    for clause in found:
        _group(clause, [m for i in range(clause.first, clause.last) if (m := mention(clause, i, words))])
    return found


def _opens(items: list[Item], i: int, start: int) -> bool:
    """Whether a clause begins at item i: at a break word, or at "," or "and" with a verb, or a subject and a verb,
    after it. "The liver and the kidney lie ..." is one clause: its first part, from `start`, has no verb."""
    word = word_of(items[i])
    if word == ":" and i + 1 < len(items) and _answers(items, i, start):
        return False
    if word in ("which", "whom") and items[i - 1].tag == "rel:of":
        return False  # "the largest of which"
    if word in BREAKS:
        return True
    if word not in (",", "and") or word_of(items[i - 1]) in (",", "and"):
        return False
    if _likewise(items, i) or _so_is(items, i):
        return True
    j = i + 1
    while j < len(items) and word_of(items[j]) in ("and", "then", "also", "it", "they", "there"):
        j += 1
    spoken = any(_verb(item, FINITE) for item in items[start:i])
    if word == "," and spoken and _relative(items, start) and _resumes(items, i):
        return True
    if not spoken and (items[start].tag == "rel:inside" or items[start].kind == "zone"):
        return False  # "In the liver, there is a lesion"
    if j < len(items) and _verb(items[j], VERBS):
        return True
    if not spoken:
        return False
    for k in range(j, min(j + 12, len(items))):
        item = items[k]
        if _verb(item, FINITE):
            return any(it.kind == "mention" or word_of(it) in PRONOUNS for it in items[j:k]) or _measures(items, j, k)
        if item.tag in BREAKS or item.tag in (",", "and"):
            return False
    return False


def _answers(items: list[Item], i: int, start: int) -> bool:
    """Whether a colon parts a name from what is said of it: "free fluid: none", "histology: tubular adenoma"."""
    before, after = items[i - 1], items[i + 1]
    if after.tag == "neg:post" or before.kind == "fact" or after.kind in ("number", "quantity"):
        return True
    return before.tag == "neg:post" and i - 1 == start


RELATIVE = word_set("which whose where")
LEFT_OUT = frozenset(("and", "the", "so", "is", "are", ".", ""))
SO = word_set("so neither nor")
TOO = word_set("too likewise also similarly")


def _relative(items: list[Item], start: int) -> bool:
    return items[start].tag in RELATIVE or (start + 1 < len(items) and items[start + 1].tag in RELATIVE)


def _resumes(items: list[Item], i: int) -> bool:
    """Whether the main clause goes on after ", which ...,": with its verb, or a number."""
    after = items[i + 1] if i + 1 < len(items) else None
    return after is not None and (after.kind in ("quantity", "number") or finite(after))


def _likewise(items: list[Item], i: int) -> bool:
    """ "The effusion is better, and the pneumothorax too": at the comma or the "and" before what is so, too."""
    rest = [item for item in items[i + 1 :] if item.kind == "mention" or word_of(item) not in LEFT_OUT]
    named = bool(rest) and rest[0].kind == "mention"
    return named and len(rest) == 2 and (rest[1].tag in TOO or rest[1].names[-1:] == ("too",))


def _so_is(items: list[Item], i: int) -> bool:
    """ "AF is absent, and so is VT": before "so is"."""
    j = i + 1 + (items[i + 1].tag == "and" if i + 1 < len(items) else 0)
    return j + 1 < len(items) and items[j].tag in SO and word_of(items[j + 1]) in FINITE


def _measures(items: list[Item], a: int, b: int) -> bool:
    return any(items[k].tag.startswith("m:") for k in range(a, b))


def _verb(item: Item, verbs: frozenset[str]) -> bool:
    if item.tag in VERB_TAGS:
        return True
    return word_of(item) in verbs or item.tag == "rel:with"


def _placed(clause: Clause, last: Mention, one: Mention) -> bool:
    """ "A nodule in the left lung and a cyst": the second is no place."""
    k = last.first - 1
    while k > clause.first and word_of(clause.items[k]) in DETERMINERS:
        k -= 1
    return last.facet != one.facet and clause.items[k].tag in ("rel:inside", "rel:of")


def _group(clause: Clause, mentions: list[Mention]) -> None:
    """Runs of mentions that only "," and "and" and articles join. Modalities and attributes stand alone; so do names
    that nothing but commas part ("compared with the liver, the kidney ...")."""
    joined: list[bool] = []
    for one in mentions:
        if clause.groups:
            last = clause.groups[-1][-1]
            gap = [word_of(item) for _, item in clause.between(last.last, one.first) if item.tag]
            after = clause.items[one.last + 1] if one.last + 1 < clause.last else None
            if gap == ["("] and after is not None and after.tag == ")" and last.facet == one.facet:
                clause.groups[-1].append(one)  # "free fluid (ascites)"
                joined[-1] = True
                continue
            meets = bool(gap) and all(word in JOINS or word in DETERMINERS for word in gap)
            if (
                meets
                and any(w in JOINS for w in gap)
                and not _placed(clause, last, one)
                and {"anatomy", "finding"} >= {last.facet, one.facet}
            ):
                clause.groups[-1].append(one)
                joined[-1] = joined[-1] or any(word in JOINS and word != "," for word in gap)
                continue
        clause.groups.append([one])
        joined.append(False)
    whole = zip(clause.groups, joined, strict=True)
    clause.groups = [part for group, and_ in whole for part in ([group] if and_ else [[one] for one in group])]
