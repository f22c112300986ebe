"""Values of a mask that are odd for no fault of its own: compression, scaling and smoothing leave values between."""

from collections.abc import Sequence
from pathlib import Path

from schemas import LabelShape, Notice
from transforms.media.decoders import lossy
from transforms.regions.unknown import MOST, Unknown, dark, light, place


def softened(root: Path, shape: LabelShape, unknown: Sequence[Unknown]) -> list[Notice] | None:
    """What to tell of the odd values of a mask that is cut at a value, as a whole; None where they stand for
    themselves. Raises DecodeError."""
    if not dark(shape) and not light(shape):
        return None
    pixels = sum(one.pixels for one in unknown)
    if lossy(root, shape):
        reason = f"lossy compression changed its values: {pixels} pixels have others than those that are meant"
        # Whoever says from which value on a pixel is inside knows of this; what is dark may be several things.
        return [Notice(kind="value", uri=place(shape.source), reason=reason)] if dark(shape) else []
    if light(shape) and len(unknown) > MOST:
        reason = (
            f"{pixels} pixels have one of many values below {shape.at_least:g}, as scaling and smoothing leave them"
        )
        return [Notice(kind="value", uri=place(shape.source), reason=reason)]
    return None
