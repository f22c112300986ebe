"""The overlay plane of a DICOM file (PS3.3 C.9.2) as a label map on the record's grid: 1 where the overlay is set."""

from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from raw import dicom_file
from schemas import LabelShape, Record
from transforms.media.decoders._files import open_source

FIRST_GROUP = 0x6000


def labels(root: Path, shape: LabelShape, record: Record) -> NDArray[np.integer[Any]]:
    with open_source(root, shape.source) as file:
        plane = np.asarray(dicom_file.dcmread(shape.source.uri, file).overlay_array(FIRST_GROUP), np.uint8)
    return plane.T[..., None] if record.kind == "volume" else plane
