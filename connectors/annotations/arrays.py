"""Labels and masks in arrays: .npz, .npy, HDF5 and MATLAB files - the image's own container, or one beside it."""

import math
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, Literal

import numpy as np
from pydantic import field_validator

from connectors import archives, base, patterns, tables
from connectors.assemble import Image, needed_by
from connectors.base import LayoutError, RowFault, Unreadable
from connectors.drafts import AttributeDraft, Draft, ExaminedDraft, LabelDraft, MapDraft, RegionDraft
from connectors.headers import allowed, array_file
from connectors.only import Only, applies
from connectors.shapes import absent
from schemas import LabelShape
from schemas.select import parse_select, select_of

STATES = {1.0: "present", 0.0: "absent", -1.0: "uncertain"}


class Mask(base.Options):
    """`array`: its name, with fields. `axes`: as in the reader's options; n takes the image's own row. One of `values`
    (value -> label), `label` (a binary mask) and `channels` (number along c -> label of the binary mask there).
    `channel`: the number along c that holds `values` or `label`. Labels may have fields ("{class}")."""

    array: str
    axes: str
    values: Mapping[int, str] = {}
    label: str | None = None
    channels: Mapping[int, str] = {}
    channel: int | None = None


class Options(base.Options):
    """`file`: the container, with fields; the image's own where it is left out. `row`: the image's row in it.

    `labels`: the array of classes. With `columns` it has a column each: 1 present, 0 absent, -1 uncertain, NaN blank.
    Without, it has one class a row, under its name in `names`, or as it stands; `field` then keeps it as a field too.
    `told`: field -> array of what else is known (age), or an attribute in HDF5 ("@name"). `hide`: likewise, for
    templates alone (patients). `masks`: see Mask.

    `prefix`: a template that goes before each class. `zeros`: what 0 in a column means: absent, or nothing where a
    source knows only what is there. `only`: fields and their values where this holds; other images are not annotated.
    `missing`: where the container of an image is not there, as in format masks.
    """

    file: str | None = None
    row: str | None = "{row}"
    labels: str | None = None
    columns: tuple[str, ...] = ()
    names: Mapping[str, str] = {}
    field: str | None = None
    told: Mapping[str, str] = {}
    hide: Mapping[str, str] = {}
    masks: tuple[Mask, ...] = ()
    prefix: str = ""
    zeros: Literal["absent", "nothing"] = "absent"
    missing: Literal["notice", "refuse", "unannotated", "empty"] = "notice"
    only: Only = {}

    @field_validator("told")
    @classmethod
    def _lawful(cls, told: Mapping[str, str]) -> Mapping[str, str]:
        for name in told.values():
            allowed.attribute(name)
        return told


def companions(root: Path, options: Options, fields: Mapping[str, str]) -> Iterator[str]:
    """The container, where the path alone tells which; the image's own is no companion."""
    if options.file is not None and patterns.plain(patterns.bind(options.file, fields)):
        yield patterns.fill(options.file, fields)


def annotate(image: Image, options: Options) -> Iterator[Draft]:
    if not applies(options.only, image.fields):
        return
    path = image.fill(options.file) if options.file else image.path
    if options.file and not archives.there(image.root, path):
        yield from absent.drafts(image, options.file, options.missing)
        return
    row = int(image.fill(options.row)) if options.row and "row" in image.fields else None
    yield from tables.each(
        [*options.told.items(), *options.hide.items()],
        lambda one: _told(image, path, one, row, options), lambda _: (),
    )  # fmt: skip
    if options.labels is not None or options.masks:
        yield ExaminedDraft(path)
    if options.labels is not None:
        yield from tables.each([options.labels], lambda array: _classes(image, path, array, row, options))
    for mask in options.masks:
        yield from _drawn(image, path, mask, row)


def _told(
    image: Image, path: str, named: tuple[str, str], row: int | None, options: Options
) -> Iterator[Draft]:  # fmt: skip
    """A value beside the image. Raises RowFault where it has none, and Unreadable where it says whose the image is."""
    name, array = named
    try:
        value = _scalar(path, array, _row(image, path, array, None if "@" in array else row))
    except RowFault as fault:
        if name in needed_by(image.card, "subject"):
            raise Unreadable(path, str(fault.plain)) from fault
        raise
    if value is not None:
        yield AttributeDraft(name, value, hidden=name in options.hide)


def _row(image: Image, path: str, template: str, row: int | None) -> Any:
    """An image's own values of an array. Raises RowFault when the array has no such row."""
    values = array_file.values(image.root, path, image.fill(template))
    if row is None:
        return values
    if values.ndim == 0 or row >= len(values):
        reason = f"array {image.fill(template)!r} of {values.shape} has no row {row}"
        raise RowFault(path, reason, item=f"row {row}")
    return values[row]


def _scalar(path: str, name: str, value: Any) -> str | int | float | None:
    """One number or text; None for NaN. MATLAB's and HDF5's texts may be rows of character codes. Raises RowFault."""
    flat = np.ravel(value)
    if flat.size == 1 and flat.dtype.kind in "biuf":
        number = flat[0].item()
        if isinstance(number, float) and not math.isfinite(number):
            return None
        return int(number) if float(number).is_integer() else float(number)
    if flat.size == 1 and isinstance(flat[0], bytes | str):
        return flat[0].decode() if isinstance(flat[0], bytes) else str(flat[0])
    if flat.size and flat.dtype == np.uint16:
        return "".join(map(chr, flat))
    reason = f"holds {flat.size} values of {flat.dtype} for an image: one was expected"
    raise RowFault(path, reason, item=f"array {name!r}")


def _classes(image: Image, path: str, array: str, row: int | None, options: Options) -> Iterator[Draft]:
    """Raises RowFault where the class of an image is none."""
    name, prefix, value = image.fill(array), image.fill(options.prefix), _row(image, path, array, row)
    where = f"array {name!r}" if row is None else f"array {name!r}, row {row}"
    if not options.columns:
        found = _scalar(path, name, value)
        if found is None:
            raise RowFault(path, "holds no number", item=where)
        said = str(found)
        if options.names and said not in options.names:
            reason = f"says {said}, which is not under names; there are {options.names}"
            raise RowFault(path, reason, item=where)
        label = prefix + options.names.get(said, said)
        yield LabelDraft(label)
        if options.field:
            yield AttributeDraft(options.field, label)
        return
    flat = np.ravel(value).astype(float)
    if flat.size != len(options.columns):
        raise RowFault(path, f"has {flat.size} columns and the card names {len(options.columns)}", item=where)

    def state(one: tuple[str, float]) -> Iterator[Draft]:
        label, number = one
        if np.isnan(number) or (number == 0 and options.zeros == "nothing"):
            return
        if number not in STATES:
            raise RowFault(path, f"says {number:g} of {label}, which is none of 1, 0, -1", item=where)
        yield LabelDraft(prefix + label, STATES[number])  # type: ignore[arg-type]

    pairs = zip(options.columns, flat.tolist(), strict=True)
    yield from tables.each(pairs, state, lambda one: [prefix + one[0]])


def _drawn(image: Image, path: str, mask: Mask, row: int | None) -> Iterator[Draft]:
    plain, shapes = LabelShape(source=image.source(path), decoder="array", value=0), {}
    for channel, value, label in _wanted(image, mask):
        if channel not in shapes:
            shapes[channel] = plain.model_copy(update=_place(image, path, mask, row, channel))
        told = {"binary": True} if value is None else {"value": value}
        yield RegionDraft(image.fill(label), shapes[channel].model_copy(update=told))
        if value is not None:
            yield MapDraft(shapes[channel])
    if _inside_select(mask):
        count = array_file.array(image.root, path, image.fill(mask.array)).shape[mask.axes.index("c")]
        for channel in sorted({*range(count)} - {*shapes}):
            other = plain.model_copy(update=_place(image, path, mask, row, channel))
            yield MapDraft(other, part=f"channel {channel}")


def _inside_select(mask: Mask) -> bool:
    """A picture's channels are told apart by the decoder, a volume's by what is taken of the array."""
    return "c" in mask.axes and "z" in mask.axes


def _place(image: Image, path: str, mask: Mask, row: int | None, channel: int | None) -> dict[str, Any]:
    """Where a mask lies, as of its source and its channel. Raises Unreadable when it is not there, or of another
    size."""
    name = image.fill(mask.array)
    numbers = {"n": row, "c": channel if _inside_select(mask) else None}
    given = {axis: n for axis, n in numbers.items() if n is not None and axis in mask.axes}
    try:
        select = select_of(name, mask.axes, given)
        shape = array_file.shape_of(array_file.array(image.root, path, name).shape, parse_select(select))
    except ValueError as error:
        raise error if isinstance(error, Unreadable) else Unreadable(path, str(error)) from error
    if shape != image.geometry.shape:
        raise Unreadable(path, f"mask grid {shape} of {name!r} differs from {image.geometry.shape} of the image")
    if channel is not None and "c" in mask.axes:
        array_file.check_channels(image.root, path, name, mask.axes, [channel])
    return {"source": image.source(path, select), "channel": None if _inside_select(mask) else channel}


def _wanted(image: Image, mask: Mask) -> Iterator[tuple[int | None, int | None, str]]:
    """Channel, value (None: a binary mask) and label of each region. Raises LayoutError unless one way is given."""
    if sum(map(bool, (mask.values, mask.label, mask.channels))) != 1:
        raise LayoutError(
            image.card.id, "layout.options.annotations: arrays.masks", "needs one of values, label and channels"
        )
    if mask.label:
        yield mask.channel, None, mask.label
    yield from ((mask.channel, value, label) for value, label in sorted(mask.values.items()))
    yield from ((channel, None, label) for channel, label in sorted(mask.channels.items()))
