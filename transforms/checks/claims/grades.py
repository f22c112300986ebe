"""A concept that is a step, or a kind, of what a source grades: "BI-RADS 4b", "skin type II", "trans-ventricular"."""

import re
from collections.abc import Sequence

from schemas import Fact
from transforms.checks.claims.evidence import Evidence
from transforms.checks.claims.lexicon import normal
from transforms.checks.claims.ruling import Ruling, no, yes
from transforms.checks.claims.words import STEPS
from transforms.facts import statement

STEP = re.compile(r"(?P<of>.+?) (?:grade |category |type |group |score |stage )?(?P<step>\d+[a-c]?|[ivx]{1,4}|[a-d])")
ROMAN = {"i": "1", "ii": "2", "iii": "3", "iv": "4", "v": "5", "vi": "6"}
GENERAL = frozenset(
    {"grade", "category", "type", "group", "score", "assessment", "of", "the", "stage", "classification"}
)


def graded(slugs: tuple[str, ...], known: Evidence) -> Ruling | None:
    """ "BI-RADS 4b", "skin type II": a concept that is a step of what the source grades; None where it is none."""
    stated = statement.of(fact for predicate in statement.STATED for fact in known.facts[predicate])
    if (other := _sibling(slugs, stated, known)) is not None:
        return other
    for slug in slugs if stated else ():
        entry = known.space.get(slug) if slug in known.space else None
        for name in (entry.concept.label, *entry.synonyms) if entry is not None else ():
            if (staged := _by_step(name.lower(), stated)) is not None:
                return staged
            match = STEP.fullmatch(name.lower())
            for fact in stated if match else ():
                own = set(re.findall(r"\w+", statement.name(fact).lower())) - GENERAL
                said = set(re.findall(r"\w+", match["of"])) - GENERAL if match else set()
                if said and own and (said <= own or own <= said):
                    step = ROMAN.get(match["step"], match["step"]) if match else ""
                    right = str(fact.value).casefold().removesuffix(".0") == step
                    return (
                        yes(fact, "its grade") if right else no(fact, f"stated as {statement.value(fact)}", "severity")
                    )
    return None


def _sibling(slugs: tuple[str, ...], stated: Sequence[Fact], known: Evidence) -> Ruling | None:
    """ "Trans-ventricular plane", of what the source states to be trans-thalamic: of the kinds that stand under one
    concept of the catalogue each excludes the others."""
    for slug in slugs:
        entry = known.space.get(slug) if slug in known.space else None
        above = set(entry.parents) if entry is not None and entry.facet == "attribute" else set()
        for fact in stated if above else ():
            value = normal(str(fact.value))
            kinds = [one for one in known.space if above & set(one.parents) and one.facet == "attribute"]
            same = [one for one in kinds if normal(one.concept.label)[: len(value)] == value]
            if same and not str(fact.value)[:1].isdigit():
                right = any(one.slug == slug for one in same)
                return yes(fact, "as stated") if right else no(fact, f"stated as {statement.value(fact)}", "severity")
    return None


def _by_step(name: str, stated: Sequence[Fact]) -> Ruling | None:
    """ "Proliferative diabetic retinopathy", of what is graded in numbers: a concept whose name begins with a step."""
    for fact in stated:
        of = statement.name(fact).casefold()
        for key, steps in STEPS.items() if fact.predicate in ("grade", "score") else ():
            own = key.removesuffix(" grade")
            fitting = [step for step, words in steps.items() if name in [f"{word} {own}" for word in words]]
            if key in of and fitting:
                right = str(fact.value).casefold().removesuffix(".0") in fitting
                return (yes if right else no)(fact, f"stated as {statement.value(fact)}")
    return None
