from pathlib import Path

import numpy as np
from PIL import Image

from connectors import Connector
from schemas import LabelShape
from tests.connectors.conformance import Conformance, Rows, read_all, records, regions
from tests.replicas import pictures


class TestSkimage(Conformance):
    dataset = "skimage_medical"
    build = pictures.skimage_medical
    counts = (3, 0)
    victims = {"retina.jpg": 1, "microaneurysms.png": 1}

    def test_rows_come_before_columns_and_no_millimetres_are_made_up(self, rows: Rows) -> None:
        by_uri = {record.sources[0].uri: record for record in records(rows)}
        assert by_uri["retina.jpg"].geometry.shape == (64, 80)
        assert by_uri["retina.jpg"].modality.code == "OP"
        assert by_uri["ihc.png"].modality.code == "SM"
        assert all(record.geometry.spacing_mm is None and record.geometry.affine is None for record in by_uri.values())

    def test_text_named_png_and_a_thumbnail(self, connector: Connector, root: Path) -> None:
        (root / "ihc.png").write_text("not a picture")
        Image.fromarray(np.zeros((8, 8), np.uint8)).save(root / "microaneurysms.png")
        rows, (broken,), (small,) = read_all(connector, root)
        assert len(rows) == 1
        assert str(broken).startswith("ihc.png: not a picture that Pillow knows")
        assert str(small) == "microaneurysms.png: too small to be an image of this set: 8 x 8 pixels"


class TestStardist(Conformance):
    dataset = "stardist_nuclei"
    build = pictures.stardist_nuclei
    counts = (2, 1)
    victims = {"histo.jpg": 1, "img2d.tif": 1, "mask2d.tif": 1}

    def test_mask_is_of_instances_and_no_picture_itself(self, rows: Rows) -> None:
        (region,) = regions(rows)
        assert isinstance(region.shape, LabelShape)
        assert (region.shape.instances, region.shape.source.uri) == (True, "mask2d.tif")
        assert "mask2d.tif" not in [record.sources[0].uri for record in records(rows)]

    def test_mask_of_another_size(self, connector: Connector, root: Path) -> None:
        Image.fromarray(np.zeros((48, 63), np.uint16)).save(root / "mask2d.tif")
        rows, (broken,), _ = read_all(connector, root)
        assert str(broken) == "mask2d.tif: mask grid (48, 63) differs from (48, 64) of img2d.tif"
        assert [record.sources[0].uri for record in records(rows)] == ["histo.jpg"]
