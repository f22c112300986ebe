"""The claim check: free text read into assertions by rules of its own, each judged against the facts of the scene."""

from transforms.checks.claims.annotated import check, check_text
from transforms.checks.claims.model import ClaimVerdict, Parsed
from transforms.checks.claims.parse import parse
from transforms.checks.claims.samples import check_sample, faults, run

NAME = "claims"
VERSION = "5"

__all__ = ["NAME", "VERSION", "ClaimVerdict", "Parsed", "check", "check_sample", "check_text", "faults", "parse", "run"]
