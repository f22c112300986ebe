"""Shares of things: "a third of the cells are neutrophils", "less than half of the lung"."""

from transforms.checks.claims.model import Item, Quantity
from transforms.checks.claims.tokens import Clause
from transforms.checks.claims.words import word_set

COPULA = word_set(
    "is are was were be being remains represents constitutes the a an by far clearly scope:view scope:record outlined"
    " shown depicted measured seen here visible drawn segmented annotated marked delineated displayed present"
)
SHARED = COPULA | word_set(
    "replaced filled occupied taken covered made up by composed consists rel:with rel:of m:area m:volume"
)
"""What may stand between a share of a thing and what takes it up."""


def shared_by(clause: Clause) -> int | None:
    """ "A third of the white blood cells are neutrophils": a share that the clause begins with, of what comes first."""
    if len(clause.groups) != 2 or clause.items[clause.first].tag != "cmp:ratio":
        return None
    between = [item for _, item in clause.between(clause.groups[0][-1].last, clause.groups[1][0].first)]
    return clause.first if between and all(item.tag in SHARED for item in between) else None


def share_of(clause: Clause, i: int, before: Item | None) -> Quantity | None:
    """ "A third of", "less than half as large as"; a bound may stand in the verb ("covers less than a third of")."""
    said = clause.items[i].quantity
    if said is None or before is None or before.tag not in ("cmp:smaller", "cmp:larger"):
        return said
    clause.used.add(i - 1)
    return said._replace(bound="lt" if before.tag == "cmp:smaller" else "gt")
