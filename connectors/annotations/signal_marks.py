"""WFDB annotation files (.atr, .qrs ...; annot(5)): the beats and rhythms of a recording, through the wfdb package.

A beat's label is its symbol ("N", "V"); a rhythm's is the text of its note as the file has it ("(AFIB").
"""

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, Literal

from connectors import base, walking
from connectors.assemble import Image
from connectors.base import RowFault, Unreadable
from connectors.drafts import Draft, ExaminedDraft, LabelDraft, ProblemDraft, RegionDraft
from connectors.headers import wfdb_header
from raw.refusal import line
from schemas import SourceFile, SpanShape

BEATS = tuple("NLRBAaJSVrFejnE/fQ?")  # annot(5), "Annotation codes": the beat annotations
RHYTHM = "+"
END = b"\0\0"


class Options(base.Options):
    """`file`: pattern of the annotation file. `beats`: "seen" tells which kinds the recording has, "marks" also puts
    each on its sample. `symbols`: those that count as beats. `rhythms`: "spans" draws each until the next begins."""

    file: str
    beats: Literal["seen", "marks", "none"] = "seen"
    rhythms: Literal["spans", "seen", "none"] = "none"
    symbols: tuple[str, ...] = BEATS
    required: bool = True


def companions(root: Path, options: Options, fields: Mapping[str, str]) -> Iterator[str]:
    yield from (path for path, _ in walking.find(root, options.file, fields))


def annotate(image: Image, options: Options) -> Iterator[Draft]:
    for path, _ in walking.find(image.root, options.file, image.fields):
        try:
            source = image.source(path)
        except Unreadable:
            if options.required:
                raise
            continue
        yield ExaminedDraft(path)
        yield from _drafts(image, options, path, _read(image.root, path, source))


def _drafts(image: Image, options: Options, path: str, marks: Any) -> Iterator[Draft]:
    hertz, end = float(marks.fs or image.geometry.sampling_hz or 0), _seconds(image)
    times = [int(sample) / hertz for sample in marks.sample]
    given = list(zip(times, map(str, marks.symbol), map(str, marks.aux_note), strict=True))
    for time, symbol, note in given:
        if not 0 <= time < end + 1 / hertz:
            reason = f"at {time:.3f} s lies outside a recording of {end:.3f} s"
            label = note.rstrip("\0") if symbol == RHYTHM else symbol
            yield ProblemDraft(RowFault(path, reason, item=f"mark {label}").notice(), (label,) if label else None)
    given = [mark for mark in given if 0 <= mark[0] < end + 1 / hertz]
    times, symbols = [time for time, _, _ in given], [symbol for _, symbol, _ in given]
    if options.beats != "none":
        yield from (LabelDraft(symbol) for symbol in dict.fromkeys(symbols) if symbol in options.symbols)
    if options.beats == "marks":
        for symbol, time in zip(symbols, times, strict=True):
            if symbol in options.symbols:
                yield RegionDraft(symbol, SpanShape(start=_plain(time), end=_plain(time + 1 / hertz), unit="s"))
    rhythms = [
        (time, note.rstrip("\0")) for time, symbol, note in given if symbol == RHYTHM and note.startswith("(")
    ]  # fmt: skip
    if options.rhythms != "none":
        yield from (LabelDraft(label) for label in dict.fromkeys(label for _, label in rhythms))
    if options.rhythms == "spans":
        ends = [time for time, _ in rhythms[1:]] + [end]
        for (start, label), stop in zip(rhythms, ends, strict=True):
            yield RegionDraft(label, SpanShape(start=_plain(start), end=_plain(stop), unit="s"))


def _read(root: Path, path: str, source: SourceFile) -> Any:
    import wfdb  # takes seconds, and only signals need it

    with wfdb_header.on_disk(root, source) as file:
        if file.read_bytes()[-2:] != END:
            raise Unreadable(path, "truncated, or no WFDB annotation file: it lacks the mark of its end")
        try:
            return wfdb.rdann(str(file.with_suffix("")), file.suffix[1:])
        except (ValueError, IndexError, KeyError, TypeError, UnicodeError) as error:
            raise Unreadable(path, f"not a WFDB annotation file: {line(error)}") from error


def _seconds(image: Image) -> float:
    if image.geometry.sampling_hz is None:
        raise Unreadable(image.path, "no signal: format signal_marks annotates those only")
    return image.geometry.shape[0] / image.geometry.sampling_hz


def _plain(seconds: float) -> float:
    return round(seconds, 6)
