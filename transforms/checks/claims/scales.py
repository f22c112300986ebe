"""What a rating's scale is, as a text may say it in brackets: its ends, and who rated."""

import re

from schemas import Fact
from transforms.facts.format import scale_ends

ENDS = re.compile(r"\(from \d+, [^,;()]+, to \d+, [^,;()]+; [^,;()]+\)")
"""As `scale_ends` writes it: "(from 1, non-solid, to 5, solid; the mean of 4 readers)"."""


def wrong(said: str, fact: Fact) -> str | None:
    """Why a scale that a text names is not the fact's: its highest step ("-5"), or all of `ENDS`; None where it is."""
    if said.startswith("("):
        return None if said == scale_ends(fact).lower() else f"its scale is {scale_ends(fact)}"
    top = said.partition("-")[2]
    return f"rated on a scale of {fact.unit}" if top and (fact.unit or "").partition("-")[2] != top else None
