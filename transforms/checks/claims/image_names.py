"""What tells the images of a group from each other: "on the CT", "on the MLO view", "in the arterial phase"."""

import re
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import replace
from itertools import pairwise
from typing import TYPE_CHECKING

from schemas import Fact
from transforms.checks.claims.members import Named
from transforms.checks.claims.words import NAMES

if TYPE_CHECKING:
    from transforms.checks.claims.evidence import Evidence

_NOUN = r"(?:view|image|film|sequence|phase|scan|projection|picture|part|slice|volume|radiograph|mammogram)s?"

_SHOWS = "shows?|displays?|depicts?|demonstrates?|has|holds|contains|do|does|did"
_AND = re.compile(r"\s*(?:,|,?\s*and)\s*", re.IGNORECASE)


def image_names(known: "Evidence") -> dict[str, tuple[int, ...]]:
    """Words -> the numbers of the images that are called so, where not all of them are."""
    found: dict[str, set[int]] = defaultdict(set)
    values: dict[str, set[int]] = defaultdict(set)
    for number, part in enumerate(known.parts, 1):
        for fact in part.facts["modality"]:
            slug = part.slug(fact.concept)
            for name in (slug, *NAMES.get(slug, ())):
                found[name.lower()].add(number)
        for fact in part.facts["attribute"]:
            values[_tag(fact)].add(number)
    for words, term in known.called.over_terms.items():
        if term.kind == "value" and term.tag in values and len(" ".join(words)) > 1:
            found[" ".join(words)] |= values[term.tag]
    return {name: tuple(sorted(numbers)) for name, numbers in found.items() if len(numbers) < len(known.parts)}


def roles(known: "Evidence") -> dict[str, tuple[int, ...]]:
    """What each image of a study is for ("FLAIR") -> its number, where no other is for the same."""
    group = known.scene.group
    found: dict[str, set[int]] = defaultdict(set)
    for number, member in enumerate(group.shown if group is not None and not group.timed else (), 1):
        if member.role:
            found[member.role.lower()].add(number)
    one = {name: tuple(numbers) for name, numbers in found.items() if len(numbers) == 1}
    return one | _sided(known)


def _sided(known: "Evidence") -> dict[str, tuple[int, ...]]:
    """ "L CC", "left oblique", "left breast", of views of two sides -> the images."""
    sides = [
        next((str(f.value) for f in part.facts["attribute"] if f.name == "laterality"), "") for part in known.parts
    ]
    if set(sides) != {"left", "right"}:
        return {}
    found: dict[str, set[int]] = defaultdict(set)
    for number, (side, part) in enumerate(zip(sides, known.parts, strict=True), 1):
        views = {_tag(fact) for fact in part.facts["attribute"] if "view" in str(fact.name)}
        words = (name for name, term in known.called.over_terms.items() if term.kind == "value" and term.tag in views)
        for name in (
            *map(" ".join, words),
            "oblique" if any("oblique" in view for view in views) else "",
            "breast",
            "views",
        ):
            for short in (side, side[0]) if name else ():
                found[f"{short} {name}"].add(number)
    return {name: tuple(sorted(numbers)) for name, numbers in found.items()}


def by_role(sentence: str, names: Mapping[str, Sequence[int]]) -> list[Named]:
    """The images that a sentence names by what they are for: "on T1", "the FLAIR picture shows", "T2: 1460 mm²"."""
    if not names or " than " in sentence:
        return []
    words = "|".join(re.escape(name) for name in sorted(names, key=len, reverse=True))
    pattern = re.compile(
        rf"(?P<only>,?\s*\bonly\s+)?(?:\b(?:on|in|at)\s+)(?:the\s+|an?\s+|your\s+|her\s+)?(?P<on>{words})"
        rf"(?:\s+{_NOUN})?(?![\w-])(?P<alone>\s+(?:only|alone)\b)?"
        rf"|(?:^\s*|(?<=[;,]\s)|(?<=\band\s))(?P<sole>only\s+)?(?:the\s+)?(?P<name>{words})(?:\s+{_NOUN})?"
        rf"(?P<just>\s+(?:only|alone)\b)?(?=:|\s+(?:and|{_SHOWS})\b)",
        re.IGNORECASE,
    )
    found: list[Named] = []
    for match in pattern.finditer(sentence):
        numbers = tuple(names[(match["on"] or match["name"]).lower()])
        alone = any(match[word] for word in ("only", "alone", "sole", "just"))
        one = Named(*match.span(), numbers, alone=alone)
        if found and _AND.fullmatch(sentence, found[-1].end, one.start):  # "L CC and L MLO": of each of them
            before = found.pop()
            each = (*before.numbers, *(n for n in numbers if n not in before.numbers))
            one = replace(one, start=before.start, numbers=each, alone=before.alone or one.alone)
        found.append(one)
    return found


def _tag(fact: Fact) -> str:
    return f"{str(fact.name).lower()}|{str(fact.value).lower()}"


def named_so(sentence: str, names: Mapping[str, Sequence[int]]) -> list[Named]:
    """What names images of a group by what they are, after "on", "in" or "at": one alone, or each with its own. Else a
    sentence that names what an image is may speak of any of them."""
    if not names:
        return []
    words = "|".join(re.escape(name) for name in sorted(names, key=len, reverse=True))
    pattern = re.compile(
        rf"(?P<only>,?\s*\bonly\s+)?\b(?:on|in|at|by|from)\s+(?:the\s+|an?\s+)?(?P<name>{words})(?:\s+{_NOUN})?\b"
        r"(?P<alone>\s+(?:only|alone)\b)?",
        re.IGNORECASE,
    )
    found = [
        Named(*match.span(), tuple(names[match["name"].lower()]), alone=bool(match["only"] or match["alone"]))
        for match in pattern.finditer(sentence)
    ]
    alone = [one for one in found if one.alone]
    apart = all(re.search("[,;]", sentence[a.end : b.start]) for a, b in pairwise(found)) and len(found) > 1
    return alone or (found if apart and " than " not in sentence else [])
