"""What a build costs as the set grows, on Ray with two workers.

`python -m benchmarks.growth --sizes 1000,10000 [--side 512] [--regions 10] [--engine ray] [--workers 2] [--keep]
[--json]`. One made-up set (benchmarks/synthetic.py) grows from size to size; each size is built into an empty
workspace, then once more with nothing to do, then with 1% more pictures (shards are appended to). Shown are wall and
processor time a sample, the highest resident size of the driver (the process of `triptych build`), of the largest
worker and of Ray's daemons together, the highest sum over the tree, and how many files and bytes the workspace holds,
tables and shards apart; the last table has each as a ratio to the smallest size. A figure a sample that stays near 1
grows with the set, memory that stays near 1 does not grow. How time and memory are metered: benchmarks/meter.py.
Start-up is part of the time, so a sample of a small set is dear; `slope` is the time a sample between this size and
the one before. `1% more`: its processor time beyond that of nothing to do, as a share of the whole build's.
"""

import argparse
import json
import shutil
import sys
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from pathlib import Path

from rich.console import Console
from rich.table import Table

from benchmarks import synthetic
from benchmarks.engine import HOME, QUIET, compile_modules
from benchmarks.meter import MIB, Cost, measure

COLUMNS: dict[str, str] = {  # field -> head
    "wall_ms": "ms wall", "cpu_ms": "ms CPU", "wall_slope_ms": "slope, wall", "cpu_slope_ms": "slope, CPU",
    "more": "1% more, % of CPU", "again_s": "s nothing to do", "again_driver": "MiB driver then",
    "driver": "MiB driver", "worker": "MiB largest worker", "daemons": "MiB daemons", "tree": "MiB tree",
    "files": "files of tables", "table_kib": "KiB tables/sample", "shard_kib": "KiB shards/sample",
    "others": "busy elsewhere",
}  # fmt: skip
ABSOLUTE = ("again_s", "again_driver", "driver", "worker", "daemons", "tree", "files")


@dataclass(frozen=True)
class Row:
    """One size. Times in ms a sample but for `again_s`, memory in MiB, files counted, bytes in KiB a sample; `others`:
    cores that other processes kept busy."""

    samples: int
    wall_ms: float
    cpu_ms: float
    wall_slope_ms: float | None
    cpu_slope_ms: float | None
    more: float
    again_s: float
    again_driver: float
    driver: float
    worker: float
    daemons: float
    tree: float
    files: int
    table_kib: float
    shard_kib: float
    others: float


def rows(home: Path, sizes: list[int], side: int, regions: int, engine: str, workers: int, keep: bool) -> Iterator[Row]:
    """One row a size, smallest first."""
    before: tuple[int, Cost] | None = None
    compile_modules(home)
    for samples in sorted(sizes):
        root = home / f"growth_{side}_{regions}"
        raw, _ = synthetic.make(root, samples, workers=2, side=side, regions=regions)
        recipe = synthetic.write_recipe(root / "append.yaml", grow="append")
        space = (home / f"growth_workspace_{side}_{regions}_{samples}").absolute()
        shutil.rmtree(space, ignore_errors=True)
        command = [
            sys.executable, "-m", "pipelines.cli", "build", str(recipe), "--raw", str(raw),
            "--workspace", str(space), "--engine", engine, "--workers", str(workers),
        ]  # fmt: skip
        cost, again = measure(command, QUIET), measure(command, QUIET)
        kept = held(space)
        larger = str(synthetic.more(root, home / f"{root.name}_more"))
        grown = [larger if word == str(raw) else word for word in command]
        more = 100 * (measure(grown, QUIET).cpu - again.cpu) / cost.cpu
        yield _row(samples, cost, again, more, kept, before)
        before = (samples, cost)
        if not keep:
            shutil.rmtree(space)


def _row(
    samples: int, cost: Cost, again: Cost, more: float, kept: tuple[int, int, int], before: tuple[int, Cost] | None
) -> Row:
    def slope(figure: str) -> float | None:
        if before is None:
            return None
        return 1000 * float(getattr(cost, figure) - getattr(before[1], figure)) / (samples - before[0])

    files, tables, shards = kept
    return Row(
        samples, 1000 * cost.wall / samples, 1000 * cost.cpu / samples, slope("wall"), slope("cpu"), more, again.wall,
        again.driver, cost.driver, cost.worker, cost.daemons, cost.tree, files, tables / 1024 / samples,
        shards / 1024 / samples, cost.others,
    )  # fmt: skip


def held(space: Path) -> tuple[int, int, int]:
    """How many files a workspace holds outside its shards, their bytes, and the bytes of the shards."""
    files = tables = shards = 0
    for path in space.rglob("*"):
        if path.is_file():
            size = path.stat().st_size
            if path.is_relative_to(space / "shards"):
                shards += size
            else:
                files, tables = files + 1, tables + size
    return files, tables, shards


def table(found: list[Row], ratios: bool) -> Table:
    """The figures, or each as a ratio to the smallest size."""
    out = Table("samples", title="to the smallest size" if ratios else "as the set grows")
    for head in COLUMNS.values():
        out.add_column(head, justify="right")
    for row in found:
        out.add_row(f"{row.samples:,}", *(_shown(found, row, name, ratios) for name in COLUMNS))
    return out


def _shown(found: list[Row], row: Row, name: str, ratios: bool) -> str:
    value = getattr(row, name)
    if value is None:
        return "-"
    if not ratios:
        return f"{value:,.0f}" if name in ABSOLUTE and name != "again_s" else f"{value:,.1f}"
    first = next((getattr(one, name) for one in found if getattr(one, name) is not None), None)
    return f"{value / first:.2f}" if first else "-"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--sizes", default="1000,10000", help="numbers of samples, separated by commas")
    parser.add_argument("--side", type=int, default=synthetic.SIDE, help="of a picture, in pixels")
    parser.add_argument("--regions", type=int, default=synthetic.REGIONS, help="in a picture, at most twelve")
    parser.add_argument("--engine", default="ray")
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--home", type=Path, default=HOME, help="where the pictures and the workspaces lie")
    parser.add_argument("--keep", action="store_true", help="leave the workspaces")
    parser.add_argument("--json", action="store_true")
    given = parser.parse_args()
    found: list[Row] = []
    sizes = [int(n) for n in given.sizes.split(",")]
    for row in rows(given.home, sizes, given.side, given.regions, given.engine, given.workers, given.keep):
        found.append(row)
        print(json.dumps(asdict(row)), file=sys.stderr, flush=True)
    if given.json:
        print(json.dumps([asdict(row) for row in found], indent=1))
        return
    console = Console(width=220 if not sys.stdout.isatty() else None)
    console.print(table(found, ratios=False), table(found, ratios=True))
    print(f"MiB are {MIB} bytes; the memory of the tree counts shared pages in each process.")


if __name__ == "__main__":
    main()
