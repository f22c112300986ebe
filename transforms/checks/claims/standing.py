"""What stands in for a fact of a thing: a source's word for what the patient has, a disease's lesion, a stated side."""

import re

from schemas import Fact
from transforms.checks.claims.evidence import Evidence
from transforms.checks.claims.lexicon import normal
from transforms.checks.claims.model import Parsed
from transforms.checks.claims.ruling import Ruling, no, yes
from transforms.facts import statement

PAST = re.compile(r"histor|previous|prior|family|suspect|indication|referr|planned")
"""Names of what is stated of another time, of others, or as a question."""
SIDES = frozenset({"left", "right"})
ASIDE = frozenset({"laterality", "side"})
"""Words of the names of what is stated of sides."""


def spoken(known: Evidence) -> set[str]:
    """Words of what is stated: the neck of an aneurysm is none of the body."""
    stated = statement.of(fact for predicate in statement.STATED for fact in known.facts[predicate])
    return {word for fact in stated for word in normal(f"{fact.name} {fact.value}")}


def said_of_patient(slugs: tuple[str, ...], known: Evidence) -> Fact | None:
    """ "Heart attack", where the source states a pathology: myocardial infarction; "multiple sclerosis" of what shows a
    multiple sclerosis lesion."""
    for fact in statement.of(fact for predicate in statement.STATED for fact in known.facts[predicate]):
        words = list(normal(str(fact.value))) if isinstance(fact.value, str) else []
        match = known.words.match(words, 0) if words and not PAST.search(str(fact.name).lower()) else None
        if match is not None and match[1] == len(words) and set(match[0].slugs) & set(slugs):
            return fact
    labels = {normal(known.space.get(slug).concept.label) for slug in slugs if slug in known.space}
    lesions = ((slug, fact) for slug, fact in known.shown.items() if slug in known.space and slug.endswith("_lesion"))
    return next((fact for slug, fact in lesions if normal(known.space.get(slug).concept.label)[:-1] in labels), None)


def measured_of(slugs: tuple[str, ...], known: Evidence) -> Fact | None:
    """ "A shift of the midline", where the source states how large it is: the number, where it is not zero."""
    labels = {normal(known.space.get(slug).concept.label) for slug in slugs if slug in known.space}
    numbers = (fact for fact in known.facts["measurement"] if not isinstance(fact.value, str | bool) and fact.value)
    return next((fact for fact in numbers if normal(str(fact.name)) in labels), None)


def side_of_record(known: Evidence) -> Fact | None:
    """The side that the source states to be imaged, where it states one."""
    sided = [
        f for f in known.facts["attribute"] if str(f.value).casefold() in SIDES and ASIDE & set(normal(str(f.name)))
    ]
    return sided[0] if len(sided) == 1 else None


def side_stated(claim: Parsed, known: Evidence) -> Ruling | None:
    """ "Fractures on the left", where the source states the side of the fractures."""
    slugs = claim.subject.slugs if claim.subject is not None else ()
    words = {word for slug in slugs if slug in known.space for word in normal(known.space.get(slug).concept.label)}
    for fact in known.facts["attribute"]:
        name = set(normal(str(fact.name)))
        of = {word.removesuffix("s") for word in name} & {word.removesuffix("s") for word in words}
        if "side" in name and of and str(fact.value).casefold() in SIDES:
            right = str(fact.value).casefold() == claim.value
            return yes(fact, "as the source states it") if right else no(fact, "the other side is stated", "side")
    return None
