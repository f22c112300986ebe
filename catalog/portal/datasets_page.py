"""The list of data sets: rows, facets, order and search over the cards."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property, reduce
from operator import or_

from catalog.portal.words import Mark, marks
from schemas import DatasetCard, LabelSpace, canonical_json

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

    @cached_property
    def most(self) -> list[tuple[str, int]]:
        """The two largest numbers that the card counts."""
        return sorted(self.card.counts.items(), key=lambda pair: -pair[1])[:2]

    @cached_property
    def json(self) -> bytes:
        """The card with the samples at hand, as `/api/datasets` gives it."""
        return canonical_json({**self.card.model_dump(mode="json"), "samples_here": self.samples}).encode()


# Most first, but names from A on; of the same, by name.
ORDERS: dict[str, tuple[str, Callable[[Row], int]]] = {
    "name": ("name", lambda row: 0),
    "year": ("newest", lambda row: -(row.card.year or 0)),
    "size": ("largest", lambda row: -max(row.card.counts.values(), default=0)),
    "samples": ("most samples here", lambda row: -row.samples),
}


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


class Table:
    """Rows, and for each value of a facet the rows that have it, as bits of one number: each count that a page shows is
    one operation, with 1,200 rows too."""

    def __init__(self, rows: Sequence[Row]) -> None:
        self.rows = tuple(rows)
        self._bit = {row.card.id: 1 << place for place, row in enumerate(rows)}
        self._with: dict[str, dict[str, int]] = {facet: {} for facet in FACETS}
        self._labels: dict[str, dict[str, str]] = {facet: {} for facet in FACETS}
        for row in rows:
            for facet, values in row.tags.items():
                self._labels[facet].update(values)
                for value in values:
                    self._with[facet][value] = self._with[facet].get(value, 0) | self._bit[row.card.id]

    def row(self, name: str) -> Row:
        return self.rows[self._bit[name].bit_length() - 1]

    def matching(
        self, filters: Mapping[str, Sequence[str]], ids: Sequence[str] | None = None, order: str | None = None
    ) -> list[Row]:
        """Rows that have, for each facet chosen, one of its values; with `ids`, those alone, in their order.
        `order`: one of ORDERS."""
        left = self._left(filters)
        table = self.rows if ids is None else [self.row(name) for name in ids if name in self._bit]
        found = [row for row in table if self._bit[row.card.id] & left]
        return sorted(found, key=ORDERS[order][1]) if order else found

    def facets(self, filters: Mapping[str, Sequence[str]], ids: Sequence[str] | None = None) -> list[Facet]:
        """Each value with how many rows it would leave, given what the other facets ask. Where a search found nothing,
        the facets are those of all rows, so that there is a way on."""
        searched = reduce(or_, (self._bit.get(name, 0) for name in ids), 0) if ids else -1
        found = []
        for name, title in FACETS.items():
            left = searched & self._left({facet: chosen for facet, chosen in filters.items() if facet != name})
            counts = {value: (left & bits).bit_count() for value, bits in self._with[name].items()}
            listed = choices(self._labels[name], counts.__getitem__, filters.get(name, ()))
            found.append(Facet(name, title, tuple(one for n, one in enumerate(listed) if n < MOST or one.chosen)))
        return found

    def _left(self, filters: Mapping[str, Sequence[str]]) -> int:
        """The rows that pass, as bits; all ones where nothing is asked."""
        left = -1
        for facet, chosen in filters.items():
            if chosen:
                left &= reduce(or_, (self._with[facet].get(value, 0) for value in chosen), 0)
        return left


def choices(labels: Mapping[str, str], count: Callable[[str], int], chosen: Sequence[str]) -> tuple[Choice, ...]:
    """Choices with something behind them, or that are ticked: the most frequent first."""
    found = [Choice(value, label, count(value), value in chosen) for value, label in labels.items()]
    return tuple(
        sorted((choice for choice in found if choice.count or choice.chosen), key=lambda c: (-c.count, c.label))
    )


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
