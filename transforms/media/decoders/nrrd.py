"""NRRD volumes and label maps, through pynrrd. Array axes are (i, j, k), the fastest first, as in the file's header."""

import io
from pathlib import Path, PurePosixPath
from typing import Any

import nrrd
import numpy as np
from numpy.typing import NDArray

from schemas import LabelShape, Record, SourceFile
from transforms.media.decoders._files import open_source
from transforms.media.decoders._volume import channels_of, decoded, labelled, part
from transforms.media.pixels import Pixels


def decode(root: Path, record: Record) -> Pixels:
    return decoded(_array, root, record)


def labels(root: Path, shape: LabelShape, record: Record) -> NDArray[np.integer[Any]]:
    return labelled(_array, root, shape, record)


def channels(root: Path, shape: LabelShape, record: Record) -> int:
    return channels_of(_array, root, shape, record)


def _array(root: Path, source: SourceFile, select: str | None) -> NDArray[Any]:
    if source.member is None:
        array, _ = nrrd.read(str(root / source.uri))
        return part(array, select)
    with open_source(root, source) as file:
        header = nrrd.read_header(file)
        name = header.pop("data file", header.pop("datafile", None))
        if name is None:
            return part(nrrd.read_data(header, file), select)
    beside = PurePosixPath(source.member).with_name(PurePosixPath(str(name)).name).as_posix()
    with open_source(root, source.model_copy(update={"member": beside})) as data:
        return part(nrrd.read_data(header, io.BytesIO(data.read())), select)
