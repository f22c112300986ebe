"""What a licence says, read off its SPDX id (https://spdx.org/licenses/), and what a card may therefore claim of it.

A card's licence is an SPDX expression; terms that have no SPDX id are written LicenseRef-NAME, and a licence that
nobody found is "unknown".
"""

import re
from typing import Literal, NamedTuple

from packaging.licenses import InvalidLicenseExpression, canonicalize_license_expression

from schemas.card import Answer, Terms

UNKNOWN = "unknown"
LicenceClass = Literal["open-spdx", "cc-nc", "cc-nd", "custom", "mixed", "unknown"]
QUESTIONS = ("redistribution", "derivatives", "commercial")


class Grant(NamedTuple):
    """What a licence's own text answers; `share_alike`: derivatives must carry it too."""

    redistribution: Answer = "yes"
    derivatives: Answer = "yes"
    commercial: Answer = "yes"
    attribution: bool = True
    share_alike: bool = False


# Licences that permit all three; whether they ask to be named and to be kept is all that differs.
_OPEN = {
    "CC0-1.0": Grant(attribution=False), "PDDL-1.0": Grant(attribution=False), "Unlicense": Grant(attribution=False),
    "MIT": Grant(), "BSD-2-Clause": Grant(), "BSD-3-Clause": Grant(), "Apache-2.0": Grant(), "ISC": Grant(),
    "ODC-By-1.0": Grant(), "ODbL-1.0": Grant(share_alike=True),
    "GPL-3.0-only": Grant(share_alike=True), "GPL-3.0-or-later": Grant(share_alike=True),
}  # fmt: skip
_CC = re.compile(r"CC-BY((?:-NC|-ND|-SA)*)-\d")


def expression(licence: str) -> str:
    """The licence as SPDX writes it. Raises ValueError when it is no SPDX expression and not "unknown"."""
    if licence == UNKNOWN:
        return licence
    try:
        return str(canonicalize_license_expression(licence))
    except InvalidLicenseExpression as error:
        raise ValueError(str(error)) from error


def parts(licence: str) -> tuple[str, ...]:
    """The licences that an expression names: all of them hold where AND joins them."""
    return tuple(name for name in re.split(r"[\s()]+", licence) if name and name not in ("AND", "OR", "WITH"))


def grant(licence: str) -> Grant | None:
    """What one licence answers; None for a LicenseRef, for "unknown" and for an id that nobody has entered here."""
    if found := _CC.match(licence):
        flags = found[1].split("-")
        return Grant(
            derivatives="no" if "ND" in flags else "yes", commercial="no" if "NC" in flags else "yes",
            share_alike="SA" in flags,
        )  # fmt: skip
    return _OPEN.get(licence)


def class_of(licence: str) -> LicenceClass:
    """The class that people ask for: the strictest of what an expression's licences say. "mixed" names open licences
    and terms without an SPDX id, "custom" only such terms."""
    if licence == UNKNOWN:
        return "unknown"
    names = parts(licence)
    own = [name for name in names if name.startswith("LicenseRef-")]
    if len(own) == len(names):
        return "custom"
    grants = [one for name in names if (one := grant(name)) is not None]
    if any(one.derivatives == "no" for one in grants):
        return "cc-nd"
    if any(one.commercial == "no" for one in grants):
        return "cc-nc"
    return "mixed" if own else "open-spdx"


def contradictions(terms: Terms) -> list[tuple[str, str]]:
    """(key, what to do) where the card claims a "yes" that one of its licences denies, or a "no" that all of its
    licences grant. An "unknown" is never wrong: it is what nobody could confirm."""
    found = []
    names = parts(terms.licence)
    grants = {name: one for name in names if (one := grant(name)) is not None}
    for question in QUESTIONS:
        answer = getattr(terms, question)
        denied = [name for name, one in grants.items() if getattr(one, question) == "no"]
        if answer == "yes" and denied:
            found.append((question, f'"yes", yet {denied[0]} says no; correct one of the two'))
        if answer == "no" and len(grants) == len(names) and not denied:
            found.append((question, f'"no", yet {terms.licence} allows it; name the terms that forbid it'))
    return found


def share_alike(licence: str) -> bool | None:
    """Whether what is made from the data must carry the same licence; None where the terms have no SPDX id, and nobody
    entered what they say of it."""
    grants = [grant(name) for name in parts(licence)]
    if any(one is not None and one.share_alike for one in grants):
        return True
    return None if None in grants else False


def attribution(licence: str) -> bool:
    """Whether its makers must be named: yes, unless every licence of it is known not to ask that."""
    return any(one is None or one.attribution for one in map(grant, parts(licence)))


def answers(terms: Terms) -> dict[str, Answer]:
    """Question -> what holds: the strictest of what the card answers and what its licences' own texts say. What nobody
    found stays "unknown", unless a licence says no."""
    grants = [one for name in parts(terms.licence) if (one := grant(name)) is not None]
    found: dict[str, Answer] = {}
    for question in QUESTIONS:
        denied = any(getattr(one, question) == "no" for one in grants)
        found[question] = "no" if denied else getattr(terms, question)
    return found


def urls(licence: str) -> list[str]:
    """The address of each licence of an expression that has an SPDX id."""
    own = (UNKNOWN, "LicenseRef-")
    return [f"https://spdx.org/licenses/{name}.html" for name in parts(licence) if not name.startswith(own)]
