"""What a corpus page shows: its counts, its facets, a page of its samples, and how to pull it."""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from catalog import benchmarks
from catalog.portal.blind import Blind
from catalog.portal.datasets_page import Facet, choices
from catalog.portal.shards import Corpus
from catalog.portal.words import Mark, marks
from schemas import Benchmark, DatasetCard
from schemas.leaks import comparisons

FACETS = {
    "dataset": "Data set",
    "modality": "Modality",
    "plane": "Plane",
    "task": "Task",
    "split": "Split",
    "concept": "Shows",
}
SPLITS = ("train", "validation", "test")


@dataclass(frozen=True)
class Bar:
    """`share` of the longest bar, 0 to 100."""

    label: str
    count: int
    share: float


@dataclass(frozen=True)
class Source:
    dataset: str
    name: str
    licence: str
    marks: tuple[Mark, ...]
    samples: int
    splits: dict[str, int]


@dataclass(frozen=True)
class Overview:
    samples: int
    questions: int
    regions: int
    concepts: int
    modalities: list[Bar]
    tasks: list[Bar]
    shown: list[Bar]
    splits: list[Bar]
    anatomy: list[Bar]
    makers: list[Bar]
    licences: list[Bar]
    support: list[Bar]
    guessed: list[Blind]
    claims: int
    texts: int
    sources: list[Source]
    shards: dict[str, list[str]]
    bytes: int


def overview(corpus: Corpus, cards: Mapping[str, DatasetCard]) -> Overview:
    index = corpus.index
    counts = {kind: index.values(kind, {}) for kind in FACETS}
    shards: dict[str, list[str]] = {}
    for shard in corpus.manifest.get("shards", []):
        shards.setdefault(str(shard.get("split", "")), []).append(str(shard["name"]))
    return Overview(
        samples=index.count({}),
        questions=sum(total for _, total in counts["task"].values()),
        regions=sum(total for _, total in counts["concept"].values()),
        concepts=len(counts["concept"]),
        modalities=bars({label: count for label, (count, _) in counts["modality"].items()}),
        tasks=bars({label: total for label, (_, total) in counts["task"].items()}),
        shown=bars({label: count for label, (count, _) in counts["concept"].items()})[:14],
        splits=bars({name: counts["split"][name][0] for name in SPLITS if name in counts["split"]}, ordered=True),
        anatomy=bars(corpus.counted("anatomy")),
        makers=bars(corpus.counted("made_by")),
        licences=bars(corpus.counted("licence")),
        support=bars({label: total for label, (_, total) in index.values("support", {}).items()}),
        guessed=index.guessed(),
        claims=int(corpus.manifest.get("totals", {}).get("claims", 0)),
        texts=int(corpus.manifest.get("totals", {}).get("texts", 0)),
        sources=_sources(corpus, cards, {name: count for name, (count, _) in counts["dataset"].items()}),
        shards=shards,
        bytes=sum(int(tar.get("bytes", 0)) for tar in corpus.tars),
    )


def test_sets(corpus: Corpus, cards: Mapping[str, DatasetCard]) -> list[tuple[Benchmark, str, list[str]]]:
    """Each known test set, which sets of the corpus it draws on, and what comparing a copy of it came to."""
    manifest = hashlib.sha256((corpus.root / "manifest.json").read_bytes()).hexdigest()
    compared = comparisons(corpus.root, manifest).compared
    here = [cards[name] for name in corpus.manifest.get("counts", {}).get("dataset", ()) if name in cards]
    return [
        (
            one,
            ", ".join(card.id for card in here if one.id in card.benchmarks),
            [own.told for own in compared if own.test_set == one.id],
        )
        for one in benchmarks().values()
    ]


def bars(counts: Mapping[str, int], ordered: bool = False) -> list[Bar]:
    longest = max(counts.values(), default=0) or 1
    items = counts.items() if ordered else sorted(counts.items(), key=lambda item: (-item[1], item[0]))
    return [Bar(label, count, round(100 * count / longest, 2)) for label, count in items]


def _sources(corpus: Corpus, cards: Mapping[str, DatasetCard], samples: Mapping[str, int]) -> list[Source]:
    cross = corpus.index.cross("dataset", "split")
    found = []
    for dataset in sorted(samples):
        card = cards.get(dataset)
        found.append(
            Source(
                dataset=dataset,
                name=card.name if card else dataset,
                licence=card.terms.licence if card else "no card",
                marks=marks(card.terms) if card else (),
                samples=samples[dataset],
                splits={split: cross.get((dataset, split), 0) for split in SPLITS},
            )
        )
    return found


def facets(corpus: Corpus, filters: Mapping[str, Sequence[str]], text: str = "") -> list[Facet]:
    found = []
    for name, title in FACETS.items():
        counts = {value: count for value, (count, _) in corpus.index.values(name, filters, text).items()}
        for value in filters.get(name, ()):
            counts.setdefault(value, 0)
        labels = {value: value.replace("_", " ") if name == "task" else value for value in counts}
        found.append(Facet(name, title, choices(labels, counts.__getitem__, filters.get(name, ()))))
    return found


def brace(names: Sequence[str]) -> str:
    """The shards of one split as WebDataset writes a range: train-{000000..000003}.tar."""
    if len(names) == 1:
        return names[0]
    stems = [name.removesuffix(".tar").rpartition("-") for name in names]
    return f"{stems[0][0]}-{{{stems[0][2]}..{stems[-1][2]}}}.tar"
