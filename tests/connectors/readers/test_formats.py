"""What the formats of masks ask of a grid: one place in the patient, whatever the file's format."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest
import SimpleITK as sitk  # noqa: N813

from connectors import Unreadable
from connectors.headers import formats
from connectors.headers.grids import HeaderRules
from tests.connectors.readers.written import AFFINE, itk, nifti, voxels


class TestMasksOnTheGrid:
    """What the formats of masks ask: `grid_of` and `check_grid`."""

    def image(self, root: Path) -> Any:
        nifti(root / "image.nii.gz", voxels())
        return formats.header_of(root, "image.nii.gz", HeaderRules()).geometry()

    def test_formats_agree_on_one_grid(self, tmp_path: Path) -> None:
        image = self.image(tmp_path)
        flip = np.diag([-1, -1, 1])
        itk(tmp_path / "m.mha", voxels())
        made = sitk.ReadImage(str(tmp_path / "m.mha"))
        made.SetOrigin((flip @ AFFINE[:3, 3]).tolist())
        made.SetDirection(np.ravel(flip @ AFFINE[:3, :3] / [0.5, 0.75, 2]).tolist())
        for name in ("m.mha", "m.nrrd", "m.nii.gz"):
            sitk.WriteImage(made, str(tmp_path / name))
            formats.check_grid(tmp_path, name, image, "image.nii.gz")

    def test_elsewhere_and_another_size(self, tmp_path: Path) -> None:
        image = self.image(tmp_path)
        nifti(tmp_path / "moved.nii", voxels(), AFFINE + np.eye(4)[:, [3, 0, 1, 2]] * 0.01)
        with pytest.raises(Unreadable, match=r"affines are up to 0\.01 apart"):
            formats.check_grid(tmp_path, "moved.nii", image, "image.nii.gz")
        formats.check_grid(tmp_path, "moved.nii", image, "image.nii.gz", whole=False)
        nifti(tmp_path / "small.nii", voxels(4, 5, 5))
        with pytest.raises(Unreadable, match=r"mask grid \(4, 5, 5\) differs"):
            formats.check_grid(tmp_path, "small.nii", image, "image.nii.gz", whole=False)

    def test_one_of_two_forms_and_unknown_units_will_do(self, tmp_path: Path) -> None:
        image = self.image(tmp_path)
        nifti(tmp_path / "m.nii", voxels(), units="unknown", sform=(np.eye(4), 2), qform=(AFFINE, 1))
        formats.check_grid(tmp_path, "m.nii", image, "image.nii.gz")
        nifti(tmp_path / "bare.nii", voxels(), sform=(None, 0), qform=(None, 0))
        formats.check_grid(tmp_path, "bare.nii", image, "image.nii.gz")

    def test_decoders_by_extension(self) -> None:
        names = ["a.NII.gz", "a.b.hdr", "x/a.nhdr", "a.mha", "z.zip/a.mat", "a.npz", "a.png", "a.JPG"]
        assert [formats.decoder_of(name) for name in names] == [
            "nifti", "nifti", "nrrd", "mhd", "array", "array", "raster", "raster",
        ]  # fmt: skip
        with pytest.raises(Unreadable, match=r"no decoder for a file \.xyz"):
            formats.decoder_of("a.xyz")
