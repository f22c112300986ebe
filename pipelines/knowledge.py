"""Passages about a scene's concepts, for jobs of a language model that draw on them (`text.passages` of a recipe).

The index is that of `triptych get knowledge`; its folder is TRIPTYCH_KNOWLEDGE, or data/cache/knowledge. A process
opens it once: 3 s and some 570 MB.
"""

import json
import os
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Any

from schemas import Passage, Scene

if TYPE_CHECKING:
    from transforms.text.retrieval import Retriever

PACKAGES = ("bm25s", "Stemmer", "tokenizers")


def folder() -> Path:
    """Where the index lies."""
    return Path(os.environ.get("TRIPTYCH_KNOWLEDGE", "data/cache/knowledge"))


def packages() -> list[str]:
    """Those of the extra `knowledge` that are missing here."""
    return [name for name in PACKAGES if find_spec(name) is None]


def unavailable() -> str | None:
    """Why there are no passages here, or None."""
    if lacking := packages():
        return f"no package {lacking[0]}; run: uv sync --extra knowledge"
    if not (folder() / "index.json").is_file():
        return f"{folder()}: no index of passages; run: triptych get knowledge"
    return None


def revision() -> dict[str, Any]:
    """What decides which passages are found: the encoder's revision, and the passages' number and digest."""
    return about(folder())


def about(index: Path) -> dict[str, Any]:
    """What an index says of itself: what made it, and the number and digest of what it holds."""
    found: dict[str, Any] = json.loads((index / "index.json").read_text(encoding="utf-8"))
    return found


def passages(scene: Scene, most: int) -> tuple[Passage, ...]:
    """One for each concept that is drawn or present, in the order of the scene, `most` in all."""
    drawn = [region.concept for region in scene.regions]
    present = [one.concept for one in scene.presence if one.state == "present"]
    found: dict[str, Passage] = {}
    for concept in {one.label: one for one in (*drawn, *present)}.values() if most else ():
        for passage in _retriever(folder()).passages(concept.label, [concept], 1):
            found.setdefault(passage.id, passage)
        if len(found) == most:
            break
    return tuple(found.values())


@cache
def _retriever(place: Path) -> "Retriever":
    from transforms.text.retrieval import Retriever

    return Retriever.open(place)
