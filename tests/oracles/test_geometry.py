"""The grids of every set that is read as volumes, against SimpleITK on the same files of the replica."""

from pathlib import Path

import numpy as np
import pytest
from SimpleITK import Image, ImageFileReader, ImageSeriesReader

import catalog
from connectors import base
from schemas import Record
from tests.oracles import peers
from tests.replicas.builder.tree import declarations

SETS = sorted(
    card.id for card in catalog.cards().values() if card.layout.reader == "volumes" and card.id in declarations()
)
SERIES = sorted(
    card.id for card in catalog.cards().values() if card.layout.reader == "dicom_series" and card.id in declarations()
)
# Files that SimpleITK does not read, of VerSe: an affine with three digits, which shears, and ITK wants right angles.
REFUSED = ("sub-verse004_ct.nii.gz",)
TOLERANCE = 1e-3  # mm, and of a direction


def beside(root: Path, record: Record, folder: Path) -> Path:
    """The record's first file; out of an archive with those that belong to it, as SimpleITK reads names only."""
    first, *_ = record.sources
    if first.member is None:
        return root / first.uri
    folder.mkdir(parents=True, exist_ok=True)
    for source in record.sources:
        with base.open_file(root, source.uri, source.member) as file:
            (folder / Path(source.member or source.uri).name).write_bytes(file.read())
    return folder / Path(first.member).name


def slices(root: Path, record: Record, folder: Path) -> None:
    """Copies the slices, and not what was drawn on them, under names that say nothing of their order."""
    folder.mkdir(parents=True)
    paths = [Path(source.uri) / (source.member or "") for source in record.sources]
    for source, path in zip(record.sources, paths, strict=True):
        if path.parent == paths[0].parent:
            with base.open_file(root, source.uri, source.member) as file:
                (folder / f"{source.sha256}.dcm").write_bytes(file.read())


def header(path: Path) -> ImageFileReader:
    reader = ImageFileReader()
    reader.SetFileName(str(path))
    reader.ReadImageInformation()
    return reader


@pytest.mark.parametrize("dataset", SETS)
def test_grids_agree(dataset: str, tmp_path: Path) -> None:
    root = tmp_path / "ours" / dataset
    count = 0
    for number, found in enumerate(peers.ours(dataset, tmp_path)):
        geometry = found.record.geometry
        path = beside(root, found.record, tmp_path / str(number))
        if path.name in REFUSED:
            with pytest.raises(RuntimeError, match="orthonormal"):
                header(path)
            assert shears(np.asarray(geometry.affine))
            continue
        theirs = header(path)
        size, spacing = theirs.GetSize(), theirs.GetSpacing()
        if found.record.kind != "volume":
            assert geometry.shape[-2:] == (size[1], size[0])
            if geometry.spacing_mm:
                assert np.allclose(geometry.spacing_mm, (spacing[1], spacing[0]), atol=TOLERANCE)
            count += 1
            continue
        assert geometry.shape == (*size[:3], 1)[:3]
        if geometry.spacing_mm is not None:
            assert np.allclose(geometry.spacing_mm, spacing[:3], atol=TOLERANCE), (path.name, spacing)
        if geometry.affine is not None:
            assert np.allclose(geometry.affine, affine(theirs), atol=TOLERANCE), (path.name, affine(theirs))
        count += 1
    assert count > 0


@pytest.mark.parametrize("dataset", SERIES)
def test_series_agree(dataset: str, tmp_path: Path) -> None:
    """GDCM, in SimpleITK, sorts the slices anew."""
    root = tmp_path / "ours" / dataset
    for number, found in enumerate(peers.ours(dataset, tmp_path)):
        geometry = found.record.geometry
        if found.record.kind != "volume" or geometry.shape[2] < 2 or geometry.affine is None:
            continue
        slices(root, found.record, tmp_path / str(number))
        reader = ImageSeriesReader()
        reader.SetFileNames(reader.GetGDCMSeriesFileNames(str(tmp_path / str(number))))
        theirs = reader.Execute()
        assert geometry.shape == theirs.GetSize()
        assert np.allclose(geometry.spacing_mm or (), theirs.GetSpacing(), atol=TOLERANCE)
        assert np.allclose(geometry.affine, affine(theirs), atol=TOLERANCE), found.record.sources[0].uri


def test_all_that_are_read_as_volumes_are_there() -> None:
    assert len(SETS) >= 100


def shears(affine: np.ndarray) -> bool:
    """Whether two axes of the grid are not at a right angle."""
    axes = affine[:3, :3] / np.linalg.norm(affine[:3, :3], axis=0)
    return not np.allclose(axes.T @ axes, np.eye(3), atol=1e-4)


def affine(theirs: ImageFileReader | Image) -> np.ndarray:
    """Voxel index -> LPS millimetres, of the first three axes."""
    n = theirs.GetDimension()
    out = np.eye(4)
    out[:3, :3] = (np.reshape(theirs.GetDirection(), (n, n)) * np.asarray(theirs.GetSpacing()))[:3, :3]
    out[:3, 3] = theirs.GetOrigin()[:3]
    return out
