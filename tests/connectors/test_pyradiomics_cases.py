from pathlib import Path

import nrrd
import numpy as np
import pytest

from connectors import Connector, Unreadable
from tests.connectors.conformance import Conformance, Rows, read_all, records, regions
from tests.replicas import pyradiomics_cases as replica


class TestPyradiomics(Conformance):
    dataset = "pyradiomics_cases"
    build = replica.build
    counts = (3, 3)
    victims = {"brain1_image.nrrd": 1, "lung1_label.nrrd": 1}

    def test_case_says_modality_anatomy_unit_and_lesion(self, rows: Rows) -> None:
        lung, brain = records(rows)[2], records(rows)[0]
        assert (lung.modality.code, lung.unit, [a.label for a in lung.anatomy]) == ("CT", "HU", ["lung"])
        assert (brain.modality.code, brain.unit, brain.subject) == ("MR", None, "pyradiomics_cases/brain1")
        told = [(region.source_label, region.concept.label) for region in regions(rows)]
        assert told == [("brain", "brain lesion"), ("breast", "breast lesion"), ("lung", "lung lesion")]

    def test_affine_is_the_headers_own(self, rows: Rows) -> None:
        """NRRD: point = origin + i * direction 0 + j * direction 1 + k * direction 2, here in LPS already."""
        geometry = records(rows)[0].geometry
        point = np.asarray(geometry.affine) @ [3, 4, 2, 1]
        assert point[:3] == pytest.approx([-10 + 3 * 0.8, 12 - 4 * 0.8, -78 + 2 * 6.5])
        assert (geometry.orientation, geometry.shape) == ("LAS", (20, 24, 5))

    @pytest.mark.parametrize(
        ("space", "mirror"),
        [("right-anterior-superior", (-1, -1, 1)), ("RAS", (-1, -1, 1)), ("left-anterior-superior", (1, -1, 1))],
    )
    def test_other_spaces_become_lps(
        self, connector: Connector, root: Path, space: str, mirror: tuple[int, int, int]
    ) -> None:
        for name in ("image", "label"):
            nrrd.write(str(root / f"brain1_{name}.nrrd"), np.zeros((20, 24, 5), np.int16), replica.header(space=space))
        rows, broken, _ = read_all(connector, root)
        assert not broken
        point = np.asarray(records(rows)[0].geometry.affine) @ [3, 4, 2, 1]
        assert point[:3] == pytest.approx(np.array([-7.6, 8.8, -65]) * mirror)

    def test_scanner_coordinates_of_unknown_space_are_refused(self, connector: Connector, root: Path) -> None:
        header = replica.header(space="scanner-xyz")
        nrrd.write(str(root / "brain1_image.nrrd"), np.zeros((20, 24, 5), np.int16), header)
        _, (error,), _ = read_all(connector, root)
        assert "its space is not one of" in str(error)

    def test_mask_of_another_size(self, connector: Connector, root: Path) -> None:
        nrrd.write(str(root / "lung1_label.nrrd"), np.zeros((20, 24, 4), np.int16), replica.header())
        rows, broken, _ = read_all(connector, root)
        assert len(records(rows)) == 2
        assert [(type(e), e.uri) for e in broken] == [(Unreadable, "lung1_label.nrrd")]
        assert "mask grid (20, 24, 4) differs" in str(broken[0])
