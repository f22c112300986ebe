"""The plan as a table for people."""

from collections.abc import Sequence

from rich.table import Table

from pipelines.plan import SourcePlan


def table(sources: Sequence[SourcePlan]) -> Table:
    """One line a data set; a blocked one says why."""
    out = Table(box=None, pad_edge=False)
    out.add_column("data set")
    out.add_column("licence")
    for name in ("items", "new", "done", "samples", "questions", "seconds", "MB of shards", "MB of tables"):
        out.add_column(name, justify="right")
    out.add_column("note")
    for source in sources:
        notes = [f"{name}: {why}" for name, why in source.missing.items()]
        notes += [f"annotations alone: {source.withheld}"] if source.withheld else []
        numbers = (source.items, source.to_read, source.done, source.expected_samples, _questions(source),
                   source.expected_seconds, _mb(source.expected_shard_bytes),
                   _mb(source.expected_table_bytes))  # fmt: skip
        cells = ["-" if number is None else f"{number:,}" for number in numbers]
        note = f"[red]blocked: {source.blocked}[/red]" if source.blocked else "; ".join(notes)
        out.add_row(source.dataset, source.licence, *cells, note)
    return out


def _questions(source: SourcePlan) -> int | None:
    return None if source.questions_per_item is None else round(source.questions_per_item * source.items)


def _mb(size: int | None) -> float | None:
    return None if size is None else round(size / 1e6, 1)
