"""Personal data in pixels: what is published was searched and blanked; where it cannot be searched, nothing passes."""

import io
import shutil
import tarfile
from pathlib import Path

import cv2
import numpy as np
import pytest
from numpy.typing import NDArray
from rich.console import Console

from connectors.base import PSEUDONYM_KEY
from pipelines import build
from pipelines.build import Job
from pipelines.context import Context, decoded
from pipelines.store import Store
from schemas import Candidate
from tests.pipelines import workshop
from tests.replicas import dicom
from transforms.media import burned_in, writing

SIZE = (300, 400)


def drawn(seed: int) -> NDArray[np.uint8]:
    """Smoothed noise with a name above it."""
    image = np.zeros(SIZE, np.uint8)
    noise = cv2.GaussianBlur(np.random.default_rng(seed).random((200, 300)), (0, 0), 1.5)
    image[80:280, 50:350] = 40 + 150 * (noise - noise.min()) / np.ptp(noise)
    cv2.putText(image, "SAMPLE PATIENT 0000", (10, 40), cv2.FONT_HERSHEY_SIMPLEX, 0.7, 255, 2)
    return image


@pytest.fixture
def ctx(tmp_path: Path) -> Context:
    """Two stills and a clip with a name in them, and a slice of a patient."""
    folder = tmp_path / "raw/pydicom_test_files"
    for name, array in (("a", drawn(1)), ("b", drawn(2)), ("c", np.stack([drawn(n) for n in range(3, 6)]))):
        sop = dicom.US_CINE if array.ndim == 3 else dicom.US
        dicom.save(folder, f"{name}.dcm", dicom.pixels(dicom.base(sop, "US", name), array))
    dicom.save(folder, "slice.dcm", dicom.slice_of("slice", (0, 0, 0), size=(60, 64)))
    file = workshop.recipe(tmp_path / "r.yaml", "pydicom_test_files")
    return workshop.context(file, tmp_path / "raw", tmp_path / "space")


def run(ctx: Context, *stages: str) -> None:
    build.run(ctx, Job(stages, "inline"), Console(quiet=True))


def pictures(ctx: Context) -> list[NDArray[np.uint8]]:
    """Every picture in the shards."""
    out = []
    for path in sorted((Path(ctx.workspace) / "shards").rglob("*.tar")):
        with tarfile.open(path) as tar:
            for member in tar:
                if member.name.endswith(".png") and "mask" not in member.name:
                    data = io.BytesIO(tar.extractfile(member).read())  # type: ignore[union-attr]
                    out.append(cv2.imdecode(np.frombuffer(data.getvalue(), np.uint8), cv2.IMREAD_GRAYSCALE))
    return out


def identity(ctx: Context) -> dict[str, str | None]:
    """Modality -> what the check says."""
    samples = [Candidate.model_validate_json(row["body"]) for row in Store(ctx.workspace).read("samples")]
    return {s.modality.code: next(c.reason for c in s.checks if c.name == "identity") for s in samples}


def test_no_name_reaches_a_shard_and_the_check_says_so(ctx: Context) -> None:
    run(ctx, "ingest", "curate", "publish")
    found = [image for image in pictures(ctx) if image.shape == SIZE]
    assert len(found) >= 3
    for image in found:
        assert not image[:60].any()  # the band with the name is black
        assert image[80:280, 50:350].std() > 5
    said = identity(ctx)
    assert said["US"] == "1 box of burned-in text blanked"
    assert said["CT"] == "not of a kind that carries burned-in text: volume, decoder dicom, computed tomography"


def test_without_the_package_pictures_go_to_quarantine_and_pass_once_it_is_there(
    ctx: Context, monkeypatch: pytest.MonkeyPatch
) -> None:
    reason = "package rapidocr-onnxruntime is missing"
    with monkeypatch.context() as patch:
        patch.setattr(writing, "unavailable", lambda: reason)
        run(ctx, "ingest", "curate", "publish")
        rows = Store(ctx.workspace).read("quarantine")
        assert {row["uri"] for row in rows if reason in row["reason"]} == {"a.dcm", "b.dcm", "c.dcm"}
        assert set(identity(ctx)) == {"CT"}
        assert [image.shape for image in pictures(ctx) if image.shape == SIZE] == []
    run(ctx, "curate")
    assert set(identity(ctx)) == {"CT", "US"}


def test_a_name_in_a_plain_picture_reaches_no_shard_and_one_on_a_region_costs_its_record(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """No DICOM, and no header to warn of it. The mask of the second picture lies under its name. A set of micrographs
    lends its layout, so micrographs are searched, too."""
    monkeypatch.setattr(burned_in, "MICROSCOPY", frozenset())
    raw = workshop.raw(tmp_path / "raw", "stardist_nuclei") / "stardist_nuclei"
    cv2.imwrite(str(raw / "histo.jpg"), cv2.cvtColor(drawn(6), cv2.COLOR_GRAY2BGR), [cv2.IMWRITE_JPEG_QUALITY, 95])
    mask = np.zeros(SIZE, np.uint16)
    mask[20:50, 20:60], mask[100:120, 100:130] = 1, 2
    cv2.imwrite(str(raw / "img2d.tif"), drawn(7).astype(np.uint16) * 16)
    cv2.imwrite(str(raw / "mask2d.tif"), mask)
    sources = [{"dataset": "stardist_nuclei", "views": {}}]
    ctx = workshop.context(workshop.recipe(tmp_path / "r.yaml", sources=sources), tmp_path / "raw", tmp_path / "space")
    run(ctx, "ingest", "curate", "publish")
    (found,) = [image for image in pictures(ctx) if image.shape == SIZE]
    assert found[:60].max() < 30  # a JPEG's black
    assert found[80:280, 50:350].std() > 5
    (lost,) = Store(ctx.workspace).read("quarantine")
    assert lost["uri"] == "img2d.tif"
    assert "burned-in text lies on" in lost["reason"]


def test_publish_blanks_what_curate_found_and_does_not_look_again(
    ctx: Context, monkeypatch: pytest.MonkeyPatch
) -> None:
    run(ctx, "ingest", "curate", "publish")
    once = pictures(ctx)
    shutil.rmtree(Path(ctx.workspace) / "shards")
    monkeypatch.setattr(burned_in, "_search", _refuse)
    decoded.clear()
    run(ctx, "publish")
    again = pictures(ctx)
    assert len(once) == len(again) > 0
    assert all(np.array_equal(a, b) for a, b in zip(once, again, strict=True))


def _refuse(*_: object) -> None:
    raise AssertionError("text was looked for twice")


def test_a_new_pseudonym_key_reads_everything_anew(ctx: Context, monkeypatch: pytest.MonkeyPatch) -> None:
    def subjects() -> set[str]:
        store = Store(ctx.workspace)
        keys = [key for part in store.every_part() for key in part.present()]
        return {row["subject"] for row in store.read("records", made=keys)}

    monkeypatch.delenv(PSEUDONYM_KEY, raising=False)
    run(ctx, "ingest")
    before = subjects()
    monkeypatch.setenv(PSEUDONYM_KEY, "a secret")
    run(ctx, "ingest")
    assert subjects()
    assert not subjects() & before
