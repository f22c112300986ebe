"""The contours of an RT Structure Set (PS3.3 C.8.8.6), in patient mm, as rings on the planes of a series."""

from collections.abc import Iterator

import cv2
import numpy as np
import pydicom
from numpy.typing import NDArray

from connectors import tables
from connectors.base import RowFault, Unreadable
from connectors.drafts import Draft, RegionDraft
from schemas import ContourShape, Geometry, MadeBy, PointShape, SourceFile

OFF_PLANE = 0.1  # of the distance between slices
CLOSED = ("CLOSED_PLANAR", "CLOSEDPLANAR_XOR")
AUTHOR = "structure set author"

Ring = tuple[int, NDArray[np.float64]]  # the plane, and (n, 2) indices i, j


def drafts(source: SourceFile, rt: pydicom.Dataset, geometry: Geometry, *, xor: bool = False) -> Iterator[Draft]:
    """A region for each structure with closed contours, one for each of its points. Open lines and rings of fewer than
    three points enclose nothing: they are counted in the region's `meta`. A structure with contours that lie between
    the image's planes, or outside them, is a problem. Raises Unreadable where the image has no place in the patient."""
    if geometry.affine is None:
        raise Unreadable(source.uri, "contours lie in the patient, and this image does not say where it lies")
    inverse = np.linalg.inv(np.asarray(geometry.affine))
    structures = {int(roi.ROINumber): roi for roi in rt.StructureSetROISequence}

    def named(roi: pydicom.Dataset) -> str:
        number = int(roi.ReferencedROINumber)
        name = str(structures[number].get("ROIName") or "").strip() if number in structures else ""
        if not name:
            raise RowFault(source.uri, "has no name", item=f"ROI {number}")
        return name

    def drawn(roi: pydicom.Dataset) -> Iterator[Draft]:
        made_by = _maker(structures[int(roi.ReferencedROINumber)]) if named(roi) else None
        yield from _structure(source.uri, roi, named(roi), made_by, inverse, geometry.shape[2], xor)

    yield from tables.each(rt.get("ROIContourSequence") or [], drawn, lambda roi: [named(roi)])


def _structure(
    uri: str, roi: pydicom.Dataset, name: str, made_by: MadeBy | None, inverse: NDArray[np.float64], depth: int,
    xor: bool,
) -> Iterator[RegionDraft]:  # fmt: skip
    rings: list[Ring] = []
    skipped, exclusive = 0, xor
    for contour in roi.get("ContourSequence") or []:
        kind, points = str(contour.ContourGeometricType), _points(uri, name, contour, inverse)
        if kind == "POINT":
            yield RegionDraft(name, PointShape(points=(_plain(points[0]),)), made_by=made_by)
        elif kind in CLOSED and len(points) > 2:
            exclusive = exclusive or kind == "CLOSEDPLANAR_XOR"
            rings.append((plane(uri, name, points, depth), points[:, :2]))
        else:
            skipped += 1
    if rings:
        meta = {"skipped_contours": skipped} if skipped else {}
        yield RegionDraft(name, shape(rings, exclusive), made_by=made_by, meta=meta)


def _maker(roi: pydicom.Dataset) -> MadeBy:
    return MadeBy(kind="model" if roi.get("ROIGenerationAlgorithm") == "AUTOMATIC" else "human", name=AUTHOR)


def _points(uri: str, name: str, contour: pydicom.Dataset, inverse: NDArray[np.float64]) -> NDArray[np.float64]:
    """(n, 3) voxel indices."""
    data = np.asarray(contour.get("ContourData") or [], np.float64)
    if data.size == 0 or data.size % 3 or not np.isfinite(data).all():
        raise RowFault(uri, f"a contour of {data.size} numbers is no list of points", item=f"ROI {name!r}")
    points: NDArray[np.float64] = data.reshape(-1, 3) @ inverse[:3, :3].T + inverse[:3, 3]
    return points


def plane(uri: str, name: str, points: NDArray[np.float64], depth: int) -> int:
    """The plane k of points (i, j, k) in voxels. Raises RowFault when they lie between planes, or outside of all."""
    found = round(float(np.median(points[:, 2])))
    off = float(np.abs(points[:, 2] - found).max())
    if off > OFF_PLANE or not 0 <= found < depth:
        reason = f"a contour lies {off:.2f} slices off plane {found} of the image's {depth}: another grid"
        raise RowFault(uri, reason, item=f"ROI {name!r}")
    return found


def shape(rings: list[Ring], exclusive: bool = False) -> ContourShape:
    """Rings in the order of their planes; where they exclude each other, those within an odd number are holes."""
    depths = [_around(rings, index) if exclusive else 0 for index in range(len(rings))]
    order = sorted(range(len(rings)), key=lambda index: (rings[index][0], depths[index], index))
    return ContourShape(
        planes=tuple(rings[index][0] for index in order),
        rings=tuple(tuple(_plain(point) for point in rings[index][1]) for index in order),
        holes=tuple(depths[index] % 2 == 1 for index in order), includes_edge=None,
    )  # fmt: skip


def _around(rings: list[Ring], index: int) -> int:
    """How many other rings of its plane a ring lies in."""
    plane, ring = rings[index]
    first = (float(ring[0, 0]), float(ring[0, 1]))
    return sum(
        other_plane == plane and n != index and cv2.pointPolygonTest(other.astype(np.float32), first, False) > 0
        for n, (other_plane, other) in enumerate(rings)
    )


def _plain(point: NDArray[np.float64]) -> tuple[float, ...]:
    return tuple(round(float(x), 4) + 0.0 for x in point)  # no negative zero: same contour, same bytes
