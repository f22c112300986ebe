"""The corpus at a glance: small multiples of its counts, drawn the same to the byte each time."""

import io
from collections.abc import Callable
from itertools import pairwise
from typing import Any

import matplotlib
from matplotlib.artist import Artist
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.offsetbox import AnchoredOffsetbox, HPacker, TextArea

from transforms.shards.splits import SPLITS
from transforms.shards.stats import Stats, Table

# Okabe and Ito's palette: told apart with any common colour vision, and in gray.
COLOURS = {"train": "#0072B2", "validation": "#E69F00", "test": "#009E73"}
INK, FAINT = "#222222", "#777777"
STYLE: dict[Any, Any] = {
    "font.family": "DejaVu Sans", "font.size": 8.5, "svg.hashsalt": "triptych", "svg.fonttype": "path",
    "axes.spines.top": False, "axes.spines.right": False, "axes.spines.bottom": False, "axes.spines.left": False,
    "text.color": INK, "axes.titlesize": 10, "axes.titleweight": "bold", "axes.titlelocation": "left",
    "axes.edgecolor": "#cccccc", "xtick.color": FAINT, "ytick.color": INK,
}  # fmt: skip
BARS = {
    "modality": "Samples by modality",
    "dataset": "Samples by data set",
    "task": "Questions by task",
    "concept": "Regions by concept",
}
MOST = 12


def draw(stats: Stats, title: str) -> dict[str, bytes]:
    """stats/overview.svg and overview.png: file name -> content."""
    with matplotlib.rc_context(STYLE):
        figure = _figure(stats, title)
        return {
            "overview.svg": _save(figure, format="svg", metadata={"Date": None, "Creator": None}),
            "overview.png": _save(figure, format="png", dpi=130, metadata={"Software": None}),
        }


def _save(figure: Figure, **options: Any) -> bytes:
    stream = io.BytesIO()
    figure.savefig(stream, facecolor="white", **options)
    return stream.getvalue()


def _figure(stats: Stats, title: str) -> Figure:
    figure = Figure(figsize=(12, 7.4))
    grid = figure.add_gridspec(2, 3, left=0.135, right=0.965, top=0.83, bottom=0.075, wspace=0.62, hspace=0.3)
    places = [grid[0, 0], grid[0, 1], grid[0, 2], grid[1, 0]]
    for (axis, name), place in zip(BARS.items(), places, strict=True):
        _bars(figure.add_subplot(place), stats.tables.get(axis, {}), name)
    histograms = stats.histograms
    _histogram(figure.add_subplot(grid[1, 1]), histograms.get("words", {}), "Words a description", "words", _words)
    _histogram(
        figure.add_subplot(grid[1, 2]), histograms.get("box", {}), "Size of regions", "side, % of image", _percent
    )
    figure.text(0.012, 0.955, title, fontsize=15, fontweight="bold")
    totals = stats.totals
    line = "   ".join(f"{totals.get(name, 0):,} {name}" for name in ("samples", "regions", "questions", "claims"))
    figure.text(0.012, 0.915, line, fontsize=10, color=FAINT)
    _legend(figure, stats.splits())
    return figure


def _legend(figure: Figure, splits: dict[str, int]) -> None:
    """The splits named in their colours, right above the panels: no box to look up."""
    style = {"fontsize": 10, "fontweight": "bold"}
    names = [name for name in SPLITS if name in splits]
    words: list[Artist] = [
        TextArea(f"{name} {splits[name]:,}", textprops={**style, "color": COLOURS[name]}) for name in names
    ]
    row = HPacker(children=words, align="baseline", pad=0, sep=14)
    corner: dict[str, Any] = {"bbox_to_anchor": (0.965, 0.931), "bbox_transform": figure.transFigure}
    figure.add_artist(AnchoredOffsetbox("upper right", child=row, frameon=False, pad=0, borderpad=0, **corner))


def _bars(axes: Axes, table: Table, title: str) -> None:
    """Horizontal bars, the largest on top, each split a stretch of the bar, the sum written at its end."""
    sums = {label: sum(row.values()) for label, row in table.items()}
    labels = sorted(sums, key=lambda label: (-sums[label], label))
    shown, rest = labels[:MOST], len(labels) - MOST
    for split in SPLITS:
        values = [table[label].get(split, 0) for label in shown]
        before = [_before(table[label], split) for label in shown]
        axes.barh(range(len(shown)), values, left=before, height=0.72, color=COLOURS[split])
    top = max(sums.values(), default=1)
    for place, label in enumerate(shown):
        axes.text(sums[label] + 0.02 * top, place, f"{sums[label]:,}", va="center", color=FAINT)
    axes.set_yticks(range(len(shown)), [_short(label) for label in shown])
    axes.set_ylim(max(len(shown), 6) - 0.4, -0.6)
    axes.set_xlim(0, top * 1.16)
    axes.set_xticks([])
    axes.tick_params(length=0)
    axes.set_title(title if rest <= 0 else f"{title} (and {rest} more)", pad=8)


def _histogram(axes: Axes, table: Table, title: str, unit: str, edges: Callable[[int], list[int]]) -> None:
    bins = edges(max((int(value) for value in table), default=1))
    for split in SPLITS:
        heights, below = [], []
        for low, high in pairwise(bins):
            rows = [row for value, row in table.items() if low <= int(value) < high]
            heights.append(sum(row.get(split, 0) for row in rows))
            below.append(sum(_before(row, split) for row in rows))
        axes.bar(bins[:-1], heights, bottom=below, width=0.92 * (bins[1] - bins[0]), align="edge", color=COLOURS[split])
    axes.set_xlim(bins[0], bins[-1])
    axes.set_xlabel(unit, color=FAINT, loc="right")
    axes.locator_params(axis="y", nbins=4, integer=True)
    axes.grid(axis="y", color="#eeeeee", linewidth=0.8)
    axes.set_axisbelow(True)
    axes.tick_params(length=0, labelcolor=FAINT)
    axes.spines["bottom"].set_visible(True)
    axes.set_title(title, pad=8)


def _before(row: dict[str, int], split: str) -> int:
    names: tuple[str, ...] = SPLITS
    return sum(row.get(name, 0) for name in names[: names.index(split)])


def _words(largest: int) -> list[int]:
    step = max(1, -(-(largest + 1) // 20))
    return [step * n for n in range(-(-(largest + 1) // step) + 1)]


def _percent(_: int) -> list[int]:
    return list(range(0, 106, 5))


def _short(label: str, most: int = 26) -> str:
    return label if len(label) <= most else label[: most - 3].rstrip() + "..."
