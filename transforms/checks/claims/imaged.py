"""What is there by a published rule, or by which side the source says is imaged."""

from schemas import Fact
from transforms.checks.claims.evidence import Evidence
from transforms.checks.claims.model import Mention
from transforms.checks.claims.ruling import Ruling, no, unknown, yes


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
