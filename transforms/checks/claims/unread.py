"""What a clause says without any word for it that is read: a predicate of words that are harmless elsewhere.

"The fracture is acute", "the tumor is as wide as it is long": each word may stand in a sentence that is understood, and
what they say together is judged by nothing. Such a clause supports nothing.
"""

from collections.abc import Sequence
from itertools import pairwise

from transforms.checks.claims.model import Item, Mention, Parsed
from transforms.checks.claims.pointing import READERS
from transforms.checks.claims.tokens import DETERMINERS, JOINS, Clause
from transforms.checks.claims.words import ADVERB, SHOWN, word_set

BE = word_set("is are was were be been remains remain looks look seems seem appears becomes became gets got")
BEING = SHOWN | word_set(
    """
    a an the this that it on of by to as at for from also too and well both all again only then now so them these those
    among other together fully clearly written about brought up on record read who what which one not considered
    evident apparent available part case with image picture slice section view scan frame clip field study
    """
)
"""What may be said to be so of a thing that is there, and says no more than that."""
LONG = frozenset(("long", "wide", "high", "tall", "deep", "thick", "broad"))
"""Adjectives that ask for a number or a comparison."""


def unread(clause: Clause, claims: Sequence[Parsed]) -> list[Item]:
    """The words of a predicate of which no claim is made."""
    items = clause.items
    found: list[Item] = []
    verb = next((i for i in range(clause.last - 1, clause.first - 1, -1) if items[i].tag in BE), None)
    if verb is not None and any(group[0].first < verb for group in clause.groups):
        after = [i for i in range(verb + 1, clause.last) if items[i].kind != "punct"]
        plain = all(items[i].kind == "word" and i not in clause.used for i in after)
        if plain:
            said = [items[i] for i in after if items[i].tag not in BEING | READERS]
            found += [item for item in said if not item.tag.endswith(("ed", "ologist", "ologists"))][:1]
    measured = any(claim.quantity is not None or claim.kind in ("comparison", "uncheckable") for claim in claims)
    if not measured:
        found += [item for item in items[clause.first : clause.last] if item.name in LONG and item.kind != "mention"][
            :1
        ]
    return found


TOGETHER = (
    BEING - {"at"}
    | BE
    | JOINS
    | DETERMINERS
    | READERS
    | word_set(
        """demonstrating showing showed observe see accompanied accompanies come comes coming along plus form forms kind
    type for contains hold holds yet i e aged old patient patient's man woman can you we one year years"""
    )
)
"""Words between two things that say no more than that both are there."""


def unrelated(clause: Clause, claims: Sequence[Parsed]) -> list[Item]:
    """The word that puts two things together, or the rank that one is said to have, where no claim is made of both:
    "the crown sits on the molar", "the smallest of the parts is the edema"."""
    pairs = {
        (one.subject.start, one.object.start) for one in claims if one.subject is not None and one.object is not None
    }
    pairs |= {(b, a) for a, b in pairs}
    told = [one for one in claims if one.kind in RANKING]
    ranked = {it.start for one in told for it in (one.subject, one.object) if it is not None}
    found = [clause.items[group[0].first] for group in clause.groups if _predicate(group[0], clause, ranked)]
    for before, after in pairwise(clause.groups):
        a, b = before[-1], after[0]
        if _of_document(a, clause) or _of_document(b, clause):
            continue
        if b.facet not in THINGS or a.facet not in (*THINGS, "attribute") or (a.start, b.start) in pairs:
            continue
        between = [item for _, item in clause.between(a.last, b.first)]
        listed = a.start in ranked and any(item.tag in ("and", ",") for item in between)
        placed = a.facet in THINGS and not listed and not any(item.kind == "quantity" for item in between)
        found += [item for item in between if placed and _telling(item)][:1]
        copula = any(item.tag in BE for item in between) and not {a.start, b.start} & ranked
        if copula and bool(a.rank) != bool(b.rank):
            found.append(clause.items[a.first if a.rank else b.first])
    return found


DOCUMENTS = word_set("modality text document note letter")  # "modality": a mention of one, or of a report
OF = DETERMINERS | word_set("your of on about for")


def _of_document(one: Mention, clause: Clause) -> bool:
    """Whether a part of the body is what a picture or a report is of: "the chest report", "the CT of the chest"."""
    at = one.first - 1
    while at > clause.first and {clause.items[at].tag, clause.items[at].name} & OF:
        at -= 1
    near = [clause.items[i].tag for i in (at, one.last + 1) if clause.first <= i < clause.last]
    return one.facet == "anatomy" and any(tag in DOCUMENTS for tag in near)


def _predicate(one: Mention, clause: Clause, ranked: set[int]) -> bool:
    """Whether something is said to be the largest, or the like, and no claim is made of it."""
    at = one.first - 1
    while at > clause.first and clause.items[at].tag in DETERMINERS:
        at -= 1
    said = {item.tag for _, item in clause.between(clause.first - 1, at)}
    return bool(one.rank) and at > clause.first and clause.items[at].tag in BE and not {one.start} & ranked and (
        not said & {"there", "here", "this", "these", "it"}  # what is shown, by which no other thing is named
    )  # fmt: skip


def _telling(item: Item) -> bool:
    """Whether an item between two names may say how they stand to each other."""
    if item.kind == "punct":
        return item.tag in ("<", ">", "=")
    return item.kind == "word" and item.tag not in TOGETHER and not ADVERB.match(item.tag)


THINGS = ("anatomy", "finding")
RANKING = frozenset({"comparison", "identity", "direction", "size", "area", "volume", "intensity", "side", "location"})


def bare_denial(clause: Clause) -> list[Item]:
    """The word that denies in a clause of which no claim is made, else its first; nothing of "No, ..." before what the
    answer denies."""
    items = clause.items[clause.first : clause.last]
    if not clause.first and all(item.kind == "punct" or item.tag == "neg:pre" for item in items):
        return []
    return [next((item for item in items if item.tag.startswith("neg:")), items[0])]
