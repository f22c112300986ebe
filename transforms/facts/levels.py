"""At which vertebra something lies: the middle of a finding, both ends of an organ, an axial slice.

A plane lies at the level of a vertebra whose body it cuts. A mask of a vertebra has its arch and its processes in it,
too, which hang down beside the one below, and where the spine leans the body of one lies before the arch of another. So
a slice counts as through a body where the vertebra's section is large and reaches as far forward as any of its own:
both by the vertebra's own measure. Between two such runs of slices nothing is said.
"""

from collections.abc import Iterator, Mapping
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from schemas import Geometry, LabelSpace, Scene
from transforms.facts.base import CONTAINERS, Draft, by_concept
from transforms.facts.whole import grid_of
from transforms.media.geometry import axes_of
from transforms.regions.solid import Solid
from transforms.regions.viewdata import ViewData

NAME = "levels"
VERSION = "1"
ENDS = ("level_center", "level_upper", "level_lower")
PREDICATES = (*ENDS, "slice_level")
BODIES = ("body_first", "body_last")
"""Facts of a vertebra that are measured on the whole scan and not told: by them slices know where they are."""
OF = {"finding": ENDS[:1], "anatomy": ENDS[1:]}

LARGE = 0.6
"""Of a vertebra's largest axial section, the least that a section through its body has; through its processes alone, on
a chest CT with 18 labelled vertebrae (LIDC-IDRI-0001), it has up to 0.86 where the spine leans, else up to 0.4."""
FRONT_MM = 5.0
"""How far behind the foremost voxel of the vertebra its section may begin. There, it begins 10 mm and more behind where
another's body lies before it."""
ALIGNED = 0.985
"""The cosine of the angle between the patient's axis and that across the slices: 10 degrees."""
LONG = frozenset({"bone", "muscle", "blood_vessel", "vertebral_column"})
"""Slugs of what is the spine, or runs along it."""
ORDINALS = ("first", "second", "third", "fourth", "fifth", "sixth", "seventh", "eighth", "ninth", "tenth", "eleventh",
            "twelfth", "thirteenth")  # fmt: skip
SPINE = {"cervical": 7, "thoracic": 13, "lumbar": 6, "sacral": 1}
"""Parts of the spine from above, and how many vertebrae a set may name in each."""
LEVELS: Mapping[str, str] = {
    f"{ORDINALS[n]} {part} vertebra": f"{part[0].upper()}{n + 1}" for part, many in SPINE.items() for n in range(many)
}
"""Label of a vertebra -> its level: "second lumbar vertebra", "L2"."""
Run = tuple[int, int]
"""The first and the last of slices side by side."""


class Upright(NamedTuple):
    """How a patient stands in a volume: the array axis that runs to the head (`head` 1) or to the feet (-1), that which
    runs to the back (`back` 1) or to the front, and the mm of a step along that one."""

    axis: int
    head: int
    depth: int
    back: int
    step: float


def measure(view: ViewData, space: LabelSpace) -> Iterator[Draft]:
    """Of whole volumes with labelled vertebrae: `level_center` of findings, `level_upper` and `level_lower` of organs;
    of what lies in one piece and whole in the scan."""
    first = view.scene.media[0] if view.scene.media else None
    up = upright(grid_of(first)) if first is not None and first.kind == "volume" else None
    bodies = spine(view.scene, view.solids, up) if up is not None else {}
    if up is None or not bodies:
        return
    alone = {rids[0] for rids in by_concept(view.scene).values() if len(rids) == 1}
    for region in view.scene.regions:
        entry = space.of(region.concept)
        kinds = {entry.slug, *space.ancestors(entry.slug)}
        if region.id not in view.solids or region.id not in alone or entry.slug in CONTAINERS or kinds & LONG:
            continue
        solid = view.solids[region.id]
        ends = () if solid.cut or solid.pieces > 1 else OF.get(entry.facet, ())
        for end in ends:
            if (level := level_on(bodies, slice_of(solid, up, end))) is not None:
                yield Draft(end, level, (region.id,), scope="record")


def drawn(scene: Scene) -> dict[str, str]:
    """Level -> the one region that is that vertebra."""
    found = ((LEVELS[label], rids) for label, rids in by_concept(scene).items() if label in LEVELS)
    return {level: rids[0] for level, rids in found if len(rids) == 1}


def upright(geometry: Geometry) -> Upright | None:
    """None where nobody knows, where no axis is nearly that of the patient, or voxels are too deep to tell the front of
    a vertebra."""
    if geometry.affine is None:
        return None
    axes, columns = axes_of(geometry), np.asarray(geometry.affine, np.float64)[:3, :3]
    (axis, head), (depth, back) = axes[2], axes[1]
    step = float(np.linalg.norm(columns[:, depth]))
    aligned = abs(columns[2, axis]) >= ALIGNED * float(np.linalg.norm(columns[:, axis]))
    return Upright(axis, head, depth, back, step) if aligned and 2 * step <= FRONT_MM else None


def body(mask: NDArray[np.bool_], offset: int, up: Upright) -> Run | None:
    """The slices across the patient's axis that cut a vertebra's body, of a mask whose first slice is `offset`; None
    where none does for certain."""
    across = 3 - up.axis - up.depth
    profile = np.asarray(mask.any(axis=across))  # (slice, depth), or the other way round
    profile = profile if up.axis < up.depth else profile.T
    profile = profile if up.back > 0 else profile[:, ::-1]
    areas = np.count_nonzero(mask, axis=(min(across, up.depth), max(across, up.depth)))
    fronts = np.where(areas > 0, profile.argmax(axis=1), profile.shape[1])
    sure = (areas >= LARGE * areas.max()) & ((fronts - fronts.min()) * up.step <= FRONT_MM)
    edges = np.flatnonzero(np.diff(np.concatenate(([0], sure.astype(np.int8), [0]))))
    runs = [(int(start), int(stop)) for start, stop in zip(edges[::2], edges[1::2], strict=True)]
    if not runs:
        return None
    start, stop = max(runs, key=lambda run: run[1] - run[0])
    return offset + start, offset + stop - 1


def spine(scene: Scene, solids: Mapping[str, Solid], up: Upright) -> dict[str, Run]:
    """Level -> the slices of that vertebra's body, of those that lie whole in the volume."""
    whole = {level: solids[rid] for level, rid in drawn(scene).items() if rid in solids}
    runs = {level: body(one.mask, one.offset[up.axis], up) for level, one in whole.items() if not one.cut}
    return {level: run for level, run in runs.items() if run is not None}


def slice_of(solid: Solid, up: Upright, end: str) -> int:
    """The slice across the patient's axis that holds a region's middle, or its upper or lower end."""
    if end == "level_center":
        areas = solid.sections(up.axis)
        return solid.offset[up.axis] + int(np.floor(np.average(np.arange(len(areas)), weights=areas) + 0.5))
    last = (end == "level_upper") == (up.head > 0)
    return solid.offset[up.axis] + (solid.mask.shape[up.axis] - 1 if last else 0)


def level_on(bodies: Mapping[str, Run], index: int) -> str | None:
    """The level of an axial slice: of the one vertebra whose body it cuts."""
    found = [level for level, (first, last) in bodies.items() if first <= index <= last]
    return found[0] if len(found) == 1 else None


def conclude(scene: Scene, space: LabelSpace) -> Iterator[Draft]:
    """`slice_level`: of an axial slice, by the slices that cut the bodies of the vertebrae in it, as they were measured
    on the whole scan. `inputs`: those facts."""
    level = slice_level(scene) if scene.view.plane == "axial" and scene.counterfactual is None else None
    if level is not None:
        rid = drawn(scene)[level]
        inputs = tuple(fact.id for fact in scene.facts if fact.regions == (rid,) and fact.predicate in BODIES)
        yield Draft("slice_level", level, inputs=inputs)


def slice_level(scene: Scene) -> str | None:
    """None also where the picture is no slice, or a vertebra is drawn twice."""
    geometry = scene.media[0].geometry if scene.media else None
    found = drawn(scene)
    twice = len(found) < sum(region.concept.label in LEVELS for region in scene.regions)
    if geometry is None or geometry.slice_index is None or twice:
        return None
    told = {(fact.predicate, fact.regions): int(fact.value) for fact in scene.facts if fact.predicate in BODIES}
    ends = {level: tuple(told.get((end, (rid,))) for end in BODIES) for level, rid in found.items()}
    bodies = {level: (run[0], run[1]) for level, run in ends.items() if run[0] is not None and run[1] is not None}
    return level_on(bodies, geometry.slice_index)
