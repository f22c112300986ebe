"""Slices of a volume on which a table says that something shows, and not where on them."""

from collections.abc import Iterator

from pydantic import model_validator

from connectors import tables
from connectors.assemble import Image
from connectors.base import Unreadable
from connectors.drafts import Draft, RegionDraft
from connectors.shapes import table_marks
from connectors.tables import Row
from schemas import MadeBy, SlicesShape


class Options(table_marks.Options):
    """A row names one slice by `frame`, or by `last` as well the last of a range. Slices of one label and maker that
    follow one another are one range, whatever the order of the rows."""

    frame: str
    last: str | None = None

    __hash__ = tables.Table.__hash__

    @model_validator(mode="after")
    def _unscored(self) -> "Options":
        if self.votes or self.score:
            raise ValueError("`votes` and `score` are of marks, not of slices")
        return self


companions = tables.companions


def annotate(image: Image, options: Options) -> Iterator[Draft]:
    """A row that names no slice of the volume is a problem. Raises Unreadable for what has no slices."""
    if len(image.geometry.shape) != 3 or image.geometry.affine is None:
        raise Unreadable(image.path, f"a grid of {image.geometry.shape} has no slices that a table could name")
    held: dict[tuple[str, MadeBy | None], set[int]] = {}

    def add(row: Row) -> Iterator[Draft]:
        if not table_marks.empty(row, options):
            for label in table_marks.labels(row, options):
                held.setdefault((label, table_marks.maker(row, options)), set()).update(_slices(image, row, options))
        yield from ()

    given, said = table_marks.marked(image, options)
    yield from said
    yield from tables.each(given, add, lambda row: table_marks.labels(row, options))
    for (label, maker), slices in held.items():
        for start, stop in _ranges(sorted(slices)):
            yield RegionDraft(label, SlicesShape(axis=2, start=start, stop=stop), made_by=maker)


def _slices(image: Image, row: Row, options: Options) -> range:
    first = table_marks.index(image, row, options.frame, options)
    last = first if options.last is None else table_marks.index(image, row, options.last, options)
    first, last = min(first, last), max(first, last)  # files may be numbered from the other end
    return range(first, last + 1)


def _ranges(slices: list[int]) -> Iterator[tuple[int, int]]:
    """Half-open runs of numbers that follow one another."""
    start = None
    for n, index in enumerate(slices):
        start = index if start is None else start
        if n + 1 == len(slices) or slices[n + 1] != index + 1:
            yield start, index + 1
            start = None
