"""Masks from a table as run lengths in a cell: start and length pairs (Kaggle), offsets (SIIM), or counts (COCO)."""

from collections.abc import Iterator, Sequence
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from connectors import tables
from connectors.assemble import Image
from connectors.base import RowFault
from connectors.drafts import Draft, LabelDraft, ProblemDraft, RegionDraft
from connectors.shapes import table_marks
from connectors.tables import Row
from schemas import Notice, rle

Mask = NDArray[np.bool_]


class Options(table_marks.Options):
    """`runs`: the column with them; "" and the texts in `none` say that there is nothing.

    `form`: pairs "start length" counted from 1 (from 0 with `one_based: false`); relative: the same, each start counted
    from the end of the run before, from 0; counts: lengths of zeros and ones in turn, zeros first, in a row or a list.
    `order`: F for down the columns, C for along the rows. `size`: the columns with the height and the width; they must
    be the image's. `join`: the rows of a label are one mask, and one at fault costs it; otherwise each is a region of
    its own.
    """

    runs: str
    form: Literal["pairs", "relative", "counts"] = "pairs"
    one_based: bool | None = None
    order: Literal["F", "C"]
    none: tuple[str, ...] = ("-1",)
    size: tuple[str, str] | None = None
    join: bool = False

    __hash__ = tables.Table.__hash__


companions = tables.companions


def annotate(image: Image, options: Options) -> Iterator[Draft]:
    """Runs that leave the image or cross, and a size that is not the image's, are problems of their row."""
    rows, said = table_marks.marked(image, options, join=options.join)
    yield from said
    joined: dict[tuple[str, str], tuple[Row, Mask]] = {}
    broken: set[str] | None = set()
    for draft in tables.each(
        rows, lambda row: _masks(image, row, options, joined), lambda row: table_marks.labels(row, options)
    ):
        if isinstance(draft, ProblemDraft):
            broken = None if draft.labels is None or broken is None else broken.union(draft.labels)
        yield draft
    whole = {} if broken is None else {key: found for key, found in joined.items() if key[0] not in broken}
    yield from (_drawn(row, label, frame, mask, options) for (label, frame), (row, mask) in whole.items())
    yield from _contradicted(rows, options)


def _contradicted(rows: Sequence[Row], options: Options) -> Iterator[Draft]:
    """Labels that one row draws and another says are not there, of one reader: which holds is not told."""
    if options.votes:
        return
    said: dict[tuple[str, str], set[bool]] = {}
    for row in rows:
        try:
            there = bool(row[options.runs]) and row[options.runs] not in options.none
            own = [*table_marks.labels(row, options)] if there or row[options.runs] in options.none else []
            reader = row[options.reader] if options.reader is not None else ""
        except RowFault:
            continue  # told already
        for label in own:
            said.setdefault((label, reader), set()).add(there)
    for label in sorted({label for (label, _), states in said.items() if len(states) > 1}):
        reason = "one row says that there is none, and another draws it: which holds is not told"
        yield ProblemDraft(Notice(kind="row", uri=rows[0].file, item=rows[0].key or label, reason=reason), (label,))
        yield LabelDraft(label, "uncertain")


def _masks(
    image: Image, row: Row, options: Options, joined: dict[tuple[str, str], tuple[Row, Mask]]
) -> Iterator[RegionDraft]:
    """The masks of a row; those that are to be joined with others' are put there."""
    text = row[options.runs]
    if text in options.none or table_marks.empty(row, options):
        return
    if not text:
        raise row.bad(f"column {options.runs!r} is blank, and `none` does not say that this means nothing")
    mask = decode(row, text, _size(image, row, options), options)
    frame = table_marks.board(image, row, options).frame
    for label in table_marks.labels(row, options):
        if options.join:
            earlier = joined.get((label, frame))
            joined[label, frame] = (row, mask | earlier[1]) if earlier else (row, mask)
        else:
            yield _drawn(row, label, frame, mask, options)


def _drawn(row: Row, label: str, frame: str, mask: Mask, options: Options) -> RegionDraft:
    return RegionDraft(label, rle.encode(mask), frame, table_marks.maker(row, options), table_marks.meta(row, options))


def _size(image: Image, row: Row, options: Options) -> tuple[int, int]:
    if options.size is not None:
        said = tuple(row.number(column) for column in options.size)
        if said != image.size:
            raise row.bad(f"height and width {said} are not the image's {image.size}")
    return image.size


def decode(row: Row, text: str, size: tuple[int, int], options: Options) -> Mask:
    """The mask (rows, columns) of a cell."""
    try:
        numbers = np.asarray([int(part) for part in text.replace(",", " ").strip("[] ").split()], np.int64)
    except (ValueError, OverflowError) as error:
        raise row.bad(f"column {options.runs!r}: {error}") from error
    if options.form == "counts":
        ends = np.cumsum(numbers)
        if numbers.min(initial=0) < 0 or ends[-1] != size[0] * size[1]:
            raise row.bad(f"counts of {ends[-1]} pixels do not fill an image of {size[0]} x {size[1]}")
        starts, ends = ends[0:-1:2], ends[1::2]
    else:
        starts, ends = _pairs(row, numbers, options)
    if len(starts) and (starts[0] < 0 or ends[-1] > size[0] * size[1] or (ends < starts).any()):
        raise row.bad(f"runs from {starts[0]} to {ends[-1]} leave an image of {size[0]} x {size[1]} pixels")
    if (starts[1:] < ends[:-1]).any():
        raise row.bad(f"runs cross or go back: is `form` {options.form}?")
    steps = np.zeros(size[0] * size[1] + 1, np.int8)
    np.add.at(steps, starts, 1)
    np.add.at(steps, ends, -1)
    return np.cumsum(steps[:-1], dtype=np.int8).astype(bool).reshape(size, order=options.order)


def _pairs(row: Row, numbers: NDArray[np.int64], options: Options) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    if len(numbers) % 2:
        raise row.bad(f"column {options.runs!r}: {len(numbers)} numbers are no pairs of start and length")
    starts, lengths = numbers[0::2], numbers[1::2]
    if options.form == "relative":
        starts = np.cumsum(starts) + np.concatenate([[0], np.cumsum(lengths)[:-1]])
    one_based = options.form == "pairs" if options.one_based is None else options.one_based
    starts = starts - 1 if one_based else starts
    return starts, starts + lengths
