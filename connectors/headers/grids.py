"""Grids of volumes, in patient LPS millimetres: what the headers of all formats come to, and when they are refused."""

import bz2
import gzip
import math
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, BinaryIO, Literal

import numpy as np
from numpy.typing import NDArray

from connectors import archives, base
from connectors.base import Unreadable
from raw import budget, streams
from raw.refusal import line
from schemas import Geometry, Notice
from schemas.record import Kind

TOLERANCE = 1e-3  # mm
RAS_TO_LPS = np.diag([-1.0, -1.0, 1.0, 1.0])
TOWARDS = {"L": (0, 1), "R": (0, -1), "P": (1, 1), "A": (1, -1), "S": (2, 1), "I": (2, -1)}  # LPS axis, sign
LARGEST_SIDE = 1 << 15
FARTHEST = 1e6  # mm from the origin, and the largest voxel: beyond, a number is no place in or near a patient
FLAT = 1e-6  # of a box with these sides: below, a voxel has no volume
SHEAR = 5e-3  # the cosine of two axes below which they are perpendicular
BROKEN = (OSError, EOFError, ValueError, KeyError, TypeError, OverflowError, zlib.error, *base.BAD_ARCHIVE)


def axis_codes(affine: NDArray[np.float64]) -> Any:
    """Where i, j, k grow, as nibabel says it of a RAS affine, which is not imported before one is asked."""
    import nibabel

    return nibabel.aff2axcodes(affine)


@dataclass(frozen=True)
class HeaderRules:
    """What a card says of headers that do not say it, or that contradict themselves. `orientation`: where i, j, k grow
    (LAS), for headers that do not tell; positions are then counted from the first voxel. `frameless`: what the header
    says of places is not of the patient."""

    units: str | None = None
    forms: Literal["sform", "qform"] | None = None
    spacing_missing: bool = False
    orientation: str | None = None
    frameless: bool = False


@dataclass(frozen=True)
class Header:
    """What a header says: the grid (i, j, k), its LPS affine where it tells one, its spacing where it tells that.

    `more`: how many such grids the file holds, and the array's axis that tells them apart. `files`: paths of further
    files with the data. `flat`: the file has two axes; k was added.
    """

    path: str
    shape: tuple[int, ...]
    lps: NDArray[np.float64] | None
    spacing: tuple[float, ...] | None
    more: tuple[int, int] | None = None
    files: tuple[str, ...] = ()
    flat: bool = False

    def geometry(self, kind: Kind = "volume", said: HeaderRules | None = None) -> Geometry:
        """As a volume; as a picture (i is the column, j the row); as a clip (k, or what there are more of, is time).
        Raises Unreadable when it is none, or where its voxels lie is unknown and the card does not allow for that."""
        said = said or HeaderRules()
        if min(self.shape) < 1 or max(self.shape) > LARGEST_SIDE:
            raise Unreadable(self.path, f"the header's size {self.shape} makes no sense")
        if kind != "volume":
            return self._picture(kind)
        lps = self.lps if self.lps is not None else self._assumed(said)
        if lps is None:
            return Geometry(shape=self.shape, spacing_mm=None if self.spacing is None else _plain_row(self.spacing))
        sides = np.linalg.norm(lps[:3, :3], axis=0)
        if not np.abs(lps).max() < FARTHEST or not abs(np.linalg.det(lps[:3, :3])) > FLAT * np.prod(sides):
            raise Unreadable(self.path, "the header's affine is no place in a patient, not finite, or has no volume")
        found = geometry(self.shape, lps)
        return found.model_copy(update={"affine": None, "orientation": None}) if said.frameless else found

    def _assumed(self, said: HeaderRules) -> NDArray[np.float64] | None:
        if said.orientation and self.spacing is not None and len(self.spacing) == 3:
            return placed(self.spacing, said.orientation)
        if said.spacing_missing:
            return None
        if self.flat:
            raise Unreadable(self.path, "has two axes and no place in the patient: if it is a picture, say kind: image")
        raise Unreadable(
            self.path, "the header does not tell where the voxels lie; if the set's own documents tell which way the "
            "axes grow say so in layout.options.orientation, else say spacing_missing: true",
        )  # fmt: skip

    def _picture(self, kind: Kind) -> Geometry:
        columns, rows, depth = self.shape
        spacing = self.spacing
        if self.lps is not None:
            spacing = tuple(float(x) for x in np.linalg.norm(self.lps[:3, :2], axis=0))
        if spacing is not None and not all(np.isfinite(x) and x > 0 for x in spacing[:2]):
            raise Unreadable(self.path, f"pixels of {spacing[:2]} mm make no sense")
        sides = None if spacing is None else _plain_row((spacing[1], spacing[0]))
        frames = 1 if self.more is None else self.more[0]
        if depth > 1 and (kind == "image" or frames > 1):
            raise Unreadable(self.path, f"a grid of {self.shape} is no {kind}: it has {depth} slices")
        if kind == "image":
            return Geometry(shape=(rows, columns), spacing_mm=sides)
        return Geometry(shape=(max(depth, frames), rows, columns), spacing_mm=sides)


def geometry(shape: tuple[int, ...], lps: NDArray[np.float64]) -> Geometry:
    """A volume's grid from its LPS affine. `orientation` names where i, j, k grow, e.g. LAS."""
    return Geometry(
        shape=shape,
        spacing_mm=_plain_row(np.linalg.norm(lps[:3, :3], axis=0)),
        affine=tuple(_plain_row(row) for row in lps),
        orientation="".join(axis_codes(RAS_TO_LPS @ lps)),
    )


def sheared(found: Geometry, path: str) -> Iterator[Notice]:
    """What to tell of a volume whose axes are not perpendicular, as of a CT with a tilted gantry."""
    if found.affine is None:
        return
    axes = np.asarray(found.affine)[:3, :3]
    axes = axes / np.linalg.norm(axes, axis=0)
    most = float(np.abs(np.triu(axes.T @ axes, 1)).max())
    if most > SHEAR:
        degrees = np.rad2deg(np.arcsin(min(most, 1.0)))
        reason = f"its axes are sheared by {degrees:.2f} degrees: planes whose pixels are no rectangles are not cut"
        yield Notice(kind="value", uri=path, item="affine", reason=reason)


def placed(spacing: tuple[float, ...], orientation: str) -> NDArray[np.float64]:
    """The LPS affine of axes that grow as `orientation` says ("LAS"), the first voxel at zero. Raises ValueError."""
    axes = [TOWARDS[code][0] for code in orientation if code in TOWARDS]
    if sorted(axes) != [0, 1, 2] or len(orientation) != 3:
        raise ValueError(f"orientation {orientation!r} is not one of L/R, P/A and S/I each")
    lps = np.zeros((4, 4))
    for column, code in enumerate(orientation):
        axis, sign = TOWARDS[code]
        lps[axis, column] = sign * spacing[column]
    lps[3, 3] = 1.0
    return lps


def _plain_row(values: Any) -> Any:
    """Numbers as plain floats without noise below 1e-9 and without negative zero: same grid, same bytes."""
    return tuple(round(float(value), 9) + 0.0 for value in values)


def same_grid(image: Geometry, mask: Geometry, uri: str, image_uri: str) -> None:
    """Raises Unreadable on `uri` when the mask's grid differs from the image's in shape, or in affine by over 1e-3."""
    if image.shape != mask.shape:
        raise Unreadable(uri, f"mask grid {mask.shape} differs from {image.shape} of {image_uri}")
    off = apart(image, mask)
    if off > TOLERANCE:
        raise Unreadable(uri, f"mask grid differs from that of {image_uri}: affines are up to {off:.3g} apart")


def turned(image: Geometry, mask: Geometry) -> tuple[str | None, Geometry]:
    """The select (schemas/select.py) that turns the mask's axes to run as the image's, and the mask's grid then; the
    axes must be the same ones, in the same order. None where nothing is to be turned."""
    if image.affine is None or mask.affine is None or len(mask.shape) != 3:
        return None, mask
    ours, lps = np.asarray(image.affine), np.array(mask.affine)
    steps = [":"] * 3
    for axis, count in enumerate(mask.shape):
        if ours[:3, axis] @ lps[:3, axis] < 0:
            lps[:3, 3] += lps[:3, axis] * (count - 1)
            lps[:3, axis] *= -1
            steps[axis] = "::-1"
    if steps == [":"] * 3:
        return None, mask
    return f"[{','.join(steps)}]", geometry(mask.shape, lps)


def apart(image: Geometry, mask: Geometry) -> float:
    """The largest difference of two affines; 0 where one has none."""
    if image.affine is None or mask.affine is None:
        return 0.0
    return float(np.abs(np.subtract(image.affine, mask.affine)).max())


@contextmanager
def opened(root: Path, path: str) -> Iterator[BinaryIO]:
    """The bytes of a file, inside an archive or not."""
    uri, member = archives.split(root, path)
    with base.open_file(root, uri, member) as file:
        yield file


def check_size(file: BinaryIO, uri: str, expected: int, start: int, packing: str = "") -> None:
    """Compares what a header promises with what the file holds from `start`, without keeping the data. `packing`: "",
    "gzip", "zlib" or "bz2"."""
    try:
        held = file.seek(0, 2) - start if not packing else _unpacked_size(file, start, expected, packing)
    except Unreadable:
        raise
    except (EOFError, OSError, ValueError, zlib.error) as error:
        raise Unreadable(uri, f"the compressed data are truncated or broken: {line(error)}") from error
    if held != expected:
        more = " or more" if packing and held > expected else ""
        raise Unreadable(uri, f"wrong header: it promises {expected} bytes, the file holds {held}{more}")


def _unpacked_size(file: BinaryIO, start: int, expected: int, packing: str) -> int:
    if packing == "gzip":
        file.seek(-4, 2)
        if int.from_bytes(file.read(4), "little") == expected % (1 << 32):  # ISIZE, RFC 1952 2.3.1
            return expected
    file.seek(start)
    if packing == "zlib":
        return sum(map(len, streams.inflated(streams.pieces(file), expected)))
    count = 0
    with gzip.GzipFile(fileobj=file) if packing == "gzip" else bz2.BZ2File(file) as stream:
        while count <= expected and (chunk := stream.read(1 << 20)):
            count += len(chunk)
    return count


def check_memory(path: str, shape: tuple[int, ...], item: int) -> None:
    """Raises Unreadable where one volume of a file, decoded, takes too much. `item`: bytes of a value."""
    budget.memory(path, math.prod(shape) * item, f"a volume of {' x '.join(map(str, shape))} voxels")
