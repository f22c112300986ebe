"""What stands before a colon, and is spoken of after it: "KIDNEYS: no stones"."""

from transforms.checks.claims.model import Mention, Parsed
from transforms.checks.claims.tokens import Clause


def heading_of(clause: Clause) -> Mention | None:
    """ "KIDNEYS: no stones": the organ that stands before a colon."""
    ends = clause.last < len(clause.items) and clause.items[clause.last].tag == ":"
    alone = ends and len(clause.groups) == len(clause.groups[0:1]) == 1 and clause.last - clause.first <= 4
    return clause.groups[0][0] if alone and clause.groups[0][0].facet == "anatomy" else None


def under(heading: Mention | None, claim: Parsed) -> Parsed:
    """ "Left lung: 2 nodules", "kidneys: no stones": what is counted, or denied, of the organ that stands before."""
    if heading is None or claim.object is not None or claim.kind not in ("absence", "count"):
        return claim
    if claim.kind == "count" and (claim.value is not None or claim.subject is None or claim.subject.facet != "finding"):
        return claim
    return claim._replace(object=heading, located=claim.located or claim.kind == "count")
