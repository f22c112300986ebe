"""How far a data set is supported, read off the tree: its card, its replica, the recipes."""

from collections.abc import Callable
from pathlib import Path

from catalog.load import read_yaml
from schemas import DatasetCard

LEVELS = {
    "real": "a recipe here builds a corpus from its published files, which a registry package carries",
    "replica": "its layout is written and reads a small stand-in of the published folder; you bring the files",
    "spec": "a card and nothing more: its layout is not written yet",
}


def levels(root: Path) -> Callable[[DatasetCard], str]:
    """A function that tells the level of a card; recipes and replicas are looked up once for all of them."""
    tree = root.parent
    built = _in_recipes(tree / "recipes")
    tested = {path.stem for path in (tree / "tests" / "replicas").glob("*") if path.suffix in (".yaml", ".py")}

    def of(card: DatasetCard) -> str:
        if card.obtain and card.id in built:
            return "real"
        return "replica" if card.layout.reader is not None and card.id in tested else "spec"

    return of


def _in_recipes(folder: Path) -> set[str]:
    """The ids of the data sets that any recipe names."""
    return {name for path in sorted(folder.glob("*.yaml")) for name in _sources(path)}


def _sources(path: Path) -> set[str]:
    recipe = read_yaml(path)
    sources = recipe.get("sources", []) if isinstance(recipe, dict) else []
    return {str(one["dataset"]) for one in sources if isinstance(one, dict) and "dataset" in one}
