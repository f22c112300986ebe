"""What a picture tells of a person where no source states it: of which sex one is whose prostate, or womb, is shown."""

from schemas import Fact
from transforms.checks.claims.evidence import Evidence
from transforms.checks.claims.model import Parsed
from transforms.checks.claims.ruling import Ruling, no, unknown, yes
from transforms.checks.claims.words import word_set

ORGANS = {
    "male": word_set("prostate testis seminal_vesicle penis"),
    "female": word_set("uterus ovary cervix vagina uterine_tube endometrium placenta"),
}


def judge(claim: Parsed, known: Evidence) -> Ruling:
    """ "A man", of a picture of a prostate. A fetus has a sex of its own."""
    if any(known.is_a(slug, "fetus") for slug in known.shown):
        return unknown("the source does not state it")
    found = {sex: fact for sex, organs in ORGANS.items() if (fact := _shown(organs, known)) is not None}
    if len(found) != 1:
        return unknown("the source does not state it")
    ((sex, fact),) = found.items()
    return yes(fact, "the organ shown says so") if claim.value == sex else no(fact, "of an organ of the other sex")


def _shown(organs: frozenset[str], known: Evidence) -> Fact | None:
    return next((fact for slug, fact in known.shown.items() if any(known.is_a(slug, one) for one in organs)), None)
