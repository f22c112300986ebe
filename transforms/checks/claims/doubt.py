"""How sure a clause is, when it speaks of, and of how much of the scan: what its claims are asserted of."""

from transforms.checks.claims.model import Item, Parsed, Scope, Strength
from transforms.checks.claims.telling import TIMES
from transforms.checks.claims.words import word_set

STRENGTHS: dict[str, Strength] = {
    "probable": "probable", "possible": "possible", "uncertain": "possible", "unlikely": "unlikely",
}  # fmt: skip


def sliced(claim: Parsed, span: list[Item]) -> Scope | None:
    """ "The slice shown contains 168 mL": a volume that is said of a slice."""
    said = claim.kind == "volume" and any(
        item.kind == "slice" or item.tag in ("slice", "section", "cut") for item in span
    )
    return "slice" if said else None


def of_time(claim: Parsed) -> bool:
    """How long ago another visit was is said of that time, and asserted all the same."""
    timed = claim.quantity is not None and claim.quantity.unit in TIMES
    return claim.kind == "stated" and (claim.value == "interval" or claim.measure == "visit|" or timed)


def scope_of(span: list[Item]) -> Scope | None:
    """The one frame that the words name; None where they name none, or both."""
    said = {item.tag for item in span if item.tag.startswith("scope:")}
    if not said and (shown := _shown(span)) is not None:
        return shown
    if len(said) != 1:
        return None
    cut = any(item.tag == "scope:view" and CUT & set(item.names) for item in span)
    return "record" if "scope:record" in said else "slice" if cut else "view"


CUT = word_set("slice section cut plane cross")
POINTING = word_set("this one single present displayed shown very just given current alone depicted here")
ALL = word_set("all every each whole entire full several")


def _shown(span: list[Item]) -> Scope | None:
    """ "The volume that this one slice holds": what is shown, in other words than a phrase for it."""
    for k, item in enumerate(span):
        if item.kind == "word" and item.tag in CUT | {"image", "picture"}:
            near = {one.tag for one in span[max(k - 3, 0) : k + 2]}
            if near & POINTING and not near & ALL:
                return "slice" if item.tag in CUT else "view"
    return None


def doubt_of(line: list[Item]) -> Strength | None:
    """How sure the sentence is, where it says that it is not certain: its weakest word."""
    order = list(STRENGTHS)
    said = [item.tag.partition(":")[2] for item in line if item.tag.startswith("hedge:")]
    doubts = sorted((word for word in said if word in STRENGTHS), key=order.index)
    return STRENGTHS[doubts[-1]] if doubts else None


def by_report(claim: Parsed) -> bool:
    """ "It may be enlarged, says the report": that there is a report is not in doubt."""
    return claim.kind == "modality" and claim.subject is not None and claim.subject.slugs == ("doc",)


def numbered(claim: Parsed) -> bool:
    """ "PI-RADS 4: cancer is likely": a grade is given, whatever is likely by it."""
    return claim.kind in ("rating", "stated") and claim.quantity is not None and claim.quantity.bound == "eq"


def doubted(claim: Parsed, strength: Strength, rated: bool) -> Parsed:
    """In a clause of doubt, a finding is said to be uncertain, one that is denied to be unlikely; the rest is not
    asserted, though it can be refuted where it is called probable. `rated`: the doubt may be the rating."""
    if rated:
        return claim._replace(hedged=True, strength=strength)
    finding = claim.subject is not None and claim.subject.facet == "finding"
    if claim.kind == "presence" and finding:
        return claim._replace(kind="finding", value="uncertain", strength=strength)
    if claim.kind == "absence" and claim.subject and strength == "probable" and not claim.located and not claim.hedged:
        return claim._replace(kind="finding", value="uncertain", strength="unlikely")
    return claim._replace(hedged=True, strength=strength)


def today(claim: Parsed) -> Parsed:
    """Beside "new", "grown", "partly": that a thing is there is said of today all the same, and can be refuted."""
    return claim._replace(clouded=True) if claim.kind == "presence" else claim._replace(hedged=True)
