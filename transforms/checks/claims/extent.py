"""Whether a thing is said to be there all along: "throughout the clip", "on every slice", "in all of the phases"."""

from transforms.checks.claims.evidence import Evidence
from transforms.checks.claims.model import Parsed
from transforms.checks.claims.ruling import Ruling, no, unknown, yes
from transforms.checks.claims.tokens import Clause
from transforms.checks.claims.values import number_of
from transforms.checks.claims.words import word_set

ALONG = word_set("throughout always constantly continuously permanently")
ALL = word_set("all every each whole entire full")
OVER = word_set("clip video recording phase phases frame frames slices operation procedure time film slice")
"""What takes time, or has slices: only all of it is spoken of by these words."""
SLACK_S = 1.0
"""Seconds that a thing may be out of view at either end."""


def all_along(clause: Clause) -> bool:
    """Whether a clause says that something goes on from the beginning to the end of what is shown."""
    items = clause.items[clause.first : clause.last]
    for n, item in enumerate(items):
        said = {item.tag, *item.names}
        after = {word for one in items[n + 1 : n + 4] for word in (one.tag, *one.names)}
        if said & ALONG or (item.kind in ("word", "phrase") and said & ALL and after & OVER):
            return True
        if item.kind == "phrase" and {"every", "slice"} <= said:
            return True
    return False


def extent(claim: Parsed, known: Evidence) -> Ruling:
    """By when the thing begins and ends, against the first beginning and the last end of all that goes on."""
    present = next(
        (fact for slug in (claim.subject.slugs if claim.subject else ()) if (fact := known.present(slug))), None
    )
    if known.scene.view.frame == "signal":
        return yes(present, "so it is recorded")
    times = [[number_of(fact) for fact in known.facts[predicate]] for predicate in ("span_start", "span_end")]
    for rid in known.of(claim.subject):
        ends = [known.about_regions(predicate, [rid]) for predicate in ("span_start", "span_end")]
        if not all(ends):
            continue
        early = number_of(ends[0][0]) > min(times[0]) + 1000 * SLACK_S
        if early or number_of(ends[1][0]) < max(times[1]) - 1000 * SLACK_S:
            return no(ends[0][0], "it is there for a part of it", "scope")
        return yes(ends[0][0], "from the first to the last that is marked")
    return unknown("over how much of it that is is not measured")
