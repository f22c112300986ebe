from pathlib import Path

import numpy as np
import pydicom
import pytest

from connectors import Connector
from schemas import ContourShape, LabelShape, Record, SpanShape
from tests.connectors.conformance import Conformance, Rows, read_all, records, regions
from tests.replicas import dicom
from tests.replicas import pydicom_test_files as replica


def named(rows: Rows, uri: str) -> Record:
    return next(record for record in records(rows) if record.sources[0].uri == uri)


class TestPydicom(Conformance):
    dataset = "pydicom_test_files"
    build = replica.build
    counts = (5, 2)
    filtered = 3
    victims = {"CT_small.dcm": 1, "examples_ybr_color.dcm": 1, "waveform_ecg.dcm": 1}

    def test_slice_is_a_volume_in_the_patient(self, rows: Rows) -> None:
        """PS3.3 C.7.6.2.1.1: column i and row j lie at position + i * 0.75 * (1,0,0) + j * 0.5 * (0,1,0)."""
        record = named(rows, "CT_small.dcm")
        assert (record.kind, record.geometry.shape, record.unit) == ("volume", (40, 36, 1), "HU")
        point = np.asarray(record.geometry.affine) @ [4, 6, 0, 1]
        assert point[:3].tolist() == [-10 + 4 * 0.75, -8 + 6 * 0.5, 4]
        assert record.geometry.spacing_mm == (0.75, 0.5, 2)
        assert record.window == (-160, 239)  # 40 - 0.5 -+ 399 / 2

    def test_subject_is_a_pseudonym_shared_by_a_persons_files(self, rows: Rows) -> None:
        assert len({record.subject for record in records(rows)}) == 1
        assert "PID-77" not in records(rows)[0].subject

    def test_ultrasound_scale_only_where_it_holds(self, rows: Rows) -> None:
        assert named(rows, "examples_palette.dcm").geometry.spacing_mm == (0.3, 0.3)
        clip = named(rows, "examples_ybr_color.dcm")
        assert (clip.kind, clip.geometry.spacing_mm) == ("clip", None)  # calibrated for a larger picture

    def test_closed_outline_of_a_drawing_is_a_region_and_strokes_are_not(self, rows: Rows) -> None:
        (region,) = [r for r in regions(rows) if r.source_label == "overlay"]
        assert isinstance(region.shape, ContourShape)
        ring = np.asarray(region.shape.rings[0])
        assert (ring.min(axis=0).tolist(), ring.max(axis=0).tolist()) == ([10, 6], [24, 20])
        assert region.shape.includes_edge is False

    def test_an_roi_overlay_is_a_mask(self, connector: Connector, root: Path) -> None:
        dicom.save(root, "examples_overlay.dcm", replica.with_overlay("examples_overlay", "R"))
        rows, _, _ = read_all(connector, root)
        (region,) = [r for r in regions(rows) if r.source_label == "overlay"]
        assert isinstance(region.shape, LabelShape)
        assert (region.shape.decoder, region.shape.value) == ("dicom_overlay", 1)

    def test_ecg_states_intervals_and_marks_beats(self, rows: Rows) -> None:
        record = named(rows, "waveform_ecg.dcm")
        assert (record.kind, record.geometry.shape, record.geometry.sampling_hz) == ("signal", (1000, 2), 500)
        assert record.meta["leads"] == ["I", "II"]
        (fact,) = record.facts  # zeros are not measurements
        assert (fact.predicate, fact.value, fact.unit) == ("interval", 368, "ms")
        assert fact.concept is not None
        assert fact.concept.label == "QT interval"
        (wave,) = [r for r in regions(rows) if r.record == record.key]
        assert isinstance(wave.shape, SpanShape)
        assert (wave.shape.start, wave.shape.end, wave.concept.label) == (0.5, 0.6, "QRS complex")

    @pytest.mark.parametrize(
        ("uri", "reason"),
        [
            ("test-SR.dcm", "a structured report"),
            ("liver_1frame.dcm", "a segmentation without the images it was drawn on"),
            ("dicomdirtests/77654033/thumb.dcm", "too small to be an image: 16 x 16"),
        ],
    )
    def test_what_is_no_picture_is_filtered_with_its_reason(
        self, connector: Connector, root: Path, uri: str, reason: str
    ) -> None:
        _, _, others = read_all(connector, root)
        assert [error for error in others if error.uri == uri and error.reason.startswith(reason)]

    def test_planted_bad_files_are_told_apart(self, connector: Connector, root: Path) -> None:
        whole = (root / "CT_small.dcm").read_bytes()
        (root / "cut_pixels.dcm").write_bytes(whole[:-100])
        (root / "cut_header.dcm").write_bytes(whole[:600])
        (root / "text.dcm").write_text("Synthetic text that says it is an image. " * 9)
        (root / "empty.dcm").write_bytes(b"")
        lying = pydicom.dcmread(root / "CT_small.dcm")
        lying.Rows = 72
        dicom.save(root, "lying.dcm", lying)
        rows, broken, _ = read_all(connector, root)
        assert len(records(rows)) == self.counts[0]
        reasons = {error.uri: error.reason for error in broken}
        assert reasons == {
            "cut_pixels.dcm": "truncated: 2780 of 2880 bytes of pixel data are there",
            "cut_header.dcm": reasons["cut_header.dcm"],
            "text.dcm": "not a DICOM file: no DICM prefix at byte 128",
            "empty.dcm": "the file is empty (0 bytes)",
            "lying.dcm": "wrong header: it promises 5760 bytes of pixel data, there are 2880",
        }
        assert "truncated" in reasons["cut_header.dcm"]
