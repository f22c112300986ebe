"""By how many percent one thing is larger than another."""

from collections.abc import Iterable, Mapping

from schemas import Fact
from transforms.checks.claims.model import Parsed, Quantity
from transforms.checks.claims.ruling import Ruling, no, unknown, yes
from transforms.checks.claims.values import fits, number_of

ALLOWED = 2.0
"""Percentage points that what is said may be off."""


def less(said: Quantity) -> Quantity:
    """ "20 % smaller": by how many percent the other is larger (25 %)."""
    rest = max(100 - said.values[0], 1e-6)
    return said._replace(values=(100 * said.values[0] / rest,), step=said.step * (100 / rest) ** 2)


def in_percent(claim: Parsed) -> bool:
    return claim.quantity is not None and claim.quantity.unit == "%"


def as_ratio(claim: Parsed) -> Parsed:
    """The same claim by how many times as large it is: 25 % larger is 1.25 times as large."""
    assert claim.quantity is not None
    times = tuple(1 + one / 100 for one in claim.quantity.values)
    return claim._replace(
        value="larger", quantity=claim.quantity._replace(values=times, unit="", step=claim.quantity.step / 100)
    )


def larger_by(claim: Parsed, measured: Iterable[Mapping[str, Fact]], a: str, b: str) -> Ruling:
    """Held against each of the ways in which regions a and b were both measured (region id -> fact): right in one."""
    assert claim.quantity is not None
    answer = unknown("by how much is not measured")
    for found in measured:
        first, second = (number_of(found[rid]) for rid in (a, b)) if found else (0.0, 0.0)
        if claim.measure == "mean_intensity" or second <= 0:
            continue  # a share of it has no meaning
        more = 100 * (first / second - 1)
        if fits(more, claim.quantity, ALLOWED):
            return yes(found[a], f"{more:.1f} % larger")
        answer = no(found[a], f"{more:.1f} % larger") if answer.answer == "uncheckable" else answer
    return answer
