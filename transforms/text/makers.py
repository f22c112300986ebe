"""Who drew what a text tells of: a person's outline goes without saying, a rule's or a model's is called that."""

from collections.abc import Iterable

from schemas import Fact
from transforms.text.names import SceneText

KINDS = {"human": "", "model": " by a model", "rule": " by a rule"}
"""Who drew it -> what stands behind "outlined"."""


def maker(told: SceneText, fact: Fact) -> str:
    """Who drew the regions of a fact: "human", "model" or "rule"; of several, one that is no person."""
    kinds = {told.regions[rid].made_by.kind for rid in fact.regions}
    return next((kind for kind in ("rule", "model") if kind in kinds), "human")


def by_maker(told: SceneText, facts: Iterable[Fact]) -> list[tuple[str, list[Fact]]]:
    """(what stands behind "outlined", the facts), people's first."""
    found: dict[str, list[Fact]] = {kind: [] for kind in KINDS}
    for fact in facts:
        found[maker(told, fact)].append(fact)
    return [(KINDS[kind], own) for kind, own in found.items() if own]


def drawn_by(told: SceneText, fact: Fact) -> str:
    """ ", outlined by a model," behind the name of what no person drew."""
    kind = maker(told, fact)
    return "" if kind == "human" else f", outlined{KINDS[kind]},"
