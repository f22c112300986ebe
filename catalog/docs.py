"""`python -m catalog.docs [--check]`: docs/datasets.md, the table of all data sets, made from the cards."""

import argparse
import sys
from collections import Counter
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import catalog
from catalog import commands
from catalog.support import LEVELS

PAGE = catalog.ROOT.parent / "docs" / "datasets.md"
HEAD = """\
# Data sets

Made by `make docs` from the cards in `catalog/datasets/`: do not edit. `triptych catalog show ID` tells more of a set,
`triptych get ID` how to obtain it.

"""
COLUMNS = ("data set", "modality", "anatomy", "tasks", "licence", "access", "redistribute", "commercial", "support")


def page() -> str:
    """The text of docs/datasets.md."""
    rows = commands.ls()
    space = catalog.labelspace()
    counts = Counter(row["support"] for row in rows)
    levels = [f"| {name} | {counts[name]} | {what} |" for name, what in LEVELS.items()]
    head = [HEAD + "| support | sets | meaning |", "|---|---|---|", *levels, ""]
    by_modality = Counter(space.concept(slug).label for row in rows for slug in row["modalities"])
    many = ", ".join(f"{label} {n}" for label, n in sorted(by_modality.items(), key=lambda pair: (-pair[1], pair[0])))
    head += [f"{len(rows)} sets (one may have several modalities): {many}.", ""]
    table = [_line(COLUMNS), _line(["---"] * len(COLUMNS)), *(_line(_cells(row)) for row in rows)]
    return "\n".join([*head, *table, ""])


def _cells(row: dict[str, Any]) -> list[str]:
    space, home = catalog.labelspace(), catalog.card(row["id"]).homepage
    names = [", ".join(space.concept(slug).label for slug in row[key]) for key in ("modalities", "anatomy")]
    return [
        f"[{row['id']}]({home})", *names, ", ".join(row["tasks"]), row["licence"], row["access"],
        row["redistribution"], row["commercial"], row["support"],
    ]  # fmt: skip


def _line(cells: Iterable[str]) -> str:
    return f"| {' | '.join(cell.replace('|', '/') for cell in cells)} |"


def current(path: Path = PAGE) -> bool:
    """Whether the page is what the cards say."""
    return path.is_file() and path.read_text(encoding="utf-8") == page()


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--check", action="store_true", help="write nothing; exit code 1 when the page is out of date")
    if parser.parse_args().check:
        return 0 if current() else 1
    PAGE.write_text(page(), encoding="utf-8")
    sys.stdout.write(f"wrote {PAGE.relative_to(catalog.ROOT.parent)}\n")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
