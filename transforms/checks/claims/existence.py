"""Assertions that a thing is there, is not there, is one of so many, or has a finding."""

from collections.abc import Sequence
from dataclasses import replace

from schemas import Fact
from transforms.checks.claims.evidence import Evidence
from transforms.checks.claims.grades import graded
from transforms.checks.claims.imaged import counted_as, elsewhere, far_off, one_imaged, other_organ, sided_part
from transforms.checks.claims.inclusion import exclusive
from transforms.checks.claims.model import Mention, Parsed
from transforms.checks.claims.ruling import Ruling, no, unknown, yes
from transforms.checks.claims.standing import measured_of, said_of_patient
from transforms.facts.statement import STATED

ABNORMAL = "abnormality"


def presence(claim: Parsed, known: Evidence) -> Ruling:
    assert claim.subject is not None
    slugs = _general(claim.subject.slugs, known, ABNORMAL)
    facts = [known.present(slug) for slug in slugs]
    missing = [fact for slug in slugs if (fact := known.absent(slug))]
    shown = [fact for fact in facts if fact is not None]
    if claim.value == "seen":
        shown = [fact for fact in shown if fact.predicate not in STATED]
    if missing and (claim.subject.every or len(missing) == len(facts)) and not shown:
        return no(missing[0], "declared absent")
    unsure = doubted(slugs, known)
    if unsure and not shown:
        return unknown("stated as uncertain")
    if claim.subject.rank and not known.of(claim.subject):
        return unknown("which one that is cannot be told")
    if shown and claim.subject.every and claim.subject.plural and all(f.predicate == "body_part" for f in shown):
        return one_imaged(shown[0], slugs, known)
    if shown and claim.subject.every and claim.subject.facet == "anatomy" and len(known.of(claim.subject)) == 1:
        return unknown("whether both are shown is not known")
    if shown and (not claim.subject.every or len(shown) == len(facts)):
        return yes(shown[0], "shown")
    if (counted := counted_as(slugs, known)) is not None:
        return counted
    step = graded(slugs, known) if claim.value != "seen" else None
    own = said_of_patient(slugs, known) or measured_of(slugs, known)
    if step is None and claim.value != "seen" and own is not None:
        return yes(own, "the source says so")
    parts = [fact for fact in known.facts["body_part"] if known.slug(fact.concept)]
    if parts and claim.value == "seen" and (far := far_off(slugs, parts, known)) is not None:
        return far
    if claim.measure == "topic" and (other := other_organ(slugs, parts, known)) is not None:
        return other
    return elsewhere(slugs, known) or step or unknown("neither shown nor declared absent")


def doubted(slugs: tuple[str, ...], known: Evidence) -> Fact | None:
    """The fact by which a document, or the labels of the sample, leave open whether something is there."""
    uncertain = [f for f in known.facts["finding"] if f.value == "uncertain"]
    return next((f for f in (*uncertain, *known.left_open) if known.slug(f.concept) in slugs), None)


def _general(slugs: tuple[str, ...], known: Evidence, general: str) -> tuple[str, ...]:
    """ "An abnormality" is any finding that is shown, where the source does not speak of abnormalities as such."""
    if slugs != (general,) or known.present(general) or known.absent(general):
        return slugs
    found = [slug for slug in known.shown if slug in known.space and known.space.get(slug).facet == "finding"]
    return tuple(found[:1]) or slugs


def absence(claim: Parsed, known: Evidence) -> Ruling:
    if claim.subject is None:
        return unknown("what is said to be absent cannot be told")
    slugs = _general(claim.subject.slugs, known, ABNORMAL)
    slugs = _of_place(slugs, claim.object, known) if claim.object is not None else slugs
    missing = [known.absent(slug) for slug in slugs]
    if all(missing):
        return yes(missing[0], "declared absent")
    if any(missing) and not claim.subject.every:
        return unknown("one is shown and another is not")
    present = next((fact for slug in slugs if (fact := known.present(slug))), None) or measured_of(slugs, known)
    if present is None and (counted := counted_as(slugs, known)) is not None:
        return no(known.by_id.get(counted.fact or ""), counted.reason) if counted.answer == "supported" else counted
    parts = [fact for fact in known.facts["body_part"] if known.slug(fact.concept)]
    if present is None and (sided := sided_part(slugs, parts, known)) is not None:
        return (
            no(known.by_id.get(sided.fact or ""), sided.reason, "side")
            if sided.answer == "supported"
            else unknown(sided.reason)
        )
    unsure = doubted(slugs, known)
    if unsure and not present:
        return unknown("stated as uncertain")
    if claim.located and claim.object is not None:
        held = known.pair("inside", known.of(claim.subject), known.of(claim.object))
        if held:
            return no(held[0], "one is there")
        if _lies_elsewhere(known.of(replace(claim.subject, side=None)), claim.object, known):
            return unknown("it is shown, and lies elsewhere")
        plural = claim.object.plural and not claim.object.side
        scope = any(_everywhere(slug, known, plural) for slug in claim.object.slugs)
        scope = scope or any(
            finding_of(slug, claim.object, known) for slug in claim.subject.slugs if slug in known.shown
        )
        return no(present, "it is shown") if present and scope else unknown("not declared absent there")
    if claim.subject.side and present:
        return _absent_side(claim, known, present)
    return no(present, "it is shown") if present else unknown("not declared absent")


def _lies_elsewhere(ids: Sequence[str], place: Mention, known: Evidence) -> bool:
    """Whether each of these regions lies in something that excludes the place: the other maxillary sinus."""
    inner = {fact.regions[0]: known.slugs[fact.regions[1]] for fact in known.about_regions("inside", ids)}
    return 0 < len(ids) == len(inner) and all(
        exclusive(holder, slug, known) for holder in inner.values() for slug in place.slugs
    )


def _of_place(slugs: tuple[str, ...], place: Mention, known: Evidence) -> tuple[str, ...]:
    """ "Kidneys: no stones", of a sample that speaks of stones in the kidney and in the gallbladder."""
    if any(finding_of(slug, place, known) for slug in slugs if slug in known.space):
        return slugs
    spoken = [slug for slug in (*known.missing, *known.shown) if slug in known.space and finding_of(slug, place, known)]
    heads = [slug.rpartition("_")[2] for slug in slugs]  # a gallstone is a stone, and so is one of the kidney
    of_kind = [slug for slug in spoken if known.words.facets.get(slug) == "finding"]
    alike = tuple(
        slug for slug in of_kind if any(slug.endswith(h) or h.endswith(slug.rpartition("_")[2]) for h in heads)
    )
    return alike[:1] or slugs


def _absent_side(claim: Parsed, known: Evidence, present: Fact) -> Ruling:
    """ "No lesion on the left", where one is shown: by the side that it lies on."""
    assert claim.subject is not None
    facts = known.about_regions("side", known.of(replace(claim.subject, side=None)))
    there = [fact for fact in facts if fact.value == claim.subject.side]
    return no(there[0], "it is shown there") if there else unknown("not declared absent there")


def only(claim: Parsed, known: Evidence) -> Ruling:
    """ "Only the left kidney": contradicted where its other side, or another of its kind, is shown too."""
    assert claim.subject is not None
    ids = known.of(claim.subject)
    pairs = {known.space.get(slug).pair for slug in claim.subject.slugs if slug in known.space}
    for slug in sorted(one for one in pairs if one):
        if slug in known.shown and known.of(claim.subject):
            return no(known.shown[slug], f"the {slug.replace('_', ' ')} is shown, too")
    return unknown("whether nothing else is there cannot be told") if ids else unknown("not shown")


def _everywhere(slug: str, known: Evidence, plural: bool = False) -> bool:
    """Whether a place is all that is imaged, or all there is of its kind in that."""
    parts = [known.slug(fact.concept) for fact in known.facts["body_part"]]
    return any(known.is_a(part, slug) or (plural and known.is_a(slug, part)) for part in parts if part)


def body_part(claim: Parsed, known: Evidence) -> Ruling:
    assert claim.subject is not None
    parts = known.facts["body_part"]
    if (
        set(claim.subject.slugs) & {"thorax", "chest"}
        and parts
        and all(known.is_a(known.slug(f.concept), "breast") for f in parts)
    ):
        return no(parts[0], f"the body part is {parts[0].value}")  # it is on the chest, and no picture of it
    ruling = presence(claim, known)
    if ruling.answer != "uncheckable":
        return ruling
    placed = all(known.regions_of(slug) for slug in claim.subject.slugs)
    if (
        parts
        and placed
        and not any(known.kin(slug, known.slug(f.concept)) for f in parts for slug in claim.subject.slugs)
    ):
        return no(parts[0], f"the body part is {parts[0].value}")
    return ruling


def finding(claim: Parsed, known: Evidence) -> Ruling:
    """What a text is not certain of: of what is absent nothing is likely, of what is there nothing unlikely."""
    assert claim.subject is not None
    slugs = claim.subject.slugs
    facts = [f for f in (*known.facts["finding"], *known.left_open) if known.slug(f.concept) in slugs]
    for fact in facts:
        if fact.value == claim.value and claim.strength != "unlikely":
            return yes(fact, f"stated as {fact.value}")
    missing = next((one for slug in slugs if (one := known.absent(slug))), None)
    present = next((one for slug in slugs if (one := known.present(slug))), None)
    if claim.strength == "unlikely":
        if present or facts:
            return no(present or facts[0], "it is shown, or not said to be unlikely", "missing finding")
        return yes(missing, "declared absent") if missing else unknown("not stated")
    if missing and not present:
        return no(missing, "declared absent", "false finding")
    return no(facts[0], f"stated as {facts[0].value}") if facts else unknown("not stated")


def finding_of(slug: str, subject: Mention, known: Evidence) -> bool:
    """Whether a finding is one of that organ, by what the label space puts it under or by the words of its name."""
    sides = {subject.side} if subject.side else {known.space.get(s).side for s in subject.slugs if s in known.space}
    if len(sides) == 1 and known.space.get(slug).side not in (None, *sides) and None not in sides:
        return False  # a cyst of the right kidney is none of the left one
    named = {word for one in subject.slugs for word in one.split("_")} & {"left", "right"}
    if len(named) == 1 and {"left", "right"} - named <= set(slug.split("_")):
        return False  # an enlarged left atrium says nothing of the right one
    places = [one for one in known.space.get(slug).parents if known.words.facets.get(one) == "anatomy"]
    if any(known.kin(place, one) for place in places for one in subject.slugs):
        return True
    words = {word for name in (known.space.get(slug).concept.label,) for word in name.lower().split()}
    return any(words & set(one.split("_")) - {"left", "right"} for one in subject.slugs) or slug in subject.slugs
