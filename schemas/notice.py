"""What reading met and could not use: it costs no more than it names, and is never passed over."""

from typing import Literal

from schemas.base import Model

NoticeKind = Literal["row", "value", "file", "library", "text"]


class Notice(Model):
    """`kind`: "row", an entry of an annotation that could not be read (it is quarantined); "value", a value, colour,
    channel or name that the card does not know; "file", something missing, unused, doubled or in doubt; "library", what
    a library complained of; "text", a sentence or an answer that a check refused, which is left out.

    `uri` is the file, relative to the data set's folder; `line` counts from 1 in a table; `item` is the row's key, the
    value or the entry; `record` the record that it concerns, where there is one. `often`: it may be true of many files
    alike, and is shown once for all of them.
    """

    kind: NoticeKind
    uri: str
    reason: str
    line: int | None = None
    item: str | None = None
    record: str | None = None
    often: bool = False

    def text(self) -> str:
        """One line for a person."""
        where = self.uri if self.line is None else f"{self.uri}: line {self.line}"
        return f"{where}: {self.item}: {self.reason}" if self.item else f"{where}: {self.reason}"
