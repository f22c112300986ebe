"""A build as a subprocess whose work is counted and whose processes are killed; and what must hold after each kill."""

import json
import os
import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

import catalog
from benchmarks import synthetic
from transforms.shards.verify import verify

ROOT = Path(__file__).parents[2]
SAMPLES = int(os.environ.get("CRASH_SAMPLES", "150"))
MANY = 1000
LIMIT = 900.0  # seconds that anything may take on a busy machine
CURATE = ("regions", "facts", "texts", "dialogues", "samples")


@dataclass
class Made:
    """A made-up set: its folder, the recipe, how many pictures there are."""

    raw: Path
    recipe: Path
    samples: int = SAMPLES

    @property
    def work(self) -> int:
        """Units of work of an undisturbed build: each picture is read, taken through five stages and published."""
        return self.samples * (2 + len(CURATE))


def make(root: Path, samples: int = SAMPLES) -> Made:
    """A few pictures are small and with few regions, to save time; many are as the benchmark has them."""
    few = {"side": 256, "regions": 3} if samples < MANY else {}
    raw, _ = synthetic.make(root, samples, **few)
    return Made(raw, synthetic.write_recipe(root / "recipe.yaml", max_samples=max(8, samples // 8)), samples)


def grown(made: Made, root: Path, share: float = 0.1) -> tuple[Made, Made]:
    """A set and the same with a share more pictures, over a recipe whose corpus is appended to."""
    recipe = synthetic.write_recipe(root / "recipe.yaml", max_samples=max(8, made.samples // 8), grow="append")
    raw = synthetic.more(made.raw.parent, root / "more", share)
    return Made(made.raw, recipe, made.samples), Made(raw, recipe, made.samples + round(share * made.samples))


@dataclass
class Build:
    """A running `triptych build`. `counted`: the file in which each unit of work leaves a line."""

    made: Made
    space: Path
    counted: Path
    engine: str = "inline"
    process: subprocess.Popen[bytes] = field(init=False)

    def __post_init__(self) -> None:
        command = [sys.executable, "-m", "pipelines.cli", "build", str(self.made.recipe), "--raw", str(self.made.raw),
                   "--workspace", str(self.space), "--engine", self.engine]  # fmt: skip
        env = {name: value for name, value in os.environ.items() if not name.startswith("RAY_")}
        env |= {"COUNTED": str(self.counted), "PYTHONPATH": str(Path(__file__).parent / "counting")}
        self._said = self.counted.with_suffix(".said").open("wb")
        self.process = subprocess.Popen(command, cwd=ROOT, env=env, stdout=subprocess.DEVNULL, stderr=self._said,
                                        start_new_session=True)  # fmt: skip

    def wait(self) -> int:
        code = self.process.wait(LIMIT)
        self._said.close()
        return code

    @property
    def said(self) -> list[str]:
        """The lines on stderr, less those of progress."""
        lines = self.counted.with_suffix(".said").read_text().splitlines()
        return [line for line in lines if line.strip() and line[2:3] + line[5:6] != "::"]

    def until(self, lines: int, kinds: tuple[str, ...] = ()) -> bool:
        """Wait until so many units, of some kinds, were begun. False where the build ended before."""
        end = time.monotonic() + LIMIT
        while time.monotonic() < end:
            if sum(not kinds or one[0] in kinds for one in units(self.counted)) >= lines:
                return self.process.poll() is None
            if self.process.poll() is not None:
                return False
            time.sleep(0.003)
        raise TimeoutError(f"{lines} units were not reached in {LIMIT} s")

    def kill(self) -> None:
        self.process.send_signal(signal.SIGKILL)
        self.wait()

    def processes(self, name: str) -> list[int]:
        """Processes that the build started, itself or through others, whose command begins with a name."""
        parents: dict[int, int] = {}
        named = []
        for folder in Path("/proc").glob("[0-9]*"):
            with suppress(OSError, IndexError):
                pid = int(folder.name)
                parents[pid] = int((folder / "stat").read_text().rpartition(")")[2].split()[1])
                first = (folder / "cmdline").read_bytes().split(b"\0")[0].decode()
                named += [pid] if Path(first.split(" ")[0]).name.startswith(name) else []
        return [pid for pid in named if self.process.pid in _above(pid, parents)]


def _above(pid: int, parents: dict[int, int]) -> Iterator[int]:
    while pid in parents:
        pid = parents[pid]
        yield pid


def units(counted: Path) -> list[tuple[str, str, int]]:
    """(kind, unit, process) of every unit of work that was begun."""
    if not counted.exists():
        return []
    whole = counted.read_text().rpartition("\n")[0].splitlines()
    return [(kind, unit, int(pid)) for kind, unit, pid in map(str.split, whole)]


def repeated(counted: Path) -> Counter[str]:
    """Kind -> units that were begun again."""
    times = Counter((kind, unit) for kind, unit, _ in units(counted))
    return Counter({kind: 0 for kind, _ in times}) + Counter(
        {kind: sum(n - 1 for (k, _), n in times.items() if k == kind) for kind in {k for k, _ in times}}
    )


def intact(space: Path) -> None:
    """Whatever can be seen in a workspace is whole."""
    for path in _seen(space, ".parquet"):
        pq.read_table(path)
    for path in _seen(space, ".json"):
        json.loads(path.read_bytes())
    for path in _seen(space, ".arrow"):
        with pa.OSFile(str(path)) as file:
            reader = pa.ipc.open_file(file)
            assert [reader.get_batch(n).validate(full=True) for n in range(reader.num_record_batches)]
    if (space / "shards").exists():
        report = verify(space / "shards", catalog.labelspace())
        assert report.ok, report.problems


def clean(space: Path) -> None:
    """Nothing is left of what was on its way."""
    left = [str(path.relative_to(space)) for path in space.rglob("*")]
    bad = [name for name in left if name.split("/")[0] == "journal" or "/next" in name or "listed" in name]
    bad += [name for name in left if any(word in name for word in (".part-", ".partial-", ".left")) and name not in bad]
    assert not bad


def _seen(space: Path, suffix: str) -> Iterator[Path]:
    for path in space.rglob(f"*{suffix}"):
        if not path.name.startswith("."):
            yield path
