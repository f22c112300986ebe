"""A whole workspace: how many parts it has, and its tables read over all of them."""

from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

from pipelines.store.files import Files
from pipelines.store.part import Part, read_files
from pipelines.store.tables import COLUMNS, Row

LAYOUT = 2  # raised when workspaces of before cannot be read any more
ABOUT = "workspace.json"


class Store:
    """The tables of one workspace: a folder, or an object-store prefix (s3://, gs://, az://)."""

    def __init__(self, workspace: str | Path) -> None:
        self.workspace = str(workspace)
        self.files = Files(workspace)

    @property
    def parts(self) -> int | None:
        """How many parts there are; None before the first ingest. Raises ValueError on another layout's workspace."""
        about = self.files.read_json(ABOUT)
        if about is None:
            if any(name.startswith("part=") for name in self.files.folders("records")):
                lost = f"{self.workspace}/{ABOUT}: lost, and with it the number of parts"
                raise ValueError(f"{lost}; put it back, or build into another --workspace")
            if self.files.folders("records"):
                raise ValueError(f"{self.workspace}: made by an older Triptych; build into another --workspace")
            return None
        if about.get("layout") != LAYOUT:
            raise ValueError(f"{self.workspace}: of layout {about.get('layout')}, this is {LAYOUT}; use another one")
        return int(about["parts"])

    def fix_parts(self, parts: int) -> int:
        """Set the number of parts once and for all; what was set before stands."""
        before = self.parts
        if before is None:
            self.files.write_json(ABOUT, {"layout": LAYOUT, "parts": parts})
        return before or parts

    def part(self, number: int) -> Part:
        return Part(self.files, number)

    def every_part(self) -> list[Part]:
        return [self.part(number) for number in range(self.parts or 0)]

    def paths(self, table: str) -> list[str]:
        """All files of a table."""
        return [f"{table}/{part}/{name}" for part in self.files.folders(table)
                for name in self.files.names(f"{table}/{part}")]  # fmt: skip

    def read(
        self, table: str, columns: Sequence[str] | None = None, dataset: str | None = None, **among: Iterable[str]
    ) -> list[Row]:
        """Rows of all parts, sorted by key: for a person's questions and for tests; stages read their own part."""
        if dataset:
            among = {**among, "dataset": [dataset]}
        rows: list[Row] = read_files(self.files, table, self.paths(table), columns, **among).to_pylist()
        return rows

    def datasets(self, table: str) -> list[str]:
        """Ids of the data sets that a table has rows of."""
        return sorted({row["dataset"] for row in self.read(table, ["dataset"])})

    def append(self, table: str, rows: Sequence[Row], part: int = 0) -> None:
        """Commit rows to a part."""
        if table not in COLUMNS:
            raise ValueError(f"no table {table!r}; there are {', '.join(COLUMNS)}")
        self.part(part).append({table: list(rows)})

    def write_json(self, name: str, value: Any) -> None:
        """A small report beside the tables."""
        self.files.write_json(name, value)

    def read_json(self, name: str) -> dict[str, Any] | None:
        """The report again; None where there is none."""
        return self.files.read_json(name)
