"""Masks drawn as DICOM pictures of their own, beside a picture (CBIS-DDSM): each file is a region."""

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Literal

from connectors import base, patterns
from connectors.assemble import Image
from connectors.base import NotPartOf, Unreadable
from connectors.drafts import Draft, ExaminedDraft, RegionDraft
from connectors.headers import dicom
from connectors.shapes.drawing import size
from schemas import LabelShape


class Options(base.Options):
    """`file`: pattern of the masks, over the image's fields; what it leaves open can be used in `label`. `series`: the
    SeriesDescription of masks, where their folder also holds other pictures (crops). An image without a mask is not
    annotated, or refused where `required`. A pixel is inside from `at_least`. `sizes: skip`: what is not of the
    image's size is no mask (crops that nothing else tells from masks)."""

    file: str
    label: str
    series: tuple[str, ...] = ()
    at_least: float = 1
    sizes: Literal["check", "skip"] = "check"
    required: bool = False


def companions(root: Path, options: Options, fields: Mapping[str, str]) -> Iterator[str]:
    yield from (path for path, _ in patterns.find(root, options.file, fields))


def annotate(image: Image, options: Options) -> Iterator[Draft]:
    found = False
    for path, own in patterns.find(image.root, options.file, image.fields):
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
        yield RegionDraft(label, LabelShape(source=source, decoder="dicom", value=0, at_least=options.at_least))
    if options.required and not found:
        raise Unreadable(image.path, f"no mask fits {patterns.bind(options.file, image.fields)}")
