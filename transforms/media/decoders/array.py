"""Arrays in .npz, .npy, HDF5 and MATLAB files: the one, and the part of it, that `select` names (schemas/select.py).

Only the part is read where the file allows it: HDF5, .npy and uncompressed members of .npz. A compressed member is
unpacked once a process, into a nameless temporary file. A .mat file's axes are in MATLAB's order in every version.
"""

import math
import struct
import tempfile
import zipfile
from functools import lru_cache
from pathlib import Path
from typing import Any, BinaryIO, cast

import h5py
import numpy as np
from numpy.lib import format as npy
from numpy.typing import NDArray
from scipy.io import loadmat, whosmat
from scipy.io.matlab import MatReadError

from raw import budget, confine, hdf5, matlab
from schemas import LabelShape, Record, SourceFile
from schemas.select import Select, parse_select
from transforms.media.decoders._files import name_of, open_source
from transforms.media.decoders._volume import label_map
from transforms.media.pixels import Pixels

HDF5 = b"\x89HDF\r\n\x1a\n"
CHUNK = 1 << 20


def decode(root: Path, record: Record) -> Pixels:
    """Raises ValueError when the array's axes are no record's, or it holds no numbers."""
    array = _ordered(root, record.sources[0])
    if not len(record.geometry.shape) <= array.ndim <= len(record.geometry.shape) + 1:
        raise ValueError(f"an array of {array.shape} is no {record.kind}")
    if record.kind != "volume" and array.ndim > len(record.geometry.shape) and array.shape[-1] == 1:
        array = array[..., 0]
    return Pixels(array.astype(np.uint8) if array.dtype == bool else array, record.geometry, record.unit)


def labels(root: Path, shape: LabelShape, record: Record) -> NDArray[np.integer[Any]]:
    array = _ordered(root, shape.source)
    if shape.channel is not None:
        array = array[..., shape.channel]
    if array.ndim == len(record.geometry.shape) + 1 and array.shape[-1] == 1:
        array = array[..., 0]
    return label_map(array, shape)


def channels(root: Path, shape: LabelShape, record: Record) -> int:
    """Along the last axis of an array that has one more than the record."""
    array = _ordered(root, shape.source)
    return int(array.shape[-1]) if array.ndim > len(record.geometry.shape) else 0


def _ordered(root: Path, source: SourceFile) -> NDArray[Any]:
    taken = parse_select(source.select)
    array = _taken(root, source, taken)
    if array.dtype.kind not in "biuf":
        raise ValueError(f"array {taken.name!r} holds {array.dtype}, not numbers of an image")
    return array.transpose(taken.order()) if taken.axes else array


def _taken(root: Path, source: SourceFile, taken: Select) -> NDArray[Any]:
    name, suffix = name_of(source), (source.member or source.uri).lower().rsplit(".", 1)[-1]
    stat = confine.stat(root, source.uri)
    if suffix in ("npy", "npz"):
        mapped = _mapped(root, source.uri, source.member, taken.name, stat.st_size, stat.st_mtime_ns)
        budget.memory(name, math.prod(taken.shape(mapped.shape)) * mapped.itemsize, "what is read of it")
        return np.array(_part(mapped, taken))
    with open_source(root, source) as file:
        if not _is_hdf5(file):
            return _part(_mat(root, source.uri, source.member, taken.name, stat.st_size, stat.st_mtime_ns), taken)
        with hdf5.opened(root, source.uri, source.member, file) as hdf:
            return _hdf_part(name, hdf, taken, turned=suffix == "mat")


def _part(array: NDArray[Any], taken: Select) -> NDArray[Any]:
    taken.shape(array.shape)  # says what is wrong with an index outside
    return array[taken.index] if taken.index else array


def _hdf_part(uri: str, hdf: h5py.File, taken: Select, *, turned: bool) -> NDArray[Any]:
    name = taken.name or _only([name for name in hdf if not name.startswith("#")])
    dataset = hdf5.node(uri, hdf, name)
    shape = tuple(dataset.shape)
    hdf5.taken(uri, name, dataset, taken.shape(shape[::-1] if turned else shape))
    index = taken.index[::-1] if turned else taken.index
    if turned and index and Ellipsis not in index:
        index = (Ellipsis, *index)  # axes left out at the end are at the start of what is turned round
    part = np.asarray(dataset[index] if index else dataset[()])
    return part.T if turned else part


def _is_hdf5(file: BinaryIO) -> bool:
    """HDF5's signature at the start, or behind MATLAB's 512 bytes. Leaves the file at its start."""
    block = file.read(512 + len(HDF5))
    file.seek(0)
    return block.startswith(HDF5) or block.endswith(HDF5)


@lru_cache(maxsize=2)
def _mat(root: Path, uri: str, member: str | None, name: str, size: int, mtime_ns: int) -> NDArray[Any]:
    """A variable of a MATLAB file before 7.3, or the field of a struct: `cjdata/image`. Raises KeyError."""
    with open_source(root, SourceFile(uri=uri, member=member, sha256="", bytes=0)) as file:
        try:
            whole = matlab.unpacked(uri, file)
            name = name or _only([found[0] for found in whosmat(whole)])
            whole.seek(0)
            top, *fields = name.split("/")
            value: Any = loadmat(whole, variable_names=[top])[top]
        except MatReadError as error:
            raise ValueError(str(error)) from error
    for field in fields:
        value = value.reshape(-1)[0][field]
    return cast(NDArray[Any], value)


@lru_cache(maxsize=4)
def _mapped(root: Path, uri: str, member: str | None, name: str, size: int, mtime_ns: int) -> NDArray[Any]:
    """An array of a .npy or .npz file, mapped and not read. Raises ValueError when it holds objects."""
    suffix = (member or uri).lower().rsplit(".", 1)[-1]
    with open_source(root, SourceFile(uri=uri, member=member, sha256="", bytes=0)) as file:
        if suffix == "npy":
            return _map(file) if member is None else _map(_unpacked(file))  # held in memory already
        with zipfile.ZipFile(file) as container:
            info = container.getinfo(f"{name or _only([n[:-4] for n in container.namelist()])}.npy")
            budget.unpacked(f"{uri}/{info.filename}", info.compress_size, info.file_size)
            if info.compress_type != zipfile.ZIP_STORED or member is not None:
                with container.open(info) as packed:
                    return _map(_unpacked(cast(BinaryIO, packed)))
            file.seek(info.header_offset)
            lengths = struct.unpack("<26x2H", file.read(30))  # APPNOTE 4.3.7: lengths of the name and the extra field
            file.seek(info.header_offset + 30 + sum(lengths))
            return _map(file)


def _only(names: list[str]) -> str:
    if len(names) != 1:
        raise KeyError(f"which of {', '.join(names)} is meant is not said")
    return names[0]


def _unpacked(packed: BinaryIO) -> BinaryIO:
    out = tempfile.TemporaryFile()  # noqa: SIM115 - the mapping lives as long as it does
    while chunk := packed.read(CHUNK):
        out.write(chunk)
    out.flush()
    out.seek(0)
    return cast(BinaryIO, out)


def _map(file: BinaryIO) -> NDArray[Any]:
    """The array that begins where the file stands."""
    version = npy.read_magic(file)  # type: ignore[no-untyped-call]
    read = npy.read_array_header_1_0 if version == (1, 0) else npy.read_array_header_2_0
    shape, fortran, dtype = read(file)  # type: ignore[no-untyped-call]
    if dtype.hasobject:
        raise ValueError("it holds Python objects, which are not read")
    if 0 in shape:
        return np.zeros(shape, dtype)
    return np.memmap(file, dtype, "r", file.tell(), shape, "F" if fortran else "C")
