"""Grids from the headers of NIfTI-1, NIfTI-2 and Analyze 7.5, single files and .hdr/.img pairs.

NIfTI's world is RAS+ (nifti1.h, "3D IMAGE (VOLUME) ORIENTATION AND LOCATION IN SPACE"); LPS = diag(-1, -1, 1) RAS,
exactly. Analyze has no orientation, only sizes of voxels.
"""

import gzip
import math
import re
from pathlib import Path
from typing import Any

import nibabel
import numpy as np
from nibabel.filebasedimages import ImageFileError
from nibabel.spatialimages import HeaderDataError, HeaderTypeError
from nibabel.wrapstruct import WrapStructError
from numpy.typing import NDArray

from connectors.base import Unreadable
from connectors.headers.grids import (
    BROKEN,
    RAS_TO_LPS,
    TOLERANCE,
    Header,
    HeaderRules,
    check_memory,
    check_size,
    opened,
)
from raw.refusal import line
from schemas import Geometry

MILLIMETRES = {"mm": 1.0, "meter": 1000.0, "micron": 0.001}
PAIR = {"hdr": "img", "img": "hdr", "HDR": "IMG", "IMG": "HDR"}
_PAIR_NAME = re.compile(r"(.*\.)(hdr|img|HDR|IMG)((?:\.gz)?)", re.S)


def grid(root: Path, path: str, *, units: str | None = None) -> Geometry:
    """The grid of a 3-D NIfTI file. `units`: what the card says of a file whose own units are unknown ("mm").

    Raises Unreadable on a header that is no NIfTI header, contradicts itself, or disagrees with the file's size.
    """
    found = header(root, path, HeaderRules(units=units))
    if found.more is not None:
        raise Unreadable(path, f"4 dimensions {(*found.shape, found.more[0])}: only volumes of 3 are read")
    return found.geometry()


def pair(path: str) -> tuple[str, str] | None:
    """(header file, data file) where a format keeps the two apart."""
    name = _PAIR_NAME.fullmatch(path)
    if name is None:
        return None
    other = f"{name[1]}{PAIR[name[2]]}{name[3]}"
    return (path, other) if name[2].lower() == "hdr" else (other, path)


def header(root: Path, path: str, said: HeaderRules) -> Header:
    """What the header says. Raises Unreadable as `grid` does."""
    two = pair(path)
    first, data = two or (path, path)
    try:
        found = _raw(root, first, paired=two is not None)
        shape = tuple(int(n) for n in found.get_data_shape())
        dtype = found.get_data_dtype()
        offset = int(found.get_data_offset())
        lps, spacing = _place(path, found, said)
        packing = "gzip" if data.lower().endswith(".gz") else ""
        if packing:
            check_memory(path, shape[:3], dtype.itemsize)  # before all of it is unpacked
        with opened(root, data) as file:
            check_size(file, data, offset + math.prod(shape) * dtype.itemsize, 0, packing)
    except Unreadable:
        raise
    except (*BROKEN, ImageFileError, HeaderDataError, HeaderTypeError, WrapStructError) as error:
        raise Unreadable(path, f"not a readable NIfTI header: {line(error)}") from error
    if dtype.names or dtype.kind not in "iuf":
        raise Unreadable(path, f"values of {dtype}: colour and complex volumes are not read")
    space, more = _axes(path, shape)
    check_memory(path, space, dtype.itemsize)
    files = tuple(name for name in (first, data) if name != path)
    return Header(path, space, lps, spacing, more, files, flat=len(shape) == 2)


def _raw(root: Path, path: str, *, paired: bool) -> Any:
    with opened(root, path) as file:
        stream = gzip.GzipFile(fileobj=file) if path.lower().endswith(".gz") else file
        block = stream.read(540)
    size = {int.from_bytes(block[:4], "little"), int.from_bytes(block[:4], "big")}
    if 540 in size:
        return nibabel.Nifti2Header(block[:540])
    if 348 not in size:
        raise ValueError("its first bytes are of no NIfTI header")
    if block[344:348] in (b"n+1\0", b"ni1\0"):
        return nibabel.Nifti1Header(block[:348])
    if paired:
        return nibabel.AnalyzeHeader(block[:348])
    raise ValueError("it has no NIfTI magic")


def _axes(path: str, shape: tuple[int, ...]) -> tuple[tuple[int, ...], tuple[int, int] | None]:
    """The three axes of space, and how many such volumes lie along which further axis."""
    further = [(n, axis) for axis, n in enumerate(shape) if axis > 2 and n > 1]
    if len(further) > 1 or len(shape) < 2:
        raise Unreadable(path, f"{len(shape)} dimensions {shape}: only volumes of 3, or a row of them, are read")
    return (*shape[:3], 1)[:3], further[0] if further else None


def _place(
    path: str, found: Any, said: HeaderRules
) -> tuple[NDArray[np.float64] | None, tuple[float, ...] | None]:  # fmt: skip
    """The affine, and the spacing where there is no affine. Millimetres."""
    if not isinstance(found, nibabel.Nifti1Header):  # Analyze: voxel sizes in mm, no orientation
        sizes = tuple(float(x) for x in found.get_zooms()[:3])
        return None, sizes if len(sizes) > 1 and all(np.isfinite(x) and x > 0 for x in sizes) else None
    qform, sform = int(found["qform_code"]) > 0, int(found["sform_code"]) > 0
    if not qform and not sform:
        if said.orientation is None:  # nobody vouches for pixdim either
            return None, None
        scale = _millimetres(path, found, said)
        return None, tuple(float(x) * scale for x in found.get_zooms()[:3])
    if qform and sform and said.forms is None:
        off = float(np.abs(found.get_qform() - found.get_sform()).max())
        if off > TOLERANCE:
            raise Unreadable(
                path, f"qform and sform disagree by up to {off:.3g}: the header contradicts itself; if the set is "
                "known for it, say which counts in layout.options.forms",
            )  # fmt: skip
    own = found.get_qform() if said.forms == "qform" and qform else found.get_best_affine()
    lps: NDArray[np.float64] = RAS_TO_LPS @ np.asarray(own, np.float64)
    lps[:3] *= _millimetres(path, found, said)
    return lps, None


def _millimetres(path: str, found: Any, said: HeaderRules) -> float:
    own = found.get_xyzt_units()[0]
    if own in MILLIMETRES:
        return MILLIMETRES[own]
    if said.units == "mm":
        return 1.0
    raise Unreadable(path, "the header does not say its unit of length; if it is mm, say so in layout.options.units")
