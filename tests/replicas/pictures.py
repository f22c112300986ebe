"""Pictures by the names that scikit-image and StarDist give them; the fluorescence field has an instance mask."""

from pathlib import Path

import numpy as np
from PIL import Image


def _ramp(rows: int, columns: int) -> np.ndarray:
    return (np.add.outer(np.arange(rows) * 3, np.arange(columns) * 2) % 256).astype(np.uint8)


def skimage_medical(root: Path) -> None:
    root.mkdir(parents=True)
    Image.fromarray(np.dstack([_ramp(64, 80)] * 3)).save(root / "retina.jpg")
    Image.fromarray(_ramp(40, 44)).save(root / "microaneurysms.png")
    Image.fromarray(np.dstack([_ramp(50, 50)] * 3)).save(root / "ihc.png")


def stardist_nuclei(root: Path) -> None:
    root.mkdir(parents=True)
    Image.fromarray(np.dstack([_ramp(60, 90)] * 3)).save(root / "histo.jpg")
    mask = np.zeros((48, 64), np.uint16)
    mask[4:12, 4:12], mask[20:30, 20:30] = 1, 2
    Image.fromarray(_ramp(48, 64).astype(np.uint16) * 16).save(root / "img2d.tif")
    Image.fromarray(mask).save(root / "mask2d.tif")
