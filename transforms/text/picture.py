"""The description of a picture: what it is, its findings, what is about them, and what else there is to see."""

from collections.abc import Iterator, Sequence

from schemas import Fact
from transforms.facts.base import CONTAINERS, RESIDUAL
from transforms.text import entity, marks
from transforms.text.grammar import article, verbs
from transforms.text.line import Line
from transforms.text.listing import grouped, imaged, picture, present
from transforms.text.makers import KINDS, by_maker, maker
from transforms.text.measures import measures, ratings
from transforms.text.names import SceneText
from transforms.text.paragraph import follow, told_by
from transforms.text.rules import Slots
from transforms.text.salience import Point, both_sides, chosen, frame, say

MAX_FINDINGS = 3
MAX_NAMES = 4
MAX_PAIRS = 3
MAX_EXAMPLES = 2
POINTS = {"report": 5, "caption": 2, "instruction": 4, "patient": 3}
"""Register -> how many points are told of a picture without findings; of one with them, half as many."""
DETAILS = {"report": 4, "caption": 1, "instruction": 3, "patient": 2}
"""Register -> how many more sentences the first finding gets."""
CLOSER = {"report": 4, "caption": 1, "instruction": 2}
"""Register -> how many things more are told that were measured or rated of the first finding."""
FINDING = ("more.size", "more.whole", "more.density", "more.neighbour", "more.place", "more.area", "more.volume")


def header(told: SceneText) -> Line:
    """Modality, plane, body part and slice."""
    slots = Slots()
    modality = told.facts["modality"][0] if told.facts["modality"] else None
    plane = told.facts["plane"][0] if told.facts["plane"] else None
    number = told.facts["slice"][0] if told.facts["slice"] else None
    named = picture(told, modality)
    signal = told.scene.view.frame == "signal"
    if not named and not plane and not signal:
        slots.put("picture", "medical image").put("a_picture", "a medical image")
    if modality and named:
        names = {"picture": named, "by": str(modality.value)}
        if named.endswith(" image"):
            names["kind"] = named.removesuffix(" image")
            if not names["kind"].endswith("ic"):  # "laparoscopic" is no noun
                names["by"] = told.pick(names["kind"], names["by"])
        for slot, words in names.items():
            slots.put(slot, words, modality)
            slots.words[f"a_{slot}"] = Line().say(article(words).removesuffix(words)).claim(words, modality)
    if plane:
        words = str(plane.value)
        slots.put("plane", words, plane)
        slots.words["a_plane"] = Line().say(article(words).removesuffix(words)).claim(words, plane)
    parts = imaged(told, named)
    if parts and not signal:
        slots.words["part"] = Line().listed(parts)
    if number:
        slots.put("slice" if plane else "frame", str(number.value), number)
    rules = ("header.plane", "header.plane_only", "header.unknown", "header.part", "header.frame", "header.bare")
    return next((line for rule in rules if (line := told.teller.say(rule, slots)).text), Line())


def findings(told: SceneText) -> Iterator[Line]:
    """The principal findings that are drawn, the first at length; in a report, the first again at the end."""
    for n, fact in enumerate(drawn(told)[:MAX_FINDINGS]):
        assert fact.concept is not None
        entry = told.entry(fact.concept)
        if marks.marked(told, fact):
            yield marks.finding(told, fact, entry)
            continue
        yield from _finding(told, fact, DETAILS[told.register] if n == 0 else 1)


def drawn(told: SceneText) -> list[Fact]:
    """The facts that findings are there, of those that are drawn, the largest first."""
    facts = [fact for fact in told.facts["present"] if fact.concept and fact.regions]
    facts = [fact for fact in facts if fact.concept and told.entry(fact.concept).facet == "finding"]
    facts = [fact for fact in facts if fact.concept and told.entry(fact.concept).slug not in RESIDUAL]
    facts = [fact for fact in facts if marks.drawn(told, fact)]
    return sorted(facts, key=lambda fact: -max((told.area(rid) for rid in fact.regions), default=0.0))


def _finding(told: SceneText, fact: Fact, most: int) -> Iterator[Line]:
    if len(fact.regions) > 1:
        yield from several(told, fact, most)
        return
    slots = entity.slots(told, fact.regions[0])
    by = KINDS[maker(told, fact)]
    slots.put("by", by).facts["present"] = (fact,)
    hidden = told.get("unseen", fact.regions[0])
    first = told.teller.say("intro.elsewhere", slots) if hidden and hidden.value == "elsewhere" else Line()
    for n, line in enumerate(follow(told, first if first.text else introduced(told, slots), slots, FINDING, most)):
        yield line
        if n == 0 and by:
            yield told.teller.say("more.maker", slots)
    yield from _closer(told, fact.regions[0], CLOSER.get(told.register, 0) if most > 1 else 0)


def _closer(told: SceneText, rid: str, most: int) -> Iterator[Line]:
    """What was measured or rated of the principal finding beside its size and place: some of it, as the seed falls."""
    found = [*measures(told, rid), *ratings(told, rid)]
    yield from told.rng.sample(found, min(most, len(found)))


def introduced(told: SceneText, slots: Slots) -> Line:
    """The first sentence on a thing."""
    rules = ("intro.pieces", "intro.held", "intro.placed", "intro.sided", "intro.bare")
    return next((line for rule in rules if (line := told.teller.say(rule, slots)).text), Line())


def several(told: SceneText, fact: Fact, most: int) -> Iterator[Line]:
    """How many of a kind, and of the largest what is known."""
    assert fact.concept is not None
    count = next((f for f in told.facts["count"] if f.concept == fact.concept and int(f.value) > 1), None)
    entry = told.entry(fact.concept)
    if entry.mass and not entry.many:
        yield told.teller.say("intro.bare", entity.whole(told, fact))
        return
    intro = told.teller.say("uncounted" if count is None else "counted", entity.many(told, fact, count))
    yield intro
    top = next((rid for rid in fact.regions if told.largest(rid)), None)
    if top is not None and most:
        slots = entity.slots(told, top)
        first = told.teller.say("more.largest", slots)
        if first.text:
            yield from follow(told, first, slots, ("more.size", "more.density", "more.volume"), most - 1)
            yield from _closer(told, top, min(1, CLOSER.get(told.register, 0)))
    elif most:
        yield from _examples(told, fact, most)


def _examples(told: SceneText, fact: Fact, most: int) -> Iterator[Line]:
    """Where none of many is known to be the largest, some of those that were measured: "a nucleus lies ..."."""
    measured = [rid for rid in fact.regions if told.get("area", rid) and told.get("zone", rid)]
    for rid in told.rng.sample(measured, min(most, len(measured), MAX_EXAMPLES)):
        slots = entity.slots(told, rid)
        yield told.teller.say("example", slots)


def impressions(told: SceneText, some: bool) -> Iterator[Line]:
    """The principal finding once more, in brief, where some were told."""
    facts = [fact for fact in drawn(told)[:1] if len(fact.regions) == 1 and not marks.marked(told, fact)]
    if some and facts:
        slots = entity.slots(told, facts[0].regions[0])
        if "pieces" not in slots.words:
            yield told.teller.say("impression", slots)


def anatomy(told: SceneText, before: Sequence[Line]) -> Iterator[Line]:
    """Points worth telling of what is normal, then what else is shown, by name. `before`: what was told of findings."""
    lines = list(before) or list(_classes(told))
    yield from lines[len(before) :]
    done = {fact for line in lines for fact in told_by(line)}
    regions = {rid for fact in told.scene.facts if fact.id in done for rid in fact.regions}
    told_of: set[str] = set()
    last = Line()
    for point in _together(chosen(told, POINTS[told.register] // (2 if before else 1), regions)):
        line = say(told, point, done, last)
        if line.text:
            last, told_of = line, told_of | told_by(line)
            done |= told_by(line)
            yield line
    yield from _others(told, done, bool(told_of))


def _together(points: Sequence[Point]) -> list[Point]:
    """The points with those of one thing side by side."""
    order = [point.regions[0] for point in points]
    return sorted(points, key=lambda point: order.index(point.regions[0]))


def _classes(told: SceneText) -> Iterator[Line]:
    """Of many things of one kind (nuclei) how many there are, and the largest."""
    for fact in told.facts["present"]:
        if fact.concept and len(fact.regions) > 1 and not marks.marked(told, fact):
            entry = told.entry(fact.concept)
            if entry.facet == "anatomy" and entry.plural and entry.slug not in CONTAINERS:
                yield from several(told, fact, 2)


def _others(told: SceneText, told_of: set[str], also: bool) -> Iterator[Line]:
    """What else is outlined: groups, both sides of things, and the largest of the rest."""
    facts = [fact for fact in told.facts["present"] if fact.concept and told.entry(fact.concept).facet == "anatomy"]
    facts = [fact for fact in facts if entity.outlined(told, fact)]
    inner = [fact for fact in facts if fact.concept and told.entry(fact.concept).slug not in CONTAINERS]
    classes = [fact for fact in inner if len(fact.regions) > 1]
    left = [fact for fact in (inner or facts) if fact not in classes]
    left = [fact for fact in left if fact.id not in told_of or maker(told, fact) != "human"]
    for by, own in by_maker(told, left):
        yield _listed(told, own, by, also)
        also = True


def _listed(told: SceneText, left: list[Fact], by: str, also: bool) -> Line:
    groups, rest = grouped(told, left, counted=not by)
    pairs, rest = both_sides(told, rest)
    rest.sort(key=lambda fact: (frame(told, fact.regions[0]), -told.area(fact.regions[0])))
    names = [present(told, fact) for fact in rest[:MAX_NAMES]]
    parts = [*(line for line, _ in names), *pairs[:MAX_PAIRS], *groups]
    if parts:
        many = len(parts) > 1 or bool(pairs or groups) or names[0][1]
        slots = Slots(many=many).put("it", verbs(many)["it"])
        slots.words["list"] = Line().listed(parts)
        slots.put("by", by)
        if told.scene.view.plane:
            slots.put("cut", "")
        return told.teller.say("shown.made" if by else "shown.also" if also else "shown.first", slots)
    return Line()


def shown(told: SceneText) -> Iterator[Line]:
    """What the source says that the picture is of, without an outline."""
    facts = [fact for fact in told.facts["present"] if fact.concept and not marks.marked(told, fact)]
    facts = [fact for fact in facts if not entity.outlined(told, fact)]
    parts = [present(told, fact)[0] for fact in facts if told.entry(fact.concept).facet == "anatomy"]  # type: ignore[arg-type]
    if parts:
        slots = Slots(many=len(parts) > 1).put("it", "it")
        slots.words["list"] = Line().listed(parts[:MAX_NAMES])
        yield told.teller.say("shown.stated", slots)
