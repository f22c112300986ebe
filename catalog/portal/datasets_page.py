"""The list of data sets: rows, facets and search over the cards."""

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass

from catalog.portal.words import Mark, marks
from schemas import DatasetCard, LabelSpace

FACETS = {
    "modality": "Modality",
    "anatomy": "Anatomy",
    "task": "Task",
    "licence": "Licence",
    "support": "Support",
}
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

    @property
    def words(self) -> str:
        card = self.card
        labels = [label for values in self.tags.values() for label in values.values()]
        return " ".join([card.id, card.name, card.summary, *labels]).lower()


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
            "task": {task: task.replace("_", " ") for task in card.tasks},
            "licence": {card.terms.licence: card.terms.licence},
            "support": {support: SUPPORT[support]},
        }
        found.append(Row(card, tags, marks(card.terms), samples.get(card.id, 0)))
    return sorted(found, key=lambda row: (row.card.name.lower(), row.card.id))


def matching(table: Iterable[Row], filters: Mapping[str, Sequence[str]], text: str = "") -> list[Row]:
    """Rows that have, for each facet chosen, one of its values, and every word of `text`."""
    words = text.lower().split()
    return [row for row in table if _passes(row, filters) and all(word in row.words for word in words)]


def facets(table: Sequence[Row], filters: Mapping[str, Sequence[str]], text: str = "") -> list[Facet]:
    """Each value with how many rows it would leave, given what the other facets ask."""
    found = []
    for name, title in FACETS.items():
        others = {facet: chosen for facet, chosen in filters.items() if facet != name}
        left = matching(table, others, text)
        counts = Counter(value for row in left for value in row.tags[name])
        labels = {value: label for row in table for value, label in row.tags[name].items()}
        found.append(Facet(name, title, choices(labels, counts.__getitem__, filters.get(name, ()))))
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
