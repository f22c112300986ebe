"""Names of which it is not sure what a clause says: they may not be held against it.

"No sign of pre-excitation of the WPW kind", "no tumor thrombus", "milk teeth are absent": a clause that denies
something denies it of all that its words make one thing of, and naming a part of that asserts nothing to be refuted.
"""

import re
from collections.abc import Sequence

from transforms.checks.claims.model import Item, Mention, Parsed
from transforms.checks.claims.tokens import Clause

NAMING = frozenset({"presence", "body_part"})
BINDS = frozenset({"rel:to", "rel:from"})
"""What ties what comes next to the name before it: "metastases to the lung" may be missing where others are shown."""


def loosened(claims: Sequence[Parsed], clause: Clause) -> list[Parsed]:
    """The claims of a clause, marked where the clause denies something and the name stands beside what it denies."""
    if not any(item.tag.startswith("neg:") for item in clause.items[clause.first : clause.last]):
        return list(claims)
    return [claim._replace(loose=True) if _loose(claim, clause) else claim for claim in claims]


def _loose(claim: Parsed, clause: Clause) -> bool:
    if claim.kind in NAMING:
        return not claim.negated
    one = claim.subject
    return claim.kind == "absence" and one is not None and claim.object is None and _half(one, clause)


OPEN = (
    (re.compile(r"\b(?:none of|(?:in|on|at) none|on no|neither of)\b", re.IGNORECASE),
     frozenset({"absence", "property", "presence", "modality", "stated"})),
    (re.compile(r"\b\w+ (?:showed|revealed|(?:was|were) (?:positive|negative|normal|abnormal|unremarkable))\b"),
     frozenset({"modality"})),
    (re.compile(r"\bfor (?:each|every)\b", re.IGNORECASE), frozenset({"count"})),
    (re.compile(r"\b(?:together|combined)\b", re.IGNORECASE), frozenset({"comparison"})),
)  # fmt: skip
"""What a sentence may say -> kinds that it may mean otherwise: "none of the nodes is metastatic" denies neither of
the two, "for every dead cell there are six" counts none."""


def opened(claims: Sequence[Parsed], text: str) -> list[Parsed]:
    """The claims of a sentence, marked where its words make another thing of them."""
    kinds = {kind for words, some in OPEN if words.search(text) for kind in some}
    return [one._replace(loose=True) if one.kind in kinds and not one.located else one for one in claims]


def _half(one: Mention, clause: Clause) -> bool:
    """Whether a name that is denied goes on in the words beside it."""
    before = clause.items[one.first - 1] if one.first > clause.first else None
    after = clause.items[one.last + 1] if one.last + 1 < clause.last else None
    return _named(before) or _named(after) or (after is not None and after.tag in BINDS)


def _named(item: Item | None) -> bool:
    return item is not None and item.kind == "mention" and item.tag in ("anatomy", "finding")
