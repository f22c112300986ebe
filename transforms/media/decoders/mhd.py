"""MetaImage volumes and label maps (.mha, .mhd with its data file), through SimpleITK. Array axes are (i, j, k)."""

import re
import tempfile
from pathlib import Path, PurePosixPath
from typing import Any, BinaryIO

import numpy as np
import SimpleITK as sitk  # noqa: N813 - the name that its own documentation gives it
from isal import isal_zlib
from numpy.typing import NDArray

from raw import confine
from schemas import LabelShape, Record, SourceFile
from transforms.media.decoders._files import open_source
from transforms.media.decoders._volume import channels_of, decoded, labelled, part
from transforms.media.pixels import Pixels

_PACKED = re.compile(rb"CompressedData\s*=\s*(?:true|1)", re.I)
_DATA = re.compile(rb"ElementDataFile\s*=[ \t]*([^\r\n]*)")
LONGEST = 1 << 16  # bytes of a header
_LINE = re.compile(rb"\s*(\w+)\s*=[ \t]*([^\r\n]*)\r?\n")


def decode(root: Path, record: Record) -> Pixels:
    return decoded(_array, root, record)


def labels(root: Path, shape: LabelShape, record: Record) -> NDArray[np.integer[Any]]:
    return labelled(_array, root, shape, record)


def channels(root: Path, shape: LabelShape, record: Record) -> int:
    return channels_of(_array, root, shape, record)


def _array(root: Path, source: SourceFile, select: str | None) -> NDArray[Any]:
    """Through a copy of the header that names one file in a folder of its own: the library opens what a header names,
    wherever that lies, and this project reads the file beside it, whose sum is in the record."""
    with open_source(root, source) as file:
        start = file.read(LONGEST)
    at, name = _data_line(start)
    suffix = PurePosixPath(source.member or source.uri).suffix.lower()
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / f"volume{suffix}"
        if name.upper() == "LOCAL":
            _put(root, source, path)
        elif confine.is_beside(name):
            key = "uri" if source.member is None else "member"
            beside = PurePosixPath(getattr(source, key)).with_name(name.removeprefix("./")).as_posix()
            _put(root, source.model_copy(update={key: beside}), Path(folder) / "data.raw")
            path.write_bytes(start[:at] + b"ElementDataFile = data.raw\n")
        else:
            raise ValueError("its ElementDataFile is not the name of one file beside it")
        return part(_read(path), select)


def _data_line(block: bytes) -> tuple[int, str]:
    """Where the last line of a header begins, and the file that it names. Raises ValueError on a line of another form:
    the library might read it otherwise."""
    at = 0
    while found := _LINE.match(block if block[-1:] == b"\n" else block + b"\n", at):
        if found[1] == b"ElementDataFile":
            return at, found[2].decode("latin-1").strip()
        at = found.end()
    raise ValueError("it has no line ElementDataFile")


def _put(root: Path, source: SourceFile, path: Path) -> None:
    """The source under a name of ours. Raises KeyError when it is not in its archive."""
    if source.member is None:
        path.symlink_to(confine.path(root, source.uri).absolute())
    else:
        with open_source(root, source) as file:
            path.write_bytes(file.read())


def _read(path: Path) -> NDArray[Any]:
    _check(path)
    image = sitk.ReadImage(str(path), imageIO="MetaImageIO")
    array: NDArray[Any] = sitk.GetArrayFromImage(image)  # (..., k, j, i)
    return array.T


def _check(path: Path) -> None:
    """Inflates compressed data to their checksum, at which the library does not look: it hands on what it has of broken
    ones. Raises IsalError, EOFError."""
    with path.open("rb") as file:
        start = file.read(LONGEST)
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
