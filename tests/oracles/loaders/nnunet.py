"""What nnU-Net makes of training folders in its layout: `python nnunet.py '{"toothfairy2": "/folder"}'`.

Runs in the oracles' own environment. Prints {data set: {"names": {value: label} or null, "cases": {case: {"images":
[path, ...], "shape": [k, j, i], "spacing": [k, j, i], "voxels": {value: n}}}}}. A set without dataset.json has only
the names of its files in that layout.
"""

import json
import sys
from pathlib import Path
from typing import Any

import numpy as np
from nnunetv2.imageio.reader_writer_registry import determine_reader_writer_from_file_ending
from nnunetv2.utilities.label_handling.label_handling import LabelManager
from nnunetv2.utilities.utils import get_filenames_of_train_images_and_targets


def read(root: Path) -> dict[str, Any]:
    index = next(iter(sorted(root.rglob("dataset.json"))), None)
    top = index.parent if index else root
    said = json.loads(index.read_text()) if index else {"file_ending": ".nii.gz"}
    names = None
    if index:
        foreground = LabelManager(said["labels"], regions_class_order=None).foreground_labels
        names = {value: name for name, value in said["labels"].items() if value in foreground}
    cases = {}
    for case, files in get_filenames_of_train_images_and_targets(str(top), said).items():
        reader = determine_reader_writer_from_file_ending(said["file_ending"], files["label"], verbose=False)()
        _, image = reader.read_images(files["images"])
        drawn, _ = reader.read_seg(files["label"])
        values, counts = np.unique(drawn[0].astype(int), return_counts=True)
        cases[str(case)] = {
            "images": [str(Path(path).relative_to(root)) for path in files["images"]],
            "shape": list(drawn.shape[1:]),
            "spacing": [float(side) for side in image["spacing"]],
            "voxels": {int(v): int(n) for v, n in zip(values, counts, strict=True) if v},
        }
    return {"names": names, "cases": cases}


if __name__ == "__main__":
    print(json.dumps({name: read(Path(root)) for name, root in json.loads(sys.argv[1]).items()}))
