"""Sets of records of one person, and what groups of them are published."""

from pathlib import Path
from typing import Any

import nibabel
import numpy as np
from rich.console import Console

import catalog
from pipelines import build
from pipelines.build import Job
from pipelines.context import Context
from pipelines.ledger import recount
from schemas import DatasetCard, Grouping, Sample
from tests.pipelines import workshop
from tests.replicas.builder.tree import build as grow
from tests.replicas.builder.tree import declarations, load
from transforms.shards.tar import read_shard
from transforms.shards.verify import verify

SHAPE, VOXEL = (16, 14, 8), (0.8, 0.7, 3.0)
GROUPS = ["volume", "study", "series", "visits"]
TASKS = ["modality", "presence", "size", "visits", "which_image", "whole_study"]
EVERY: tuple[Any, ...] = ("ingest", "curate", "publish")


def run(tmp_path: Path, sources: list[dict[str, Any]], stages: tuple[Any, ...] = EVERY) -> Context:
    """Built, every unit accounted for, and sound."""
    use = {"redistribute": False, "accept_unknown": True}
    file = workshop.recipe(tmp_path / "r.yaml", sources=sources, splits={"train": 1.0}, use=use, tasks=TASKS)
    ctx = workshop.context(file, tmp_path / "raw", tmp_path / "space")
    build.run(ctx, Job(stages, "inline"), Console(quiet=True))
    assert recount(ctx)[1] == []
    if "publish" in stages:
        report = verify(tmp_path / "space/shards", catalog.labelspace())
        assert report.ok, report.problems
    return ctx


def replicas(tmp_path: Path, groups: list[str], *names: str) -> Context:
    for name in names:
        grow(load(declarations()[name]), tmp_path / "raw" / name)
    return run(tmp_path, [{"dataset": name, "views": {"groups": groups}} for name in names])


def published(ctx: Context, kind: str) -> list[tuple[Sample, dict[str, bytes]]]:
    groups = [members for shard in sorted((Path(ctx.workspace) / "shards").glob("*.tar"))
              for _, members in read_shard(shard)]  # fmt: skip
    pairs = [(Sample.model_validate_json(members["json"]), members) for members in groups]
    return [(sample, members) for sample, members in pairs if sample.view.frame == kind]


def scan(path: Path, number: int) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    stored = np.random.default_rng(number).integers(0, 900, SHAPE).astype(np.int16)
    image = nibabel.Nifti1Image(stored, np.diag([*VOXEL, 1.0]))
    image.header.set_xyzt_units("mm")
    nibabel.save(image, path)


def mask(path: Path, sides: tuple[int, int, int] | None) -> None:
    drawn = np.zeros(SHAPE, np.uint8)
    if sides is not None:
        drawn[tuple(slice(2, 2 + side) for side in sides)] = 1
    nibabel.save(nibabel.Nifti1Image(drawn, np.diag([*VOXEL, 1.0])), path)


def grouped(card: DatasetCard, **groups: Any) -> DatasetCard:
    layout = card.layout.model_copy(update={"groups": Grouping.model_validate(groups)})
    return card.model_copy(update={"layout": layout})


SOURCES = [{"dataset": "small", "views": {"planes": {"axial": 2}, "groups": GROUPS}}]
