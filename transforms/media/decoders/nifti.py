"""NIfTI-1/2 and Analyze volumes and label maps, through nibabel. Array axes are (i, j, k) as stored."""

import io
import math
import re
from pathlib import Path
from typing import Any, BinaryIO

import nibabel
import numpy as np
from isal import igzip
from nibabel.fileholders import FileHolder
from numpy.typing import NDArray

from raw import budget
from schemas import LabelShape, Record, SourceFile
from schemas.select import parse_select
from transforms.media.decoders._files import name_of, open_source
from transforms.media.decoders._volume import channels_of, decoded, labelled, part
from transforms.media.pixels import Pixels

_PAIR_NAME = re.compile(r"(.*\.)(hdr|img)((?:\.gz)?)", re.S | re.I)
PIECE = 1 << 18  # bytes
TWO = (540, 0x1C020000)  # the size of a NIfTI-2 header, in either order of bytes
WIDE, LARGE = 8, 1 << 31  # bytes of a value that a slope gives; bytes of such values that are held
_OTHER = {"hdr": "img", "img": "hdr", "HDR": "IMG", "IMG": "HDR"}


def decode(root: Path, record: Record) -> Pixels:
    return decoded(_array, root, record)


def labels(root: Path, shape: LabelShape, record: Record) -> NDArray[np.integer[Any]]:
    return labelled(_array, root, shape, record)


def channels(root: Path, shape: LabelShape, record: Record) -> int:
    return channels_of(_array, root, shape, record)


def _array(root: Path, source: SourceFile, select: str | None) -> NDArray[Any]:
    """scl_slope and scl_inter applied; integers stay integers where there are none."""
    name = name_of(source)
    two = _PAIR_NAME.fullmatch(source.member or source.uri)
    if two is not None:
        pair, data = _pair(root, source, two)
        array = _values(name, pair, select)
        _drain(data)
        return array
    with open_source(root, source) as file:
        stream = _inflated(file, name)
        size = int.from_bytes(_start(stream)[:4], "little")
        kind: Any = nibabel.Nifti2Image if size in TWO else nibabel.Nifti1Image
        image = kind.from_file_map({what: FileHolder(fileobj=stream) for what in ("image", "header")})
        array = _values(name, image, select)
        _drain(stream)
        return array


def _drain(stream: Any) -> None:
    """Reads a compressed file to its end, where its checksum is compared: what was taken of it may end before."""
    if isinstance(stream, _Inflated):
        while stream.read(PIECE):
            pass


def _values(name: str, image: Any, select: str | None) -> NDArray[Any]:
    """The part of an image. Of a large one with a slope, whose values nibabel makes 64-bit, plane by plane in 32 bits.
    Raises Unreadable where it takes too much memory."""
    shape, stored = image.shape, image.get_data_dtype()
    scaled = (image.dataobj.slope, image.dataobj.inter) != (1, 0)
    taken = math.prod(parse_select(select).shape(tuple(shape)))
    if not scaled or taken * WIDE <= LARGE:
        budget.memory(name, taken * (WIDE if scaled else stored.itemsize), "its volume")
        return part(image.dataobj, select)
    budget.memory(name, taken * max(4, stored.itemsize), "its volume")
    if parse_select(select).index:
        return np.asarray(part(image.dataobj, select), np.float32)
    array = np.empty(shape, np.float32, order="F")
    for n in range(shape[-1]):
        array[..., n] = image.dataobj[..., n]
    return array


def _pair(root: Path, source: SourceFile, name: re.Match[str]) -> tuple[Any, Any]:
    """The image of a header and a data file, one of which is the source, and its data file as it is read."""
    key = "uri" if source.member is None else "member"
    other = f"{name[1]}{_OTHER[name[2]]}{name[3]}"
    header, data = (name[0], other) if name[2].lower() == "hdr" else (other, name[0])
    key = "uri" if source.member is None else "member"
    first, second = (
        _inflated(open_source(root, source.model_copy(update={key: path})), path) for path in (header, data)
    )
    start = _start(first)
    if int.from_bytes(start[:4], "little") in TWO:
        pair: Any = nibabel.Nifti2Pair
    else:
        pair = nibabel.Nifti1Pair if start[344:] in (b"ni1\0", b"n+1\0") else nibabel.Spm2AnalyzeImage
    files = {"header": first, "image": second, "mat": io.BytesIO()}  # SPM's affine is not read
    return pair.from_file_map({what: FileHolder(fileobj=file) for what, file in files.items()}), second


def _start(file: BinaryIO) -> bytes:
    """What a header of NIfTI-1 takes. Leaves the file at its start."""
    start = file.read(348)
    file.seek(0)
    return start


def _inflated(file: BinaryIO, name: str) -> Any:
    return _Inflated(fileobj=file, mode="rb") if name.lower().endswith(".gz") else file  # type: ignore[no-untyped-call]


class _Inflated(igzip.IGzipFile):
    """A gzip file through ISA-L, in half of zlib's time. A GzipFile, so that nibabel does not map the packed bytes."""

    def readinto(self, buffer: Any) -> int:
        """In pieces that stay in the processor's cache: GzipFile would hold all of it twice."""
        at, view = 0, memoryview(buffer).cast("B")
        while at < len(view) and (read := super().readinto(view[at : at + PIECE])):
            at += read
        return at
