"""Arrays in containers: .npz, .npy, HDF5 and MATLAB's .mat - their names, shapes and types; values of small ones.

A .mat file's axes are in MATLAB's own order (rows, columns, ...) whichever version it has: version 7.3 is HDF5 with the
axes the other way round (MathWorks, "MAT-File Versions"), and is turned back here and in the decoder.
"""

import math
import zipfile
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO, cast

import numpy as np
from numpy.lib import format as npy
from numpy.typing import NDArray

from connectors import archives
from connectors.base import BAD_ARCHIVE, Unreadable
from connectors.headers.grids import opened
from raw import budget, confine, hdf5, matlab
from raw.refusal import line
from schemas import Geometry
from schemas.select import Select, parse_select

if TYPE_CHECKING:  # scipy and h5py are imported with the first file that needs them: cards are checked without
    import h5py

SUFFIXES = (".npz", ".npy", ".h5", ".hdf5", ".hdf", ".mat")
HDF5 = b"\x89HDF\r\n\x1a\n"
MAT_TYPES = {"double": "f8", "single": "f4", "logical": "?"} | {
    f"{sign}int{bits}": f"{sign or 'i'}{bits // 8}" for sign in ("", "u") for bits in (8, 16, 32, 64)
}


@dataclass(frozen=True)
class Array:
    """`name` within the file ("" in .npy), slashes between the parts of a nested one."""

    name: str
    shape: tuple[int, ...]
    dtype: np.dtype[Any]


def arrays(root: Path, path: str) -> tuple[Array, ...]:
    """The numeric arrays of a container, sorted by name. Raises Unreadable when it is broken."""
    uri, _ = archives.split(root, path)
    try:
        stat = confine.stat(root, uri)
        return _arrays(root, path, stat.st_size, stat.st_mtime_ns)
    except Unreadable:
        raise
    except _broken() as error:
        raise Unreadable(path, f"not a readable file of arrays: {line(error)}") from error


def array(root: Path, path: str, name: str) -> Array:
    """One of them; the only one where `name` is "". Raises Unreadable."""
    found = arrays(root, path)
    fits = [one for one in found if name in ("", one.name)]
    if len(fits) != 1:
        raise Unreadable(path, f"holds no single array {name!r}; it has {', '.join(one.name for one in found)}"[:300])
    return fits[0]


def grid(root: Path, path: str, select: str | None) -> Geometry:
    """The grid of what `select` takes, its colour axis left out. Raises Unreadable."""
    try:
        taken = parse_select(select)
        return Geometry(shape=shape_of(array(root, path, taken.name).shape, taken))
    except ValueError as error:
        if isinstance(error, Unreadable):
            raise
        raise Unreadable(path, str(error)) from error


def shape_of(whole: tuple[int, ...], taken: Select) -> tuple[int, ...]:
    """The shape of what is taken, in this project's order, without colour. Raises ValueError."""
    left = taken.shape(whole)
    if not taken.axes:
        return left
    if len(left) != len(taken.axes):
        raise ValueError(f"axes {taken.axes!r} do not fit what is left of {whole}: {left}")
    return tuple(left[axis] for axis in taken.order() if taken.axes[axis] != "c")


def _broken() -> tuple[type[Exception], ...]:
    """What the libraries raise on a file that they cannot read."""
    from scipy.io.matlab import MatReadError

    return (OSError, ValueError, LookupError, TypeError, RuntimeError, MatReadError, *BAD_ARCHIVE)


def check_channels(root: Path, path: str, name: str, axes: str, wanted: Iterable[int]) -> None:
    """Raises Unreadable where an array has fewer channels along c than a card wants of it."""
    shape, axis = array(root, path, name).shape, axes.index("c")
    lacking = sorted(number for number in wanted if number >= shape[axis])
    if lacking:
        what = f"array {name!r}" if name else "its array"
        raise Unreadable(
            path, f"{what} of {shape} has {shape[axis]} channels along axis {axis} (c), and the card wants channel "
            f"{', '.join(map(str, lacking))}: another release of the file, or correct `channels`",
        )  # fmt: skip


def values(root: Path, path: str, name: str) -> NDArray[Any]:
    """A small array (labels, identifiers), whole; "array@name" is its attribute in HDF5. Raises Unreadable."""
    uri, _ = archives.split(root, path)
    try:
        stat = confine.stat(root, uri)
        return _values(root, path, name, stat.st_size, stat.st_mtime_ns)
    except Unreadable:
        raise
    except _broken() as error:
        raise Unreadable(path, f"cannot read array {name!r}: {line(error)}") from error


@lru_cache(maxsize=64)
def _arrays(root: Path, path: str, size: int, mtime_ns: int) -> tuple[Array, ...]:
    with opened(root, path) as file:
        return tuple(sorted(_listed(root, path, file), key=lambda one: one.name))


def _listed(root: Path, path: str, file: BinaryIO) -> Iterator[Array]:
    suffix = path.lower().rsplit(".", 1)[-1]
    if suffix == "npy":
        yield _npy_header("", file, file.seek(0, 2))
    elif suffix == "npz":
        with zipfile.ZipFile(file) as container:
            for name in container.namelist():
                if name.endswith(".npy"):
                    with container.open(name) as member:
                        yield _npy_header(name[:-4], cast(BinaryIO, member), container.getinfo(name).file_size)
    elif is_hdf5(file):
        with hdf5.opened(root, *archives.split(root, path), file) as hdf:
            yield from _hdf_arrays(path, hdf, turned=suffix == "mat")
    else:
        yield from _mat_arrays(path, file)


def _npy_header(name: str, file: BinaryIO, held: int) -> Array:
    file.seek(0)
    version = npy.read_magic(file)  # type: ignore[no-untyped-call]
    read = npy.read_array_header_1_0 if version == (1, 0) else npy.read_array_header_2_0
    shape, _, dtype = read(file)  # type: ignore[no-untyped-call]
    expected = file.tell() + math.prod(shape) * dtype.itemsize
    if not dtype.hasobject and expected != held:
        raise ValueError(f"array {name!r} promises {expected} bytes, the file holds {held}")
    return Array(name, tuple(int(n) for n in shape), dtype)


def is_hdf5(file: BinaryIO) -> bool:
    """Whether HDF5's signature is at its start, or behind MATLAB's 512 bytes. Leaves the file at its start."""
    block = file.read(512 + len(HDF5))
    file.seek(0)
    return block.startswith(HDF5) or block.endswith(HDF5)


def _hdf_arrays(path: str, hdf: "h5py.File", *, turned: bool) -> Iterator[Array]:
    import h5py

    found: list[Array] = []

    def visit(name: str, node: Any) -> None:
        if isinstance(node, h5py.Dataset) and node.shape is not None and not name.startswith("#"):
            hdf5.check(path, name, node)
            found.append(Array(name, tuple(node.shape[::-1] if turned else node.shape), node.dtype))

    hdf.visititems(visit)
    yield from found


def _mat_arrays(path: str, file: BinaryIO) -> Iterator[Array]:
    from scipy.io import loadmat, whosmat

    file = matlab.unpacked(path, file)
    for name, shape, kind in whosmat(file):
        file.seek(0)
        if kind in MAT_TYPES:
            yield Array(name, tuple(shape), np.dtype(MAT_TYPES[kind]))
        elif kind in ("struct", "char"):
            for inner, value in _unfolded(name, loadmat(file, variable_names=[name])[name]):
                yield Array(inner, value.shape, value.dtype)


def _unfolded(name: str, value: Any) -> Iterator[tuple[str, NDArray[Any]]]:
    """A MATLAB struct's fields as name/field; cells and arrays of structs are left out."""
    if not isinstance(value, np.ndarray) or value.dtype == object:
        return
    if value.dtype.names is None:
        yield name, value
    elif value.size == 1:
        for field in value.dtype.names:
            yield from _unfolded(f"{name}/{field}", value.reshape(-1)[0][field])


@lru_cache(maxsize=32)
def _values(root: Path, path: str, name: str, size: int, mtime_ns: int) -> NDArray[Any]:
    name = name or array(root, path, name).name
    _check_values(root, path, name)
    suffix = path.lower().rsplit(".", 1)[-1]
    with opened(root, path) as file:
        if suffix == "npy":
            return cast(NDArray[Any], np.load(file, allow_pickle=False))
        if suffix == "npz":
            with np.load(file, allow_pickle=False) as container:
                return cast(NDArray[Any], container[name])
        if is_hdf5(file):
            with hdf5.opened(root, *archives.split(root, path), file) as hdf:
                owner, is_attribute, attribute = name.partition("@")
                if is_attribute:
                    return np.asarray(hdf5.node(path, hdf, owner or "/").attrs[attribute])
                dataset = hdf5.node(path, hdf, name)
                hdf5.taken(path, name, dataset, dataset.shape)
                found = np.asarray(dataset[()])
                return found.T if suffix == "mat" else found
        from scipy.io import loadmat

        top = name.split("/", 1)[0]
        whole = matlab.unpacked(path, file)
        return dict(_unfolded(top, loadmat(whole, variable_names=[top])[top]))[name]


def _check_values(root: Path, path: str, name: str) -> None:
    """Raises Unreadable where a numeric array is too large to be held whole."""
    for one in arrays(root, path):
        if one.name == name:
            budget.memory(path, math.prod(one.shape) * one.dtype.itemsize, f"array {name!r}")
