"""A sample of more than one picture as one: three planes through a volume, or the frames of a clip side by side."""

import gzip
import io
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import cv2
import nibabel
import numpy as np
from nibabel.orientations import apply_orientation, axcodes2ornt, io_orientation, ornt_transform
from numpy.typing import NDArray
from PIL import Image

from catalog.portal.pictures import Read, solid
from schemas import Media, Sample, SampleRegion

NAME = "mosaic.png"
GAP = 4  # black pixels between two
ACROSS = 4  # frames in a row
LONGEST = 512  # pixels of a plane's longer side: what is finer is shown smaller
DOT = 0.012  # of the volume's longest side: how large a point is shown
PERCENTILES = (0.5, 99.5)

Plane = NDArray[Any]


@dataclass(frozen=True)
class Mosaic:
    """`image`: uint8 (height, width[, 3]); `masks`: region id -> bool (height, width)."""

    image: NDArray[np.uint8]
    masks: dict[str, NDArray[np.bool_]]

    @property
    def png(self) -> bytes:
        stream = io.BytesIO()
        Image.fromarray(self.image).save(stream, "png")
        return stream.getvalue()

    def sample(self, sample: Sample) -> Sample:
        """The sample with this as its one picture."""
        height, width = self.image.shape[:2]
        bare = dict.fromkeys(("box", "points", "line", "ellipse", "turned_box"))
        regions = tuple(region.model_copy(update=bare) for region in sample.regions)
        return sample.model_copy(
            update={"media": (Media(name=NAME, kind="image", width=width, height=height),), "regions": regions}
        )


def lead(sample: Sample) -> list[str]:
    """What the page says of the sample's size."""
    first = sample.media[0]
    if first.kind == "volume" and first.shape:
        steps = first.geometry.voxel_mm if first.geometry else None
        size = [" × ".join(map(str, first.shape)) + " voxels"]
        return [*size, " × ".join(f"{step:.3g}" for step in steps) + " mm a voxel"] if steps else size
    frames = [media for media in sample.media if media.kind == "image"]
    return [f"{len(frames)} frames", *[f"at {m.time_s:.3g} s" for m in frames if m.time_s is not None]]


def mosaic(sample: Sample, read: Read) -> Mosaic | None:
    """None for a sample of one picture, or of none, and for a group of pictures, which are shown one by one."""
    if sample.view.frame == "volume":
        return _volume(sample.media[0], sample.regions, read)
    if sample.group is not None:
        return _volumes(sample, read) if any(media.kind == "volume" for media in sample.media) else None
    return _clip(sample, read) if sample.view.frame == "clip" else None


def _clip(sample: Sample, read: Read) -> Mosaic | None:
    names = [media.name for media in sample.media if media.kind == "image"]
    data = [read(name) for name in names]
    pictures = [np.asarray(Image.open(io.BytesIO(one))) for one in data if one is not None]
    if len(pictures) != len(names):
        return None
    places: dict[str, list[Plane]] = {}
    for region in sample.regions:
        on = region.mask or region.box or region.points or region.line or region.ellipse or region.turned_box
        sheet = read(region.mask.media) if region.mask else None
        if on is None or (region.mask is not None and sheet is None):
            continue
        at = int(on.media.partition(".")[0])
        if region.mask is not None and sheet is not None:
            found = np.asarray(Image.open(io.BytesIO(sheet))) == region.mask.value
        else:
            found = solid(region, pictures[at].shape[:2])
        places[region.id] = [found if n == at else np.zeros_like(found) for n in range(len(pictures))]
    return Mosaic(_tiled(pictures), {rid: _tiled(planes) for rid, planes in places.items()})


def _volumes(sample: Sample, read: Read) -> Mosaic | None:
    """A group in which there are volumes: its images below one another."""
    found: list[Mosaic] = []
    for media in (one for one in sample.media if one.kind != "mask"):
        regions = [region for region in sample.regions if region.medium == media.name]
        one = (_volume if media.kind == "volume" else _picture)(media, regions, read)
        if one is None:
            return None
        found.append(one)
    colour = any(one.image.ndim == 3 for one in found)
    images = [np.dstack([one.image] * 3) if colour and one.image.ndim == 2 else one.image for one in found]
    blank = [np.zeros(image.shape[:2], bool) for image in images]
    masks = {rid: _tiled([*blank[:n], mask, *blank[n + 1 :]], 1)
             for n, one in enumerate(found) for rid, mask in one.masks.items()}  # fmt: skip
    return Mosaic(_tiled(images, 1), masks)


def _picture(declared: Media, regions: Sequence[SampleRegion], read: Read) -> Mosaic | None:
    data = read(declared.name)
    sheets = {name: np.asarray(Image.open(io.BytesIO(sheet))) for name in {r.mask.media for r in regions if r.mask}
              if (sheet := read(name)) is not None}  # fmt: skip
    masks = {r.id: sheets[r.mask.media] == r.mask.value for r in regions if r.mask and r.mask.media in sheets}
    return None if data is None else Mosaic(np.asarray(Image.open(io.BytesIO(data))), masks)


def _volume(declared: Media, regions: Sequence[SampleRegion], read: Read) -> Mosaic | None:
    data = read(declared.name)
    if data is None:
        return None
    array, zooms, turn = upright(data)
    drawn = sheets(declared, regions, read, turn)
    every = {id(sheet): sheet for sheet, _ in drawn.values()}
    at = middle(list(every.values()), array.shape)
    low, high = declared.window or percentiles(array)
    planes = _planes(np.asarray(array, np.float32), at, zooms, cv2.INTER_LINEAR)
    shown = [np.clip((plane - low) * (255 / ((high - low) or 1)), 0, 255).astype(np.uint8) for plane in planes]
    cuts = {name: _planes(sheet, at, zooms, cv2.INTER_NEAREST) for name, sheet in every.items()}
    masks = {rid: _tiled([plane == value for plane in cuts[id(sheet)]]) for rid, (sheet, value) in drawn.items()}
    return Mosaic(_tiled(shown), masks)


def sheets(declared: Media, regions: Sequence[SampleRegion], read: Read, turn: Plane) -> dict[str, tuple[Plane, int]]:
    """Region id -> where it lies in the volume as `upright` turned it: an index volume, and its value there. One mask
    member is one array, however many regions it holds."""
    members = {name: upright(sheet)[0] for name in sorted({r.mask.media for r in regions if r.mask})
               if (sheet := read(name)) is not None}  # fmt: skip
    found = {r.id: (members[r.mask.media], r.mask.value) for r in regions if r.mask and r.mask.media in members}
    return found | {r.id: (np.asarray(apply_orientation(mark, turn)), 1) for r in regions
                    if (mark := _marked(r, declared)) is not None}  # fmt: skip


def _marked(region: SampleRegion, declared: Media) -> Plane | None:
    """A box, or balls about points, in the volume as stored; None of a region with a mask, or without a place."""
    if region.mask is not None or declared.shape is None or not (region.box3d or region.places):
        return None
    out = np.zeros(declared.shape, np.uint8)
    if region.box3d is not None:
        i0, j0, k0, i1, j1, k1 = region.box3d
        out[i0:i1, j0:j1, k0:k1] = 1
    step = np.array((declared.geometry.voxel_mm if declared.geometry else None) or (1.0, 1.0, 1.0))
    reach = max((region.diameter_mm or 0) / 2, float(max(step * declared.shape)) * DOT, float(max(step)))
    for place in region.places:
        grids = np.ogrid[tuple(slice(n) for n in declared.shape)]
        apart = sum(((grid - x) * side) ** 2 for grid, x, side in zip(grids, place, step, strict=True))
        out[apart <= reach**2] = 1
    return out


def upright(data: bytes) -> tuple[Plane, Sequence[float], Plane]:
    """The voxels with their axes to the patient's left, back and feet, and how long their sides are; as stored where
    the header does not say where they lie. And how they were turned for that."""
    image: Any = nibabel.Nifti1Image.from_bytes(gzip.decompress(data))
    array, zooms = np.asanyarray(image.dataobj), [float(zoom) for zoom in image.header.get_zooms()[:3]]
    if not image.header["sform_code"]:
        return array, zooms, np.array([[0, 1], [1, 1], [2, 1]])
    turn = ornt_transform(io_orientation(image.affine), axcodes2ornt(("L", "P", "I")))
    order = np.argsort(turn[:, 0])
    return np.asarray(apply_orientation(array, turn)), [zooms[int(axis)] for axis in order], turn


def middle(every: Sequence[Plane], shape: tuple[int, ...]) -> tuple[int, ...]:
    """The middle of what is drawn; of the volume where nothing is."""
    if not every:
        return tuple(n // 2 for n in shape)
    drawn = np.any([sheet > 0 for sheet in every], axis=0)
    return tuple(int(np.median(np.flatnonzero(drawn.any(axis=tuple({0, 1, 2} - {axis}))))) for axis in range(3))


def _planes(array: Plane, middle: Sequence[int], zooms: Sequence[float], how: int) -> list[Plane]:
    """Axial, coronal and sagittal planes with square pixels."""
    i, j, k = middle
    cuts = [(array[:, :, k].T, zooms[0], zooms[1]), (array[:, j, :].T, zooms[0], zooms[2]),
            (array[i, :, :].T, zooms[1], zooms[2])]  # fmt: skip
    return [square(plane, x, y, how) for plane, x, y in cuts]


def square(plane: Plane, x: float, y: float, how: int) -> Plane:
    """A plane whose pixels are x by y mm as one with square pixels, no longer than LONGEST."""
    height, width = plane.shape[0] * y, plane.shape[1] * x
    scale = min(1 / min(x, y), LONGEST / max(height, width))
    size = max(1, round(width * scale)), max(1, round(height * scale))
    return np.asarray(cv2.resize(np.ascontiguousarray(plane), size, interpolation=how))


def percentiles(array: Plane) -> tuple[float, float]:
    """The values between which nearly all lie."""
    finite = array[np.isfinite(array)] if array.dtype.kind == "f" else array
    low, high = np.percentile(finite, PERCENTILES) if finite.size else (0.0, 1.0)
    return float(low), float(high)


def _tiled(planes: Sequence[Plane], across: int = ACROSS) -> Plane:
    """Side by side, `across` in a row, on black."""
    rows = [planes[n : n + across] for n in range(0, len(planes), across)]
    height, width = max(p.shape[0] for p in planes), max(p.shape[1] for p in planes)
    columns = min(across, len(planes))
    size = len(rows) * (height + GAP) - GAP, columns * (width + GAP) - GAP
    canvas = np.zeros((*size, *planes[0].shape[2:]), planes[0].dtype)
    for y, row in enumerate(rows):
        for x, plane in enumerate(row):
            top, left = y * (height + GAP), x * (width + GAP)
            canvas[top : top + plane.shape[0], left : left + plane.shape[1]] = plane
    return canvas
