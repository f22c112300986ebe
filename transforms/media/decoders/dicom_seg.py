"""A DICOM Segmentation (PS3.3 A.51, BINARY) as a label map on the record's grid.

Each frame is placed on the record's plane whose ImagePositionPatient it repeats; where two segments overlap the later
wins.
"""

from pathlib import Path
from typing import Any

import numpy as np
import pydicom
from numpy.typing import NDArray
from pydicom.pixels import pixel_array

from schemas import LabelShape, Record
from transforms.media.decoders._files import open_source

POSITION_TOLERANCE_VOXELS = 0.1


def labels(root: Path, shape: LabelShape, record: Record) -> NDArray[np.integer[Any]]:
    with open_source(root, shape.source) as file:
        seg = pydicom.dcmread(file)
    frames = pixel_array(seg)
    frames = frames[None] if frames.ndim == 2 else frames
    inverse = np.linalg.inv(np.asarray(record.geometry.affine, np.float64))
    array = np.zeros(record.geometry.shape, np.uint16)
    for index, frame in enumerate(frames):
        groups = seg.PerFrameFunctionalGroupsSequence[index]
        position = [float(x) for x in groups.PlanePositionSequence[0].ImagePositionPatient]
        number = int(groups.SegmentIdentificationSequence[0].ReferencedSegmentNumber)
        i, j, k = (inverse @ [*position, 1.0])[:3]
        if max(abs(i), abs(j), abs(k - round(k))) > POSITION_TOLERANCE_VOXELS:
            raise ValueError(f"frame {index} lies at voxel ({i:.2f}, {j:.2f}, {k:.2f}), off the image's grid")
        array[..., round(k)][frame.T > 0] = number
    return array
