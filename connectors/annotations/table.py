"""Labels and values of whole images from a table: classes, wide or long label tables, ages, reports."""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Literal

from pydantic import Field

from connectors import tables
from connectors.assemble import Image, needed_by
from connectors.base import RowFault
from connectors.drafts import AttributeDraft, Draft, ExaminedDraft, LabelDraft, ProblemDraft, TextDraft
from connectors.tables import Row, blanks
from schemas import DatasetCard, Notice
from schemas.level import Level

State = Literal["present", "absent", "uncertain"]
STATES: dict[str, State | None] = {
    "1": "present", "1.0": "present", "0": "absent", "0.0": "absent", "-1": "uncertain", "-1.0": "uncertain",
    "True": "present", "true": "present", "TRUE": "present", "False": "absent", "false": "absent", "FALSE": "absent",
}  # fmt: skip
Votes = dict[str, dict[str, State]]  # label -> reader -> state
WEIGHT = {"present": 2, "uncertain": 1, "absent": 0}


class Options(tables.Table):
    """What the columns of a table say of an image; several of these may be used at once. A blank cell says nothing.

    `columns`: one label a column, its state by `states` (1, 0, -1, True, False are known). `label`: a column with the
    image's one class. `labels`: a column whose cell holds one of the image's labels, or several, parted by `split_on`
    ("list": a list or mapping in JSON's or Python's notation); with `value` a column with that label's state.
    `categories`: columns whose value is a label "column=value". `prefix` goes before each label.
    `tell`: {name: column} for the record's meta and for templates; `hide`: likewise, for templates alone (identifiers).
    `fixed`: {name: text} told of every image that the table has, because that is what the table is of (one view).
    `text`: columns of the report, with `headings` written before each; `text_kind`, `text_level`: what it is,
    and of what.
    `conflict`: what to do when rows of one image disagree, which is uncertain otherwise: "any" takes present before
    uncertain before absent, and the first value; "majority" takes what most rows say, a tie being uncertain;
    "uncertain" is what readers who differ leave of a label, and of a value all that was said.
    `optional`: columns, of `columns` and of `tell`, that not every release of the table has.
    `reader`: the column with the person whose row it is: `meta` then lists them, and who said what where they differ.
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
    text_kind: Literal["caption", "report"] = "report"
    text_level: Level | None = None
    conflict: Literal["any", "majority", "uncertain"] | None = None
    optional: tuple[str, ...] = ()
    reader: str | None = None

    __hash__ = tables.Table.__hash__


companions = tables.companions


def of_folder(root: Path, card: DatasetCard, options: Options) -> Iterator[Notice]:
    """Cells that might have said something and are blank, and identifiers that are spelt in several ways. Values beside
    the image (an age) count only where the set has no labels, and is published for them."""
    values = options.categories if card.layout.labels else (*options.categories, *options.tell.values())
    yield from blanks.blanks(root, options, options.columns, [options.label] if options.label else [], values)
    told = {**options.tell, **options.hide}
    names = needed_by(card, "subject", "study", "series") & {*told}
    yield from blanks.spelt(root, options, [told[name] for name in sorted(names)])


ONE_ROW = True  # an image has one row: several that differ are told (connectors/listed.py)


def annotate(image: Image, options: Options) -> Iterator[Draft]:
    """A state that `states` lacks, and rows that contradict each other, are problems of that label or value. Raises
    Unreadable where they leave open whose the image is."""
    given = tables.rows(image, options)
    if not given:
        return
    if options.conflict != "majority" and options.reader is None:  # equal rows may be votes
        given, repeated = tables.distinct(given)
        yield from repeated
    rows = [row for row in given if not row.fault]
    yield from _examined(image, given, rows, options)
    for row in (row for row in given if row.fault):
        if {*options.tell, *options.hide} & needed_by(image.card, "subject"):
            raise row.bad(row.fault)
        yield ProblemDraft(row.bad(row.fault).notice(), None if image_labels(options) else ())
    if not rows:
        return
    votes: Votes = {}
    yield from _states(rows, options, votes, whole=len(rows) == len(given))
    singles = [("", options.label)] if options.label else []
    for prefix, column in [*singles, *((f"{column}=", column) for column in options.categories)]:
        yield from _classes(rows, f"{options.prefix}{prefix}", column, options, votes)
    if options.reader:
        yield from told(votes)
    yield from (AttributeDraft(name, text) for name, text in options.fixed.items())
    yield from _told(image, rows, options)
    if options.text:
        yield from _written(rows, options)


def _examined(image: Image, given: Sequence[Row], rows: Sequence[Row], options: Options) -> Iterator[ExaminedDraft]:
    """That the image was looked at, where the rows say anything of what it shows; a blank cell says nothing."""
    blank = {column for column in options.columns if not _filled(rows, column, options)}
    classes = [column for column in (options.label, options.labels, *options.categories) if column]
    silent = [column for column in classes if not _filled(rows, column, options)]
    if not image_labels(options) or (rows and len(blank) == len(options.columns) and len(silent) == len(classes)):
        return
    starts = tuple(f"{options.prefix}{column}=" for column in options.categories if column in silent)
    unsaid = [label for label in image.card.layout.labels if starts and label.startswith(starts)]
    yield ExaminedDraft(given[0].file, (*unsaid, *(f"{options.prefix}{column}" for column in sorted(blank))))


def _filled(rows: Sequence[Row], column: str, options: Options) -> bool:
    return not rows or any(column in _there(row, [column], options) and row[column] for row in rows)


def image_labels(options: Options) -> bool:
    """Whether the table says what an image shows, and not only values beside it."""
    return bool(options.columns or options.label or options.labels or options.categories)


def told(votes: Votes) -> Iterator[AttributeDraft]:
    """The readers, and who said what of the labels of which they do not say the same."""
    if votes:
        yield AttributeDraft("readers", sorted({who for own in votes.values() for who in own}))
    split = {label: dict(sorted(own.items())) for label, own in sorted(votes.items()) if len(set(own.values())) > 1}
    if split:
        yield AttributeDraft("votes", split)


def _states(rows: Sequence[Row], options: Options, votes: Votes, *, whole: bool) -> Iterator[Draft]:
    """What the rows say of each label. Where a row is lost (not `whole`), that some label is absent is not said."""
    said: dict[str, list[State]] = {}
    lost: set[str] = set()
    for row in rows:
        found: list[LabelDraft] = []
        for column in _there(row, options.columns, options):
            try:
                state = _state(row, column, options)
            except RowFault as fault:
                lost.add(column)
                yield ProblemDraft(fault.notice(), (f"{options.prefix}{column}",))
                continue
            found += [LabelDraft(column, state)] if state is not None else []
        for draft in tables.each([row], lambda row: _listed(row, options)):
            if isinstance(draft, LabelDraft):
                found.append(draft)
            else:
                whole = False
                yield draft
        for label, state, _ in found:
            said.setdefault(label, []).append(state)
            votes.setdefault(f"{options.prefix}{label}", {})[row[options.reader] if options.reader else ""] = state
    for label, states in said.items():
        state, notice = _settled(rows[0], label, states, options)
        if notice is not None:
            yield ProblemDraft(notice, (f"{options.prefix}{label}",))
        if state != "absent" or (whole and label not in lost):
            yield LabelDraft(f"{options.prefix}{label}", state)


def _listed(row: Row, options: Options) -> Iterator[LabelDraft]:
    if options.labels:
        state = _state(row, options.value, options) if options.value else "present"
        if state is not None:
            yield from (LabelDraft(label, state) for label in split(row, options.labels, options.split_on))


def _there(row: Row, columns: Iterable[str], options: Options) -> list[str]:
    return [column for column in columns if column not in options.optional or tables.tidy(column) in row.cells]


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
    stripped = (str(part).strip() for part in parts if part is not None and part == part)  # NaN is not itself
    return list(dict.fromkeys(part for part in stripped if part))


def _settled(
    row: Row, label: str, states: Sequence[State], options: Options
) -> tuple[State, Notice | None]:  # fmt: skip
    """What several rows say of a label, and that they disagree where nothing tells what to do then."""
    if len(states) == 1 or states.count(states[0]) == len(states):
        return states[0], None
    if options.conflict is None:
        reason = f"{label!r} is {' and '.join(sorted(set(states)))} for one image"
        return "uncertain", row.bad(f"{reason}; set `conflict` to any, majority or uncertain").notice()
    if options.conflict == "uncertain":
        return "uncertain", None
    if options.conflict == "any":
        return max(states, key=WEIGHT.__getitem__), None
    counts = Counter(states).most_common()
    return (counts[0][0] if counts[0][1] > counts[1][1] else "uncertain"), None


def _classes(rows: Sequence[Row], prefix: str, column: str, options: Options, votes: Votes) -> Iterator[Draft]:
    """The class in a column; each that rows name is uncertain where they disagree and nothing decides."""
    value, notice = _agreed(rows, column, options)
    given = [said for said in dict.fromkeys(row[column] for row in rows) if said]
    if notice is not None:
        yield ProblemDraft(notice, tuple(f"{prefix}{said}" for said in given))
    if notice is not None or (options.conflict == "uncertain" and len(given) > 1):
        yield from (LabelDraft(f"{prefix}{said}", "uncertain") for said in given)
    elif value:
        yield LabelDraft(f"{prefix}{value}")
    for row in rows if options.reader else ():
        for said in given if row[column] else ():
            own: State = "present" if said == row[column] else "absent"
            votes.setdefault(f"{prefix}{said}", {})[row[options.reader or ""]] = own


def _told(image: Image, rows: Sequence[Row], options: Options) -> Iterator[Draft]:
    """The values beside the image; one on which rows disagree is not told. Raises Unreadable where that leaves open
    whose the image is, or where it belongs."""
    for column_of, hidden in ((options.hide, True), (options.tell, False)):
        there = _there(rows[0], column_of.values(), options)
        for name, column in column_of.items():
            value, notice = _agreed(rows, column, options) if column in there else ("", None)
            if notice is not None and name in needed_by(image.card, "subject", "study", "series", "split"):
                raise rows[0].bad(notice.reason)
            if notice is not None:
                yield ProblemDraft(notice, ())
            elif value:
                if name in needed_by(image.card, "subject", "study", "series"):
                    value = tables.identifier(image, options, column, value)
                yield AttributeDraft(name, value, hidden=hidden)


def _agreed(rows: Sequence[Row], column: str, options: Options) -> tuple[str, Notice | None]:
    """The one value that the rows have in a column, "" where all are blank; that they disagree."""
    if len(rows) == 1:
        return rows[0][column], None
    values = [value for value in (row[column] for row in rows) if value]
    if len(set(values)) < 2:
        return values[0] if values else "", None
    if options.conflict is None:
        reason = f"column {column!r} has {', '.join(map(repr, dict.fromkeys(values)))} for one image"
        return "", rows[0].bad(f"{reason}; set `conflict` to any or majority, or `where`").notice()
    if options.conflict == "uncertain":
        return " | ".join(dict.fromkeys(values)), None
    return (values[0] if options.conflict == "any" else Counter(values).most_common(1)[0][0]), None


def _written(rows: Sequence[Row], options: Options) -> Iterator[TextDraft]:
    found = []
    headings = options.headings or ("",) * len(options.text)
    for row in rows:
        for column, heading in zip(options.text, headings, strict=True):
            if row[column]:
                found.append(f"{heading}: {row[column]}" if heading else row[column])
    if found:
        yield TextDraft("\n\n".join(dict.fromkeys(found)), options.text_kind, options.text_level)
