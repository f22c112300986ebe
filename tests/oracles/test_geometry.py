"""The grids of every set that is read as volumes, against SimpleITK on the same files of the replica."""

import shutil
from pathlib import Path

import numpy as np
import pytest
import SimpleITK as sitk

import catalog
from connectors import base
from schemas import Record
from tests.oracles import peers
from tests.replicas.builder.tree import declarations

SETS = sorted(
    card.id for card in catalog.cards().values() if card.layout.reader == "volumes" and card.id in declarations()
)
# Data set -> why SimpleITK does not read a file of it.
REFUSED = {"verse": "sub-verse004_ct.nii.gz: an affine that shears, which ITK's direction cosines cannot hold"}
TOLERANCE = 1e-3  # mm, and of a direction


def beside(root: Path, record: Record, folder: Path) -> Path:
    """The record's first file; out of an archive with those that belong to it, as SimpleITK reads names only."""
    first, *_ = record.sources
    if first.member is None:
        return root / first.uri
    folder.mkdir(parents=True, exist_ok=True)
    for source in record.sources:
        with base.open_file(root / source.uri, source.member) as file:
            with (folder / Path(source.member or source.uri).name).open("wb") as copy:
                shutil.copyfileobj(file, copy)
    return folder / Path(first.member).name


def header(path: Path) -> sitk.ImageFileReader:
    reader = sitk.ImageFileReader()
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
        try:
            theirs = header(path)
        except RuntimeError as error:
            assert path.name in REFUSED.get(dataset, ""), f"{path.name}: {error}"
            assert shears(np.asarray(geometry.affine))
            continue
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


def test_all_that_are_read_as_volumes_are_there() -> None:
    assert len(SETS) >= 100


def shears(affine: np.ndarray) -> bool:
    """Whether two axes of the grid are not at a right angle."""
    axes = affine[:3, :3] / np.linalg.norm(affine[:3, :3], axis=0)
    return not np.allclose(axes.T @ axes, np.eye(3), atol=TOLERANCE)


def affine(theirs: sitk.ImageFileReader) -> np.ndarray:
    """Voxel index -> LPS millimetres, of the first three axes."""
    n = theirs.GetDimension()
    out = np.eye(4)
    out[:3, :3] = (np.reshape(theirs.GetDirection(), (n, n)) * np.asarray(theirs.GetSpacing()))[:3, :3]
    out[:3, 3] = theirs.GetOrigin()[:3]
    return out
