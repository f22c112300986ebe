"""The published split of each image, from lists of names: a file for each split, or a table with a column for it."""

from collections.abc import Iterator

from pydantic import model_validator

from connectors import tables
from connectors.assemble import Image
from connectors.drafts import AttributeDraft, Draft, ProblemDraft


class Options(tables.Table):
    """`split`: the column with the split; in `file: "lists/{split}.txt"` that is the open field. `name`: the field that
    is told, for `split: {by: "{split}"}` in the card. `default`: what images in no list are told; "" is no split.
    A list of names that hold blanks is a table of one column: `header: [name]`, `separator: "\\t"`.
    """

    split: str = "split"
    name: str = "split"
    default: str | None = None

    __hash__ = tables.Table.__hash__

    @model_validator(mode="after")
    def _names_images(self) -> "Options":
        if self.key is None:
            raise ValueError("set `key` to the column with the names (a list without a header: `header: [name]`)")
        return self


companions = tables.companions
ONE_ROW = True  # an image has one row: several that differ are told (connectors/listed.py)


def annotate(image: Image, options: Options) -> Iterator[Draft]:
    """A row at fault tells no split. Raises Unreadable when an image is in two splits."""
    given = tables.rows(image, options)
    yield from (ProblemDraft(row.bad(row.fault).notice(), ()) for row in given if row.fault)
    rows = [row for row in given if not row.fault]
    found = list(dict.fromkeys(row[options.split] for row in rows))
    if len(found) > 1:
        raise rows[-1].bad(f"{image.path} is in {' and in '.join(map(repr, found))}: an image has one split")
    value = found[0] if found else None if given else options.default
    if value is not None:
        yield AttributeDraft(options.name, value, hidden=True)  # the record has a place of its own for it
