"""What two regions make together in this view: the area of both sides of an organ, the share of an organ's section that
a finding takes up."""

from collections.abc import Iterator

from schemas import LabelSpace
from transforms.facts.base import CONTAINERS, Draft, by_concept, named_side
from transforms.facts.relation import WITHIN
from transforms.facts.size import area_of
from transforms.regions.patch import AnyMask, Patch
from transforms.regions.viewdata import ViewData

NAME = "combined"
VERSION = "1"
PREDICATES = ("joint_area", "area_share")

APART = frozenset({"bone", "muscle", "blood_vessel"})
"""Nobody adds up the sides of these."""


def measure(view: ViewData, space: LabelSpace) -> Iterator[Draft]:
    """Of regions that lie whole in the picture. `joint_area`: of two that share no pixel, in mm2 or px2. `area_share`:
    in %, of the smallest organ that holds the finding."""
    alone = ((label, rids[0]) for label, rids in by_concept(view.scene).items() if len(rids) == 1)
    single = {space.labelled(label).slug: rid for label, rid in alone}
    whole = {slug: rid for slug, rid in single.items() if rid in view.patches and not view.patches[rid].cut}
    for slug, rid in whole.items():
        entry = space.get(slug)
        if named_side(entry) == "left" and entry.pair in whole and APART.isdisjoint(space.ancestors(slug)):
            yield from _joint(view, rid, whole[entry.pair])
        if entry.facet == "finding":
            yield from _share(view, space, rid, whole)


def _joint(view: ViewData, a: str, b: str) -> Iterator[Draft]:
    one, other = view.patches[a], view.patches[b]
    if not one.overlap(other):
        _, unit, first = area_of(one, view.spacing)
        _, _, second = area_of(other, view.spacing)
        value = joint_area((one, other), view.spacing)
        yield Draft("joint_area", value, (a, b), unit, first + second)


def _share(view: ViewData, space: LabelSpace, rid: str, whole: dict[str, str]) -> Iterator[Draft]:
    organs = [one for slug, one in whole.items() if space.get(slug).facet == "anatomy" and slug not in CONTAINERS]
    finding = view.patches[rid]
    for organ in sorted(organs, key=lambda one: view.patches[one].size):
        held = finding.overlap(view.patches[organ]) >= WITHIN * finding.size
        if held and finding.size < view.patches[organ].size:
            value = area_share((finding, view.patches[organ]))
            yield Draft("area_share", value, (rid, organ), "%", max(0.1, 0.01 * value))
            return


def joint_area(masks: tuple[AnyMask, AnyMask], spacing: tuple[float, float] | None) -> float:
    """Of two masks that share no pixel: mm2 or px2."""
    x, y = spacing or (1.0, 1.0)
    return float(sum(Patch.of(mask).size for mask in masks)) * x * y


def area_share(masks: tuple[AnyMask, AnyMask]) -> float:
    """How many pixels the first has for each hundred of the second."""
    a, b = (Patch.of(mask).size for mask in masks)
    return 100 * a / b
