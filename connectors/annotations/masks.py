"""Masks in files of their own, beside the image: a map of values, one file a class, one a region, or colours."""

import dataclasses
import fnmatch
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, Literal

from pydantic import field_validator, model_validator

from connectors import archives, base, patterns, walking
from connectors.assemble import Image
from connectors.base import LayoutError
from connectors.drafts import Draft, ExaminedDraft, MapDraft, ProblemDraft, RegionDraft
from connectors.headers import formats, nrrd
from connectors.headers.grids import placed
from connectors.only import Only, applies
from connectors.shapes import absent, lacking, line_pictures
from connectors.tables import lookup
from schemas import LabelShape, MadeBy, Notice, PolygonShape, SourceFile


class Classes(lookup.Table):
    """A table with a row for each value of a mask: `value`, the column with the value, `label` with what it is. A row
    of the value 0 only says that the mask was looked at. Without `key` its rows hold for every mask."""

    value: str
    label: str

    @model_validator(mode="after")
    def _has_key(self) -> "Classes":
        return self

    __hash__ = lookup.Table.__hash__


class Options(base.Options):
    """`file`: pattern of the mask, over the image's fields; fields still open make it several files, a region each, and
    their values can be used in `label`. `ignore`: globs of files that are no masks.

    `encode`: "values" (each value is a label: its digits after `prefix`, its name in `names`, or the label among whose
    `ranges`, a first and a last value, it is), "binary" (one `label`: from `at_least` on, or up to `at_most`; with
    neither the mask's own values say what is inside, see transforms/regions/binary.py), "colours" (label -> red, green,
    blue), "instances" (each value above zero is one `label`) or "ellipse" (a line drawn along an ellipse: what is
    inside is `label`).
    `channel`: of a mask with several. `select`: the array in a container, or a cell of a Parquet file ("[{row}].mask").
    `classes`: values number things, and a table says what each is: its file, key and so on (see `table`), `value` and
    `label`, the columns. `single`: each file shows one thing, and not all of a class. `made_by`: who drew these, where
    that is not who drew the rest; its name may hold fields ("radiologist {rad}"): outlines of theirs that overlap are
    then of one thing. `aside`: a further reader's outlines of what another's show: kept with the record, and shown in
    no sample, where a second outline of a disc would be a second disc.

    `missing`: an image without a mask is not annotated, and a notice says that one was missed; "unannotated": the
    source gives no mask to some, and nothing is to be said; "empty": it leaves out masks that would show nothing;
    "refuse": every image has one. `partial`: the same of a class without a file where there is a file for each, and
    others are there; as `missing` where it is not said. `numbered`: the field that counts an image's masks from 0, or
    a blank, on: one that is left out is told. `filled`: each mask of one `label` shows something (as with "empty"), so
    that one that shows nothing is said. `blank`: masks of images of which the source says that nothing is there: one
    that shows something refuses the image. `degrees`: values below `at_least` are degrees too (of agreement, of
    probability), and none of them is odd.
    `grid`: "shape" compares only the sizes, for sets whose masks are known to lack the geometry; "turned": axes of a
    mask may run against the image's, as its header says, and are turned (NIfTI made of DICOM).
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
    ranges: Mapping[str, tuple[float, float]] = {}
    at_least: float | None = None
    at_most: float | None = None
    channel: int | None = None
    select: str | None = None
    missing: Literal["notice", "refuse", "unannotated", "empty"] = "notice"
    partial: Literal["notice", "unannotated", "empty"] | None = None
    numbered: str | None = None
    filled: bool = False
    blank: bool = False
    degrees: bool = False
    grid: Literal["same", "shape", "turned"] = "same"
    orientation: str | None = None
    only: Only = {}
    classes: Classes | None = None
    made_by: MadeBy | None = None
    aside: bool = False
    single: bool = False

    @field_validator("orientation")
    @classmethod
    def _axes(cls, given: str | None) -> str | None:
        if given is not None:
            placed((1.0, 1.0, 1.0), given)
        return given

    @model_validator(mode="after")
    def _fits(self) -> "Options":
        if self.filled and self.encode not in ("binary", "instances"):
            raise ValueError("filled is of masks of one label: encode binary or instances")
        if self.degrees and self.at_least is None:
            raise ValueError("degrees are below `at_least`: say from which value on a pixel is inside")
        if self.ranges and self.encode != "values":
            raise ValueError("ranges are of values: leave encode out")
        return self


def companions(root: Path, options: Options, fields: Mapping[str, str]) -> Iterator[str]:
    if applies(options.only, fields, open_ends=True):  # a table may tell the others
        for path, _ in _files(root, options, fields):
            yield path
        if options.classes is not None:
            yield from lookup.companions(root, options.classes, fields)


def annotate(image: Image, options: Options) -> Iterator[Draft]:
    if not applies(options.only, image.fields):
        return
    found = [(path, own) for path, own in _files(image.root, options, image.fields) if _is_there(image, options, path)]
    if not found:
        yield from absent.drafts(image, options.file, options.missing)
    else:
        yield from _lacking(image, options, found)
    for path, own in found:
        select = patterns.fill(options.select, {**image.fields, **own}) if options.select else None
        source, data = base.loaded(image.root, *archives.split(image.root, path), select)
        source = _on_grid(image, options, path, source, data)
        yield ExaminedDraft(path)
        mine = dataclasses.replace(image, fields={**image.fields, **own})
        yield from (_signed(draft, mine, options) for draft in _drawn(mine, options, source, path, data))


def _lacking(image: Image, options: Options, found: lacking.Files) -> Iterator[Draft]:
    """What there is to say of masks that are not there beside those that are."""
    if options.label is None:
        return
    partial = options.partial or options.missing
    yield from lacking.classes(image, options.file, options.label, found, partial)
    if options.numbered is not None:
        yield from lacking.numbers(image, options.file, options.numbered, image.fill(options.label), found)


def _signed(draft: Draft, image: Image, options: Options) -> Draft:
    """A region with who drew it, and whether it only repeats another's."""
    if not isinstance(draft, RegionDraft):
        return draft
    maker = options.made_by and options.made_by.model_copy(update={"name": image.fill(options.made_by.name)})
    meta: dict[str, Any] = {name: True for name in ("aside", "blank") if getattr(options, name)}
    meta |= {"instance": True} if options.single or options.classes is not None else {}
    if maker is not None and options.made_by is not None and maker.name != options.made_by.name:
        meta |= {"reader": maker.name}
    return draft._replace(made_by=maker, meta=meta or draft.meta)


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


def _files(root: Path, options: Options, fields: Mapping[str, str]) -> Iterator[tuple[str, dict[str, str]]]:
    for path, own in walking.find(root, options.file, fields):
        if not any(fnmatch.fnmatchcase(path, glob) for glob in options.ignore):
            yield path, own


def _is_there(image: Image, options: Options, path: str) -> bool:
    """Whether the mask exists. One that must is looked for when it is opened, so that the error names it."""
    return options.missing == "refuse" or archives.there(image.root, path)


def _drawn(image: Image, options: Options, source: SourceFile, path: str, data: bytes | None) -> Iterator[Draft]:
    if options.encode == "ellipse":
        ring = line_pictures.ellipse_along(image.root, path, data, 1 if options.at_least is None else options.at_least)
        if ring:
            yield RegionDraft(image.fill(_label(image, options)), PolygonShape(rings=(ring,)))
        return
    plain = LabelShape(source=source, decoder=formats.decoder_of(path), value=0, channel=options.channel)
    for label, update in _parts(image, options):
        yield RegionDraft(label, plain.model_copy(update=update))
    if options.degrees:
        yield MapDraft(plain, known=None)
    if options.encode == "values" and not options.ranges:
        yield MapDraft(plain)
        yield from _segments(image, options, path)


def _parts(image: Image, options: Options) -> Iterator[tuple[str, dict[str, Any]]]:
    """Each label, and by what of the map its region is told."""
    shown = options.filled or options.missing == "empty"  # what shows nothing would not be there
    if options.encode == "colours":
        for label, colour in options.colours.items():
            yield label, {"value": 1, "colour": colour}
    elif options.encode == "instances":
        yield image.fill(_label(image, options)), {"instances": True, "listed": shown}
    elif options.encode == "binary":
        ends = {"at_least": options.at_least, "at_most": options.at_most}
        own = options.at_least is None and options.at_most is None
        yield image.fill(_label(image, options)), {**({"binary": True} if own else ends), "listed": shown}
    elif options.ranges:
        for label, (low, high) in options.ranges.items():
            yield label, {"at_least": low, "at_most": high}
    else:
        listed = {"listed": True} if options.classes is not None else {}
        for label, value in _values(image, options):
            yield label, {"value": value, **listed}


def _segments(image: Image, options: Options, path: str) -> Iterator[ProblemDraft]:
    """What the header of a segmentation names (3D Slicer's .seg.nrrd) under a value that the card does not know."""
    if formats.suffix_of(path) not in (".nrrd", ".nhdr"):
        return
    known = {value for _, value in _values(image, options)}
    for value, name in nrrd.segments(image.root, path):
        if value not in known:
            reason = (
                f"the header names it {name!r}, and the card does not know it; map it under layout.labels, or null it"
            )
            yield ProblemDraft(Notice(kind="value", uri=path, item=str(value), reason=reason))


def _values(image: Image, options: Options) -> list[tuple[str, int]]:
    """Labels and their values. Zero is the background, unless the card says that it is what nobody labelled."""
    if options.classes is not None:
        rows = lookup.rows(image, options.classes)
        found = [_class(row, options.classes) for row in rows]
        known: dict[int, str] = {}
        for row, (label, value) in zip(rows, found, strict=True):
            if known.setdefault(value, label) != label:
                raise row.bad(f"the value {value} is {known[value]!r} and {label!r}: which it is, is not told")
    elif options.names:
        found = [(name, value) for value, name in sorted(options.names.items())]
    else:
        start = len(options.prefix)
        labels = [label for label in image.card.layout.labels if label.startswith(options.prefix)]
        values = sorted(int(label[start:]) for label in labels if label[start:].isdigit())
        found = [(f"{options.prefix}{value}", value) for value in values]
    return [(label, value) for label, value in found if value != 0 or label in image.card.layout.void]


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
