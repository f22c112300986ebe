"""Assertions that something is normal, and on how many readers marked it."""

import re

from schemas import Fact
from transforms.checks.claims.evidence import NORMAL, Evidence
from transforms.checks.claims.existence import finding_of
from transforms.checks.claims.model import Parsed
from transforms.checks.claims.ruling import Ruling, no, unknown, yes
from transforms.checks.claims.values import fits
from transforms.checks.claims.words import NUMBER_WORDS

_HOW_MANY = re.compile(rf"\b(\d+|{'|'.join(NUMBER_WORDS)})\b")
HARMLESS = ("normal", "sinus_rhythm")
"""What slugs of findings that nothing is wrong with begin with."""
_WHOLE = frozenset({"modality", "attribute"})


def normality(claim: Parsed, known: Evidence) -> Ruling:
    """ "The liver is normal", "clear lungs": refuted by any finding of that organ; borne out only where the source says
    so of the whole record, as a lack of findings is not normality. "Abnormal" is what is not normal."""
    subject = claim.subject
    said = next((fact for slug in sorted(NORMAL) if (fact := known.shown.get(slug))), None)
    whole = subject is None or subject.facet in _WHOLE
    found = {slug: fact for slug, fact in known.shown.items() if known.words.facets.get(slug) == "finding"
             and not slug.startswith(HARMLESS)}  # fmt: skip
    if not whole and subject is not None:
        if subject.facet == "finding":
            return unknown("what of it is normal cannot be told")
        if any("cell" in slug.split("_") or known.is_a(slug, "cell") for slug in subject.slugs):
            return unknown("of cells it is the name of a kind")
        ids = known.of(subject)
        inner = {
            known.slugs[fact.regions[0]] for rid in ids for fact in known.facts["inside"] if fact.regions[1] == rid
        }
        found = {slug: fact for slug, fact in found.items() if slug in inner or finding_of(slug, subject, known)}
    wrong: Fact | None = next(iter(found.values()), None)
    counted = [f for f in known.facts["judgement"] if not whole and set(f.regions) & set(known.of(subject))]
    off = next((fact for fact in counted if str(fact.value) in ("enlarged", "reduced", "prolonged")), None)
    if off is not None:
        return no(off, f"it counts as {off.value}", "severity")
    if wrong is not None:
        return no(wrong, "a finding of it is shown", "missing finding")
    if said is not None and whole:
        return yes(said, "stated as normal") if said.id else Ruling("supported", None, "stated as normal")
    return unknown("that it is normal is stated nowhere")


def readers(claim: Parsed, known: Evidence) -> Ruling:
    """ "Marked by four readers": by the name of who drew the region, where it tells a number."""
    if claim.quantity is None:
        return unknown("no number")
    for rid in known.of(claim.subject):
        made = known.regions[rid].made_by
        match = _HOW_MANY.search((made.name or "").lower()) if made.kind == "human" else None
        if match is None:
            continue
        number = float(NUMBER_WORDS.get(match[1], 0) or match[1])
        fact = next((one for one in known.facts["present"] if rid in one.regions), None)
        right = fits(number, claim.quantity, 0.0)
        return yes(fact, "so many drew it") if right else no(fact, f"{number:g} drew it", "count")
    return unknown("how many drew it is not known")
