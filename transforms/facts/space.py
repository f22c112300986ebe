"""How the structures of a volume stand to a finding in it: which hold it, how much of one it takes up and how it
differs from the rest of that, how near another comes."""

from collections.abc import Iterator
from functools import cached_property
from itertools import islice
from typing import Any

import numpy as np
from numpy.typing import NDArray

from schemas import Entry, Geometry, LabelSpace, SampleRegion
from transforms.facts.attenuation import SMALLEST, UNIT, mean
from transforms.facts.base import CONTAINERS, MAX_INSTANCES, Draft, by_concept, paired
from transforms.facts.intensity import TOLERANCE_HU
from transforms.facts.relation import MAX_HOLDERS, WITHIN
from transforms.facts.solids import regular
from transforms.facts.whole import grid_of
from transforms.regions.solid import Box3, Solid
from transforms.regions.viewdata import ViewData

NAME = "space"
VERSION = "1"
PREDICATES = ("burden", "whole_contrast", "clearance", "portion")
OF_TWO = ("inside", *PREDICATES)
"""That one thing lies inside another is measured on pictures too, and is told by `relation`."""

ALIKE = 1e-6  # mm: so far apart, two ways are as long
MOST_NEAR = 6
"""To so many structures, those whose boxes lie nearest, the way is measured."""
LEAST = 5.0
"""%: of less of a finding in one part of an organ, where its parts meet decides."""


def measure(view: ViewData, space: LabelSpace) -> Iterator[Draft]:
    """`inside`: the share of a finding's voxels that lie in a structure, at least `WITHIN`. `burden`: in %, what of the
    smallest of these is voxels of the finding, where one region shows all of it, and `whole_contrast` the mean of the
    finding less that of the rest of it, in HU: of two that lie whole in the scan.
    `clearance` (structure, finding): from the centre of a voxel of the one to the nearest one of the other, in mm, of
    two that lie whole in the scan and share none, the finding being in one piece.
    `portion` (structure, finding): in %, what of a finding lies in one of the parts of an organ (segments of a liver,
    lobes of a lung) that it lies across."""
    first = view.scene.media[0] if view.scene.media else None
    if first is None or first.kind != "volume":
        return
    inner = _Inner(view, space, grid_of(first))
    for finding in inner.findings:
        yield from _held(inner, finding)
        yield from _across(inner, finding)
        if regular(inner.grid):
            yield from _near(inner, finding)


class _Inner:
    """The regions of a volume that have a mask, and each mask unpacked once."""

    def __init__(self, view: ViewData, space: LabelSpace, grid: Geometry) -> None:
        self.view, self.space, self.grid = view, space, grid
        self._solids: dict[str, Solid] = {}

    @cached_property
    def entries(self) -> dict[str, Entry]:
        return {one.id: self.space.of(one.concept) for one in self.view.scene.regions if one.id in self.view.solids}

    @cached_property
    def regions(self) -> dict[str, SampleRegion]:
        return {one.id: one for one in self.view.scene.regions}

    @cached_property
    def alone(self) -> set[str]:
        return {rids[0] for rids in by_concept(self.view.scene).values() if len(rids) == 1}

    @cached_property
    def findings(self) -> list[str]:
        """At most so many of a kind, as elsewhere."""
        labels = dict.fromkeys(self.regions[rid].concept.label for rid, one in self.entries.items() if _finding(one))
        own = by_concept(self.view.scene)
        return [rid for label in labels for rid in own[label][:MAX_INSTANCES] if rid in self.entries]

    @cached_property
    def structures(self) -> list[str]:
        found = [rid for rid, one in self.entries.items() if one.facet == "anatomy" and one.slug not in CONTAINERS]
        return [rid for rid in found if rid in self.alone]

    @property
    def values(self) -> NDArray[Any] | None:
        """In HU."""
        return self.view.volume if self.view.scene.media[0].unit == UNIT else None

    def solid(self, rid: str) -> Solid:
        if rid not in self._solids:
            self._solids[rid] = self.view.solids[rid]
        return self._solids[rid]

    def box(self, rid: str) -> Box3:
        return self.regions[rid].box3d or self.solid(rid).box

    def apart(self, a: str, b: str) -> float:
        """mm, or voxels, between two boxes: no two voxels come nearer."""
        return between_boxes(self.box(a), self.box(b), self.grid.spacing_mm or (1.0, 1.0, 1.0))

    def double(self, rid: str) -> bool:
        """Whether one label may hold both of a pair: what of "the kidney" a tumor takes up is then no share of one."""
        return paired(self.entries[rid], self.space) and self.solid(rid).pieces > 1

    def kin(self, a: str, b: str) -> bool:
        """Whether the name of one says that it is of the other: a kidney tumor and the kidney."""
        one, other = self.entries[a].slug, self.entries[b].slug
        return one in self.space.ancestors(other) or other in self.space.ancestors(one)


def _finding(entry: Entry) -> bool:
    return entry.facet == "finding"


def _held(inner: _Inner, rid: str) -> Iterator[Draft]:
    """The tightest first."""
    finding = inner.solid(rid)
    near = [one for one in inner.structures if inner.apart(rid, one) == 0 and inner.solid(one).size > finding.size]
    near.sort(key=lambda one: (inner.solid(one).size, one))
    shares = ((one, inside(finding, inner.solid(one))) for one in near)
    held = list(islice(((one, share) for one, share in shares if share >= WITHIN), MAX_HOLDERS))
    for one, share in held:
        if not inner.kin(rid, one):  # that a liver tumor lies in the liver, its name says
            yield Draft("inside", share, (rid, one))
    whole = [one for one, _ in held[:1] if not inner.solid(one).cut and not inner.double(one)]
    if whole and finding.size >= SMALLEST and not finding.cut:
        both, organ = (rid, whole[0]), inner.solid(whole[0])
        if rid in inner.alone:
            value = burden(finding, organ)
            yield Draft("burden", value, both, "%", max(0.1, 0.01 * value), scope="record")
        less = None if inner.values is None else contrast(finding, organ, inner.values)
        if less is not None:
            yield Draft("whole_contrast", less, both, "HU", 2 * TOLERANCE_HU, scope="record")


def _across(inner: _Inner, rid: str) -> Iterator[Draft]:
    """Only where the parts share out what they hold of it, and that is nearly all: what is left over lies somewhere
    that is not outlined. What of it the scan cuts off may lie in any of them."""
    finding = inner.solid(rid)
    if finding.size < SMALLEST or finding.cut:
        return
    shares: dict[tuple[str, ...], dict[str, float]] = {}
    for one in inner.structures:
        if inner.apart(rid, one) == 0 and not inner.kin(rid, one) and inner.entries[one].parents:
            shares.setdefault(inner.entries[one].parents, {})[one] = portion(inner.solid(one), finding)
    for parts in shares.values():
        told = {one: share for one, share in parts.items() if share >= LEAST}
        if len(told) > 1 and max(told.values()) < 100 * WITHIN and 100 * WITHIN <= sum(parts.values()) <= 100 + ALIKE:
            for one, share in told.items():
                yield Draft("portion", share, (one, rid), "%", max(0.1, 0.01 * share), scope="record")


def _near(inner: _Inner, rid: str) -> Iterator[Draft]:
    finding, drawn = inner.solid(rid), {one.id: one.made_by.kind for one in inner.view.scene.regions}
    # A structure that a rule found ends where a tumour begins: how far that is says nothing.
    others = [one for one in inner.structures if drawn[one] != "rule" and not inner.kin(rid, one)]
    others.sort(key=lambda one: (inner.apart(rid, one), one))
    for one in others[:MOST_NEAR] if not finding.cut and finding.pieces == 1 else ():
        other = inner.solid(one)
        if not other.cut and not finding.overlap(other):
            assert inner.grid.spacing_mm is not None
            value = clearance(other, finding, inner.grid.spacing_mm)
            yield Draft("clearance", value, (one, rid), "mm", diagonal(inner.grid), scope="record")


def inside(a: Solid, b: Solid) -> float:
    """The share of a's voxels that are b's too."""
    return a.overlap(b) / a.size


def burden(finding: Solid, organ: Solid) -> float:
    """In %: of the organ's voxels those that are the finding's."""
    return 100 * finding.overlap(organ) / organ.size


def portion(structure: Solid, finding: Solid) -> float:
    """In %: of the finding's voxels those that lie in the structure."""
    return 100 * inside(finding, structure)


def contrast(finding: Solid, organ: Solid, values: NDArray[Any]) -> float | None:
    """The mean of a finding less that of what of the organ is not the finding; None where too little is left."""
    left = organ.without(finding)
    own, other = mean(finding, values), None if left is None else mean(left, values)
    return None if own is None or other is None else own - other


def diagonal(grid: Geometry) -> float:
    """Of a voxel, in mm."""
    return float(np.linalg.norm(grid.spacing_mm or ()))


def between_boxes(a: Box3, b: Box3, spacing: tuple[float, ...]) -> float:
    """The least that voxels of two boxes are apart from centre to centre; 0 where the boxes share a voxel."""
    gaps = [max(0, b[n] - a[n + 3] + 1, a[n] - b[n + 3] + 1) * spacing[n] for n in range(3)]
    return float(np.linalg.norm(gaps))


def clearance(a: Solid, b: Solid, spacing: tuple[float, ...]) -> float:
    """The smallest distance between the centres of a voxel of the one and of the other, in the unit of `spacing`."""
    from scipy.spatial import cKDTree

    scale = np.asarray(spacing, np.float64)
    found, _ = cKDTree(_surface(a) * scale).query(_surface(b) * scale)
    return float(found.min())


def closest(a: Solid, b: Solid, spacing: tuple[float, ...]) -> tuple[tuple[int, ...], tuple[int, ...]]:
    """The voxel of each that lies nearest to the other; of several pairs the first by their indices."""
    from scipy.spatial import cKDTree

    scale, own, others = np.asarray(spacing, np.float64), _surface(a), _surface(b)
    tree = cKDTree(others * scale)
    found, _ = tree.query(own * scale)
    near = own[found <= found.min() + ALIKE]
    pairs = zip(near, tree.query_ball_point(near * scale, found.min() + ALIKE), strict=True)
    return min((tuple(map(int, one)), tuple(map(int, others[n]))) for one, many in pairs for n in many)


def _surface(solid: Solid) -> NDArray[np.int64]:
    """The voxels (n, 3) with a neighbour outside: between two masks that share none the shortest way ends in such."""
    from scipy import ndimage

    edge = solid.mask & ~ndimage.binary_erosion(solid.mask)
    return np.asarray(np.argwhere(edge) + np.asarray(solid.offset), np.int64)
