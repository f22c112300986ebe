"""Plain names for the person shown: `grammar/lay.yaml`, laid over the entries of a label space."""

from functools import lru_cache
from pathlib import Path
from typing import Any

import yaml

from schemas import Entry, LabelSpace

FILE = Path(__file__).parent / "grammar" / "lay.yaml"


@lru_cache(maxsize=1)
def names() -> dict[str, dict[str, Any]]:
    """Slug -> {name, plural, mass} of those that have a plain name."""
    loaded: dict[str, str | dict[str, Any]] = yaml.safe_load(FILE.read_text(encoding="utf-8"))
    return {slug: one if isinstance(one, dict) else {"name": one} for slug, one in loaded.items()}


def entry(space: LabelSpace, own: Entry) -> Entry:
    """The entry under its plain name; itself where it has none."""
    kept: dict[str, Entry] = space.memo.setdefault("transforms.text.lay", {})
    if own.slug not in kept:
        kept[own.slug] = _named(own, names()[own.slug]) if own.slug in names() else own
    return kept[own.slug]


def _named(own: Entry, plain: dict[str, Any]) -> Entry:
    concept = own.concept.model_copy(update={"label": plain["name"]})
    mass = bool(plain.get("mass", False))
    return own.model_copy(update={"concept": concept, "plural": plain.get("plural"), "mass": mass})
