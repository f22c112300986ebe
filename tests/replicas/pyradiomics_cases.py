"""PyRadiomics' pairs: LPS, rows stored from the back to the front in the brains (a negative direction)."""

from pathlib import Path

import nrrd
import numpy as np

CASES = ("brain1", "breast1", "lung1")
DIRECTIONS = np.array([[0.8, 0, 0], [0, -0.8, 0], [0, 0, 6.5]])
ORIGIN = np.array([-10.0, 12.0, -78.0])


def header(directions: np.ndarray = DIRECTIONS, space: str = "left-posterior-superior") -> dict[str, object]:
    kinds = ["domain"] * 3
    return {"space": space, "space directions": directions, "space origin": ORIGIN, "kinds": kinds, "encoding": "gzip"}


def build(root: Path) -> None:
    root.mkdir(parents=True)
    for case in CASES:
        image = np.arange(20 * 24 * 5, dtype=np.int16).reshape(20, 24, 5)
        label = np.zeros(image.shape, np.int32)
        label[4:9, 5:9, 2] = 1
        nrrd.write(str(root / f"{case}_image.nrrd"), image, header())
        nrrd.write(str(root / f"{case}_label.nrrd"), label, header())
