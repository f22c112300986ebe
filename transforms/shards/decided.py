"""What a recipe decides across samples, as a corpus' manifest holds it, and which of it bears on what changed.

Versions and parameters of stages stand in each sample. What was decided after them - who leaves, in which split, with
which questions, in which languages, under which names - stands in the recipe alone.
"""

import json
from collections.abc import Collection, Iterable, Iterator, Mapping
from typing import Any

from schemas import Recipe

Json = Mapping[str, Any]
TOLD = {"name", "version", "title", "summary", "covers"}
"""Of a recipe: told elsewhere in the manifest, or of no bearing on any sample."""
HERE = {"url", "url_env", "key_env", "gpus"}
"""Of a language model: where it runs, which is nobody's but the publisher's."""
BEARS: dict[str, set[str]] = {
    "seed": {"split", "dialogues"},
    "splits": {"split"},
    "on_shared_subjects": {"split"},
    "questions": {"dialogues"},
    "shards.grow": {"split", "dialogues"},
    "text.languages": {"translations"},
    "use": {"pixels", "masks", "what is said of its media, not their pixels"},
    "privacy": {"subject", "addresses"},
}
"""Key of a recipe -> what of a sample it decides, in the words of `differs`, and nothing else of it."""
OTHERS = ("mix", "sources", "use", "deface", "deduplicate", "on_shared_subjects", "splits.copies")
"""What decides which samples leave: of one that stays, its split and questions depend on the others."""


def recorded(recipe: Recipe) -> dict[str, Any]:
    """What a manifest holds of its recipe; sources by their data set."""
    said = recipe.model_dump(mode="json", exclude=TOLD)
    said["sources"] = {one.pop("dataset"): one for one in said["sources"]}
    if said["text"]["model"] is not None:
        said["text"]["model"] = {name: own for name, own in said["text"]["model"].items() if name not in HERE}
    return said


def unlike(one: Json, other: Json, at: str = "") -> Iterator[tuple[str, str]]:
    """Each value that is not the same, by its path, with what it was and is."""
    for name in sorted(one.keys() | other.keys()):
        a, b = one.get(name), other.get(name)
        if isinstance(a, dict) and isinstance(b, dict):
            yield from unlike(a, b, f"{at}{name}.")
        elif a != b:
            yield f"{at}{name}", f"{_short(a)} -> {_short(b)}"


def _short(value: object) -> str:
    text = "none" if value is None else json.dumps(value, ensure_ascii=False)
    return text if len(text) <= 60 else f"{text[:57]}..."


class Decisions:
    """The keys that two recipes have not alike. `known`: both manifests hold their recipe, as older ones do not."""

    def __init__(self, one: Json, other: Json) -> None:
        self.known = bool(one and other)
        self.changed = list(unlike(one, other)) if self.known else []

    def lines(self) -> list[str]:
        """All of them."""
        return [f"recipe: {path} {change}" for path, change in self.changed]

    def of(self, differing: Collection[str]) -> list[str]:
        """Those that decide something of what differs in a sample."""
        return self._below(key for key, decided in BEARS.items() if decided & {*differing})

    def leaving(self, dataset: str | None = None) -> list[str]:
        """Those that decide which samples leave, of one data set or of any."""
        lines = self._below(OTHERS)
        mine = f"recipe: sources.{dataset}"
        return [one for one in lines if dataset is None or "recipe: sources." not in one or one.startswith(mine)]

    def _below(self, keys: Iterable[str]) -> list[str]:
        heads = tuple(keys)
        return [
            f"recipe: {path} {change}"
            for path, change in self.changed
            if any(path == head or path.startswith(f"{head}.") for head in heads)
        ]
