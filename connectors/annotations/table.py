"""Labels and values of whole images from a table: classes, wide or long label tables, ages, reports."""

from collections import Counter
from collections.abc import Iterator, Sequence
from typing import Literal

from pydantic import Field

from connectors import tables
from connectors.assemble import Image
from connectors.base import Unreadable
from connectors.drafts import AttributeDraft, Draft, ExaminedDraft, LabelDraft, TextDraft
from connectors.tables import Row

State = Literal["present", "absent", "uncertain"]
STATES: dict[str, State | None] = {
    "1": "present", "1.0": "present", "0": "absent", "0.0": "absent", "-1": "uncertain", "-1.0": "uncertain",
    "True": "present", "true": "present", "TRUE": "present", "False": "absent", "false": "absent", "FALSE": "absent",
}  # fmt: skip
WEIGHT = {"present": 2, "uncertain": 1, "absent": 0}


class Options(tables.Table):
    """What the columns of a table say of an image; several of these may be used at once. A blank cell says nothing.

    `columns`: one label a column, its state by `states` (1, 0, -1, True, False are known). `label`: a column with the
    image's one class. `labels`: a column whose cell holds one of the image's labels, or several, parted by `split_on`
    ("list": a list or mapping in JSON's or Python's notation); with `value` a column with that label's state.
    `categories`: columns whose value is a label "column=value". `prefix` goes before each label.
    `tell`: {name: column} for the record's meta and for templates; `hide`: likewise, for templates alone (identifiers).
    `fixed`: {name: text} told of every image that the table has, because that is what the table is of (one view).
    `text`: columns of the report, with `headings` written before each.
    `conflict`: what to do when rows of one image disagree, which is unreadable otherwise: "any" takes present before
    uncertain before absent, and the first value; "majority" takes what most rows say, a tie being uncertain.
    """

    columns: tuple[str, ...] = ()
    states: dict[str, State | None] = Field(default_factory=lambda: dict(STATES))
    label: str | None = None
    labels: str | None = None
    split_on: str | None = None
    value: str | None = None
    categories: tuple[str, ...] = ()
    prefix: str = ""
    tell: dict[str, str] = {}
    hide: dict[str, str] = {}
    fixed: dict[str, str] = {}
    text: tuple[str, ...] = ()
    headings: tuple[str, ...] = ()
    conflict: Literal["any", "majority"] | None = None

    __hash__ = tables.Table.__hash__


companions = tables.companions
ONE_ROW = True  # an image has one row: several that differ are told (connectors/listed.py)


def annotate(image: Image, options: Options) -> Iterator[Draft]:
    """Raises Unreadable on a state that `states` lacks and on rows that contradict each other."""
    rows = tables.rows(image, options)
    if not rows:
        return
    if options.columns or options.label or options.labels or options.categories:
        yield ExaminedDraft(rows[0].file)
    yield from _states(rows, options)
    singles = [("", options.label)] if options.label else []
    for prefix, column in [*singles, *((f"{column}=", column) for column in options.categories)]:
        value = _agreed(rows, column, options)
        if value:
            yield LabelDraft(f"{options.prefix}{prefix}{value}")
    yield from (AttributeDraft(name, text) for name, text in options.fixed.items())
    for column_of, hidden in ((options.hide, True), (options.tell, False)):
        for name, column in column_of.items():
            value = _agreed(rows, column, options)
            if value:
                yield AttributeDraft(name, value, hidden=hidden)
    if options.text:
        yield from _written(rows, options)


def _states(rows: Sequence[Row], options: Options) -> Iterator[LabelDraft]:
    if len(rows) == 1:
        yield from (LabelDraft(f"{options.prefix}{label}", state) for label, state in _said(rows[0], options))
        return
    said: dict[str, list[State]] = {}
    for row in rows:
        for label, state in _said(row, options):
            said.setdefault(label, []).append(state)
    for label, states in said.items():
        yield LabelDraft(f"{options.prefix}{label}", _settled(rows[0], label, states, options))


def _said(row: Row, options: Options) -> Iterator[tuple[str, State]]:
    for column in options.columns:
        state = _state(row, column, options)
        if state is not None:
            yield column, state
    if options.labels:
        state = _state(row, options.value, options) if options.value else "present"
        if state is not None:
            yield from ((label, state) for label in split(row, options.labels, options.split_on))


def _state(row: Row, column: str, options: Options) -> State | None:
    cell = row[column]
    if cell and cell not in options.states:
        known = ", ".join(map(repr, options.states))
        raise row.bad(f"column {column!r}: {cell!r} is none of {known}; add it to `states`")
    return options.states.get(cell)


def split(row: Row, column: str, split_on: str | None) -> list[str]:
    """The labels in a cell: none where it is blank, each once."""
    cell = row[column]
    if not cell or split_on is None:
        return [cell] if cell else []
    parts = tables.literal(row, column, cell) if split_on == "list" else cell.split(split_on)
    parts = parts if isinstance(parts, list | tuple | set | dict) else [parts]
    stripped = (str(part).strip() for part in parts)
    return list(dict.fromkeys(part for part in stripped if part))


def _settled(row: Row, label: str, states: Sequence[State], options: Options) -> State:
    """What several rows say of a label."""
    if len(states) == 1 or states.count(states[0]) == len(states):
        return states[0]
    counts = Counter(states).most_common()
    if options.conflict is None:
        raise row.bad(
            f"{label!r} is {' and '.join(sorted(set(states)))} for one image; set `conflict` to any or majority"
        )
    if options.conflict == "any":
        return max(states, key=WEIGHT.__getitem__)
    return counts[0][0] if counts[0][1] > counts[1][1] else "uncertain"


def _agreed(rows: Sequence[Row], column: str, options: Options) -> str:
    """The one value that the rows have in a column; "" where all are blank."""
    if len(rows) == 1:
        return rows[0][column]
    values = [value for value in (row[column] for row in rows) if value]
    if len(set(values)) < 2:
        return values[0] if values else ""
    if options.conflict is None:
        reason = f"column {column!r} has {', '.join(map(repr, dict.fromkeys(values)))} for one image"
        raise Unreadable(rows[0].file, f"line {rows[0].line}: {reason}; set `conflict` to any or majority, or `where`")
    return values[0] if options.conflict == "any" else Counter(values).most_common(1)[0][0]


def _written(rows: Sequence[Row], options: Options) -> Iterator[TextDraft]:
    found = []
    headings = options.headings or ("",) * len(options.text)
    for row in rows:
        for column, heading in zip(options.text, headings, strict=True):
            if row[column]:
                found.append(f"{heading}: {row[column]}" if heading else row[column])
    if found:
        yield TextDraft("\n\n".join(dict.fromkeys(found)))
