"""Every set of signals: header, samples and beats against wfdb, labels against a plain reading of the set's tables."""

import ast
import csv
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import wfdb

import catalog
from schemas import Record
from tests.connectors.reading import Found
from tests.oracles import peers
from tests.replicas.builder.tree import declarations
from transforms.media.decoders import decode

SETS = sorted(
    card.id for card in catalog.cards().values() if card.layout.reader == "signals" and card.id in declarations()
)
STATED = [name for name in ("cpsc2018_icbeb", "physionet_challenge_2020", "ptb_xl") if name in SETS]
BEATS = [name for name in ("mit_bih_arrhythmia",) if name in SETS]


def stem(root: Path, record: Record) -> str:
    return str(root / record.sources[0].uri).removesuffix(".hea")


def label_of(dataset: str, source_label: str) -> str | None:
    slug = catalog.card(dataset).layout.labels.get(source_label)
    return catalog.labelspace().concept(slug).label if slug else None


@pytest.mark.parametrize("dataset", SETS)
def test_headers_and_samples_agree(dataset: str, tmp_path: Path) -> None:
    root = peers.replica(dataset, tmp_path)
    found = [each for each in peers.ours(dataset, tmp_path) if each.record.sources[0].uri.endswith(".hea")]
    assert found
    for each in found:
        theirs: Any = wfdb.rdrecord(stem(root, each.record))
        geometry = each.record.geometry
        assert (geometry.shape, geometry.sampling_hz) == ((theirs.sig_len, theirs.n_sig), theirs.fs)
        assert (each.record.meta["leads"], each.record.meta["units"]) == (theirs.sig_name, theirs.units)
        mine = decode(tmp_path / "ours" / dataset, each.record).array
        assert np.allclose(mine, theirs.p_signal, atol=1e-6, equal_nan=True)


SURE = 80  # per cent: what is said with less is no more than possible


def statements(dataset: str, root: Path, record: Record) -> set[str]:
    """What the set says of a recording, in its own words: a table's mapping in Python's notation, or the header."""
    if dataset == "ptb_xl":
        with (root / "ptbxl_database.csv").open(newline="") as file:
            rows = {row["filename_hr"]: row["scp_codes"] for row in csv.DictReader(file)}
        codes = ast.literal_eval(rows[record.sources[0].uri.removesuffix(".hea")])
        return {code for code, likelihood in codes.items() if likelihood == 0 or likelihood >= SURE}  # 0: not given
    comments = wfdb.rdheader(stem(root, record)).comments
    (line,) = (text for text in comments if text.startswith("Dx:"))
    return {code.strip() for code in line.removeprefix("Dx:").split(",")}


@pytest.mark.parametrize("dataset", STATED)
def test_statements_agree(dataset: str, tmp_path: Path) -> None:
    root = peers.replica(dataset, tmp_path)
    count = 0
    for found in peers.ours(dataset, tmp_path):
        told = {label_of(dataset, code) for code in statements(dataset, root, found.record)} - {None}
        assert {p.concept.label for p in found.record.presence if p.state == "present"} == told
        count += len(told)
    assert count > 0


def test_reports_agree(tmp_path: Path) -> None:
    root = peers.replica("mimic_iv_ecg", tmp_path)
    with (root / "machine_measurements.csv").open(newline="") as file:
        rows = {row["study_id"]: row for row in csv.DictReader(file)}
    for found in peers.ours("mimic_iv_ecg", tmp_path):
        row = rows.get(found.record.study or "", {})
        lines = [row[f"report_{n}"] for n in range(18) if row.get(f"report_{n}")]
        assert (found.record.text or "").split("\n\n") == (lines or [""])
        assert found.record.meta.get("qrs_axis") == row.get("qrs_axis")
    assert rows


@pytest.mark.parametrize("dataset", BEATS)
def test_beats_and_rhythms_agree(dataset: str, tmp_path: Path) -> None:
    root = peers.replica(dataset, tmp_path)
    for found in peers.ours(dataset, tmp_path):
        assert spans(found) == marks(dataset, wfdb.rdann(stem(root, found.record), "atr"), found)


def spans(found: Found) -> list[tuple[str, int, int]]:
    """Label, first sample, the sample after the last."""
    hertz = found.record.geometry.sampling_hz or 0
    shapes: list[tuple[str, Any]] = [(region.source_label, region.shape) for region in found.regions]
    return sorted((label, round(shape.start * hertz), round(shape.end * hertz)) for label, shape in shapes)


def marks(dataset: str, theirs: Any, found: Found) -> list[tuple[str, int, int]]:
    """A beat is at one sample; a rhythm lasts until the next, or the end."""
    rhythms = [(int(at), note.rstrip("\0")) for at, note in zip(theirs.sample, theirs.aux_note, strict=True) if note]
    ends = [at for at, _ in rhythms[1:]] + [found.record.geometry.shape[0]]
    told = [(note, at, end) for (at, note), end in zip(rhythms, ends, strict=True)]
    told += [(s, int(at), int(at) + 1) for s, at in zip(theirs.symbol, theirs.sample, strict=True) if s != "+"]
    return sorted(mark for mark in told if label_of(dataset, mark[0]))
