"""A made-up data set of any size, in the folder layout of a published one, and recipes over it.

`python -m benchmarks.synthetic ROOT --samples 1000 [--seed 0] [--workers 2] [--side 512] [--regions 10]` fills ROOT/raw
as NuInsSeg is laid out (catalog/datasets/nuinsseg.yaml: a PNG of tissue and a TIFF of instance numbers in folders by
organ) and writes ROOT/recipe.yaml. A picture is grey, 512 pixels a side, a smooth ground under three bits of noise, so
that its PNG has a realistic size (about 130 KB); its mask holds ten ellipses that do not touch. Picture n depends on
seed, side, regions and n alone: a larger set holds the smaller one, byte for byte, and every picture is its own
subject.
"""

import argparse
import json
import os
import shutil
from collections.abc import Iterable
from concurrent.futures import ProcessPoolExecutor
from functools import partial
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import yaml
from numpy.typing import NDArray

DATASET = "nuinsseg"
SIDE, REGIONS = 512, 10
ROWS, COLUMNS = 3, 4  # a grid of cells, at most one ellipse in each, so that none touch
NOISE = 8  # grey levels: three bits
CHUNK = 256
TISSUES = tuple(
    f"{species} {organ}" for species in ("human", "mouse") for organ in ("bladder", "brain", "kidney", "liver")
)
TASKS = ("modality", "location", "size", "counting", "comparison", "grounding")  # those that ask something here
STATE = "made.json"
WRITTEN = {".png": [cv2.IMWRITE_PNG_COMPRESSION, 1], ".tif": [cv2.IMWRITE_TIFF_COMPRESSION, 5]}  # 5: LZW


def make(
    root: Path, samples: int, seed: int = 0, workers: int = 1, side: int = SIDE, regions: int = REGIONS
) -> tuple[Path, Path]:
    """The raw folder and the recipe, for --raw and RECIPE. What is there already is left as it is, so a folder can be
    grown. Raises ValueError where `root` holds more pictures, or others."""
    about = {"seed": seed, "side": side, "regions": regions}
    state = {**about, "samples": 0}
    if (root / STATE).exists():
        state |= {"regions": REGIONS, **json.loads((root / STATE).read_text())}
    if any(state[name] != value for name, value in about.items()) or state["samples"] > samples:
        raise ValueError(f"{root} holds {state['samples']} pictures of {state}: take another folder")
    raw = root / "raw"
    for tissue in TISSUES:
        for kind in ("tissue images", "label masks modify"):
            (raw / DATASET / tissue / kind).mkdir(parents=True, exist_ok=True)
    missing = range(state["samples"], samples)
    chunks = [missing[n : n + CHUNK] for n in range(0, len(missing), CHUNK)]
    one = partial(_pictures, raw / DATASET, seed, side, regions)
    if workers > 1 and len(chunks) > 1:
        with ProcessPoolExecutor(workers) as pool:
            list(pool.map(one, chunks))
    else:
        list(map(one, chunks))
    (root / STATE).write_text(json.dumps({**about, "samples": samples}))
    return raw, write_recipe(root / "recipe.yaml")


def more(root: Path, to: Path, share: float = 0.01) -> Path:
    """A raw folder with the pictures of `root`, as hard links, and a share more (at least one). `to` is replaced."""
    state = json.loads((root / STATE).read_text())
    shutil.rmtree(to, ignore_errors=True)
    shutil.copytree(root / "raw", to / "raw", copy_function=os.link)
    shutil.copy(root / STATE, to / STATE)
    samples = state["samples"] + max(1, round(share * state["samples"]))
    return make(to, samples, state["seed"], side=state["side"], regions=state.get("regions", REGIONS))[0]


def write_recipe(path: Path, *, without: str | None = None, max_samples: int = 128, grow: str = "rebuild") -> Path:
    """A recipe over the set. `without`: a task to leave out, which changes one late parameter. `grow`: what becomes of
    the shards that stand."""
    recipe: dict[str, Any] = {
        "name": "synthetic", "version": "1.0.0", "title": "Made-up tissue", "seed": 17,
        "summary": "Ellipses on a noisy ground, in the layout of a published set, to measure speed on.",
        "use": {"commercial": False, "redistribute": True},
        "sources": [{"dataset": DATASET}],
        "tasks": [task for task in TASKS if task != without],
        "text": {"backend": "grounded"},
        "splits": {"train": 0.8, "validation": 0.1, "test": 0.1},
        "shards": {"grow": grow, "max_samples": max_samples},
    }  # fmt: skip
    path.write_text(yaml.safe_dump(recipe, sort_keys=False))
    return path


def pair(folder: Path, n: int) -> tuple[Path, Path]:
    """Where picture n and its mask lie in the data set's folder."""
    tissue = TISSUES[n % len(TISSUES)]
    name = f"{tissue.replace(' ', '_')}_{n:07d}"
    return folder / tissue / "tissue images" / f"{name}.png", folder / tissue / "label masks modify" / f"{name}.tif"


def picture(
    seed: int, n: int, side: int = SIDE, regions: int = REGIONS
) -> tuple[NDArray[np.uint8], NDArray[np.uint16]]:
    """Picture n and its mask: values from 1. `side`: 64 pixels or more; `regions`: at most twelve."""
    rng = np.random.default_rng((seed, n))
    coarse = rng.uniform(60, 160, (8, 8)).astype(np.float32)
    ground = cv2.resize(coarse, (side, side), interpolation=cv2.INTER_CUBIC).astype(np.uint8)
    mask = np.zeros((side, side), np.uint16)
    high, wide = side // ROWS, side // COLUMNS
    for value, cell in enumerate(rng.permutation(ROWS * COLUMNS)[:regions], start=1):
        row, column = divmod(int(cell), COLUMNS)
        centre = (int((column + 0.5) * wide), int((row + 0.5) * high))
        longest = wide // 2 - 8 * side // SIDE
        axes = (int(rng.integers(14 * side // SIDE, longest)), int(rng.integers(10 * side // SIDE, longest)))
        cv2.ellipse(mask, centre, axes, float(rng.uniform(0, 180)), 0, 360, value, cv2.FILLED)
    lifted = cv2.add(ground, np.where(mask > 0, np.uint8(50), np.uint8(0)))
    return cv2.add(lifted, rng.integers(0, NOISE, (side, side), np.uint8)), mask


def _pictures(folder: Path, seed: int, side: int, regions: int, numbers: Iterable[int]) -> None:
    for n in numbers:
        image, mask = picture(seed, n, side, regions)
        for path, array in zip(pair(folder, n), (image, mask), strict=True):
            if not cv2.imwrite(str(path), array, WRITTEN[path.suffix]):
                raise OSError(f"{path} cannot be written")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("root", type=Path)
    parser.add_argument("--samples", type=int, default=1000)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--workers", type=int, default=1)
    parser.add_argument("--side", type=int, default=SIDE)
    parser.add_argument("--regions", type=int, default=REGIONS)
    given = parser.parse_args()
    raw, recipe = make(given.root, given.samples, given.seed, given.workers, given.side, given.regions)
    print(f"{raw} {recipe}")


if __name__ == "__main__":
    main()
