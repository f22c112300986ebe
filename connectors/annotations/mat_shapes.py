"""Nuclei and other small objects in arrays: instance maps with a class for each instance, and detected points.

The forms are those of CoNSeP and Lizard (`inst_map` with `inst_type` or `class` and `id`), GLySAC and CPM (`inst_map`,
`type_map`), PanNuke (a channel of instances for each class), and CRCHistoPhenotypes (`detection`, a file a class).
"""

from collections.abc import Iterator, Mapping
from functools import lru_cache
from pathlib import Path
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from connectors import archives, patterns, tables, walking
from connectors.assemble import Image
from connectors.base import LayoutError, RowFault, Unreadable
from connectors.drafts import Draft, ExaminedDraft, MapDraft, ProblemDraft, RegionDraft
from connectors.headers import array_file
from connectors.shapes import absent, drawing
from schemas import LabelShape
from schemas.select import select_of

ROUNDING = 1e-3


class Options(drawing.Options):
    """`map`: the array of instances in `file` (the image's own where `file` is "{path}"), with fields ("masks");
    `axes`: as in arrays: yx, or nyxc where it holds many images (n takes the image's `row`) or channels.

    The class of an instance, its label through `names`: `types`: the array of classes, in the order of `ids` (the array
    of their values in the map; without it the map's values from low to high); or `type_map`: a map of classes, of which
    an instance has the one that most of its pixels have; or `channels`: number along c -> label; or `label` for all.
    `points`: in place of `map`: an array (n, 2) of x and y, each a point of `label`, which may have the pattern's open
    fields ("{class}"). `one_based`: they are counted from 1, as in MATLAB, where a whole number is a pixel's centre.
    `untyped`: the class of instances that are left out, as background. `missing`: as in format masks.
    """

    map: str | None = None
    axes: str = "yx"
    row: str = "{row}"
    types: str | None = None
    ids: str | None = None
    type_map: str | None = None
    channels: Mapping[int, str] = {}
    label: str | None = None
    points: str | None = None
    one_based: bool = True
    untyped: tuple[int, ...] = ()
    missing: Literal["notice", "refuse", "unannotated", "empty"] = "notice"


companions = drawing.companions


def annotate(image: Image, options: Options) -> Iterator[Draft]:
    """Classes that do not fit the instances, and a point outside, are problems. Raises Unreadable on an array that is
    not there or is of another size."""
    fields = {"path": image.path, **image.fields}
    files = [(path, own) for path, own in walking.find(image.root, options.file, fields)]
    there = [(path, own) for path, own in files if archives.there(image.root, path)]
    if not there:
        yield from absent.drafts(image, options.file, options.missing)
    for path, own in there:
        yield ExaminedDraft(path)
        if options.points:
            yield from _points(image, path, {**fields, **own}, options)
        elif options.channels:
            yield from _channels(image, path, options)
        else:
            yield from _instances(image, path, {**fields, **own}, options)


def _select(image: Image, path: str, options: Options) -> str:
    """Of the map, checked against the image's size. Raises Unreadable."""
    if options.map is None:
        raise LayoutError(image.card.id, "layout.options.annotations: mat_shapes.map", "is needed without `points`")
    select = select_of(
        image.fill(options.map), options.axes, {"n": int(image.fill(options.row))} if "n" in options.axes else {}
    )
    shape = array_file.grid(image.root, path, select).shape
    if shape != image.size:
        raise Unreadable(path, f"{options.map} of {shape} is not of {image.path}, {image.size} (rows, columns)")
    return select


def _channels(image: Image, path: str, options: Options) -> Iterator[RegionDraft]:
    source = image.source(path, _select(image, path, options))
    array_file.check_channels(image.root, path, image.fill(options.map or ""), options.axes, options.channels)
    for number, label in sorted(options.channels.items()):
        shape = LabelShape(source=source, decoder="array", value=0, instances=True, channel=number)
        yield RegionDraft(options.prefix + label, shape)


def _instances(image: Image, path: str, fields: Mapping[str, str], options: Options) -> Iterator[Draft]:
    source = image.source(path, _select(image, path, options))
    if options.types is None and options.type_map is None:
        shape = LabelShape(source=source, decoder="array", value=0, instances=True)
        yield RegionDraft(options.prefix + _label(image, options, fields), shape)
        return
    size, mtime_ns = drawing.stamp(image.root, path)
    try:
        classes, lost = _classes(
            image.root, path, size, mtime_ns, image.fill(options.map or ""), options.types, options.ids,
            options.type_map,
        )  # fmt: skip
    except RowFault as fault:
        yield ProblemDraft(fault.notice())  # no instance has a class that can be told
        return
    if lost:
        reason = f"nothing says the class of {len(lost)} instances: {', '.join(map(str, lost[:5]))}"
        yield ProblemDraft(RowFault(path, reason, item=options.ids or options.types).notice())
    plain = LabelShape(source=source, decoder="array", value=0)
    yield MapDraft(plain, known=(*(value for value, kind in classes if kind in options.untyped), *lost))
    for value, kind in classes:
        if kind not in options.untyped:
            shape = plain.model_copy(update={"value": value})
            yield RegionDraft(options.named(kind), shape, meta={"instance": value})


def _label(image: Image, options: Options, fields: Mapping[str, str]) -> str:
    if options.label is None:
        raise LayoutError(
            image.card.id, "layout.options.annotations: mat_shapes.label", "is needed without `types`, `type_map`"
        )
    return patterns.fill(options.label, fields)


@lru_cache(maxsize=4)
def _classes(
    root: Path, path: str, size: int, mtime_ns: int, name: str, types: str | None, ids: str | None, type_map: str | None
) -> tuple[tuple[tuple[int, int], ...], tuple[int, ...]]:
    """Value in the map -> class, by value, and the values without one. Raises Unreadable, and RowFault where there are
    more or fewer classes than values."""
    whole = _whole(path, name, array_file.values(root, path, name))
    if type_map is not None:
        kinds = _whole(path, type_map, array_file.values(root, path, type_map))
        if kinds.shape != whole.shape:
            raise Unreadable(path, f"{type_map} of {kinds.shape} is not on the grid of {name}, {whole.shape}")
        return _majority(whole, kinds), ()
    given = np.ravel(_whole(path, types or "", array_file.values(root, path, types or ""))).tolist()
    present = np.unique(whole)[np.unique(whole) > 0].tolist()
    values = np.ravel(_whole(path, ids, array_file.values(root, path, ids))).tolist() if ids else present
    if len(values) != len(given):
        reason = f"has {len(given)} classes for the {len(values)} values of {ids or name}"
        raise RowFault(path, reason, item=types)
    found = sorted((value, kind) for value, kind in zip(values, given, strict=True) if value in set(present))
    return tuple(found), tuple(sorted(set(present) - set(values)))


def _majority(whole: NDArray[Any], kinds: NDArray[Any]) -> tuple[tuple[int, int], ...]:
    """The commonest class above zero of each instance's pixels, the lower one of two that are as common."""
    inside = (whole > 0) & (kinds > 0)
    pairs, counts = np.unique(np.stack([whole[inside], kinds[inside]]), axis=1, return_counts=True)
    best: dict[int, tuple[int, int]] = {}
    for (value, kind), count in zip(pairs.T.tolist(), counts.tolist(), strict=True):
        if count > best.get(value, (0, 0))[0]:
            best[value] = (count, kind)
    unknown = {int(value): (0, 0) for value in np.unique(whole[whole > 0]) if int(value) not in best}
    return tuple(sorted((value, kind) for value, (_, kind) in {**best, **unknown}.items()))


def _whole(path: str, name: str, array: NDArray[Any]) -> NDArray[Any]:
    """Whole numbers within rounding: MATLAB writes them as doubles. Raises Unreadable."""
    if array.dtype.kind not in "biuf":
        raise Unreadable(path, f"{name} holds {array.dtype}, not numbers")
    if not np.isfinite(array).all() or np.abs(array - np.rint(array)).max(initial=0) > ROUNDING:
        raise Unreadable(path, f"{name} holds fractions")
    return np.asarray(np.rint(array), np.int64)


def _points(image: Image, path: str, fields: Mapping[str, str], options: Options) -> Iterator[Draft]:
    found = np.asarray(array_file.values(image.root, path, options.points or ""), np.float64)
    if found.size and (found.ndim != 2 or found.shape[1] != 2):
        raise Unreadable(path, f"{options.points} of {found.shape} holds no x and y")
    board, label = drawing.board(image, options), options.prefix + _label(image, options, fields)
    shift = -0.5 if options.one_based else 0.0

    def drawn(point: tuple[int, list[float]]) -> Iterator[Draft]:
        where = f"{options.points}[{point[0]}]"
        x, y = (drawing.number(path, where, value) + shift for value in point[1])
        shape = board.points(path, where, [(x, y)])
        yield from () if shape is None else [RegionDraft(label, shape)]

    yield from tables.each(enumerate(found.reshape(-1, 2).tolist()), drawn, lambda _: [label])
