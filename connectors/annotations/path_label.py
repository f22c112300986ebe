"""The class of an image is in its path: a folder a class, or a part of the file's name."""

from collections.abc import Iterator, Mapping
from pathlib import Path

from connectors import base
from connectors.assemble import Image
from connectors.drafts import Draft, ExaminedDraft, LabelDraft
from connectors.only import Only, applies


class Options(base.Options):
    """`label`: a template over the path's fields ("{class}"). `split_on`: what parts several labels in it. `only`:
    fields and their values where this holds; other images are not annotated."""

    label: str
    split_on: str | None = None
    only: Only = {}


def companions(root: Path, options: Options, fields: Mapping[str, str]) -> Iterator[str]:
    yield from ()


def annotate(image: Image, options: Options) -> Iterator[Draft]:
    if not applies(options.only, image.fields):
        return
    said = image.fill(options.label)
    yield ExaminedDraft(image.path.rsplit("/", 1)[0] if "/" in image.path else ".")
    for label in said.split(options.split_on) if options.split_on else (said,):
        yield LabelDraft(label)
