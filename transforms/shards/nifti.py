"""Volumes to members and back: gzipped NIfTI-1 in the source's own values, and index volumes of regions.

Format: NIfTI-1.1 (https://nifti.nimh.nih.gov/nifti-1), single file, little-endian, first index fastest. World is RAS
there and LPS here: x and y change their signs. The gzip stream (RFC 1952) has no time and no name.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import deflate
import numpy as np
from isal import isal_zlib
from numpy.typing import NDArray

from schemas import MediaGeometry
from transforms.media.geometry import SHEAR
from transforms.regions.layers import layers
from transforms.regions.solid import Solid

ENDING, MASK = "nii.gz", "mask.nii.gz"
LEVEL = 1  # of libdeflate: same input, same bytes, and the same speed as the PNGs
FLIP = np.diag([-1.0, -1.0, 1.0, 1.0])
SCANNER, ALIGNED = 1, 2  # NIFTI_XFORM_SCANNER_ANAT and NIFTI_XFORM_ALIGNED_ANAT
LONGEST = np.iinfo(np.int16).max  # of a side: NIfTI-1 counts in 16 bits
KEPT = tuple(np.dtype(name) for name in ("u1", "i2", "u2"))
HEADER, START = 348, 352  # bytes: of the header, and where values begin


@dataclass(frozen=True)
class Volume:
    """What a member holds: `array` (i, j, k), `affine` to patient mm in LPS where the header says where it lies, and
    `step_mm` along the axes, None where their unit is unknown."""

    array: NDArray[Any]
    affine: NDArray[np.float64] | None
    step_mm: tuple[float, ...] | None


def narrow(array: NDArray[Any]) -> NDArray[Any]:
    """The same values, each exactly, in a type that every reader of NIfTI knows: uint8, int16 and uint16 as they are;
    others - HU come as floats - in the first of int16, int32, float32 and float64 that holds them all. Raises
    ValueError where none does."""
    if array.dtype == bool:
        return array.astype(np.uint8)
    if array.dtype in KEPT:
        return array
    if array.dtype.kind not in "iuf":
        raise ValueError(f"a volume of {array.dtype} cannot be written as numbers")
    for kind in (np.int16, np.int32, np.float32, np.float64):
        if _fits(array, np.dtype(kind)):
            return array.astype(kind)
    raise ValueError(f"values of {array.dtype} that no type of NIfTI holds exactly")


def _fits(array: NDArray[Any], kind: np.dtype[Any]) -> bool:
    """Whether every value comes back from that type as it was; NaN comes back as NaN from a float."""
    if kind.kind == "i":
        info = np.iinfo(kind)
        inside = bool(array.min() >= info.min and array.max() <= info.max)  # never of NaN
        return inside and (array.dtype.kind in "iu" or bool((array == np.rint(array)).all()))
    with np.errstate(over="ignore"):
        return bool(np.array_equal(array.astype(kind).astype(array.dtype), array, equal_nan=array.dtype.kind == "f"))


def encode(
    array: NDArray[Any], geometry: MediaGeometry, window: tuple[float, float] | None = None, *, scanner: bool = False
) -> bytes:
    """The bytes of KEY.nii.gz: values as they are. `scanner`: the affine is the scanner's own, not one that some
    program gave. Without an affine both codes are 0, and steps are in millimetres only where they are known. `window`:
    what header fields cal_min and cal_max say, between which a viewer shows it."""
    if array.ndim != 3 or max(array.shape) > LONGEST:
        raise ValueError(f"a volume of shape {array.shape}: three axes of at most {LONGEST} are written")
    import nibabel  # half of a second, and pictures need none

    header: Any = nibabel.Nifti1Header(endianness="<")
    header.set_data_dtype(array.dtype.newbyteorder("<"))
    header.set_data_shape(array.shape)
    header.set_xyzt_units("mm" if geometry.voxel_mm else "unknown")
    header.set_zooms(geometry.voxel_mm or (1.0, 1.0, 1.0))
    if geometry.affine is not None:
        _place(header, FLIP @ np.asarray(geometry.affine), SCANNER if scanner else ALIGNED)
    if window is not None:
        header["cal_min"], header["cal_max"] = min(window), max(window)
    header["vox_offset"], header["magic"] = START, b"n+1"
    values = array.astype(array.dtype.newbyteorder("<"), copy=False).tobytes(order="F")
    return bytes(deflate.gzip_compress(header.binaryblock + bytes(START - HEADER) + values, LEVEL))


def _place(header: Any, ras: NDArray[np.float64], code: int) -> None:
    """sform always; qform too where the axes are perpendicular, since a quaternion cannot say otherwise."""
    header.set_sform(ras, code)
    axes = ras[:3, :3] / np.linalg.norm(ras[:3, :3], axis=0)
    if np.abs(axes.T @ axes - np.eye(3)).max() <= SHEAR / 5:
        header.set_qform(ras, code)


def decode(data: bytes) -> Volume:
    """What `encode` wrote, through nibabel. Raises ValueError when the bytes are no whole volume."""
    try:
        import nibabel

        image: Any = nibabel.Nifti1Image.from_bytes(isal_zlib.decompress(data, wbits=31))
        array = np.asanyarray(image.dataobj)
    except Exception as error:
        raise ValueError(f"{len(data)} bytes that are not a gzipped NIfTI-1 volume: {error}") from error
    affine, code = image.header.get_sform(coded=True)
    known = image.header.get_xyzt_units()[0] == "mm"
    steps = tuple(float(step) for step in image.header.get_zooms()[:3])
    return Volume(array, FLIP @ affine if code and affine is not None else None, steps if known else None)


def index_volumes(
    solids: Mapping[str, Solid], shape: tuple[int, ...]
) -> tuple[dict[str, NDArray[Any]], dict[str, tuple[str, int]]]:
    """Index volumes "mask.nii.gz", "mask1.nii.gz", ... of regions r1, r2, ..., and region -> (member, value): largest
    first, into the first volume where its voxels are free; its value is the number in its id."""
    places = layers(solids, ENDING)
    kind = np.uint8 if max((value for _, value in places.values()), default=0) < 256 else np.uint16
    arrays = {name: np.zeros(shape, kind) for name in sorted({name for name, _ in places.values()})}
    for rid, (name, value) in places.items():
        solid = solids[rid]
        arrays[name][solid.crop][solid.mask] = value
    return arrays, places
