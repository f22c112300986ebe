"""The signals of a WFDB record: (samples, channels), voltages in mV, others in their own unit. A sample that the
recorder marked as invalid is NaN."""

import shutil
import tempfile
from pathlib import Path

import numpy as np

from raw import budget, confine
from schemas import Record
from transforms.media.decoders._files import open_source
from transforms.media.pixels import Pixels

DECODED = 8  # bytes of a sample
TO_MILLIVOLT = {"nV": 1e-6, "uV": 1e-3, "mV": 1.0, "V": 1e3}


def decode(root: Path, record: Record) -> Pixels:
    with tempfile.TemporaryDirectory() as folder:  # wfdb opens files by name, beside each other: these and no others
        paths = []
        for source in record.sources:
            path = Path(folder) / Path(source.member or source.uri).name
            if source.member is None:
                path.symlink_to(confine.path(root, source.uri).absolute())
            else:
                with open_source(root, source) as file, path.open("wb") as copy:
                    shutil.copyfileobj(file, copy)
            paths.append(path)
        return _decode(paths[0], record)


def _decode(header: Path, record: Record) -> Pixels:
    import wfdb  # takes seconds, and only signals need it

    name = str(header.with_suffix(""))
    told = wfdb.rdheader(name)
    if hasattr(told, "n_seg") or not all(confine.is_beside(str(file)) for file in told.file_name or ()):
        raise ValueError("its header names files elsewhere")
    samples = int(told.sig_len or 0) * int(told.n_sig or 0)
    budget.memory(record.sources[0].uri, samples * DECODED, "its signals")
    found = wfdb.rdrecord(name)
    array = np.asarray(found.p_signal, np.float64)
    if record.unit == "mV":
        array = array * [TO_MILLIVOLT[unit or "mV"] for unit in found.units]
    return Pixels(array.astype(np.float32), record.geometry, record.unit)
