"""COCO JSON: boxes, polygons, run lengths and keypoints of many pictures in one file (cocodataset.org, Data format)."""

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from connectors import naming, tables
from connectors.assemble import Image
from connectors.base import RowFault, Unreadable
from connectors.drafts import Draft, ExaminedDraft, ProblemDraft, RegionDraft
from connectors.listed import Listed, named_in
from connectors.shapes import coco_index, drawing
from connectors.tables.lookup import Step, normal
from schemas import DatasetCard, Notice, PointShape, rle
from schemas.region import Shape

NAME = "{name}"


class Options(drawing.Options):
    """`key`: a template over the keys of an entry of `images`; `match`: the template over the image's fields that
    equals it; `normalise` makes them alike as in `table`, and where base names repeat, folders tell entries apart.
    `label`: name, supercategory or id of the category, or a template over the annotation's keys and these
    ("{category_id_1}{category_id_2}"). `categories`, `category_id`: the lists' names where a file has several.
    `shapes`: the segmentation, or the box where that is empty; box: the box alone. `keypoints`: points are read too.
    `sizes: ignore`: the width and height that the file states are known to be wrong. `crowd: skip`: annotations with
    `iscrowd`, one outline around many objects, are passed over. `keep`: keys of an annotation for the region's meta.
    `required`: an image without an entry is unreadable, not merely not annotated.
    """

    key: str = "{file_name}"
    match: str = NAME
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


companions = drawing.companions


def annotate(image: Image, options: Options) -> Iterator[Draft]:
    """An unknown category and a shape that is broken or outside are problems of their annotation. Raises Unreadable on
    another size than the image's, and where it is open whose an entry is."""
    key = normal(image.fill(options.match), options.normalise, of_table=False)
    found = False
    for path in drawing.found(image.root, options.file, image.fields):
        with drawing.formed(path):
            index = _index(image.root, path, options)
            entries = naming.mine(
                image, path, index.images.get(key, ()), alone=options.file if options.match == NAME else None
            )
            if entries and not found:
                yield ExaminedDraft(path)
            found = found or bool(entries)
            yield from _of_image(image, path, entries, index, options)
    if not found and options.required:
        raise Unreadable(image.path, f"no entry {key!r} in {options.file}")


def _of_image(
    image: Image, path: str, entries: Sequence[Mapping[str, Any]], index: coco_index.Index, options: Options
) -> Iterator[Draft]:
    for entry in entries:
        _check_size(image, path, entry, options)
    ids = list(dict.fromkeys(coco_index.ident(entry.get("id")) for entry in entries))
    doubled = [own for own in ids if own in index.doubled]
    if doubled:
        raise Unreadable(path, f"id {doubled[0]} is that of several images, {image.path} among them")
    if len(entries) > 1:
        reason = f"{len(entries)} entries of {image.path}: what either says is taken together"
        yield ProblemDraft(Notice(kind="file", uri=path, item=f"id {', '.join(ids)}", reason=reason), ())
    marks = [mark for own in ids for mark in index.marks.get(own, ())]
    yield from tables.each(
        marks, lambda mark: _drawn(image, path, mark, index, options), lambda mark: [_label(path, mark, index, options)]
    )


def _check_size(image: Image, path: str, entry: Mapping[str, Any], options: Options) -> None:
    said = (entry.get("height"), entry.get("width"))
    if options.sizes == "check" and None not in said and said != drawing.size(image):
        grid = drawing.size(image)
        raise Unreadable(path, f"image {entry.get('id')!r} is {said}, {image.path} is {grid} (rows, columns)")


def _drawn(
    image: Image, path: str, mark: Mapping[str, Any], index: coco_index.Index, options: Options
) -> Iterator[RegionDraft]:
    where = _where(mark)
    with drawing.formed(path, where):
        crowd = bool(mark.get("iscrowd"))
        if crowd and options.crowd == "skip":
            return
        label = _label(path, mark, index, options)
        meta = {name: mark[name] for name in options.keep if name in mark} | ({"crowd": True} if crowd else {})
        shape = _shape(image, path, where, mark, options)
        names = _category(path, mark, index, options).get("keypoints", [])
        points = _keypoints(image, path, where, mark, names, options) if options.keypoints else None
        yield from (RegionDraft(label, drawn, meta=meta) for drawn in (shape, points) if drawn is not None)


def _where(mark: Mapping[str, Any]) -> str:
    return f"annotation {mark.get('id')!r}"


def _category(path: str, mark: Mapping[str, Any], index: coco_index.Index, options: Options) -> Mapping[str, Any]:
    said = mark.get(options.category_id)
    category = index.categories.get(coco_index.ident(said))
    if category is None:
        reason = f"{options.category_id} {said!r} is none of {options.categories}"
        raise RowFault(path, reason, item=_where(mark))
    return category


def _label(path: str, mark: Mapping[str, Any], index: coco_index.Index, options: Options) -> str:
    category = _category(path, mark, index, options)
    if "{" in options.label:
        return options.named(coco_index.fill(path, _where(mark), options.label, {**mark, **category}))
    return options.named(coco_index.fill(path, f"category {category.get('id')!r}", f"{{{options.label}}}", category))


def _shape(image: Image, path: str, where: str, mark: Mapping[str, Any], options: Options) -> Shape | None:
    """The segmentation; the box where it is empty, in any of the forms that tools write that in."""
    board = drawing.board(image, options)
    drawn = _segmentation(mark) if options.shapes == "segmentation" else None
    if isinstance(drawn, dict):
        found = mask(image, path, where, drawn)
        if found.any() or not mark.get("bbox"):
            return rle.encode(found)
    elif drawn:
        return board.polygon(path, where, [_pairs(path, where, ring) for ring in drawn])
    box = mark.get("bbox")
    if not box:
        if mark.get("keypoints"):
            return None
        raise RowFault(path, "has neither a segmentation nor a box", item=where)
    if len(box) != 4:
        raise RowFault(path, f"a box of {len(box)} numbers; COCO's are x, y, width, height", item=where)
    x, y, width, height = (drawing.number(path, where, value) for value in box)
    return board.box(path, where, (x, y, x + width, y + height))


def _segmentation(mark: Mapping[str, Any]) -> Any:
    """Run lengths, or rings; None for `[]`, `[[]]`, `{}` and run lengths that are none."""
    drawn = mark.get("segmentation")
    if isinstance(drawn, dict):
        return drawn if drawn.get("counts") or (drawn and not mark.get("bbox")) else None
    if isinstance(drawn, list) and drawn:
        flat = [drawn] if isinstance(drawn[0], int | float) else drawn  # some write the one ring without its list
        return [ring for ring in flat if ring] or None
    return drawn or None


def _pairs(path: str, where: str, ring: Any) -> list[tuple[float, float]]:
    if not isinstance(ring, list) or len(ring) % 2:
        raise RowFault(path, "a ring is no list of x, y, x, y ...", item=where)
    values = [drawing.number(path, where, value) for value in ring]
    return list(zip(values[0::2], values[1::2], strict=True))


def mask(image: Image, path: str, where: str, given: Mapping[str, Any]) -> NDArray[np.bool_]:
    """Run lengths down the columns, zeros first, as a list or as COCO's string. Raises RowFault."""
    size, counts = given.get("size"), given.get("counts")
    if size is None or tuple(size) != drawing.size(image):
        reason = f"a mask of {size} on an image of {drawing.size(image)} (rows, columns)"
        raise RowFault(path, reason, item=where)
    runs = np.asarray(uncompressed(counts) if isinstance(counts, str) else counts, np.int64)
    if runs.ndim != 1 or runs.min(initial=0) < 0 or runs.sum() != size[0] * size[1]:
        raise RowFault(path, f"run lengths do not fill a mask of {size}", item=where)
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
    image: Image, path: str, where: str, mark: Mapping[str, Any], called: Sequence[Any], options: Options
) -> PointShape | None:
    """x, y, visibility of each: 0 is not labelled, 1 hidden, 2 seen."""
    given = mark.get("keypoints") or []
    names = [str(name) for name in called]
    if len(given) % 3 or (names and len(given) != 3 * len(names)):
        reason = f"{len(given)} numbers are not x, y, visibility of {len(names)} keypoints"
        raise RowFault(path, reason, item=where)
    triples = [tuple(drawing.number(path, where, v) for v in given[n : n + 3]) for n in range(0, len(given), 3)]
    kept = [n for n, (_, _, seen) in enumerate(triples) if seen > 0]
    if not kept:
        return None
    points = [triples[n][:2] for n in kept]
    return drawing.board(image, options).points(path, where, points, [names[n] for n in kept] if names else [])


def listed(root: Path, options: Options) -> Iterator[Listed]:
    """The images that each file names."""
    yield from named_in(
        root, options.file, lambda path: _index(root, path, options).images, options.match, options.normalise
    )


def of_folder(root: Path, card: DatasetCard, options: Options) -> Iterator[Notice]:
    """What each file says of no image, and entries without a name: of no record, so that none has to be read for it."""
    for path in drawing.found(root, options.file, {}):
        try:
            with drawing.formed(path):
                yield from _index(root, path, options).lost
        except Unreadable:
            continue  # said of each image that needs it


def _index(root: Path, path: str, options: Options) -> coco_index.Index:
    stamp = drawing.stamp(root, path)
    return coco_index.index(root, path, *stamp, options.key, options.normalise, options.categories)
