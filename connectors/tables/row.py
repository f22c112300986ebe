"""A row of a table: its cells, and what there is to say of them where they cannot be read."""

import ast
import json
import math
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from connectors.base import RowFault
from connectors.tables.source import check, tidy
from raw import markup

COLUMN = re.compile(r"\{([^{}]+)\}")


@dataclass(frozen=True, slots=True)
class Row:
    """A row: where it stands, its cells, why they cannot be trusted ("" where they can), and its key."""

    file: str
    line: int
    cells: Mapping[str, str]
    fault: str = ""
    key: str = ""

    def __getitem__(self, column: str) -> str:
        """A cell, stripped. Raises Unreadable when the table has no such column, RowFault when the row is at fault."""
        if self.fault:
            raise self.bad(self.fault)
        found = self.cells.get(column)
        found = self.cells.get(tidy(column)) if found is None else found
        if found is None:
            check(self.file, tidy(column), self.cells)
        return found or ""

    def number(self, column: str) -> float | None:
        """A cell as a number; None where it is blank. Raises Unreadable."""
        return self.parse(column, self[column])

    def parse(self, column: str, text: str) -> float | None:
        """Text from a cell as a number; None where it is blank or says that it is none. Raises Unreadable."""
        try:
            value = float(text) if text else None
        except ValueError as error:
            raise self.bad(f"column {column!r}: {text!r} is no number") from error
        if value is not None and math.isinf(value):
            raise self.bad(f"column {column!r}: {text!r} is no number")
        return None if value is None or math.isnan(value) else value

    def fill(self, template: str) -> str:
        """A template over columns, or one column's cell."""
        if "{" not in template or template in self.cells:
            return self[template]
        return COLUMN.sub(lambda found: self[found[1]], template)

    def bad(self, reason: str) -> RowFault:
        """What to raise about this row."""
        return RowFault(self.file, reason, self.line, self.key or None)


def literal(row: Row, column: str, text: str) -> Any:
    """A list or mapping written into a cell, in JSON or in Python's own notation. Raises Unreadable."""
    try:
        return markup.from_json(row.file, text)
    except json.JSONDecodeError:
        try:
            return ast.literal_eval(text)
        except (ValueError, SyntaxError, MemoryError, RecursionError) as error:
            raise row.bad(f"column {column!r}: {text[:60]!r} is no list") from error
