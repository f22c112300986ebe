"""Licences: may this data set go into this corpus, and what must be said when it leaves."""

from collections.abc import Iterable
from typing import Literal, NamedTuple

from schemas import DatasetCard, Licence, Terms, spdx
from schemas.card import Answer
from schemas.recipe import Use
from transforms.shards.markdown import link, plain

UNKNOWN = "unknown"
MEANS: dict[Answer, bool | None] = {"yes": True, "no": False, "unknown": None}
SAYS = {True: "yes", False: "no", None: "not known"}


def gate(terms: Terms, use: Use) -> str | None:
    """Why these terms forbid this use, or None when they allow it.

    A corpus is a derivative of its sources: to pass it on, derivatives and redistribution must be allowed. Making it
    for oneself is not sharing (CC BY-ND 4.0, section 2(a)(1)(B): produce and reproduce, but not share). What nobody
    found out forbids, unless the recipe says `accept_unknown`; a plain "no" forbids whatever the recipe says, and so
    does that of a licence's own text, whatever a card claims.
    """
    found = spdx.answers(terms)
    needs: list[tuple[str, str]] = []
    if use.redistribute:
        needs += [("derivatives are", found["derivatives"]), ("redistribution is", found["redistribution"])]
    if use.commercial:
        needs.append(("commercial use is", found["commercial"]))
    reasons = [f"{what} not allowed" for what, answer in needs if answer == "no"]
    if use.redistribute and terms.credentialed:
        reasons.append("only credentialed users may have it, so it may not be passed on")
    if not use.accept_unknown:
        reasons += [f"{what} not known to be allowed" for what, answer in needs if answer == UNKNOWN]
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
    found = {question: MEANS[answer] for question, answer in spdx.answers(terms).items()}
    return Licence(
        id=terms.licence,
        redistribute=False if terms.credentialed else found["redistribution"],
        derivatives=found["derivatives"],
        commercial=found["commercial"],
        share_alike=spdx.share_alike(terms.licence),
        attribution=terms.attribution,
        url=terms.url,
        covers=covers,
    )


def leaving(card: DatasetCard, use: Use) -> Licence:
    """The licence that samples of the data set carry in a corpus for this use."""
    return licence_of(card, "annotations" if outlet(card.terms, use).leaves == "annotations" else "all")


def forbidden(licence: Licence, use: Use) -> list[str]:
    """What of the use that its corpus was declared for a sample's licence does not allow, or is not known to."""
    asked = [("redistribution", use.redistribute, licence.redistribute),
             ("derivatives", use.redistribute, licence.derivatives),
             ("commercial use", use.commercial, licence.commercial)]  # fmt: skip
    found = [what for what, wanted, answer in asked
             if wanted and (answer is False or (answer is None and not use.accept_unknown))]  # fmt: skip
    return found + (["any use: nobody knows it"] if licence.id == UNKNOWN and not use.accept_unknown else [])


def licences_md(title: str, cards: Iterable[DatasetCard]) -> str:
    """LICENSES.md: per data set its licence, attribution, citation and where the terms were read, sorted by id."""
    ordered = sorted(cards, key=lambda card: card.id)
    head = [
        f"# Licences of {plain(title)}",
        "",
        "Each sample carries the licence of the data set that it comes from, in its JSON under `licence`. The texts,",
        "questions and measurements were made from those data and are passed on under the same terms. Whoever uses the",
        "corpus must keep each attribution below. A sample whose licence `covers` annotations holds no pixels of its",
        "source: `triptych rebuild` makes them of your own copy. What is made of samples under a share-alike licence",
        "must carry it: two such licences that differ allow no work made of both.",
        "",
        "| data set | licence | redistribute | derivatives | commercial | share-alike |",
        "|---|---|---|---|---|---|",
    ]
    return "\n".join([*head, *map(_row, ordered), "", *map(_section, ordered)])


def _row(card: DatasetCard) -> str:
    rows = [(card.id, licence_of(card))]
    if card.terms.annotations is not None:
        rows.append((f"{card.id}, annotations alone", licence_of(card, "annotations")))
    return "\n".join(f"| {name} | {plain(own.id)} | {' | '.join(_answers(own))} |" for name, own in rows)


def _answers(licence: Licence) -> list[str]:
    return [SAYS[one] for one in (licence.redistribute, licence.derivatives, licence.commercial, licence.share_alike)]


def _section(card: DatasetCard) -> str:
    own = card.terms.of_annotations()
    doi = f"https://doi.org/{card.doi.removeprefix('https://doi.org/')}" if card.doi else None
    lines = [
        ("Licence", plain(card.terms.licence) + (f", {link(card.terms.url)}" if card.terms.url else "")),
        ("Licence of the annotations", plain(own.licence) if own else None),
        ("Attribution", plain(card.terms.attribution)),
        ("Citation", plain(card.citation)),
        ("Home", link(card.homepage)),
        ("DOI", link(doi) if doi else None),
        ("Version", plain(card.version)),
        ("Terms read at", plain(card.terms.evidence)),
        ("Terms of the annotations read at", plain(own.evidence) if own else None),
    ]
    body = [f"- {name}: {value}" for name, value in lines if value]
    return "\n".join([f"## {plain(card.name)} (`{card.id}`)", "", *body, ""])
