"""The spacing that a card, a table or a file's name gives where the file itself has none."""

from typing import TYPE_CHECKING

from connectors import patterns
from connectors.base import Unreadable
from connectors.headers.grids import FARTHEST
from connectors.layout import Common, bound
from schemas import Geometry, Notice

if TYPE_CHECKING:
    from connectors.assemble import Image

TOLERANCE = 0.01  # relative


def spaced(options: Common, image: "Image") -> tuple[Geometry, Notice | None]:
    """The grid with that spacing, and what is to be told of it: that it is no size of a pixel, and is not known then;
    that it contradicts the header, which is believed. Raises Unreadable where it is no number."""
    if options.spacing_mm is None:
        return image.geometry, None
    own = image.geometry.spacing_mm
    try:
        spacing = tuple(float(image.fill(x) if isinstance(x, str) else x) for x in options.spacing_mm)
    except ValueError as error:
        raise Unreadable(image.path, f"its spacing is no number: {error}") from error
    if not all(0 < side < FARTHEST for side in spacing):  # not a number is no size either
        said = " x ".join(f"{side:g}" for side in spacing)
        kept = "its spacing is not known" if own is None else f"its header's {own} is kept"
        reason = f"{_teller(options, image)} a spacing of {said} mm, which is no size of a pixel: {kept}"
        return image.geometry, Notice(kind="value", uri=image.path, item=said, reason=reason)
    if own is None:
        return image.geometry.model_copy(update={"spacing_mm": spacing}), None
    if any(abs(a - b) > TOLERANCE * max(a, b) for a, b in zip(own, spacing, strict=False)):
        reason = f"its header says a spacing of {own} mm, the source says {spacing}: the header's is kept"
        return image.geometry, Notice(kind="value", uri=image.path, reason=reason)
    return image.geometry, None


def _teller(options: Common, image: "Image") -> str:
    """Who says it: the table that tells the fields of the template, else the path, else the card."""
    names = {name for text in options.spacing_mm or () if isinstance(text, str) for name in patterns.names(text)}
    for part in bound(image.card, options):
        if names & {*getattr(part.options, "tell", ()), *getattr(part.options, "hide", ())}:
            return f"{patterns.bind(part.options.file, image.fields)} gives it"
    return "its path gives it" if names else "the card gives it"
