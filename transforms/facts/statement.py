"""How a fact that a source states of a record is worded, and read back: one grammar for who writes and who checks.

"The ejection fraction of this clip was reported as 78.5 %", "The patient is a 61-year-old woman".
"""

import re
from collections.abc import Iterable

from schemas import Fact
from schemas.level import WHOLE
from schemas.spelling import spelled
from transforms.facts.format import quantity

STATED = ("age", "measurement", "grade", "score", "condition", "outcome", "treatment", "attribute")
"""Predicates of what sources state, in the order in which they are told."""
OF_PICTURE = ("image", "slice", "volume", "eye")
OWNERS = {
    "eye": "this eye",
    "breast": "this breast",
    "visit": "this visit",
    "study": "this study",
    "patient": "the patient",
}
WHOLES = {"frame": "this clip", "clip": "this clip", "signal": "this recording"}
PERSONS = {"woman": "female", "girl": "female", "female": "female", "man": "male", "boy": "male", "male": "male"}
ADULT = 18  # years

_OWNER = "this (?:image|slice|scan|clip|recording|eye|breast|visit|study)|the whole image"
SENTENCE = re.compile(
    rf"(?:(?:yes|no), )?the (?P<name>[^;:]+?)(?: of (?P<owner>{_OWNER}|the patient))? was reported as "
    r"(?P<value>(?:(?!\b(?:was|were|is|are)\b)[^;])+?(?: \([^()]*\))?)\.?",
    re.IGNORECASE,
)
PERSON = re.compile(
    rf"the patient is an? (?:(?P<age>\d+)-year-old )?(?P<sex>{'|'.join(PERSONS)})\.?", re.IGNORECASE
)  # fmt: skip
_ENDS = re.compile(r"[.!?][\"”’)]*\s|\n")


def of(facts: Iterable[Fact]) -> list[Fact]:
    """The stated facts, in the order of telling: by kind, sex before other attributes."""
    found = [fact for fact in facts if fact.predicate in STATED and fact.name is not None and not fact.regions]
    return sorted(found, key=lambda fact: (STATED.index(fact.predicate), fact.name != "sex"))


def of_regions(facts: Iterable[Fact]) -> list[Fact]:
    """The facts that a source states of one region."""
    return [fact for fact in facts if fact.predicate in STATED and fact.name is not None and len(fact.regions) == 1]


def name(fact: Fact) -> str:
    """What texts call it: a condition is no thing, its status is."""
    return spelled(f"{fact.name} status" if fact.predicate == "condition" else str(fact.name))


def owner(fact: Fact, frame: str) -> str:
    """Whose it is, as a text on this view may say: what holds of a whole scan is not said of its slice."""
    kind = frame.partition(":")[0]
    if fact.level in OWNERS:
        return OWNERS[fact.level]
    if fact.level == "volume":
        return WHOLES.get(kind, "this scan")
    return {"tile": "the whole image", "volume": "this scan", "clip": "this clip"}.get(kind, "this image")


def value(fact: Fact) -> str:
    """The value with its unit: "78.5 %", "1 year", "over 89 years", "4a"."""
    if isinstance(fact.value, str):
        number, over, _ = fact.value.partition(" or over")
        return f"{number} {fact.unit}{over}" if fact.unit else fact.value
    number, space, unit = quantity(fact.value, fact.unit, fact.tolerance).partition(" ")
    text = (number.rstrip("0").rstrip(".") if "." in number else number) + space + unit
    return text.removesuffix("s") if text in ("1 years", "1 months", "1 weeks", "1 days") else text


def aside(fact: Fact) -> str | None:
    """What the value cannot be understood without: a grade's scale with its direction, an outcome's horizon."""
    if fact.scale is not None:
        scale = fact.scale
        return f"on the {spelled(scale.name)} scale from {scale.lowest} to {scale.highest}: higher means {scale.high}"
    return fact.horizon


def sentence(fact: Fact, frame: str, region: str | None = None) -> str | None:
    """The assertion, without its full stop; None where it could not be read back. `region`: what the one that the fact
    is of is called ("the pulmonary nodule")."""
    note = aside(fact)
    whose = region or owner(fact, frame)
    text = f"the {name(fact)} of {whose} was reported as {value(fact)}" + (f" ({note})" if note else "")
    match = SENTENCE.fullmatch(text)
    wanted = name(fact) if region is None else f"{name(fact)} of {region}"
    return text if match and not _ENDS.search(text) and match["name"] == wanted else None


def person(age: Fact | None, sex: Fact | None) -> str | None:
    """The noun of a person whose age in whole years and sex are stated: woman, girl, man, boy."""
    if age is None or sex is None or age.unit != "years" or not isinstance(age.value, int) or age.value < 1:
        return None
    grown = age.value >= ADULT
    return {"female": "woman" if grown else "girl", "male": "man" if grown else "boy"}.get(str(sex.value))


def asked(fact: Fact, frame: str) -> bool:
    """Whether a question may be asked on this view: only where it shows all that the fact holds of. Of what holds of a
    study or a person, that is what a whole picture is taken for: who it is, a condition, a grade."""
    if frame not in WHOLE.values() or fact.predicate in ("outcome", "treatment"):
        return False
    if fact.level in OF_PICTURE:
        return True
    return fact.predicate in ("age", "condition", "grade", "score") or fact.name == "sex"
