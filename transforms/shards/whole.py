"""From a sample of a whole volume, a clip or several records to the members of its group in a shard."""

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, cast

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


@dataclass(frozen=True)
class Shown:
    """What one medium shows: a picture, or a volume (i, j, k) with `scanner` where its affine is the scanner's own; and
    the masks of the regions on it, by region."""

    array: NDArray[Any]
    masks: Mapping[str, Patch] | Mapping[str, Solid]
    scanner: bool = False


class _Group:
    """Members, media and where masks lie, gathered medium by medium."""

    def __init__(self, sample: Sample) -> None:
        self.sample = sample
        self.members: Members = {}
        self.pictures: list[Media] = []
        self.sheets: list[Media] = []
        self.places: dict[str, tuple[str, int]] = {}

    def picture(self, declared: Media, image: NDArray[np.uint8], masks: Mapping[str, Patch]) -> None:
        """A picture, and the index images of the regions on it."""
        _unchanged(self.sample, declared, image)
        self._add(self.pictures, declared, png(image))
        prefix = declared.name.removesuffix("png")
        index, found = index_masks(masks)
        self.places |= {rid: (prefix + name, value) for rid, (name, value) in found.items()}
        for name, array in sorted(index.items()):
            height, width = array.shape
            sheet = Media(name=prefix + name, kind="mask", width=width, height=height, channels=1,
                          pixels_sha256=pixels_sha256(array))  # fmt: skip
            self._add(self.sheets, sheet, index_png(array))

    def volume(self, declared: Media, array: NDArray[Any], solids: Mapping[str, Solid], scanner: bool) -> None:
        """A volume, and the index volumes of the regions in it."""
        values = narrow(array)
        if declared.geometry is None or tuple(values.shape) != declared.shape:
            raise ValueError(f"{self.sample.key}: a volume of {values.shape}, the sample says {declared.shape}")
        _unchanged(self.sample, declared, values)
        self._add(self.pictures, declared, encode(values, declared.geometry, declared.window, scanner=scanner))
        prefix = declared.name.removesuffix(ENDING)
        arrays, found = index_volumes(solids, values.shape)
        self.places |= {rid: (prefix + name, value) for rid, (name, value) in found.items()}
        for name, index in sorted(arrays.items()):
            sheet = Media(name=prefix + name, kind="mask", shape=declared.shape, geometry=declared.geometry,
                          pixels_sha256=pixels_sha256(index))  # fmt: skip
            self._add(self.sheets, sheet, encode(index, declared.geometry, scanner=scanner))

    def _add(self, into: list[Media], media: Media, data: bytes) -> None:
        self.members[media.name] = data
        into.append(media.model_copy(update={"sha256": sha256(data)}))

    def packed(self) -> tuple[Sample, Members]:
        _same_places(self.sample, self.places)
        packed = self.sample.model_copy(update={"media": (*self.pictures, *self.sheets)})
        return packed, {**self.members, JSON: packed.to_json().encode()}


def pack_volume(
    sample: Sample, array: NDArray[Any], solids: Mapping[str, Solid], *, scanner: bool = False
) -> tuple[Sample, Members]:
    """KEY.nii.gz with the values of `array` (i, j, k), and the index volumes of its regions on the same grid. Raises
    ChangedError, which names the sample, where the values are others than it declares."""
    return pack_group(sample, [Shown(array, solids, scanner)])


def pack_group(sample: Sample, shown: Iterable[Shown]) -> tuple[Sample, Members]:
    """KEY.0.png or KEY.0.nii.gz, KEY.1.png, ... and the index images or volumes of the regions on each, KEY.0.mask.png,
    ...; one medium in memory at a time. Raises ChangedError, which names the sample, where the pixels are others than
    it declares."""
    made = _Group(sample)
    for declared, one in zip((media for media in sample.media if media.kind != "mask"), shown, strict=True):
        if declared.kind == "volume":
            made.volume(declared, one.array, cast("Mapping[str, Solid]", one.masks), one.scanner)
        else:
            made.picture(declared, one.array, cast("Mapping[str, Patch]", one.masks))
    return made.packed()


def pack_clip(
    sample: Sample, images: Sequence[NDArray[np.uint8]], masks: Mapping[int, Mapping[str, Patch]]
) -> tuple[Sample, Members]:
    """KEY.0.png, KEY.1.png, ... and the index images of the regions on each, KEY.0.mask.png, ... Raises as
    `pack_group`."""
    return pack_group(sample, (Shown(image, masks.get(at, {})) for at, image in enumerate(images)))


def _unchanged(sample: Sample, declared: Media, array: NDArray[Any]) -> None:
    if pixels_sha256(array) != declared.pixels_sha256:
        raise ChangedError(f"{sample.key}: {declared.name} is not what was curated")


def _same_places(sample: Sample, places: Mapping[str, tuple[str, int]]) -> None:
    """Regions lie where the sample says that they do."""
    said = {region.id: (region.mask.media, region.mask.value) for region in sample.regions if region.mask}
    if said != dict(places):
        raise ValueError(f"{sample.key}: its masks lie elsewhere than its regions say")
