"""What of all that the sets say reaches a sample: every replica, in one corpus.

`python -m benchmarks.funnel [--folder build/funnel] [--json]` builds the replicas of tests/replicas/ as one internal
corpus (inline, all tasks, a volume whole and by three axial, one coronal and one sagittal slice, a clip by four frames
together and one by one, and what belongs together of a study, a series and a person) and counts, for each kind of
annotation, the sets that offer it, those of which a sample comes, those whose sample holds it (a region of that kind, a
group of visits, or of a study or series, the source's question, its text, a value that it states), those that ask more
than modality, plane and anatomy, and those published. A set may offer several.
"""

import argparse
import json
import shutil
from collections import Counter, defaultdict
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import yaml
from rich.console import Console
from rich.table import Table

import catalog
from pipelines import build as runs
from pipelines.context import Context
from pipelines.recipes import load as load_recipe
from pipelines.store import Store
from schemas import Candidate, Record, Region, SampleRegion
from tests.replicas.builder.tree import build, declarations, load
from transforms import tasks
from transforms.facts.statement import STATED

PLAIN = {"modality", "plane", "anatomy"}
COLUMNS = ("sets", "a sample", "holds it", "a question", "published")
VIEWS = {"planes": {"axial": 3, "coronal": 1, "sagittal": 1}, "frames": 4,
         "groups": ["volume", "clip", "study", "series", "visits"], "prior": True}  # fmt: skip
SHAPES = {
    "label": "masks", "rle": "masks", "contour": "masks", "polygon": "masks", "box": "boxes", "turned_box": "boxes",
    "point": "points", "line": "lines", "ellipse": "circles and ellipses", "box3d": "boxes", "ball": "points",
    "slices": "ranges of slices", "span": "spans",
}  # fmt: skip
MARKS = frozenset(SHAPES) - {"label", "rle", "contour", "polygon"}
HELD = {
    "instance masks": {"masks"}, "several visits": {"visits"}, "source questions": {"source_question"},
    "several images of a study": {"study", "series"}, "reports and captions": {"text"},
    "values of the record": {"value"}, "class labels": {"label", "value"}, "class labels alone": {"label", "value"},
    **{kind: {kind} for kind in SHAPES.values()},
}  # fmt: skip
"""Kind of annotation -> what a sample holds where that reached it."""
RESTATING = {"conversation", "entailment", "look_again", "preference", "question_tree", "referring", "reflection"}
"""Families that put what others ask in another form: for them a scene would have to leave out what it alone is asked.
`make test-recipes` builds them."""
MEDIA = {"volume": "volumes", "clip": "clips", "signal": "signals", "document": "documents"}


def corpus(folder: Path, balance: bool = False) -> Context:
    """The replicas and a workspace in which all of them were built. `balance`: of their questions, those that a corpus
    keeps; else all that are asked."""
    names = sorted(declarations())
    for name in names:
        build(load(declarations()[name]), folder / "raw" / name)
    whole = {
        "name": "funnel", "version": "1.0.0", "title": "All replicas", "summary": "Synthetic stand-ins of all sets.",
        "seed": 17, "use": {"redistribute": False, "accept_unknown": True}, "on_shared_subjects": "same-split",
        "sources": [{"dataset": name, "views": VIEWS} for name in names],
        "tasks": sorted(tasks.families().keys() - RESTATING),
        "questions": {"balance": balance},
    }  # fmt: skip
    file = folder / "funnel.yaml"
    file.write_text(yaml.safe_dump(whole, sort_keys=False), encoding="utf-8")
    ctx = Context(load_recipe(file), str(folder / "raw"), str(folder / "space"))
    runs.run(ctx, runs.Job(("ingest", "curate", "publish"), "inline"), Console(stderr=True))
    return ctx


def offers(store: Store) -> dict[str, set[str]]:
    """Data set -> the kinds of annotation that its records hold."""
    kinds: dict[str, set[str]] = defaultdict(set)
    visits: dict[str, dict[str, set[str]]] = defaultdict(lambda: defaultdict(set))
    studies: dict[str, Counter[tuple[str, str]]] = defaultdict(Counter)
    for row in store.read("records", ["dataset", "body"]):
        record = Record.model_validate_json(row["body"])
        kinds[record.dataset] |= set(_said(record))
        visits[record.dataset][record.subject].add(str(record.study))
        if record.study is not None:
            studies[record.dataset][record.subject, record.study] += 1
    made = {row["key"] for row in store.read("records", ["key"])}
    for row in store.read("regions", ["dataset", "frame", "record", "body"]):
        region = Region.model_validate_json(row["body"])
        if (row["record"] in made and region.frame == "voxel") or region.shape.kind in MARKS:
            kinds[region.dataset].add(SHAPES[region.shape.kind])
            if getattr(region.shape, "instances", False) or "instance" in region.meta:
                kinds[region.dataset].add("instance masks")
    for dataset, people in visits.items():
        if studies[dataset] and max(studies[dataset].values()) > 1:
            kinds[dataset].add("several images of a study")
        if any(len(studies) > 1 for studies in people.values()):
            ordered = catalog.card(dataset).layout.groups.visits is not None
            kinds[dataset].add("several visits" if ordered else "several studies in no order that is told")
        if kinds[dataset] & {"class labels"} and not kinds[dataset] & set(SHAPES.values()):
            kinds[dataset].add("class labels alone")
    return kinds


def _said(record: Record) -> Iterator[str]:
    if record.kind in MEDIA:
        yield MEDIA[record.kind]
    if record.presence:
        yield "class labels"
    if record.meta.get("questions"):
        yield "source questions"
    if record.text:
        yield "reports and captions"
    if record.facts:  # what of its values is left out, its card gives the reason
        yield "values of the record"


def reached(store: Store) -> dict[str, set[str]]:
    """Data set -> what its samples hold: kinds of regions and groups, questions by kind, "sample"."""
    found: dict[str, set[str]] = defaultdict(set)
    for row in store.read("samples", ["dataset", "body"]):
        sample = Candidate.model_validate_json(row["body"])
        own = found[row["dataset"]]
        own.add("sample")
        own |= {sample.view.frame} | {dialogue.task for dialogue in sample.dialogues}
        own |= {"text"} if sample.description.source else set()
        own |= {"label" for fact in sample.facts if fact.predicate in ("present", "absent") and not fact.regions}
        own |= {"value" for fact in sample.facts if fact.predicate in STATED}
        own |= {"question" for dialogue in sample.dialogues if dialogue.task not in PLAIN}
        for region in sample.regions:
            own.add(_form(region))
    return found


def _form(region: SampleRegion) -> str:
    """The kind of annotation that a sample's region is."""
    if region.mask or region.span:
        return "masks" if region.mask else "spans"
    if region.line or region.ellipse:
        return "lines" if region.line else "circles and ellipses"
    if region.slices:
        return "ranges of slices"
    return "boxes" if region.box or region.box3d or region.turned_box else "points"


def published(store: Store) -> Counter[str]:
    """Data set -> samples in the shards."""
    rows = store.read("ledger", ["dataset", "stage", "fate"])
    return Counter(row["dataset"] for row in rows if row["stage"] == "publish" and row["fate"] == "emitted")


def funnel(ctx: Context) -> dict[str, dict[str, int]]:
    """Kind -> column -> sets; None where a kind has no region of its own."""
    store = Store(ctx.workspace)
    kinds, have, out = offers(store), reached(store), published(store)
    table: dict[str, dict[str, int]] = {}
    for kind in sorted({kind for own in kinds.values() for kind in own}):
        sets = [dataset for dataset, own in kinds.items() if kind in own]
        shown = [dataset for dataset in sets if not have[dataset].isdisjoint(HELD.get(kind, ()))]
        table[kind] = dict(zip(COLUMNS, (
            len(sets), sum("sample" in have[dataset] for dataset in sets), len(shown),
            sum("question" in have[dataset] for dataset in sets), sum(out[dataset] > 0 for dataset in sets),
        ), strict=True))  # fmt: skip
        if kind not in HELD:
            del table[kind]["holds it"]
    every = [source.dataset for source in ctx.recipe.sources]
    table["all sets"] = {"sets": len(every), "a sample": sum("sample" in have[one] for one in every),
                         "a question": sum("question" in have[one] for one in every),
                         "published": sum(out[one] > 0 for one in every)}  # fmt: skip
    return table


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--folder", type=Path, default=Path("build/funnel"))
    parser.add_argument("--json", action="store_true")
    given = parser.parse_args()
    shutil.rmtree(given.folder, ignore_errors=True)
    given.folder.mkdir(parents=True)
    ctx = corpus(given.folder)
    found: dict[str, Any] = funnel(ctx)
    have = reached(Store(ctx.workspace))
    silent = [source.dataset for source in ctx.recipe.sources if "sample" not in have[source.dataset]]
    if given.json:
        print(json.dumps({"kinds": found, "no sample": silent}))
        return
    table = Table("what a set offers", *COLUMNS, title="sets")
    for kind, row in found.items():
        table.add_row(kind, *(str(row.get(column, "")) for column in COLUMNS))
    Console().print(table)
    print(f"no sample: {', '.join(silent) or 'none'}")


if __name__ == "__main__":
    main()
