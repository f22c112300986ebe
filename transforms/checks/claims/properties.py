"""Assertions that a thing has a finding ("the heart is enlarged"), or is one of a kind."""

from schemas import Fact
from transforms.checks.claims.evidence import Evidence
from transforms.checks.claims.existence import doubted, finding_of
from transforms.checks.claims.model import Answer, Mention, Parsed
from transforms.checks.claims.ruling import Ruling, no, unknown, yes


def has_finding(claim: Parsed, known: Evidence) -> Ruling:
    """ "The heart is enlarged": by the finding of that kind which is one of that organ."""
    assert claim.object is not None
    own = [slug for slug in claim.object.slugs if claim.subject is None or _has(slug, claim.subject, known)]
    if not own or (claim.subject is None and len(claim.object.slugs) > 1):
        return unknown("of what that is said cannot be told")
    present = next((fact for slug in own if (fact := known.present(slug))), None)
    missing = next((fact for slug in own if (fact := known.absent(slug))), None)
    fact = present or missing
    if fact is None:
        return unknown("neither shown nor declared absent")
    if present is not None and claim.subject is not None and (own_place := _there(present, claim.subject, known)):
        return own_place if claim.value == "+" else own_place._replace(answer=TURNED[own_place.answer])
    if (present is not None) == (claim.value == "+"):
        return yes(fact, "as it is shown")
    return no(fact, "it is declared absent" if missing else "it is shown", "false finding" if missing else
              "missing finding")  # fmt: skip


def _has(slug: str, subject: Mention, known: Evidence) -> bool:
    """Whether a finding is one of that organ, and not of one beside it: a mitral regurgitation is none of the tricuspid
    valve, though both are of the heart."""
    if not finding_of(slug, subject, known):
        return False
    label = set(known.space.get(slug).concept.label.lower().split())
    own = {word for one in subject.slugs for word in one.split("_")}
    parents = {up for one in subject.slugs if one in known.space for up in known.space.get(one).parents}
    beside = (one for up in parents for one in known.words.under.get(up, ()) if one not in subject.slugs)
    return bool(label & own) or not any(label & (set(one.split("_")) - own) for one in beside)


TURNED: dict[Answer, Answer] = {"supported": "contradicted", "contradicted": "supported", "uncheckable": "uncheckable"}


def _there(fact: Fact, subject: Mention, known: Evidence) -> Ruling | None:
    """ "The molar is carious", of a sample in which one tooth of several is; None where the finding is not drawn."""
    ids, found = known.of(subject), [rid for rid in fact.regions if rid in known.regions]
    alike = _siblings(ids, known)
    if not ids or not found or set(ids) & set(found) or not alike:
        return None
    if held := known.pair("inside", found, ids):
        return yes(held[0], "it is inside")
    if others := known.pair("inside", found, alike):
        return no(others[0], "it is in another", "site")
    return unknown("of which of them that is cannot be told")


def _siblings(ids: list[str], known: Evidence) -> list[str]:
    """Other regions of what stands under the same concept: the other teeth."""
    slugs = {known.slugs[rid] for rid in ids}
    parents = {up for slug in slugs if slug in known.space for up in known.space.get(slug).parents}
    facets = {known.words.facets.get(slug) for slug in slugs}
    return [rid for rid, slug in known.slugs.items() if rid not in ids and slug in known.space and
            known.words.facets.get(slug) in facets and parents & set(known.space.get(slug).parents)]  # fmt: skip


def identity(claim: Parsed, known: Evidence) -> Ruling:
    """ "The vertebra shown is the fifth": of what is shown of that kind."""
    if claim.subject is None or claim.object is None:
        return unknown("what it is cannot be told")
    ids = known.of(claim.subject)
    named = claim.object.slugs
    below = all(known.is_a(slug, one) for slug in named for one in claim.subject.slugs[:1])
    fact = known.present(named[0])
    if fact is not None and claim.subject.every and not set(ids) <= set(known.of(claim.object)):
        return unknown("whether all of them are cannot be told")
    if fact is not None:
        return yes(fact, "it is shown") if not ids or set(ids) & set(known.of(claim.object)) else unknown("another")
    if ids and below and named not in known.words.pairs:
        return no(known.present(known.slugs[ids[0]]), f"{known.slugs[ids[0]].replace('_', ' ')} is shown", "site")
    return unknown("what it is cannot be told")


def left_open(claim: Parsed, known: Evidence) -> Ruling | None:
    """ "The heart may be enlarged", where the source leaves that open."""
    slugs = claim.object.slugs if claim.object is not None and claim.value == "+" and not claim.negated else ()
    fact = doubted(slugs, known)
    return yes(fact, "stated as uncertain") if fact is not None else None
