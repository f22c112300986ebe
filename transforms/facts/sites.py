"""How many of a thing lie in which structure: two in the right lung, one in the left. Worked out from which lie inside
which; of things of which one is known to lie in none, or that lie in parts of one another, nothing is said."""

from collections.abc import Iterator
from itertools import combinations

from schemas import Fact, LabelSpace, Scene
from transforms.facts.base import CONTAINERS, Draft, by_concept

NAME = "sites"
VERSION = "1"
PREDICATES = ("count_inside",)
Held = dict[str, frozenset[str]]  # structure -> the things that lie inside it


def conclude(scene: Scene, space: LabelSpace) -> Iterator[Draft]:
    """`count_inside`: of the things and, last, of the structure; how many things that are, of a `count` of two or
    more. Exact: each of the others lies in another structure. `inputs`: that each lies there, and the count."""
    slugs = {region.id: space.of(region.concept).slug for region in scene.regions}
    alone = {rids[0] for rids in by_concept(scene).values() if len(rids) == 1}
    named = {rid for rid in alone if space.get(slugs[rid]).facet == "anatomy" and slugs[rid] not in CONTAINERS}
    for count in (fact for fact in scene.facts if fact.predicate == "count" and len(fact.regions) > 1):
        held = parted({site: own for site, own in _held(count, scene.facts).items() if site in named}, count)
        pairs = [(slugs[one], slugs[other]) for one, other in combinations(held, 2)]
        if any(a in space.ancestors(b) or b in space.ancestors(a) for a, b in pairs):
            continue  # a lobe of the lung that others lie in
        for site, own in held.items():
            things = tuple(rid for rid in count.regions if rid in own)
            inside = (f.id for f in scene.facts if f.predicate == "inside" and f.regions in {(r, site) for r in things})
            yield Draft("count_inside", len(things), (*things, site), concept=count.concept, inputs=(*inside, count.id))


def parted(held: Held, count: Fact) -> Held:
    """The structures that share out the things of a count, each thing in one, those that hold most first; {} where none
    do."""
    found: Held = {}
    for site, own in sorted(held.items(), key=lambda pair: (-len(pair[1]), pair[0])):
        if all(own.isdisjoint(other) for other in found.values()):
            found[site] = own
    return found if frozenset[str]().union(*found.values()) == set(count.regions) else {}


def _held(count: Fact, facts: tuple[Fact, ...]) -> Held:
    inside = [fact.regions for fact in facts if fact.predicate == "inside" and fact.regions[0] in count.regions]
    return {site: frozenset(thing for thing, other in inside if other == site) for _, site in inside}


def problem(fact: Fact, scene: Scene) -> str | None:
    """What is wrong with such a fact, by the counts and the insides that the scene tells; None where it stands."""
    *things, site = fact.regions
    if fact.value != len(things):
        return f"says {fact.value}, but names {len(things)} regions"
    count = next((f for f in scene.facts if f.predicate == "count" and set(things) <= set(f.regions)), None)
    if count is None or count.concept != fact.concept:
        return "its things are not counted"
    held = _held(count, scene.facts)
    if held.get(site) != frozenset(things):
        return f"of {', '.join(count.regions)} not just these lie inside {site}"
    if frozenset[str]().union(*held.values()) != set(count.regions):
        return "nobody knows where all of its things lie"
    return None
