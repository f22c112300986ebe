"""At which vertebra something lies: the middle of a finding, both ends of an organ, an axial slice.

A plane lies at the level of a vertebra whose body it cuts. A mask of a vertebra has its arch and its processes in it,
too, which hang down beside the one below: the body is in a section that is large by the vertebra's own measure, and is
in no other there. Between two bodies, beside a vertebra that the scan cuts, and where none is drawn, nothing is said.
"""

from collections.abc import Iterator, Mapping
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from schemas import Geometry, LabelSpace, Scene
from transforms.facts import ops
from transforms.facts.base import CONTAINERS, Draft, by_concept
from transforms.facts.whole import grid_of
from transforms.media.geometry import axes_of
from transforms.regions.solid import Solid
from transforms.regions.viewdata import ViewData

NAME = "levels"
VERSION = "1"
ENDS = ("level_center", "level_upper", "level_lower")
PREDICATES = (*ENDS, "slice_level")
OF = {"finding": ENDS[:1], "anatomy": ENDS[1:]}

BODY = 0.6
"""Of a vertebra's largest axial section, a section with its body in it has at least this share, one without it less. On
a chest CT with 17 labelled vertebrae sections at mid-body have 0.7 to 1, those between two bodies less than 0.5."""
BESIDE = 0.4
"""What a vertebra's processes reach beside another's body."""
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


class Sections(NamedTuple):
    """Areas of a vertebra's axial sections, in any unit, from slice `first` on; `cut`: whether the scan cuts it."""

    first: int
    areas: NDArray[np.int64]
    cut: bool

    def share(self, index: int) -> float:
        """Of its largest section, what slice `index` has."""
        at = index - self.first
        return float(self.areas[at] / self.areas.max()) if 0 <= at < len(self.areas) else 0.0


def measure(view: ViewData, space: LabelSpace) -> Iterator[Draft]:
    """Of whole volumes with labelled vertebrae: `level_center` of findings, `level_upper` and `level_lower` of organs;
    of what lies in one piece and whole in the scan."""
    first = view.scene.media[0] if view.scene.media else None
    up = upward(grid_of(first)) if first is not None and first.kind == "volume" else None
    sections = spine(view.scene, view.solids, up[0]) if up is not None else {}
    if up is None or not sections:
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
            if (level := level_of(solid, end, sections, up)) is not None:
                yield Draft(end, level, (region.id,), scope="record")


def drawn(scene: Scene) -> dict[str, str]:
    """Level -> the one region that is that vertebra."""
    found = ((LEVELS[label], rids) for label, rids in by_concept(scene).items() if label in LEVELS)
    return {level: rids[0] for level, rids in found if len(rids) == 1}


def upward(geometry: Geometry) -> tuple[int, int] | None:
    """The array axis along which a volume runs from the feet to the head (1) or down (-1); None where nobody knows, or
    where none is nearly that of the patient."""
    if geometry.affine is None:
        return None
    axis, sign = axes_of(geometry)[2]
    step = np.asarray(geometry.affine, np.float64)[:3, axis]
    return (axis, sign) if abs(step[2]) >= ALIGNED * float(np.linalg.norm(step)) else None


def spine(scene: Scene, solids: Mapping[str, Solid], axis: int) -> dict[str, Sections]:
    """Level -> the sections of that vertebra across an axis, of those that have a mask in the volume."""
    found = {level: solids[rid] for level, rid in drawn(scene).items() if rid in solids}
    return {level: Sections(one.offset[axis], one.sections(axis), one.cut) for level, one in found.items()}


def level_of(solid: Solid, end: str, sections: Mapping[str, Sections], up: tuple[int, int]) -> str | None:
    """The level of a region's middle, or of an end of it."""
    return level_on(sections, slice_of(solid, up, end))


def slice_of(solid: Solid, up: tuple[int, int], end: str) -> int:
    """The slice across the patient's axis that holds a region's middle, or its upper or lower end."""
    axis, sign = up
    if end == "level_center":
        areas = solid.sections(axis)
        return solid.offset[axis] + int(np.floor(np.average(np.arange(len(areas)), weights=areas) + 0.5))
    last = (end == "level_upper") == (sign > 0)
    return solid.offset[axis] + (solid.mask.shape[axis] - 1 if last else 0)


def level_on(sections: Mapping[str, Sections], index: int) -> str | None:
    """The level of an axial slice."""
    return level_by({level: one.share(index) for level, one in sections.items()},
                    {level for level, one in sections.items() if one.cut})  # fmt: skip


def level_by(shares: Mapping[str, float], cut: set[str]) -> str | None:
    """The level of a plane that shows these shares of each vertebra's largest section; of those that are `cut`, they
    may be less."""
    level = max(shares, key=lambda one: shares[one], default=None)
    if level is None or level in cut or shares[level] < BODY:
        return None
    return level if all(share <= BESIDE for one, share in shares.items() if one != level) else None


def conclude(scene: Scene, space: LabelSpace) -> Iterator[Draft]:
    """`slice_level`: of an axial slice, from the areas of the vertebrae in it and those of their largest sections
    (`largest_section`, which was measured on the whole scan). `inputs`: the two of the vertebra."""
    geometry = scene.media[0].geometry if scene.media else None
    axial = scene.view.plane == ops.plane_of(geometry) == "axial" and scene.view.frame.partition(":")[0] == "axial"
    if not axial or scene.counterfactual is not None:
        return
    assert geometry is not None
    x, y = np.asarray(geometry.affine, np.float64)[:3, :2].T
    normal = np.cross(x, y)
    if abs(normal[2]) >= ALIGNED * float(np.linalg.norm(normal)) and (level := _slice_level(scene)) is not None:
        rid = drawn(scene)[level]
        inputs = [f.id for f in scene.facts if f.regions == (rid,) and f.predicate in ("area", "largest_section")]
        yield Draft("slice_level", level, inputs=tuple(inputs))


def _slice_level(scene: Scene) -> str | None:
    """None also where a vertebra is drawn whose largest section is not known, or which is drawn twice."""
    told = {(fact.predicate, fact.regions): fact for fact in scene.facts}
    spine = drawn(scene)
    if len(spine) < sum(region.concept.label in LEVELS for region in scene.regions):
        return None
    shares, cut = {}, set()
    for level, rid in spine.items():
        area, largest = told.get(("area", (rid,))), told.get(("largest_section", (rid,)))
        if area is None or largest is None or area.unit != largest.unit:
            return None
        shares[level] = float(area.value) / float(largest.value)
        if area.bound is not None or largest.bound is not None:
            cut.add(level)
    return level_by(shares, cut)


def problem(value: object, scene: Scene) -> str | None:
    """What is wrong with the level of a slice, by the areas that the scene tells; None where it stands."""
    found = _slice_level(scene)
    return None if found == value else f"says {value}, its vertebrae give {found}"
