"""A sample of a whole volume or a clip, drawn again from its source."""

from collections.abc import Mapping

from pipelines.stages.wholes import Window, pictures
from schemas import Record, RleShape, Sample
from transforms.media.pixels import Pixels
from transforms.regions.clips import frame_masks
from transforms.regions.solid import Solid
from transforms.regions.whole import VOLUME
from transforms.shards.builder import Members
from transforms.shards.whole import ChangedError, pack_clip, pack_volume


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
