"""What MONAI makes of Medical Segmentation Decathlon folders: `python decathlon.py '{"msd_task03_liver": "/folder"}'`.

Runs in the oracles' own environment. Prints {data set: {"labels": {value: name}, "cases": {image: {"split": name,
"shape": [channels, i, j, k], "voxels": {value: n}}}}}.
"""

import json
import sys
from pathlib import Path
from typing import Any

import numpy as np
from monai.data import load_decathlon_datalist, load_decathlon_properties
from monai.transforms import LoadImage


def read(root: Path) -> dict[str, Any]:
    index = next(root.glob("Task*/dataset.json"))
    load = LoadImage(reader="NibabelReader", image_only=True, ensure_channel_first=True)
    cases: dict[str, Any] = {}
    for split, key in (("train", "training"), ("test", "test")):
        for entry in load_decathlon_datalist(str(index), True, key):
            image = entry["image"]
            own: dict[str, Any] = {"split": split, "shape": list(load(image).shape), "voxels": {}}
            if "label" in entry:
                values, counts = np.unique(np.asarray(load(entry["label"])).astype(int), return_counts=True)
                own["voxels"] = {int(v): int(n) for v, n in zip(values, counts, strict=True) if v}
            cases[str(Path(image).relative_to(root))] = own
    return {"labels": load_decathlon_properties(str(index), ["labels"])["labels"], "cases": cases}


if __name__ == "__main__":
    print(json.dumps({name: read(Path(root)) for name, root in json.loads(sys.argv[1]).items()}))
