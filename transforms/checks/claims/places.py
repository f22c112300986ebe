"""Assertions on where a thing lies: the zone of the picture, the side of the patient."""

from dataclasses import replace

from schemas import Fact
from transforms.checks.claims.evidence import Evidence
from transforms.checks.claims.model import Parsed
from transforms.checks.claims.ruling import Ruling, no, unknown, yes
from transforms.checks.claims.standing import side_stated
from transforms.checks.claims.values import zone_agrees
from transforms.facts import statement


def location(claim: Parsed, known: Evidence) -> Ruling:
    facts = known.about_regions("zone", known.of(claim.subject))
    of_body = "|body|" in (claim.value or "")
    facts = [fact for fact in facts if (len(fact.regions) == 2) is of_body]
    if "|organ|" in (claim.value or "") and known.scene.view.frame == "volume":
        return unknown("in which part of an organ it lies is not measured")
    rulings = [(fact, zone_agrees(claim.value or "", str(fact.value), known.scene.view.plane)) for fact in facts]
    for fact, answer in rulings:
        if answer:
            return yes(fact, "lies there")
    if rulings and all(answer is False for _, answer in rulings):
        return no(facts[0], f"lies in the {facts[0].value}")
    return unknown("where it lies is not known in these words")


def side(claim: Parsed, known: Evidence) -> Ruling:
    ids = known.of(replace(claim.subject, side=None) if claim.subject else None)
    if claim.value == "both":
        return _both(ids, known)
    if not ids and (claim.subject is None or claim.subject.facet == "modality"):
        return _imaged(claim, known)
    if (told := side_stated(claim, known)) is not None:
        return told
    facts = known.about_regions("side", ids) or _zoned(ids, known)
    for fact in facts:
        if claim.value in str(fact.value).split():
            return yes(fact, "lies on that side")
    if facts:
        return no(facts[0], f"lies {facts[0].value}")
    sided = {known.space.get(known.slugs[f.regions[1]]).side: f for f in known.about_regions("inside", ids)
             if known.slugs[f.regions[1]] in known.space}  # fmt: skip
    sided.pop(None, None)
    if sided:
        held = sided.get(claim.value)  # type: ignore[arg-type]
        return (
            yes(held, "it lies in what is on that side")
            if held
            else no(next(iter(sided.values())), "it lies on the other")
        )
    if not ids and claim.subject is not None and claim.subject.facet == "anatomy":
        imaged = [f for f in known.facts["body_part"] if known.slug(f.concept) in known.space]
        if any(known.kin(known.slug(f.concept), slug) for f in imaged for slug in claim.subject.slugs):
            ruling = _imaged(claim, known)
            if ruling.answer != "uncheckable":
                return ruling
    if (by_inner := _by_what_it_holds(claim, ids, known)) is not None:
        return by_inner
    named = {known.space.get(known.slugs[rid]).side: known.slugs[rid] for rid in ids}
    if claim.value in named:
        return yes(known.present(named[claim.value]), "its name says so")
    if named and None not in named:
        return no(known.present(known.slugs[ids[0]]), "its name says the other side")
    if (pictured := _pictured(claim, ids, known)) is not None:
        return pictured
    return unknown("its side is not known")


RADIOGRAPHS = ("xray", "mg", "cr", "dx", "mammography")


def _pictured(claim: Parsed, ids: list[str], known: Evidence) -> Ruling | None:
    """ "The scissors on the right", of a picture that shows no side of the patient: by the part of the picture."""
    imaged = [known.slug(fact.concept) for fact in known.facts["modality"]]
    if known.scene.view.plane or not imaged or any(known.is_a(slug, kind) for slug in imaged for kind in RADIOGRAPHS):
        return None
    for fact in known.about_regions("zone", ids) if len(ids) == 1 else ():
        sides = {"left", "right"} & set(str(fact.value).split())
        if sides:
            return yes(fact, "lies there") if claim.value in sides else no(fact, f"lies in the {fact.value}", "side")
    return None


def _by_what_it_holds(claim: Parsed, ids: list[str], known: Evidence) -> Ruling | None:
    """ "A lesion in the left peripheral zone": of a place that has no side, by the side of the finding in it."""
    if any(known.space.get(known.slugs[rid]).side for rid in ids if known.slugs[rid]):
        return None
    for fact in known.facts["inside"]:
        rid = fact.regions[0]
        if fact.regions[1] in ids and known.words.facets.get(known.slugs[rid]) == "finding" and _sides(rid, known):
            right = claim.value in _sides(rid, known)
            return (
                yes(fact, "by what lies in it") if right else no(fact, "what lies in it is on the other side", "side")
            )
    return None


def _both(ids: list[str], known: Evidence) -> Ruling:
    """ "Bilaterally": some of it lies on each side."""
    where = {rid: _sides(rid, known) for rid in ids}
    sides = {side for one in where.values() for side in one}
    fact = next((fact for rid in ids for fact in known.facts["present"] if rid in fact.regions), None)
    if {"left", "right"} <= sides:
        return yes(fact, "on both sides")
    if sides and all(where.values()):
        return no(fact, f"it lies {', '.join(sorted(sides))}", "side")
    return unknown("on which sides it lies is not known")


def _sides(rid: str, known: Evidence) -> set[str]:
    """The sides that a region lies on, by its own facts, by what it lies in, or by its name."""
    facts = (*known.about_regions("side", [rid]), *_zoned([rid], known))
    said = {word for fact in facts for word in str(fact.value).split()}
    holders = [known.slugs[fact.regions[1]] for fact in known.about_regions("inside", [rid])]
    named = {known.space.get(slug).side for slug in (known.slugs[rid], *holders) if slug in known.space}
    return (said | {one for one in named if one}) & {"left", "right"}


def _imaged(claim: Parsed, known: Evidence) -> Ruling:
    """ "Left-sided mammogram": by the side that the source states, or that the body part's name has."""
    stated = statement.of(fact for predicate in statement.STATED for fact in known.facts[predicate])
    for fact in stated:
        if statement.name(fact).casefold() == "laterality" and str(fact.value).casefold() in ("left", "right"):
            same = str(fact.value).casefold() == claim.value
            return yes(fact, "the side imaged") if same else no(fact, "the other side is imaged", "side")
    for fact in known.facts["body_part"]:
        entry = known.space.get(known.slug(fact.concept)) if known.slug(fact.concept) in known.space else None
        if entry is not None and entry.side:
            right = entry.side == claim.value
            return yes(fact, "the side imaged") if right else no(fact, "the other side is imaged", "side")
    return unknown("its side is not known")


def _zoned(ids: list[str], known: Evidence) -> list[Fact]:
    """In planes that show left and right, the zones that lie in an outer third."""
    if known.scene.view.plane not in ("axial", "coronal"):
        return []
    return [f for f in known.about_regions("zone", ids) if {"left", "right"} & set(str(f.value).split())]
