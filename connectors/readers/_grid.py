"""Grids of volumes from NIfTI and NRRD headers, in patient LPS millimetres.

NIfTI's world is RAS+ (nifti1.h, "3D IMAGE (VOLUME) ORIENTATION AND LOCATION IN SPACE"); NRRD says its own (`space`).
LPS = diag(-1, -1, 1) RAS, exactly.
"""

import gzip
import zlib
from pathlib import Path
from typing import Any

import nibabel
import nrrd
import numpy as np
from nibabel.filebasedimages import ImageFileError
from nibabel.spatialimages import HeaderDataError, HeaderTypeError
from numpy.typing import NDArray

from connectors.base import Unreadable
from schemas import Geometry

TOLERANCE = 1e-3
axis_codes: Any = nibabel.aff2axcodes  # untyped in nibabel
RAS_TO_LPS = np.diag([-1.0, -1.0, 1.0, 1.0])
LARGEST_SIDE = 1 << 15
NRRD_SPACES = {
    "left-posterior-superior": np.eye(4), "lps": np.eye(4),
    "right-anterior-superior": RAS_TO_LPS, "ras": RAS_TO_LPS,
    "left-anterior-superior": np.diag([1.0, -1.0, 1.0, 1.0]), "las": np.diag([1.0, -1.0, 1.0, 1.0]),
}  # fmt: skip
# Type names of the format's definition (teem, NRRD0005, section "type"), and their bytes a value.
NRRD_BYTES = {
    name: size
    for size, names in {
        1: "signed char, int8, int8_t, uchar, unsigned char, uint8, uint8_t",
        2: "short, short int, signed short, signed short int, int16, int16_t, ushort, unsigned short, "
        "unsigned short int, uint16, uint16_t",
        4: "int, signed int, int32, int32_t, uint, unsigned int, uint32, uint32_t, float",
        8: "longlong, long long, long long int, signed long long, signed long long int, int64, int64_t, "
        "ulonglong, unsigned long long, unsigned long long int, uint64, uint64_t, double",
    }.items()
    for name in names.split(", ")
}


def geometry(shape: tuple[int, ...], lps: NDArray[np.float64]) -> Geometry:
    """A volume's grid from its LPS affine. `orientation` names where i, j, k grow, e.g. LAS."""
    spacing = np.linalg.norm(lps[:3, :3], axis=0)
    return Geometry(
        shape=shape,
        spacing_mm=tuple(_plain(x) for x in spacing),
        affine=tuple(tuple(_plain(x) for x in row) for row in lps),
        orientation="".join(axis_codes(RAS_TO_LPS @ lps)),
    )


def _plain(value: float) -> float:
    return round(float(value), 9) + 0.0  # no negative zero: same grid, same bytes


def same_grid(image: Geometry, mask: Geometry, uri: str, image_uri: str) -> None:
    """Raises Unreadable on `uri` when the mask's grid differs from the image's in shape, or in affine by over 1e-3."""
    if image.shape != mask.shape:
        raise Unreadable(uri, f"mask grid {mask.shape} differs from {image.shape} of {image_uri}")
    if image.affine is None or mask.affine is None:
        return
    off = float(np.abs(np.subtract(image.affine, mask.affine)).max())
    if off > TOLERANCE:
        raise Unreadable(uri, f"mask grid differs from that of {image_uri}: affines are up to {off:.3g} apart")


def nifti(root: Path, uri: str, *, units: str | None = None) -> Geometry:
    """The grid of a NIfTI file. `units`: what the card says of a file whose own units are unknown ("mm").

    Raises Unreadable on a header that is no NIfTI header, contradicts itself, or disagrees with the file's size.
    """
    path = root / uri
    try:
        image: Any = nibabel.load(path)
        header: Any = image.header
        if not isinstance(image.header, nibabel.Nifti1Header):
            raise Unreadable(uri, f"a {type(image).__name__}, not a NIfTI file")
        shape = tuple(int(n) for n in header.get_data_shape())
        expected = int(image.dataobj.offset) + int(np.prod(shape)) * header.get_data_dtype().itemsize
        lps = RAS_TO_LPS @ np.asarray(image.affine, np.float64)
        _check_forms(uri, header)
        scale = _millimetres(uri, header.get_xyzt_units()[0], units)
    except Unreadable:
        raise
    except (
        ImageFileError,
        HeaderDataError,
        HeaderTypeError,
        ValueError,
        OverflowError,
        EOFError,
        OSError,
        zlib.error,
    ) as error:
        raise Unreadable(uri, f"not a readable NIfTI header: {_line(error)}") from error
    while len(shape) > 3 and shape[-1] == 1:
        shape = shape[:-1]
    _check_grid(uri, shape, lps)
    _check_size(path, uri, expected, 0)
    lps[:3] *= scale
    return geometry(shape, lps)


def _check_forms(uri: str, header: Any) -> None:
    qform, sform = int(header["qform_code"]), int(header["sform_code"])
    if not qform and not sform:
        raise Unreadable(uri, "neither qform nor sform is set: where the voxels lie is unknown")
    if qform and sform:
        off = float(np.abs(header.get_qform() - header.get_sform()).max())
        if off > TOLERANCE:
            raise Unreadable(uri, f"qform and sform disagree by up to {off:.3g}: the header contradicts itself")


def _millimetres(uri: str, own: str, said: str | None) -> float:
    factors = {"mm": 1.0, "meter": 1000.0, "micron": 0.001}
    if own in factors:
        return factors[own]
    if said == "mm":
        return 1.0
    raise Unreadable(uri, "the header does not say its unit of length; if it is mm, say so in layout.options.units")


def nrrd_header(root: Path, uri: str) -> Geometry:
    """The grid of an NRRD file. Raises Unreadable on a broken header, an unknown space, or a size that disagrees."""
    path = root / uri
    try:
        with path.open("rb") as file:
            header = nrrd.read_header(file)
            start = file.tell()
        shape = tuple(int(n) for n in header["sizes"])
        item = NRRD_BYTES[str(header["type"]).lower()]
        space = str(header.get("space", "")).lower()
        directions, origin = header["space directions"], header["space origin"]
    except (nrrd.NRRDError, KeyError, ValueError, TypeError, OSError, EOFError) as error:
        raise Unreadable(uri, f"not a readable NRRD header: {_line(error)}") from error
    if space not in NRRD_SPACES:
        raise Unreadable(uri, f"space {space!r} is not one of {', '.join(sorted(NRRD_SPACES))}")
    if "data file" in header or "datafile" in header:
        raise Unreadable(uri, "the data lie in another file: detached NRRD headers are not read")
    lps = np.eye(4)
    lps[:3, :3] = np.asarray(directions, np.float64).T  # a row per axis in the file; a column in an affine
    lps[:3, 3] = np.asarray(origin, np.float64)
    lps = NRRD_SPACES[space] @ lps
    _check_grid(uri, shape, lps)
    encoding = str(header.get("encoding", "raw"))
    if encoding in ("gzip", "gz", "raw"):
        _check_size(path, uri, int(np.prod(shape)) * item, start, zipped=encoding != "raw")
    return geometry(shape, lps)


def _check_grid(uri: str, shape: tuple[int, ...], lps: NDArray[np.float64]) -> None:
    if len(shape) != 3:
        raise Unreadable(uri, f"{len(shape)} dimensions {shape}: only volumes of 3 are read")
    if min(shape) < 1 or max(shape) > LARGEST_SIDE:
        raise Unreadable(uri, f"the header's size {shape} makes no sense")
    if not np.isfinite(lps).all() or abs(np.linalg.det(lps[:3, :3])) < 1e-9:
        raise Unreadable(uri, "the header's affine is not finite or has no volume")


def _check_size(path: Path, uri: str, expected: int, start: int, *, zipped: bool | None = None) -> None:
    """Compares what the header promises with what the file holds, without keeping the data."""
    zipped = path.name.endswith(".gz") if zipped is None else zipped
    held = path.stat().st_size - start
    if zipped:
        try:
            held = _unzipped_size(path, start, expected)
        except (EOFError, OSError, zlib.error) as error:
            raise Unreadable(uri, f"the compressed data are truncated or broken: {_line(error)}") from error
    if held != expected:
        raise Unreadable(uri, f"wrong header: it promises {expected} bytes, the file holds {held}")


def _unzipped_size(path: Path, start: int, expected: int) -> int:
    with path.open("rb") as file:
        file.seek(-4, 2)
        if int.from_bytes(file.read(4), "little") == expected % (1 << 32):  # ISIZE, RFC 1952 2.3.1
            return expected
        file.seek(start)
        with gzip.GzipFile(fileobj=file) as stream:
            count = 0
            while chunk := stream.read(1 << 20):
                count += len(chunk)
            return count


def _line(error: Exception) -> str:
    return str(error).splitlines()[0][:200] if str(error) else type(error).__name__
