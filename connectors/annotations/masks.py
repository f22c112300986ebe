"""Masks in files of their own, beside the image: a map of values, one file a class, one a region, or colours."""

import dataclasses
import fnmatch
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Literal

from pydantic import field_validator

from connectors import archives, base, patterns
from connectors.assemble import Image
from connectors.base import LayoutError, Unreadable
from connectors.drafts import Draft, ExaminedDraft, RegionDraft
from connectors.headers import formats
from connectors.headers.grids import placed
from connectors.shapes import line_pictures
from connectors.tables import lookup
from schemas import LabelShape, MadeBy, PolygonShape, SourceFile


class Classes(lookup.Table):
    """A table with a row for each value of a mask: `value`, the column with the value, `label` with what it is. A row
    of the value 0 only says that the mask was looked at."""

    value: str
    label: str

    __hash__ = lookup.Table.__hash__


class Options(base.Options):
    """`file`: pattern of the mask, over the image's fields; fields still open make it several files, a region each, and
    their values can be used in `label`. `ignore`: globs of files that are no masks.

    `encode`: "values" (each value is a label: its digits after `prefix`, or its name in `names`), "binary" (at
    `at_least` or above is `label`; `at_most` for dark on light), "colours" (label -> red, green, blue), "instances"
    (each value above zero is one `label`) or "ellipse" (a line drawn along an ellipse: what is inside is `label`).
    `channel`: of a mask with several. `select`: the array in a container, or a cell of a Parquet file ("[{row}].mask").
    `classes`: values number things, and a table says what each is: its file, key and so on (see `table`), `value` and
    `label`, the columns. `made_by`: who drew these, where that is not who drew the rest.

    `missing`: an image without a mask is refused, or "unannotated", or "empty" where the source leaves out masks that
    would show nothing. `grid`: "shape" compares only the sizes, for sets whose masks are known to lack the geometry;
    "turned": axes of a mask may run against the image's, as its header says, and are turned (NIfTI made of DICOM).
    `orientation`: which way a mask's axes run (LAI), where its header is known to be wrong; sizes alone are compared.
    `only`: field -> values, or templates of them, that the image must have; other images are not annotated.
    """

    file: str
    ignore: tuple[str, ...] = ()
    encode: Literal["values", "binary", "colours", "instances", "ellipse"] = "values"
    label: str | None = None
    prefix: str = ""
    names: Mapping[int, str] = {}
    colours: Mapping[str, tuple[int, int, int]] = {}
    at_least: float = 1
    at_most: float | None = None
    channel: int | None = None
    select: str | None = None
    missing: Literal["refuse", "unannotated", "empty"] = "refuse"
    grid: Literal["same", "shape", "turned"] = "same"
    orientation: str | None = None
    only: Mapping[str, str | tuple[str, ...]] = {}
    classes: Classes | None = None
    made_by: MadeBy | None = None

    @field_validator("orientation")
    @classmethod
    def _axes(cls, given: str | None) -> str | None:
        if given is not None:
            placed((1.0, 1.0, 1.0), given)
        return given


def companions(root: Path, options: Options, fields: Mapping[str, str]) -> Iterator[str]:
    if _applies(options.only, fields, open_ends=True):  # a table may tell the others
        for path, _ in _files(root, options, fields):
            yield path
        if options.classes is not None:
            yield from lookup.companions(root, options.classes, fields)


def annotate(image: Image, options: Options) -> Iterator[Draft]:
    if not _applies(options.only, image.fields):
        return
    found = [(path, own) for path, own in _files(image.root, options, image.fields) if _is_there(image, options, path)]
    if not found:
        if options.missing == "refuse":
            raise Unreadable(image.path, f"no mask fits {patterns.bind(options.file, image.fields)}")
        if options.missing == "empty":
            yield ExaminedDraft(options.file)
        return
    for path, own in found:
        select = patterns.fill(options.select, {**image.fields, **own}) if options.select else None
        source, data = base.loaded(image.root, *archives.split(image.root, path), select)
        source = _on_grid(image, options, path, source, data)
        yield ExaminedDraft(path)
        mine = dataclasses.replace(image, fields={**image.fields, **own})
        for label, shape in _drawn(mine, options, source, path, data):
            yield RegionDraft(label, shape, made_by=options.made_by)


def _on_grid(image: Image, options: Options, path: str, source: SourceFile, data: bytes | None) -> SourceFile:
    """The mask, turned where it may be. Raises Unreadable when it does not lie on the image's grid."""
    if options.grid == "turned":
        turned = formats.turned(image.root, path, image.geometry, image.path)
        return source.model_copy(update={"select": turned or source.select})
    whole = options.grid == "same" and options.orientation is None
    formats.check_grid(image.root, path, image.geometry, image.path, source.select, whole=whole, data=data)
    if options.orientation is None:
        return source
    turned = formats.turned_to(image.geometry, options.orientation, image.path)
    return source.model_copy(update={"select": turned or source.select})


def _applies(only: Mapping[str, str | tuple[str, ...]], fields: Mapping[str, str], *, open_ends: bool = False) -> bool:
    """Whether the image has those values. `open_ends`: what is not known yet may still fit."""
    for name, wanted in only.items():
        bound = [patterns.bind(value, fields) for value in ((wanted,) if isinstance(wanted, str) else wanted)]
        unknown = name not in fields or not all(map(patterns.plain, bound))
        if fields.get(name) not in bound and not (open_ends and unknown):
            return False
    return True


def _files(root: Path, options: Options, fields: Mapping[str, str]) -> Iterator[tuple[str, dict[str, str]]]:
    for path, own in patterns.find(root, options.file, fields):
        if not any(fnmatch.fnmatchcase(path, glob) for glob in options.ignore):
            yield path, own


def _is_there(image: Image, options: Options, path: str) -> bool:
    """Whether the mask exists. One that must is looked for when it is opened, so that the error names it."""
    return options.missing == "refuse" or archives.there(image.root, path)


def _drawn(
    image: Image, options: Options, source: SourceFile, path: str, data: bytes | None
) -> Iterator[tuple[str, LabelShape | PolygonShape]]:
    decoder = formats.decoder_of(path)
    if options.encode == "ellipse":
        ring = line_pictures.ellipse_along(image.root, path, data, options.at_least)
        if ring:
            yield image.fill(_label(image, options)), PolygonShape(rings=(ring,))
        return
    if options.encode == "values":
        for label, value in _values(image, options):
            yield label, LabelShape(source=source, decoder=decoder, value=value, channel=options.channel)
    elif options.encode == "colours":
        for label, colour in options.colours.items():
            yield label, LabelShape(source=source, decoder=decoder, value=1, colour=colour)
    else:
        each = options.encode == "instances"
        dark = options.at_most is not None
        yield image.fill(_label(image, options)), LabelShape(
            source=source, decoder=decoder, value=0, instances=each, channel=options.channel,
            at_least=None if each or dark else options.at_least, at_most=options.at_most,
        )  # fmt: skip


def _values(image: Image, options: Options) -> list[tuple[str, int]]:
    if options.classes is not None:
        found = [_class(row, options.classes) for row in lookup.rows(image, options.classes)]
        return [(label, value) for label, value in found if value > 0]
    if options.names:
        return [(name, value) for value, name in sorted(options.names.items())]
    start = len(options.prefix)
    labels = [label for label in image.card.layout.labels if label.startswith(options.prefix)]
    values = sorted(int(label[start:]) for label in labels if label[start:].isdigit())
    return [(f"{options.prefix}{value}", value) for value in values if value > 0]


def _class(row: lookup.Row, classes: Classes) -> tuple[str, int]:
    number = row.number(classes.value)
    if number is None or number < 0 or number % 1:
        raise row.bad(f"{classes.value} {row[classes.value]!r} is no value of a mask")
    return row[classes.label], int(number)


def _label(image: Image, options: Options) -> str:
    if options.label is None:
        raise LayoutError(
            image.card.id, "layout.options.annotations: masks.label", f"is needed with encode: {options.encode}"
        )
    return options.label
