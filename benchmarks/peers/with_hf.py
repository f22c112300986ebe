"""Hugging Face datasets: `Dataset.map(num_proc=N)`, then shards by webdataset.ShardWriter.

`--checked RECIPE` maps our own pure functions with questions, checks and replay (benchmarks/pure.py) in place of the
plain script's work, so it needs this project's environment and root: the same samples as a build's, without tables,
resume, splits and cards. Fingerprints are off, since nothing is done twice here; the Arrow cache lies in OUT and is
removed.
"""

import argparse
import shutil
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import datasets
from work import pairs, work, write

FLUSH = 64  # rows that a worker holds before they go to the Arrow cache


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("raw", type=Path)
    parser.add_argument("out", type=Path)
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--checked", type=Path)
    given = parser.parse_args()
    given.out.mkdir(parents=True, exist_ok=True)
    datasets.disable_progress_bars()
    rows, one = checked(given.raw, given.checked) if given.checked else plain(given.raw)
    cache = given.out / "cache"
    cache.mkdir()
    done = datasets.Dataset.from_list(rows).map(
        one, num_proc=given.workers, remove_columns=list(rows[0]), cache_file_name=str(cache / "done.arrow"),
        writer_batch_size=FLUSH, new_fingerprint="work",
    )  # fmt: skip
    write(given.out, groups(done))
    shutil.rmtree(cache)


def plain(raw: Path) -> tuple[list[dict[str, str]], Callable[[dict[str, str]], dict[str, Any]]]:
    """The pictures of a folder, and the plain script's work on one."""
    return [{"image": image, "mask": mask} for image, mask in pairs(raw)], _plain


def _plain(row: dict[str, str]) -> dict[str, Any]:
    return _columns(work(row["image"], row["mask"]))


def checked(raw: Path, recipe: Path) -> tuple[list[dict[str, str]], Callable[[dict[str, str]], dict[str, Any]]]:
    """The items of a folder, and our own work on one."""
    sys.path.insert(0, str(Path(__file__).parents[2]))
    from benchmarks import pure

    declared = pure.recipe_of(recipe)
    dataset = declared.sources[0].dataset
    items = [{"item": item.to_json()} for item in pure.connector(dataset).listing(raw / dataset)]

    def one(row: dict[str, str]) -> dict[str, Any]:
        from benchmarks import pure
        from connectors import Item

        item = Item.model_validate_json(row["item"])
        sample, members = next(pure.of_item(raw, declared, item, words=False))  # a picture is one sample
        return _columns({"__key__": sample.key, **members})

    return items, one


def _columns(group: dict[str, Any]) -> dict[str, Any]:
    return {name.replace(".", "_"): value for name, value in group.items()}


def groups(done: datasets.Dataset) -> Iterator[dict[str, Any]]:
    """The mapped rows as groups again."""
    names = {"__key__": "__key__", "png": "png", "mask_png": "mask.png", "json": "json"}
    for row in done:
        yield {names[name]: value for name, value in row.items()}


if __name__ == "__main__":
    main()
