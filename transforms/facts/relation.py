"""How regions stand to each other: inside, adjacent, larger, distance. For pairs that a reader would compare only."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from itertools import combinations, pairwise
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from schemas import Entry, LabelSpace
from transforms.facts import ops
from transforms.facts.base import (
    CONTAINERS,
    UNCOMPARED,
    Draft,
    by_concept,
    drawn,
    marked,
    measured,
    named_side,
    pixels,
)
from transforms.regions.viewdata import ViewData

NAME = "relation"
VERSION = "5"
PREDICATES = ("inside", "adjacent", "larger", "distance")

WITHIN = 0.9
LARGER = 1.1
COMPARED = 10.0
"""A structure that is more times as large than this as another is compared with it by nobody."""
NEAR_PX = 2.0
REACH_PX = NEAR_PX + 2  # with spacing that differs by axis, a gap of NEAR_PX is counted in the smaller side
MAX_ADJACENT = 24
MAX_HOLDERS = 3
MAX_ORGANS = 6
MAX_LANDMARKS = 4


@dataclass(frozen=True)
class Regions:
    """A view's regions with what every relation asks of them."""

    view: ViewData
    space: LabelSpace

    @cached_property
    def entry(self) -> dict[str, Entry]:
        return {region.id: self.space.of(region.concept) for region in self.view.scene.regions if region.span is None}

    @cached_property
    def size(self) -> dict[str, int]:
        return {rid: pixels(self.view, rid) for rid in self.view.patches}

    @cached_property
    def box(self) -> dict[str, ops.Box]:
        return {rid: patch.box for rid, patch in self.view.patches.items()}

    @cached_property
    def single(self) -> dict[str, str]:
        """Slug -> region, of the concepts that one region shows."""
        pairs = ((self.entry[rids[0]].slug, rids[0]) for rids in by_concept(self.view.scene).values() if len(rids) == 1)
        return {slug: rid for slug, rid in pairs if rid in self.view.masks}

    @cached_property
    def ranked(self) -> list[str]:
        return drawn(self.view)

    def kin(self, a: str, b: str) -> bool:
        """Whether one concept is the other or lies above it: a lobe and its lung."""
        first, second = self.entry[a].slug, self.entry[b].slug
        return first == second or first in self.space.ancestors(second) or second in self.space.ancestors(first)

    def above(self, rid: str) -> frozenset[str]:
        """The slugs of what its concept is a kind of, or part of."""
        return frozenset(self.space.ancestors(self.entry[rid].slug))

    def cut(self, rid: str) -> bool:
        """Whether the edge of the picture cuts it."""
        return self.view.patches[rid].cut

    @cached_property
    def _drawn(self) -> dict[str, str]:
        return {region.id: region.made_by.kind for region in self.view.scene.regions}

    def artefact(self, a: str, b: str) -> bool:
        """Whether two outlines may meet only because a rule leaves a finding out of the organ that it lies in: a lung
        found by its values ends where a tumour begins."""
        findings = {self.entry[rid].facet == "finding": rid for rid in (a, b)}
        return len(findings) == 2 and self._drawn[findings[False]] == "rule"

    def near(self, a: str, b: str, reach: float) -> bool:
        """Whether the boxes come within `reach` pixels: a cheap test before a dear one."""
        ax0, ay0, ax1, ay1 = self.box[a]
        bx0, by0, bx1, by1 = self.box[b]
        return max(ax0 - bx1, bx0 - ax1, ay0 - by1, by0 - ay1) <= reach

    def edge(self, rid: str, beside: str) -> NDArray[np.float64]:
        """The points of a region's outline that can be near another: those about that one's box."""
        points, (x0, y0, x1, y1) = self.view.patches[rid].outline, self.box[beside]
        low, high = np.array([x0, y0]) - REACH_PX, np.array([x1, y1]) + REACH_PX
        return points[((points >= low) & (points <= high)).all(axis=1)]

    def gap(self, a: str, b: str) -> float:
        """`ops.gap` of two regions that do not overlap, right where it is at most `NEAR_PX` pixels."""
        return ops.between(self.edge(a, b), self.edge(b, a), self.view.spacing)

    def within(self, a: str, b: str) -> float:
        """The share of a within b; 0 where a is not the smaller. What a box or a point marks lies in b for certain
        where all of the box does."""
        mark = self.view.marks.get(a)
        if mark is not None:
            share = ops.inside(mark.pixels, self.view.patches[b])
            return share if share == 1 else 0.0
        if self.size[a] >= self.size[b] or not self.near(a, b, -1):
            return 0.0
        return ops.inside(self.view.patches[a], self.view.patches[b])


def measure(view: ViewData, space: LabelSpace) -> Iterator[Draft]:
    regions = Regions(view, space)
    yield from _inside(regions)
    yield from _adjacent(regions)
    yield from _larger(regions)
    yield from _distance(regions)


def _inside(regions: Regions) -> Iterator[Draft]:
    """A finding in what holds it, the tightest first; a part in the whole that the label space names."""
    tightest = sorted(regions.size, key=lambda rid: (regions.size[rid], regions.box[rid], rid))
    for a in (*measured(regions.view), *marked(regions.view)):
        held = []
        for b in tightest:
            whole = regions.entry[b].slug in regions.space.ancestors(regions.entry[a].slug)
            finding = regions.entry[a].facet == "finding" and regions.entry[b].facet == "anatomy"
            if regions.entry[b].slug == "body" or not (finding or whole):
                continue  # that it lies in the body goes without saying
            share = regions.within(a, b)
            if share >= WITHIN:
                held.append(Draft("inside", share, (a, b)))
        yield from held[:MAX_HOLDERS]


def _adjacent(regions: Regions) -> Iterator[Draft]:
    spacing, masks = regions.view.spacing, regions.view.patches
    reach = NEAR_PX * min(spacing or (1.0, 1.0))
    comparable = [rid for rid in regions.ranked if regions.entry[rid].slug not in CONTAINERS][:MAX_ADJACENT]
    for a, b in combinations(comparable, 2):
        kin = regions.kin(a, b) and regions.entry[a].slug != regions.entry[b].slug
        if kin or regions.artefact(a, b) or not regions.near(a, b, NEAR_PX):
            continue
        if max(regions.within(a, b), regions.within(b, a)) >= WITHIN:
            continue
        gap = 0.0 if ops.overlaps(masks[a], masks[b]) else regions.gap(a, b)
        if gap <= reach:
            yield Draft("adjacent", gap, (a, b), "mm" if spacing else "px", min(spacing or (1.0, 1.0)))


def _larger(regions: Regions) -> Iterator[Draft]:
    for a, b in _comparable(regions):
        if regions.size[a] < regions.size[b]:
            a, b = b, a
        ratio = regions.size[a] / regions.size[b]
        unlike = regions.entry[a].slug != regions.entry[b].slug and ratio > COMPARED
        if _denied(regions.view, a, b):
            continue
        if ratio >= LARGER and not unlike and not regions.cut(b):  # of what the edge cuts there may be more
            bound: Literal["at_least"] | None = "at_least" if regions.cut(a) else None
            yield Draft("larger", ratio, (a, b), None, 0.05 * ratio, bound=bound)


def _denied(view: ViewData, a: str, b: str) -> bool:
    """Whether the volumes of the whole scan are known and the one that covers more here is not the larger of them:
    that it covers more on this slice would be read as a statement about the two."""
    volumes = [next((f for f in view.volume_facts.get(rid, ()) if f.predicate == "volume"), None) for rid in (a, b)]
    first, second = volumes
    return first is not None and second is not None and float(first.value) <= float(second.value)


def _comparable(regions: Regions) -> list[tuple[str, str]]:
    """The two sides of an organ; the largest of a concept's regions with the others; the largest organs in turn."""
    pairs = _sides(regions)
    for rids in by_concept(regions.view.scene).values():
        first, *rest = [rid for rid in regions.ranked if rid in rids][: MAX_ORGANS * 2] or [""]
        pairs += [(first, other) for other in rest]
    single = {rid for slug, rid in regions.single.items() if slug not in CONTAINERS}
    organs = [rid for rid in regions.ranked if rid in single and regions.entry[rid].facet == "anatomy"][:MAX_ORGANS]
    for a, b in pairwise(organs):
        if not regions.kin(a, b) and {a, b} not in [set(pair) for pair in pairs]:
            pairs.append((a, b))
    return pairs


def _sides(regions: Regions) -> list[tuple[str, str]]:
    found = []
    for rid in regions.single.values():
        entry = regions.entry[rid]
        if named_side(entry) == "left" and entry.pair in regions.single:
            found.append((rid, regions.single[entry.pair]))
    return found


def _distance(regions: Regions) -> Iterator[Draft]:
    """Between the sides of an organ, if they are ever compared, and the two regions of a finding that shows twice."""
    spacing, masks = regions.view.spacing, regions.view.patches
    pairs = [(a, b) for a, b in _sides(regions) if UNCOMPARED.isdisjoint(regions.above(a))]
    for rids in by_concept(regions.view.scene).values():
        if len(rids) == 2 and regions.entry[rids[0]].facet == "finding" and set(rids) <= set(masks):
            pairs.append((rids[0], rids[1]))
    # The middle of several pieces is a place between them; of what the edge cuts, only some of it has that middle.
    whole = [(a, b) for a, b in pairs if all(ops.pieces(masks[c]) == 1 and not masks[c].cut for c in (a, b))]
    measured = [(a, b, ops.distance(masks[a], masks[b], spacing)) for a, b in whole]
    marks = regions.view.marks
    measured += [(a, b, ops.apart(marks[a].centre, marks[b].centre, spacing)) for a, b in _landmarks(regions)]
    for a, b, value in measured:
        yield Draft("distance", value, (a, b), "mm" if spacing else "px", min(spacing or (1.0, 1.0)))


def _landmarks(regions: Regions) -> list[tuple[str, str]]:
    """Pairs of landmarks that one point marks each: of a few all, of many each with the next."""
    points = [rid for rid in marked(regions.view) if regions.view.marks[rid].points]
    once = {rids[0] for rids in by_concept(regions.view.scene).values() if len(rids) == 1}
    named = [rid for rid in points if rid in once and regions.entry[rid].facet == "anatomy"]
    return list(combinations(named, 2) if len(named) <= MAX_LANDMARKS else pairwise(named))
