from pathlib import Path

from connectors import Connector
from tests.connectors.conformance import Conformance, Rows, read_all, records
from tests.replicas import deid_ultrasound as replica


class TestDeid(Conformance):
    dataset = "deid_ultrasound"
    build = replica.build
    counts = (3, 0)
    victims = {"ultrasounds/GREYSCALE_IMAGE.dcm": 1, "ultrasounds/GREYSCALE_CINE.zip": 1}

    def test_cine_is_read_inside_its_archive(self, rows: Rows) -> None:
        clip = next(record for record in records(rows) if record.kind == "clip")
        assert (clip.sources[0].uri, clip.sources[0].member) == ("ultrasounds/GREYSCALE_CINE.zip", "GREYSCALE_CINE.dcm")
        assert (clip.geometry.shape, clip.geometry.spacing_mm) == ((4, 40, 48), (0.3, 0.3))

    def test_a_slice_saved_in_colour_is_a_picture_without_hounsfield_units(self, rows: Rows) -> None:
        head = next(record for record in records(rows) if record.modality.code == "CT")
        assert (head.kind, head.unit, head.geometry.affine, head.window) == ("image", None, None, None)
        assert head.geometry.spacing_mm == (0.5, 0.75)

    def test_text_named_zip(self, connector: Connector, root: Path) -> None:
        (root / "ultrasounds/GREYSCALE_CINE.zip").write_text("no archive")
        rows, (broken,), _ = read_all(connector, root)
        assert len(records(rows)) == 2
        assert str(broken) == "ultrasounds/GREYSCALE_CINE.zip: not a zip archive, or one without DICOM files"
