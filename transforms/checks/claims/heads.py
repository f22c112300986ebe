"""What the last word of a compound takes over from the words before it."""

from dataclasses import replace

from transforms.checks.claims.tokens import Clause


def headed(clause: Clause, g: int) -> None:
    """ "Two renal masses", "the largest lung nodule": number and rank are those of the last word's."""
    place, thing = clause.groups[g - 1][-1], clause.groups[g][0]
    if place.plural or thing.count is not None or thing.rank or not (place.count or place.rank or place.universal):
        return
    clause.groups[g - 1][-1] = replace(place, count=None, rank=None, every=False, universal=False)
    clause.groups[g][0] = replace(
        thing, count=place.count, rank=place.rank, every=place.universal or thing.every, universal=place.universal
    )
