"""A small card for a test of one reader or one annotation format, and all that it reads."""

from pathlib import Path
from typing import Any

import catalog
from connectors import Unreadable, open_dataset
from schemas import DatasetCard, Notice, Record, Region
from transforms.regions.resolve import resolution


def card(
    reader: str, options: dict[str, Any], labels: dict[str, str | None] | None = None,
    implies: dict[str, Any] | None = None, **more: Any,
) -> DatasetCard:  # fmt: skip
    """A card with the least that a card needs. A label given None is unmapped with a reason."""
    labels = labels or {}
    unmapped = {label: "left out in this test" for label, slug in labels.items() if slug is None}
    return DatasetCard.model_validate(
        {
            "id": "small", "name": "Small", "summary": "A set made in a test.", "version": "1",
            "homepage": "https://example.org",
            "citation": "none", "modalities": ["ct"], "anatomy": ["liver"], "tasks": ["segmentation"],
            "terms": {"licence": "CC0-1.0", "access": "open", "redistribution": "yes", "derivatives": "yes",
                      "commercial": "yes",
                      "attribution": "none", "evidence": "made here"},
            "layout": {"reader": reader, "options": options, "labels": labels, "unmapped": unmapped,
                       "implies": implies or {}}, **more,
        }
    )  # fmt: skip


def read(card: DatasetCard, root: Path) -> tuple[list[Record], list[Region]]:
    """Every record and region. Raises Unreadable at the first bad file."""
    connector = open_dataset(card, catalog.labelspace())
    rows = [row for item in connector.listing(root) for row in connector.read(root, item)]
    return [row for row in rows if isinstance(row, Record)], [row for row in rows if isinstance(row, Region)]


def notices(card: DatasetCard, root: Path) -> list[str]:
    """What reading met and could not use, its masks decoded."""
    connector = open_dataset(card, catalog.labelspace())
    rows = [row for item in connector.listing(root) for row in connector.read(root, item)]
    told = [row.text() for row in rows if isinstance(row, Notice)]
    for record in (row for row in rows if isinstance(row, Record)):
        own = [row for row in rows if isinstance(row, Region) and row.record == record.key]
        told += [notice.text() for notice in resolution(root, record, own).notices]
    return told


def refused(card: DatasetCard, root: Path) -> list[str]:
    """Why each unreadable item is refused."""
    connector = open_dataset(card, catalog.labelspace())
    found = []
    for item in connector.listing(root):
        try:
            list(connector.read(root, item))
        except Unreadable as error:
            found.append(str(error))
    return found


def problems(card: DatasetCard, root: Path) -> list[str]:
    """Why items are refused, and what of the others is told, each as "file: where: reason"."""
    connector = open_dataset(card, catalog.labelspace())
    found = []
    for item in connector.listing(root):
        try:
            told = [row for row in connector.read(root, item) if isinstance(row, Notice)]
        except Unreadable as error:
            found.append(str(error))
            continue
        for notice in told:
            at_line = notice.model_copy(update={"item": None}) if notice.line is not None else notice
            found.append(at_line.text())
    return found
