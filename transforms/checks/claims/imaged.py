"""What is there by a published rule, or by which part and side of the body is imaged."""

from collections.abc import Sequence

from schemas import Fact
from transforms.checks.claims.evidence import Evidence
from transforms.checks.claims.inclusion import organs
from transforms.checks.claims.model import Mention
from transforms.checks.claims.ruling import Ruling, no, unknown, yes
from transforms.checks.claims.standing import side_of_record, spoken
from transforms.checks.claims.words import REGIONS


def one_imaged(fact: Fact, slugs: tuple[str, ...], known: Evidence) -> Ruling:
    """ "Both knees", of a picture of one: the source says which side it is of."""
    sides = [f for f in known.facts["attribute"] if str(f.name).lower() == "laterality"]
    if sides and not known.of(Mention(slugs, "anatomy", -1, -1, -1, -1)):
        return no(sides[0], f"the {sides[0].value} one is imaged", "side")
    return unknown("whether both are imaged is not known") if sides else yes(fact, "shown")


def counted_as(slugs: tuple[str, ...], known: Evidence) -> Ruling | None:
    """ "Cardiomegaly", where a published rule says of the heart that it counts as enlarged."""
    for slug in slugs:
        entry = known.space.get(slug) if slug in known.space else None
        names = (entry.concept.label, *entry.synonyms) if entry is not None else ()
        if not any("megaly" in name or "enlarge" in name for name in names):
            continue
        for fact in known.facts["judgement"]:
            organs = {known.slugs[rid] for rid in fact.regions}
            if str(fact.value) == "enlarged" and entry is not None and organs & set(entry.parents):
                return yes(fact, "it counts as enlarged by a published rule")
    return None


def elsewhere(slugs: tuple[str, ...], known: Evidence) -> Ruling | None:
    """A body region that the picture is surely not of: a slice of the brain shows no abdomen."""
    parts = [fact for fact in known.facts["body_part"] if known.slug(fact.concept)]
    other = {known.space.get(slug).pair for slug in slugs if slug in known.space}
    turned = next((fact for fact in parts if known.slug(fact.concept) in other), None)
    if turned is not None:
        return no(turned, f"it is the {turned.value}", "side")
    if (sided := sided_part(slugs, parts, known)) is not None:
        return sided
    regions = REGIONS & set(slugs)
    placed = all(known.regions_of(known.slug(fact.concept)) for fact in parts)
    if not parts or not placed or len(regions) < len(slugs) or regions & spoken(known):
        return None
    if any(known.kin(known.slug(fact.concept), slug) for fact in parts for slug in regions):
        return None
    return no(parts[0], f"the body part is {parts[0].value}", "site")


NEIGHBORS = (
    {"thorax", "abdomen"}, {"abdomen", "pelvis"}, {"head", "neck"}, {"neck", "thorax"}, {"thorax", "upper_limb"},
    {"pelvis", "lower_limb"}, {"thorax", "breast"}, {"chest", "abdomen"}, {"chest", "neck"}, {"chest", "breast"},
    {"chest", "upper_limb"}, {"abdomen", "breast"},
)  # fmt: skip
"""Regions of the body that one picture may show parts of."""


def far_off(slugs: tuple[str, ...], parts: Sequence[Fact], known: Evidence) -> Ruling | None:
    """An organ of another region of the body than the one imaged, and of none beside it."""
    imaged = [known.regions_of(known.slug(fact.concept)) for fact in parts]
    said = [known.regions_of(slug) for slug in slugs if known.words.facets.get(slug) == "anatomy"]
    if not said or len(said) < len(slugs) or not all(imaged) or not all(said):
        return None
    meets = any(a == b or {a, b} in NEIGHBORS for one in said for other in imaged for a in one for b in other)
    if meets or any(set(slug.split("_")) & spoken(known) for slug in slugs):
        return None
    return no(parts[0], f"the body part is {parts[0].value}", "site")


def other_organ(slugs: tuple[str, ...], parts: Sequence[Fact], known: Evidence) -> Ruling | None:
    """ "The picture shows the stomach", of one of the colon: it is of another organ."""
    imaged = [organs(known.slug(fact.concept), known) for fact in parts]
    said = [organs(slug, known) for slug in slugs]
    if not parts or not all(imaged) or not all(said) or any(a & b for a in said for b in imaged):
        return None
    return no(parts[0], f"the body part is {parts[0].value}", "site")


def sided_part(slugs: tuple[str, ...], parts: Sequence[Fact], known: Evidence) -> Ruling | None:
    """ "The right shoulder", of a picture of a shoulder whose side the source states."""
    stated = side_of_record(known)
    entry = known.space.get(slugs[0]) if len(slugs) == 1 and slugs[0] in known.space else None
    if stated is None or entry is None or entry.side is None:
        return None
    if not any(known.slug(fact.concept) in entry.parents for fact in parts):
        return None
    right = str(stated.value).casefold() == entry.side
    return yes(stated, "the side imaged") if right else no(stated, "the other side is imaged", "side")
