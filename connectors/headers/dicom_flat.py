"""DICOM pictures and clips without a place in the patient: their grid, and the size of a pixel where it is that of what
is shown."""

import math

import pydicom

from connectors.headers.dicom import TOLERANCE, frames
from schemas import Geometry

CENTIMETRES = 3  # PS3.3 C.8.5.5.1.15
TISSUE_2D = 1  # PS3.3 C.8.5.5.1.1
AT_OBJECT = ("CT", "MR", "PT", "NM", "OP", "OPT", "SM")  # whose pixels are of what is shown, and not of its shadow
CALIBRATED = ("GEOMETRY", "FIDUCIAL")  # PS3.3 10.7.1.3


def geometry(dataset: pydicom.Dataset) -> Geometry:
    """The grid of a picture or clip without a patient frame: (rows, columns) or (frames, rows, columns)."""
    rows, columns, count = int(dataset.Rows), int(dataset.Columns), frames(dataset)
    shape = (rows, columns) if count == 1 else (count, rows, columns)
    return Geometry(shape=shape, spacing_mm=_spacing(dataset, rows, columns))


def _spacing(dataset: pydicom.Dataset, rows: int, columns: int) -> tuple[float, float] | None:
    """(between rows, between columns) in mm; None where the header does not say it of what is shown."""
    if dataset.get("Modality") == "US":
        return _ultrasound(dataset, rows, columns)
    if dataset.get("Modality") not in AT_OBJECT and dataset.get("PixelSpacingCalibrationType") not in CALIBRATED:
        return None  # of the detector of a projection, on which a shadow falls enlarged by an unknown factor
    spacing = [float(side) for side in dataset.get("PixelSpacing") or []]
    if len(spacing) != 2 or not all(math.isfinite(side) and side > 0 for side in spacing):
        return None
    return (spacing[0], spacing[1])


def _ultrasound(dataset: pydicom.Dataset, rows: int, columns: int) -> tuple[float, float] | None:
    """Only where one scale holds for all calibrated regions and they lie within the picture: a picture that was shrunk
    after the fact keeps a calibration that lies."""
    deltas: list[float] = []
    for region in dataset.get("SequenceOfUltrasoundRegions") or []:
        units = (region.PhysicalUnitsXDirection, region.PhysicalUnitsYDirection)
        within = region.RegionLocationMaxX1 <= columns and region.RegionLocationMaxY1 <= rows
        if units != (CENTIMETRES, CENTIMETRES) or region.RegionSpatialFormat != TISSUE_2D or not within:
            return None
        deltas += [float(region.PhysicalDeltaX), float(region.PhysicalDeltaY)]
    sound = all(0 < delta < math.inf for delta in deltas)  # not a number is no scale
    if not deltas or not sound or max(deltas) - min(deltas) > TOLERANCE * max(deltas):
        return None
    return (deltas[1] * 10, deltas[0] * 10)
