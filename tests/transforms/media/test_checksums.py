"""Compressed volumes whose data are sound and whose checksum is not, and the reverse: what gzip allows."""

import gzip
from pathlib import Path

import nibabel
import nrrd
import numpy as np
import pytest
import SimpleITK as sitk  # noqa: N813
from hypothesis import given, settings
from hypothesis import strategies as st

from schemas import Concept, Geometry, Record, SourceFile
from transforms.media.decoders import DecodeError, decode

ARRAY = np.random.default_rng(5).integers(0, 300, (32, 24, 12)).astype(np.int16)
CT = Concept(system="DCM", code="CT", label="computed tomography")


def record(name: str, decoder: str, select: str | None = None, shape: tuple[int, ...] = ARRAY.shape) -> Record:
    source = SourceFile(uri=name, sha256="0" * 64, bytes=1, select=select)
    return Record(
        key="rec", dataset="toy", kind="volume", decoder=decoder, sources=(source,), subject="toy/1", modality=CT,
        geometry=Geometry(shape=shape),
    )  # fmt: skip


def nifti(folder: Path) -> bytes:
    nibabel.save(nibabel.Nifti1Image(ARRAY, np.eye(4)), folder / "a.nii.gz")
    return (folder / "a.nii.gz").read_bytes()


def off(data: bytes, at: int) -> bytes:
    changed = bytearray(data)
    changed[at] ^= 1
    return bytes(changed)


@pytest.mark.parametrize("at", [-8, -1], ids=["checksum", "length"])
def test_nifti_with_a_wrong_trailer_is_refused(tmp_path: Path, at: int) -> None:
    (tmp_path / "b.nii.gz").write_bytes(off(nifti(tmp_path), at))
    with pytest.raises(DecodeError, match=r"b\.nii\.gz"):
        decode(tmp_path, record("b.nii.gz", "nifti"))


def test_the_checksum_is_reached_from_a_part_of_the_file(tmp_path: Path) -> None:
    nibabel.save(nibabel.Nifti1Image(np.stack([ARRAY, ARRAY + 1], -1), np.eye(4)), tmp_path / "a.nii.gz")
    good = (tmp_path / "a.nii.gz").read_bytes()
    np.testing.assert_array_equal(decode(tmp_path, record("a.nii.gz", "nifti", "[...,0]")).array, ARRAY)
    (tmp_path / "a.nii.gz").write_bytes(off(good, -8))
    with pytest.raises(DecodeError):
        decode(tmp_path, record("a.nii.gz", "nifti", "[...,0]"))


def test_a_pair_with_a_wrong_trailer_is_refused(tmp_path: Path) -> None:
    nibabel.save(nibabel.Nifti1Pair(ARRAY, np.eye(4)), str(tmp_path / "a.img.gz"))
    np.testing.assert_array_equal(decode(tmp_path, record("a.img.gz", "nifti")).array, ARRAY)
    (tmp_path / "a.img.gz").write_bytes(off((tmp_path / "a.img.gz").read_bytes(), -8))
    with pytest.raises(DecodeError):
        decode(tmp_path, record("a.img.gz", "nifti"))


def test_the_checksum_of_a_pair_is_reached_from_a_part_of_it(tmp_path: Path) -> None:
    big = np.random.default_rng(1).integers(0, 9999, (64, 64, 40, 4)).astype(np.int16)  # far more than one buffer
    nibabel.save(nibabel.Nifti1Pair(big, np.eye(4)), str(tmp_path / "a.img.gz"))
    first = record("a.img.gz", "nifti", "[...,0]", big.shape[:3])
    np.testing.assert_array_equal(decode(tmp_path, first).array, big[..., 0])
    (tmp_path / "a.img.gz").write_bytes(off((tmp_path / "a.img.gz").read_bytes(), -8))
    with pytest.raises(DecodeError):
        decode(tmp_path, first)


@settings(max_examples=25, deadline=None)
@given(st.integers(0, 20_000), st.sampled_from([0, 1, 512]))
def test_members_one_after_the_other_and_zeros_behind_are_read(
    tmp_path_factory: pytest.TempPathFactory, cut: int, zeros: int
) -> None:
    folder = tmp_path_factory.mktemp("members")
    raw = gzip.decompress(nifti(folder))
    cut = min(cut, len(raw))
    two = gzip.compress(raw[:cut]), gzip.compress(raw[cut:])
    (folder / "b.nii.gz").write_bytes(b"".join(two) + b"\0" * zeros)
    np.testing.assert_array_equal(decode(folder, record("b.nii.gz", "nifti")).array, ARRAY)
    (folder / "b.nii.gz").write_bytes(off(two[0], -8) + two[1])
    with pytest.raises(DecodeError):
        decode(folder, record("b.nii.gz", "nifti"))


@pytest.mark.parametrize("encoding", ["gzip", "bzip2"])
def test_nrrd_with_a_wrong_checksum_is_refused(tmp_path: Path, encoding: str) -> None:
    nrrd.write(str(tmp_path / "a.nrrd"), ARRAY, {"encoding": encoding})
    np.testing.assert_array_equal(decode(tmp_path, record("a.nrrd", "nrrd")).array, ARRAY)
    (tmp_path / "a.nrrd").write_bytes(off((tmp_path / "a.nrrd").read_bytes(), -8))
    with pytest.raises(DecodeError):
        decode(tmp_path, record("a.nrrd", "nrrd"))


@pytest.mark.parametrize("suffix", ["mha", "mhd"])
@pytest.mark.parametrize("at", [-1, -2000], ids=["checksum", "data"])
def test_metaimage_with_broken_compressed_data_is_refused(tmp_path: Path, suffix: str, at: int) -> None:
    """Its library fills what it cannot inflate with anything and says nothing."""
    image = sitk.GetImageFromArray(np.ascontiguousarray(ARRAY.T))
    sitk.WriteImage(image, str(tmp_path / f"a.{suffix}"), useCompression=True)
    data = tmp_path / ("a.mha" if suffix == "mha" else "a.zraw")
    np.testing.assert_array_equal(decode(tmp_path, record(f"a.{suffix}", "mhd")).array, ARRAY)
    data.write_bytes(off(data.read_bytes(), at))
    with pytest.raises(DecodeError, match=rf"a\.{suffix}"):
        decode(tmp_path, record(f"a.{suffix}", "mhd"))
