"""A DICOM Segmentation (PS3.3 A.51) as a label map on the record's grid.

Each frame is placed on the record's plane whose ImagePositionPatient it repeats, or on the picture that it names as its
source. With `channel` one segment alone: 1 where it is, or its fraction as stored; else the segments' numbers, and
where two overlap the later wins.
"""

from pathlib import Path
from typing import Any

import numpy as np
import pydicom
from numpy.typing import NDArray

from raw import dicom_file
from schemas import LabelShape, Record
from transforms.media.decoders._files import open_source

POSITION_TOLERANCE_VOXELS = 0.1


def labels(root: Path, shape: LabelShape, record: Record) -> NDArray[np.integer[Any]]:
    with open_source(root, shape.source) as file:
        seg = dicom_file.dcmread(shape.source.uri, file)
    frames = dicom_file.pixels(shape.source.uri, seg)
    frames = frames[None] if frames.ndim == 2 else frames
    array = np.zeros(record.geometry.shape, np.uint16)
    instance = None if record.geometry.affine is not None else _instance(root, record)
    whole = seg.get("SegmentationType") == "LABELMAP"
    for index, frame in enumerate(frames):
        number = 0 if whole else _segment(seg, index)
        if shape.channel not in (None, number):
            continue
        target = array if instance is not None else array[..., _plane(seg, index, record)]
        if instance is not None and instance not in _sources(seg.PerFrameFunctionalGroupsSequence[index]):
            continue
        values = frame if instance is not None else frame.T
        if whole or shape.channel is not None:
            np.maximum(target, values, out=target, casting="unsafe")
        else:
            target[values > 0] = number
    return array


def _segment(seg: pydicom.Dataset, index: int) -> int:
    return int(_macro(seg, index, "SegmentIdentificationSequence").ReferencedSegmentNumber)


def _plane(seg: pydicom.Dataset, index: int, record: Record) -> int:
    position = [float(x) for x in _macro(seg, index, "PlanePositionSequence").ImagePositionPatient]
    inverse = np.linalg.inv(np.asarray(record.geometry.affine, np.float64))
    i, j, k = (float(x) for x in (inverse @ [*position, 1.0])[:3])
    if max(abs(i), abs(j), abs(k - round(k))) > POSITION_TOLERANCE_VOXELS:
        raise ValueError(f"frame {index} lies at voxel ({i:.2f}, {j:.2f}, {k:.2f}), off the image's grid")
    return round(k)


def _macro(seg: pydicom.Dataset, index: int, name: str) -> pydicom.Dataset:
    """A functional group of a frame: its own, or that of all frames (PS3.3 C.7.6.16)."""
    for groups in (seg.PerFrameFunctionalGroupsSequence[index], *(seg.get("SharedFunctionalGroupsSequence") or [])):
        if groups.get(name):
            return groups[name].value[0]
    raise ValueError(f"frame {index} has no {name}")


def _instance(root: Path, record: Record) -> str:
    with open_source(root, record.sources[0]) as file:
        wanted = {"stop_before_pixels": True, "specific_tags": ["SOPInstanceUID"]}
        return str(dicom_file.dcmread(record.sources[0].uri, file, **wanted).SOPInstanceUID)


def _sources(groups: pydicom.Dataset) -> set[str]:
    return {
        str(image.ReferencedSOPInstanceUID)
        for derived in groups.get("DerivationImageSequence") or []
        for image in derived.get("SourceImageSequence") or []
    }
