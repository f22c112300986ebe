"""deid-data's folders: stills, a cine inside a zip, and a drawing that was saved as a head CT in colour."""

import io
import zipfile
from pathlib import Path

import numpy as np
import pydicom

from tests.replicas import dicom


def build(root: Path) -> None:
    dicom.save(root, "ultrasounds/GREYSCALE_IMAGE.dcm", dicom.ultrasound("grey"))
    file = io.BytesIO()
    pydicom.dcmwrite(file, dicom.ultrasound("cine", frames=4), enforce_file_format=True)
    with zipfile.ZipFile(root / "ultrasounds/GREYSCALE_CINE.zip", "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(zipfile.ZipInfo("GREYSCALE_CINE.dcm"), file.getvalue())
    head = dicom.slice_of("head", (0, 0, 0), BodyPartExamined="HEAD")
    dicom.save(root, "humans/ctbrain1.dcm", dicom.pixels(head, np.zeros((36, 40, 3), np.uint8), "RGB"))
