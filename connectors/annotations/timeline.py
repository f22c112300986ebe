"""What a clip shows from when to when, from a table with a row for each frame or second: phases, instruments in use."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from pydantic import Field, PositiveFloat, model_validator

from connectors import tables
from connectors.annotations.table import STATES, State
from connectors.assemble import Image
from connectors.base import RowFault, Unreadable
from connectors.drafts import Draft, ExaminedDraft, ProblemDraft, RegionDraft
from connectors.tables import Row
from schemas import Notice, SpanShape

SLACK = 1.0  # seconds by which a table may go on after its clip, or end before it: counts of frames differ by a few


class Options(tables.Table):
    """`at`: the column with a row's frame, `first` being the first of the clip and `fps` of them a second; the clip's
    own rate where that is not said. `label`: the column with the one class of that moment; `columns`: a label each,
    there or not by `states`. Rows that follow each other and say the same are one span, which lasts until the next row
    (the last: as long as the row before it, a lone one for a moment); what lies after the clip's end is cut off. Of
    what lies before a table begins or after it ends nothing is known: where that is much, it is said, and no label is
    absent."""

    at: str
    fps: PositiveFloat | None = None
    first: int = 0
    label: str | None = None
    columns: tuple[str, ...] = ()
    states: dict[str, State | None] = Field(default_factory=lambda: dict(STATES))

    __hash__ = tables.Table.__hash__

    @model_validator(mode="after")
    def _says_what(self) -> "Options":
        if (self.label is None) == (not self.columns):
            raise ValueError("set either `label` or `columns`")
        return self


companions = tables.companions


def annotate(image: Image, options: Options) -> Iterator[Draft]:
    """A row whose time is no number, goes back or lies after the clip, or whose state is unknown, is a problem: what
    was shown from the row before it until the next one is left open. Raises Unreadable where no time can be told."""
    rows, repeated = tables.distinct(tables.rows(image, options))
    if not rows:
        return
    yield from repeated
    yield ExaminedDraft(rows[0].file)
    hertz = options.fps or image.geometry.sampling_hz
    if not hertz or not image.geometry.sampling_hz:
        raise Unreadable(image.path, "nothing tells its frames a second; set `fps` of the reader and of the timeline")
    end = image.geometry.shape[0] / image.geometry.sampling_hz
    moments: list[Moment] = []
    yield from tables.each(rows, lambda row: _read(row, moments, options, hertz, end))
    times = [moment.time for moment in moments]
    if times:
        times.append(2 * times[-1] - times[-2] if len(times) > 1 else times[-1] + 1 / hertz)
        yield from _uncovered(rows[0].file, times[0], times[-1], end)
    for label in (None,) if options.label is not None else options.columns:
        yield from _spans(times, [moment.label(label) for moment in moments], end)


def _uncovered(file: str, first: float, last: float, end: float) -> Iterator[ProblemDraft]:
    """What of the clip lies outside of its table, as in one that was cut short: anything may be there."""
    if first > SLACK:
        reason = f"the table begins at {first:g} s: nothing tells what the clip shows before"
        yield ProblemDraft(Notice(kind="file", uri=file, reason=reason))
    if last + SLACK <= end:
        reason = f"the table ends at {last:g} s and the clip at {end:g} s: nothing tells what is shown after that"
        yield ProblemDraft(Notice(kind="file", uri=file, reason=reason))


@dataclass(frozen=True)
class Moment:
    """A row: when it begins, in seconds, and what is there then; nothing where that could not be read."""

    time: float
    there: frozenset[str] = frozenset()

    def label(self, column: str | None) -> str:
        """The one label, or that of a column; "" where it is not there."""
        if column is None:
            return next(iter(self.there), "")
        return column if column in self.there else ""


def _read(
    row: Row, moments: list[Moment], options: Options, hertz: float, end: float
) -> Iterator[Draft]:  # fmt: skip
    """Adds what a row says. Raises RowFault, and leaves open then what goes on from the row before."""
    earlier = moments[-1].time if moments else None
    time = earlier
    try:
        time = _time(row, earlier, options, hertz, end)
        said = {row[options.label]} if options.label is not None else set(options.columns)
        there = said if options.label else {column for column in said if _state(row, column, options) == "present"}
        moments.append(Moment(time, frozenset(there - {""})))
    except RowFault:
        if time is not None and time == earlier:
            moments[-1] = Moment(time)
        elif time is not None:
            moments.append(Moment(time))
        raise
    yield from ()


def _time(row: Row, earlier: float | None, options: Options, hertz: float, end: float) -> float:
    frame = row.number(options.at)
    if frame is None:
        raise row.bad(f"column {options.at!r} is blank, and nothing else says when this is")
    time = (frame - options.first) / hertz
    if not 0 <= time <= end + SLACK or (earlier is not None and time <= earlier):
        raise row.bad(f"{time:g} s is not after the row before it and within a clip of {end:g} s")
    return time


def _state(row: Row, column: str, options: Options) -> State | None:
    if row[column] and row[column] not in options.states:
        raise row.bad(f"column {column!r}: {row[column]!r} is none of {', '.join(options.states)}; add it to `states`")
    return options.states.get(row[column])


def _spans(times: Sequence[float], labels: Sequence[str], end: float) -> Iterator[RegionDraft]:
    """A span for each run of one label; none where it is blank."""
    start = 0
    for n, label in enumerate(labels):
        if n + 1 < len(labels) and labels[n + 1] == label:
            continue
        if label and times[start] < end:
            yield RegionDraft(label, SpanShape(start=times[start], end=min(times[n + 1], end), unit="s"))
        start = n + 1
