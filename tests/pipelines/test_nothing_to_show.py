"""What shows one value alone costs itself, by name, and the run goes on: volumes, pictures, clips and signals."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import nibabel
import numpy as np
import pytest
import wfdb
from PIL import Image
from rich.console import Console

from pipelines import build
from pipelines.build import Job
from pipelines.ledger import recount
from pipelines.store import Store
from tests.connectors import small
from tests.pipelines import workshop
from tests.replicas import dicom

NOISE = np.random.default_rng(4)


def volume(root: Path, name: str, kind: Any, level: float | None) -> str:
    array = np.full((32, 34, 12), level) if level is not None else NOISE.integers(1, 200, (32, 34, 12))
    image = nibabel.Nifti1Image(array.astype(kind), np.diag([1, 1, 2, 1]))
    image.header.set_xyzt_units("mm")
    nibabel.save(image, root / f"{name}.nii.gz")
    return f"{name}.nii.gz"


def picture(root: Path, name: str, kind: Any, level: float | None) -> str:
    array = np.full((40, 44), level) if level is not None else NOISE.integers(0, 200, (40, 44))
    Image.fromarray(array.astype(kind)).save(root / f"{name}.{'tif' if kind == np.float32 else 'png'}")
    return f"{name}.{'tif' if kind == np.float32 else 'png'}"


def clip(root: Path, name: str, kind: Any, level: float | None) -> str:
    array = np.full((4, 40, 44), level) if level is not None else NOISE.integers(0, 200, (4, 40, 44))
    dicom.save(root, f"{name}.dcm", dicom.pixels(dicom.base(dicom.US_CINE, "US", name), array.astype(kind)))
    return f"{name}.dcm"


def signal(root: Path, name: str, kind: Any, level: float | None) -> str:
    array = np.full((500, 2), level) if level is not None else NOISE.normal(size=(500, 2))
    wfdb.wrsamp(name, fs=250, units=["mV"] * 2, sig_name=["I", "II"], p_signal=array, fmt=["16"] * 2,
                write_dir=str(root))  # fmt: skip
    return f"{name}.hea"


SETS = [
    (volume, "volumes", "{case}.nii.gz", "mr", np.uint8, 0), (volume, "volumes", "{case}.nii.gz", "mr", np.int16, 7),
    (volume, "volumes", "{case}.nii.gz", "mr", np.float32, np.nan),
    (picture, "pictures", "{case}.{e:png|tif}", "dx", np.uint8, 0),
    (picture, "pictures", "{case}.{e:png|tif}", "dx", np.uint16, 900),
    (picture, "pictures", "{case}.{e:png|tif}", "dx", np.float32, np.nan),
    (clip, "dicom_series", "{case}.dcm", "us", np.uint8, 9), (clip, "dicom_series", "{case}.dcm", "us", np.uint16, 300),
    (signal, "signals", "{case}.hea", "ecg", np.float32, 0.5),
]  # fmt: skip


@pytest.mark.parametrize(("write", "reader", "files", "modality", "kind", "level"), SETS)
def test_one_value_alone_costs_itself_by_name(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, write: Callable[..., str], reader: str, files: str, modality: str,
    kind: Any, level: float,
) -> None:  # fmt: skip
    raw = tmp_path / "raw/small"
    raw.mkdir(parents=True)
    empty, good = write(raw, "a", kind, level), write(raw, "b", kind, None)
    options = {"files": [files], "subject": "{case}", "modality": modality}
    card = small.card(reader, options, modalities=[modality], anatomy=[])
    workshop.only(card, monkeypatch)
    file = workshop.recipe(tmp_path / "r.yaml", "small", tasks=["modality"], splits={"train": 1.0})
    ctx = workshop.context(file, tmp_path / "raw", tmp_path / "space")
    counts = {
        row.stage: row for row in build.run(ctx, Job(("ingest", "curate", "publish"), "inline"), Console(quiet=True))
    }
    assert counts["ingest"].emitted == 2
    assert counts["publish"].emitted >= 1
    assert recount(ctx)[1] == []
    records = {row["key"]: row["body"] for row in Store(ctx.workspace).read("records")}
    lost = [
        row
        for row in Store(ctx.workspace).read("ledger", stage=["regions"])
        if row["fate"] in ("quarantined", "filtered")
    ]
    assert len(lost) == 1
    assert empty in records[lost[0]["unit"]]
    assert good not in records[lost[0]["unit"]]
    said = lost[0]["reason"]
    assert any(words in said for words in ("nothing to show", "shows anything"))
    assert ("NaN" in said) == bool(np.isnan(level))
