"""Text from facts by a small grammar: no model, no word without a fact behind it."""

from collections.abc import Iterator
from typing import Any

from schemas import Description, Fact, LabelSpace, RegionText, Scene, Text
from schemas.dialogue import TextMaker
from transforms.facts.base import CONTAINERS, RESIDUAL
from transforms.facts.format import quantity, scale_ends, stated
from transforms.regions.marks import form_of
from transforms.text import marks
from transforms.text.grammar import definite
from transforms.text.line import Line
from transforms.text.measures import measures
from transforms.text.names import SceneText, sided, value
from transforms.text.overview import overview, said_of
from transforms.text.whole import NOUNS
from transforms.text.whole import overview as whole_overview

NAME = "grounded"
VERSION = "4"

MAX_REGIONS = 16
MAX_OF_KIND = 4


def unavailable() -> str | None:
    """Always None: this backend needs nothing."""
    return None


def write(scene: Scene, space: LabelSpace, params: dict[str, Any], seed: int) -> Description:
    """The description of a scene. `params`: `max_regions`, how many regions get a text of their own (16).

    Raises KeyError for a concept that the label space lacks, and ValueError for an unknown parameter.
    """
    unknown = sorted(set(params) - {"max_regions"})
    if unknown:
        raise ValueError(
            f"text.params of the recipe: unknown {', '.join(unknown)}; the grounded backend takes max_regions"
        )
    told = SceneText(scene, space, seed)
    whole = scene.view.frame in NOUNS
    most = int(params.get("max_regions", MAX_REGIONS))
    notable = [] if scene.view.frame == "clip" else _notable(told, most)
    texts = ((rid, region_text(told, rid).done()) for rid in notable)
    return Description(
        overall=(whole_overview if whole else overview)(told).done(),
        regions=tuple(RegionText(region=rid, text=text.text, claims=text.claims) for rid, text in texts if text.text),
        relations=tuple(relations(told)),
        made_by=TextMaker(backend=NAME, revision=VERSION, seed=seed),
    )  # fmt: skip


def _notable(told: SceneText, most: int) -> list[str]:
    """Findings first, then by area, what holds everything last; in the scene's order where alike."""

    def rank(rid: str) -> tuple[bool, bool, float]:
        entry = told.entry(told.regions[rid].concept)
        return entry.facet != "finding", entry.slug in CONTAINERS, -told.area(rid)

    return sorted(told.regions, key=rank)[:most]


def region_text(told: SceneText, rid: str) -> Line:
    """Where the region lies, how large it is, how dense, what its readers said; nothing where nothing was measured."""
    region = told.regions[rid]
    entry = told.entry(region.concept)
    v = told.verbs(rid)
    subject = definite(entry) if told.alone(rid) else f"{'these' if entry.many else 'this'} {entry.concept.label}"
    if entry.slug in RESIDUAL:
        return Line()
    present = next((f for f in told.facts["present"] if rid in f.regions), None)
    line = Line()
    first = Line().claim(subject, present) if present else Line().say(subject)
    if region.span is not None:
        return _span_text(told, rid, line, first)
    if (sliced := marks.sliced(told, rid, subject)).text:
        return line.sentence(sliced)
    places = [Line().claim(told.place(f), f) for f in [told.get("zone", rid)] if f]
    places += [Line().claim(sided(f), f) for f in [told.get("side", rid)] if f]
    if places:
        first.say(told.pick(" {lies} ", " {is} located ", " {is} seen ").format_map(v)).add(places[0])
        for more in places[1:]:
            first.say(", ").add(more)
    elif present:
        outlined = "is outlined" if form_of(region) == "mask" else "is marked"
        drawn = marks.ONE.get(form_of(region), outlined).removeprefix("is")
        first.say(f" {v['is']}{drawn}")
        if length := told.get("line_length", rid):
            first.say(" of ").claim(stated(length), length)
        if pieces := told.get("pieces", rid):
            first.say(" in ").claim(stated(pieces), pieces)
    else:
        return line
    line.sentence(first)
    for part in (_size(told, rid), _mark(told, rid), _extent(told, rid), _whole(told, rid)):
        line.sentence(part)
    for part in (*_ratings(told, rid), *measures(told, rid)):
        line.sentence(part)
    return line


def _size(told: SceneText, rid: str) -> Line:
    v = told.verbs(rid)
    long, short = told.get("long_axis", rid), told.get("short_axis", rid)
    if long is None:
        return Line()
    if short is None:  # the edge cuts it
        return value(f"{v['its']} long axis is ", long)
    if told.rng.random() < 0.5:
        return Line().listed([value(f"{v['its']} long axis is ", long), value(f"{v['its']} short axis is ", short)])
    words = [quantity(f.value, f.unit, f.tolerance) for f in (long, short)]
    return (
        Line().say("{it} {measures} ".format_map(v)).claim(" by ".join(words), long, short).say(" (long by short axis)")
    )


def _mark(told: SceneText, rid: str) -> Line:
    parts = marks.sizes(told, rid, told.verbs(rid)["its"])
    return Line().listed(parts) if parts else Line()


def _extent(told: SceneText, rid: str) -> Line:
    area, mean = told.get("area", rid), told.get("mean_intensity", rid)
    v = told.verbs(rid)
    parts = [value(told.pick("{covers} ", "{covers} an area of ").format_map(v), area)] if area else []
    parts += [value(f"{v['has']} a mean attenuation of ", mean)] if mean else []
    return Line().say(f"{v['it']} ").listed(parts) if parts else Line()


def _whole(told: SceneText, rid: str) -> Line:
    """Volume and diameter, measured over all slices."""
    volume, diameter = told.get("volume", rid), told.get("diameter", rid)
    its = told.verbs(rid)["its"]
    parts = [value(f"{its} volume over the whole scan is ", volume)] if volume else []
    parts += [value(f"{its} largest diameter over the whole scan is ", diameter)] if diameter else []
    return Line().listed(parts)


def _ratings(told: SceneText, rid: str) -> Iterator[Line]:
    for fact in told.facts["rating"]:
        if rid in fact.regions and fact.concept:
            yield value(f"its {fact.concept.label} is rated ", fact).say(f" {scale_ends(fact)}".rstrip())


def _span_text(told: SceneText, rid: str, line: Line, first: Line) -> Line:
    """A passage of a report, or a stretch of a signal."""
    label = told.regions[rid].concept.label
    for fact in told.facts["finding"]:
        if rid in fact.regions:
            line.sentence(Line().claim(said_of(told.entry(told.regions[rid].concept), str(fact.value)), fact))
    for fact in told.facts["interval"]:
        if rid in fact.regions:
            line.sentence(value(f"the {label} is ", fact))
    for fact in told.facts["duration"]:
        if rid in fact.regions:
            line.sentence(Line().claim(f"the marked {label} lasts {stated(fact)}", fact))
    return line


def _trivial(told: SceneText, fact: Fact) -> bool:
    """Whether one side of the relation is the body, which holds everything."""
    return any(told.entry(told.regions[rid].concept).slug in CONTAINERS for rid in fact.regions)


def relations(told: SceneText) -> Iterator[Text]:
    """How regions stand to each other, for those that a name singles out."""
    for predicate, say in (("inside", _inside), ("adjacent", _adjacent), ("larger", _larger), ("distance", _distance)):
        named = [fact for fact in told.facts[predicate] if _named(told, fact) and not _trivial(told, fact)]
        for fact in named[:MAX_OF_KIND]:
            yield Line().sentence(say(told, fact)).done()


def _named(told: SceneText, fact: Fact) -> bool:
    names = [told.name(rid) for rid in fact.regions]
    return None not in names and len(set(names)) == 2


def _inside(told: SceneText, fact: Fact) -> Line:
    a, b = (told.name(rid) for rid in fact.regions)
    said = told.pick("{lies} inside", "{lies} within", "{is} contained in").format_map(told.verbs(fact.regions[0]))
    return Line().claim(f"{a} {said} {b}", fact)


def _adjacent(told: SceneText, fact: Fact) -> Line:
    a, b = (told.name(rid) for rid in fact.regions)
    said = told.pick("{is} adjacent to", "{lies} next to", "{lies} beside").format_map(told.verbs(fact.regions[0]))
    return Line().claim(f"{a} {said} {b}", fact)


def _larger(told: SceneText, fact: Fact) -> Line:
    a, b = (told.name(rid) for rid in fact.regions)
    is_a, is_b = (told.verbs(rid)["is"] for rid in fact.regions)
    ratio = float(fact.value)
    if fact.bound is not None:
        return Line().claim(f"{a} {is_a} larger than {b} in area", fact)
    allowed = min(fact.tolerance or 0.05, 0.02 * ratio)
    written = f"{ratio:.1f}" if abs(float(f"{ratio:.1f}") - ratio) <= allowed else f"{ratio:.2f}"
    return Line().claim(
        told.pick(
            f"{a} {is_a} larger than {b} in area",
            f"{a} {is_a} {written} times as large as {b}",
            f"{b} {is_b} smaller in area than {a}",
        ),
        fact,
    )


def _distance(told: SceneText, fact: Fact) -> Line:
    a, b = (told.name(rid) for rid in fact.regions)
    said = quantity(fact.value, fact.unit, fact.tolerance)
    if all(form_of(told.regions[rid]) in ("point", "place") for rid in fact.regions):
        return Line().claim(f"{a} and {b} are marked {said} apart", fact)
    return Line().claim(f"the distance between {a} and {b} is {said}", fact)
