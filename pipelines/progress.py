"""Progress that a person can follow: a live view on a terminal, a line now and then in a job's log."""

import time
from collections import Counter
from types import TracebackType

from rich.console import Console
from rich.progress import (
    BarColumn,
    MofNCompleteColumn,
    Progress,
    TaskID,
    TextColumn,
    TimeElapsedColumn,
    TimeRemainingColumn,
)

from pipelines.report import peak_memory_mib

EVERY = 15.0  # seconds between lines where there is no terminal


class View:
    """Shows stages one after the other: parts or shards done, units by stage, rate, what was set aside, memory."""

    def __init__(self, console: Console) -> None:
        self.console = console
        self.live = console.is_terminal
        self._about = ""
        self._bars = Progress(
            TextColumn("{task.description:8}"), BarColumn(), MofNCompleteColumn(), TextColumn("{task.fields[said]}"),
            TimeElapsedColumn(), TextColumn("left"), TimeRemainingColumn(), console=console, transient=True,
            disable=not self.live,
        )  # fmt: skip
        self._bar: TaskID | None = None
        self._stage, self._unit = "", ""
        self._units: Counter[str] = Counter()
        self._start = self._said = time.monotonic()

    def __enter__(self) -> "View":
        self._bars.start()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self._bars.stop()

    def begin(self, stage: str, unit: str, about: str) -> None:
        """A stage begins. `unit`: what is counted as done; `about`: of what."""
        self._stage, self._unit, self._units = stage, unit, Counter()
        self._start = self._said = time.monotonic()
        self._bar, self._about = self._bars.add_task(stage, total=None, said=about), about

    def update(self, done: int, total: int, units: Counter[str]) -> None:
        """`units`: what was done since the last call, by "STAGE FATE"."""
        self._units.update(units)
        if self._bar is not None and self.live:
            self._bars.update(self._bar, completed=done, total=total, said=self.said())
        if not self.live and self._about:  # not before: what is refused at once is one line
            self._line(f"{self._stage}: begins, {self._about}")
            self._about = ""
        if not self.live and time.monotonic() - self._said >= EVERY:
            self._said = time.monotonic()
            seconds = self._said - self._start
            left = f", about {seconds / done * (total - done):,.0f} s left" if done else ""
            self._line(f"{self._stage}: {done:,} of {total:,} {self._unit}, {self.said()}, {seconds:,.0f} s{left}")

    def said(self) -> str:
        """Units so far, their rate, what was set aside, memory."""
        seconds = max(time.monotonic() - self._start, 1e-3)
        aside = sum(n for name, n in self._units.items() if name.endswith(" quarantined"))
        counts = Counter({n.split(" ")[0]: 0 for n in self._units if " " in n})
        for name, number in self._units.items():
            if " " in name:
                counts[name.split(" ")[0]] += number
        parts = [f"{number:,} {name}" for name, number in counts.items()][-2:]
        if records := self._units.get("records"):
            parts = [f"{records:,} records, {records / seconds:,.1f}/s", *parts[-1:]]
        elif counts:
            parts = [f"{sum(counts.values()):,} samples, {sum(counts.values()) / seconds:,.1f}/s"]
        if aside:
            parts.append(f"{aside:,} quarantined")
        return ", ".join([*parts, f"{peak_memory_mib():,} MiB"])

    def end(self, seconds: float, summary: str) -> None:
        if self._bar is not None:
            self._bars.update(self._bar, completed=1, total=1)
        if not self.live:
            self._line(f"{self._stage}: done in {seconds:,.1f} s, {summary}")

    def _line(self, text: str) -> None:
        self.console.print(f"{time.strftime('%H:%M:%S')} {text}", highlight=False, markup=False, soft_wrap=True)
