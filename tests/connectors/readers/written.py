"""Small volumes, written by the libraries that then say where each voxel lies."""

import math
from pathlib import Path
from typing import Any

import nibabel
import numpy as np
import SimpleITK as sitk  # noqa: N813

SHAPE = (4, 5, 6)
AFFINE = np.array([[-0.5, 0, 0, 10.0], [0, 0.75, 0, -20], [0, 0, 2, 30], [0, 0, 0, 1]])  # RAS
SUFFIXES = (".nii", ".nii.gz", ".nrrd", ".nhdr", ".mha", ".mhd")


def voxels(*shape: int) -> np.ndarray:
    return np.arange(math.prod(shape or SHAPE), dtype=np.int16).reshape(shape or SHAPE)


def nifti(
    path: Path, array: np.ndarray, affine: np.ndarray | None = AFFINE, *, units: str = "mm", **forms: Any
) -> Path:
    image = nibabel.Nifti1Image(array, affine)
    image.header.set_xyzt_units(units)
    for name, value in forms.items():
        getattr(image, f"set_{name}")(*value)
    nibabel.save(image, path)
    return path


def itk(path: Path, array: np.ndarray, *, packed: bool = False, direction: Any = None) -> Path:
    image = sitk.GetImageFromArray(np.ascontiguousarray(array.T), isVector=False)
    image.SetSpacing((0.5, 0.75, 2.0, 1.0)[: array.ndim])
    image.SetOrigin((10.0, -20.0, 30.0, 0.0)[: array.ndim])
    if direction is not None:
        image.SetDirection(np.ravel(direction).tolist())
    sitk.WriteImage(image, str(path), useCompression=packed)
    return path
