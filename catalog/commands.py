"""What `triptych catalog` answers, as plain functions. They read the YAML of the catalogue and print nothing."""

from collections.abc import Iterable
from pathlib import Path
from typing import Any

import catalog
from catalog.croissant import to_croissant
from catalog.load import CatalogError, read_yaml
from catalog.validate import Problem, problems
from schemas import DatasetCard, LabelSpace

__all__ = ["Problem", "croissant", "ls", "search", "show", "support", "validate"]


def support(card: DatasetCard, root: Path = catalog.ROOT) -> str:
    """How far a set is supported: "real" (a recipe builds from the published files that a package carries), "replica"
    (a connector is tested on a small stand-in) or "spec" (a card and nothing more)."""
    tree = root.parent
    if card.obtain and card.id in _in_recipes(tree / "recipes"):
        return "real"
    tested = (tree / "tests" / "replicas" / card.id).is_dir() or any(
        (tree / "tests" / "connectors").glob(f"test_{card.id}*.py")
    )
    return "replica" if tested else "spec"


def _in_recipes(folder: Path) -> set[str]:
    """The ids of the data sets that any recipe names."""
    found: set[str] = set()
    for path in sorted(folder.glob("*.yaml")):
        recipe = read_yaml(path)
        sources = recipe.get("sources", []) if isinstance(recipe, dict) else []
        found |= {str(source["dataset"]) for source in sources if isinstance(source, dict) and "dataset" in source}
    return found


def _row(card: DatasetCard) -> dict[str, Any]:
    return {
        "id": card.id,
        "name": card.name,
        "modalities": list(card.modalities),
        "anatomy": list(card.anatomy),
        "tasks": list(card.tasks),
        "licence": card.terms.licence,
        "redistribution": card.terms.redistribution,
        "commercial": card.terms.commercial,
        "support": support(card),
    }


def ls(modality: str | None = None, task: str | None = None, licence: str | None = None) -> list[dict[str, Any]]:
    """The data sets, by id; each filter narrows the list.

    `modality` is a slug, label or synonym ("ct", "MRI"); `task` one that a card names; `licence` an id or its start
    ("CC-BY"). Raises CatalogError when a modality or task is unknown: an empty list would hide the typing error.
    """
    space, kept = catalog.labelspace(), list(catalog.cards().values())
    if modality is not None:
        wanted = _modality(space, modality)
        kept = [card for card in kept if wanted in card.modalities]
    if task is not None:
        known = sorted({name for card in catalog.cards().values() for name in card.tasks})
        if task not in known:
            raise CatalogError("--task", task, f"no card names this task; there are {', '.join(known)}")
        kept = [card for card in kept if task in card.tasks]
    if licence is not None:
        kept = [card for card in kept if card.terms.licence.casefold().startswith(licence.casefold())]
    return [_row(card) for card in kept]


def _modality(space: LabelSpace, text: str) -> str:
    entries = [entry for entry in space if entry.facet == "modality"]
    for entry in entries:
        if text.casefold() in (entry.slug, entry.concept.label.casefold(), *entry.synonyms):
            return entry.slug
    slugs = ", ".join(entry.slug for entry in entries)
    raise CatalogError("--modality", text, f"not in catalog/concepts/modality.yaml; there are {slugs}")


def show(dataset: str) -> dict[str, Any]:
    """One card in full, with its level of support. Raises CatalogError."""
    card = catalog.card(dataset)
    return {**card.model_dump(mode="json"), "support": support(card)}


def search(text: str) -> list[dict[str, Any]]:
    """The data sets in which every word of `text` occurs: in id, name, summary, tasks, licence, or in a name or synonym
    of a concept that the card maps, or of one above it. `where` says in which of them, for each word."""
    words = text.casefold().split()
    if not words:
        raise CatalogError("search", "TEXT", "nothing to look for; give at least one word")
    space, found = catalog.labelspace(), []
    for card in catalog.cards().values():
        fields = _searchable(card, space)
        where = {word: [name for name, content in fields.items() if word in content] for word in words}
        if all(where.values()):
            found.append({**_row(card), "where": where})
    return found


def _searchable(card: DatasetCard, space: LabelSpace) -> dict[str, str]:
    slugs = {slug for slug in (*card.modalities, *card.anatomy, *card.layout.labels.values()) if slug and slug in space}
    above = {slug for below in slugs for slug in space.ancestors(below)}
    return {
        "id": card.id.casefold(),
        "name": card.name.casefold(),
        "summary": card.summary.casefold(),
        "tasks": " ".join(card.tasks).casefold(),
        "licence": card.terms.licence.casefold(),
        "concepts": _names(space, sorted(slugs | above)),
    }


def _names(space: LabelSpace, slugs: Iterable[str]) -> str:
    entries = [space.get(slug) for slug in slugs]
    return "; ".join(name for entry in entries for name in (entry.concept.label.casefold(), *entry.synonyms))


def validate(root: Path = catalog.ROOT) -> list[Problem]:
    """Every fault in the catalogue under `root`, in the order of the files; empty when all is well."""
    return problems(root)


def croissant(dataset: str) -> dict[str, Any]:
    """A card as Croissant 1.0 JSON-LD. Raises CatalogError."""
    return to_croissant(catalog.card(dataset), catalog.labelspace())
