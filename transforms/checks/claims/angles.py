"""What a number of degrees is said of: an angle at one thing between two others, a turned ellipse."""

from collections.abc import Iterator

from transforms.checks.claims.model import Parsed, Quantity
from transforms.checks.claims.reading import Reading


def degrees(reading: Reading, i: int, span: tuple[int, int], quantity: Quantity) -> Iterator[Parsed]:
    """ "the angle at a between b and c is 82 degrees", "the longer axis of its ellipse is turned by 30 degrees"."""
    negated, tags = reading.negated(i), [tag for _, tag in reading.clause.phrases("m")]
    if "ellipse_long" in tags:
        for one in reading.subjects(i) or [None]:  # type: ignore[list-item]
            yield Parsed(span, "size", one, quantity=quantity, measure="ellipse_angle", negated=negated)
        return
    named = [one for group in reading.clause.groups for one in group if one.facet in ("anatomy", "finding")]
    if tags != ["angle"] or len(named) != 3:
        unnamed = Parsed(span, "stated", measure="|", quantity=quantity, negated=negated)
        yield Parsed(span, "uncheckable") if tags or len(named) > 1 else unnamed
        return
    apex, a, b = named
    yield Parsed(span, "angle", apex, a, quantity, measure="angle", negated=negated, third=b)
