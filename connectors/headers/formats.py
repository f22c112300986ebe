"""Which decoder a file needs and what its header says of its grid, by extension: pictures, volumes, arrays, cells."""

from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np

from connectors import archives
from connectors.base import Unreadable
from connectors.headers import array_file, metaimage, nrrd, parquet_cells, picture_file
from connectors.headers.grids import TOLERANCE, Header, HeaderRules, apart, geometry, placed, same_grid
from connectors.headers.grids import turned as _turned
from raw import confine
from schemas import Geometry


def _nifti(root: Path, path: str, said: HeaderRules) -> Header:
    from connectors.headers import nifti  # brings nibabel and pydicom, which sets of pictures do not wait for

    return nifti.header(root, path, said)


VOLUMES: dict[str, tuple[str, Callable[[Path, str, HeaderRules], Header]]] = {
    ".nii": ("nifti", _nifti), ".hdr": ("nifti", _nifti), ".img": ("nifti", _nifti),
    ".nrrd": ("nrrd", nrrd.header), ".nhdr": ("nrrd", nrrd.header),
    ".mha": ("mhd", metaimage.header), ".mhd": ("mhd", metaimage.header),
}  # fmt: skip
STRAIGHT = 0.7  # the cosine of 45 degrees: an axis lies nearer to the one named than to any other
DATA_SUFFIXES = {".mhd": (".raw", ".zraw", ".img"), ".nhdr": (".raw", ".raw.gz", ".img", ".img.gz")}


def suffix_of(path: str) -> str:
    """A file's extension in lower case, without the .gz of one that is compressed as a whole."""
    name = path.rsplit("/", 1)[-1].lower()
    name = name.removesuffix(".gz")
    return f".{name.rsplit('.', 1)[-1]}" if "." in name else ""


def decoder_of(path: str) -> str:
    """The decoder (transforms/media/decoders/) for a file. Raises Unreadable when there is none for its extension."""
    suffix = suffix_of(path)
    if suffix in VOLUMES:
        return VOLUMES[suffix][0]
    if suffix in array_file.SUFFIXES:
        return "array"
    if suffix in picture_file.SUFFIXES:
        return "raster"
    if suffix == ".parquet":
        return "cell"
    known = ", ".join(sorted((*VOLUMES, *array_file.SUFFIXES, *picture_file.SUFFIXES)))
    raise Unreadable(path, f"no decoder for a file {suffix or 'without extension'}; there are {known}")


def header_of(root: Path, path: str, said: HeaderRules) -> Header:
    """What a volume's header says. Raises Unreadable when it is broken, or no volume."""
    suffix = suffix_of(path)
    if suffix not in VOLUMES:
        raise Unreadable(path, f"no volume has the extension {suffix}; there are {', '.join(VOLUMES)}")
    return VOLUMES[suffix][1](root, path, said)


def grid_of(
    root: Path, path: str, select: str | None = None, like: Geometry | None = None, data: bytes | None = None
) -> Geometry | None:
    """The grid of a picture, volume or array, from its header. `like`: the image that it is to lie on, which tells what
    the header leaves open: whether two axes are a picture's, which of two forms counts, that lengths are mm. `data`:
    the bytes of a picture, where they are at hand.

    A row of volumes has the grid of one of them. Raises Unreadable when the header is broken.
    """
    decoder = decoder_of(path)
    if decoder == "raster":
        rows, columns, _ = picture_file.header(root, *archives.split(root, path), data, picture_file.page_of(select))
        return Geometry(shape=picture_file.half(rows, columns, select))
    if decoder == "cell":
        return Geometry(shape=parquet_cells.size(root, path, select))
    if decoder == "array":
        return array_file.grid(root, path, select)
    said = HeaderRules(units="mm", forms="sform", spacing_missing=True)
    found = header_of(root, path, said)
    if like is not None and like.affine is None and len(like.shape) == 2:
        return found.geometry("image")
    if like is not None and like.affine is None and found.shape != like.shape:
        return found.geometry("clip")
    grid = found.geometry("volume", said)
    if like is not None and decoder == "nifti" and apart(like, grid) > TOLERANCE:
        other = header_of(root, path, HeaderRules(units="mm", forms="qform", spacing_missing=True)).geometry(
            "volume", said
        )
        return other if apart(like, other) <= TOLERANCE else grid
    return grid


def check_grid(
    root: Path, path: str, image: Geometry, image_path: str, select: str | None = None, *, whole: bool = True,
    data: bytes | None = None,
) -> None:  # fmt: skip
    """Raises Unreadable when the mask at `path` does not lie on the image's grid; `whole`: not in shape alone."""
    mask = grid_of(root, path, select, like=image, data=data)
    if mask is not None:
        same_grid(image, mask if whole else mask.model_copy(update={"affine": None}), path, image_path)


def turned(root: Path, path: str, image: Geometry, image_path: str) -> str | None:
    """The select of a label map of the image's voxels whose axes may run the other way, by its own header; None where
    none does. Raises Unreadable when its voxels are others."""
    mask = grid_of(root, path, like=image)
    if mask is None or mask.affine is None or image.affine is None:
        raise Unreadable(path, f"its header, or that of {image_path}, does not tell which way its axes run")
    select, found = _turned(image, mask)
    same_grid(image, found, path, image_path)
    return select


def turned_to(image: Geometry, orientation: str, image_path: str) -> str | None:
    """As `turned`, for a label map whose axes run as `orientation` says ("LAI") whatever its header says. Raises
    Unreadable where the image's axes are others than these, or in another order."""
    if image.affine is None or len(image.shape) != 3:
        raise Unreadable(image_path, "its header does not tell which way its axes run")
    axes = placed((1.0, 1.0, 1.0), orientation)
    ours = np.asarray(image.affine)[:3, :3]
    along = np.abs((ours * axes[:3, :3]).sum(axis=0)) / np.linalg.norm(ours, axis=0)
    if along.min() < STRAIGHT:
        raise Unreadable(image_path, f"its axes do not run along those of its mask, which are {orientation}")
    return _turned(image, geometry(image.shape, axes))[0]


def siblings(root: Path, path: str) -> Iterator[str]:
    """The data files beside a volume's header file, by their names alone."""
    from connectors.headers import nifti

    two = nifti.pair(path)
    if two is not None:
        yield from (name for name in two if name != path)
        return
    for suffix in DATA_SUFFIXES.get(suffix_of(path), ()):
        name = path.rsplit(".", 1)[0] + suffix
        uri, member = archives.split(root, name)
        if member is not None or confine.there(root, uri):
            yield name
