"""Files that hold arrays by name: NumPy, HDF5, MATLAB; and archives over what was built in a folder."""

import gzip as gzip_format
import io
import tarfile
import zipfile
from pathlib import Path
from typing import Any

import numpy as np

from tests.replicas.builder.arrays import array, is_array

EPOCH = (1980, 1, 1, 0, 0, 0)


def npy(path: Path, value: Any, name: str) -> None:
    with path.open("wb") as file:
        np.save(file, array(value, name))


def npz(path: Path, value: dict[str, Any], name: str) -> None:
    arrays: dict[str, Any] = {key: array(inner, f"{name}#{key}") for key, inner in value.items()}
    with path.open("wb") as file:
        np.savez_compressed(file, **arrays)


def h5(path: Path, value: dict[str, Any], name: str) -> None:
    """`value`: an array or a plain value by its path; "path@name" is an attribute."""
    import h5py

    with h5py.File(path, "w") as file:
        for key, inner in value.items():
            target, _, attribute = str(key).partition("@")
            if attribute:
                owner = file[target] if target in file else file.require_group(target or "/")
                owner.attrs[attribute] = inner
            elif isinstance(inner, str) or (isinstance(inner, list) and inner and isinstance(inner[0], str)):
                file.create_dataset(target, data=inner, dtype=h5py.string_dtype())
            else:
                file.create_dataset(target, data=array(inner, f"{name}#{key}"))


def mat(path: Path, value: dict[str, Any], name: str, version: str | float = "5") -> None:
    """`value`: an array, a plain value or a struct (a mapping) by name; a list of mappings is a struct array."""
    content = {key: _matlab(inner, f"{name}#{key}") for key, inner in value.items()}
    if str(version) == "7.3":
        _mat_hdf5(path, content)
        return
    from scipy.io import savemat

    buffer = io.BytesIO()
    savemat(buffer, content, do_compression=True, oned_as="column")
    header = b"MATLAB 5.0 MAT-file, Platform: replica".ljust(116)  # scipy writes the time here
    path.write_bytes(header + buffer.getvalue()[116:])


def _matlab(value: Any, name: str) -> Any:
    if is_array(value):
        return array(value, name)
    if isinstance(value, dict):
        return {key: _matlab(inner, f"{name}.{key}") for key, inner in value.items()}
    if isinstance(value, list) and value and isinstance(value[0], dict | str):
        cells = np.empty(len(value), object)
        cells[:] = [_matlab(inner, f"{name}.{n}") for n, inner in enumerate(value)]
        return cells
    return value if isinstance(value, str) else array(value, name)


def _mat_hdf5(path: Path, content: dict[str, Any]) -> None:
    """MATLAB 7.3: HDF5 after a block of 512 bytes, axes reversed, text as 16-bit numbers."""
    import h5py

    with h5py.File(path, "w", userblock_size=512) as file:
        for key, inner in content.items():
            _hdf5_node(file, key, inner)
    data = path.read_bytes()
    header = b"MATLAB 7.3 MAT-file, Platform: replica".ljust(116) + b"\0" * 8 + b"\x00\x02IM"
    path.write_bytes(header.ljust(512, b"\0") + data[512:])


def _hdf5_node(group: Any, key: str, value: Any) -> None:
    if isinstance(value, dict):
        inner = group.create_group(key)
        inner.attrs["MATLAB_class"] = np.bytes_("struct")
        for name, part in value.items():
            _hdf5_node(inner, name, part)
    elif isinstance(value, str):
        node = group.create_dataset(key, data=np.array([[ord(c)] for c in value], np.uint16))
        node.attrs["MATLAB_class"] = np.bytes_("char")
    elif isinstance(value, np.ndarray) and value.dtype != object:
        node = group.create_dataset(key, data=np.atleast_2d(value).T)
        node.attrs["MATLAB_class"] = np.bytes_(MATLAB.get(value.dtype.name, value.dtype.name))
    else:
        raise ValueError(f"{key}: lists of text or of structs are not written in version 7.3; use version 5")


MATLAB = {"float64": "double", "float32": "single", "bool": "logical"}


def zip_folder(folder: Path, path: Path) -> None:
    """A folder's files as a zip, in the order of names, without times. Empty folders are kept."""
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for inner in sorted(folder.rglob("*")):
            name = inner.relative_to(folder).as_posix()
            if inner.is_file():
                info = zipfile.ZipInfo(name, EPOCH)
                info.compress_type = zipfile.ZIP_DEFLATED
                archive.writestr(info, inner.read_bytes())
            elif not any(inner.iterdir()):
                archive.writestr(zipfile.ZipInfo(name + "/", EPOCH), b"")


def tar_folder(folder: Path, path: Path) -> None:
    """A folder's files as a tar, packed as the name says (.gz, .tgz, .bz2, .xz), in the order of names."""
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w", format=tarfile.PAX_FORMAT) as archive:
        for inner in sorted(folder.rglob("*")):
            info = tarfile.TarInfo(inner.relative_to(folder).as_posix())
            if inner.is_file():
                info.size = inner.stat().st_size
                archive.addfile(info, io.BytesIO(inner.read_bytes()))
            elif not any(inner.iterdir()):
                info.type = tarfile.DIRTYPE
                archive.addfile(info)
    path.write_bytes(_packed(path.name.lower(), buffer.getvalue()))


def _packed(name: str, data: bytes) -> bytes:
    if name.endswith((".gz", ".tgz")):
        return gzip_format.compress(data, mtime=0)
    if name.endswith(".bz2"):
        import bz2

        return bz2.compress(data)
    if name.endswith((".xz", ".txz")):
        import lzma

        return lzma.compress(data)
    return data


def gzip_file(source: Path, path: Path) -> None:
    path.write_bytes(gzip_format.compress(source.read_bytes(), mtime=0))
