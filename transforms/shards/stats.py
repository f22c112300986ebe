"""What a corpus holds, counted: sums that merge in any order, so that workers can count their own shards."""

import json
import math
from collections import Counter
from collections.abc import Iterable, Iterator

from schemas import Model, Sample, SampleRegion
from transforms.facts.statement import STATED

Table = dict[str, dict[str, int]]

AXES = (
    "dataset",
    "modality",
    "anatomy",
    "plane",
    "task",
    "concept",
    "predicate",
    "op",
    "steps",
    "made_by",
    "licence",
    "member",
    "group",
    "holds",
    "personal",
    "source_text",
    "subjects",
)
GROUPS = ("volume", "clip", "study", "series", "visits", "cases")  # views of more than one picture
HISTOGRAMS = {
    "words": "words of the global description",
    "box": "side of a region's box, percent of the image's: 100 sqrt(box area / image area), rounded down",
}


class Stats(Model):
    """`totals`: name -> count. `tables`: axis -> label -> split -> count of samples (of questions for the axis "task",
    of regions for "concept" and "made_by", of facts for "predicate", of steps for "op", of traces for "steps", of
    subjects of a data set for "subjects"; "holds": data set and ending of a member; "personal": what is told of
    persons; "source_text": kinds of the sources' own texts). `histograms`: name -> whole value (as text) -> split ->
    count. `subjects`: split -> subjects; merged statistics count a subject anew in each part, in this and in the table.
    """

    totals: dict[str, int]
    tables: dict[str, Table]
    histograms: dict[str, Table]
    subjects: dict[str, int]

    def splits(self) -> dict[str, int]:
        """split -> samples."""
        counts: Counter[str] = Counter()
        for row in self.tables.get("dataset", {}).values():
            counts.update(row)
        return dict(sorted(counts.items()))

    def sums(self, axis: str) -> dict[str, int]:
        """label -> count over all splits, the largest first, then by name."""
        rows = {label: sum(row.values()) for label, row in self.tables.get(axis, {}).items()}
        return dict(sorted(rows.items(), key=lambda item: (-item[1], item[0])))


def count(samples: Iterable[Sample]) -> Stats:
    """The statistics of some samples, in one pass."""
    totals: Counter[str] = Counter()
    tables: dict[str, Table] = {axis: {} for axis in AXES}
    histograms: dict[str, Table] = {name: {} for name in HISTOGRAMS}
    subjects: dict[str, set[str]] = {}
    people: set[tuple[str, str, str]] = set()
    for sample in samples:
        totals.update(_totals(sample))
        for axis, label in _labels(sample):
            _add(tables[axis], label, sample.split)
        for name, value in _values(sample):
            _add(histograms[name], str(value), sample.split)
        subjects.setdefault(sample.split, set()).add(sample.subject)
        people.add((sample.dataset, sample.split, sample.subject))
    tables["subjects"] = table_of(people)
    return _sorted(totals, tables, histograms, {split: len(names) for split, names in subjects.items()})


def table_of(people: Iterable[tuple[str, str, str]]) -> Table:
    """data set -> split -> subjects, of (data set, split, subject) that may come twice."""
    found: Table = {}
    for dataset, split, _ in sorted(set(people)):
        _add(found, dataset, split)
    return found


def merge(parts: Iterable[Stats]) -> Stats:
    """The sum of statistics; the order does not matter. `subjects` adds up only if no subject is in two parts."""
    totals: Counter[str] = Counter()
    tables: dict[str, Table] = {axis: {} for axis in AXES}
    histograms: dict[str, Table] = {name: {} for name in HISTOGRAMS}
    subjects: Counter[str] = Counter()
    for part in parts:
        totals.update(part.totals)
        subjects.update(part.subjects)
        pairs = [(tables[axis], table) for axis, table in part.tables.items()]
        pairs += [(histograms[name], table) for name, table in part.histograms.items()]
        for into, table in pairs:
            for label, row in table.items():
                for split, number in row.items():
                    _add(into, label, split, number)
    return _sorted(totals, tables, histograms, subjects)


def files(stats: Stats) -> dict[str, bytes]:
    """stats/*.json: file name -> content. Subjects are counted, not named."""
    summary = {"totals": stats.totals, "samples": stats.splits(), "subjects": stats.subjects}
    values = {"summary": summary} | {axis: stats.tables.get(axis, {}) for axis in AXES} | stats.histograms
    return {f"{name}.json": _pretty(value) for name, value in sorted(values.items())}


def _pretty(value: object) -> bytes:
    return (json.dumps(value, indent=1, ensure_ascii=False) + "\n").encode()


def _add(table: Table, label: str, split: str, number: int = 1) -> None:
    row = table.setdefault(label, {})
    row[split] = row.get(split, 0) + number


def _sorted(
    totals: Counter[str], tables: dict[str, Table], histograms: dict[str, Table], subjects: dict[str, int]
) -> Stats:
    def rows(table: Table) -> Table:
        return {label: dict(sorted(table[label].items())) for label in sorted(table)}

    ordered = {name: dict(sorted(table.items(), key=lambda item: int(item[0]))) for name, table in histograms.items()}
    return Stats(
        totals=dict(sorted(totals.items())),
        tables={axis: rows(tables[axis]) for axis in sorted(tables)},
        histograms={
            name: {value: dict(sorted(row.items())) for value, row in ordered[name].items()} for name in ordered
        },
        subjects=dict(sorted(subjects.items())),
    )


def _totals(sample: Sample) -> dict[str, int]:
    description = sample.description
    turns = [turn for dialogue in sample.dialogues for turn in dialogue.turns]
    claims = [text.claims for text in (description.overall, *description.relations)]
    claims += [text.claims for text in description.regions]
    claims += [text.claims for text in description.media]
    claims += [text.claims for text in description.source]
    texts = len(claims)
    claims += [turn.claims for turn in turns]
    return {
        "samples": 1,
        "regions": len(sample.regions),
        "facts": len(sample.facts),
        "texts": texts,
        "claims": sum(map(len, claims)),
        "dialogues": len(sample.dialogues),
        "questions": sum(turn.role == "user" for turn in turns),
        "reasoning": sum(bool(dialogue.reasoning) for dialogue in sample.dialogues),
        "steps": sum(len(dialogue.reasoning) for dialogue in sample.dialogues),
    }


def _labels(sample: Sample) -> Iterator[tuple[str, str]]:
    yield "dataset", sample.dataset
    yield "modality", sample.modality.label
    yield "licence", sample.licence.id
    yield from (("anatomy", concept.label) for concept in sample.anatomy)
    if sample.view.plane:
        yield "plane", sample.view.plane
    members = ["json", *(media.name for media in sample.media if not media.withheld)]
    yield from (("member", name) for name in members[1:])
    yield from (("holds", f"{sample.dataset} {ending}") for ending in {name.rpartition(".")[2] for name in members})
    yield from (("source_text", kind) for kind in {text.kind for text in sample.description.source})
    yield from (("personal", what) for what in _personal(sample))
    if sample.view.frame in GROUPS:
        yield "group", sample.view.frame
    for dialogue in sample.dialogues:
        yield from (("task", dialogue.task) for turn in dialogue.turns if turn.role == "user")
        yield from (("op", step.op) for step in dialogue.reasoning)
        if dialogue.reasoning:
            yield "steps", str(len(dialogue.reasoning))
    for region in sample.regions:
        yield "concept", region.concept.label
        yield "made_by", f"{region.made_by.kind}: {region.made_by.name}"
    yield from (("predicate", fact.predicate) for fact in sample.facts)


def _personal(sample: Sample) -> set[str]:
    """What a sample tells of its person, or hides."""
    told = {f"{fact.name} is told" for fact in sample.facts if fact.predicate in STATED and fact.level == "patient"}
    return told | ({"burned-in text is blanked"} if any(media.blanked for media in sample.media) else set())


def _values(sample: Sample) -> Iterator[tuple[str, int]]:
    yield "words", len(sample.description.overall.text.split())
    area = next((m.width * m.height for m in sample.media if m.kind == "image" and m.width and m.height), None)
    if area:
        yield from (("box", _side(region, area)) for region in sample.regions if region.box)


def _side(region: SampleRegion, area: int) -> int:
    assert region.box is not None
    x0, y0, x1, y1 = region.box.xyxy
    return math.isqrt(10_000 * (x1 - x0) * (y1 - y0) // area)
