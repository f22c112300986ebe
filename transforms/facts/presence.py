"""What the view shows, what it lawfully does not, and how many."""

import re
from collections.abc import Iterator, Mapping, Sequence

import numpy as np

from schemas import Entry, LabelSpace, Presence, SampleRegion
from schemas.level import LARGER, WHOLE
from transforms.facts import statement, territory
from transforms.facts.base import NEGATIONS, RESIDUAL, Draft, by_concept, instances, named_side
from transforms.regions.viewdata import ViewData

NAME = "presence"
VERSION = "9"
PREDICATES = ("present", "absent", "count")


def measure(view: ViewData, space: LabelSpace) -> Iterator[Draft]:
    scene = view.scene
    shown = by_concept(scene)
    concepts = {region.concept.label: region.concept for region in scene.regions}
    for label, regions in shown.items():
        if space.of(concepts[label]).facet == "attribute":
            continue  # the ends of a measured line: a measurement is not seen
        yield Draft("present", True, tuple(regions), concept=concepts[label])
    yield from _under_way(view, space, shown)
    for label in shown if scene.view.frame != "clip" else ():  # a thing is outlined on each of a clip's pictures
        counted = instances(scene, label)
        if counted and countable(space.of(concepts[label]), len(counted)) and _single(view, counted):
            yield Draft("count", len(counted), tuple(counted), concept=concepts[label])
    near, there = territory.neighbourhood(view, space), _there(view, space)
    for presence in scene.presence:
        if not space.seen(presence.concept):
            continue  # a grade, a view, a condition of the person: stated of the record, not shown in the picture
        if presence.concept.label in concepts:
            continue  # the regions speak for the view; a region of an "absent" concept leaves nothing to assert
        slug = space.of(presence.concept).slug
        if presence.state == "absent" and slug in there:
            continue  # a kind of it is there, or may be
        level = presence.level if presence.level in LARGER else None
        if slug in NEGATIONS:
            yield from _negated(view, space, presence)
        elif presence.state == "absent":  # no pixel of this view shows it, or the source says so of the whole record
            # Of the whole record its source may deny any finding; that of a part is told where one would look for it.
            denied = space.of(presence.concept).facet == "finding" and scene.view.frame in WHOLE.values()
            if slug not in RESIDUAL and (denied or territory.missed(slug, near, space)):
                yield Draft("absent", True, concept=presence.concept, level=level)
        elif presence.state == "present" and scene.view.frame in WHOLE.values():
            # only a view of the whole shows what is said of it
            yield Draft("present", True, concept=presence.concept, scope="record", level=level)


def _there(view: ViewData, space: LabelSpace) -> frozenset[str]:
    """All that is there or may be, by any of its kinds: outlined, said to be present or uncertain, or named by what the
    source states of it ("disease: mycosis fungoides")."""
    scene = view.scene
    slugs = {space.of(region.concept).slug for region in scene.regions}
    slugs |= {space.of(one.concept).slug for one in scene.presence if one.state in ("present", "uncertain")}
    words = {re.sub(r"[-_]+", " ", str(fact.value)).casefold() for fact in statement.of(scene.facts)}
    named = {slug for word in words if (slug := _named(space).get(word)) is not None}
    return frozenset(named.union(*(space.ancestors(slug) for slug in slugs | named)))


def _named(space: LabelSpace) -> dict[str, str]:
    """Name, as a source may write it -> the slug of the finding that it names."""
    if (NAME, "named") not in space.memo:
        space.memo[NAME, "named"] = {
            name.casefold(): entry.slug
            for entry in space
            if entry.facet == "finding"
            for name in (entry.concept.label, *entry.synonyms)
        }
    found: dict[str, str] = space.memo[NAME, "named"]
    return found


def _under_way(view: ViewData, space: LabelSpace, shown: Mapping[str, Sequence[str]]) -> Iterator[Draft]:
    """What spans of time mark: a view shows a moment of each of its spans."""
    spans: dict[str, list[SampleRegion]] = {}
    for region in view.scene.regions:
        if region.span_unit == "s" and region.concept.label not in shown and space.seen(region.concept):
            spans.setdefault(region.concept.label, []).append(region)
    for found in spans.values():
        if space.of(found[0].concept).facet != "attribute":  # an interval is measured, not seen
            yield Draft("present", True, tuple(region.id for region in found), concept=found[0].concept)


def _single(view: ViewData, regions: list[str]) -> bool:
    """In a volume, whether each region is one piece: how many things a class lies in there, its mask does not say. Nor
    do boxes on slices: those of several slices may be about one thing."""
    flat = {
        region.id
        for region in view.scene.regions
        if region.mask is None and region.box3d and 1 in np.subtract(region.box3d[3:], region.box3d[:3])
    }
    return flat.isdisjoint(regions) and all(view.solids[rid].pieces == 1 for rid in regions if rid in view.solids)


def _negated(view: ViewData, space: LabelSpace, presence: Presence) -> Iterator[Draft]:
    """A source that calls the whole record normal: nothing abnormal is there. Not where it shows or names a finding
    beside that."""
    scene = view.scene
    named = [one.concept for one in scene.presence if one.state == "present" and one.concept != presence.concept]
    found = any(space.of(c).facet == "finding" for c in (*named, *(region.concept for region in scene.regions)))
    of = NEGATIONS[space.of(presence.concept).slug]
    if presence.state == "present" and scene.view.frame in WHOLE.values() and not found and of in space:
        said = {one.concept.label for one in scene.presence if one.state == "absent"}
        if space.concept(of).label not in said:
            level = presence.level if presence.level in LARGER else None
            yield Draft("absent", True, concept=space.concept(of), scope="record", level=level)


def countable(entry: Entry, number: int) -> bool:
    """Things that come in numbers: with a plural, without a side. One organ is not counted, one finding is."""
    thing = entry.plural is not None and not entry.mass and named_side(entry) is None
    return thing and (entry.facet == "finding" or number > 1)
