"""NIfTI-1/2 and Analyze volumes and label maps, through nibabel. Array axes are (i, j, k) as stored."""

import gzip
import io
import re
from pathlib import Path
from typing import Any

import nibabel
import numpy as np
from nibabel.fileholders import FileHolder
from numpy.typing import NDArray

from schemas import LabelShape, Record, SourceFile
from transforms.media.decoders._files import open_source
from transforms.media.decoders._volume import decoded, labelled, part
from transforms.media.pixels import Pixels

_PAIR_NAME = re.compile(r"(.*\.)(hdr|img)((?:\.gz)?)", re.S | re.I)
_OTHER = {"hdr": "img", "img": "hdr", "HDR": "IMG", "IMG": "HDR"}


def decode(root: Path, record: Record) -> Pixels:
    return decoded(_array, root, record)


def labels(root: Path, shape: LabelShape, record: Record) -> NDArray[np.integer[Any]]:
    return labelled(_array, root, shape, record)


def _array(root: Path, source: SourceFile, select: str | None) -> NDArray[Any]:
    """scl_slope and scl_inter applied; integers stay integers where there are none."""
    image = nibabel.load(root / source.uri) if source.member is None else _member(root, source, source.member)
    return part(image.dataobj, select)


def _member(root: Path, source: SourceFile, member: str) -> Any:
    two = _PAIR_NAME.fullmatch(member)
    if two is None:
        file = _stream(root, source, member)
        size = int.from_bytes(file.peek(4)[:4], "little")
        kind: Any = nibabel.Nifti2Image if size in (540, 0x1C020000) else nibabel.Nifti1Image
        return kind.from_file_map({"image": FileHolder(fileobj=file), "header": FileHolder(fileobj=file)})
    other = f"{two[1]}{_OTHER[two[2]]}{two[3]}"
    header, data = (member, other) if two[2].lower() == "hdr" else (other, member)
    first = _stream(root, source, header)
    magic = first.peek(348)[344:348]
    pair: Any = nibabel.Nifti1Pair if magic in (b"ni1\0", b"n+1\0") else nibabel.Spm2AnalyzeImage
    files = {"header": first, "image": _stream(root, source, data), "mat": io.BytesIO()}  # SPM's affine is not read
    return pair.from_file_map({name: FileHolder(fileobj=file) for name, file in files.items()})


def _stream(root: Path, source: SourceFile, member: str) -> Any:
    file = open_source(root, source.model_copy(update={"member": member}))
    plain: Any = gzip.GzipFile(fileobj=file) if member.lower().endswith(".gz") else file
    return io.BufferedReader(plain)
