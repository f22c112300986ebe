"""What torchvision makes of a PatchCamelyon folder: `python patch_camelyon.py '{"pcam": "/folder"}'`.

Runs in the oracles' own environment. Prints {data set: {split: [[label, sum of the pixels], ...]}}.
"""

import json
import sys
from pathlib import Path

import _vision  # noqa: F401 - before torchvision
import numpy as np
from torchvision.datasets import PCAM


def read(root: Path) -> dict[str, list[list[int]]]:
    (root / "pcam").mkdir()
    for path in root.glob("*.h5"):
        path.rename(root / "pcam" / path.name)  # where the loader looks
    found = {}
    for split in ("train", "val", "test"):
        patches = PCAM(str(root), split=split)
        found[split] = [[int(label), int(np.asarray(image, np.int64).sum())] for image, label in patches]
    return found


if __name__ == "__main__":
    print(json.dumps({name: read(Path(root)) for name, root in json.loads(sys.argv[1]).items()}))
