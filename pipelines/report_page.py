"""The run report as one page for people: counts, plots, a drawn sample of each source, what was set aside."""

import hashlib
import json
import tempfile
from collections import Counter
from itertools import islice
from pathlib import Path
from typing import Any

import numpy as np
from jinja2 import Environment, PackageLoader, select_autoescape

import catalog
from pipelines.context import Context
from pipelines.drawing import outlined
from pipelines.ledger import asides
from pipelines.publish import rewritten
from pipelines.publish.corpus import SHARDS
from pipelines.publish.history import STAMP
from pipelines.store import Store
from pipelines.store.files import Files
from schemas import Sample, content_key
from schemas.leaks import of_manifest
from transforms.regions.marks import of_scene
from transforms.shards.encode import decode_png
from transforms.shards.manifest import NAME as MANIFEST
from transforms.shards.manifest import Manifest

FATES = ("read", "emitted", "filtered", "quarantined", "deduplicated")
NAME = "report.html"
COMPARED = f"{SHARDS}.leaks.json"  # as schemas/leaks.py has it: beside the shards
MOST_ROWS = 60  # of what goes with a label; report.json has them all
MOST_SHARDS, MOST_SAMPLES = 40, 200  # looked through for samples to show


def is_stale(ctx: Context) -> bool:
    """Whether the page is missing or about another corpus than the one that stands."""
    files = Store(ctx.workspace).files
    if not files.exists(NAME):
        return True
    page = files.read(NAME).decode("utf-8", "replace")
    return _about(files) not in page


def _about(files: Files) -> str:
    """Which corpus a page is of, and which comparisons of it."""
    return f"{(files.read_json(STAMP) or {}).get('key', '')} {content_key(str(_compared(files)))}"


def _compared(files: Files) -> bytes | None:
    return files.read(COMPARED) if files.exists(COMPARED) else None


def _test_sets(files: Files) -> list[tuple[str, list[str]]]:
    """Each known test set, and what comparing a copy of it with this very corpus came to."""
    manifest = hashlib.sha256(files.read(f"{SHARDS}/{MANIFEST}")).hexdigest()
    rows = of_manifest(_compared(files), manifest).compared
    return [(one.name, [own.told for own in rows if own.test_set == one.id]) for one in catalog.benchmarks().values()]


def write(ctx: Context, report: dict[str, Any]) -> None:
    """Write report.html into the workspace, about the corpus that stands there."""
    files = Store(ctx.workspace).files
    made = Manifest.model_validate_json(files.read(f"{SHARDS}/{MANIFEST}"))
    counts = ("samples", "regions", "questions", "reasoning", "claims")
    totals = ", ".join(f"{made.totals.get(name, 0):,} {name}" for name in counts)
    pages = Environment(loader=PackageLoader("pipelines"), autoescape=select_autoescape(), trim_blocks=True)
    text = pages.get_template("report.html").render(
        title=made.title, version=made.version, totals=totals, report=report, fates=FATES,
        overview=files.read(f"{SHARDS}/stats/overview.svg").decode(), corpus=_about(files),
        samples=[_drawn(sample, members) for sample, members in _first_of_each(files, made)],
        aside=asides(ctx, engine=report["engine"], workers=report["workers"]), actual=_actual(report),
        planned=report.get("planned") or [],
        notices=report.get("notices") or [], model=report.get("model"),
        confounders=[row for row in report.get("confounders") or [] if row["q"] is not None][:MOST_ROWS],
        too_few=sum(row["q"] is None for row in report.get("confounders") or []), held_out=report.get("held_out") or [],
        models=report.get("models") or [], test_sets=_test_sets(files), copies=_copies(files),
    )  # fmt: skip
    files.write(NAME, text.encode())


def _copies(files: Files) -> int | None:
    """How many rewritten copies the last publish found; None where it did not look."""
    return len(json.loads(files.read(rewritten.NAME))) if files.exists(rewritten.NAME) else None


def _actual(report: dict[str, Any]) -> dict[str, dict[str, int]]:
    """data set -> what a plan foretells, as it came."""
    rows = report["datasets"]
    out: dict[str, dict[str, int]] = {}
    for stage, name, field in (
        ("ingest", "items", "read"),
        ("ingest", "records", "out"),
        ("publish", "samples", "out"),
    ):
        for row in rows:
            if row["stage"] == stage:
                out.setdefault(row["dataset"], {})[name] = row[field]
    return out


def _first_of_each(files: Files, made: Manifest) -> list[tuple[Sample, dict[str, bytes]]]:
    """A sample of each data set: the one with most regions among the first of the first shards."""
    best: dict[str, tuple[Sample, dict[str, bytes]]] = {}
    seen: Counter[str] = Counter()
    wanted = set(made.counts["dataset"])
    for entry in made.shards[:MOST_SHARDS]:
        if wanted <= seen.keys():
            break
        with tempfile.TemporaryDirectory() as folder:
            place = Path(folder if files.remote else files.path(SHARDS))
            for tar in entry.tars if files.remote else ():
                (place / tar.name).write_bytes(files.read(f"{SHARDS}/{tar.name}"))
            for _, members in islice(entry.read(place), MOST_SAMPLES):
                sample = Sample.model_validate_json(members["json"])
                seen[sample.dataset] += 1
                known = best.get(sample.dataset)
                if seen[sample.dataset] <= 10 and (known is None or len(sample.regions) > len(known[0].regions)):
                    best[sample.dataset] = sample, members
    return [best[name] for name in sorted(best)]


def _drawn(sample: Sample, members: dict[str, bytes]) -> dict[str, str | None]:
    """The picture with its regions outlined, and the words."""
    said = {"key": sample.key, "text": sample.description.overall.text, "picture": None}
    if "png" not in members:
        return said
    drawn = (region.mask for region in sample.regions if region.mask is not None)
    masks = [decode_png(members[mask.media]) == mask.value for mask in drawn]
    masks += [mark.pixels.whole() for mark in of_scene(sample).values()]
    return {**said, "picture": outlined(np.asarray(decode_png(members["png"]), np.uint8), masks)}
