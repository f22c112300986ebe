"""Sizes of what the edge of a picture or of a scan cuts: the least that they may be, and no more is known."""

from schemas import Fact
from transforms.checks.claims.model import Quantity


def refuted(fact: Fact, said: Quantity, value: float, tolerance: float) -> bool:
    """Whether a written quantity is less than the least that a bound allows, rounding apart. `value` and `tolerance`
    are the fact's, in the unit of `said`."""
    most = max(said.values)
    return fact.bound is not None and said.bound != "gt" and most + max(tolerance, said.step) < value


def borne_out(fact: Fact, said: Quantity, value: float) -> bool:
    """Whether "at least so much" follows from a bound: it does where no more is said than was measured."""
    return fact.bound is not None and said.bound == "gt" and said.values[0] <= value + 1e-9
