"""A whole volume or a clip as a scene: drawn for the stage that chooses views, and its masks for those that follow."""

from collections.abc import Sequence

from schemas import Record
from schemas.recipe import ViewSpec
from transforms.media.pixels import Pixels
from transforms.media.render import Rendered, render
from transforms.regions import clips, whole
from transforms.regions.resolve import Resolved
from transforms.regions.viewdata import ViewData

Window = tuple[float, float] | None


def drawn(
    record: Record, frame: str, pixels: Pixels, items: Sequence[Resolved], window: Window, spec: ViewSpec
) -> tuple[whole.Whole, ViewData] | None:
    """The scene of all of a record; None where all of it has one value."""
    if frame == whole.VOLUME:
        if pixels.array.min() == pixels.array.max():
            return None
        ends = window[::-1] if window is not None and pixels.inverted else window
        made = whole.volume(record, pixels.array, items, ends, record.unit)
    else:
        frames = clips.frames_of(record, items, spec)
        shown = pictures(record, pixels, frames, window)
        if all(picture.image.min() == picture.image.max() for picture in shown):
            return None
        made = clips.clip(record, frames, shown, items)
    return made, whole.view_data(made.scene, made.masks, pixels.array)


def pictures(record: Record, pixels: Pixels, frames: Sequence[int], window: Window) -> list[Rendered]:
    """These frames of a clip."""
    return [render(record, pixels, f"frame:{n}", window) for n in frames]
