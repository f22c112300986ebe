"""Our engines against the plain script, Hugging Face datasets and other tools, on one made-up set, in one run.

`python -m benchmarks.engine [--samples 2000] [--repeats 2] [--pure] [--peers DIR] [--json]`. Every way is a process of
its own, metered with all that it starts (benchmarks/meter.py says how); ways take turns, and medians over the turns are
shown. Start-up and imports are part of every figure, with modules compiled, as an installation has them. The
pictures (benchmarks/synthetic.py) lie under build/ and are made once; they are read once before the first turn, so that
all find them in memory. MiB worker: the largest process below the driver. Busy elsewhere: cores that other processes
kept busy; wall times need it near 0.

What is the same work, and what is not:

- `plain`, `hf`, the peers: benchmarks/peers/work.py - decode, measure, a template's text, PNG, webdataset shards.
- `pure words`: that work by our own functions: also a checksum of every file, concepts, about twenty more facts,
  claims with their evidence, and samples in the published schema. `pure all`: also questions, checks and replay.
- `hf checked`: the functions of `pure all` inside datasets.map; the shards hold what ours hold.
- `inline`, `ray`: a whole `triptych build`: also tables, ledger, resume, splits, data card, statistics and report.
- the lines under a build are a second one in its workspace after one change; their ms are over all samples. New bytes:
  of the shards, what lies in tars that were not there before.
- `inline, append`: the same build with `shards: {grow: append}`.

`--pure`: without Ray, Hugging Face and the peers. `--peers`: a folder with an environment for each tool
(DIR/daft/bin/python); benchmarks/peers/requirements-*.txt say what to install into each.
"""

import argparse
import json
import shutil
import statistics
import sys
import tarfile
from collections.abc import Callable
from dataclasses import asdict, dataclass, fields
from functools import partial
from pathlib import Path

from rich.console import Console
from rich.table import Table

from benchmarks import synthetic
from benchmarks.meter import Cost, measure
from transforms.shards.manifest import NAME as MANIFEST
from transforms.shards.manifest import load

HOME = Path("build/benchmarks")
PEERS = Path(__file__).parent / "peers"
TOOLS = ("data_juicer", "nemo_curator", "datatrove", "daft")
COMPILED = {"PYTHONDONTWRITEBYTECODE": "", "PYTHONPYCACHEPREFIX": str((HOME / "compiled").absolute())}
QUIET = {"HF_HUB_OFFLINE": "1", "RAY_USAGE_STATS_ENABLED": "0", "DO_NOT_TRACK": "1", **COMPILED}
MORE = "inline, append: 1 % more pictures"
BASE = "plain, scikit-image"
LAST = synthetic.TASKS[-1]
Command = list[str]


@dataclass(frozen=True)
class Bench:
    """The folder of one size: its pictures, the same and one in a hundred more, and the recipes over them."""

    root: Path
    samples: int

    @property
    def raw(self) -> Path:
        return self.root / "raw"

    @property
    def recipe(self) -> Path:
        return self.root / "recipe.yaml"

    @property
    def grown(self) -> int:
        return self.samples + max(1, round(0.01 * self.samples))


@dataclass(frozen=True)
class Way:
    """A way to do the work: its command for an output folder, where its shards lie there, and what is done again in
    the same folder afterwards: name -> (command, samples)."""

    command: Callable[[Path], Command]
    shards: str = "."
    then: tuple[tuple[str, Callable[[Path], Command], int], ...] = ()


@dataclass(frozen=True)
class Target:
    """A ratio of two ways' figures, and where it should lie. `beyond`: a way whose figure is taken off first."""

    name: str
    figure: str
    of: str
    to: str
    limit: float
    above: bool = False
    beyond: str = ""


TARGETS = (
    Target("inline / pure all, wall", "wall", "inline", "pure all", 1.15),
    Target("ray 1 / ray 2, wall", "wall", "ray 1", "ray 2", 1.8, above=True),
    Target("pure words / plain, CPU", "cpu", "pure words", BASE, 1.2),
    Target("inline / plain, CPU", "cpu", "inline", BASE, 2.5),
    Target(
        "1 % more / inline, append, CPU", "cpu", MORE, "inline, append", 0.02, beyond="inline, append: nothing to do"
    ),
    Target("hf checked / ray 2, wall", "wall", "hf checked, 2 processes", "ray 2", 2.0, above=True),
)


def prepare(home: Path, samples: int) -> Bench:
    """The pictures, made where they are not there yet and read once."""
    bench = Bench(home / f"engine_{samples}", samples)
    synthetic.make(bench.root, samples, workers=2)
    synthetic.more(bench.root, bench.root / "grown")
    synthetic.write_recipe(bench.root / "less.yaml", without=LAST)
    synthetic.write_recipe(bench.root / "shards.yaml", without=LAST, max_samples=100)
    synthetic.write_recipe(bench.root / "append.yaml", grow="append")
    for path in bench.raw.rglob("*.*"):
        path.read_bytes()
    compile_modules(home)
    return bench


def compile_modules(home: Path) -> None:
    """A small build and the pure functions, once before anything is metered: no figure holds the compiling of
    modules."""
    few = Bench(home / "engine_few", 8)
    synthetic.make(few.root, few.samples)
    for name, command in {"out": partial(build, few, "inline", 1), "pure": partial(_pure, few)}.items():
        shutil.rmtree(few.root / name, ignore_errors=True)
        measure(command(few.root / name), QUIET)


def build(bench: Bench, engine: str, workers: int, out: Path, recipe: str = "recipe", grown: bool = False) -> Command:
    """A `triptych build` into the workspace `out`."""
    root = bench.root / "grown" if grown else bench.root
    return [
        sys.executable, "-m", "pipelines.cli", "build", str(bench.root / f"{recipe}.yaml"), "--raw", str(root / "raw"),
        "--workspace", str(out), "--engine", engine, "--workers", str(workers),
    ]  # fmt: skip


def _script(bench: Bench, name: str, out: Path, *more: str, python: str = sys.executable) -> Command:
    return [python, str(PEERS / f"{name}.py"), str(bench.raw), str(out), *more]


def _pure(bench: Bench, out: Path, *more: str) -> Command:
    call = [sys.executable, "-m", "benchmarks.pure", str(bench.raw), str(out)]
    return [*call, "--recipe", str(bench.recipe), *more]


def _again(
    bench: Bench, engine: str, workers: int, recipe: str = "recipe"
) -> tuple[tuple[str, Callable[[Path], Command], int], ...]:
    one = partial(build, bench, engine, workers)
    return (
        ("nothing to do", partial(one, recipe=recipe), bench.samples),
        ("1 % more pictures", partial(one, recipe=recipe, grown=True), bench.grown),
        ("one task less", partial(one, recipe="less", grown=True), bench.grown),
        ("another shard size", partial(one, recipe="shards", grown=True), bench.grown),
    )


def ways(bench: Bench, peers: Path | None, pure: bool) -> dict[str, Way]:
    """All ways by name, in the order of the table."""
    script = partial(_script, bench)
    found = {
        BASE: Way(partial(script, "plain")),
        "plain, cc3d": Way(lambda out: script("plain", out, "--measure", "cc3d")),
        "pure words": Way(lambda out: _pure(bench, out, "--words")),
        "pure all": Way(lambda out: _pure(bench, out)),
        "inline": Way(partial(build, bench, "inline", 1), "shards", _again(bench, "inline", 1)),
        "inline, append": Way(
            partial(build, bench, "inline", 1, recipe="append"), "shards", _again(bench, "inline", 1, "append")[:2]
        ),
    }
    if pure:
        return found
    found |= {
        "hf, 2 processes": Way(partial(script, "with_hf")),
        "hf checked, 2 processes": Way(lambda out: script("with_hf", out, "--checked", str(bench.recipe))),
        "ray 1": Way(partial(build, bench, "ray", 1), "shards"),
        "ray 2": Way(partial(build, bench, "ray", 2), "shards", _again(bench, "ray", 2)),
    }
    for tool in TOOLS if peers else ():
        python = str((peers or Path()) / tool / "bin/python")
        if Path(python).exists():
            found[f"{tool}, 2 processes"] = Way(partial(script, f"with_{tool}", python=python))
        else:
            print(f"{tool}: not measured: no {python}", file=sys.stderr)
    return found


def run(bench: Bench, found: dict[str, Way], repeats: int) -> tuple[dict[str, list[Cost]], dict[str, float]]:
    """Every way once a turn: what each took, and which share of the bytes of its shards is in new ones. Raises
    RuntimeError when one fails or leaves another number of samples."""
    costs: dict[str, list[Cost]] = {}
    new: dict[str, float] = {}
    for turn in range(repeats):
        for name, way in found.items():
            out = (bench.root / "out" / name.replace(" ", "_").replace(",", "")).absolute()
            shutil.rmtree(out, ignore_errors=True)
            steps = [(name, way.command, bench.samples)]
            steps += [(f"{name}: {more}", command, samples) for more, command, samples in way.then]
            for label, command, samples in steps:
                before = _sums(out / way.shards)
                cost = measure(command(out), QUIET)
                after = _sums(out / way.shards)
                if before and after:
                    fresh = sum(size for digest, size in after.items() if digest not in before)
                    new[label] = fresh / sum(after.values())
                costs.setdefault(label, []).append(cost)
                _complete(label, out / way.shards, samples)
                print(f"turn {turn + 1}: {label}: {cost.wall:.1f} s, CPU {cost.cpu:.1f} s", file=sys.stderr)
            shutil.rmtree(out)
    return costs, new


def _sums(folder: Path) -> dict[str, int]:
    """SHA-256 -> bytes of the shards of a corpus of ours; none of what other ways leave."""
    path = folder / MANIFEST
    return {one.sha256: one.bytes for one in load(folder).shards} if path.exists() else {}


def _complete(name: str, folder: Path, samples: int) -> None:
    count = 0
    for shard in folder.glob("*.tar"):
        with tarfile.open(shard) as tar:
            count += sum(member.name.endswith(".json") for member in tar)
    if count != samples:
        raise RuntimeError(f"{name}: {count} samples in {folder}, not {samples}")


def median(costs: list[Cost]) -> Cost:
    """The median of each figure."""
    return Cost(**{f.name: statistics.median(getattr(cost, f.name) for cost in costs) for f in fields(Cost)})


def table(bench: Bench, found: dict[str, Cost], new: dict[str, float]) -> Table:
    """A row a way."""
    title = f"{bench.samples:,} pictures of {synthetic.SIDE} pixels a side, ten regions each"
    head = ("ms wall", "ms CPU", "CPU x plain", "s wall", "MiB driver", "MiB worker", "MiB tree", "busy elsewhere",
            "new bytes")  # fmt: skip
    out = Table("way, per sample", title=title)
    for name in head:
        out.add_column(name, justify="right")
    base = found.get(BASE)
    for name, cost in found.items():
        out.add_row(
            name, f"{1000 * cost.wall / bench.samples:.1f}", f"{1000 * cost.cpu / bench.samples:.1f}",
            f"{cost.cpu / base.cpu:.2f}" if base else "", f"{cost.wall:.1f}", f"{cost.driver:.0f}",
            f"{cost.worker:.0f}" if cost.worker else "-", f"{cost.tree:.0f}", f"{cost.others:.1f}",
            f"{new[name]:.1%}" if name in new else "",
        )  # fmt: skip
    return out


def verdicts(found: dict[str, Cost]) -> Table:
    """A row a target whose two ways were measured."""
    out = Table("target", "wanted", "found", "")
    for target in TARGETS:
        if target.of in found and target.to in found:
            figure = {
                name: getattr(found[name], target.figure) for name in (target.of, target.to, target.beyond) if name
            }
            ratio = (figure[target.of] - figure.get(target.beyond, 0.0)) / figure[target.to]
            met = ratio >= target.limit if target.above else ratio <= target.limit
            wanted = f"{'at least' if target.above else 'at most'} {target.limit}"
            out.add_row(target.name, wanted, f"{ratio:.3f}", "met" if met else "missed")
    return out


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--samples", type=int, default=2000)
    parser.add_argument("--repeats", type=int, default=2)
    parser.add_argument("--pure", action="store_true", help="the plain script, the pure functions and inline only")
    parser.add_argument("--peers", type=Path, help="a folder of environments, one a tool")
    parser.add_argument("--only", help="names of ways, separated by semicolons")
    parser.add_argument("--home", type=Path, default=HOME, help="where the pictures and what is built lie")
    parser.add_argument("--json", action="store_true", help="print every turn as JSON")
    given = parser.parse_args()
    bench = prepare(given.home, given.samples)
    found = ways(bench, given.peers, given.pure)
    if given.only:
        found = {name.strip(): found[name.strip()] for name in given.only.split(";")}
    costs, new = run(bench, found, given.repeats)
    if given.json:
        print(json.dumps({name: [asdict(cost) for cost in turns] for name, turns in costs.items()}, indent=1))
        return
    medians = {name: median(turns) for name, turns in costs.items()}
    Console(width=150).print(table(bench, medians, new), verdicts(medians))


if __name__ == "__main__":
    main()
