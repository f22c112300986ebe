"""What of a picture is worth telling beside its findings: what is largest, lopsided, densest, in pieces, side by side.

Each point has a score, by what the scene is like; the seed moves it by at most `JITTER`, so that of points nearly alike
now one is told and now the other. Scores are ours, from what reports put first: nothing is measured by them.
"""

import math
from collections import Counter
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, replace

from schemas import Fact
from transforms.facts import wording
from transforms.facts.base import CONTAINERS, RESIDUAL
from transforms.facts.format import quantity
from transforms.regions.marks import form_of
from transforms.text import entity
from transforms.text.grammar import plural
from transforms.text.line import Line
from transforms.text.names import SceneText
from transforms.text.paragraph import referring, told_by, untold
from transforms.text.rules import Slots

JITTER = 1.2
MOST_TIMES = 10.0
"""Of ratios above this no number is told: that something is fifty times as large as what lies at its edge says
nothing."""
RANKED = 8
FRAME = frozenset(("muscle", "bone", "rib", "vertebra", "cartilage", "costal_cartilage"))
FRAME_LOSS = 1.0
MEASURED = ("asymmetry", "joint_volume", "joint_area", "area_share", "burden")
"""Of two things, what has a sentence of its own in transforms/facts/wording.py."""
SHAPES = ("circularity", "elongation", "spread", "sphericity", "surface")
"""Of one."""
AGAIN = 1.5
"""What a point loses for each thing and kind of it that was told before."""


@dataclass(frozen=True)
class Point:
    """Something to tell: by which rules, the first that can, of which regions."""

    score: float
    kind: str
    rules: tuple[str, ...]
    regions: tuple[str, ...]


def structures(told: SceneText) -> list[str]:
    """The regions that a name singles out and that are no finding and no tissue that holds everything, by area."""
    found = [rid for rid in told.regions if told.present.get(rid) and told.name(rid) and _own(told, rid)]
    return sorted(found, key=lambda rid: -told.area(rid))


def _own(told: SceneText, rid: str) -> bool:
    entry = told.entry(told.regions[rid].concept)
    drawn = form_of(told.regions[rid]) == "mask"
    return drawn and entry.facet == "anatomy" and entry.slug not in CONTAINERS | RESIDUAL


def points(told: SceneText) -> list[Point]:
    """All points of a scene, the highest score first."""
    found = [*_sizes(told), *_dense(told), *_shaped(told), *_pieces(told), *_pairs(told)]
    moved = [replace(point, score=point.score + told.rng.random() * JITTER - _frame(told, point)) for point in found]
    return sorted(moved, key=lambda point: -point.score)


def _frame(told: SceneText, point: Point) -> float:
    """What a point loses where it is of muscle, rib or vertebra: the frame of what one looks at."""
    return FRAME_LOSS * any(frame(told, rid) for rid in point.regions)


def frame(told: SceneText, rid: str) -> bool:
    """Whether a region is of muscle, bone or cartilage."""
    slug = told.entry(told.regions[rid].concept).slug
    return bool(FRAME & {slug, *told.space.ancestors(slug)})


def chosen(told: SceneText, most: int, before: Collection[str] = ()) -> list[Point]:
    """At most so many, of different kinds and of different things; what is of the regions `before` comes late."""
    left = points(told)
    found: list[Point] = []
    seen: Counter[str] = Counter(before)
    while left and len(found) < most:
        best = max(left, key=lambda one: one.score - AGAIN * sum(seen[name] for name in (one.kind, *one.regions)))
        left.remove(best)
        found.append(best)
        seen.update((best.kind, *best.regions))
    return found


def _sizes(told: SceneText) -> Iterator[Point]:
    for rank, rid in enumerate(structures(told)[:RANKED]):
        yield Point(2.4 - 0.25 * rank, "size", ("more.both", "more.area", "more.size", "more.volume"), (rid,))


def _dense(told: SceneText) -> Iterator[Point]:
    means = {rid: fact for rid in structures(told)[: 2 * RANKED] if (fact := told.get("mean_intensity", rid))}
    shown = sorted((rid for rid in means if told.shows(means[rid])), key=lambda rid: float(means[rid].value))
    if len(shown) > 1:
        yield Point(1.6, "density", ("more.density",), (shown[-1],))
        yield Point(1.3, "density", ("more.density",), (shown[0],))


def _shaped(told: SceneText) -> Iterator[Point]:
    """What is roundest and what is longest for its width."""
    for kind in SHAPES if told.register != "patient" else ():
        facts = [fact for rid in structures(told) if (fact := told.get(kind, rid)) and fact.bound is None]
        facts.sort(key=lambda fact: float(fact.value))
        for fact in facts[:1] + facts[-1:]:
            yield Point(1.0, kind, (), fact.regions)


def _pieces(told: SceneText) -> Iterator[Point]:
    for rid in structures(told):
        if told.get("pieces", rid):
            yield Point(0.9, "pieces", ("more.pieces",), (rid,))


def _pairs(told: SceneText) -> Iterator[Point]:
    for fact in _named(told, told.facts["larger"]):
        a, b = fact.regions
        ratio = float(fact.value)
        sides = told.entry(told.regions[a].concept).pair == told.entry(told.regions[b].concept).slug
        worth = 1.2 + min(math.log(ratio), 1.5) if sides else 0.9 - (ratio > MOST_TIMES)
        yield Point(worth, "larger", ("larger",), fact.regions)
    for fact in _named(told, told.facts["distance"]):
        yield Point(1.4, "distance", ("distance",), fact.regions)
    for fact in _named(told, told.facts["adjacent"]):
        yield Point(1.0, "adjacent", ("adjacent",), fact.regions)
    for kind in MEASURED if told.register != "patient" else ():  # their grammar knows no plain names
        for fact in _named(told, told.facts[kind]):
            yield Point(1.1, kind, (), fact.regions)


def _named(told: SceneText, facts: Sequence[Fact]) -> Iterator[Fact]:
    known = set(structures(told))
    yield from (fact for fact in facts if set(fact.regions) <= known)


def related(told: SceneText, fact: Fact) -> Slots:
    """The slots of a fact about two regions."""
    a, b = fact.regions
    first, second = (told.entry(told.regions[rid].concept) for rid in (a, b))
    found = Slots(many=first.many, others=second.many)
    found.words |= {"A": entity.known(told, a), "B": entity.known(told, b)}
    found.put("it", "they" if first.many else "it")
    if fact.predicate == "adjacent":
        found.facts |= entity.adjacent(fact)
        return found
    found.facts[fact.predicate] = (fact,)
    if fact.predicate == "larger" and fact.bound is None and float(fact.value) <= MOST_TIMES:
        found.put("ratio", ratio(fact))
    if fact.predicate == "distance":
        found.put("apart", quantity(fact.value, fact.unit, fact.tolerance))
    return found


def ratio(fact: Fact) -> str:
    """How many times as large, as texts print it: "1.4"."""
    times = float(fact.value)
    allowed = min(fact.tolerance or 0.05, 0.02 * times)
    return f"{times:.1f}" if abs(float(f"{times:.1f}") - times) <= allowed else f"{times:.2f}"


def fact_of(told: SceneText, point: Point) -> Fact | None:
    """The fact on two regions that a point is about."""
    return next((fact for fact in told.facts[point.kind] if fact.regions == point.regions), None)


def say(told: SceneText, point: Point, done: set[str], before: Line) -> Line:
    """The sentence of a point after another sentence, less what the facts `done` told; an empty one where no rule of
    it has more to tell."""
    fact = fact_of(told, point) if len(point.regions) == 2 or point.kind in SHAPES else None
    if fact and point.kind in (*MEASURED, *SHAPES):
        words = None if fact.id in done else wording.sentence(fact, told.name)
        return Line() if words is None else Line().claim(words, fact)
    if fact:
        return Line() if fact.id in done else told.teller.say(point.rules[0], related(told, fact))
    slots = untold(entity.slots(told, point.regions[0]), done)
    if point.kind != "pieces":
        others = {one.id for one in told.scene.facts if one.regions[:1] != point.regions[:1]}
        same = told_by(before) - others  # else a name before was of another thing that begins alike
        slots = referring(told, slots, before, others) if same else slots.over(S=slots.words["the"])
    for rule in point.rules:
        if told.teller.can(rule, slots):
            return told.teller.say(rule, slots)
    return Line()


def both_sides(told: SceneText, facts: Sequence[Fact]) -> tuple[list[Line], list[Fact]]:
    """ "both lungs" for the two sides of what is not counted, each shown by one region; and the facts left over."""
    by_slug = {told.entry(fact.concept).slug: fact for fact in facts if fact.concept and len(fact.regions) == 1}
    lines, taken = [], set()
    for fact in facts:
        entry = told.entry(fact.concept) if fact.concept else None
        pair = by_slug.get(entry.pair or "") if entry and entry.side == "left" and fact.id in _ids(by_slug) else None
        base = entry.concept.label.removeprefix("left ") if entry else ""
        if pair is None or base == entry.concept.label:  # type: ignore[union-attr]
            continue
        named = next((e for slug in told.space.ancestors(entry.slug)  # type: ignore[union-attr]
                      if (e := told.space.get(slug)).concept.label == base and e.plural), None)  # fmt: skip
        if named is None:
            continue
        lines.append(Line().claim(f"both {plural(named)}", fact, pair))
        taken |= {fact.id, pair.id}
    return lines, [fact for fact in facts if fact.id not in taken]


def _ids(facts: dict[str, Fact]) -> set[str]:
    return {fact.id for fact in facts.values()}
