"""What `dvc add` and `dvc push` cost a corpus as tars, and as the loose files of the same samples, in one run.

`python -m benchmarks.pushing [--samples 10000] [--kib 8] [--json]`. Made-up groups of a picture, a mask and a JSON, 128
in a tar. The remote is a folder of this machine: the round trips of a network, one for each loose file, are not in it.
Wall and CPU seconds of the two commands together.
"""

import argparse
import json
import os
import random
import resource
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

from transforms.shards.tar import write_shard

A_SHARD = 128


def groups(samples: int, kib: int) -> Iterator[tuple[str, dict[str, bytes]]]:
    """Groups of the key's own bytes: nothing of them is there twice."""
    for number in range(samples):
        rng = random.Random(number)
        members = {"json": rng.randbytes(2048), "mask.png": rng.randbytes(512), "png": rng.randbytes(kib * 1024)}
        yield f"made-{number:07d}", members


def fill(folder: Path, samples: int, kib: int, loose: bool) -> int:
    """The data folder; how many files it has."""
    made = list(groups(samples, kib))
    folder.mkdir()
    if loose:
        for key, members in made:
            for name, data in members.items():
                (folder / f"{key}.{name}").write_bytes(data)
    else:
        for at in range(0, samples, A_SHARD):
            write_shard(folder / f"train-{at // A_SHARD:06d}.tar", made[at : at + A_SHARD])
    return sum(1 for _ in folder.iterdir())


def pushed(home: Path) -> tuple[float, float]:
    """Wall and CPU seconds of `dvc add` and `dvc push` of the folder `data` in `home`."""
    env = {
        **os.environ,
        "DVC_NO_ANALYTICS": "1",
        "PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}",
    }

    def run(*command: str) -> None:
        subprocess.run(command, cwd=home, env=env, check=True, capture_output=True)

    run("git", "init", "--quiet")
    run("dvc", "init", "--quiet")
    run("dvc", "remote", "add", "--default", "store", str(home / "store"))
    before, begun = resource.getrusage(resource.RUSAGE_CHILDREN), time.perf_counter()
    run("dvc", "add", "--quiet", "data")
    run("dvc", "push", "--quiet")
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    cpu = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    return time.perf_counter() - begun, cpu


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--samples", type=int, default=10_000)
    parser.add_argument("--kib", type=int, default=8, help="of a picture")
    parser.add_argument("--json", action="store_true")
    given = parser.parse_args()
    for way in ("tars", "loose files"):
        with TemporaryDirectory() as name:
            files = fill(Path(name) / "data", given.samples, given.kib, loose=way != "tars")
            wall, cpu = pushed(Path(name))
            row = {
                "way": way,
                "samples": given.samples,
                "files": files,
                "wall_s": round(wall, 1),
                "cpu_s": round(cpu, 1),
            }
            told = json.dumps(row) if given.json else "| " + " | ".join(f"{value}" for value in row.values()) + " |"
            print(told, flush=True)  # taking so many files away again is no part of it, and takes long


if __name__ == "__main__":
    main()
