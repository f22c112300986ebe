"""A small catalogue in place of the real one, for tests of what looks over many cards."""

from typing import Any

import pytest

import catalog
from schemas import DatasetCard


def card(name: str, licence: str = "CC-BY-4.0", labels: tuple[str, ...] = (), **more: Any) -> DatasetCard:
    """A card without fault. Answers follow the licence; `labels` are slugs, each its own label."""
    free = licence.startswith("CC-BY")
    answers = {
        "redistribution": "yes" if free else "unknown",
        "derivatives": ("no" if "ND" in licence else "yes") if free else "unknown",
        "commercial": ("no" if "NC" in licence else "yes") if free else "unknown",
    }
    layout = {"reader": "volumes", "labels": {slug: slug for slug in labels}} if labels else {}
    return DatasetCard.model_validate(
        {
            "id": name, "name": name, "summary": "made up", "version": "1", "homepage": "https://example.org",
            "citation": "none", "modalities": ["ct"], "anatomy": ["abdomen"], "tasks": ["segmentation"],
            "terms": {"licence": licence, "access": "open", **answers, "attribution": "nobody", "evidence": "made up"},
            "layout": layout, "evidence": [{"what": "made up", "where": "here"}], **more,
        }
    )  # fmt: skip


def put(monkeypatch: pytest.MonkeyPatch, *cards: DatasetCard) -> None:
    """These cards are all there is until the test ends; the label space is the real one."""
    found = {one.id: one for one in sorted(cards, key=lambda one: one.id)}
    monkeypatch.setattr(catalog, "cards", lambda: found)
    monkeypatch.setattr(catalog, "card", found.__getitem__)
    monkeypatch.setattr(catalog, "ids", lambda: tuple(found))
