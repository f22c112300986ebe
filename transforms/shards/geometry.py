"""Whether a sample's geometry is sound: finite, invertible, and true to the source's grid and spacing."""

from collections.abc import Iterator, Sequence

import numpy as np
from numpy.typing import NDArray

from schemas import Media, MediaGeometry, SampleRegion, Scene
from transforms.media.geometry import SHEAR
from transforms.regions.marks import media_of

Corners = NDArray[np.float64]

SAME = 1e-3  # relative: spacing beside the affine's columns
EDGE = 0.5  # voxels: a pixel's centre may lie this far outside the outermost voxel centres, at the voxel's edge


def problems(sample: Scene) -> Iterator[str]:
    """One message for each thing that is wrong with a media's geometry."""
    for media in sample.media:
        if media.geometry is None:
            continue
        matrices = {"affine": media.geometry.affine, "voxel": media.geometry.voxel}
        bad = [
            f"{media.name}: {name} {wrong}" for name, m in matrices.items() if m is not None and (wrong := _singular(m))
        ]
        yield from bad
        if not bad:
            yield from (f"{media.name}: {message}" for message in _on_grid(media, media.geometry, sample))


def _singular(matrix: object) -> str | None:
    m = np.asarray(matrix, np.float64)
    if not np.isfinite(m).all():
        return "is not finite"
    if not np.array_equal(m[3], (0, 0, 0, 1)):
        return "has a last row that is not 0 0 0 1"
    columns = np.linalg.norm(m[:3, :3], axis=0)
    # The determinant of the unit columns: free of the pixel's size.
    if not columns.all() or abs(np.linalg.det(m[:3, :3] / columns)) < 1e-6:
        return "cannot be inverted"
    return None


def _whole(media: Media, geometry: MediaGeometry) -> Iterator[str]:
    """A volume's steps are the lengths of its affine's columns, and its grid is the source's."""
    if geometry.affine is not None and geometry.voxel_mm is not None:
        lengths = np.linalg.norm(np.asarray(geometry.affine)[:3, :3], axis=0)
        if not np.allclose(lengths, geometry.voxel_mm, rtol=SAME):
            yield f"the affine's voxel is {lengths.round(4).tolist()} mm, voxel_mm says {list(geometry.voxel_mm)}"
    if geometry.affine is not None and geometry.voxel_mm is None:
        yield "an affine without voxel_mm"
    if media.shape != geometry.source_shape:
        yield f"has shape {media.shape}, its source {geometry.source_shape}"


def _on_grid(media: Media, geometry: MediaGeometry, sample: Scene) -> Iterator[str]:
    if media.shape is not None:
        yield from _whole(media, geometry)
    if geometry.affine is not None and geometry.spacing_mm is not None:
        across, down = np.asarray(geometry.affine)[:3, :2].T
        lengths = np.linalg.norm([across, down], axis=1)
        if abs(across @ down) > (SHEAR + SAME) * lengths.prod():
            yield "the pixel's sides are not perpendicular: nothing can be measured on them"
        if not np.allclose(lengths, geometry.spacing_mm, rtol=SAME):
            yield f"the affine's pixel is {lengths.round(4).tolist()} mm, spacing_mm says {list(geometry.spacing_mm)}"
    if geometry.affine is not None and geometry.orientation != "LPS":
        yield f"an affine with orientation {geometry.orientation!r}: world is LPS"
    for name, corners in _corners(media, sample):
        if geometry.voxel is not None and geometry.source_shape is not None:
            yield from _in_source(name, np.asarray(geometry.voxel) @ corners, geometry)
        if geometry.affine is not None:
            back = np.linalg.inv(np.asarray(geometry.affine)) @ (np.asarray(geometry.affine) @ corners)
            if not np.allclose(back, corners, atol=EDGE):
                yield f"{name}: its corners do not come back from patient mm"


def _corners(media: Media, sample: Scene) -> Iterator[tuple[str, Corners]]:
    """(4, n) columns x, y, 0, 1: the outermost pixel centres of the image and of each box on it; points."""
    boxes = [(region.id, region.box.xyxy) for region in sample.regions if region.box and region.box.media == media.name]
    if media.width and media.height:
        boxes.append(("the image", (0, 0, media.width, media.height)))
    for name, (x0, y0, x1, y1) in boxes:
        points = [(x, y, 0.0, 1.0) for x in (x0, x1 - 1) for y in (y0, y1 - 1)]
        yield name, np.array(points, np.float64).T
    for region in sample.regions:
        places = _places(region) if media_of(region) == media.name else ()
        if places:
            ends = [(x - 0.5, y - 0.5, 0.0, 1.0) for x, y in places]  # a pixel's centre is a whole number
            yield region.id, np.array(ends, np.float64).T


def _places(region: SampleRegion) -> Sequence[tuple[float, float]]:
    """The points of a region that has no mask, no box: an ellipse's centre, for it may leave the image."""
    if region.ellipse is not None:
        return (region.ellipse.centre,)
    if region.turned_box is not None:
        x, y = np.mean(region.turned_box.corners, axis=0)
        return ((float(x), float(y)),)
    found = region.line or region.points
    return found.xy if found is not None else ()


def _in_source(name: str, voxels: Corners, geometry: MediaGeometry) -> Iterator[str]:
    """The voxels (i, j, k) of the corners lie in the source's grid, all on the slice that the geometry names."""
    shape = np.array((geometry.source_shape or ())[:3], np.float64)
    if shape.size != 3:
        return
    low, high = voxels[:3].min(axis=1), voxels[:3].max(axis=1)
    if (low < -EDGE - SAME).any() or (high > shape - 1 + EDGE + SAME).any():
        where = f"voxels {low.round(2).tolist()} to {high.round(2).tolist()}"
        yield f"{name}: lies at {where}, outside {shape.astype(int).tolist()}"
    if geometry.slice_axis is not None and geometry.slice_index is not None:
        at = voxels[geometry.slice_axis]
        if np.abs(at - geometry.slice_index).max() > EDGE:
            where = f"{float(at[0]):.2f} on axis {geometry.slice_axis}"
            yield f"{name}: lies at {where}, slice_index says {geometry.slice_index}"
