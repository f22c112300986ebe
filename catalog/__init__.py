"""What data exists: the cards of the data sets and the label space, read from the YAML files beside this one."""

from functools import cache
from pathlib import Path

from catalog.load import CatalogError, read_cards, read_labelspace
from schemas import DatasetCard, LabelSpace

__all__ = ["ROOT", "CatalogError", "card", "cards", "labelspace"]

ROOT = Path(__file__).parent


@cache
def labelspace() -> LabelSpace:
    """Every concept of catalog/concepts/*.yaml. Raises CatalogError on a bad file."""
    return read_labelspace(ROOT / "concepts")


@cache
def cards() -> dict[str, DatasetCard]:
    """Every card of catalog/datasets/*.yaml by id, sorted. Raises CatalogError on a bad file."""
    return read_cards(ROOT / "datasets")


def card(dataset: str) -> DatasetCard:
    """The card of one data set. Raises CatalogError that lists what there is."""
    if dataset not in cards():
        raise CatalogError(
            f"catalog/datasets/{dataset}.yaml", "id", f"no such data set; there are {', '.join(cards())}"
        )
    return cards()[dataset]
