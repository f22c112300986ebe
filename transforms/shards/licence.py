"""Licences: may this data set go into this corpus, and what must be said when it leaves."""

from collections.abc import Iterable
from typing import Literal, NamedTuple

from schemas import DatasetCard, Licence, Terms
from schemas.card import Answer
from schemas.recipe import Use

UNKNOWN = "unknown"
MEANS: dict[Answer, bool | None] = {"yes": True, "no": False, "unknown": None}
SAYS = {True: "yes", False: "no", None: "not known"}


def gate(terms: Terms, use: Use) -> str | None:
    """Why these terms forbid this use, or None when they allow it.

    A corpus is a derivative of its sources: to pass it on, derivatives and redistribution must be allowed. Making it
    for oneself is not sharing (CC BY-ND 4.0, section 2(a)(1)(B): produce and reproduce, but not share). What nobody
    found out forbids, unless the recipe says `accept_unknown`; a plain "no" forbids whatever the recipe says.
    """
    needs: list[tuple[str, str]] = []
    if use.redistribute:
        needs += [("derivatives", terms.derivatives), ("redistribution", terms.redistribution)]
    if use.commercial:
        needs.append(("commercial use", terms.commercial))
    reasons = [f"{what} is not allowed" for what, answer in needs if answer == "no"]
    if use.redistribute and terms.credentialed:
        reasons.append("only credentialed users may have it, so it may not be passed on")
    if not use.accept_unknown:
        reasons += [f"{what} is not known to be allowed" for what, answer in needs if answer == UNKNOWN]
        if terms.licence == UNKNOWN:
            reasons.append("nobody knows its licence")
    return f"licence {terms.licence}: {'; '.join(reasons)}" if reasons else None


class Outlet(NamedTuple):
    """What of a data set may go into a corpus: all of it, what is said of its images alone, or nothing; and why not
    all."""

    leaves: Literal["all", "annotations", "nothing"]
    reason: str | None = None


def outlet(terms: Terms, use: Use) -> Outlet:
    """What these terms let out for this use."""
    reason = gate(terms, use)
    if reason is None:
        return Outlet("all")
    own = terms.of_annotations()
    return Outlet("annotations" if own is not None and gate(own, use) is None else "nothing", reason)


def licence_of(card: DatasetCard, covers: Literal["all", "annotations"] = "all") -> Licence:
    """The licence that each sample of the data set carries; that of its annotations for one without pixels. Raises
    ValueError where the card does not treat these apart."""
    terms = card.terms if covers == "all" else card.terms.of_annotations()
    if terms is None:
        raise ValueError(f"{card.id}: terms.annotations says nothing: no sample may leave without its pixels")
    return Licence(
        id=terms.licence,
        redistribute=False if terms.credentialed else MEANS[terms.redistribution],
        derivatives=MEANS[terms.derivatives],
        commercial=MEANS[terms.commercial],
        attribution=terms.attribution,
        url=terms.url,
        covers=covers,
    )


def forbidden(licence: Licence, use: Use) -> list[str]:
    """What a sample's licence says no to of the use that its corpus was declared for."""
    asked = [("redistribution", use.redistribute, licence.redistribute),
             ("derivatives", use.redistribute, licence.derivatives),
             ("commercial use", use.commercial, licence.commercial)]  # fmt: skip
    return [what for what, wanted, answer in asked if wanted and answer is False]


def licences_md(title: str, cards: Iterable[DatasetCard]) -> str:
    """LICENSES.md: per data set its licence, attribution, citation and where the terms were read, sorted by id."""
    ordered = sorted(cards, key=lambda card: card.id)
    head = [
        f"# Licences of {title}",
        "",
        "Each sample carries the licence of the data set that it comes from, in its JSON under `licence`. The texts,",
        "questions and measurements were made from those data and are passed on under the same terms. Whoever uses the",
        "corpus must keep each attribution below. A sample whose licence `covers` annotations holds no pixels of its",
        "source: `triptych rebuild` makes them of your own copy.",
        "",
        "| data set | licence | redistribute | derivatives | commercial |",
        "|---|---|---|---|---|",
    ]
    return "\n".join([*head, *map(_row, ordered), "", *map(_section, ordered)])


def _row(card: DatasetCard) -> str:
    licence = licence_of(card)
    answers = (licence.redistribute, licence.derivatives, licence.commercial)
    rows = [f"| {card.id} | {licence.id} | {' | '.join(SAYS[answer] for answer in answers)} |"]
    if card.terms.annotations is not None:
        own = licence_of(card, "annotations")
        answers = (own.redistribute, own.derivatives, own.commercial)
        rows.append(f"| {card.id}, annotations alone | {own.id} | {' | '.join(SAYS[answer] for answer in answers)} |")
    return "\n".join(rows)


def _section(card: DatasetCard) -> str:
    lines = [
        ("Licence", f"{card.terms.licence}" + (f", <{card.terms.url}>" if card.terms.url else "")),
        ("Attribution", card.terms.attribution),
        ("Citation", card.citation),
        ("Home", f"<{card.homepage}>"),
        ("DOI", f"<https://doi.org/{card.doi.removeprefix('https://doi.org/')}>" if card.doi else None),
        ("Version", card.version),
        ("Terms read at", card.terms.evidence),
        ("Terms of the annotations read at", card.terms.annotations.evidence if card.terms.annotations else None),
    ]
    body = [f"- {name}: {' '.join(value.split())}" for name, value in lines if value]
    return "\n".join([f"## {card.name} (`{card.id}`)", "", *body, ""])
