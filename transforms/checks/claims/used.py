"""When a support is one: no word that carries weight was left out of what was borne out.

"The whole kidney is shown" is not borne out by a kidney that is shown, "L: a mass" not by a mass, "the longest span is
that of irrigation" not by an irrigation.
"""

import re
from collections.abc import Sequence

from transforms.checks.claims.model import Parsed
from transforms.checks.claims.words import word_set

NAMING = word_set("presence body_part modality plane")
"""Kinds that say of a thing that it is there, and no more."""
WHOLE = re.compile(
    r"\b(?:whole|entire|entirely|completely|full|fully)\b(?! (?:volume|scan|series|stack))", re.IGNORECASE
)
RANK = re.compile(
    r"\b(?:larg|bigg|small|long|short|wid|broad|thick|thinn|dens|bright|dark|high|low|deep|nearer?|few|great)est\b"
    r"|\b(?:most|least)\b", re.IGNORECASE)  # fmt: skip
SIDE = re.compile(r"(?<![\w/])(?:[LR]|O[SDU]|Lt|Rt)\b(?=\s*:|\s+[a-z])")


def unused(claims: Sequence[Parsed], text: str) -> list[Parsed]:
    """The words of a sentence that carry weight and that no claim of it says anything of."""
    if not claims:
        return []
    kinds = {claim.kind for claim in claims}
    left = [match for match in SIDE.finditer(text) if not _covered(match, claims)]
    if kinds <= NAMING:
        organ = any(claim.subject is not None and claim.subject.facet == "anatomy" for claim in claims)
        left += [match for rule in ((WHOLE, RANK) if organ else (RANK,)) for match in rule.finditer(text)]
    return [Parsed(match.span(), "uncheckable") for match in left]


def _covered(match: re.Match[str], claims: Sequence[Parsed]) -> bool:
    """Whether a side is that of what a claim names, or part of what it says."""
    named = [it for claim in claims for it in (claim.subject, claim.object) if it is not None]
    sided = any(it.side or any(slug.startswith(("left_", "right_")) for slug in it.slugs) for it in named)
    said = any(claim.span[0] <= match.start() < claim.span[1] or claim.kind == "side" for claim in claims)
    return sided or said
