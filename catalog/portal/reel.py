"""A volume slice by slice under any window, and a clip frame by frame: what the player of a sample page shows."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

import cv2
import numpy as np
from numpy.typing import NDArray

from catalog.portal import mosaic
from catalog.portal.outline import COLOURS
from catalog.portal.pictures import Read, bgr
from schemas import Sample

SLICE = "slice"  # KEY.slice-N.png
LEAST = 384  # pixels of a slice's longer side


@dataclass(frozen=True)
class Reel:
    """`count`: slices from head to feet, or frames in order; `first`: the one that is shown first, from 0. `files`: of
    frames, the members. `window`: low and high of a volume as it is shown first; `reach`: its least and greatest value.
    """

    kind: Literal["slices", "frames"]
    count: int
    first: int
    files: tuple[str, ...] = ()
    window: tuple[float, float] | None = None
    reach: tuple[float, float] | None = None


@dataclass(frozen=True)
class Volume:
    """Voxels with their axes to the patient's left, back and feet; `drawn`: number of a region -> the index volume that
    it lies in, and its value there."""

    array: NDArray[Any]
    sides: tuple[float, float]
    window: tuple[float, float]
    drawn: Mapping[int, tuple[NDArray[Any], int]]

    @property
    def reel(self) -> Reel:
        """Begins at the middle of what is drawn."""
        every = {id(sheet): sheet for sheet, _ in self.drawn.values()}
        middle = mosaic.middle(list(every.values()), self.array.shape)[2]
        finite = self.array[np.isfinite(self.array)] if self.array.dtype.kind == "f" else self.array
        reach = (float(finite.min()), float(finite.max())) if finite.size else (0.0, 1.0)
        return Reel("slices", int(self.array.shape[2]), middle, (), self.window, reach)

    def slice(self, number: int, low: float, high: float) -> bytes:
        """A PNG of one slice with square pixels, its regions outlined in their colours. Raises IndexError where there
        is no such slice."""
        if not 0 <= number < self.array.shape[2]:
            raise IndexError(f"there are slices 0 to {self.array.shape[2] - 1}")
        values = np.nan_to_num(np.asarray(self.array[:, :, number].T, np.float32))
        grey = np.clip((values - low) * (255 / ((high - low) or 1)), 0, 255).astype(np.uint8)
        canvas = cv2.cvtColor(self._large(grey, cv2.INTER_LINEAR), cv2.COLOR_GRAY2BGR)
        for region, (sheet, value) in self.drawn.items():
            own = np.asarray(value == sheet[:, :, number].T, np.uint8)
            outlines, _ = cv2.findContours(self._large(own, cv2.INTER_NEAREST), cv2.RETR_CCOMP, cv2.CHAIN_APPROX_NONE)
            cv2.drawContours(canvas, outlines, -1, bgr(COLOURS[region % len(COLOURS)]), 1)
        return cv2.imencode(".png", canvas)[1].tobytes()

    def _large(self, plane: NDArray[np.uint8], how: int) -> NDArray[np.uint8]:
        """With square pixels, and so many times as large that outlines are thin on it."""
        shown = mosaic.square(plane, *self.sides, how)
        times = -(-LEAST // max(shown.shape))
        return np.asarray(np.kron(shown, np.ones((times, times))) if times > 1 else shown, np.uint8)


def volume(sample: Sample, read: Read) -> Volume | None:
    """None of a sample that is no volume, or whose voxels are not here."""
    data = read(sample.media[0].name) if sample.view.frame == "volume" else None
    if data is None:
        return None
    array, zooms, turn = mosaic.upright(data)
    drawn = mosaic.sheets(sample.media[0], sample.regions, read, turn)
    numbers = {region.id: number for number, region in enumerate(sample.regions)}
    window = sample.media[0].window or mosaic.percentiles(array)
    return Volume(array, (zooms[0], zooms[1]), window, {numbers[rid]: where for rid, where in drawn.items()})


def frames(sample: Sample) -> Reel | None:
    """The frames of a clip; None of anything else."""
    names = tuple(media.name for media in sample.media if media.kind == "image" and not media.withheld)
    return Reel("frames", len(names), 0, names) if sample.view.frame == "clip" and len(names) > 1 else None
