"""Which one of several a name means: the one that all that is said of it may be true of.

"The nodule in the left lung measures 12 mm", of a sample with two nodules: what is said of one thing must hold of one
and the same region. Where nothing that is there bears all of it out, the name means the region that most of it is true
of, and the rest is held against that.
"""

from collections.abc import Callable, Sequence
from dataclasses import replace

from transforms.checks.claims.evidence import Evidence
from transforms.checks.claims.model import Mention, Parsed, Quantity
from transforms.checks.claims.ruling import Ruling
from transforms.checks.claims.words import word_set

TELLING = word_set(
    "size area volume location side intensity rating inclusion adjacency box point mark property stated span interval"
)
"""Kinds of assertions by which one region is told from another."""
Key = tuple[int, int, int]
ONE = Quantity((1.0,), "", 0.5)


def bound(claims: Sequence[Parsed], known: Evidence, rule: Callable[[Parsed, Evidence], Ruling]) -> list[Parsed]:
    """The claims of a sentence, each name that may mean several regions narrowed to the one that it means in it: the
    same words in the next may mean another."""
    meant: dict[Key, tuple[str, ...]] = {}
    for one in {_key(claim.subject): claim.subject for claim in claims if _single(claim.subject)}.values():
        assert one is not None
        ids = known.of(one)
        said = [claim for claim in claims if _tells(claim) and _key(claim.subject) == _key(one)]
        if len(ids) > 1 and said:
            meant[_key(one)] = _fitting(ids, said, known, rule)
    if not meant:
        return list(claims)
    return [
        claim
        if claim.clouded
        else claim._replace(subject=_narrowed(claim.subject, meant), object=_narrowed(claim.object, meant))
        for claim in claims
    ]


def _tells(claim: Parsed) -> bool:
    """Whether it is sure what the claim is about: where a word is not understood, that may be of another thing."""
    ranked = claim.kind == "comparison" and claim.value in ("most", "least")
    return (claim.kind in TELLING or ranked) and not (claim.clouded or claim.hedged or claim.negated)


def _fitting(
    ids: Sequence[str], said: Sequence[Parsed], known: Evidence, rule: Callable[[Parsed, Evidence], Ruling]
) -> tuple[str, ...]:
    """Those of the regions that most of what is said is true of, and least is false of; of those of which something is
    false, the one by what is said first."""
    score, told = {}, {}
    for rid in ids:
        answers = [rule(claim._replace(subject=replace(claim.subject, ids=(rid,))), known).answer  # type: ignore[type-var]
                   for claim in said]  # fmt: skip
        score[rid] = (-answers.count("contradicted"), answers.count("supported"))
        told[rid] = [answer == "supported" for answer in answers]
    best = max(score.values())
    found = tuple(rid for rid in ids if score[rid] == best)
    return found if not best[0] else (max(found, key=lambda rid: told[rid]),)


def _single(one: Mention | None) -> bool:
    if one is None or one.every or one.ids or one.universal:
        return False
    if one.plural:
        return one.partitive and one.rank is None and one.count in (None, ONE)  # "one of the nodules"
    return one.count is None or one.count.values == (1.0,)


def _key(one: Mention | None) -> Key:
    return (one.start, one.end, one.first) if one is not None else (-2, -2, -2)


def _narrowed(one: Mention | None, meant: dict[Key, tuple[str, ...]]) -> Mention | None:
    ids = meant.get(_key(one)) if one is not None and not one.every else None
    return replace(one, ids=ids, rank=None) if one is not None and ids else one
