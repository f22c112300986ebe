"""How fast a training process reads a corpus: our reader over shards of one tar and over those in layers, MDS and
LitData, the same samples in one run.

    build/clients-venv/bin/python -m benchmarks.loading build/starter/shards

Each gives the same `triptych.Example`s, pictures and masks decoded, in this process; start-up does not count. By turns,
the best of `--repeats`.
"""

import argparse
import tempfile
import time
from collections.abc import Callable, Iterable
from pathlib import Path

import triptych
from pipelines.exporting import export
from transforms.shards.layers import ShardFiles, tar_names
from transforms.shards.manifest import NAME, ShardEntry, load


def layered(corpus: Path, out: Path) -> Path:
    """The same shards in layers; of what stands beside them only the manifest, which is all that the reader asks."""
    made = load(corpus)
    entries = []
    for entry in made.shards:
        with ShardFiles([out / name for name in tar_names(entry.name, entry.members, True)]) as files:
            for key, members in entry.read(corpus):
                files.add(key, members)
        entries.append(ShardEntry.of(files.infos, entry.split, entry.members))
    (out / NAME).write_text(made.model_copy(update={"shards": tuple(entries)}).pretty(), encoding="utf-8")
    return out


def main() -> None:
    import tests.oracles.loaders._vision  # noqa: F401, I001 - torchvision beside a torch without CUDA, before what uses it
    import litdata
    import streaming

    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("corpus", type=Path)
    parser.add_argument("--repeats", type=int, default=3)
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        mds, lit = (export(given.corpus, to, Path(name) / to, split="train").out for to in ("mds", "litdata"))
        two = layered(given.corpus, Path(name) / "layers")
        ways: dict[str, Callable[[], Iterable[triptych.Example]]] = {
            "triptych.load": lambda: triptych.load(given.corpus, "train"),
            "triptych.load, layers": lambda: triptych.load(two, "train"),
            "MDS": lambda: map(triptych.example, streaming.StreamingDataset(
                local=str(mds), split="train", shuffle=False, batch_size=1)),
            "LitData": lambda: map(triptych.example, litdata.StreamingDataset(str(lit / "train"))),
        }  # fmt: skip
        best: dict[str, float] = {}
        for _ in range(given.repeats):
            for way, read in ways.items():
                rows, begun = read(), time.process_time()
                n = sum(1 for _ in rows)
                best[way] = min(best.get(way, 1e9), (time.process_time() - begun) * 1000 / n)
        for way, each in best.items():
            print(f"| {way} | {n} | {each:.2f} |")


if __name__ == "__main__":
    main()
