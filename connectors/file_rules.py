"""Rules that a card gives by file name: what a file shows, whose it is, and which file goes with it."""

from collections.abc import Mapping
from fnmatch import fnmatchcase
from typing import TypeVar

from connectors.base import LayoutError, Options
from schemas import Concept, DatasetCard, LabelSpace, MadeBy

Value = TypeVar("Value")


class FileRules(Options):
    """Options that most readers share. Each maps a glob of file names to a value; the first that fits counts.

    `modality`, `anatomy`: slugs; without any, the card's only modality, and its only anatomy. `subject`: the
    pseudonym; without it the file's stem. `unit`: of the values (HU). `made_by`: who drew the regions.
    """

    modality: Mapping[str, str] = {}
    anatomy: Mapping[str, tuple[str, ...]] = {}
    subject: Mapping[str, str] = {}
    unit: Mapping[str, str] = {}
    made_by: MadeBy = MadeBy(kind="human", name="source annotators")


def first(rules: Mapping[str, Value], uri: str) -> Value | None:
    """The value of the first glob that fits the path or its name."""
    name = uri.rsplit("/", 1)[-1]
    return next((value for glob, value in rules.items() if fnmatchcase(uri, glob) or fnmatchcase(name, glob)), None)


def modality(card: DatasetCard, space: LabelSpace, rules: FileRules, uri: str) -> Concept:
    """What made the image. Raises LayoutError when the card leaves it open."""
    slug = first(rules.modality, uri) or (card.modalities[0] if len(card.modalities) == 1 else None)
    if slug is None:
        raise LayoutError(card.id, "layout.options.modality", f"no rule fits {uri}; add one (glob: slug)")
    return _concept(card, space, "layout.options.modality", slug)


def anatomy(card: DatasetCard, space: LabelSpace, rules: FileRules, uri: str) -> tuple[Concept, ...]:
    """What part of the body the card says is shown; nothing where it does not say."""
    slugs = first(rules.anatomy, uri)
    if slugs is None:  # where a card speaks file by file, it says nothing of those that it leaves out
        slugs = card.anatomy if len(card.anatomy) == 1 and not rules.anatomy else ()
    return tuple(_concept(card, space, "layout.options.anatomy", slug) for slug in slugs)


def _concept(card: DatasetCard, space: LabelSpace, key: str, slug: str) -> Concept:
    if slug not in space:
        raise LayoutError(card.id, key, f"no concept {slug!r}; add it to catalog/concepts/ or correct it")
    return space.concept(slug)


def stem(uri: str) -> str:
    """The file's name without folders and without all of its extensions."""
    return uri.rsplit("/", 1)[-1].split(".", 1)[0]
