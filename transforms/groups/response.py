"""What the change of one tumour between two visits is by the size limits of RECIST 1.1 (Eisenhauer et al., Eur J Cancer
2009): at least 30 % smaller is a partial response, at least 20 % and 5 mm larger progressive disease, anything between
stable disease. Limits: RECIST adds up all target lesions, measures growth from the smallest sum so far, and looks at
other and new lesions too; here it is one tumour and the earlier of two visits, so no response of a patient follows.
"""

from collections.abc import Iterator, Mapping

from schemas import Fact
from transforms.facts.base import Draft
from transforms.facts.judgements import RULES

RULE = "the size limits of RECIST 1.1 (Eisenhauer et al., Eur J Cancer 2009)"
PARTIAL, PROGRESSIVE, STABLE = "a partial response", "progressive disease", "stable disease"
SMALLER, LARGER, GROWN = 0.7, 1.2, 5.0  # times the earlier diameter; mm


def changed(old: Fact, new: Fact) -> str | None:
    """What a change of diameter (mm) counts as; None where a limit lies within what the two may be off, each by its
    tolerance."""
    first, second = float(old.value), float(new.value)
    a, b = old.tolerance or 0.0, new.tolerance or 0.0
    found = {_class(x, y) for x in (first - a, first + a) for y in (second - b, second + b) if x > 0}
    return found.pop() if len(found) == 1 else None


def _class(first: float, second: float) -> str:
    if second <= SMALLER * first:
        return PARTIAL
    return PROGRESSIVE if second >= LARGER * first and second - first >= GROWN else STABLE


def responses(
    earlier: Mapping[str, str], later: Mapping[str, str], old: list[Fact], new: list[Fact], media: tuple[str, str]
) -> Iterator[Draft]:
    """`recist_change`: of each tumour that was measurable at the earlier visit, by the rule that judges that.
    `earlier`, `later`: label -> the one region of that; `old`, `new`: the facts of the two media."""
    rule = RULES["recist"]
    fit = {fact.regions[0]: fact for fact in old if (fact.predicate, fact.name) == ("judgement", rule.name)}
    before, after = _diameters(old), _diameters(new)
    for label in sorted(earlier.keys() & later.keys()):
        one, other = earlier[label], later[label]
        if one not in fit or fit[one].value != "measurable" or one not in before or other not in after:
            continue
        value = changed(before[one], after[other])
        if value is not None:
            inputs = (before[one].id, after[other].id, fit[one].id)
            yield Draft("recist_change", value, (one, other), media=media, name=rule.name, inputs=inputs)


def _diameters(facts: list[Fact]) -> dict[str, Fact]:
    return {fact.regions[0]: fact for fact in facts
            if fact.predicate == "diameter" and fact.unit == "mm" and fact.bound is None}  # fmt: skip
