"""From a sample of a whole volume or a clip to the members of its group in a shard."""

import hashlib
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from schemas import Media, Sample
from transforms.regions.patch import Patch
from transforms.regions.solid import Solid
from transforms.shards.builder import JSON, Members
from transforms.shards.encode import index_masks, index_png, pixels_sha256, png, sha256
from transforms.shards.nifti import ENDING, encode, index_volumes, narrow


class ChangedError(ValueError):
    """The pixels of the source are not those that the sample was made from."""


def shown_sha256(media: Sequence[Media]) -> str | None:
    """What tells two samples apart by their pixels: the sum of the one picture or volume; of several, of their sums in
    order. None without any."""
    sums = [m.pixels_sha256 for m in media if m.kind in ("image", "volume") and m.pixels_sha256]
    if len(sums) < 2:
        return sums[0] if sums else None
    return hashlib.sha256(" ".join(sums).encode()).hexdigest()


def pack_volume(
    sample: Sample, array: NDArray[Any], solids: Mapping[str, Solid], *, scanner: bool = False
) -> tuple[Sample, Members]:
    """KEY.nii.gz with the values of `array` (i, j, k), and the index volumes of its regions on the same grid. Raises
    ChangedError, which names the sample, where the values are others than it declares."""
    values, declared = narrow(array), sample.media[0]
    if declared.geometry is None or tuple(values.shape) != declared.shape:
        raise ValueError(f"{sample.key}: a volume of {values.shape}, the sample says {declared.shape}")
    _unchanged(sample, declared, values)
    members = {ENDING: encode(values, declared.geometry, declared.window, scanner=scanner)}
    media = [declared.model_copy(update={"sha256": sha256(members[ENDING])})]
    arrays, places = index_volumes(solids, values.shape)
    _same_places(sample, places)
    for name, index in sorted(arrays.items()):
        members[name] = encode(index, declared.geometry, scanner=scanner)
        sums = {"sha256": sha256(members[name]), "pixels_sha256": pixels_sha256(index)}
        media.append(Media(name=name, kind="mask", shape=declared.shape, geometry=declared.geometry, **sums))
    return _packed(sample, media, members)


def pack_clip(
    sample: Sample, images: Sequence[NDArray[np.uint8]], masks: Mapping[int, Mapping[str, Patch]]
) -> tuple[Sample, Members]:
    """KEY.0.png, KEY.1.png, ... and the index images of the regions on each, KEY.0.mask.png, ... Raises ChangedError,
    which names the sample, where the pixels are others than it declares."""
    declared = [media for media in sample.media if media.kind == "image"]
    members: Members = {}
    media: list[Media] = []
    places: dict[str, tuple[str, int]] = {}
    for own, image in zip(declared, images, strict=True):
        _unchanged(sample, own, image)
        members[own.name] = png(image)
        media.append(own.model_copy(update={"sha256": sha256(members[own.name])}))
    for at, own_masks in sorted(masks.items()):
        index, found = index_masks(own_masks)
        places |= {rid: (f"{at}.{name}", value) for rid, (name, value) in found.items()}
        for name, array in sorted(index.items()):
            height, width = array.shape
            members[f"{at}.{name}"] = index_png(array)
            sums = {"sha256": sha256(members[f"{at}.{name}"]), "pixels_sha256": pixels_sha256(array)}
            media.append(Media(name=f"{at}.{name}", kind="mask", width=width, height=height, channels=1, **sums))
    _same_places(sample, places)
    return _packed(sample, media, members)


def _unchanged(sample: Sample, declared: Media, array: NDArray[Any]) -> None:
    if pixels_sha256(array) != declared.pixels_sha256:
        raise ChangedError(f"{sample.key}: {declared.name} is not what was curated")


def _same_places(sample: Sample, places: Mapping[str, tuple[str, int]]) -> None:
    """Regions lie where the sample says that they do."""
    said = {region.id: (region.mask.media, region.mask.value) for region in sample.regions if region.mask}
    if said != dict(places):
        raise ValueError(f"{sample.key}: its masks lie elsewhere than its regions say")


def _packed(sample: Sample, media: list[Media], members: Members) -> tuple[Sample, Members]:
    packed = sample.model_copy(update={"media": tuple(media)})
    return packed, {**members, JSON: packed.to_json().encode()}
