"""What there is to say of one thing: the slots of a region, or of a concept that no single region shows."""

from collections.abc import Mapping

from schemas import Entry, Fact
from transforms.facts.base import CONTAINERS
from transforms.facts.format import quantity, stated
from transforms.regions.marks import form_of
from transforms.text.grammar import definite, indefinite, mention, number, plural, verbs
from transforms.text.line import Line
from transforms.text.names import SceneText, sided
from transforms.text.rules import Slots

VALUES = {
    "long": "long_axis", "short": "short_axis", "area": "area", "pieces": "pieces", "volume": "volume",
    "diameter": "diameter",
}  # fmt: skip
"""Slot -> the predicate whose value it is."""
AXES = ("{} by {}", "{} x {}")
PLACES = ("part", "portion", "area", "region")
PICTURES = ("image", "picture")


def slots(told: SceneText, rid: str) -> Slots:
    """The slots of a region: its names, and all that was measured on it and can be seen."""
    entry = told.entry(told.regions[rid].concept)
    v = verbs(entry.many)
    found = Slots(many=entry.many)
    present = told.present.get(rid)
    facts = (present,) if present else ()
    the = called(told, rid)
    found.put("a", mention(entry) if entry.facet == "anatomy" else indefinite(entry), *facts)
    if told.regions[rid].segmentation != "instance":  # of one thing in pieces there are not several
        found.put("plural", plural(entry), *facts)
    found.others = entry.many or not entry.mass
    for slot in ("the", "the_obj", "S"):
        found.put(slot, the, *facts)
    found.put("it", v["it"] if not entry.many else "they").put("its", v["its"])
    if told.scene.view.plane:
        found.put("cut", "")
    if present and outlined(told, present):
        found.put("mask", "")
    for slot, predicate in VALUES.items():
        if fact := told.get(predicate, rid):
            found.put(slot, stated(fact), fact)
    if (mean := told.get("mean_intensity", rid)) and told.register != "patient" and told.shows(mean):
        found.put("mean", stated(mean), mean)
    _axes(told, rid, found)
    _placed(told, rid, entry, found)
    _related(told, rid, found)
    return found


def called(told: SceneText, rid: str) -> str:
    """What a region is called in its own text: its name, or "this lesion"."""
    entry = told.entry(told.regions[rid].concept)
    return name(told, rid) or f"{'these' if entry.many else 'this'} {entry.concept.label}"


def outlined(told: SceneText, fact: Fact) -> bool:
    """Whether a mask shows any of it."""
    return any(form_of(told.regions[rid]) == "mask" for rid in fact.regions)


def name(told: SceneText, rid: str) -> str | None:
    """ "the liver", "the largest nucleus"; None where no words single the region out."""
    return told.name(rid)


def counted_inside(fact: Fact, facts: Mapping[str, Fact], entry: Entry, site: str) -> Line:
    """ "There are 2 lesions inside the liver": said of the facts, by id, that `fact` is worked out from."""
    many = f"are {fact.value} {entry.plural or entry.concept.label}"
    said = f"There is 1 {entry.concept.label}" if fact.value == 1 else f"There {many}"
    return Line().claim(f"{said} inside {site}", *(facts[name] for name in fact.inputs))


def _axes(told: SceneText, rid: str, found: Slots) -> None:
    long, short = told.get("long_axis", rid), told.get("short_axis", rid)
    if long and short and long.bound is None and short.bound is None:
        first, second = (quantity(fact.value, fact.unit, fact.tolerance) for fact in (long, short))
        bare = first.rpartition(" ")[0] if told.rng.random() < 0.5 else first
        found.put("axes", told.pick(*AXES).format(bare, second), long, short)


def _placed(told: SceneText, rid: str, entry: Entry, found: Slots) -> None:
    zone, side = told.get("zone", rid), told.get("side", rid)
    if zone:
        found.put("zone", place(told, zone), zone)
    # Whose left it is stands in the place already, and in the name of most that have a side.
    if side and not (zone and str(side.value) in str(zone.value)) and entry.side != side.value:
        found.put("side", sided(side), side)


def place(told: SceneText, zone: Fact) -> str:
    """Where a zone lies: "in the upper left part of the picture"; what only "part" may be said of keeps it."""
    words = told.place(zone)
    if told.scene.view.plane is None:
        words = words.replace(" part of", f" {told.pick(*PLACES)} of")
    return words.replace("the image", f"the {told.pick(*PICTURES)}")


def _related(told: SceneText, rid: str, found: Slots) -> None:
    held = [fact for fact in told.facts["inside"] if fact.regions[0] == rid and holds(told, fact.regions[1])]
    own = told.space.ancestors(told.entry(told.regions[rid].concept).slug)
    if held and told.entry(told.regions[held[0].regions[1]].concept).slug not in own:  # no liver tumor in the liver
        found.words["holder"] = known(told, held[0].regions[1])
        found.facts["inside"] = held[:1]  # type: ignore[assignment]
    near = [fact for fact in told.facts["adjacent"] if rid in fact.regions]
    others = [(fact, next(one for one in fact.regions if one != rid)) for fact in near]
    named = [(fact, other) for fact, other in others if holds(told, other)]
    if named:
        fact, other = max(named, key=lambda pair: told.area(pair[1]))
        found.words["neighbour"] = known(told, other)
        found.facts |= adjacent(fact)


def adjacent(fact: Fact) -> dict[str, tuple[Fact, ...]]:
    """What may be called contact, too: nothing lies between the two."""
    found: dict[str, tuple[Fact, ...]] = {"adjacent": (fact,)}
    if float(fact.value) == 0:
        found["contact"] = (fact,)
    return found


def holds(told: SceneText, rid: str) -> bool:
    """Whether a region is one that others are placed by: it has a name, and is no tissue that holds everything."""
    return told.name(rid) is not None and told.entry(told.regions[rid].concept).slug not in CONTAINERS


def known(told: SceneText, rid: str) -> Line:
    """The name of a region, with the fact that it is there."""
    present = told.present.get(rid)
    return Line().claim(told.name(rid) or "", *((present,) if present else ()))


def many(told: SceneText, fact: Fact, count: Fact | None) -> Slots:
    """The slots of all that a fact shows: "nine nuclei", "lesions"."""
    assert fact.concept is not None
    entry = told.entry(fact.concept)
    words = plural(entry) if count is None else f"{number(int(count.value))} {plural(entry)}"
    found = Slots(many=True)
    facts = (fact,) if count is None else (count, fact)
    if outlined(told, fact):
        found.put("mask", "")
    return found.put("n", words, *facts).put("list", words, *facts).put("it", "they").put("its", "their")


def whole(told: SceneText, fact: Fact) -> Slots:
    """The slots of what a picture is said to show and nothing outlines."""
    assert fact.concept is not None
    entry = told.entry(fact.concept)
    found = Slots(many=entry.many)
    if outlined(told, fact):
        found.put("mask", "")
    found.put("a", indefinite(entry), fact).put("the", definite(entry), fact).put("S", definite(entry), fact)
    return found.put("it", verbs(entry.many)["it"]).put("its", verbs(entry.many)["its"])
