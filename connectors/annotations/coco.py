"""COCO JSON: boxes, polygons, run lengths and keypoints of many pictures in one file (cocodataset.org, Data format)."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from connectors.assemble import Image
from connectors.base import Unreadable
from connectors.drafts import Draft, ExaminedDraft, RegionDraft
from connectors.listed import Listed, named_in
from connectors.shapes import drawing
from connectors.tables.lookup import Step, normal
from schemas import PointShape, rle
from schemas.region import Shape

_KEY = re.compile(r"\{([^{}]+)\}")


class Options(drawing.Options):
    """`key`: a template over the keys of an entry of `images`; `match`: the template over the image's fields that
    equals it; `normalise` makes them alike as in `table`. `label`: name, supercategory or id of the category, or a
    template over the annotation's keys and these ("{category_id_1}{category_id_2}"). `categories`, `category_id`: the
    lists' names where a file has several. `shapes`: the segmentation, or the box where there is none; box: the box
    alone. `keypoints`: points are read too. `sizes: ignore`: the width and height that the file states are known to be
    wrong. `crowd: skip`: annotations with `iscrowd`, one outline around many objects, are passed over. `keep`: keys of
    an annotation for the region's meta. `required`: an image without an entry is unreadable, not merely not annotated.
    """

    key: str = "{file_name}"
    match: str = "{name}"
    normalise: tuple[Step, ...] = ("slash", "basename")
    label: str = "name"
    categories: str = "categories"
    category_id: str = "category_id"
    shapes: Literal["segmentation", "box"] = "segmentation"
    keypoints: bool = True
    sizes: Literal["check", "ignore"] = "check"
    crowd: Literal["keep", "skip"] = "keep"
    keep: tuple[str, ...] = ()
    required: bool = False


@dataclass(frozen=True)
class Index:
    """A file's entries by image: `images` by key, `marks` by the image's id, `categories` by id."""

    images: Mapping[str, tuple[Mapping[str, Any], ...]]
    marks: Mapping[Any, tuple[Mapping[str, Any], ...]]
    categories: Mapping[Any, Mapping[str, Any]]


companions = drawing.companions


def annotate(image: Image, options: Options) -> Iterator[Draft]:
    """Raises Unreadable on another size than the image's, an unknown category, a shape that is broken or outside."""
    key = normal(image.fill(options.match), options.normalise, of_table=False)
    entries = 0
    for path in drawing.found(image.root, options.file, image.fields):
        with drawing.formed(path):
            index = _index(
                image.root, path, *drawing.stamp(image.root, path), options.key, options.normalise, options.categories
            )
            for entry in index.images.get(key, ()):
                if entries == 0:
                    yield ExaminedDraft(path)
                entries += 1
                _check_size(image, path, entry, options)
                for mark in index.marks.get(entry.get("id"), ()):
                    yield from _drawn(image, path, mark, index, options)
    if entries == 0 and options.required:
        raise Unreadable(image.path, f"no entry {key!r} in {options.file}")


@lru_cache(maxsize=8)
def _index(
    root: Path, path: str, size: int, mtime_ns: int, key: str, steps: tuple[Step, ...], categories: str
) -> Index:
    whole = drawing.parsed(root, path)
    for name in ("images", categories):
        if not isinstance(whole, dict) or not isinstance(whole.get(name), list):
            raise Unreadable(path, f"no list {name!r}: not COCO's form")
    images: dict[str, list[Mapping[str, Any]]] = {}
    for entry in whole["images"]:
        images.setdefault(normal(_fill(path, "an image", key, entry), steps, of_table=True), []).append(entry)
    given = whole.get("annotations") or []
    marks: dict[Any, list[Mapping[str, Any]]] = {}
    for mark in given.values() if isinstance(given, dict) else given:  # some releases key them by their ids
        marks.setdefault(mark.get("image_id"), []).append(mark)
    return Index(
        {name: tuple(found) for name, found in images.items()},
        {name: tuple(found) for name, found in marks.items()},
        {category.get("id"): category for category in whole[categories]},
    )


def _fill(path: str, where: str, template: str, entry: Mapping[str, Any]) -> str:
    def value(found: re.Match[str]) -> str:
        if found[1] not in entry:
            raise Unreadable(path, f"{where} has no {found[1]!r}, only {', '.join(map(str, entry))}")
        return str(entry[found[1]])

    return _KEY.sub(value, template)


def _check_size(image: Image, path: str, entry: Mapping[str, Any], options: Options) -> None:
    said = (entry.get("height"), entry.get("width"))
    if options.sizes == "check" and None not in said and said != drawing.size(image):
        grid = drawing.size(image)
        raise Unreadable(path, f"image {entry.get('id')!r} is {said}, {image.path} is {grid} (rows, columns)")


def _drawn(image: Image, path: str, mark: Mapping[str, Any], index: Index, options: Options) -> Iterator[RegionDraft]:
    where = f"annotation {mark.get('id')!r}"
    crowd = bool(mark.get("iscrowd"))
    if crowd and options.crowd == "skip":
        return
    category = index.categories.get(mark.get(options.category_id))
    if category is None:
        known = f"is none of {options.categories}"
        raise Unreadable(path, f"{where}: {options.category_id} {mark.get(options.category_id)!r} {known}")
    label = options.named(_said(path, where, mark, category, options.label))
    meta = {name: mark[name] for name in options.keep if name in mark} | ({"crowd": True} if crowd else {})
    shape = _shape(image, path, where, mark, options)
    points = _keypoints(image, path, where, mark, category, options) if options.keypoints else None
    yield from (RegionDraft(label, drawn, meta=meta) for drawn in (shape, points) if drawn is not None)


def _said(path: str, where: str, mark: Mapping[str, Any], category: Mapping[str, Any], label: str) -> str:
    if "{" in label:
        return _fill(path, where, label, {**mark, **category})
    return _fill(path, f"category {category.get('id')!r}", f"{{{label}}}", category)


def _shape(image: Image, path: str, where: str, mark: Mapping[str, Any], options: Options) -> Shape | None:
    board, drawn = drawing.board(image, options), mark.get("segmentation")
    if isinstance(drawn, dict) and options.shapes == "segmentation":
        return rle.encode(mask(image, path, where, drawn))
    if drawn and options.shapes == "segmentation":
        flat = [drawn] if isinstance(drawn[0], int | float) else drawn  # some write the one ring without its list
        return board.polygon(path, where, [_pairs(path, where, ring) for ring in flat])
    box = mark.get("bbox")
    if not box:
        if mark.get("keypoints"):
            return None
        raise Unreadable(path, f"{where} has neither a segmentation nor a box")
    if len(box) != 4:
        raise Unreadable(path, f"{where}: a box of {len(box)} numbers; COCO's are x, y, width, height")
    x, y, width, height = (drawing.number(path, where, value) for value in box)
    return board.box(path, where, (x, y, x + width, y + height))


def _pairs(path: str, where: str, ring: Any) -> list[tuple[float, float]]:
    if not isinstance(ring, list) or len(ring) % 2:
        raise Unreadable(path, f"{where}: a ring is no list of x, y, x, y ...")
    values = [drawing.number(path, where, value) for value in ring]
    return list(zip(values[0::2], values[1::2], strict=True))


def mask(image: Image, path: str, where: str, given: Mapping[str, Any]) -> NDArray[np.bool_]:
    """Run lengths down the columns, zeros first, as a list or as COCO's string."""
    size, counts = given.get("size"), given.get("counts")
    if size is None or tuple(size) != drawing.size(image):
        raise Unreadable(path, f"{where}: a mask of {size} on an image of {drawing.size(image)} (rows, columns)")
    runs = np.asarray(uncompressed(counts) if isinstance(counts, str) else counts, np.int64)
    if runs.ndim != 1 or runs.min(initial=0) < 0 or runs.sum() != size[0] * size[1]:
        raise Unreadable(path, f"{where}: run lengths do not fill a mask of {size}")
    ones = np.arange(len(runs)) % 2 == 1
    return np.repeat(ones, runs).reshape((size[0], size[1]), order="F")


def uncompressed(text: str) -> list[int]:
    """COCO's string of run lengths: 5 bits a character above "0", low bits first, bit 6 where more follow, the last one
    signed; from the fourth number on, the difference to the one two before (cocoapi, common/maskApi.c, rleFrString)."""
    runs: list[int] = []
    value = shift = 0
    for char in text:
        bits = ord(char) - 48
        value |= (bits & 0x1F) << shift
        shift += 5
        if not bits & 0x20:
            value -= (1 << shift) if bits & 0x10 else 0
            runs.append(value + (runs[-2] if len(runs) > 2 else 0))
            value = shift = 0
    return runs


def _keypoints(
    image: Image, path: str, where: str, mark: Mapping[str, Any], category: Mapping[str, Any], options: Options
) -> PointShape | None:
    """x, y, visibility of each: 0 is not labelled, 1 hidden, 2 seen."""
    given = mark.get("keypoints") or []
    names = [str(name) for name in category.get("keypoints", [])]
    if len(given) % 3 or (names and len(given) != 3 * len(names)):
        raise Unreadable(path, f"{where}: {len(given)} numbers are not x, y, visibility of {len(names)} keypoints")
    triples = [tuple(drawing.number(path, where, v) for v in given[n : n + 3]) for n in range(0, len(given), 3)]
    kept = [n for n, (_, _, seen) in enumerate(triples) if seen > 0]
    if not kept:
        return None
    points = [triples[n][:2] for n in kept]
    return drawing.board(image, options).points(path, where, points, [names[n] for n in kept] if names else [])


def listed(root: Path, options: Options) -> Iterator[Listed]:
    """The images that each file names."""

    def index(path: str) -> Mapping[str, tuple[Any, ...]]:
        stamp = drawing.stamp(root, path)
        return _index(root, path, *stamp, options.key, options.normalise, options.categories).images

    yield from named_in(root, options.file, index, options.match, options.normalise)
