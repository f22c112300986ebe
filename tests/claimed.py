"""What the claim check makes of a sentence about a made-up sample, of the suite or declared by a test in its words."""

from benchmarks.claims import outcome
from benchmarks.claims_suite.declared import space
from benchmarks.claims_suite.load import FOLDER, sample
from schemas import Sample
from transforms.checks.claims import check


def context(name: str) -> Sample:
    """A sample of the claims suite."""
    return sample(FOLDER / "contexts" / f"{name}.yaml")


def verdict(text: str, made: Sample) -> str:
    """The worst verdict on any assertion of a text; "uncheckable" where nothing is asserted."""
    return outcome(check(text, made, space()))
