"""The segments of a DICOM Segmentation (PS3.3 C.8.20) as label maps on the grid of the image they were drawn on."""

from collections.abc import Iterator

import numpy as np
import pydicom

from connectors.base import RowFault, Unreadable
from connectors.drafts import ProblemDraft, RegionDraft
from schemas import Geometry, LabelShape, MadeBy, SourceFile

OFF_GRID = 0.1  # voxels
OFF_AXIS = 1e-3  # mm


def drafts(
    source: SourceFile, seg: pydicom.Dataset, geometry: Geometry, instance: str,
    *, label_from: str = "SegmentLabel", threshold: float = 0.5,
) -> Iterator[RegionDraft | ProblemDraft]:  # fmt: skip
    """A region for each segment; one without a label is a problem. `instance`: the image's SOPInstanceUID, which frames
    name where there is no patient frame. Raises Unreadable when any frame lies on another grid, or none on this one."""
    check_grid(source.uri, seg, geometry, instance)
    kind = str(seg.get("SegmentationType") or "BINARY")
    if kind not in ("BINARY", "FRACTIONAL", "LABELMAP"):
        raise Unreadable(source.uri, f"segmentation type {kind!r} is none of BINARY, FRACTIONAL, LABELMAP")
    for segment in seg.SegmentSequence:
        label, number = str(segment.get(label_from) or "").strip(), int(segment.SegmentNumber)
        if not label:
            yield ProblemDraft(RowFault(source.uri, f"has no {label_from}", item=f"segment {number}").notice())
            continue
        if kind == "LABELMAP":
            shape = LabelShape(source=source, decoder="dicom_seg", value=number, listed=True)
        elif kind == "FRACTIONAL":
            least = float(np.ceil(threshold * int(seg.MaximumFractionalValue)))
            shape = LabelShape(source=source, decoder="dicom_seg", value=0, at_least=least, channel=number, listed=True)
        else:
            shape = LabelShape(source=source, decoder="dicom_seg", value=1, channel=number, listed=True)
        automatic = str(segment.get("SegmentAlgorithmType", "")) == "AUTOMATIC"
        yield RegionDraft(
            label, shape, made_by=MadeBy(kind="model" if automatic else "human", name="segmentation author")
        )


def check_grid(uri: str, seg: pydicom.Dataset, geometry: Geometry, instance: str) -> None:
    """Raises Unreadable when a frame does not lie on the image's grid."""
    size = (seg.Columns, seg.Rows) if geometry.affine is not None else (seg.Rows, seg.Columns)
    grid = geometry.shape[:2] if geometry.affine is not None else geometry.shape
    if size != grid:
        raise Unreadable(uri, f"mask grid {size} differs from {geometry.shape}")
    if geometry.affine is None:
        if not any(instance in _sources(groups) for groups in seg.PerFrameFunctionalGroupsSequence):
            raise Unreadable(uri, "no frame of it names this picture as its source")
        return
    affine = np.asarray(geometry.affine)
    inverse = np.linalg.inv(affine)
    for index in range(len(seg.PerFrameFunctionalGroupsSequence)):
        _check_axes(uri, seg, index, affine)
        place = _macro(seg, index, "PlanePositionSequence")
        if place is None:
            raise Unreadable(uri, f"frame {index + 1} does not say where it lies")
        i, j, k = (inverse @ [*map(float, place.ImagePositionPatient), 1.0])[:3]
        if max(abs(i), abs(j), abs(k - round(k))) > OFF_GRID or not 0 <= round(k) < geometry.shape[2]:
            raise Unreadable(uri, f"mask grid differs: a frame lies at voxel ({i:.2f}, {j:.2f}, {k:.2f})")


def _check_axes(
    uri: str, seg: pydicom.Dataset, index: int, affine: "np.ndarray[tuple[int, ...], np.dtype[np.float64]]"
) -> None:
    plane, measures = _macro(seg, index, "PlaneOrientationSequence"), _macro(seg, index, "PixelMeasuresSequence")
    if plane is None or measures is None:
        return
    across, down = np.asarray(plane.ImageOrientationPatient, np.float64).reshape(2, 3)
    between_rows, between_columns = (float(x) for x in measures.PixelSpacing)
    off = np.abs(np.column_stack([across * between_columns, down * between_rows]) - affine[:3, :2]).max()
    if off > OFF_AXIS:
        raise Unreadable(uri, f"mask grid differs: its axes are up to {off:.3g} mm a pixel from the image's")


def _macro(seg: pydicom.Dataset, index: int, name: str) -> pydicom.Dataset | None:
    """A functional group of a frame: its own, or that of all frames (PS3.3 C.7.6.16)."""
    for groups in (seg.PerFrameFunctionalGroupsSequence[index], *(seg.get("SharedFunctionalGroupsSequence") or [])):
        if groups.get(name):
            return groups[name].value[0]
    return None


def _sources(groups: pydicom.Dataset) -> set[str]:
    """The instances that a frame was drawn on."""
    return {
        str(image.ReferencedSOPInstanceUID)
        for derived in groups.get("DerivationImageSequence") or []
        for image in derived.get("SourceImageSequence") or []
    }
