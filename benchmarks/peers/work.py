"""The work of the plain script, which every peer does too: what a lab writes for one folder with well-known libraries.

Decode picture and mask, measure each instance (area, centroid, box, long and short axis, mean), say it in a template of
about the length that our description has, encode both as PNG with the zlib level that ours has. It looks for no other
layout, knows no concepts, keeps no claims and checks nothing. Imports nothing of this project, so that it runs in the
environment of any peer.
"""

import argparse
import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import cv2
import numpy as np

PNG = [cv2.IMWRITE_PNG_COMPRESSION, 4]  # transforms/shards/encode.py: COMPRESSION
MAX_SAMPLES = 128
PIXEL = 1 / 12  # the second moment of one pixel, as scikit-image adds it
Measured = dict[str, Any]


def arguments(description: str) -> argparse.Namespace:
    """RAW OUT --workers N, the call of every peer."""
    parser = argparse.ArgumentParser(description=description)
    parser.add_argument("raw", type=Path)
    parser.add_argument("out", type=Path)
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--measure", choices=sorted(MEASURES), default="skimage")
    given = parser.parse_args()
    given.out.mkdir(parents=True, exist_ok=True)
    return given


def pairs(raw: Path) -> list[tuple[str, str]]:
    """Pictures and their masks."""
    found = sorted(raw.glob("nuinsseg/*/tissue images/*.png"))
    return [(str(p), str(p.parent.with_name("label masks modify") / f"{p.stem}.tif")) for p in found]


def by_skimage(image: Any, mask: Any) -> Iterator[Measured]:
    """One measurement an instance, by scikit-image."""
    from skimage.measure import regionprops

    for region in regionprops(mask, image):
        y0, x0, y1, x1 = region.bbox
        yield {
            "id": int(region.label), "box": [int(n) for n in (x0, y0, x1, y1)], "area": int(region.area),
            "centroid": [round(float(n), 2) for n in region.centroid[::-1]],
            "mean": round(float(region.intensity_mean), 2),
            "long": round(float(region.axis_major_length), 1), "short": round(float(region.axis_minor_length), 1),
        }  # fmt: skip


def by_cc3d(image: Any, mask: Any) -> Iterator[Measured]:
    """The same by connected-components-3d, which is faster but knows no axes: those come from moments of the crop."""
    import cc3d

    found = cc3d.statistics(mask)
    for value in np.flatnonzero(found["voxel_counts"][1:]) + 1:
        rows, columns = found["bounding_boxes"][value][:2]
        inside = mask[rows, columns] == value
        centre = found["centroids"][value]
        long, short = _axes(inside)
        yield {
            "id": int(value), "box": [int(n) for n in (columns.start, rows.start, columns.stop, rows.stop)],
            "area": int(found["voxel_counts"][value]), "centroid": [round(float(n), 2) for n in centre[1::-1]],
            "mean": round(float(image[rows, columns][inside].mean()), 2), "long": long, "short": short,
        }  # fmt: skip


def _axes(inside: Any) -> tuple[float, float]:
    """Of the ellipse with the same second moments, as scikit-image defines them."""
    m = cv2.moments(inside.view(np.uint8), binaryImage=True)
    covariance = [[m["mu20"], m["mu11"]], [m["mu11"], m["mu02"]]]
    short, long = 4 * np.sqrt(np.linalg.eigvalsh(np.array(covariance) / m["m00"] + PIXEL * np.eye(2)))
    return round(float(long), 1), round(float(short), 1)


MEASURES: dict[str, Callable[[Any, Any], Iterator[Measured]]] = {"skimage": by_skimage, "cc3d": by_cc3d}


def work(image: str, mask: str, measure: str = "skimage") -> dict[str, Any]:
    """The group of one sample, as `webdataset.ShardWriter` takes it."""
    pixels, labels = _read(image), _read(mask)
    found = list(MEASURES[measure](pixels, labels))
    text = [_say(region, pixels.shape) for region in sorted(found, key=lambda region: -region["area"])]
    record = {
        "image": image, "size": pixels.shape[::-1], "regions": found,
        "text": " ".join([f"A slide microscopy image. Outlined are {len(found)} nuclei.", *text]),
    }  # fmt: skip
    return {
        "__key__": Path(image).stem, "png": _png(pixels), "mask.png": _png(labels.astype(np.uint8)),
        "json": json.dumps(record).encode(),
    }  # fmt: skip


def write(out: Path, groups: Iterator[dict[str, Any]], pattern: str = "train-%06d.tar") -> None:
    """Shards of the groups."""
    import webdataset

    with webdataset.ShardWriter(str(out / pattern), maxcount=MAX_SAMPLES, verbose=0) as writer:
        for group in groups:
            writer.write(group)


def _say(region: Measured, shape: tuple[int, ...]) -> str:
    x, y = region["centroid"]
    down = ("upper", "middle", "lower")[min(2, int(3 * y / shape[0]))]
    across = ("left", "centre", "right")[min(2, int(3 * x / shape[1]))]
    return (
        f"This nucleus lies in the {down} {across} part of the image. Its long axis is {region['long']:.0f} px and its "
        f"short axis is {region['short']:.0f} px. It covers an area of {region['area']} px²."
    )


def _read(path: str) -> Any:
    array = cv2.imread(path, cv2.IMREAD_UNCHANGED)
    if array is None:
        raise OSError(f"{path}: no picture")
    return array


def _png(array: Any) -> bytes:
    return bytes(cv2.imencode(".png", array, PNG)[1])
