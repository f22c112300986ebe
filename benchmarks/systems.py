"""docs/systems.md: every recipe that covers a published system, built and verified.

`python -m benchmarks.systems [--raw data/raw] [--folder build/systems] [--only NAME ...] [--check]` builds the recipes
of recipes/ one by one (inline) and writes the page. What registry packages carry is read from --raw; every other data
set is stood in for by its replica of tests/replicas/. `--check` builds nothing: exit code 1 where the page and the
recipes tell different things.
"""

import argparse
import re
import shutil
import sys
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import NamedTuple

from rich.console import Console

import catalog
from pipelines import build as runs
from pipelines.context import Context
from pipelines.covering import came, missing, recipes
from schemas import Recipe
from tests.replicas.builder.tree import build, declarations, load
from transforms.shards.verify import verify

PAGE = catalog.ROOT.parent / "docs" / "systems.md"
COMMAND = "python -m benchmarks.systems"
HEAD = f"""\
# Published systems, and the recipes that make their kind of samples

Made by `{COMMAND}` from `recipes/`: do not edit. Each recipe is small and stands for a row of systems whose output
Triptych is to be able to build; `triptych recipes NAME` tells more of it, `triptych build recipes/NAME.yaml` builds it.
Data sets in *italics* are real here, as a registry package carries them; the others were built from their replicas,
synthetic stand-ins of the published folder: the same recipe reads the real files where you have them. Samples are those
of the small recipe, and tell nothing of a system's size. `verify` reads the shards again: schema, sums, geometry,
masks, every claim.

"""
COLUMNS = ("system", "recipe", "data sets", "families", "forms", "samples", "verify")
_ROW = re.compile(r"^\| .+? \| \[(\w+)\]\(\S+\) \|.*\| (\d+) \| ([^|]+) \|$", re.M)


class Outcome(NamedTuple):
    """What came of a recipe: how many samples, and what verify says of them."""

    samples: int
    verify: str


def raw_of(recipe: Recipe, folder: Path, raw: Path) -> None:
    """Put the data sets of a recipe into `folder`, each once: a link to the real files where a package carries them,
    else the replica. Raises ValueError where there is neither."""
    folder.mkdir(parents=True, exist_ok=True)
    for source in recipe.sources:
        place, real = folder / source.dataset, raw / source.dataset
        if place.exists():
            continue
        if real_here(source.dataset):
            if not real.is_dir():
                raise ValueError(f"{real}: not there; run: triptych get {source.dataset} --raw {raw}")
            place.symlink_to(real.resolve(), target_is_directory=True)
        elif source.dataset in declarations():
            build(load(declarations()[source.dataset]), place)
        else:
            raise ValueError(f"{recipe.name}: {source.dataset} has no replica; choose another data set")


def real_here(dataset: str) -> bool:
    """Whether a registry package carries the published files."""
    return bool(catalog.card(dataset).obtain)


def made(recipe: Recipe, folder: Path, raw: Path) -> tuple[Outcome, list[str]]:
    """Build and verify a recipe below `folder`. Returns also all that is wrong: problems of verify, and families and
    forms that the recipe names and that did not come."""
    raw_of(recipe, folder / "raw", raw)
    space = folder / "space" / recipe.name
    ctx = Context(recipe, str(folder / "raw"), str(space))
    runs.run(ctx, runs.Job(("ingest", "curate", "publish"), "inline"), Console(quiet=True))
    report = verify(space / "shards", catalog.labelspace())
    found = came(space / "shards")
    wrong = [f"{one.key} {one.check}: {one.message}" for one in report.problems]
    wrong += [f"nothing came of {one}" for one in missing(recipe, found)]
    said = "ok" if report.ok else f"{len(report.problems)} problems"
    return Outcome(found.samples, said), wrong


def page(found: Iterable[Recipe], outcomes: Mapping[str, Outcome]) -> str:
    """The text of docs/systems.md; a recipe without an outcome has dashes."""
    covering = [recipe for recipe in found if recipe.covers is not None]
    rows = [_line(COLUMNS), _line(["---"] * len(COLUMNS))]
    rows += [_line(_cells(recipe, outcomes.get(recipe.name))) for recipe in covering]
    lacking = ["", "## What they lack", "", "| recipe | lacking | why |", "| --- | --- | --- |"]
    for recipe in covering:
        assert recipe.covers is not None
        lacking += [_line((recipe.name, what, why)) for what, why in recipe.covers.lacking.items()]
    return HEAD + "\n".join([*rows, *lacking, ""])


def _cells(recipe: Recipe, outcome: Outcome | None) -> list[str]:
    assert recipe.covers is not None
    names = [source.dataset for source in recipe.sources]
    sets = ", ".join(f"*{name}*" if real_here(name) else name for name in names)
    told = ("-", "-") if outcome is None else (str(outcome.samples), outcome.verify)
    families = ", ".join(recipe.covers.families) or "none"
    link = f"[{recipe.name}](../recipes/{recipe.name}.yaml)"
    return [recipe.covers.system, link, sets, families, ", ".join(recipe.covers.forms), *told]


def _line(cells: Iterable[str]) -> str:
    return f"| {' | '.join(cell.replace('|', '/') for cell in cells)} |"


def told(text: str) -> dict[str, Outcome]:
    """Recipe -> its outcome, as a page tells."""
    return {name: Outcome(int(samples), said) for name, samples, said in _ROW.findall(text)}


def current(path: Path = PAGE) -> bool:
    """Whether the page says what the recipes say, and tells an outcome of each."""
    if not path.is_file():
        return False
    text, found = path.read_text(encoding="utf-8"), [recipe for _, recipe in recipes()]
    names = {recipe.name for recipe in found if recipe.covers is not None}
    return names == set(told(text)) and text == page(found, told(text))


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--raw", type=Path, default=Path("data/raw"))
    parser.add_argument("--folder", type=Path, default=Path("build/systems"))
    parser.add_argument("--only", nargs="*", help="build these; the others keep what the page tells of them")
    parser.add_argument("--check", action="store_true", help="build nothing; exit code 1 when the page is out of date")
    given = parser.parse_args()
    if given.check:
        return 0 if current() else 1
    found = [recipe for _, recipe in recipes()]
    outcomes = told(PAGE.read_text(encoding="utf-8")) if PAGE.is_file() else {}
    bad = False
    for recipe in found:
        if recipe.covers is None or (given.only is not None and recipe.name not in given.only):
            continue
        shutil.rmtree(given.folder / "space" / recipe.name, ignore_errors=True)
        outcomes[recipe.name], wrong = made(recipe, given.folder, given.raw)
        bad |= bool(wrong)
        sys.stdout.write(f"{recipe.name}: {outcomes[recipe.name].samples} samples, {outcomes[recipe.name].verify}\n")
        sys.stdout.write("".join(f"  {one}\n" for one in wrong))
        sys.stdout.flush()
    PAGE.write_text(page(found, outcomes), encoding="utf-8")
    sys.stdout.write(f"wrote {PAGE.relative_to(catalog.ROOT.parent)}\n")
    return int(bad)


if __name__ == "__main__":
    raise SystemExit(main())
