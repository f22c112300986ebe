"""The plan as a table for people."""

from collections.abc import Sequence

from rich.table import Table

from pipelines.plan import SourcePlan


def table(sources: Sequence[SourcePlan]) -> Table:
    """One line a data set; the reasons of its notes stand below it."""
    asks = any(source.expected_tokens for source in sources)
    out = Table(box=None, pad_edge=False)
    out.add_column("data set")
    out.add_column("licence")
    for name in ("items", "new", "done", "samples", "questions", "seconds", "MB of shards", "MB of tables",
                 *(["tokens"] if asks else [])):  # fmt: skip
        out.add_column(name, justify="right")
    out.add_column("note")
    for source in sources:
        numbers = (source.items, source.to_read, source.done, source.expected_samples, _questions(source),
                   source.expected_seconds, _mb(source.expected_shard_bytes),
                   _mb(source.expected_table_bytes), *([source.expected_tokens] if asks else []))  # fmt: skip
        cells = ["-" if number is None else f"{number:,}" for number in numbers]
        out.add_row(source.dataset, source.licence, *cells, _short(source))
    return out


def _short(source: SourcePlan) -> str:
    """What fits a cell; `notes` tell the reasons whole."""
    if source.blocked:
        return "[red]blocked[/red]"
    failed = ["[red]pilot failed[/red]"] if source.pilot_failed else []
    return ", ".join([*source.missing, *(["annotations alone"] if source.withheld else []), *failed])


def notes(source: SourcePlan) -> list[str]:
    """A line for each thing that the data set's builder is to know of it, why it is blocked apart."""
    found = [f"{name}: {why}" for name, why in source.missing.items() if not source.blocked]
    found += [
        f"{model.name}: weights {(model.revision or 'missing')[:12]}, {model.gpus:g} GPU a process"
        + (f", {model.memory_gb:g} GB of memory" if model.memory_gb else "")
        for model in source.models
    ]
    found += [f"annotations alone: {source.withheld}"] if source.withheld and not source.blocked else []
    tried = f"{source.pilot_items} item{'s' if source.pilot_items > 1 else ''} that the pilot tried"
    found += [f"no sample came of the {tried}: {source.pilot_failed}"] if source.pilot_failed else []
    if source.ungrouped:
        kinds = ", ".join(source.ungrouped)
        found += [f"no group of several records ({kinds}) came of the {tried}: none is counted; try more: --pilot N"]
    return [f"{source.dataset}: {one}" for one in found]


def unasked(sources: Sequence[SourcePlan], tasks: Sequence[str]) -> list[str]:
    """A line of the families of which the pilots had no question; none where there was no pilot."""
    tried = [source for source in sources if source.pilot_items and not source.pilot_failed]
    silent = [name for name in tasks if not any(source.pilot_asked.get(name) for source in tried)]
    if not (tried and silent):
        return []
    items = sum(source.pilot_items for source in tried)
    return [f"tasks: no question of {', '.join(silent)} came of the {items} items that the pilots tried; a build says "
            "which of them find nothing in all"]  # fmt: skip


def _questions(source: SourcePlan) -> int | None:
    return None if source.questions_per_item is None else round(source.questions_per_item * source.items)


def _mb(size: int | None) -> float | None:
    return None if size is None else round(size / 1e6, 1)
