"""Recordings that the wfdb package wrote, read back sample by sample; and marks on them."""

import zipfile
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import wfdb

import catalog
from connectors import open_dataset
from schemas import DatasetCard, SpanShape
from tests.connectors import small
from transforms.media.decoders import decode

HZ, SAMPLES = 100, 250
SINUS, FIBRILLATION = "sinus_rhythm", "atrial_fibrillation"
BEATS: dict[str, str | None] = {"N": "qrs_complex", "V": "qrs_complex"}
LABELS = BEATS | {"426783006": SINUS, "164889003": FIBRILLATION, "(AFIB": FIBRILLATION, "(N": SINUS}


def card(**options: Any) -> DatasetCard:
    return small.card("signals", {"files": ["**/{record}.hea"], **options}, LABELS, modalities=["ecg"])


def wave(channels: int = 2) -> np.ndarray:
    """(samples, channels) in the units of the header."""
    time = np.arange(SAMPLES) / HZ
    return np.column_stack([np.sin(2 * np.pi * (n + 1) * time) * (n + 0.5) for n in range(channels)])


def record(folder: Path, name: str, fmt: str = "16", units: tuple[str, ...] = ("mV", "mV"), **more: Any) -> np.ndarray:
    folder.mkdir(parents=True, exist_ok=True)
    signal = wave(len(units))
    names = ["I", "V1", "RESP"][: len(units)]
    wfdb.wrsamp(name, HZ, list(units), names, signal, fmt=[fmt] * len(units), write_dir=str(folder), **more)
    return signal


@pytest.mark.parametrize("fmt", ["16", "212", "80", "24"])
def test_every_sample_comes_back(tmp_path: Path, fmt: str) -> None:
    signal = record(tmp_path / "records100/00000", "00001_lr", fmt)
    (found,), _ = small.read(card(subject="{record}"), tmp_path)
    assert (found.kind, found.decoder, found.unit, found.subject) == ("signal", "wfdb", "mV", "small/00001_lr")
    assert (found.geometry.shape, found.geometry.sampling_hz) == ((SAMPLES, 2), HZ)
    assert found.meta["leads"] == ["I", "V1"]
    assert [source.uri[-11:] for source in found.sources] == ["0001_lr.hea", "0001_lr.dat"]
    array = decode(tmp_path, found).array
    steps = {"80": 2**8, "212": 2**12, "16": 2**16, "24": 2**24}[fmt]
    np.testing.assert_allclose(array, signal, atol=2 * np.ptp(signal) / steps + 1e-6)


def test_units(tmp_path: Path) -> None:
    """Voltages are read in mV whatever the file has; other quantities stay as they are."""
    signal = record(tmp_path / "a", "r1", units=("uV", "mV"))
    record(tmp_path / "b", "r2", units=("mV", "mV", "NU"))
    volts, mixed = small.read(card(), tmp_path)[0]
    assert (volts.unit, volts.meta["units"]) == ("mV", ["uV", "mV"])
    np.testing.assert_allclose(decode(tmp_path, volts).array, signal * [1e-3, 1], atol=1e-3)
    assert (mixed.unit, mixed.meta["units"], mixed.meta["leads"]) == (None, ["mV", "mV", "NU"], ["I", "V1", "RESP"])


@pytest.mark.parametrize("mark", ["", " "])
def test_labels_from_the_headers_comments(tmp_path: Path, mark: str) -> None:
    """As the PhysioNet challenges of 2020 and 2021 publish them: "#Dx: code,code", later "# Dx: ..."."""
    comments = [f"{mark}Age: 74", f"{mark}Sex: Male", f"{mark}Dx: 426783006,164889003"]
    record(tmp_path / "g1", "A0001", comments=comments)
    label = {"format": "path_label", "label": "{Dx}", "split_on": ","}
    (found,), _ = small.read(card(annotations=[label], keep=["Age"]), tmp_path)
    assert found.meta["Age"] == "74"
    assert "Sex" not in found.meta
    assert sorted(presence.concept.label for presence in found.presence) == ["atrial fibrillation", "sinus rhythm"]


def test_a_record_in_an_archive(tmp_path: Path) -> None:
    signal = record(tmp_path / "x", "100")
    with zipfile.ZipFile(tmp_path / "mit.zip", "w") as archive:
        for suffix in ("hea", "dat"):
            archive.write(tmp_path / f"x/100.{suffix}", f"mit/100.{suffix}")
    (found,), _ = small.read(card(files=["mit.zip/mit/{record}.hea"]), tmp_path)
    assert [source.member for source in found.sources] == ["mit/100.hea", "mit/100.dat"]
    np.testing.assert_allclose(decode(tmp_path, found).array, signal, atol=1e-3)


def test_broken_records_cost_themselves(tmp_path: Path) -> None:
    for name in ("a_cut", "b_gone", "c_short", "d_text", "e_empty", "f_sound"):
        record(tmp_path, name)
    (tmp_path / "a_cut.dat").write_bytes((tmp_path / "a_cut.dat").read_bytes()[:-2])
    (tmp_path / "b_gone.dat").unlink()
    lines = (tmp_path / "c_short.hea").read_text().splitlines()
    (tmp_path / "c_short.hea").write_text("\n".join(lines[:2]))
    (tmp_path / "d_text.hea").write_text("Not a header, only words.\n")
    (tmp_path / "e_empty.hea").write_bytes(b"")
    cut, gone, short, text, empty = small.refused(card(), tmp_path)
    assert cut == "a_cut.dat: truncated: 998 of the 1000 bytes that its header promises are there"
    assert gone == "b_gone.dat: the file is not there"
    assert short.startswith("c_short.hea: truncated: it promises 2 signals and describes 1")
    assert text.startswith("d_text.hea: ")
    assert empty == "e_empty.hea: the file is empty (0 bytes)"


def test_a_changed_signal_file_is_read_again(tmp_path: Path) -> None:
    record(tmp_path, "a")
    connector = open_dataset(card(), catalog.labelspace())
    (before,) = connector.listing(tmp_path)
    (tmp_path / "a.dat").write_bytes(b"\0" * 1002)
    (after,) = connector.listing(tmp_path)
    assert before.fingerprint != after.fingerprint


def marks(folder: Path, name: str) -> None:
    """A beat, a change to fibrillation, two further beats, a change back, and a note that is no beat."""
    samples = np.array([10, 50, 60, 110, 200, 220])
    notes = ["", "(AFIB", "", "", "(N", ""]
    wfdb.wrann(name, "atr", samples, ["N", "+", "N", "V", "+", "~"], aux_note=notes, fs=HZ, write_dir=str(folder))


def test_beats_and_rhythms(tmp_path: Path) -> None:
    record(tmp_path, "100")
    marks(tmp_path, "100")
    annotation = {"format": "signal_marks", "file": "{record}.atr", "beats": "marks", "rhythms": "spans"}
    (found,), regions = small.read(card(annotations=[annotation]), tmp_path)
    drawn = [(r.source_label, r.shape.start, r.shape.end) for r in regions if isinstance(r.shape, SpanShape)]
    assert drawn == [
        ("N", 0.1, 0.11), ("N", 0.6, 0.61), ("V", 1.1, 1.11), ("(AFIB", 0.5, 2.0), ("(N", 2.0, 2.5)
    ]  # fmt: skip
    assert {p.concept.label: p.state for p in found.presence} == {
        "QRS complex": "present", "atrial fibrillation": "present", "sinus rhythm": "present"
    }  # fmt: skip
    assert found.meta["annotations"] == ["100.atr"]


def test_marks_that_cannot_be(tmp_path: Path) -> None:
    for name in ("a", "b", "c"):
        record(tmp_path, name)
        marks(tmp_path, name)
    (tmp_path / "a.atr").write_bytes((tmp_path / "a.atr").read_bytes()[:-4])
    wfdb.wrann("b", "atr", np.array([SAMPLES + 3]), ["N"], fs=HZ, write_dir=str(tmp_path))
    (tmp_path / "c.atr").unlink()
    annotation = {"format": "signal_marks", "file": "{record}.atr"}
    cut, late, gone = small.problems(card(annotations=[annotation]), tmp_path)
    assert cut.startswith("a.atr: truncated")
    assert late == "b.atr: mark N: at 2.530 s lies outside a recording of 2.500 s"
    assert gone == "c.atr: the file is not there"
    assert len(small.problems(card(annotations=[annotation | {"required": False}]), tmp_path)) == 2
