"""What `triptych catalog` answers, as plain functions. They read the YAML of the catalogue and print nothing."""

from collections.abc import Iterable, Mapping
from difflib import get_close_matches
from pathlib import Path
from typing import Any, get_args

import catalog
from catalog.croissant import to_croissant
from catalog.errors import CatalogError
from catalog.search import Found, Index
from catalog.support import LEVELS, levels
from catalog.validate import Opener, Problem, problems
from schemas import DatasetCard, LabelSpace, Terms
from schemas.faults import like
from schemas.spdx import class_of, parts

__all__ = ["Problem", "croissant", "ls", "may", "rows", "search", "show", "support", "validate"]


def support(card: DatasetCard, root: Path = catalog.ROOT) -> str:
    """How far a set is supported: "real", "replica" or "spec" (see catalog/support.py)."""
    return levels(root)(card)


def _row(card: DatasetCard, level: str) -> dict[str, Any]:
    return {
        "id": card.id,
        "name": card.name,
        "modalities": list(card.modalities),
        "anatomy": list(card.anatomy),
        "tasks": list(card.tasks),
        "licence": card.terms.licence,
        "licence_class": class_of(card.terms.licence),
        "access": "credentialed" if card.terms.credentialed else card.terms.access,
        "redistribution": card.terms.redistribution,
        "derivatives": card.terms.derivatives,
        "commercial": card.terms.commercial,
        "support": level,
    }


def ls(
    modality: str | None = None, task: str | None = None, licence: str | None = None, anatomy: str | None = None,
    access: str | None = None, support: str | None = None,
) -> list[dict[str, Any]]:  # fmt: skip
    """The data sets, by id; each filter narrows the list.

    `modality` and `anatomy` are a slug, label or synonym ("ct", "MRI", "liver"), and what lies below it counts too;
    `task` is one that a card names; `licence` an id, its start ("CC-BY") or a class ("cc-nc"). Raises CatalogError when
    a value is unknown: an empty list would hide the typing error.
    """
    kept, level = list(catalog.cards().values()), levels(catalog.ROOT)
    if modality is not None:
        wanted = below("modality", modality)
        kept = [card for card in kept if wanted.intersection(card.modalities)]
    if anatomy is not None:
        wanted = below("anatomy", anatomy)
        kept = [card for card in kept if wanted.intersection(card.anatomy)]
    if task is not None:
        _known("--task", task, {name for card in catalog.cards().values() for name in card.tasks})
        kept = [card for card in kept if task in card.tasks]
    if licence is not None:
        _known_licence(licence)
        kept = [card for card in kept if _licensed(card.terms.licence, licence)]
    if access is not None:
        _known("--access", access, {*get_args(Terms.model_fields["access"].annotation), "credentialed"})
    if support is not None:
        _known("--support", support, set(LEVELS))
    rows = [_row(card, level(card)) for card in kept]
    return [row for row in rows if access in (None, row["access"]) and support in (None, row["support"])]


def may(rows: Iterable[Mapping[str, Any]], use: str) -> list[dict[str, Any]]:
    """The rows of `ls` with what of each set may go into a corpus for a use (a key of fuse.USES): `leaves` all, its
    annotations alone, or nothing, with the `reason` why not all, and `share_alike`. Raises CatalogError."""
    from catalog.fuse import use_of
    from transforms.shards.licence import leaving, outlet

    found = []
    for row in rows:
        card, asked = catalog.card(row["id"]), use_of(use, "--for")
        leaves, reason = outlet(card.terms, asked)
        found.append({**row, "leaves": leaves, "reason": reason, "share_alike": leaving(card, asked).share_alike})
    return found


def _licensed(licence: str, wanted: str) -> bool:
    starts = any(part.casefold().startswith(wanted.casefold()) for part in parts(licence))
    return starts or class_of(licence) == wanted


def _known_licence(wanted: str) -> None:
    licences = {card.terms.licence for card in catalog.cards().values()}
    if any(_licensed(one, wanted) for one in licences):
        return
    ids = sorted({part for one in licences for part in parts(one)})
    near = get_close_matches(wanted, ids, 3) or [
        one for one in ids if not one.startswith("LicenseRef") and one != "unknown"
    ]
    classes = ", ".join(sorted({class_of(one) for one in licences}))
    raise CatalogError("--licence", wanted, f"no set has it; there are the classes {classes}, and {', '.join(near)}")


def _known(option: str, value: str, known: set[str]) -> None:
    if value not in known:
        near = like(value, known)
        raise CatalogError(option, value, f"nothing is called that{near}; there are {', '.join(sorted(known))}")


def below(facet: str, text: str) -> set[str]:
    """The slugs of a facet that are the named concept or lie below it. Raises CatalogError."""
    space = catalog.labelspace()
    root = concept(space, facet, text, f"--{facet}")
    return {entry.slug for entry in space if entry.slug == root or root in space.ancestors(entry.slug)}


def concept(space: LabelSpace, facet: str, text: str, option: str) -> str:
    """The slug of a facet that a slug, label or synonym names. Raises CatalogError with the option's name."""
    entries = [entry for entry in space if entry.facet == facet]
    for entry in entries:
        if text.casefold() in (entry.slug, entry.concept.label.casefold(), *entry.synonyms):
            return entry.slug
    slugs = [entry.slug for entry in entries]
    near = get_close_matches(text.casefold(), slugs, 3)
    tell = ", ".join(near) if near else f"{', '.join(slugs[:8])} ..."
    raise CatalogError(option, text, f"not in catalog/concepts/{facet}.yaml; there are {tell}")


def show(dataset: str) -> dict[str, Any]:
    """One card in full, with its level of support. Raises CatalogError."""
    card = catalog.card(dataset)
    return {**card.model_dump(mode="json"), "licence_class": class_of(card.terms.licence), "support": support(card)}


def search(text: str) -> Found:
    """The data sets that have all that `text` asks for, the best first; for words that none has, those like them.
    Raises CatalogError for a text without words."""
    if not text.strip():
        raise CatalogError("search", "TEXT", "nothing to look for; give at least one word")
    return Index(catalog.cards(), catalog.labelspace()).find(text)


def rows(ids: Iterable[str]) -> list[dict[str, Any]]:
    """Cards in short, in this order."""
    cards, level = catalog.cards(), levels(catalog.ROOT)
    return [_row(cards[name], level(cards[name])) for name in ids]


def validate(root: Path = catalog.ROOT, opens: Opener | None = None) -> list[Problem]:
    """Every fault in the catalogue under `root`, in the order of the files; empty when all is well. `opens`: see
    `catalog.validate.problems`."""
    return problems(root, opens)


def croissant(dataset: str) -> dict[str, Any]:
    """A card as Croissant 1.1 JSON-LD. Raises CatalogError."""
    return to_croissant(catalog.card(dataset), catalog.labelspace())
