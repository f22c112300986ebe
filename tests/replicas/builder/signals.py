"""Signals: WFDB (PhysioNet) through wfdb, EDF through edfio."""

import datetime
from pathlib import Path
from typing import Any

import numpy as np

from tests.replicas.builder.declaration import Strict


class SignalSpec(Strict):
    """`signals`: the channels' names. `annotations`: [sample, symbol, aux] of WFDB, [second, length, text] of EDF."""

    fs: float
    signals: list[str]
    seconds: float = 2.0
    unit: str = "mV"
    annotations: list[list[Any]] = []
    annotator: str = "atr"
    comments: list[str] = []

    def values(self, name: str) -> np.ndarray:
        """(samples, channels): a sum of two waves, other ones in each channel, between -1 and 1."""
        time = np.arange(round(self.seconds * self.fs)) / self.fs
        shift = sum(name.encode()) % 7
        waves = [np.sin(2 * np.pi * (1 + c) * time + shift) + np.sin(2 * np.pi * 9 * time) for c in range(self.count)]
        return np.stack(waves, axis=1) / 2

    @property
    def count(self) -> int:
        return len(self.signals)


def signal(path: Path, value: dict[str, Any], name: str) -> None:
    """A record of .hea and .dat (format 16), and .atr where there are annotations. `path` has no extension."""
    import wfdb

    spec = SignalSpec.model_validate(value)
    wfdb.wrsamp(
        path.name, fs=spec.fs, units=[spec.unit] * spec.count, sig_name=spec.signals, p_signal=spec.values(name),
        fmt=["16"] * spec.count, adc_gain=[1000.0] * spec.count, baseline=[0] * spec.count,
        comments=spec.comments, write_dir=str(path.parent),
    )  # fmt: skip
    if spec.annotations:
        samples, symbols, notes = zip(*[(*row, "")[:3] for row in spec.annotations], strict=True)
        wfdb.wrann(
            path.name, spec.annotator, np.asarray(samples), symbol=list(symbols),
            aux_note=[str(note) for note in notes], fs=spec.fs, write_dir=str(path.parent),
        )  # fmt: skip


def edf(path: Path, value: dict[str, Any], name: str) -> None:
    import edfio

    spec = SignalSpec.model_validate(value)
    values = spec.values(name)
    channels = [
        edfio.EdfSignal(values[:, n], spec.fs, label=label, physical_dimension=spec.unit, physical_range=(-2, 2))
        for n, label in enumerate(spec.signals)
    ]
    notes = [edfio.EdfAnnotation(float(at), None if not length else float(length), str(text))
             for at, length, text in spec.annotations]  # fmt: skip
    recording = edfio.Recording(startdate=datetime.date(2020, 1, 1))
    edfio.Edf(channels, recording=recording, starttime=datetime.time(0), annotations=notes).write(path)
