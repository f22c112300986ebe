"""A sample of a whole volume, a clip or several records, drawn again from its sources."""

from collections.abc import Callable, Mapping

from pipelines.stages.wholes import Window, pictures
from schemas import Record, RleShape, Sample, Scene
from transforms.groups.apart import parts
from transforms.media.pixels import Pixels
from transforms.media.render import render
from transforms.regions.clips import frame_masks
from transforms.regions.patch import Patch
from transforms.regions.solid import Solid
from transforms.regions.whole import VOLUME
from transforms.shards.builder import Members
from transforms.shards.whole import ChangedError, Shown, pack_clip, pack_group, pack_volume


def pack(
    sample: Sample, record: Record, pixels: Pixels, window: Window, masks: Mapping[str, RleShape]
) -> tuple[Sample, Members]:
    """The members of its group. `masks`: region id -> its mask on the emitted grid. Raises RuntimeError where the
    source's pixels are not those that were curated."""
    solids = {rid: Solid.unpacked(shape) for rid, shape in masks.items()}
    try:
        if sample.view.frame == VOLUME:
            return pack_volume(sample, pixels.array, solids, scanner=record.decoder.startswith("dicom"))
        shown = [media.geometry.slice_index for media in sample.media if media.kind == "image" and media.geometry]
        views = pictures(record, pixels, [n for n in shown if n is not None], window)
        return pack_clip(sample, [view.image for view in views], frame_masks(sample.regions, solids))
    except ChangedError as error:
        uri = record.sources[0].uri
        raise RuntimeError(f"{uri}: its pixels changed: {error}; run: triptych build again") from error


def pack_several(sample: Sample, draw: Callable[[Scene], Shown]) -> tuple[Sample, Members]:
    """The members of a group of records. `draw`: the scene of one medium -> what it shows. Raises RuntimeError where
    the pixels of a source are not those that were curated."""
    try:
        return pack_group(sample, map(draw, parts(sample)))
    except ChangedError as error:
        raise RuntimeError(f"{sample.dataset}: its pixels changed: {error}; run: triptych build again") from error


def shown(
    scene: Scene, record: Record, pixels: Pixels, window: Window, shapes: Mapping[str, RleShape]
) -> Shown:  # fmt: skip
    """What one medium of a group shows. `shapes`: region id -> its mask there."""
    if scene.view.frame == VOLUME:
        solids = {rid: Solid.unpacked(shape) for rid, shape in shapes.items()}
        return Shown(pixels.array, solids, record.decoder.startswith("dicom"))
    picture = render(record, pixels, scene.view.frame, window)
    return Shown(picture.image, {rid: Patch.unpacked(shape) for rid, shape in shapes.items()})
