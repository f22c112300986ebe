"""What is measured on a whole volume or clip: its slices or frames, and on which slice a region is largest."""

from collections.abc import Iterator

from schemas import Geometry, LabelSpace, Media
from transforms.facts.base import Draft, by_concept
from transforms.media.geometry import between_planes, native_plane, plane_axis
from transforms.regions.solid import Solid
from transforms.regions.viewdata import ViewData

NAME = "whole"
VERSION = "2"
PREDICATES = ("slices", "slice_spacing", "largest_slice", "frames")
TOLERANCE_MM = 0.005


def measure(view: ViewData, space: LabelSpace) -> Iterator[Draft]:
    """`slices` and `slice_spacing` (mm between neighbouring planes) are across the axis of acquisition; `largest_slice`
    is an index on it, from 0. `frames` are those of the source's clip, not the few that are shown."""
    first = view.scene.media[0] if view.scene.media else None
    if first is None:
        return
    if view.scene.view.frame == "clip":
        yield from _frames(view, first)
    elif first.kind == "volume":
        yield from _slices(view, grid_of(first))


def grid_of(media: Media) -> Geometry:
    """The grid of an emitted volume."""
    assert media.shape is not None
    found = media.geometry
    return Geometry(
        shape=media.shape, affine=found.affine if found else None, spacing_mm=found.voxel_mm if found else None
    )


def acquired(geometry: Geometry) -> int:
    """The axis across which a volume was acquired: its coarsest, or the last where nobody knows where it lies."""
    return plane_axis(geometry, native_plane(geometry))


def spacing(geometry: Geometry, axis: int) -> float | None:
    """Between neighbouring planes, in mm; None where it is not known."""
    if geometry.affine is not None:
        return between_planes(geometry, axis)
    return geometry.spacing_mm[axis] if geometry.spacing_mm is not None else None


def largest_slice(solid: Solid, axis: int) -> int | None:
    """The slice on which most of a region's voxels lie; None where several share the first place, where there is one,
    or where the scan ends within the region: the largest may lie beyond."""
    if solid.cut_across(axis):
        return None
    areas = solid.sections(axis)
    most = (areas == areas.max()).nonzero()[0]
    return int(most[0]) + solid.offset[axis] if len(most) == 1 and solid.shape[axis] > 1 else None


def _slices(view: ViewData, geometry: Geometry) -> Iterator[Draft]:
    axis = acquired(geometry)
    yield Draft("slices", geometry.shape[axis])
    apart = spacing(geometry, axis)
    if apart is not None and geometry.shape[axis] > 1:
        yield Draft("slice_spacing", apart, unit="mm", tolerance=TOLERANCE_MM)
    for rid in (region.id for region in view.scene.regions if region.id in view.solids):
        index = largest_slice(view.solids[rid], axis)
        if index is not None:
            yield Draft("largest_slice", index, (rid,))


def _frames(view: ViewData, first: Media) -> Iterator[Draft]:
    """How many frames the clip has, and what a span of time in which one of those shown lies says is there."""
    if first.geometry is not None and first.geometry.source_shape is not None:
        yield Draft("frames", first.geometry.source_shape[0])
    outlined = by_concept(view.scene)
    spans: dict[str, list[str]] = {}
    concepts = {region.concept.label: region.concept for region in view.scene.regions}
    for region in view.scene.regions:
        if region.span is not None and region.concept.label not in outlined:
            spans.setdefault(region.concept.label, []).append(region.id)
    for label, rids in spans.items():
        yield Draft("present", True, tuple(rids), concept=concepts[label])
