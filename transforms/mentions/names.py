"""What captions and reports call concepts: the claim check's lexicon of a label space, and `vocabulary.yaml`."""

from functools import lru_cache
from pathlib import Path
from typing import Any

import yaml

from schemas import LabelSpace
from transforms.checks.claims.lexicon import Lexicon, Term, lexicon, normal, plurals

Words = tuple[str, ...]
FACETS = ("finding", "anatomy", "modality")
"""Whose mentions are linked: what can be seen, where, and by what."""


@lru_cache(maxsize=1)
def vocabulary() -> dict[str, Any]:
    """vocabulary.yaml: lists of phrases by what they mean."""
    text = (Path(__file__).parent / "vocabulary.yaml").read_text(encoding="utf-8")
    found: dict[str, dict[str, str]] = yaml.safe_load(text)
    return {part: {key: _split(names) for key, names in one.items()} for part, one in found.items()}


@lru_cache(maxsize=1)
def terminologies() -> dict[str, list[str]]:
    """terminologies.yaml: further names of concepts in HP, MONDO, UBERON, CL and EFO, by slug."""
    text = (Path(__file__).parent / "terminologies.yaml").read_text(encoding="utf-8")
    told: dict[str, str] = yaml.load(text, Loader=getattr(yaml, "CSafeLoader", yaml.SafeLoader))
    return {slug: _split(names) for slug, names in told.items()}


def _split(names: str) -> list[str]:
    return [name.strip() for name in names.split("|") if name.strip()]


@lru_cache(maxsize=32)
def phrases(meaning: str) -> frozenset[Words]:
    """The phrases of a meaning ("denied_after") as words in one spelling."""
    return frozenset(normal(phrase) for phrase in vocabulary()["said"][meaning])


def terms(space: LabelSpace, chest: bool) -> dict[Words, Term]:
    """Further names of concepts that the space has, our own first; of texts about the chest those, too, that mean other
    things elsewhere."""
    found: dict[Words, Term] = {}
    labels = {normal(entry.concept.label): entry.slug for entry in space}
    told = vocabulary()
    for slug, names in [*(told["chest"].items() if chest else ()), *told["names"].items()]:
        if slug in space:
            facet = space.get(slug).facet
            for name in names:
                for words in (normal(name), *map(normal, plurals(name))):
                    if labels.get(words, slug) == slug:  # what is a concept's own label stays that
                        found.setdefault(words, Term("mention", facet, (slug,)))
    for slug, names in terminologies().items():
        for name in names if slug in space else ():
            words = normal(name)
            known = lexicon(space).match(list(words), 0)
            if known is None or known[1] < len(words):
                found.setdefault(words, Term("mention", space.get(slug).facet, (slug,)))
    for name in (*told["other"]["words"], *(() if chest else told["elsewhere"]["unnamed"])):
        found[normal(name)] = Term("word", name)
    return found


@lru_cache(maxsize=1)
def capitals() -> frozenset[str]:
    """Short forms that are words when they are not written in capitals."""
    return frozenset(vocabulary()["other"]["capitals"])


def together(space: LabelSpace) -> list[tuple[Words, Words, str]]:
    """(words, other words, slug): a finding that both say in one clause."""
    found = []
    for slug, pairs in vocabulary()["together"].items():
        for pair in pairs if slug in space else ():
            one, _, other = pair.partition(" + ")
            found.append((normal(one), normal(other), slug))
    return sorted(found, key=lambda row: (-len(row[0]) - len(row[1]), row))


def of_reports(space: LabelSpace, chest: bool) -> Lexicon:
    """The lexicon of a space with the further names; kept with the space."""
    kept: Lexicon | None = space.memo.get(("mentions", chest))
    if kept is None:
        kept = space.memo["mentions", chest] = lexicon(space).over(terms(space, chest), capitals())
    return kept
