"""Images in arrays: .npz, .npy, HDF5 and MATLAB files, one image an array or one a row."""

from collections.abc import Callable, Iterator, Mapping
from functools import partial
from pathlib import Path
from typing import Literal

import numpy as np
from pydantic import NonNegativeInt

from connectors import assemble, base, patterns
from connectors.base import Found, Item, LayoutError, Unreadable
from connectors.headers import array_file
from connectors.headers.grids import geometry as volume_geometry
from connectors.headers.grids import placed
from schemas import DatasetCard, Geometry, LabelSpace, SourceFile
from schemas.record import Kind
from schemas.select import parse_select, select_of

VERSION = "1"
COLOURS = (1, 3)


class Options(assemble.Common):
    """`images`: pattern over the names of the file's arrays ("{split}_images", "cjdata/image"); left out where a file
    has but one. `axes`: what its axes are, in order: n (rows, a record each), t (time), z, y (row), x (column), c
    (colour): "nyxc", "yx", "zyx". A .mat file's are in MATLAB's order (an image is "yx"); HDF5's and NumPy's as those
    libraries show them. `or_axes`: others, where arrays differ: the first that fits counts, by its number of axes and
    by colours. `channels`: where c is no colour, number -> fields of that channel, a record each. `colours`:
    where c holds more than the three colours, the number of the first of them.

    `spacing`: mm of a pixel along x, y, z, by the set's documents. `orientation`: where x, y, z grow (LPS), likewise;
    without both a volume has no patient frame. `shapes`: "refuse" an array whose axes do not fit, or "skip" it.

    Fields: `array`, `row`, `channel`, those of `images`, and `part`, which tells the records of a file apart; the
    subject is "{stem}{part}" unless the card says better.
    """

    subject: str | tuple[str, ...] = "{stem}{part}"
    images: str | None = None
    axes: str
    or_axes: tuple[str, ...] = ()
    channels: Mapping[int, Mapping[str, str]] = {}
    colours: NonNegativeInt | None = None
    spacing: Mapping[Literal["x", "y", "z"], float] = {}
    orientation: str | None = None
    shapes: Literal["refuse", "skip"] = "refuse"


def listing(root: Path, card: DatasetCard) -> Iterator[Item]:
    yield from assemble.items(root, card, _options(card))


def read(root: Path, card: DatasetCard, space: LabelSpace, item: Item) -> Iterator[Found]:
    options = _options(card)
    path = assemble.where(item)
    source = base.source_file(root, item.uri, item.member)
    found = list(_found(root, path, options))
    if not found:
        raise Unreadable(path, f"no array fits layout.options.images {options.images!r}")
    yield from assemble.several(path, _records(root, card, space, options, path, source, found))


def _records(
    root: Path, card: DatasetCard, space: LabelSpace, options: Options, path: str, source: SourceFile,
    found: list[tuple[array_file.Array, dict[str, str], Options]],
) -> Iterator[tuple[str, Callable[[], Iterator[Found]]]]:  # fmt: skip
    for array, named, its in found:
        for select, own in _parts(path, array, its):
            part = select.partition("@")[0] if len(found) > 1 or "[" in select else ""
            fields = {**named, **own, "array": array.name, "part": part and f"/{part}"}
            kind, grid = _grid(path, array, select, its)
            sources = (source.model_copy(update={"select": select}),)
            media = assemble.Media(kind, "array", VERSION, grid, sources, select, fields)
            yield select, partial(assemble.rows, root, card, space, options, path, media)


def _options(card: DatasetCard) -> Options:
    options = base.options(card, Options)
    try:
        for axes in (options.axes, *options.or_axes):
            parse_select(select_of("", axes, {"n": 0, "c": 0} if options.channels else {"n": 0})).order()
            if axes.count("n") > 1 or (options.channels and "c" not in axes):
                raise ValueError(f"axes {axes!r} have n more than once, or no c for the channels")
        if options.orientation:
            placed((1.0, 1.0, 1.0), options.orientation)
    except ValueError as error:
        raise LayoutError(card.id, "layout.options.axes", f"{error}; correct it") from error
    return options


def _found(root: Path, path: str, options: Options) -> Iterator[tuple[array_file.Array, dict[str, str], Options]]:
    """The arrays of images, by name, with what their names tell and the options with the axes that fit. Raises
    Unreadable on one that is none."""
    arrays = array_file.arrays(root, path) if options.images else (array_file.array(root, path, ""),)
    for array in arrays:
        named = patterns.pattern(options.images).match(array.name) if options.images else {}
        if named is None:
            continue
        if set("[]@") & set(array.name):
            raise Unreadable(path, f"array {array.name!r}: brackets and @ in a name cannot be told from an index")
        axes = _fitting(array, options)
        if axes is None and options.shapes == "skip":
            continue
        if axes is None:
            raise Unreadable(path, f"array {array.name!r} of {array.shape} {array.dtype} is no {options.axes!r}")
        yield array, named, options.model_copy(update={"axes": axes})


def _fitting(array: array_file.Array, options: Options) -> str | None:
    """The axes of an array; None where it is no image."""
    for axes in (options.axes, *options.or_axes):
        if len(array.shape) == len(axes) and array.dtype.kind in "biuf" and 0 not in array.shape:
            colours = dict(zip(axes, array.shape, strict=True)).get("c", 1)
            if not options.or_axes or options.channels or options.colours is not None or colours in COLOURS:
                return axes
    return None


def _parts(path: str, array: array_file.Array, options: Options) -> Iterator[tuple[str, dict[str, str]]]:
    """The `select` of each record of an array, with its fields. Raises Unreadable on channels that are no colours."""
    size = dict(zip(options.axes, array.shape, strict=True))
    if options.colours is not None:
        if options.colours + 3 > size.get("c", 1):
            raise Unreadable(path, f"array {array.name!r} has {size.get('c', 1)} channels: no colours there")
        yield from _coloured(array, options, size)
        return
    if not options.channels and size.get("c", 1) not in COLOURS:
        raise Unreadable(
            path, f"array {array.name!r} has {size['c']} channels, no colours; say in layout.options.channels what "
            "they are",
        )  # fmt: skip
    beyond = [number for number in options.channels if not 0 <= number < size["c"]]
    if beyond:
        raise Unreadable(path, f"array {array.name!r} has no channel {beyond[0]}: there are {size['c']}")
    for row in range(size["n"]) if "n" in size else (None,):
        for channel in sorted(options.channels) or (None,):
            numbers = {axis: n for axis, n in (("n", row), ("c", channel)) if n is not None}
            told = {} if channel is None else {**options.channels[channel], "channel": str(channel)}
            yield select_of(array.name, options.axes, numbers), {**told, **({} if row is None else {"row": str(row)})}


def _coloured(
    array: array_file.Array, options: Options, size: Mapping[str, int]
) -> Iterator[tuple[str, dict[str, str]]]:
    first = options.colours or 0
    for row in range(size["n"]) if "n" in size else (None,):
        own = {} if row is None else {"n": row}
        select = select_of(array.name, options.axes, {**own, "c": (first, first + 3)})
        yield select, {} if row is None else {"row": str(row)}


def _grid(path: str, array: array_file.Array, select: str, options: Options) -> tuple[Kind, Geometry]:
    shape = array_file.shape_of(array.shape, parse_select(select))
    known = options.spacing
    if "z" not in options.axes:
        spacing = (known["y"], known["x"]) if {"x", "y"} <= set(known) else None
        return ("clip" if "t" in options.axes else "image"), Geometry(shape=shape, spacing_mm=spacing)
    whole = (known["x"], known["y"], known["z"]) if len(known) == 3 else None
    if whole is None or options.orientation is None:
        return "volume", Geometry(shape=shape, spacing_mm=whole)
    return "volume", volume_geometry(shape, np.asarray(placed(whole, options.orientation)))
