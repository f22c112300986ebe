"""From a sample and its pixels to the members of its group in a shard."""

from collections.abc import Mapping
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

from schemas import Candidate, Media, Sample, SampleRegion
from schemas.sample import RegionMask
from transforms.regions.patch import AnyMask
from transforms.shards.encode import Index, index_masks, index_png, npy, pixels_sha256, png, sha256

IMAGE, SIGNAL, TEXT, JSON = "png", "npy", "txt", "json"

Members = dict[str, bytes]
C = TypeVar("C", bound=Candidate)


def pack(
    sample: Sample,
    image: NDArray[np.uint8] | None,
    masks: Mapping[str, AnyMask],
    signal: NDArray[np.float32] | None = None,
) -> tuple[Sample, Members]:
    """Encode a sample's pixels, fill in its media and masks, and return it with its members, "json" among them. Raises
    what `encoded` raises."""
    packed, members = encoded(sample, image, masks, signal)
    return packed, {**members, JSON: packed.to_json().encode()}


def encoded(
    sample: C,
    image: NDArray[np.uint8] | None,
    masks: Mapping[str, AnyMask],
    signal: NDArray[np.float32] | None = None,
) -> tuple[C, Members]:
    """A sample, or what is to be one, with its media and masks filled in, and its members but "json".

    `image`: (height, width[, 3]) as `sample.media` declares it, or None for a sample of text. `masks`: region id ->
    (height, width) or cut to its box, all of them of regions of the sample. `signal`: (samples, channels). Raises
    ValueError that names the sample's key when the pixels disagree with what the sample says.
    """
    members: Members = {}
    media: list[Media] = []
    if image is not None:
        declared = _declared_image(sample, image)
        members[IMAGE] = png(image)
        media.append(_media(declared, image, members[IMAGE]))
    sample, index = _place_masks(sample, image, masks)
    for name, array in index.items():
        members[name] = index_png(array)
        media.append(_media(_declared(sample, name, "mask"), array, members[name]))
    if signal is not None:
        members[SIGNAL] = npy(signal)
        media.append(_signal(sample, sha256(members[SIGNAL])))
    if sample.document is not None:
        members[TEXT] = sample.document.encode()
        media.append(_declared(sample, TEXT, "text").model_copy(update={"sha256": sha256(members[TEXT])}))
    if not media:
        raise ValueError(f"{sample.key}: neither image nor signal nor document: nothing to pack")
    return sample.model_copy(update={"media": tuple(media)}), members


def _declared(sample: Candidate, name: str, kind: str) -> Media:
    """The sample's own media of that name, with its geometry and window; a bare one where it declares none."""
    found = next((media for media in sample.media if media.name == name), None)
    return found or Media.model_validate({"name": name, "kind": kind})


def _signal(sample: Candidate, digest: str) -> Media:
    """The signal of a picture: what its channels are, the picture says."""
    picture = _declared(sample, IMAGE, "image")
    own = {"sha256": digest, "sampling_hz": picture.sampling_hz, "leads": picture.leads}
    return _declared(sample, SIGNAL, "signal").model_copy(update=own)


def _declared_image(sample: Candidate, image: NDArray[np.uint8]) -> Media:
    declared = _declared(sample, IMAGE, "image")
    height, width = image.shape[:2]
    if image.dtype != np.uint8:
        raise ValueError(f"{sample.key}: the image is {image.dtype}, not uint8: window it first")
    if (declared.width, declared.height) not in ((width, height), (None, None)):
        raise ValueError(
            f"{sample.key}: the image is {width} x {height}, media {IMAGE!r} says {declared.width} x {declared.height}"
        )
    return declared


def _media(declared: Media, array: NDArray[np.uint8] | Index, data: bytes) -> Media:
    height, width = array.shape[:2]
    found = {
        "width": width,
        "height": height,
        "channels": 1 if array.ndim == 2 else array.shape[2],
        "sha256": sha256(data),
        "pixels_sha256": pixels_sha256(array),
    }
    return declared.model_copy(update=found)


def _place_masks(
    sample: C, image: NDArray[np.uint8] | None, masks: Mapping[str, AnyMask]
) -> tuple[C, dict[str, Index]]:
    """Pack the masks, and let each region say where its own lies."""
    if unknown := sorted(set(masks) - {region.id for region in sample.regions}):
        raise ValueError(f"{sample.key}: masks of regions that the sample does not have: {', '.join(unknown)}")
    if image is not None and (wrong := [name for name in sorted(masks) if masks[name].shape != image.shape[:2]]):
        raise ValueError(f"{sample.key}: mask {wrong[0]} is {masks[wrong[0]].shape}, the image {image.shape[:2]}")
    try:
        index, places = index_masks(masks)
    except ValueError as error:
        raise ValueError(f"{sample.key}: {error}") from error
    regions = tuple(_placed(region, places.get(region.id)) for region in sample.regions)
    return sample.model_copy(update={"regions": regions}), index


def _placed(region: SampleRegion, place: tuple[str, int] | None) -> SampleRegion:
    mask = None if place is None else RegionMask(media=place[0], value=place[1])
    return region.model_copy(update={"mask": mask})
