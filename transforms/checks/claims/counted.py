"""Assertions that there are so many of a thing."""

from collections.abc import Sequence
from dataclasses import replace

from transforms.checks.claims import places, sizes
from transforms.checks.claims.evidence import Evidence
from transforms.checks.claims.inclusion import by_name
from transforms.checks.claims.model import Mention, Parsed, Quantity
from transforms.checks.claims.ruling import Ruling, no, unknown, yes
from transforms.checks.claims.values import fits
from transforms.facts.base import CONTAINERS


def count(claim: Parsed, known: Evidence) -> Ruling:
    assert claim.subject is not None
    if claim.quantity is None:
        return unknown("no number")
    said, subject = claim.quantity, claim.subject
    if claim.located and claim.object is not None:
        return _count_inside(claim, known)
    if claim.value == "such":
        return _some(claim, known)
    if claim.value is not None and len(known.of(replace(subject, plural=True, rank=None, ids=()))) > 1:
        return _count_such(claim, known)
    facts = [f for f in known.facts["count"] if known.slug(f.concept) in subject.slugs and not subject.side]
    if facts and len(subject.slugs) == 1:
        wanted = [f for f in facts if fits(float(f.value), said, 0.0)]
        if not wanted and subject.general and _in_all(said, known):
            return unknown("whether all kinds together are meant cannot be told")
        return yes(wanted[0], "the count") if wanted else no(facts[0], f"the count is {facts[0].value}")
    ids = known.of(replace(subject, plural=True, rank=None, ids=()))
    if known.scene.view.frame == "text":
        return unknown("passages of a document are no count")
    if _of_kinds(ids, subject, known) and not fits(len(ids), said, 0.0):
        return unknown("there are others of kinds of it")
    if not ids or not _counted(ids, known):
        return _not_counted(ids, said, known)
    fact = known.present(subject.slugs[0]) or known.present(known.slugs[ids[0]])
    if fits(len(ids), said, 0.0):
        return yes(fact, "as many are shown") if fact else unknown("not counted")
    return no(fact, f"{len(ids)} are shown")


def _of_kinds(ids: Sequence[str], subject: Mention, known: Evidence) -> bool:
    """Whether regions of kinds of a thing are shown beside those that are called by its own name."""
    others = {slug for rid, slug in known.slugs.items() if slug and rid not in ids} - set(subject.slugs)
    alike = (slug for slug in others if known.words.facets.get(slug) == subject.facet)
    return any(known.is_a(slug, one) for slug in alike for one in subject.slugs)


def _some(claim: Parsed, known: Evidence) -> Ruling:
    """ "Six screws hold the plate", of eight: fewer may be so, and more cannot."""
    assert claim.quantity is not None
    ruling = count(claim._replace(value=None), known)
    least = claim.quantity._replace(bound="gt", strict=False)
    if (
        ruling.answer != "contradicted"
        or count(claim._replace(value=None, quantity=least), known).answer == ruling.answer
    ):
        return ruling
    return unknown("how many of them are so is not known")


def _in_all(said: Quantity, known: Evidence) -> bool:
    """ "Nineteen lesions", of three kinds."""
    counts = [
        float(f.value) for f in known.facts["count"] if known.words.facets.get(known.slug(f.concept)) == "finding"
    ]
    return len(counts) > 1 and fits(sum(counts), said, 0.0)


SUCH = {"location": places.location, "side": places.side, "rating": sizes.rating}
"""What things can be counted by."""


def _count_such(claim: Parsed, known: Evidence) -> Ruling:
    """How many of a kind lie somewhere, or are rated so."""
    assert claim.subject is not None
    assert claim.quantity is not None
    kind, _, value = (claim.value or "").partition("|")
    ids = known.of(replace(claim.subject, plural=True, rank=None, side=None, ids=()))
    each = [claim._replace(value=value, quantity=None, subject=replace(claim.subject, ids=(rid,), count=None))
            for rid in ids]  # fmt: skip
    rulings = [SUCH[kind](one, known) for one in each]
    if not ids or not _counted(ids, known) or any(ruling.answer == "uncheckable" for ruling in rulings):
        return unknown("which of them are meant is not known for all")
    fact = known.present(claim.subject.slugs[0]) or known.present(known.slugs[ids[0]])
    such = sum(ruling.answer == "supported" for ruling in rulings)
    return (yes if fits(such, claim.quantity, 0.0) else no)(fact, f"{such} are such")


def _not_counted(ids: list[str], said: Quantity, known: Evidence) -> Ruling:
    """Organs that have two sides are at most two, whatever a mask of them says."""
    sided = bool(ids) and all(known.space.get(known.slugs[rid]).side for rid in ids if known.slugs[rid])
    if sided and said.bound == "eq" and said.values[0] > 2 and len(ids) <= 2:
        return no(known.present(known.slugs[ids[0]]), "there are two of it at most")
    return unknown("not counted")


def _counted(ids: list[str], known: Evidence) -> bool:
    """Whether regions stand for so many things: not the mask of a class, unless it is of what there is one of (the
    first lumbar vertebra)."""
    slugs = [known.slugs[rid] for rid in ids]
    entries = [known.space.get(slug) for slug in slugs]
    if len(set(slugs)) == len(slugs) and all(entry.plural is None or entry.side for entry in entries):
        return True
    return all(known.regions[rid].segmentation != "semantic" for rid in ids)


def _count_inside(claim: Parsed, known: Evidence) -> Ruling:
    assert claim.subject is not None
    assert claim.object is not None
    assert claim.quantity is not None
    ids = known.of(replace(claim.subject, plural=True))
    if ids and all(by_name(rid, claim.object, known) for rid in ids):
        return count(claim._replace(located=False), known)
    held = [
        fact for fact in known.about_regions("inside", ids)
        if fact.regions[1] in known.of(claim.object)
        or any(known.is_a(known.slugs[fact.regions[1]], slug) for slug in claim.object.slugs)
    ]  # fmt: skip
    inner = {fact.regions[0] for fact in held}
    if inner and fits(len(inner), claim.quantity, 0.0):
        return yes(held[0], "as many lie inside it")
    if claim.quantity.values[0] > len(ids) > 0 and claim.quantity.bound != "lt":
        fact = known.present(claim.subject.slugs[0])
        return no(fact, f"only {len(ids)} are shown at all")
    if len(inner) > claim.quantity.values[-1] and claim.quantity.bound in ("eq", "lt", "range"):
        return no(held[0], f"{len(inner)} lie inside it")
    held_all = {fact.regions[0] for fact in known.facts["inside"] if known.slugs[fact.regions[1]] not in CONTAINERS}
    if ids and held_all >= set(ids) and known.of(claim.object):
        return no(known.present(known.slugs[ids[0]]), f"{len(inner)} lie inside it")
    return unknown("which of them lie there is not known for all")
