"""Regions under burned-in text: what was blanked with a name can no longer be seen, so nothing may be told of it."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from schemas import Record
from transforms.media.writing import Box
from transforms.regions import placing
from transforms.regions.resolve import Resolved

LEAST = 0.01  # of a region's pixels, or of its box: less is the margin of a text that passes by


class HiddenError(ValueError):
    """A text that was blanked lies on a region."""


def check(record: Record, items: Sequence[Resolved], blanked: Sequence[Box]) -> None:
    """Raises HiddenError, which names the region, where text was blanked that lies on one."""
    for item in items if blanked else ():
        share = _share(record, item, blanked)
        if share > LEAST:
            name = item.region.source_label or item.region.concept.label
            raise HiddenError(
                f"burned-in text lies on {share:.0%} of the region {name!r}: with the text blanked, its picture no "
                "longer shows it"
            )


def _share(record: Record, item: Resolved, blanked: Sequence[Box]) -> float:
    """Of a region's pixels on any slice or frame, or of the box around its mark, how much was blanked."""
    if item.mask is not None:
        rows, columns = (1, 0) if record.kind == "volume" else (item.mask.ndim - 2, item.mask.ndim - 1)
        y, x = item.offset[rows], item.offset[columns]
        across: NDArray[np.bool_] = np.moveaxis(item.mask, (rows, columns), (-2, -1))
        under = np.zeros(across.shape[-2:], bool)
        for x0, y0, x1, y1 in blanked:
            under[max(0, y0 - y) : max(0, y1 - y), max(0, x0 - x) : max(0, x1 - x)] = True
        slices: list[NDArray[np.bool_]] = list(across.reshape(-1, *under.shape))
        return max((float(one[under].sum() / one.sum()) for one in slices if one.any()), default=0.0)
    if not placing.is_mark(item.region) or record.kind == "signal":
        return 0.0
    places = placing.corners(record, item.region)
    rows, columns = (1, 0) if record.kind == "volume" else (places.shape[1] - 2, places.shape[1] - 1)
    (top, left), (bottom, right) = (places[:, (rows, columns)].min(0), places[:, (rows, columns)].max(0))
    ys, xs = np.arange(round(top), round(bottom) + 1), np.arange(round(left), round(right) + 1)
    under = np.zeros((len(ys), len(xs)), bool)
    for x0, y0, x1, y1 in blanked:
        under |= ((ys >= y0) & (ys < y1))[:, None] & ((xs >= x0) & (xs < x1))
    return float(under.mean())
