"""What data exists: the cards of the data sets and the label space, read from the YAML files beside this one.

Schemas and YAML are imported with the first card: a command that only tells its help needs neither.
"""

from difflib import get_close_matches
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from catalog.errors import CatalogError

if TYPE_CHECKING:
    from schemas import Benchmark, DatasetCard, LabelSpace

__all__ = ["ROOT", "CatalogError", "benchmarks", "card", "cards", "ids", "labelspace"]

ROOT = Path(__file__).parent


@cache
def labelspace() -> "LabelSpace":
    """Every concept of catalog/concepts/*.yaml. Raises CatalogError on a bad file."""
    from catalog.load import read_labelspace

    return read_labelspace(ROOT / "concepts")


@cache
def benchmarks() -> "dict[str, Benchmark]":
    """The published test sets, by id. Raises CatalogError on a bad file."""
    from catalog.load import read_benchmarks

    return read_benchmarks(ROOT / "benchmarks")


@cache
def card(dataset: str) -> "DatasetCard":
    """The card of one data set; no other file is read. Raises CatalogError that names those with a similar id."""
    path = ROOT / "datasets" / f"{dataset}.yaml"
    if not path.is_file():
        near = get_close_matches(dataset, ids(), 5, 0.5)
        tell = f"; near it: {', '.join(near)}" if near else ""
        raise CatalogError(f"catalog/datasets/{path.name}", "id", f"no such data set{tell}; see: triptych catalog ls")
    from catalog.load import read_card

    return read_card(path)


def ids() -> tuple[str, ...]:
    """The id of every card, sorted; no card is read."""
    return tuple(sorted(path.stem for path in (ROOT / "datasets").glob("*.yaml")))


@cache
def cards() -> "dict[str, DatasetCard]":
    """Every card of catalog/datasets/*.yaml by id, sorted. Raises CatalogError on a bad file."""
    from catalog.load import read_cards

    return read_cards(ROOT / "datasets")
