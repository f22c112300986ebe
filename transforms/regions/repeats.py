"""Boxes that a card says show the same objects as its masks (`repeats`), and that do not."""

from collections.abc import Sequence

import numpy as np

from schemas import BoxShape, Notice, Record
from transforms.regions.resolve import Resolved

STRAY = "it is said to show what a mask shows, and no mask of its concept lies there: kept here, and not counted"


def strays(items: Sequence[Resolved]) -> list[Resolved]:
    """Boxes in which nothing lies of the masks whose objects they repeat. Where no mask of a concept is there, a box
    contradicts none, and stands for itself."""
    masks: dict[str, list[Resolved]] = {}
    for item in items:
        if item.mask is not None and item.mask.ndim == 2:
            masks.setdefault(item.region.concept.label, []).append(item)
    boxes = [item for item in items if item.region.meta.get("repeats") and isinstance(item.region.shape, BoxShape)]
    return [
        box for box in boxes if (own := masks.get(box.region.concept.label)) and not any(_meet(box, m) for m in own)
    ]


def _meet(box: Resolved, item: Resolved) -> bool:
    """Whether a pixel of a picture's mask lies in a box."""
    shape = box.region.shape
    if not isinstance(shape, BoxShape) or item.mask is None:
        return False
    x0, y0, x1, y1 = shape.xyxy
    ends = ((y0, y1), (x0, x1))
    part = tuple(
        slice(max(0, int(np.floor(low)) - start), max(0, int(np.ceil(high)) - start))
        for (low, high), start in zip(ends, item.offset, strict=True)
    )
    return bool(item.mask[part].any())


def notices(record: Record, items: Sequence[Resolved]) -> list[Notice]:
    """What to tell of such boxes."""
    uri = record.sources[0].uri
    return [
        Notice(kind="file", uri=uri, item=box.region.source_label, record=record.key, reason=f"{_words(box)}: {STRAY}")
        for box in strays(items)
    ]


def _words(box: Resolved) -> str:
    shape = box.region.shape
    return f"the box {', '.join(f'{x:g}' for x in shape.xyxy)}" if isinstance(shape, BoxShape) else "a box"
