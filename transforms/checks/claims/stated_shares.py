"""Shares that are of what a source states in percent: "pumps out about half of its blood"."""

from collections.abc import Iterator

from transforms.checks.claims.model import Parsed, Quantity
from transforms.checks.claims.reading import Reading
from transforms.checks.claims.sharing import span_of
from transforms.checks.claims.telling import fact_of


def share_stated(reading: Reading, i: int, said: Quantity) -> Iterator[Parsed]:
    """ "Pumps out about half of its blood": a share that is of what a source states in percent."""
    named = any(
        item.kind == "fact" and item.slugs == ("%",) for _, item in reading.clause.between(reading.clause.first - 1, i)
    )
    parts = said._replace(values=tuple(100 * one for one in said.values), unit="%", step=100 * said.step)
    parts = said if said.unit == "%" else parts
    fact = fact_of(reading, i) if named else None
    if fact is not None:
        reading.clause.used.add(i)
        yield Parsed(span_of(reading.clause.items[i]), "stated", measure=f"{fact}|", quantity=parts)
