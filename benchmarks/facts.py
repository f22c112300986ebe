"""Measuring masks, against scikit-image, SimpleITK and pyradiomics on the same ones: do they agree, how fast, how much.

`python -m benchmarks.facts [--runs 5] [--radiomics PYTHON] [--json]`. Two made-up label maps: a picture of 512 x 512
with 20 regions, and a volume of 256^3 with 40. Of each region the same is measured by every way: on the picture area,
box, centre, longest diameter, solidity, perimeter, pieces and mean value; on the volume the volume, box, pieces and the
longest diameter on a slice. What a library lacks it is spared. Ways take turns in one process; times are medians of CPU
time. Memory: the most that Python and NumPy held beside the map while measuring, as a share of the map.
`--radiomics`: the Python of an environment that has pyradiomics (it needs numpy < 2); without it, it is left out.
"""

import argparse
import json
import statistics
import subprocess
import tempfile
import time
import tracemalloc
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import numpy as np
import SimpleITK
from numpy.typing import NDArray
from rich.console import Console
from rich.table import Table
from scipy import ndimage
from skimage import measure as sk

from schemas import Geometry
from transforms.facts import ops, shape
from transforms.regions.patch import Patch
from transforms.regions.solid import Solid
from transforms.regions.values import objects
from transforms.regions.volume import diameter, millilitres

sitk: Any = SimpleITK  # it has no types

PICTURE, REGIONS = (512, 512), 20
VOLUME, LABELS = (256, 256, 256), 40
SPACING = (0.8, 0.8, 2.0)
AFFINE = (*(tuple(SPACING[a] if a == b else 0.0 for b in range(4)) for a in range(3)), (0.0, 0.0, 0.0, 1.0))
GRID = Geometry.model_validate({"shape": VOLUME, "affine": AFFINE, "spacing_mm": SPACING})
Found = Mapping[int, Mapping[str, float]]
Way = Callable[[], Found]

RADIOMICS = """
import sys, time, json, logging
import numpy as np, SimpleITK as sitk
from radiomics import shape
logging.disable(logging.CRITICAL)
array = np.load(sys.argv[1]); spacing = tuple(map(float, sys.argv[2].split(",")))
image = sitk.GetImageFromArray(np.ascontiguousarray(array.T)); image.SetSpacing(spacing)
began, found = time.process_time(), {}
for label in np.unique(array)[1:].tolist():
    one = shape.RadiomicsShape(image, image, label=label)
    volume, diameter = one.getVoxelVolumeFeatureValue() / 1000, one.getMaximum2DDiameterSliceFeatureValue()
    found[label] = {"volume": volume, "diameter": diameter}
print(json.dumps({"seconds": time.process_time() - began, "found": found}, default=float))
"""


def blobs(form: tuple[int, ...], number: int, least: int, most: int) -> NDArray[np.uint8]:
    """So many ellipses or ellipsoids with rough edges, apart from each other; the same each time."""
    rng = np.random.default_rng(17)
    out = np.zeros(form, np.uint8)
    label = 0
    while label < number:
        radii = rng.integers(least, most, len(form))
        centre = [int(rng.integers(r + 2, n - r - 2)) for r, n in zip(radii, form, strict=True)]
        part = tuple(slice(c - r - 1, c + r + 2) for c, r in zip(centre, radii, strict=True))
        if out[part].any():
            continue
        axes = np.ogrid[tuple(slice(-r - 1, r + 2) for r in radii)]
        away = sum((axis / r) ** 2 for axis, r in zip(axes, radii, strict=True))
        label += 1
        out[part][ndimage.gaussian_filter(rng.normal(0, 1, away.shape), 2) * 0.8 + away < 1] = label
    return out


def pictured(labels: NDArray[np.uint8], values: NDArray[np.float32]) -> dict[str, Way]:
    def ours() -> Found:
        found = {}
        for value, part in objects(labels).items():
            rows, columns = part
            patch = Patch(labels[part] == value, (columns.start, rows.start, columns.stop, rows.stop), labels.shape)
            found[value] = {
                "area": ops.area(patch, None), "diameter": ops.long_axis(patch, None), "x": patch.centroid[0],
                "solidity": shape.solidity(patch), "circularity": shape.circularity(patch),
                "pieces": ops.pieces(patch), "mean": ops.mean(patch, values),
            }  # fmt: skip
        return found

    def by_skimage() -> Found:
        return {
            one.label: {
                "area": one.area, "diameter": one.feret_diameter_max, "x": one.centroid[1], "solidity": one.solidity,
                "circularity": min(1.0, 4 * np.pi * one.area / one.perimeter_crofton**2),
                "pieces": int(sk.label(one.image, connectivity=2).max()), "mean": one.intensity_mean,
            }
            for one in sk.regionprops(labels, values)
        }  # fmt: skip

    def by_simpleitk() -> Found:
        image, grey = sitk.GetImageFromArray(labels), sitk.GetImageFromArray(values)
        shapes, means = sitk.LabelShapeStatisticsImageFilter(), sitk.LabelStatisticsImageFilter()
        shapes.ComputeFeretDiameterOn()
        shapes.Execute(image)
        means.Execute(grey, image)
        return {
            label: {"area": shapes.GetPhysicalSize(label), "diameter": shapes.GetFeretDiameter(label),
                    "x": shapes.GetCentroid(label)[0], "mean": means.GetMean(label)}
            for label in shapes.GetLabels()
        }  # fmt: skip

    return {"triptych": ours, "scikit-image": by_skimage, "SimpleITK": by_simpleitk}


def voluminous(labels: NDArray[np.uint8]) -> dict[str, Way]:
    def ours() -> Found:
        found = {}
        for value, part in objects(labels).items():
            solid = Solid(labels[part] == value, tuple(side.start for side in part), labels.shape)
            found[value] = {"volume": millilitres(solid.size, GRID), "pieces": solid.pieces,
                            "diameter": diameter(solid.mask, GRID, 2)}  # fmt: skip
        return found

    def by_skimage() -> Found:
        found = {}
        for one in sk.regionprops(labels, spacing=SPACING):
            sections = [sk.label(one.image[..., k], connectivity=2) for k in range(one.image.shape[2])]
            lengths = [p.feret_diameter_max * SPACING[0] for s in sections for p in sk.regionprops(s)]
            pieces = int(sk.label(one.image, connectivity=3).max())
            found[one.label] = {"volume": one.area / 1000, "pieces": pieces, "diameter": max(lengths)}
        return found

    def by_simpleitk() -> Found:
        image = sitk.GetImageFromArray(labels.T)
        image.SetSpacing(SPACING)
        shapes = sitk.LabelShapeStatisticsImageFilter()
        shapes.Execute(image)
        return {label: {"volume": shapes.GetPhysicalSize(label) / 1000} for label in shapes.GetLabels()}

    return {"triptych": ours, "scikit-image": by_skimage, "SimpleITK": by_simpleitk}


def by_radiomics(python: str, labels: NDArray[np.uint8]) -> tuple[Found, float]:
    """What pyradiomics measures of the volume, and its CPU seconds without the start."""
    with tempfile.TemporaryDirectory() as home:
        np.save(path := Path(home) / "labels.npy", labels)
        call = [python, "-c", RADIOMICS, str(path), ",".join(map(str, SPACING))]
        out = json.loads(subprocess.run(call, capture_output=True, check=True, text=True).stdout.splitlines()[-1])
    return {int(label): values for label, values in out["found"].items()}, float(out["seconds"])


def timed(ways: Mapping[str, Way], runs: int) -> dict[str, float]:
    """Way -> median CPU seconds; they take turns."""
    seconds: dict[str, list[float]] = {name: [] for name in ways}
    for _ in range(runs):
        for name, way in ways.items():
            began = time.process_time()
            way()
            seconds[name].append(time.process_time() - began)
    return {name: statistics.median(found) for name, found in seconds.items()}


def memory(way: Way, held: int) -> float:
    """The most that was held while measuring, as a share of the map."""
    tracemalloc.start()
    way()
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    return peak / held


def apart(ours: Found, theirs: Found) -> dict[str, float]:
    """Measure -> the largest difference over all regions, as a share of the other's value."""
    most: dict[str, float] = {}
    for label, values in theirs.items():
        for name, value in values.items():
            off = abs(ours[label][name] - value) / max(abs(value), 1e-9)
            most[name] = max(most.get(name, 0.0), float(off))
    return most


def compared(runs: int, radiomics: str | None) -> list[dict[str, Any]]:
    picture, volume = blobs(PICTURE, REGIONS, 12, 50), blobs(VOLUME, LABELS, 10, 30)
    values = np.random.default_rng(3).normal(40, 20, PICTURE).astype(np.float32)
    rows: list[dict[str, Any]] = []
    cases = (
        ("512 x 512, 20 regions", picture, pictured(picture, values)),
        ("256^3, 40 labels", volume, voluminous(volume)),
    )
    for name, labels, ways in cases:
        found, seconds = {way: run() for way, run in ways.items()}, timed(ways, runs)
        if radiomics and labels is volume:
            found["pyradiomics"], seconds["pyradiomics"] = by_radiomics(radiomics, volume)
        for way, took in seconds.items():
            rows.append({
                "case": name, "way": way, "ms": round(1000 * took, 1), "times": round(took / seconds["triptych"], 1),
                "apart": {k: round(v, 4) for k, v in apart(found["triptych"], found[way]).items()},
                "memory": round(memory(ways[way], labels.nbytes), 2) if way in ways else None,
            })  # fmt: skip
    return rows


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--runs", type=int, default=5)
    parser.add_argument("--radiomics", help="the Python of an environment with pyradiomics")
    parser.add_argument("--json", action="store_true")
    given = parser.parse_args()
    rows = compared(given.runs, given.radiomics)
    if given.json:
        print(json.dumps(rows, indent=1))
        return
    table = Table(*("masks", "way", "ms", "of ours", "memory, of the map", "furthest apart"), title="Measuring masks")
    for row in rows:
        differ = ", ".join(f"{name} {100 * value:.1f} %" for name, value in row["apart"].items() if value)
        share = "" if row["memory"] is None else f"{row['memory']:.2f}"
        table.add_row(row["case"], row["way"], f"{row['ms']:.1f}", f"{row['times']:.1f}x", share, differ or "equal")
    Console().print(table)


if __name__ == "__main__":
    main()
