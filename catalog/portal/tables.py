"""What a workspace says of its run: the quarantine table and the report."""

import json
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq

COLUMNS = ("key", "dataset", "stage", "unit", "uri", "reason", "payload")
FATES = ("emitted", "filtered", "quarantined", "deduplicated")


@dataclass(frozen=True)
class Stage:
    """One row of the run report. `balanced`: every unit read is accounted for."""

    name: str
    read: int
    fates: dict[str, int]
    out: int
    seconds: float | None

    @property
    def balanced(self) -> bool:
        return self.read == sum(self.fates.values())


def quarantine(workspaces: Sequence[Path]) -> list[dict[str, str]]:
    """The quarantined units of all workspaces, sorted by data set, stage and unit; every value as text."""
    found: list[dict[str, str]] = []
    for workspace in workspaces:
        for folder in (workspace / "quarantine", workspace / "tables" / "quarantine"):
            for path in sorted(folder.rglob("*.parquet")):
                found += [_row(row) for row in pq.ParquetFile(path).read().to_pylist()]
    once = {(row["key"], row["reason"]): row for row in found}  # two runs may have booked the same unit
    return sorted(once.values(), key=lambda row: (row["dataset"], row["stage"], row["unit"], row["key"]))


def _row(row: dict[str, Any]) -> dict[str, str]:
    text = {}
    for name in COLUMNS:
        value = row.get(name)
        text[name] = value if isinstance(value, str) else "" if value is None else json.dumps(value, default=str)
    return text


def reasons(rows: Sequence[dict[str, str]]) -> list[tuple[str, int]]:
    """The reasons, the most frequent first."""
    return Counter(row["reason"] for row in rows).most_common()


def report(workspace: Path) -> dict[str, Any] | None:
    """`report.json` of a workspace, or None before its first run."""
    path = workspace / "report.json"
    if not path.is_file():
        return None
    loaded = json.loads(path.read_bytes())
    return loaded if isinstance(loaded, dict) else {"stages": loaded}


def stages(run: dict[str, Any]) -> list[Stage]:
    """The stages of a report, in its order: a list of rows, or rows by stage name."""
    raw = run.get("stages", [])
    pairs = list(raw.items()) if isinstance(raw, dict) else [(row.get("stage") or row.get("name"), row) for row in raw]
    return [
        Stage(
            name=str(name),
            read=int(row.get("read", 0)),
            fates={fate: int(row.get(fate, 0)) for fate in FATES},
            out=int(row.get("out", 0)),
            seconds=row.get("seconds"),
        )
        for name, row in pairs
    ]
