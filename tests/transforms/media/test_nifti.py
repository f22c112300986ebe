"""A gzipped NIfTI comes out as nibabel reads it, and a broken one is named."""

import gzip
import io
import zipfile
from pathlib import Path

import nibabel
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from schemas import Concept, Geometry, Record, SourceFile
from transforms.media.decoders import DecodeError, decode, nifti

CT = Concept(system="DCM", code="CT", label="computed tomography")
SHAPE = (5, 4, 3)


def source(name: str, member: str | None = None, select: str | None = None) -> SourceFile:
    return SourceFile(uri=name, sha256="0" * 64, bytes=1, member=member, select=select)


def record(name: str, **more: str) -> Record:
    return Record(
        key="rec", dataset="toy", kind="volume", decoder="nifti", sources=(source(name, **more),), subject="toy/1",
        modality=CT, geometry=Geometry(shape=SHAPE),
    )  # fmt: skip


def written(kind: type = nibabel.Nifti1Image, dtype: str = "<i2", slope: float = 1, inter: float = 0) -> bytes:
    """A file of that dtype whose header says so: what is stored is 0, 1, 2 ..."""
    image = kind(np.arange(60).reshape(SHAPE, order="F").astype(dtype), np.eye(4), dtype=dtype)
    image.header.set_data_dtype(dtype)
    data = bytearray(image.to_bytes())
    for name, value in (("scl_slope", slope), ("scl_inter", inter)):
        kept, at = image.header.template_dtype.fields[name][:2]
        data[at : at + kept.itemsize] = np.array(value, kept).tobytes()
    return bytes(data)


@given(
    kind=st.sampled_from([nibabel.Nifti1Image, nibabel.Nifti2Image]),
    dtype=st.sampled_from(["u1", "<i2", "<u2", "<i4", "<f4", "<f8"]),
    slope=st.sampled_from([1, 0, 2, 0.1, 1e-3]),
    inter=st.sampled_from([0, -1024, 0.5]),
    select=st.sampled_from([None, "[...,1]", "[2]"]),
)
@settings(deadline=None, max_examples=60)
def test_gzipped_volumes_are_as_nibabel_reads_them(
    kind: type, dtype: str, slope: float, inter: float, select: str | None, tmp_path_factory: pytest.TempPathFactory
) -> None:
    folder, data = tmp_path_factory.mktemp("nifti"), written(kind, dtype, slope, inter)
    (folder / "a.nii.gz").write_bytes(gzip.compress(data[:400]) + gzip.compress(data[400:]))
    with zipfile.ZipFile(folder / "a.zip", "w") as archive:
        archive.write(folder / "a.nii.gz", "in/a.nii.gz")
    stored = nibabel.load(folder / "a.nii.gz").dataobj
    expected = {None: stored[:], "[...,1]": stored[..., 1], "[2]": stored[2]}[select]
    for name, member in (("a.nii.gz", None), ("a.zip", "in/a.nii.gz")):
        found = nifti._array(folder, source(name, member), select)
        assert (found.dtype, found.strides) == (expected.dtype, expected.strides)
        assert found.flags.writeable == expected.flags.writeable
        np.testing.assert_array_equal(found, expected)


def test_pieces_make_up_the_whole(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "a.nii.gz").write_bytes(gzip.compress(written()))
    for piece in (1, 7, 119, 120, 121):
        monkeypatch.setattr(nifti, "PIECE", piece)
        np.testing.assert_array_equal(decode(tmp_path, record("a.nii.gz")).array.ravel("F"), np.arange(60))


@pytest.mark.parametrize("name", ["a.nii", "a.nii.gz"])
def test_a_large_scaled_volume_has_the_same_values_in_half_the_memory(
    name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    data = written(slope=2, inter=-1024)
    (tmp_path / name).write_bytes(gzip.compress(data) if name.endswith(".gz") else data)
    usual = decode(tmp_path, record(name)).array
    monkeypatch.setattr(nifti, "LARGE", 1)
    large = decode(tmp_path, record(name)).array
    assert usual.dtype == np.float64
    assert large.dtype == np.float32
    assert np.array_equal(usual, large)


def test_a_broken_file_is_named(tmp_path: Path) -> None:
    packed = gzip.compress(written(dtype="<f8"))
    path = tmp_path / "a.nii.gz"
    for length in range(12, len(packed) - 8, 7):
        path.write_bytes(packed[:length])
        with pytest.raises(DecodeError, match=r"a\.nii\.gz: "):
            decode(tmp_path, record("a.nii.gz"))
    path.write_bytes(packed[:100] + bytes(byte ^ 0xFF for byte in packed[100:]))
    with pytest.raises(DecodeError, match=r"a\.nii\.gz: "):
        decode(tmp_path, record("a.nii.gz"))
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        archive.writestr("a.nii.gz", packed[:100])
    (tmp_path / "a.zip").write_bytes(buffer.getvalue())
    with pytest.raises(DecodeError, match=r"a\.zip: "):
        decode(tmp_path, record("a.zip", member="a.nii.gz"))
