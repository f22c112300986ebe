"""What a comparison is of where its words leave that open: a share of a kind, the width of the chest, "the other"."""

from transforms.checks.claims.evidence import Evidence
from transforms.checks.claims.model import Parsed
from transforms.checks.claims.ruling import Ruling, no, yes
from transforms.checks.claims.values import fits, number_of


def share(claim: Parsed, known: Evidence) -> bool:
    """ "A quarter of the cells are positive": a kind of what it is a share of."""
    one, than = claim.subject, claim.object
    return (
        one is not None
        and than is not None
        and one.slugs != than.slugs
        and all(any(known.is_a(slug, whole) for whole in than.slugs) for slug in one.slugs)
    )


def across_chest(claim: Parsed, known: Evidence) -> Ruling | None:
    """ "The heart takes up half of the width of the chest": the cardiothoracic ratio, where it was measured."""
    facts = known.facts["cardiothoracic"]
    one, than = claim.subject, claim.object
    if not facts or one is None or than is None or "heart" not in one.slugs or not CHEST & set(than.slugs):
        return None
    if claim.value != "ratio" or claim.quantity is None:
        return None
    right = fits(number_of(facts[0]), claim.quantity, facts[0].tolerance or 0.0)
    return (yes if right else no)(facts[0], f"measured {number_of(facts[0]):g}", *(() if right else ("size",)))


CHEST = frozenset({"thorax", "chest", "thoracic_cavity", "rib_cage"})


def other(claim: Parsed, a: list[str], b: list[str], known: Evidence) -> list[str]:
    """ "Eight times as large as the other": the one that is left of two, where the one compared is told by its size."""
    one, than = claim.subject, claim.object
    told = one is not None and than is not None and one.rank and not than.rank and one.slugs == than.slugs
    left = [rid for rid in b if rid not in a]
    return left if told and len(a) == 1 and len(left) == 1 else b
