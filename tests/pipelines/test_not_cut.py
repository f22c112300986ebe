"""What a volume does not allow is said in the tables: planes of a sheared one, and regions where it has no values."""

import json
from pathlib import Path
from typing import Any

import nibabel
import numpy as np
import pytest
from rich.console import Console

from pipelines import build
from pipelines.build import Job
from pipelines.context import Context
from pipelines.ledger import recount
from pipelines.store import Row, Store
from schemas import Scene
from tests.connectors import small
from tests.pipelines import workshop

TILT = np.deg2rad(20)
SHEARED = np.array(
    [[-0.75, 0, 0, 0], [0, -0.5 * np.cos(TILT), 0, 0], [0, -0.5 * np.sin(TILT), 5, 0], [0, 0, 0, 1]]
)  # RAS


def built(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, array: np.ndarray, planes: dict[str, int]) -> Context:
    raw = tmp_path / "raw/small"
    raw.mkdir(parents=True)
    mask = np.zeros(array.shape, np.uint8)
    mask[8:28, 6:26, 5:15] = 1
    for name, values in (("a.nii.gz", array), ("a_mask.nii.gz", mask)):
        image = nibabel.Nifti1Image(values, SHEARED)
        image.header.set_xyzt_units("mm")
        image.set_qform(None, 0)
        nibabel.save(image, raw / name)
    masks = {"format": "masks", "file": "{case}_mask.nii.gz"}
    options: dict[str, Any] = {"files": ["{case}.nii.gz"], "ignore": ["{case}_mask.nii.gz"], "annotations": [masks]}
    card = small.card("volumes", {**options, "subject": "{case}", "modality": "ct"}, {"1": "liver"})
    workshop.only(card, monkeypatch)
    sources = [{"dataset": "small", "views": {"planes": planes}, "experts": []}]
    file = workshop.recipe(tmp_path / "r.yaml", sources=sources, tasks=["modality"], splits={"train": 1.0})
    ctx = workshop.context(file, tmp_path / "raw", tmp_path / "space")
    build.run(ctx, Job(("ingest", "curate"), "inline"), Console(quiet=True))
    assert not [fault for fault in recount(ctx)[1] if "wait" not in fault]
    return ctx


def rows(ctx: Context, table: str, **where: Any) -> list[Row]:
    return list(Store(ctx.workspace).read(table, **where))


def said(ctx: Context) -> list[str]:
    return [json.loads(row["reason"])["reason"] for row in rows(ctx, "verdicts") if row["check"] == "reading"]


def noise() -> np.ndarray:
    return np.random.default_rng(0).normal(100, 30, (40, 36, 20)).astype(np.float32)


def test_a_sheared_volume_loses_its_oblique_planes_and_keeps_its_measures(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    ctx = built(tmp_path, monkeypatch, noise(), {"axial": 1, "sagittal": 1, "coronal": 1})
    scenes = [Scene.model_validate_json(row["body"]) for row in rows(ctx, "scenes")]
    assert {scene.view.plane for scene in scenes} == {"axial", "coronal"}
    assert any(reason.startswith("sagittal planes are not cut: the volume is sheared by 20.00") for reason in said(ctx))
    whole = [json.loads(row["body"])["meta"].get("facts") for row in rows(ctx, "regions") if row["frame"] == "voxel"]
    volumes = [fact["value"] for facts in whole for fact in facts or () if fact["predicate"] == "volume"]
    assert volumes == [pytest.approx(20 * 20 * 10 * 0.75 * 0.5 * 5 * np.cos(TILT) / 1000, rel=1e-4)]


def test_a_volume_of_which_no_plane_asked_for_can_be_cut_is_filtered_by_name(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    ctx = built(tmp_path, monkeypatch, noise(), {"sagittal": 2})
    (row,) = rows(ctx, "ledger", stage=["regions"])
    assert row["fate"] == "filtered"
    assert row["reason"].startswith("sagittal planes are not cut: the volume is sheared")


def test_a_region_where_the_volume_has_no_values_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    array = noise()
    array[:10] = np.nan
    ctx = built(tmp_path, monkeypatch, array, {"axial": 1})
    assert len(rows(ctx, "scenes")) == 1
    assert any(reason.startswith(f"{2 * 20 * 10} of 4000 pixels of '1' have no value") for reason in said(ctx))
