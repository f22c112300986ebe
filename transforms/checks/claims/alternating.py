"""Values that a sentence gives by turns: "the tumor has a mean of 9.8, the node of 5.1".

Where as many values of one measure stand in a sentence as things, by turns, and all of them were read as the same
thing's, each is of the thing that it stands beside.
"""

from collections import defaultdict
from collections.abc import Sequence

from transforms.checks.claims.model import Mention, Parsed
from transforms.checks.claims.words import word_set

SHARED = word_set("size area volume intensity")
MEASURED = SHARED | word_set("distance comparison interval rating count stated")


def alternating(claims: Sequence[Parsed]) -> list[Parsed]:
    """The claims of a sentence, its values given to the things that they stand beside."""
    valued = [one for one in claims if one.kind in SHARED and one.quantity is not None and one.subject is not None]
    if len(valued) < 2 or any(one.quantity is not None and one not in valued for one in claims):
        return list(claims)
    same: dict[tuple[object, ...], list[Parsed]] = defaultdict(list)
    for one in valued:
        same[one.kind, one.measure].append(one)
    if len(same) != 1 or len({_start(one.subject) for one in valued}) != 1:
        return list(claims)
    things = sorted(_things(claims).items())
    values = sorted(valued, key=lambda one: one.span)
    if len({one.quantity.values for one in values if one.quantity is not None}) != len(values) or not _turns(
        [start for start, _ in things], [one.span[0] for one in values]
    ):
        return list(claims)
    own = {one.span: thing for one, (_, thing) in zip(values, things, strict=True)}
    return [one._replace(subject=own[one.span]) if one in values else one for one in claims if _kept(one)]


def _start(one: Mention | None) -> int:
    return one.start if one is not None else -1


def _things(claims: Sequence[Parsed]) -> dict[int, Mention]:
    """Where each thing is named that the sentence speaks of."""
    named = [it for one in claims for it in (one.subject, one.object) if it is not None and it.start >= 0]
    return {one.start: one for one in named if one.facet in ("anatomy", "finding")}


def _turns(things: Sequence[int], values: Sequence[int]) -> bool:
    """Whether things and values stand by turns, whichever is first."""
    if len(things) != len(values):
        return False
    first, second = (things, values) if things[0] < values[0] else (values, things)
    line = [at for pair in zip(first, second, strict=True) for at in pair]
    return line == sorted(line)


def _kept(one: Parsed) -> bool:
    """Not that one of them lies in another, which was read from "of" between a thing and the next one's value."""
    return one.kind != "inclusion"
