"""A sample of a whole volume, a clip or several records, drawn again from its sources."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from itertools import chain

from pipelines.stages.wholes import Window, pictures
from schemas import Record, RleShape, Sample, Scene
from transforms.groups.apart import parts
from transforms.media.pixels import Pixels
from transforms.media.render import render
from transforms.regions.clips import frame_masks
from transforms.regions.patch import Patch
from transforms.regions.solid import Solid
from transforms.regions.whole import CLIP, VOLUME
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
        views = pictures(record, pixels, _frames(sample), window)
        return pack_clip(sample, [view.image for view in views], frame_masks(sample.regions, solids))
    except ChangedError as error:
        uri = record.sources[0].uri
        raise RuntimeError(f"{uri}: its pixels changed: {error}; run: triptych build again") from error


def pack_several(sample: Sample, draw: Callable[[Scene], Iterable[Shown]]) -> tuple[Sample, Members]:
    """The members of a group of records. `draw`: the scene of one record -> what its media show. Raises RuntimeError
    where the pixels of a source are not those that were curated."""
    try:
        return pack_group(sample, chain.from_iterable(map(draw, parts(sample))))
    except ChangedError as error:
        raise RuntimeError(f"{sample.dataset}: its pixels changed: {error}; run: triptych build again") from error


def shown(
    scene: Scene, record: Record, pixels: Pixels, window: Window, shapes: Mapping[str, RleShape]
) -> Iterator[Shown]:  # fmt: skip
    """What one record of a group shows. `shapes`: region id -> its mask there."""
    if scene.view.frame == CLIP:
        solids = {rid: Solid.unpacked(shape) for rid, shape in shapes.items()}
        masks = frame_masks(scene.regions, solids, first=int(scene.media[0].name.partition(".")[0]))
        for at, picture in enumerate(pictures(record, pixels, _frames(scene), window)):
            yield Shown(picture.image, masks.get(at, {}))
        return
    if scene.view.frame == VOLUME:
        solids = {rid: Solid.unpacked(shape) for rid, shape in shapes.items()}
        yield Shown(pixels.array, solids, record.decoder.startswith("dicom"))
        return
    picture = render(record, pixels, scene.view.frame, window)
    yield Shown(picture.image, {rid: Patch.unpacked(shape) for rid, shape in shapes.items()})


def _frames(scene: Scene) -> list[int]:
    """Which frames of a clip its pictures are."""
    found = (media.geometry.slice_index for media in scene.media if media.kind == "image" and media.geometry)
    return [n for n in found if n is not None]
