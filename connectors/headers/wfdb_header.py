"""WFDB headers (WFDB Applications Guide, header(5) and signal(5)), through the wfdb package."""

import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from math import ceil
from pathlib import Path
from typing import Any

from connectors import base
from connectors.base import Unreadable
from raw import budget, confine
from raw.confine import is_beside
from raw.refusal import line
from schemas import SourceFile

# signal(5): bits a sample. Compressed formats (FLAC: 508, 516, 524) say nothing of their size.
BITS = {"8": 8, "16": 16, "24": 24, "32": 32, "61": 16, "80": 8, "160": 16, "212": 12, "310": 32 / 3, "311": 32 / 3}
DECODED = 8  # bytes of a sample, in physical units
VOLTS = ("nV", "uV", "mV", "V")


@dataclass(frozen=True)
class Header:
    """`shape`: (samples, channels). `files`, `formats`, `names`, `units`: one a channel."""

    shape: tuple[int, int]
    hertz: float
    names: tuple[str, ...]
    units: tuple[str, ...]
    files: tuple[str, ...]
    formats: tuple[str, ...]
    per_frame: tuple[int, ...]
    offsets: tuple[int, ...]
    comments: tuple[str, ...]

    @property
    def unit(self) -> str | None:
        """What all channels are read in: mV where each is some voltage, their one unit, or None."""
        if all(unit in VOLTS for unit in self.units):
            return "mV"
        return self.units[0] if len(set(self.units)) == 1 else None

    def bytes_of(self, file: str) -> int:
        """The least bytes that a signal file needs; 0 for a format that does not say."""
        channels = [n for n, name in enumerate(self.files) if name == file]
        bits = BITS.get(self.formats[channels[0]], 0)
        samples = self.shape[0] * sum(self.per_frame[n] for n in channels)
        return self.offsets[channels[0]] + ceil(samples * bits / 8) if bits else 0


def header(root: Path, source: SourceFile) -> Header:
    """Raises Unreadable on a header that is broken, of several segments, or silent about its length."""
    import wfdb  # takes seconds, and only signals need it
    from wfdb.io._header import HeaderSyntaxError

    name = f"{source.uri}/{source.member}" if source.member else source.uri
    with on_disk(root, source) as path:
        try:
            found: Any = wfdb.rdheader(str(path.with_suffix("")))
        except (HeaderSyntaxError, ValueError, IndexError, KeyError, TypeError, AttributeError, UnicodeError) as error:
            raise Unreadable(name, f"not a WFDB header: {line(error)}") from error
    if hasattr(found, "n_seg"):
        raise Unreadable(name, f"a record of {found.n_seg} segments: not read")
    if not found.sig_len or not found.n_sig or not found.fs:
        raise Unreadable(name, f"{found.n_sig} signals of {found.sig_len} samples at {found.fs} Hz")
    if len(found.file_name or ()) != found.n_sig:
        raise Unreadable(
            name, f"truncated: it promises {found.n_sig} signals and describes {len(found.file_name or ())}"
        )
    if not all(is_beside(str(file)) for file in found.file_name):
        raise Unreadable(name, "it names signal files elsewhere: only those beside it are read")
    budget.memory(name, int(found.sig_len) * int(found.n_sig) * DECODED, "its signals")
    names = tuple(str(text or f"channel {n}") for n, text in enumerate(found.sig_name, start=1))
    return Header(
        shape=(int(found.sig_len), int(found.n_sig)), hertz=float(found.fs), names=names,
        units=tuple(str(unit or "mV") for unit in found.units),  # header(5): mV where it is left out
        files=tuple(map(str, found.file_name)), formats=tuple(map(str, found.fmt)),
        per_frame=tuple(int(n or 1) for n in found.samps_per_frame),
        offsets=tuple(int(n or 0) for n in found.byte_offset), comments=tuple(found.comments or ()),
    )  # fmt: skip


@contextmanager
def on_disk(root: Path, source: SourceFile) -> Iterator[Path]:
    """A file that wfdb can open by its name; a member of an archive is copied out for as long as it is looked at."""
    if source.member is None:
        yield confine.path(root, source.uri)
        return
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / Path(source.member).name
        with base.open_file(root, source.uri, source.member) as file, path.open("wb") as copy:
            shutil.copyfileobj(file, copy)
        yield path
