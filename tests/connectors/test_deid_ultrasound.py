from pathlib import Path

from connectors import Connector
from tests.connectors.conformance import Conformance, Rows, read_all, records
from tests.replicas import deid_ultrasound as replica


class TestDeid(Conformance):
    dataset = "deid_ultrasound"
    build = replica.build
    counts = (2, 0)
    victims = {"ultrasounds/GREYSCALE_IMAGE.dcm": 1, "ultrasounds/GREYSCALE_CINE.zip": 1}

    def test_cine_is_read_inside_its_archive(self, rows: Rows) -> None:
        clip = next(record for record in records(rows) if record.kind == "clip")
        assert (clip.sources[0].uri, clip.sources[0].member) == ("ultrasounds/GREYSCALE_CINE.zip", "GREYSCALE_CINE.dcm")
        assert (clip.geometry.shape, clip.geometry.spacing_mm) == ((4, 40, 48), (0.3, 0.3))

    def test_the_drawings_under_a_head_ct_header_are_left_out(self, rows: Rows) -> None:
        assert {record.modality.code for record in records(rows)} == {"US"}

    def test_text_named_zip(self, connector: Connector, root: Path) -> None:
        (root / "ultrasounds/GREYSCALE_CINE.zip").write_text("no archive")
        rows, (broken,), _ = read_all(connector, root)
        assert len(records(rows)) == 1
        assert str(broken) == "ultrasounds/GREYSCALE_CINE.zip: not a zip archive, or one without DICOM files"
