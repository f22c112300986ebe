"""Reading records of large folders, against a plain script that does the same work, in one run.

`python -m benchmarks.reading [--files 100000] [--pairs 10000] [--json]` makes folders of pictures - the layout of NIH
ChestX-ray14 (a label table) and that of ISIC 2018 task 1 (image and mask pairs) - and reads each whole: list,
join with labels, boxes and splits, size from the header, whole or cut, SHA-256, one JSON line a record. The plain
script is what a lab writes with glob, pandas and Pillow for that one folder. Every reading is a process of its own,
whose peak of memory is given; each folder is read once before the clock starts, so that all find it in memory. The
folders lie under build/ and are made once.
"""

import argparse
import hashlib
import io
import json
import multiprocessing
import resource
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from functools import cache
from itertools import islice
from pathlib import Path
from typing import Any

import numpy as np
from PIL import Image
from rich.console import Console
from rich.table import Table

import catalog
from connectors import Connector, Item, open_dataset

BLOCK = 256
KINDS = 16  # pictures that differ
FINDINGS = ("No Finding", "Atelectasis", "Effusion|Infiltration", "Nodule", "Mass|Nodule|Pleural_Thickening")
HEADER = (
    "Image Index,Finding Labels,Follow-up #,Patient ID,Patient Age,Patient Gender,View Position,"
    "OriginalImage[Width,Height],OriginalImagePixelSpacing[x,y]"
)
TINY, LARGE = 32, 1024  # pixels a side
HOME = Path("build/benchmarks")


def label_table(files: int, side: int) -> Path:
    """A folder like NIH ChestX-ray14's: twelve folders of images and one table. Returns its path."""
    root = HOME / f"nih_{files}_{side}"
    if (root / "test_list.txt").exists():
        return root
    names = [f"{n // 4:08d}_{n % 4:03d}.png" for n in range(files)]
    for n, name in enumerate(names):
        _picture(root / f"images_{n * 12 // files + 1:03d}/images/{name}", n, side)
    rows = [
        f"{name},{FINDINGS[n % 5]},{n % 4},{n // 4},{20 + n % 60},M,PA,2500,2048,0.168,0.168"
        for n, name in enumerate(names)
    ]
    (root / "Data_Entry_2017_v2020.csv").write_text("\n".join([HEADER, *rows]) + "\n")
    (root / "BBox_List_2017.csv").write_text("Image Index,Finding Label,Bbox [x,y,w,h],,,\n")
    (root / "train_val_list.txt").write_text("\n".join(names[: files // 2]))
    (root / "test_list.txt").write_text("\n".join(names[files // 2 :]))
    return root


def image_masks(pairs: int, side: int) -> Path:
    """A folder like ISIC 2018 task 1's: images and masks of the same names. Returns its path."""
    root = HOME / f"isic_{pairs}_{side}"
    done = root / "made"
    for n in range(0 if done.exists() else pairs):
        _picture(root / f"ISIC2018_Task1-2_Training_Input/ISIC_{n:07d}.jpg", n, side, 3)
        _picture(root / f"ISIC2018_Task1_Training_GroundTruth/ISIC_{n:07d}_segmentation.png", n, side)
    done.touch()
    return root


def _picture(path: Path, n: int, side: int, channels: int = 1) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(_encoded(path.suffix, n % KINDS, side, channels))


@cache
def _encoded(suffix: str, n: int, side: int, channels: int) -> bytes:
    """A picture whose bytes per pixel are those of a photograph, more or less: a ramp with noise."""
    noise = np.random.default_rng(n).integers(0, 8, (side, side * 5 // 4, channels), dtype=np.uint8)
    array = noise + np.linspace(0, 240, side, dtype=np.uint8)[:, None, None]
    file = io.BytesIO()
    Image.fromarray(array.squeeze()).save(file, {".jpg": "JPEG", ".png": "PNG"}[suffix])
    return file.getvalue()


def plain_label_table(root: Path) -> Iterator[str]:
    """What a lab writes: glob, pandas, Pillow."""
    import pandas as pd

    table = pd.read_csv(root / "Data_Entry_2017_v2020.csv", index_col=False)
    rows = dict(zip(table["Image Index"], table.to_dict("records"), strict=True))
    names = ["Image Index", "Finding Label", "x", "y", "w", "h", "_1", "_2", "_3"]
    boxes = {key: part.to_dict("records") for key, part in pd.read_csv(
        root / "BBox_List_2017.csv", names=names, skiprows=1).groupby("Image Index")}  # fmt: skip
    splits = dict.fromkeys((root / "train_val_list.txt").read_text().split(), "train")
    splits |= dict.fromkeys((root / "test_list.txt").read_text().split(), "test")
    known = set("|".join(FINDINGS).split("|"))
    for path in sorted(root.glob("images_*/images/*.png")):
        row = rows[path.name]
        labels = row["Finding Labels"].split("|")
        if not known.issuperset(labels):
            raise ValueError(f"{path}: an unknown label in {labels}")
        yield json.dumps(
            {
                **_plain(path), "labels": labels, "subject": row["Patient ID"], "age": row["Patient Age"],
                "sex": row["Patient Gender"], "view": row["View Position"], "split": splits[path.name],
                "boxes": boxes.get(path.name, []),
            }
        )  # fmt: skip


def plain_image_masks(root: Path) -> Iterator[str]:
    """What a lab writes: glob and Pillow."""
    for path in sorted(root.glob("ISIC2018_Task1-2_Training_Input/*.jpg")):
        mask = root / "ISIC2018_Task1_Training_GroundTruth" / f"{path.stem}_segmentation.png"
        image, drawn = _plain(path), _plain(mask)
        if image["size"] != drawn["size"]:
            raise ValueError(f"{mask}: another size than its image")
        yield json.dumps({"image": image, "mask": drawn})


def _plain(path: Path) -> dict[str, Any]:
    """A file's size in pixels, once it is seen to be whole, its checksum, and when it changed."""
    data = path.read_bytes()
    with Image.open(io.BytesIO(data)) as image:
        size = image.size
        if image.format == "JPEG" and data[-2:] != b"\xff\xd9":
            raise ValueError(f"{path}: truncated")
        image.verify()
    return {"file": str(path), "size": size, "sha256": hashlib.sha256(data).hexdigest(), "at": path.stat().st_mtime_ns}


def ours(dataset: str, root: Path) -> Iterator[str]:
    """Records and regions through the card's connector, on one core."""
    connector = open_dataset(catalog.card(dataset), catalog.labelspace())
    for item in connector.listing(root):
        yield from (row.to_row() for row in connector.read(root, item))


def ours_parallel(dataset: str, root: Path, workers: int) -> Iterator[int]:
    """The same in several processes: blocks of the listing go to whichever is free."""
    connector = open_dataset(catalog.card(dataset), catalog.labelspace())
    listing = connector.listing(root)
    blocks = iter(lambda: list(islice(listing, BLOCK)), [])
    with multiprocessing.get_context("fork").Pool(workers, _begin, (connector, root)) as pool:
        yield from pool.imap_unordered(_block, blocks)


_own: dict[str, Any] = {}


def _begin(connector: Connector, root: Path) -> None:
    _own.update(connector=connector, root=root)


def _block(items: list[Item]) -> int:
    return sum(len([row.to_row() for row in _own["connector"].read(_own["root"], item)]) for item in items)


WAYS: dict[str, Callable[[str, Path], int]] = {
    "plain": lambda what, root: sum(
        1 for _ in (plain_label_table(root) if what == "nih_chestxray14" else plain_image_masks(root))
    ),
    "triptych": lambda what, root: sum(1 for _ in ours(what, root)),
    "triptych, 2 cores": lambda what, root: sum(ours_parallel(what, root, 2)),
}


def measure(way: str, dataset: str, root: Path) -> dict[str, Any]:
    """One way in a process of its own: rows, seconds, peak memory in MiB of it (and of its largest child)."""
    call = [sys.executable, "-m", "benchmarks.reading", "--way", way, "--dataset", dataset, "--root", str(root)]
    found: dict[str, Any] = json.loads(subprocess.run(call, check=True, capture_output=True, text=True).stdout)
    return found


def _one(way: str, dataset: str, root: Path) -> None:
    _prepare(dataset)
    start = time.perf_counter()
    rows = WAYS[way](dataset, root)
    print(json.dumps({"rows": rows, "seconds": time.perf_counter() - start, "mib": _peak()}))


def _prepare(dataset: str) -> None:
    """What any program does once, whatever it reads: imports, and here the catalogue."""
    import pandas  # noqa: F401

    open_dataset(catalog.card(dataset), catalog.labelspace())


def _peak() -> float:
    who = (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)
    return max(resource.getrusage(one).ru_maxrss for one in who) / 1024


def compare(files: int, pairs: int, large: int) -> list[dict[str, Any]]:
    """Every way on both layouts: tiny pictures, a fifth of them and all, and some as large as published ones."""
    found = []
    for dataset, make, count in (("nih_chestxray14", label_table, files), ("isic2018_task1", image_masks, pairs)):
        for part, side in ((count // 5, TINY), (count, TINY), (large, LARGE)):
            root = make(part, side)
            measure("plain", dataset, root)
            runs = {way: measure(way, dataset, root) for way in WAYS}
            base = runs["plain"]["seconds"]
            found += [
                {"dataset": dataset, "images": part, "side": side, "way": way, "images_per_s": part / run["seconds"],
                 "times_plain": base / run["seconds"], "peak_mib": run["mib"]}
                for way, run in runs.items()
            ]  # fmt: skip
    return found


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--files", type=int, default=100_000)
    parser.add_argument("--pairs", type=int, default=10_000)
    parser.add_argument("--large", type=int, default=2_000, help="pictures of 1024 pixels a side, beside the tiny ones")
    parser.add_argument("--json", action="store_true")
    for hidden in ("--way", "--dataset", "--root"):
        parser.add_argument(hidden, help=argparse.SUPPRESS)
    given = parser.parse_args()
    if given.way:
        _one(given.way, given.dataset, Path(given.root))
        return
    found = compare(given.files, given.pairs, given.large)
    if given.json:
        print(json.dumps(found))
        return
    table = Table("data set", "images", "side", "read by", "images/s", "x plain", "peak MiB")
    for row in found:
        table.add_row(row["dataset"], f"{row['images']:,}", str(row["side"]), row["way"], f"{row['images_per_s']:,.0f}",
                      f"{row['times_plain']:.2f}", f"{row['peak_mib']:.0f}")  # fmt: skip
    Console().print(table)


if __name__ == "__main__":
    main()
