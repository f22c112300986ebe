"""Which parts of the body a view shows, as far as what is drawn in it tells: head, neck, chest, abdomen and so on."""

from collections import defaultdict
from collections.abc import Iterable

from schemas import Concept, LabelSpace
from transforms.facts.base import CONTAINERS
from transforms.regions.viewdata import ViewData

TERRITORIES = frozenset({"head", "neck", "thorax", "abdomen", "pelvis", "upper_limb", "lower_limb"})
"""Slugs that a picture is "of", each with a neighbourhood that a reader of it would look at."""
SHARE = 0.15
"""A territory is shown where this share of what is drawn lies in it: of a liver the ribs beside it show no chest."""


def of(slug: str, space: LabelSpace) -> frozenset[str]:
    """The territories that a concept lies in, or is; of blood vessels, muscles and fat none is known."""
    return TERRITORIES & {slug, *space.ancestors(slug)}


def drawn(view: ViewData, space: LabelSpace) -> dict[str, float]:
    """Territory -> how much of it is drawn in the view: pixels, in a volume mL, one for a mark. What holds everything
    tells nothing."""
    found: dict[str, float] = defaultdict(float)
    for region in view.scene.regions:
        slug = space.of(region.concept).slug
        if region.span is not None or slug in CONTAINERS:
            continue
        for territory in of(slug, space):
            found[territory] += _size(view, region.id)
    return found


def _size(view: ViewData, rid: str) -> float:
    if rid in view.patches:
        return view.patches[rid].size
    measured = (float(fact.value) for fact in view.volume_facts.get(rid, ()) if fact.predicate == "volume")
    return next(measured, 1.0)  # a solid is not unpacked for this


def shown(view: ViewData, space: LabelSpace) -> list[str]:
    """The territories that the view shows a good part of, the largest first; [] where nothing drawn tells."""
    found = drawn(view, space)
    whole = sum(found.values())
    return [territory for territory, size in sorted(found.items(), key=lambda pair: -pair[1]) if size >= SHARE * whole]


def parts(view: ViewData, space: LabelSpace) -> list[Concept]:
    """What the view is said to show: of what the source says of the record, that which what is drawn in the view bears
    out; else the territories drawn. Where nothing drawn tells, the source's own word."""
    said, seen = view.scene.anatomy, shown(view, space)
    if not said or not seen:
        return list(said)
    kept = [concept for concept in said if any(_kin(space.of(concept).slug, territory, space) for territory in seen)]
    added = [territory for territory in seen if not any(_kin(space.of(c).slug, territory, space) for c in kept)]
    return kept + [space.concept(territory) for territory in added]


def neighbourhood(view: ViewData, space: LabelSpace) -> frozenset[str] | None:
    """The territories in which a reader of this view would look for what is not there: those that anything is drawn of,
    or that the source names; None where neither tells, so that nothing is known to lie elsewhere."""
    seen = frozenset(shown(view, space)) or _territories((space.of(c).slug for c in view.scene.anatomy), space)
    return seen or None


def missed(slug: str, near: frozenset[str] | None, space: LabelSpace) -> bool:
    """Whether a reader would say that a concept is not there: what lies in these territories, or in none (a kind of
    cell); of a part of the body whose place is not known, nothing."""
    where = of(slug, space)
    if where:
        return near is None or bool(where & near)
    anatomy = space.get(slug).facet == "anatomy" and "body" in space.ancestors(slug)
    return near is None or not anatomy


def _territories(slugs: Iterable[str], space: LabelSpace) -> frozenset[str]:
    return frozenset(territory for slug in slugs for territory in of(slug, space))


def _kin(slug: str, territory: str, space: LabelSpace) -> bool:
    return slug == territory or territory in space.ancestors(slug) or slug in space.ancestors(territory)
