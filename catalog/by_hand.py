"""How a person gets a data set that no package carries: where to go, what to fetch, where to put it."""

import re
from pathlib import Path
from typing import Any

from schemas import DatasetCard
from schemas.spdx import UNKNOWN

HOW = {
    "open": "open to everybody: download at {home}",
    "registration": "register (an account, and mostly a click to accept the terms) at {home}",
    "application": "apply, and wait for an answer, at {home}",
    "closed": "not handed out at present; ask at {home}",
    "unknown": "nobody has found out how it is handed out; ask at {home}",
}


_FIELD = re.compile(r"\{(\w+):(?:[^{}]|\{[^{}]*\})+\}")  # a pattern's field with an expression of its own


def steps(card: DatasetCard, raw: Path) -> list[str]:
    """What to do, in order, one line a step."""
    folder = f"{(raw / card.id).as_posix()}/"
    found = [_access(card), _terms(card)]
    if card.download:
        found.append("fetch " + "; ".join(_file(file.model_dump()) for file in card.download))
    else:
        found.append("fetch all files of the release: the card names no archives")
    if card.layout.reader is None:
        found.append(
            f"put the files into {folder} as published: this set cannot be read yet, its layout is not written"
        )
    else:
        kept = _kept(card)
        but = f", but for {', '.join(kept)}: read as they are" if kept else ""
        found.append(f"put the files into {folder} as published and unpack the archives{but}")
        found.append(f"see what is there and what is missing: triptych get {card.id} --check --raw {raw.as_posix()}")
    return found


def _kept(card: DatasetCard) -> list[str]:
    """The archives that the card's patterns lead into."""
    texts = _FIELD.sub(r"{\1}", str(card.layout.options))
    return sorted({match[0] for match in re.finditer(r"[^'\"/\s]+\.(?:zip|tar|tar\.gz|tgz)(?=/)", texts)})


def _access(card: DatasetCard) -> str:
    if card.terms.credentialed:
        return f"get credentialed (training in human research and a signed agreement) and apply at {card.homepage}"
    return HOW[card.terms.access].format(home=card.homepage)


def _terms(card: DatasetCard) -> str:
    terms = card.terms
    name = "no licence is known" if terms.licence == UNKNOWN else f"licence {terms.licence}"
    where = f" ({terms.url})" if terms.url else ""
    answers = f"redistribution {terms.redistribution}, derivatives {terms.derivatives}, commercial {terms.commercial}"
    return f"read the terms: {name}{where}; {answers}"


def _file(file: dict[str, Any]) -> str:
    more = [f"from {file['url']}" if file["url"] else "", file["note"] or ""]
    more.append(f"sha256 {file['sha256']}" if file["sha256"] else "")
    told = ", ".join(text for text in more if text)
    return f"{file['file']} ({told})" if told else str(file["file"])
