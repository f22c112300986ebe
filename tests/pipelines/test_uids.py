"""Who and what a sample is of: a scan that several sets publish, each in its own dress, has one uid in all of them."""

from pathlib import Path

import cv2
import nibabel
import numpy as np
import pytest
from numpy.typing import NDArray
from rich.console import Console

import catalog
from pipelines import build
from pipelines.build import Job
from schemas import DatasetCard
from tests.connectors import small
from tests.identity_phantoms import jpeg, scan
from tests.pipelines import workshop
from transforms.identity import things
from transforms.shards.verify import verify

HERS, HIS = scan(1, (72, 64, 14)), scan(2, (40, 36, 8))
KINDS = {"first": "volumes", "again": "volumes", "slices": "pictures"}


def save(path: Path, values: NDArray[np.int16], spacing: float = 2.5) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    nibabel.Nifti1Image(values, np.diag([1.0, 1.0, spacing, 1.0])).to_filename(path)


def card(name: str, kind: str) -> DatasetCard:
    ending, more = (".nii.gz", {"units": "mm"}) if kind == "volumes" else (".png", {})
    options = {"files": ["{patient}/{case}" + ending], "subject": "{patient}", **more}
    made = small.card(kind, options, {}, exhaustive=[])
    return made.model_copy(update={"id": name})


def published(root: Path) -> dict[str, list[tuple[str | None, str | None]]]:
    """set/person/case -> the uids of its samples; all of a build that verifies."""
    cards = {name: card(name, kind) for name, kind in KINDS.items() if (root / "raw" / name).is_dir()}
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(things, "MOST", 14)  # slices along an axis: enough for scans so small
        patch.setattr(catalog, "card", cards.__getitem__)
        patch.setattr(catalog, "cards", lambda: cards)
        patch.setattr(catalog, "ids", lambda: tuple(cards))
        sources = [{"dataset": name, "views": {"planes": {"axial": 1}}} for name in cards]
        file = workshop.recipe(root / "r.yaml", sources=sources, tasks=["modality"],
                               splits={"train": 0.6, "validation": 0.2, "test": 0.2, "copies": True})  # fmt: skip
        ctx = workshop.context(file, root / "raw", root / "space")
        build.run(ctx, Job(("ingest", "curate", "publish"), "inline"), Console(quiet=True))
        assert verify(root / "space/shards", catalog.labelspace()).ok
    found: dict[str, list[tuple[str | None, str | None]]] = {}
    for _, one in workshop.samples(root / "space/shards"):
        made, name = one.provenance, one.provenance.sources[0].uri.partition(".")[0]
        found.setdefault(f"{one.dataset}/{name}", []).append((made.subject_uid, made.volume_uid))
    return found


def dressed(root: Path) -> Path:
    """Hers in three sets, under three names: as it is, mirrored and cut with another spacing, and a slice of it."""
    save(root / "raw/first/eve/scan.nii.gz", HERS)
    save(root / "raw/first/ada/scan.nii.gz", HIS)
    save(root / "raw/again/x1/scan.nii.gz", HERS[::-1, 3:-3, 1:-1], 1.0)
    (root / "raw/slices/y9").mkdir(parents=True)
    grey = (np.clip((HERS[:, :, 6].astype(float) + 400) / 800, 0, 1) * 255).astype(np.uint8)
    assert cv2.imwrite(str(root / "raw/slices/y9/scan.png"), jpeg(cv2.resize(grey, None, fx=2, fy=2)))
    return root


def test_one_scan_in_three_dresses_has_one_uid(tmp_path: Path) -> None:
    found = published(dressed(tmp_path))
    ((hers, scan_of_hers),) = set(found["first/eve/scan"])
    assert {(hers, scan_of_hers)} == set(found["again/x1/scan"]) == set(found["slices/y9/scan"])
    ((his, scan_of_his),) = set(found["first/ada/scan"])
    assert his != hers
    assert scan_of_his not in (None, scan_of_hers)
