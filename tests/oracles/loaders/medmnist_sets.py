"""What medmnist makes of a folder of its files: `python medmnist_sets.py '{"medmnist_v2": "/folder"}'`.

Runs in the oracles' own environment. Prints {data set: {file: {"names": {number: name}, "splits": {split: [[the numbers
of the row's classes, checksum of its pixels], ...]}}}}.
"""

import hashlib
import json
import sys
from pathlib import Path
from typing import Any

import medmnist
import numpy as np


def read(root: Path) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for name, info in medmnist.INFO.items():
        kind = getattr(medmnist, info["python_class"])
        for size in kind.available_sizes:
            file = f"{name}.npz" if size == 28 else f"{name}_{size}.npz"
            if (root / file).exists():
                sets = {split: kind(split=split, root=str(root), size=size) for split in ("train", "val", "test")}
                splits = {split: [row(info, own[n]) for n in range(len(own.labels))] for split, own in sets.items()}
                found[file] = {"names": info["label"], "splits": splits}
    return found


def row(info: dict[str, Any], sample: tuple[Any, Any]) -> list[Any]:
    """A volume comes as shares of 255, with an axis of channels."""
    pixels, target = np.asarray(sample[0]), np.ravel(sample[1])
    if pixels.dtype.kind == "f":
        pixels = np.rint(pixels[0] * 255).astype(np.uint8)
    classes = np.flatnonzero(target) if info["task"].startswith("multi-label") else target
    return [[int(n) for n in classes], hashlib.sha256(np.ascontiguousarray(pixels).tobytes()).hexdigest()]


if __name__ == "__main__":
    print(json.dumps({name: read(Path(root)) for name, root in json.loads(sys.argv[1]).items()}))
