"""A few single pixels or voxels of a region far from all the rest of it: a slip of the brush, a fault of an export."""

from collections.abc import Iterator

import cc3d
import numpy as np
from scipy import ndimage

from schemas import LabelSpace
from transforms.audit.base import Case, Finding
from transforms.regions.resolve import Resolved

NAME = "stray"
DOES = "regions in one piece but for a few single pixels far away, which make their extent a false one"
WHOLE = 1000  # pixels or voxels of a piece that is the region
SPECK = 2  # pixels or voxels of a piece that is none
MOST = 10  # such pieces; more is a way of drawing
FAR = 0.25  # of the piece's longest side, and
FAR_STEPS = 10  # pixels or voxels along an axis, between it and a piece that lies far away


class Check:
    """Where a region is one large piece and specks, some of them far away. Regions in several pieces (lesions, nuclei,
    vessels, bowel) are passed over: a small piece of them may be real."""

    def __init__(self, space: LabelSpace) -> None:
        self.space = space

    def add(self, case: Case) -> Iterator[Finding]:
        for item in case.shown:
            found = _strays(item)
            if found:
                name = item.region.concept.label
                places = "; ".join(str(place) for place in found[:3]) + ("; ..." if len(found) > 3 else "")
                yield Finding(
                    check=NAME, severity="warning", paths=(case.path,), concept=name, regions=(item.region.key,),
                    text=f"{name} ({item.region.source_label}) is one piece and {len(found)} specks far from it,"
                    f" at {places}",
                )  # fmt: skip

    def end(self) -> Iterator[Finding]:
        yield from ()


def _strays(item: Resolved) -> list[tuple[int, ...]]:
    """Where specks lie on the record's grid; nothing where the region is not one piece and specks."""
    mask = item.mask
    if mask is None or mask.ndim not in (2, 3) or item.voxels < WHOLE:
        return []
    pieces = cc3d.connected_components(mask, connectivity=26 if mask.ndim == 3 else 8)
    sizes = np.bincount(pieces.ravel())
    sizes[0] = 0
    largest = int(sizes.argmax())
    others = [int(n) for n in np.flatnonzero(sizes) if n != largest]
    if sizes[largest] < WHOLE or not 0 < len(others) <= MOST or max(int(sizes[n]) for n in others) > SPECK:
        return []
    boxes = ndimage.find_objects(pieces)
    body = boxes[largest - 1]
    far = max(FAR_STEPS, FAR * max(s.stop - s.start for s in body))
    places = [[s.start for s in boxes[n - 1]] for n in others]
    return sorted(
        tuple(a + b for a, b in zip(place, item.offset, strict=True)) for place in places
        if max(max(s.start - at, at - s.stop + 1) for at, s in zip(place, body, strict=True)) >= far
    )  # fmt: skip
