"""Masks drawn as DICOM pictures of their own, beside a picture (CBIS-DDSM): each file is a region."""

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Literal

from connectors import archives, base, patterns, walking
from connectors.assemble import Image
from connectors.base import NotPartOf, Unreadable
from connectors.drafts import Draft, ExaminedDraft, RegionDraft
from connectors.headers import dicom
from connectors.shapes import absent
from connectors.shapes.drawing import size
from schemas import LabelShape


class Options(base.Options):
    """`file`: pattern of the masks, over the image's fields; what it leaves open can be used in `label`. `series`: the
    SeriesDescription of masks, where their folder also holds other pictures (crops). A pixel is inside from `at_least`
    on, or else as the mask's own values say. `sizes: skip`: what is not of the image's size is no mask (crops that
    nothing else tells from masks). `missing`, `filled`: as in format masks."""

    file: str
    label: str
    series: tuple[str, ...] = ()
    at_least: float | None = None
    sizes: Literal["check", "skip"] = "check"
    missing: Literal["notice", "refuse", "unannotated", "empty"] = "notice"
    filled: bool = False


def companions(root: Path, options: Options, fields: Mapping[str, str]) -> Iterator[str]:
    yield from (path for path, _ in walking.find(root, options.file, fields))


def annotate(image: Image, options: Options) -> Iterator[Draft]:
    found = False
    for path, own in walking.find(image.root, options.file, image.fields):
        if not archives.there(image.root, path):
            continue
        source = image.source(path)
        try:
            mask = dicom.header(image.root, source)
        except NotPartOf:
            continue
        if options.series and str(mask.get("SeriesDescription") or "") not in options.series:
            continue
        grid = (int(mask.get("Rows") or 0), int(mask.get("Columns") or 0))
        if grid != size(image) and options.sizes == "skip":
            continue
        found = True
        if grid != size(image):
            raise Unreadable(path, f"mask grid {grid} differs from {size(image)} of {image.path}")
        yield ExaminedDraft(path)
        label = patterns.fill(options.label, {**image.fields, **own})
        by_itself = options.at_least is None
        shape = LabelShape(
            source=source, decoder="dicom", value=0, at_least=options.at_least, binary=by_itself, listed=options.filled
        )  # fmt: skip
        yield RegionDraft(label, shape)
    if not found:
        yield from absent.drafts(image, options.file, options.missing)
