"""The description of a whole scene: what it is, what it shows, the principal findings, what is not there."""

from collections import defaultdict
from collections.abc import Iterator

from schemas import Entry, Fact
from transforms.facts.base import CONTAINERS, RESIDUAL
from transforms.facts.format import stated
from transforms.text import marks
from transforms.text.line import Line
from transforms.text.names import SceneText, article, number, place, sided, value
from transforms.text.stated import stated as reported

MAX_FINDINGS = 3
MAX_SHOWN = 24
MAX_ORGANS_ABSENT = 3


def overview(told: SceneText) -> Line:
    """The sentences of the global description, in order."""
    line = Line().sentence(header(told))
    drawn = (shown(told), *marks.structures(told), *findings(told))
    said = (stated_findings(told), *absences(told), intervals(told), *marks.spans(told), *reported(told))
    for part in (*drawn, *said):
        line.sentence(part)
    return line


def header(told: SceneText) -> Line:
    """Modality, plane and body part."""
    modality = told.facts["modality"][0] if told.facts["modality"] else None
    plane = told.facts["plane"][0] if told.facts["plane"] else None
    words = [str(fact.value) for fact in (plane, modality) if fact]
    frame = told.scene.view.frame
    noun = "" if frame in ("text", "signal") else "slice" if plane else "image"
    opening = told.pick("", "this is ", "the image is ") if noun else ""
    line = Line()
    first = " ".join([*words, noun]).strip() if words else noun
    if not first:
        return line
    start = first if frame == "signal" else article(first)
    line.say(opening).say(start[: len(start) - len(first)])
    for fact in (plane, modality):
        if fact:
            line.claim(str(fact.value), fact).say(" ")
    line.say(noun) if noun else _trim(line)
    parts = [Line().claim(told.the(told.entry(f.concept)), f) for f in told.facts["body_part"] if f.concept]
    if parts:
        line.say(" of ").listed(parts)
    return line


def _trim(line: Line) -> None:
    line.text = line.text.rstrip()


def shown(told: SceneText) -> Line:
    """What is shown: organs, grouped where many are alike, then things in numbers."""
    facts = [fact for fact in told.facts["present"] if fact.concept and told.entry(fact.concept).facet == "anatomy"]
    facts = [fact for fact in facts if not marks.marked(told, fact)]
    inner = [fact for fact in facts if fact.concept and told.entry(fact.concept).slug not in CONTAINERS]
    facts = inner or facts  # that a chest slice shows the body goes without saying
    groups, rest = grouped(told, facts)
    rest.sort(key=lambda fact: -max((told.area(rid) for rid in fact.regions), default=0.0))
    parts = [_present(told, fact) for fact in rest] + groups
    if not parts:
        return Line()
    more = parts[:MAX_SHOWN]
    return Line().say(told.pick("it shows ", "shown are ", "outlined are ", "the view includes ")).listed(more)


def _present(told: SceneText, fact: Fact) -> Line:
    assert fact.concept is not None
    entry = told.entry(fact.concept)
    count = next((f for f in told.facts["count"] if f.concept == fact.concept), None)
    if count is not None and int(count.value) > 1:
        return Line().claim(f"{number(int(count.value))} {told.many(entry)}", count, fact)
    if len(fact.regions) > 1 and not entry.mass and entry.side is None:
        return Line().claim(told.many(entry), fact)
    return Line().claim(told.the(entry), fact)


def grouped(told: SceneText, facts: list[Fact]) -> tuple[list[Line], list[Fact]]:
    """ "four left ribs" for three or more of one kind and side, each shown by one region; and the facts left over."""
    kinds: dict[tuple[str, str], list[Fact]] = defaultdict(list)
    for fact in facts:
        assert fact.concept is not None
        entry = told.entry(fact.concept)
        for slug in sorted(told.space.ancestors(entry.slug)):
            above = told.space.get(slug)
            if above.plural and not above.side and slug not in CONTAINERS and slug not in _shown_slugs(told):
                kinds[slug, entry.side or ""].append(fact)
    lines, taken = [], set()
    for (slug, side), members in sorted(kinds.items(), key=lambda item: (-len(item[1]), item[0])):
        free = [fact for fact in members if fact.id not in taken]
        one_each = all(len(fact.regions) == 1 for fact in free)
        if len(free) < 3 or len(free) < len(members) or not one_each or not _complete(told, slug, side, free):
            continue
        taken |= {fact.id for fact in free}
        words = f"{number(len(free))} {side} {told.space.get(slug).plural}".replace("  ", " ")
        lines.append(Line().claim(words, *free))
    return lines, [fact for fact in facts if fact.id not in taken]


def _shown_slugs(told: SceneText) -> set[str]:
    return {told.entry(region.concept).slug for region in told.scene.regions}


def _complete(told: SceneText, slug: str, side: str, facts: list[Fact]) -> bool:
    """Whether these are all the regions of the kind (of that side): only then is their number true.

    Where one of the kind has a side in its name and another has not, the unnamed one may lie on that side too.
    """
    sides = {}
    for region in told.scene.regions:
        entry = told.entry(region.concept)
        if slug in told.space.ancestors(entry.slug):
            sides[region.id] = entry.side or ""
    if "" in sides.values() and set(sides.values()) != {""}:
        return False
    return sorted(rid for rid in sides if sides[rid] == side) == sorted(rid for fact in facts for rid in fact.regions)


def findings(told: SceneText) -> Iterator[Line]:
    """A sentence for each of the principal findings: how many, where, how large, how dense."""
    facts = [fact for fact in told.facts["present"] if fact.concept and told.entry(fact.concept).facet == "finding"]
    facts = [fact for fact in facts if fact.concept and told.entry(fact.concept).slug not in RESIDUAL]
    ranked = sorted(facts, key=lambda fact: -max((told.area(rid) for rid in fact.regions), default=0.0))
    for fact in ranked[:MAX_FINDINGS]:
        assert fact.concept is not None
        entry = told.entry(fact.concept)
        yield marks.finding(told, fact, entry) if marks.marked(told, fact) else _finding(told, fact, entry)


def _finding(told: SceneText, fact: Fact, entry: Entry) -> Line:
    line = Line()
    count = next((f for f in told.facts["count"] if f.concept == fact.concept and int(f.value) > 1), None)
    if len(fact.regions) == 1 and (pieces := told.get("pieces", fact.regions[0])):
        words = f"{told.many(entry)} {'is' if entry.mass else 'are'} shown"
        return line.claim(words, fact).say(" in ").claim(stated(pieces), pieces)
    top = next((rid for rid in fact.regions if told.alone(rid) or told.largest(rid)), None)
    if len(fact.regions) > 1:
        words = f"{number(int(count.value))} {told.many(entry)}" if count else told.many(entry)
        line.say("there are ").claim(words, *((count, fact) if count else (fact,)))
        if top is None:
            return line
        line.say("; ").claim(f"the largest {entry.concept.label}", fact)
    else:
        line.claim(entry.concept.label if entry.mass else article(entry.concept.label), fact)
        if top is None:
            return line.say(" is present")
    return _details(told, top, line)


def _details(told: SceneText, rid: str, line: Line) -> Line:
    """ " lies inside the liver, in the middle right part of the image; its long axis is 22 mm ..." """
    inside = next((f for f in told.facts["inside"] if f.regions[0] == rid and told.name(f.regions[1])), None)
    zone, side = told.get("zone", rid), told.get("side", rid)
    if inside:
        within = told.pick("lies inside", "lies within", "is located in")
        line.say(" ").claim(f"{within} {told.name(inside.regions[1])}", inside)
    if zone:
        line.say("," if inside else " lies").say(" ").claim(place(zone), zone)
    if side:
        line.say("," if inside or zone else " lies").say(" ").claim(sided(side), side)
    if not inside and not zone and not side:
        line.say(" is present")
    measures = {"long axis": "long_axis", "mean attenuation": "mean_intensity"}
    parts = [value(f"its {word} is ", fact) for word, name in measures.items() if (fact := told.get(name, rid))]
    return line.say("; ").listed(parts) if parts else line


def stated_findings(told: SceneText) -> Line:
    """What a document says of each finding, once each; where its passages differ, what the source concludes of them."""
    parts = []
    for fact in _concluded(told):
        assert fact.concept is not None
        entry = told.entry(fact.concept)
        name = entry.concept.label if entry.mass else article(entry.concept.label)
        wording = {"present": "{} is present", "absent": "there is no {}", "uncertain": "{} is uncertain"}
        if fact.value == "absent":
            name = entry.concept.label
        parts.append(Line().claim(wording[str(fact.value)].format(name), fact))
    line = Line()
    for n, part in enumerate(parts):
        line.sentence(part) if n else line.add(Line(part.text[0].upper() + part.text[1:] + ".", part.marks))
    line.text = line.text.removesuffix(".")
    return line


def _concluded(told: SceneText) -> Iterator[Fact]:
    """For each finding the first passage that says what holds for the whole document. None where nobody concludes."""
    state = {presence.concept.label: presence.state for presence in told.scene.presence}
    passages: dict[str, list[Fact]] = defaultdict(list)
    for fact in told.facts["finding"]:
        if fact.concept is not None:
            passages[fact.concept.label].append(fact)
    for label, facts in passages.items():
        values = {fact.value for fact in facts}
        holds = values.pop() if len(values) == 1 else state.get(label)
        yield from [fact for fact in facts if fact.value == holds][:1]


def absences(told: SceneText) -> Iterator[Line]:
    """What the record lawfully declares absent: each finding, and a few of the organs."""
    facts = [fact for fact in told.facts["absent"] if fact.concept]
    found = {told.entry(f.concept).slug: f for f in facts if f.concept and told.entry(f.concept).facet == "finding"}
    organs = [f for f in facts if f not in found.values()]
    # What is a kind of another that is not there need not be said.
    lost = [fact for slug, fact in found.items() if not told.space.ancestors(slug) & found.keys()]
    if lost:
        yield (
            Line()
            .say("no ")
            .listed([Line().claim(f.concept.label, f) for f in lost if f.concept], last="or")
            .say(" is visible")
        )
    some = told.rng.sample(organs, min(MAX_ORGANS_ABSENT, len(organs)))
    if some:
        parts = [Line().claim(told.the(told.entry(f.concept)), f) for f in some if f.concept]
        yield Line().listed(parts).say(" is not shown" if len(parts) == 1 else " are not shown")


def intervals(told: SceneText) -> Line:
    """Heart rate and intervals of a signal: those that the whole trace has one of."""
    parts: list[Line] = []
    seen: dict[str, int] = defaultdict(int)
    for fact in told.facts["interval"]:
        seen[fact.concept.label if fact.concept else ""] += 1
    for fact in told.facts["interval"]:
        if fact.concept and seen[fact.concept.label] == 1:
            parts.append(Line().claim(f"the {fact.concept.label} is {stated(fact)}", fact))
    return Line().listed(parts)
