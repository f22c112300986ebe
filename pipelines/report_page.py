"""The run report as one page for people: counts, plots, a drawn sample of each source, what was set aside."""

import base64
from collections import Counter
from pathlib import Path
from typing import Any

import cv2
import numpy as np
from jinja2 import Environment, PackageLoader, select_autoescape

from pipelines.context import Context
from pipelines.curate import current
from pipelines.publish import STAMP
from pipelines.store import Store
from schemas import Sample
from transforms.shards.encode import decode_png, png
from transforms.shards.manifest import NAME as MANIFEST
from transforms.shards.manifest import Manifest, load
from transforms.shards.tar import read_shard

FATES = ("read", "emitted", "filtered", "quarantined", "deduplicated")
# Okabe and Ito's palette, told apart by colour-blind readers; RGB.
PALETTE = ((230, 159, 0), (86, 180, 233), (0, 158, 115), (240, 228, 66), (0, 114, 178), (213, 94, 0), (204, 121, 167))
WIDTH = 480
NAME = "report.html"


def is_stale(ctx: Context, shards: Path) -> bool:
    """Whether the page is missing or older than the shards that it is about."""
    page = Path(ctx.workspace) / NAME
    return not page.exists() or page.stat().st_mtime < (shards / MANIFEST).stat().st_mtime


def write(ctx: Context, shards: Path, report: dict[str, Any]) -> Path:
    """Write <workspace>/report.html about published shards and return its path. The workspace must be a folder."""
    made = load(shards)
    counts = ("samples", "regions", "questions", "reasoning", "claims")
    totals = ", ".join(f"{made.totals.get(name, 0):,} {name}" for name in counts)
    pages = Environment(loader=PackageLoader("pipelines"), autoescape=select_autoescape(), trim_blocks=True)
    text = pages.get_template("report.html").render(
        title=made.title, version=made.version, totals=totals, report=report, fates=FATES,
        overview=(shards / "stats" / "overview.svg").read_text(encoding="utf-8"),
        samples=[_drawn(sample, members) for sample, members in _first_of_each(shards, made)],
        aside=_aside(ctx),
    )  # fmt: skip
    path = Path(ctx.workspace) / NAME
    path.write_text(text, encoding="utf-8")
    return path


def _first_of_each(shards: Path, made: Manifest) -> list[tuple[Sample, dict[str, bytes]]]:
    """A sample of each data set: the one with most regions among the first that the shards hold of it."""
    best: dict[str, tuple[Sample, dict[str, bytes]]] = {}
    seen: Counter[str] = Counter()
    for entry in made.shards:
        for _, members in read_shard(shards / entry.name):
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
    image = decode_png(members["png"])
    canvas = np.ascontiguousarray(np.repeat(image[..., None], 3, axis=2) if image.ndim == 2 else image)
    scale = WIDTH / canvas.shape[1]
    how = cv2.INTER_AREA if scale < 1 else cv2.INTER_LINEAR
    canvas = cv2.resize(canvas, None, fx=scale, fy=scale, interpolation=how)
    size = (canvas.shape[1], canvas.shape[0])
    for number, region in enumerate(sample.regions):
        if region.mask is None:
            continue
        mask = (decode_png(members[region.mask.media]) == region.mask.value).astype(np.uint8)
        rings, _ = cv2.findContours(
            cv2.resize(mask, size, interpolation=cv2.INTER_NEAREST), cv2.RETR_EXTERNAL, cv2.CHAIN_APPROX_NONE
        )
        cv2.drawContours(canvas, rings, -1, PALETTE[number % len(PALETTE)], 1, cv2.LINE_AA)
    return {**said, "picture": base64.b64encode(png(canvas)).decode()}


def _aside(ctx: Context) -> list[dict[str, Any]]:
    """Fates other than emitted, with how many units share each reason."""
    store = Store(ctx.workspace)
    made = [store.read_json(STAMP)["key"]]
    for source in ctx.recipe.sources:
        packets, twice = current(ctx, store, source.dataset)
        made += [*(store.pointed(f"ingest/{source.dataset}") or []), *(row["made"] for row in twice)]
        made += [key for packet in packets for key in packet.keys.values()]
    rows = store.read("ledger", ["stage", "dataset", "fate", "reason"], made=made)
    counts = Counter(
        (row["stage"], row["dataset"], row["fate"], _kind(row["reason"] or ""))
        for row in rows
        if row["fate"] != "emitted"
    )
    names = ("stage", "dataset", "fate", "reason")
    return [{**dict(zip(names, key, strict=True)), "units": number} for key, number in sorted(counts.items())]


def _kind(reason: str) -> str:
    """A reason without the key or the number that makes it one of a kind."""
    return reason.split(" as ")[0] if reason.startswith("the same") else reason[:160]
