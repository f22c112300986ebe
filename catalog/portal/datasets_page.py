"""The list of data sets: rows, facets and search over the cards."""

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from catalog.portal.words import Mark, marks
from schemas import DatasetCard, LabelSpace

FACETS = {
    "modality": "Modality",
    "anatomy": "Anatomy",
    "finding": "Annotated",
    "task": "Task",
    "kind": "Kind",
    "use": "You may",
    "licence": "Licence",
    "size": "Size",
    "year": "Year",
    "support": "Support",
}
MOST = 40  # values of a facet that are listed, besides those chosen
KINDS = {
    "volumes": "3-D volumes", "dicom_series": "3-D volumes", "video": "clips", "signals": "signals",
    "rows": "texts and tables", "text_reports": "texts and tables", "slides": "whole slides",
}  # fmt: skip
USES = {"redistribution": "pass on", "derivatives": "build on", "commercial": "use commercially"}
SIZES = {100: "up to 100", 1_000: "up to 1,000", 10_000: "up to 10,000", 100_000: "up to 100,000"}
SUPPORT = {
    "corpus": "in a corpus here",
    "fetched": "fetched for you",
    "bring": "you bring the files",
}


@dataclass(frozen=True)
class Choice:
    value: str
    label: str
    count: int
    chosen: bool


@dataclass(frozen=True)
class Facet:
    name: str
    title: str
    choices: tuple[Choice, ...]


@dataclass(frozen=True)
class Row:
    """A card as the list shows it. `tags`: facet -> {value: label}."""

    card: DatasetCard
    tags: dict[str, dict[str, str]]
    marks: tuple[Mark, ...]
    samples: int


def label_of(space: LabelSpace, slug: str) -> str:
    return space.concept(slug).label if slug in space else slug.replace("_", " ")


def rows(cards: Mapping[str, DatasetCard], space: LabelSpace, samples: Mapping[str, int]) -> list[Row]:
    """`samples`: data set -> how many samples of it the corpora at hand have. Sorted by name."""
    found = []
    for card in cards.values():
        support = "corpus" if samples.get(card.id) else "fetched" if card.obtain else "bring"
        tags = {
            "modality": {slug: label_of(space, slug) for slug in card.modalities},
            "anatomy": {slug: label_of(space, slug) for slug in card.anatomy},
            "finding": _findings(card, space),
            "task": {task: task.replace("_", " ") for task in card.tasks},
            "kind": {kind: kind for kind in [KINDS.get(card.layout.reader or "", "2-D images")]},
            "use": {name: label for name, label in USES.items() if getattr(card.terms, name) == "yes"},
            "size": {size: size for size in [_size(card)] if size},
            "year": {str(card.year): str(card.year)} if card.year else {},
            "licence": {card.terms.licence: card.terms.licence},
            "support": {support: SUPPORT[support]},
        }
        found.append(Row(card, tags, marks(card.terms), samples.get(card.id, 0)))
    return sorted(found, key=lambda row: (row.card.name.lower(), row.card.id))


def _findings(card: DatasetCard, space: LabelSpace) -> dict[str, str]:
    """What is annotated, besides structures of the body: slug -> label."""
    slugs = {slug for slug in card.layout.labels.values() if slug and slug in space}
    return {slug: label_of(space, slug) for slug in sorted(slugs) if space.get(slug).facet == "finding"}


def _size(card: DatasetCard) -> str | None:
    """By the largest number that the card counts."""
    if not card.counts:
        return None
    return next((label for most, label in SIZES.items() if max(card.counts.values()) <= most), "more")


def matching(table: Sequence[Row], filters: Mapping[str, Sequence[str]], ids: Sequence[str] | None = None) -> list[Row]:
    """Rows that have, for each facet chosen, one of its values; with `ids`, those alone, in their order."""
    if ids is not None:
        by_id = {row.card.id: row for row in table}
        table = [by_id[name] for name in ids if name in by_id]
    return [row for row in table if _passes(row, filters)]


def facets(table: Sequence[Row], filters: Mapping[str, Sequence[str]], ids: Sequence[str] | None = None) -> list[Facet]:
    """Each value with how many rows it would leave, given what the other facets ask. Where a search found nothing, the
    facets are those of all rows, so that there is a way on."""
    found = []
    ids = ids if ids is None or ids else None
    for name, title in FACETS.items():
        others = {facet: chosen for facet, chosen in filters.items() if facet != name}
        left = matching(table, others, ids)
        counts = Counter(value for row in left for value in row.tags[name])
        labels = {value: label for row in table for value, label in row.tags[name].items()}
        listed = choices(labels, counts.__getitem__, filters.get(name, ()))
        found.append(Facet(name, title, tuple(one for n, one in enumerate(listed) if n < MOST or one.chosen)))
    return found


def choices(labels: Mapping[str, str], count: Callable[[str], int], chosen: Sequence[str]) -> tuple[Choice, ...]:
    """Choices with something behind them, or that are ticked: the most frequent first."""
    found = [Choice(value, label, count(value), value in chosen) for value, label in labels.items()]
    return tuple(
        sorted((choice for choice in found if choice.count or choice.chosen), key=lambda c: (-c.count, c.label))
    )


def _passes(row: Row, filters: Mapping[str, Sequence[str]]) -> bool:
    return all(not chosen or any(value in row.tags[facet] for value in chosen) for facet, chosen in filters.items())


def related(card: DatasetCard, cards: Mapping[str, DatasetCard]) -> list[str]:
    """Other sets that hold some of the same subjects, as either card says."""
    return sorted(
        {
            other.id
            for other in cards.values()
            if other.id != card.id
            and (
                other.id in card.shares_subjects_with
                or card.id in other.shares_subjects_with
                or (card.subject_space is not None and other.subject_space == card.subject_space)
            )
        }
    )
