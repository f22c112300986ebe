"""Tables and texts: plain text, JSON, JSON Lines, Excel, Parquet."""

import io
import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from tests.replicas.builder import pictures


def text(path: Path, value: Any, name: str, encoding: str = "utf-8") -> None:
    path.write_bytes(str(value).encode(encoding))


def as_json(path: Path, value: Any, name: str) -> None:
    path.write_text(json.dumps(value, ensure_ascii=False, indent=1), encoding="utf-8")


def jsonl(path: Path, value: list[Any], name: str) -> None:
    path.write_text("".join(json.dumps(row, ensure_ascii=False) + "\n" for row in value), encoding="utf-8")


def xlsx(path: Path, value: Any, name: str) -> None:
    """`value`: rows by the sheet's name, or the rows of one sheet."""
    import xlsxwriter

    book = xlsxwriter.Workbook(str(path), {"strings_to_numbers": False, "strings_to_formulas": False})
    book.set_properties({"created": datetime(2020, 1, 1, tzinfo=UTC)})
    sheets = value if isinstance(value, dict) else {"Sheet1": value}
    for title, rows in sheets.items():
        sheet = book.add_worksheet(str(title))
        for number, row in enumerate(rows):
            for column, cell in enumerate(row):
                sheet.write(number, column, cell)
    book.close()


def parquet(path: Path, value: dict[str, list[Any]], name: str) -> None:
    """`value`: cells by column. A cell {image: ...} becomes the struct (bytes, path) that Hugging Face's hub has."""
    import pyarrow
    import pyarrow.parquet

    columns = {
        column: [_cell(cell, path, f"{name}#{column}{n}") for n, cell in enumerate(cells)]
        for column, cells in value.items()
    }
    pyarrow.parquet.write_table(pyarrow.table(columns), path)


def _cell(cell: Any, path: Path, name: str) -> Any:
    if isinstance(cell, list):
        return [_cell(inner, path, f"{name}.{n}") for n, inner in enumerate(cell)]
    for kind, write in (("image", pictures.image), ("mask", pictures.mask)):
        if isinstance(cell, dict) and kind in cell:
            if set(cell) - {kind, "path", "bytes_only"}:
                raise ValueError(f"a cell of an {kind} has the keys {kind}, path, bytes_only; it has {sorted(cell)}")
            scratch = path.with_name(path.name + ".cell.png")
            write(scratch, cell[kind], name)
            data = io.BytesIO(scratch.read_bytes()).getvalue()
            scratch.unlink()
            return data if cell.get("bytes_only") else {"bytes": data, "path": cell.get("path")}
    return cell
