"""The mask of a series of slices: pictures, or DICOM pictures, in a folder or a zip, one for each slice.

The source is the first of them; the others are the files of its extension beside it. The n-th belongs to the n-th slice
in the order of names, numbers read as numbers.
"""

import math
import re
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from raw import archive, budget, dicom_file
from schemas import LabelShape, Record, SourceFile
from transforms.media.decoders import dicom, raster
from transforms.media.decoders._files import name_of, open_source

DICOM = (".dcm", ".dicom")


def labels(root: Path, shape: LabelShape, record: Record) -> NDArray[np.integer[Any]]:
    """(columns, rows, slices). Raises ValueError when there are not as many masks as slices."""
    slices = record.sources[: record.geometry.shape[2]]  # behind them come the files of masks
    masks = sorted(_beside(root, shape.source), key=lambda source: _natural(source))
    if len(masks) != len(slices):
        raise ValueError(f"{len(masks)} masks for {len(slices)} slices")
    order = sorted(range(len(slices)), key=lambda n: _natural(slices[n]))
    budget.memory(shape.source.uri, math.prod(record.geometry.shape) * 2, f"a stack of {len(masks)} masks")
    planes: list[NDArray[Any]] = [np.zeros(0)] * len(slices)
    for place, mask in zip(order, masks, strict=True):
        planes[place] = _plane(root, shape.model_copy(update={"source": mask}), record).T
    return np.stack(planes, axis=-1)


def lossy(root: Path, shape: LabelShape) -> bool:
    """As the first mask is."""
    own = dicom if (shape.source.member or shape.source.uri).lower().endswith(DICOM) else raster
    return bool(own.lossy(root, shape.model_copy(update={"source": shape.source.model_copy(update={"select": None})})))


def _beside(root: Path, source: SourceFile) -> list[SourceFile]:
    """The masks, by where they lie: the sum and the size of all but the first are not known here."""
    path = source.member or source.uri
    folder, _, name = path.rpartition("/")
    if source.member is None:
        names = [f"{folder}/{file.name}".lstrip("/") for file in (root / folder).iterdir()]
    else:
        names = list(archive.members(root, source.uri))
    suffix = name[name.rindex(".") :]
    kept = [n for n in names if _in(folder, n) and n.endswith(suffix)]
    key = "uri" if source.member is None else "member"
    return [source.model_copy(update={key: name, "select": None}) for name in kept]


def _in(folder: str, path: str) -> bool:
    parent, _, name = path.rpartition("/")
    return parent == folder and not name.startswith(".")


def _plane(root: Path, shape: LabelShape, record: Record) -> NDArray[Any]:
    name = name_of(shape.source)
    if name.lower().endswith(DICOM):
        with open_source(root, shape.source) as file:
            return dicom.mask_plane(name, dicom_file.dcmread(name, file), shape)
    return raster.labels(root, shape, record)


def _natural(source: SourceFile) -> list[tuple[int, str]]:
    name = (source.member or source.uri).rpartition("/")[2]
    return [(int(part), "") if part.isdigit() else (0, part) for part in re.split(r"(\d+)", name)]
