"""NIfTI-1/2 and Analyze volumes and label maps, through nibabel. Array axes are (i, j, k) as stored."""

import io
import re
from pathlib import Path
from typing import Any, BinaryIO

import nibabel
import numpy as np
from isal import igzip
from nibabel.fileholders import FileHolder
from numpy.typing import NDArray

from schemas import LabelShape, Record, SourceFile
from transforms.media.decoders._files import open_source
from transforms.media.decoders._volume import channels_of, decoded, labelled, part
from transforms.media.pixels import Pixels

_PAIR_NAME = re.compile(r"(.*\.)(hdr|img)((?:\.gz)?)", re.S | re.I)
PIECE = 1 << 18  # bytes
_OTHER = {"hdr": "img", "img": "hdr", "HDR": "IMG", "IMG": "HDR"}


def decode(root: Path, record: Record) -> Pixels:
    return decoded(_array, root, record)


def labels(root: Path, shape: LabelShape, record: Record) -> NDArray[np.integer[Any]]:
    return labelled(_array, root, shape, record)


def channels(root: Path, shape: LabelShape, record: Record) -> int:
    return channels_of(_array, root, shape, record)


def _array(root: Path, source: SourceFile, select: str | None) -> NDArray[Any]:
    """scl_slope and scl_inter applied; integers stay integers where there are none."""
    name = source.member or source.uri
    if source.member is None and not name.lower().endswith(".gz"):
        return part(nibabel.load(root / name).dataobj, select)
    two = _PAIR_NAME.fullmatch(name)
    if two is not None:
        pair, data = _pair(root, source, two)
        array = part(pair.dataobj, select)
        _drain(data)
        return array
    with open_source(root, source) as file:
        stream = _inflated(file, name)
        size = int.from_bytes(_start(stream)[:4], "little")
        kind: Any = nibabel.Nifti2Image if size in (540, 0x1C020000) else nibabel.Nifti1Image
        image = kind.from_file_map({what: FileHolder(fileobj=stream) for what in ("image", "header")})
        array = part(image.dataobj, select)
        _drain(stream)
        return array


def _drain(stream: Any) -> None:
    """Reads a compressed file to its end, where its checksum is compared: what was taken of it may end before."""
    if isinstance(stream, _Inflated):
        while stream.read(PIECE):
            pass


def _pair(root: Path, source: SourceFile, name: re.Match[str]) -> tuple[Any, Any]:
    """The image of a header and a data file, one of which is the source, and its data file as it is read."""
    other = f"{name[1]}{_OTHER[name[2]]}{name[3]}"
    header, data = (name[0], other) if name[2].lower() == "hdr" else (other, name[0])
    key = "uri" if source.member is None else "member"
    first, second = (
        _inflated(open_source(root, source.model_copy(update={key: path})), path) for path in (header, data)
    )
    pair: Any = nibabel.Nifti1Pair if _start(first)[344:] in (b"ni1\0", b"n+1\0") else nibabel.Spm2AnalyzeImage
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
