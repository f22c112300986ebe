"""The shape of a finding in three dimensions, on the whole volume: its surface, and how near it is to a ball."""

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from schemas import Geometry, LabelSpace
from transforms.facts.base import Draft
from transforms.facts.whole import grid_of
from transforms.media.geometry import SHEAR, shear
from transforms.regions.solid import Solid
from transforms.regions.viewdata import ViewData

NAME = "solids"
VERSION = "1"
PREDICATES = ("surface", "sphericity")

SMALLEST = 64  # voxels
LARGEST = 4_000_000  # of the box: a mesh of more takes seconds
SHARE = 0.01  # of the value: between two meshes of one mask


def measure(view: ViewData, space: LabelSpace) -> Iterator[Draft]:
    """`surface` in mm2, `sphericity` between 0 and 1 (a ball), of findings of one piece that lie whole in the scan."""
    first = view.scene.media[0] if view.scene.media else None
    if first is None or first.kind != "volume" or not regular(grid_of(first)):
        return
    for region in view.scene.regions:
        if region.id not in view.solids or space.of(region.concept).facet != "finding":
            continue
        solid = view.solids[region.id]
        if solid.size >= SMALLEST and solid.mask.size <= LARGEST and not solid.cut and solid.pieces == 1:
            surface, volume = mesh(solid, grid_of(first))
            yield Draft("surface", surface, (region.id,), "mm2", SHARE * surface, scope="record")
            yield Draft("sphericity", sphericity(surface, volume), (region.id,), None, SHARE, scope="record")


def regular(geometry: Geometry) -> bool:
    """Whether the voxels are boxes of a known size."""
    return geometry.spacing_mm is not None and (
        geometry.affine is None or all(shear(geometry, axis) <= SHEAR for axis in range(3))
    )


def mesh(solid: Solid, geometry: Geometry) -> tuple[float, float]:
    """Area (mm2) and volume (mm3) of the surface by marching cubes (Lewiner et al. 2003, as scikit-image runs it) half
    way between voxels inside and outside."""
    from skimage.measure import marching_cubes

    assert geometry.spacing_mm is not None
    wide = np.pad(solid.mask, 1).astype(np.float32)
    corners, faces, _, _ = marching_cubes(wide, 0.5, spacing=tuple(map(float, geometry.spacing_mm)))
    triangles: NDArray[np.float64] = corners[faces].astype(np.float64)
    a, b, c = triangles[:, 0], triangles[:, 1], triangles[:, 2]
    area = 0.5 * float(np.linalg.norm(np.cross(b - a, c - a), axis=1).sum())
    volume = abs(float(np.einsum("ij,ij->i", a, np.cross(b, c)).sum())) / 6
    return area, volume


def sphericity(surface: float, volume: float) -> float:
    """pi^(1/3) (6 V)^(2/3) / A: the surface of a ball of that volume as a share of the surface (Wadell, J. Geology
    1935)."""
    return min(1.0, float(np.pi ** (1 / 3) * (6 * volume) ** (2 / 3) / surface))
