"""Writing shards, against WebDataset's own writer and against plain writes of the same bytes, in one run.

`python -m benchmarks.shards [--groups 512] [--kib 160] [--runs 9] [--json]` makes groups of a picture, its mask and its
json, already encoded (random bytes: nothing here looks into them), and writes them in turn by every way. `triptych`
refuses bad keys and takes the SHA-256 of the file as well, in a thread; `triptych, copied` takes whole groups out of
another shard; `webdataset` is its ShardWriter, `webdataset + SHA-256` reads the file back for the sum; `plain` is one
unbuffered write a member, without a format. Each file is removed before the clock starts, so that all make new ones.
Figures are medians over the runs; `of plain` is the speed by the clock against `plain`. The files lie under build/.
"""

import argparse
import hashlib
import json
import shutil
import statistics
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import webdataset
from rich.console import Console
from rich.table import Table

from transforms.shards.tar import ShardWriter, index_shard, read_shard, sha256_file, write_shard

HOME = Path("build/benchmarks/shards")
Groups = Sequence[tuple[str, dict[str, bytes]]]


def groups(number: int, kib: int) -> Groups:
    """Groups whose pictures take `kib` KiB on average, their masks 4 and their json 6."""
    generator = np.random.default_rng(0)
    sizes = {"png": kib << 10, "mask.png": 4 << 10, "json": 6 << 10}
    made = []
    for n in range(number):
        part = 0.75 + 0.5 * n / number
        made.append((f"sample-{n:06d}", {name: generator.bytes(int(size * part)) for name, size in sizes.items()}))
    return made


def triptych(path: Path, made: Groups) -> None:
    write_shard(path, made)


def copied(path: Path, made: Groups) -> None:
    """From a shard that holds the same groups, as a run that goes on does."""
    source = HOME / "source.tar"
    with ShardWriter(path) as shard, source.open("rb", buffering=0) as file:
        for key, offset, size in index_shard(source):
            file.seek(offset)
            shard.copy(key, file.read(size))


def by_webdataset(path: Path, made: Groups) -> None:
    with webdataset.ShardWriter(str(path).replace("%", "%%") + "%.0s", verbose=0) as shard:
        for key, members in made:
            shard.write({"__key__": key, **members})


def by_webdataset_with_sum(path: Path, made: Groups) -> None:
    by_webdataset(path, made)
    sha256_file(path)


def plain(path: Path, made: Groups) -> None:
    with path.open("wb", buffering=0) as file:
        for _, members in made:
            for content in members.values():
                file.write(content)


def plain_with_sum(path: Path, made: Groups) -> None:
    digest = hashlib.sha256()
    with path.open("wb", buffering=0) as file:
        for _, members in made:
            for content in members.values():
                file.write(content)
                digest.update(content)


WAYS: dict[str, Callable[[Path, Groups], None]] = {
    "plain": plain,
    "plain + SHA-256": plain_with_sum,
    "triptych": triptych,
    "triptych, copied": copied,
    "webdataset": by_webdataset,
    "webdataset + SHA-256": by_webdataset_with_sum,
}


def compare(made: Groups, runs: int) -> list[dict[str, Any]]:
    """Every way in turn, `runs` times after one that does not count."""
    shutil.rmtree(HOME, ignore_errors=True)
    HOME.mkdir(parents=True)
    write_shard(HOME / "source.tar", made)
    size = sum(len(content) for _, members in made for content in members.values())
    times: dict[str, list[tuple[float, float]]] = {name: [] for name in WAYS}
    for run in range(runs + 1):
        for name, way in WAYS.items():
            path = HOME / "written"
            start, used = time.perf_counter(), time.process_time()
            way(path, made)
            took = time.perf_counter() - start, time.process_time() - used
            times[name] += [took] if run else []
            path.unlink()
    clock = {name: statistics.median(one[0] for one in each) for name, each in times.items()}
    cpu = {name: statistics.median(one[1] for one in each) for name, each in times.items()}
    return [
        {"way": name, "mb_per_s": size / clock[name] / 1e6, "cpu_ms": 1e3 * cpu[name],
         "of_plain": clock["plain"] / clock[name], "cpu_of_webdataset": cpu[name] / cpu["webdataset"]}
        for name in times
    ]  # fmt: skip


def check(made: Groups) -> None:
    """Ours and WebDataset's hold the same."""
    for way in (triptych, copied):
        way(HOME / "checked.tar", made)
        if list(read_shard(HOME / "checked.tar")) != [(key, dict(sorted(members.items()))) for key, members in made]:
            raise AssertionError(f"{way.__name__} wrote something else")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--groups", type=int, default=512)
    parser.add_argument("--kib", type=int, default=160, help="KiB of a picture")
    parser.add_argument("--runs", type=int, default=9)
    parser.add_argument("--json", action="store_true")
    given = parser.parse_args()
    made = groups(given.groups, given.kib)
    found = compare(made, given.runs)
    check(made)
    shutil.rmtree(HOME)
    if given.json:
        print(json.dumps(found))
        return
    table = Table("written by", "MB/s", "of plain", "CPU ms", "CPU of webdataset")
    for row in found:
        table.add_row(row["way"], f"{row['mb_per_s']:,.0f}", f"{row['of_plain']:.2f}", f"{row['cpu_ms']:.0f}",
                      f"{row['cpu_of_webdataset']:.2f}")  # fmt: skip
    Console().print(table)


if __name__ == "__main__":
    main()
