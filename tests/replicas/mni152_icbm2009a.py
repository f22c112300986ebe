"""The ICBM 2009a template's three files: sform only, units unknown, maps in 0..255."""

from pathlib import Path

import nibabel
import numpy as np

AFFINE = np.array([[1, 0, 0, -8], [0, 1, 0, -9], [0, 0, 1, -7], [0, 0, 0, 1]], float)


def build(root: Path) -> None:
    root.mkdir(parents=True)
    ramp = np.linspace(0, 255, 16 * 18 * 14).reshape(16, 18, 14).astype(np.uint8)
    for tissue, array in (("t1", ramp), ("gm", ramp), ("wm", 255 - ramp)):
        image = nibabel.Nifti1Image(array, AFFINE)
        image.set_qform(AFFINE, 0)
        image.set_sform(AFFINE, 2)
        nibabel.save(image, root / f"mni_icbm152_{tissue}_tal_nlin_sym_09a_converted.nii.gz")
