"""Text from facts by a small grammar: no model, no word without a fact behind it."""

from collections.abc import Iterator
from typing import Any

from schemas import Description, Fact, LabelSpace, RegionText, Scene, Text
from schemas.dialogue import TextMaker
from transforms.facts import statement
from transforms.facts.base import CONTAINERS, RESIDUAL
from transforms.facts.format import stated
from transforms.regions.marks import form_of
from transforms.text import entity, marks, salience
from transforms.text import region as regions
from transforms.text.document import said_of
from transforms.text.grammar import definite
from transforms.text.line import Line
from transforms.text.measures import measures
from transforms.text.names import SceneText, sided, value
from transforms.text.overview import overview
from transforms.text.rules import REGISTERS
from transforms.text.whole import NOUNS
from transforms.text.whole import overview as whole_overview

NAME = "grounded"
VERSION = "10"

MAX_REGIONS = 96
MAX_OF_MANY = 12
MAX_OF_KIND = 4


def unavailable() -> str | None:
    """Always None: this backend needs nothing."""
    return None


def write(scene: Scene, space: LabelSpace, params: dict[str, Any], seed: int) -> Description:
    """The description of a scene. `params`: `max_regions`, how many regions get a text of their own; `registers`, whom
    the text may speak to.

    Raises KeyError for a concept that the label space lacks, and ValueError for an unknown parameter.
    """
    unknown = sorted(set(params) - {"max_regions", "registers"})
    if unknown:
        raise ValueError(
            f"text.params of the recipe: unknown {', '.join(unknown)}; the grounded backend takes max_regions"
        )
    told = SceneText(scene, space, seed, params.get("registers", REGISTERS))
    whole = scene.view.frame in NOUNS
    most = int(params.get("max_regions", MAX_REGIONS))
    overall = (whole_overview if whole else overview)(told).done()
    wanted = [] if scene.view.frame == "clip" else _notable(told)[:most]
    texts = ((rid, region_text(told, rid).done()) for rid in wanted)
    return Description(
        overall=overall, register_=told.register,
        regions=tuple(RegionText(region=rid, text=text.text, claims=text.claims) for rid, text in texts if text.text),
        relations=tuple(relations(told)),
        made_by=TextMaker(backend=NAME, revision=VERSION, seed=seed),
    )  # fmt: skip


def _notable(told: SceneText) -> list[str]:
    """Findings and what a name singles out, then some of the many of a kind; each by area, what holds everything last,
    in the scene's order where alike."""

    def rank(rid: str) -> tuple[bool, bool, float]:
        entry = told.entry(told.regions[rid].concept)
        return entry.facet != "finding", entry.slug in CONTAINERS, -told.area(rid)

    ranked = sorted(told.regions, key=rank)
    alone = {rid for rid in ranked if told.entry(told.regions[rid].concept).facet == "finding" or told.name(rid)}
    return [rid for rid in ranked if rid in alone] + [rid for rid in ranked if rid not in alone][:MAX_OF_MANY]


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
    if form_of(region) == "mask":
        line = regions.text(told, rid)
        for part in (*measures(told, rid), *_reported(told, rid, subject)):
            line.sentence(part)
        return line
    places = [Line().claim(told.place(f), f) for f in [told.get("zone", rid)] if f]
    places += [Line().claim(sided(f), f) for f in [told.get("side", rid)] if f]
    if places:
        first.say(told.pick(" {lies} ", " {is} located ", " {is} seen ").format_map(v)).add(places[0])
        for more in places[1:]:
            first.say(", ").add(more)
    elif present and form_of(region):
        first.say(f" {v['is']}{marks.ONE.get(form_of(region), 'is marked').removeprefix('is')}")
        if length := told.get("line_length", rid):
            first.say(" of ").claim(stated(length), length)
    else:
        return line
    line.sentence(first).sentence(_mark(told, rid))
    for part in _reported(told, rid, subject):
        line.sentence(part)
    return line


def _mark(told: SceneText, rid: str) -> Line:
    parts = marks.sizes(told, rid, told.verbs(rid)["its"])
    return Line().listed(parts) if parts else Line()


def _reported(told: SceneText, rid: str, subject: str) -> Iterator[Line]:
    for fact in statement.of_regions(told.scene.facts):
        words = statement.sentence(fact, told.scene.view.frame, subject) if rid in fact.regions else None
        if words is not None:
            yield Line().claim(words, fact)


def _span_text(told: SceneText, rid: str, line: Line, first: Line) -> Line:
    """A passage of a report, or a stretch of a signal."""
    label = told.regions[rid].concept.label
    lasts = told.verbs(rid)["lasts"]
    for fact in told.facts["finding"]:
        if rid in fact.regions:
            line.sentence(Line().claim(said_of(told.entry(told.regions[rid].concept), str(fact.value)), fact))
    for fact in told.facts["interval"]:
        if rid in fact.regions:
            line.sentence(value(f"the {label} is ", fact))
    for fact in told.facts["duration"]:
        if rid in fact.regions:
            line.sentence(Line().claim(f"the marked {label} {lasts} {stated(fact)}", fact))
    return line


def relations(told: SceneText) -> Iterator[Text]:
    """How regions stand to each other, for those that a name singles out: of each kind the ones most worth telling."""
    yield from _counted(told)
    worth = {point.regions: point.score for point in salience.points(told)}
    for predicate in ("inside", "adjacent", "larger", "distance"):
        named = [fact for fact in told.facts[predicate] if _named(told, fact) and not _trivial(told, fact)]
        named.sort(key=lambda fact: -worth.get(fact.regions, 0.0))
        for fact in named[:MAX_OF_KIND]:
            points = all(form_of(told.regions[rid]) in ("point", "place") for rid in fact.regions)
            rule = "distance.marked" if predicate == "distance" and points else predicate
            line = told.teller.say(rule, salience.related(told, fact))
            yield Line().sentence(line).done()


def _counted(told: SceneText) -> Iterator[Text]:
    """How many of a thing lie in which structure, a sentence for each."""
    facts = {fact.id: fact for fact in told.scene.facts}
    for fact in told.facts["count_inside"]:
        *things, site = fact.regions
        if name := told.name(site):
            entry = told.entry(told.regions[things[0]].concept)
            yield Line().sentence(entity.counted_inside(fact, facts, entry, name)).done()


def _named(told: SceneText, fact: Fact) -> bool:
    names = [told.name(rid) for rid in fact.regions]
    return None not in names and len(set(names)) == 2


def _trivial(told: SceneText, fact: Fact) -> bool:
    """Whether one side of the relation is the body, which holds everything."""
    return any(told.entry(told.regions[rid].concept).slug in CONTAINERS for rid in fact.regions)
