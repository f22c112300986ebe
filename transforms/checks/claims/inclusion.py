"""Assertions that one thing lies in another."""

from collections.abc import Sequence

from schemas import Fact
from transforms.checks.claims.evidence import Evidence
from transforms.checks.claims.model import Mention, Parsed
from transforms.checks.claims.ruling import Ruling, no, unknown, yes
from transforms.checks.claims.situated import by_place_stated
from transforms.checks.claims.standing import side_of_record, spoken
from transforms.checks.claims.words import REGIONS, word_set
from transforms.facts.base import CONTAINERS


def inclusion(claim: Parsed, known: Evidence) -> Ruling:
    """ "a lies in b": by an `inside` fact, or by one that puts a where b is not."""
    a, b = known.of(claim.subject), known.of(claim.object)
    held = known.pair("inside", a, b)
    if held:
        return yes(held[0], "lies inside it")
    if not a and (named := _by_its_name(claim, known)) is not None:
        return yes(named, "its name says so")
    if not a and (sided := _by_side_stated(claim, known)) is not None:
        return sided
    if not a and (placed := by_place_stated(claim, known)) is not None:
        return placed
    inner = [f for f in known.about_regions("inside", a) if known.slugs[f.regions[1]] not in CONTAINERS]
    if inner and claim.object is not None and claim.object.rank and b:
        return no(inner[0], "lies in another one")  # "in the smaller of the two ulcers"
    if inner and claim.object is not None:
        return _elsewhere(inner, claim.object, known)
    if claim.object is not None and (ruling := _other_side(a, claim.object, known)) is not None:
        return ruling
    if claim.object is not None and not _drawn(b, claim.object, known):
        b = []  # its parts alone are drawn: beside them it may be all the same
    turned = known.pair("inside", b, a) or known.pair("larger", a, b)
    if turned:
        return no(turned[0], "it is the other way round")
    touching = known.pair("adjacent", a, b) + known.pair("adjacent", b, a)
    organ = claim.subject is not None and claim.subject.facet == "anatomy"  # a finding "of" an organ is drawn beside it
    if organ and touching and len(a) == len(b) == 1:
        return no(touching[0], "they lie side by side")
    if organ and a and b and known.apart(a, b):
        return no(known.present(known.slugs[a[0]]), "their boxes do not meet")
    if claim.object is not None and claim.subject is not None and (own := of_its_own(claim, known)) is not None:
        return own
    if claim.object is not None and claim.subject is not None:
        return _by_region(claim.subject, a, claim.object, known)
    return unknown("whether it lies inside is not measured")


def _drawn(ids: Sequence[str], place: Mention, known: Evidence) -> bool:
    """Whether regions are of the place itself, or of its two sides."""
    sides = set(known.words.pairs.get(place.slugs, {}).values())
    return all(known.slugs[rid] in place.slugs or known.slugs[rid] in sides for rid in ids)


HOMES = {"endotracheal_tube": "trachea", "tracheostomy_tube": "trachea", "bone_marrow_edema": "bone_marrow"}
"""What lies in a place by what it is, though the label space does not put it there."""


def _by_its_name(claim: Parsed, known: Evidence) -> Fact | None:
    """ "A tear of the cruciate ligament", of a finding that is stated and not drawn: what its name is of."""
    places = claim.object.slugs if claim.object is not None else ()
    slugs = [slug for slug in (claim.subject.slugs if claim.subject is not None else ()) if slug in known.space]
    held = [slug for slug in slugs if any(known.is_a(slug, place) or HOMES.get(slug) == place for place in places)]
    return next((fact for slug in held if (fact := known.present(slug)) is not None), None)


def _by_side_stated(claim: Parsed, known: Evidence) -> Ruling | None:
    """ "Cancer of the left breast", of one that is stated and not drawn, where its side is stated."""
    place = claim.object
    entry = known.space.get(place.slugs[0]) if place is not None and place.slugs[0] in known.space else None
    side = entry.side if entry is not None and len(place.slugs) == 1 else place.side if place is not None else None  # type: ignore[union-attr]
    stated = side_of_record(known)
    if side is None or stated is None or place is None:
        return None
    wholes = {
        *place.slugs,
        *(up for slug in place.slugs if slug in known.space for up in known.space.get(slug).parents),
    }
    for slug in claim.subject.slugs if claim.subject is not None else ():
        fact = known.present(slug)
        if fact is not None and any(known.is_a(slug, whole) for whole in wholes):
            right = str(stated.value).casefold() == side
            return yes(fact, "as its side is stated") if right else no(stated, "the other side is stated", "side")
    return None


def of_its_own(claim: Parsed, known: Evidence) -> Ruling | None:
    """ "A stone in the kidney" of what is a gallstone: a finding of one organ is in no other that it is no part of."""
    assert claim.subject is not None
    assert claim.object is not None
    places = [slug for slug in claim.object.slugs if slug in known.space and slug not in REGIONS]
    for slug in claim.subject.slugs if places else ():
        fact = known.present(slug)
        homes = [one for one in known.space.get(slug).parents if known.words.facets.get(one) == "anatomy"] \
            if fact is not None and slug in known.space else []  # fmt: skip
        at, said = ({organ for one in group for organ in organs(one, known)} for group in (homes, places))
        if at and said and not at & said and not any(known.kin(home, one) for home in homes for one in places):
            return no(fact, f"it is one of the {homes[0].replace('_', ' ')}", "site")
    return None


SAME = {"colon": "large_bowel", "cerebrum": "brain", "lungs": "lung"}


ORGANS = word_set(
    """liver spleen kidney pancreas stomach gallbladder heart lung brain prostate urinary_bladder esophagus duodenum
    large_bowel colon uterus ovary thyroid_gland adrenal_gland trachea testis"""
)
"""Organs of which none is part of another, nor of the same tissue."""


def organs(slug: str, known: Evidence) -> set[str]:
    """The organs that a thing is, or is a part of."""
    above = {slug} | (known.space.ancestors(slug) if slug in known.space else frozenset())
    return {SAME.get(one, one) for one in above & ORGANS}


def _elsewhere(inner: list[Fact], place: Mention, known: Evidence) -> Ruling:
    """a is inside something: does that settle whether it is inside `place`? Two places of which neither is part of the
    other exclude each other."""
    for fact in inner:
        holder = known.slugs[fact.regions[1]]
        if any(known.is_a(holder, slug) for slug in place.slugs):
            return yes(fact, f"lies inside the {holder.replace('_', ' ')}")
    apart = [f for f in inner if all(exclusive(known.slugs[f.regions[1]], slug, known) for slug in place.slugs)]
    if apart:
        holder = known.slugs[apart[0].regions[1]]
        return no(apart[0], f"lies inside the {holder.replace('_', ' ')}")
    other = _other_side([fact.regions[0] for fact in inner], place, known)
    return other or unknown("it lies inside something around or within it")


def exclusive(a: str, b: str, known: Evidence) -> bool:
    """Whether nothing lies in both places: they are drawn apart, are of different sides or organs, or stand under the
    same concept. Of others it is not known: a tumor of the peripheral zone may be of the apex, too."""
    if known.kin(a, b):
        return False
    if {a, b} <= set(known.slugs.values()):
        return not known.pair("inside", known.of(_place(a)), known.of(_place(b)))
    entries = [known.space.get(slug) if slug in known.space else None for slug in (a, b)]
    sides = {entry.side for entry in entries if entry is not None and entry.side}
    parents = [set(entry.parents) if entry is not None else set() for entry in entries]
    apart = organs(a, known), organs(b, known)
    return len(sides) == 2 or bool(parents[0] & parents[1]) or bool(apart[0] and apart[1] and not apart[0] & apart[1])


def _place(slug: str) -> Mention:
    return Mention((slug,), "anatomy", -1, -1, -1, -1)


def _other_side(a: Sequence[str], place: Mention, known: Evidence) -> Ruling | None:
    """What lies on one side of the patient is in no organ of the other."""
    sides = {known.space.get(slug).side for slug in place.slugs if slug in known.space}
    facts = [f for f in known.about_regions("side", a) if f.value in ("left", "right")]
    if len(sides) == 1 and None not in sides and len(facts) == len(a) > 0 and all(f.value not in sides for f in facts):
        return no(facts[0], f"lies on the patient's {facts[0].value}", "side")
    return None


def _by_region(subject: Mention, a: Sequence[str], place: Mention, known: Evidence) -> Ruling:
    """By what the body part imaged, or its own name, says of where a thing can be: a breast lesion is in the breast."""
    shown = next((fact for slug in subject.slugs if (fact := known.present(slug))), None)
    if shown is not None and set(place.slugs) <= {"tissue", "tissue_section"}:
        return yes(shown, "the tissue is what is shown")
    found = shown is not None and shown.predicate != "modality" and subject.facet == "finding" and not subject.short
    if found and _imaged(place, known):
        return yes(shown, "all that is shown is of the body part imaged")
    named = next((fact for rid in a if (fact := by_name(rid, place, known))), None)
    if named is not None:
        return yes(named, "its name, or the body part shown, says so")
    parts = [fact for fact in known.facts["body_part"] if known.slug(fact.concept)]
    near = any(_near(known.slug(f.concept), one, known) for f in parts for one in place.slugs)
    if a and parts and not near and subject.facet == "finding" and not set(place.slugs) & spoken(known):
        return no(parts[0], f"the body part is {parts[0].value}", "site")
    return unknown("whether it lies inside is not measured")


def _imaged(place: Mention, known: Evidence) -> bool:
    """Whether a place is the body part imaged or what that is a part of, on the side that is stated."""
    parts = [known.slug(fact.concept) for fact in known.facts["body_part"]]
    if len(set(parts)) != 1 or len(place.slugs) != 1:
        return False
    part, slug = parts[0], place.slugs[0]
    entry = known.space.get(slug) if slug in known.space else None
    side = place.side or (entry.side if entry is not None else None)
    if not side:
        return part == slug or known.is_a(part, slug)
    own = known.space.get(part).side if part in known.space else None
    stated = side_of_record(known)
    told = own or (str(stated.value).casefold() if stated is not None else None)
    return told == side and (part == slug or (entry is not None and (part in entry.parents or place.side is not None)
                                              and known.kin(part, slug)))  # fmt: skip


WHOLES = frozenset({"body", "trunk", "head", "limb", "extremity"})


def _near(a: str, b: str, known: Evidence) -> bool:
    """Whether two places may lie in each other: they share something above them that is less than half the body, or are
    of no one region of it (a vessel)."""
    if not (known.regions_of(a) and known.regions_of(b)):
        return True
    above = [({slug} | known.space.ancestors(slug)) for slug in (a, b) if slug in known.space]
    if len(above) < 2 or not (above[0] & WHOLES and above[1] & WHOLES):
        return True  # a tissue, which may be anywhere
    return bool((above[0] & above[1]) - WHOLES)


def by_name(rid: str, place: Mention, known: Evidence) -> Fact | None:
    """The fact by which a region lies in a place whatever its outline: a breast lesion, a picture of the breast."""
    slug = known.slugs[rid]
    if any(known.is_a(slug, one) for one in place.slugs):
        return known.present(slug)
    parts = [fact for fact in known.facts["body_part"] if known.slug(fact.concept)]
    return next((f for f in parts if any(known.is_a(known.slug(f.concept), one) for one in place.slugs)), None)
