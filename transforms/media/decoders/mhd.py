"""MetaImage volumes and label maps (.mha, .mhd with its data file), through SimpleITK. Array axes are (i, j, k)."""

import re
import tempfile
from pathlib import Path, PurePosixPath
from typing import Any, BinaryIO

import numpy as np
import SimpleITK as sitk  # noqa: N813 - the name that its own documentation gives it
from isal import isal_zlib
from numpy.typing import NDArray

from schemas import LabelShape, Record, SourceFile
from transforms.media.decoders._files import open_source
from transforms.media.decoders._volume import channels_of, decoded, labelled, part
from transforms.media.pixels import Pixels

_PACKED = re.compile(rb"CompressedData\s*=\s*(?:true|1)", re.I)
_DATA = re.compile(rb"ElementDataFile\s*=[ \t]*([^\r\n]*)")


def decode(root: Path, record: Record) -> Pixels:
    return decoded(_array, root, record)


def labels(root: Path, shape: LabelShape, record: Record) -> NDArray[np.integer[Any]]:
    return labelled(_array, root, shape, record)


def channels(root: Path, shape: LabelShape, record: Record) -> int:
    return channels_of(_array, root, shape, record)


def _array(root: Path, source: SourceFile, select: str | None) -> NDArray[Any]:
    if source.member is None:
        return part(_read(root / source.uri), select)
    with tempfile.TemporaryDirectory() as folder:  # the library reads files only
        return part(_read(_unpacked(root, source, source.member, Path(folder))), select)


def _read(path: Path) -> NDArray[Any]:
    _check(path)
    image = sitk.ReadImage(str(path), imageIO="MetaImageIO")
    array: NDArray[Any] = sitk.GetArrayFromImage(image)  # (..., k, j, i)
    return array.T


def _check(path: Path) -> None:
    """Inflates compressed data to their checksum, at which the library does not look: it hands on what it has of broken
    ones. Raises IsalError, EOFError."""
    with path.open("rb") as file:
        start = file.read(1 << 16)
        named = _DATA.search(start)
        if named is None or not _PACKED.search(start, 0, named.start()):
            return
        name = named[1].decode("latin-1").strip()
        if name.upper() != "LOCAL":
            with path.with_name(PurePosixPath(name).name).open("rb") as data:
                _inflate(data)
            return
        file.seek(start.index(b"\n", named.end()) + 1)
        _inflate(file)


def _inflate(file: BinaryIO) -> None:
    inflate = isal_zlib.decompressobj(wbits=47)  # zlib or gzip, whichever it is, as MetaIO takes it
    while chunk := file.read(1 << 20):
        inflate.decompress(chunk)
    if not inflate.eof:
        raise EOFError("the compressed data end before their checksum")


def _unpacked(root: Path, source: SourceFile, member: str, folder: Path) -> Path:
    """The member, with its data file, in a folder. Raises KeyError when the data file is not in the archive."""
    with open_source(root, source) as file:
        data = file.read()
    path = folder / f"volume{PurePosixPath(member).suffix}"
    named = _DATA.search(data[: 1 << 16])
    name = named[1].decode("latin-1").strip() if named else "LOCAL"
    if name.upper() != "LOCAL":
        beside = PurePosixPath(member).with_name(PurePosixPath(name).name)
        with open_source(root, source.model_copy(update={"member": beside.as_posix()})) as file:
            (folder / beside.name).write_bytes(file.read())
    path.write_bytes(data)
    return path
