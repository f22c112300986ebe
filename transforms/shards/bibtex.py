"""How a corpus and its sources are cited: BibTeX entries of the type misc, made of what the cards say."""

import re
from collections.abc import Iterable

from schemas import DatasetCard

_SPECIAL = {"\\": r"\textbackslash{}", "~": r"\textasciitilde{}", "^": r"\textasciicircum{}",
            **{sign: f"\\{sign}" for sign in "&%$#_{}"}}  # fmt: skip


def bibtex(name: str, title: str, version: str, cards: Iterable[DatasetCard]) -> str:
    """The entry of a corpus, which names its sources, and one of each source: whoever cites it cites those."""
    ordered = sorted(cards, key=lambda card: card.id)
    note = f"Version {version}. Made by Triptych of: {', '.join(card.id for card in ordered)}"
    return "\n\n".join([_entry(name, {"title": f"{{{_tex(title)}}}", "note": _tex(note)}), *map(_source, ordered)])


def _source(card: DatasetCard) -> str:
    fields = {
        "title": f"{{{_tex(card.name)}}}",
        "note": _tex(card.citation),
        "year": str(card.year) if card.year else None,
        "doi": re.sub(r"^https?://(dx\.)?doi\.org/", "", card.doi) if card.doi else None,
        "url": card.homepage,
    }
    return _entry(card.id, fields)


def _entry(key: str, fields: dict[str, str | None]) -> str:
    lines = [f"  {name} = {{{value}}}," for name, value in fields.items() if value]
    return "\n".join([f"@misc{{{key},", *lines, "}"])


def _tex(text: str) -> str:
    """Text as TeX prints it, in one line."""
    return "".join(_SPECIAL.get(sign, sign) for sign in " ".join(text.split()))
