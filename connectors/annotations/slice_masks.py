"""Masks of a series of slices: pictures in a folder of their own, one for each slice, paired by the order of names."""

import hashlib
import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Annotated, Literal

from pydantic import Field, model_validator

from connectors import base, walking
from connectors.assemble import Image
from connectors.base import LayoutError, Unreadable
from connectors.drafts import Draft, ExaminedDraft, MapDraft, RegionDraft
from connectors.headers import dicom, formats
from connectors.shapes import absent
from schemas import LabelShape, SourceFile

DICOM = (".dcm", ".dicom")


class Options(base.Options):
    """`folder`: template of the masks' folder over the image's fields, in a zip or not; the masks are all of its files
    with the extension `suffix` (.png, .dcm, .dicom). The n-th mask belongs to the n-th slice, both in the order of
    their names with numbers read as numbers: i2 before i10. Numbers of masks and slices must agree.

    `encode`: "values" (each value is a label: its digits, or the label among whose `ranges`, a first and a last value,
    it is) or "binary" (`label`: from `at_least` on, or else what the masks' own values say is inside). `only`: field ->
    values that the image must have. `missing`, `filled`: as in format masks.
    """

    folder: str
    suffix: Annotated[str, Field(pattern=r"^\.[A-Za-z0-9]+$")] = ".png"
    encode: Literal["values", "binary"] = "values"
    label: str | None = None
    ranges: Mapping[str, tuple[float, float]] = {}
    at_least: float | None = None
    missing: Literal["notice", "refuse", "unannotated", "empty"] = "notice"
    filled: bool = False
    only: Mapping[str, str | tuple[str, ...]] = {}

    @model_validator(mode="after")
    def _fits(self) -> "Options":
        if (self.filled and self.encode != "binary") or (self.ranges and self.encode != "values"):
            raise ValueError("filled goes with encode: binary, ranges with encode: values")
        return self


def companions(root: Path, options: Options, fields: Mapping[str, str]) -> Iterator[str]:
    if _applies(options, fields):
        yield from _masks(root, options, fields)


def annotate(image: Image, options: Options) -> Iterator[Draft]:
    """Raises Unreadable when the masks do not fill the series, or when one of them is broken or of another size."""
    if not _applies(options, image.fields):
        return
    folder = image.fill(options.folder)
    masks = list(_masks(image.root, options, image.fields))
    if not masks:
        yield from absent.drafts(image, f"{options.folder}/*{options.suffix}", options.missing)
        return
    if len(image.geometry.shape) != 3 or image.geometry.affine is None:
        raise Unreadable(image.path, "is no series of slices: its masks cannot be stacked")
    columns, rows, slices = image.geometry.shape
    if len(masks) != slices:
        raise Unreadable(image.path, f"{slices} slices, but {len(masks)} masks in {folder}")
    sources = [_checked(image, path, (rows, columns)) for path in masks]
    yield ExaminedDraft(folder)
    # The decoder finds the other masks beside the first; what they hold is told by the sum of their sums.
    whole = hashlib.sha256("".join(source.sha256 for source in sources).encode()).hexdigest()
    source = sources[0].model_copy(update={"select": whole})
    plain = LabelShape(source=source, decoder="slice_masks", value=0, listed=options.filled)
    if options.encode == "binary":
        ends = {"binary": True} if options.at_least is None else {"at_least": options.at_least}
        yield RegionDraft(_label(image, options), plain.model_copy(update=ends))
        return
    for label, (low, high) in options.ranges.items():
        yield RegionDraft(label, plain.model_copy(update={"at_least": low, "at_most": high}))
    if not options.ranges:
        yield MapDraft(plain)
        for label in image.card.layout.labels:
            if label.isdigit() and (int(label) > 0 or label in image.card.layout.void):
                yield RegionDraft(label, plain.model_copy(update={"value": int(label)}))


def _applies(options: Options, fields: Mapping[str, str]) -> bool:
    return all(fields.get(name) in ((want,) if isinstance(want, str) else want) for name, want in options.only.items())


def _masks(root: Path, options: Options, fields: Mapping[str, str]) -> Iterator[str]:
    found = [path for path, _ in walking.find(root, f"{options.folder}/*{options.suffix}", fields)]
    yield from sorted(found, key=natural)


def natural(path: str) -> list[tuple[int, str]]:
    """A key that orders names with their numbers as numbers."""
    name = path.rpartition("/")[2]
    return [(int(part), "") if part.isdigit() else (0, part) for part in re.split(r"(\d+)", name)]


def _checked(image: Image, path: str, size: tuple[int, int]) -> SourceFile:
    source = image.source(path)
    if path.lower().endswith(DICOM):
        header = dicom.header(image.root, source)
        found = (int(header.get("Rows") or 0), int(header.get("Columns") or 0))
    else:
        grid = formats.grid_of(image.root, path)
        found = (0, 0) if grid is None else (int(grid.shape[0]), int(grid.shape[1]))
    if found != size:
        raise Unreadable(path, f"mask grid {found} differs from {size} of {image.path}")
    return source


def _label(image: Image, options: Options) -> str:
    if options.label is None:
        raise LayoutError(
            image.card.id, "layout.options.annotations: slice_masks.label", "is needed with encode: binary"
        )
    return options.label
