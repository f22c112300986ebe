"""The description of a whole scene: what it is, what it shows, the principal findings, what is not there."""

from collections import defaultdict
from collections.abc import Iterator

from schemas import Entry, Fact, Level
from transforms.facts.base import CONTAINERS, NEGATIONS, RESIDUAL
from transforms.facts.format import stated
from transforms.text import marks
from transforms.text.absent import absences
from transforms.text.grammar import article, definite, indefinite, mention, number, plural, verbs
from transforms.text.line import Line
from transforms.text.makers import by_maker, drawn_by
from transforms.text.measures import measures
from transforms.text.names import SceneText, sided, value
from transforms.text.stated import stated as reported

MAX_FINDINGS = 3
MAX_STATED = 12
MAX_SHOWN = 24
STATES: tuple[tuple[bool, Level | None, str], ...] = (
    (False, None, "present"), (True, None, "under way"), (False, "series", "present in the examination"),
    (False, "study", "present in the examination"), (False, "visit", "present in the examination"),
    (False, "eye", "present"), (False, "patient", "present in the patient"),
)  # fmt: skip
"""What is said of a finding that is not drawn: whether it goes on, what it was said of, and the words."""
PARTS = ("artery", "vein", "tooth", "rib", "cell")
"""Body parts that a picture shows many of: a radiograph "of the teeth"."""


def overview(told: SceneText) -> Line:
    """The sentences of the global description, in order."""
    line = Line().sentence(header(told))
    drawn = (*shown(told), *marks.structures(told), *marks.lines(told), *marks.angles(told), *findings(told))
    said = (
        stated_findings(told),
        *absences(told),
        intervals(told),
        *marks.spans(told),
        *reported(told),
        *measures(told, None),
    )
    for part in (*drawn, *said):
        line.sentence(part)
    return line


def header(told: SceneText) -> Line:
    """Modality, plane and body part: "an axial CT slice of the abdomen", "a fundus photograph of the eye"."""
    modality = told.facts["modality"][0] if told.facts["modality"] else None
    plane = told.facts["plane"][0] if told.facts["plane"] else None
    frame = told.scene.view.frame
    name = picture(told, modality)
    name = name.removesuffix(" image") if plane else name
    untold = "" if name or frame in ("text", "signal") else "medical image"
    noun = "slice" if plane else untold
    words = " ".join(part for part in (str(plane.value) if plane else "", name, noun) if part)
    if not words:
        return Line()
    line = Line().say(told.pick("", "this is ")).say(article(words).removesuffix(words))
    if plane:
        line.claim(str(plane.value), plane).say(" ")
    if modality and name:
        line.claim(name, modality)
    line.say(f" {noun}" if name and noun else noun)
    parts = [_part(told, fact) for fact in told.facts["body_part"] if fact.concept] if frame != "signal" else []
    return line.say(" of ").listed(parts) if parts else line


def picture(told: SceneText, modality: Fact | None) -> str:
    """What one picture of the modality is called: "CT image", "mammogram"."""
    if modality is None or modality.concept is None:
        return ""
    return told.entry(modality.concept).picture or f"{modality.value} image"


def _part(told: SceneText, fact: Fact) -> Line:
    assert fact.concept is not None
    entry = told.entry(fact.concept)
    kinds = {entry.slug, *told.space.ancestors(entry.slug)}
    if entry.plural is None or entry.mass or kinds.isdisjoint(PARTS):
        return Line().claim(definite(entry), fact)
    return Line().claim(entry.plural if "cell" in kinds else f"the {entry.plural}", fact)


def shown(told: SceneText) -> Iterator[Line]:
    """The anatomy: what is outlined, grouped where many are alike, then what the source says that the picture is of."""
    facts = [fact for fact in told.facts["present"] if fact.concept and told.entry(fact.concept).facet == "anatomy"]
    facts = [fact for fact in facts if not marks.marked(told, fact)]
    inner = [fact for fact in facts if fact.concept and told.entry(fact.concept).slug not in CONTAINERS]
    facts = inner or facts  # that a chest slice shows the body goes without saying
    drawn = [fact for fact in facts if any(told.regions[rid].slices is None for rid in fact.regions)]
    for by, own in by_maker(told, drawn):
        yield _outlined(told, own, by)
    named = [_present(told, fact)[0] for fact in facts if fact not in drawn]
    if named:
        yield Line().say(told.pick("it shows ", "the image shows ")).listed(named[:MAX_SHOWN])


def _outlined(told: SceneText, facts: list[Fact], by: str) -> Line:
    """ "outlined by a model are the liver and four left ribs"."""
    groups, rest = grouped(told, facts, counted=not by)
    rest.sort(key=lambda fact: -max((told.area(rid) for rid in fact.regions), default=0.0))
    parts = ([_present(told, fact) for fact in rest] + [(line, True) for line in groups])[:MAX_SHOWN]
    is_ = verbs(len(parts) > 1 or parts[0][1])["is"]
    listed = Line().listed([line for line, _ in parts])
    before = told.rng.random() < 0.5
    return Line().say(f"outlined{by} {is_} ").add(listed) if before else listed.say(f" {is_} outlined{by}")


def _present(told: SceneText, fact: Fact) -> tuple[Line, bool]:
    """How a list names what is there, and whether that is a plural: "two nuclei", "the liver", "a rib"."""
    assert fact.concept is not None
    entry = told.entry(fact.concept)
    count = next((f for f in told.facts["count"] if f.concept == fact.concept), None)
    if count is not None and int(count.value) > 1:
        return Line().claim(f"{number(int(count.value))} {plural(entry)}", count, fact), True
    several = len(fact.regions) > 1 or any(told.get("pieces", rid) for rid in fact.regions)
    if several and entry.plural and not entry.mass and entry.side is None:
        return Line().claim(entry.plural, fact), True
    return Line().claim(mention(entry), fact), entry.many


def grouped(told: SceneText, facts: list[Fact], *, counted: bool = True) -> tuple[list[Line], list[Fact]]:
    """ "four left ribs" for three or more of one kind and side, a region each, or "left ribs" where
    nobody counted them; and the facts left over."""
    kinds: dict[tuple[str, str], list[Fact]] = defaultdict(list)
    for fact in facts:
        assert fact.concept is not None
        entry = told.entry(fact.concept)
        if entry.plural is not None and entry.side is None:
            continue  # a class of things, however many
        for slug in sorted(told.space.ancestors(entry.slug)):
            above = told.space.get(slug)
            named = above.concept.label in entry.concept.label  # a rib is a kind of rib, and of the chest a part
            if above.plural and named and not above.side and slug not in CONTAINERS | _shown_slugs(told):
                kinds[slug, entry.side or ""].append(fact)
    lines, taken = [], set()
    for (slug, side), members in sorted(kinds.items(), key=lambda item: (-len(item[1]), item[0])):
        free = [fact for fact in members if fact.id not in taken]
        one_each = all(len(fact.regions) == 1 for fact in free)
        if len(free) < 3 or len(free) < len(members) or not one_each or not _complete(told, slug, side, free):
            continue
        taken |= {fact.id for fact in free}
        many = number(len(free)) if counted else ""
        words = " ".join(filter(None, (many, side, told.space.get(slug).plural)))
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
    """A sentence for each of the principal findings that are drawn: how many, where, how large, how dense. Those that
    are stated alone follow in one."""
    facts = [fact for fact in told.facts["present"] if fact.concept and told.entry(fact.concept).facet == "finding"]
    facts = [fact for fact in facts if fact.concept and told.entry(fact.concept).slug not in RESIDUAL]
    drawn = sorted(
        (fact for fact in facts if fact.regions),
        key=lambda fact: -max((told.area(r) for r in fact.regions), default=0.0),
    )
    for fact in drawn[:MAX_FINDINGS]:
        assert fact.concept is not None
        entry = told.entry(fact.concept)
        yield marks.finding(told, fact, entry) if marks.marked(told, fact) else _finding(told, fact, entry)
    slugs = {told.entry(fact.concept).slug for fact in facts if fact.concept}
    implied = {above for slug in slugs for above in told.space.ancestors(slug)}
    implied |= set(NEGATIONS.values()) if len(slugs) > 1 else set()
    stated_only = [fact for fact in facts if not fact.regions and fact.concept]
    entries = [(told.entry(fact.concept), fact) for fact in stated_only if fact.concept]
    for acts, level, say in STATES:
        parts = [pair for pair in entries if told.under_way(pair[0]) is acts and pair[1].level == level]
        parts = [pair for pair in parts if pair[0].slug not in implied]
        if parts:
            is_ = verbs(len(parts) > 1 or parts[0][0].many)["is"]
            listed = [Line().claim(indefinite(entry), fact) for entry, fact in parts[:MAX_STATED]]
            yield Line().listed(listed).say(f" {is_} {say}")


def _finding(told: SceneText, fact: Fact, entry: Entry) -> Line:
    line = Line()
    count = next((f for f in told.facts["count"] if f.concept == fact.concept and int(f.value) > 1), None)
    if len(fact.regions) == 1 and (pieces := told.get("pieces", fact.regions[0])):
        is_ = verbs(entry.many or not entry.mass)["is"]
        return line.claim(f"{plural(entry)} {is_} outlined", fact).say(" in ").claim(stated(pieces), pieces)
    top = next((rid for rid in fact.regions if told.alone(rid) or told.largest(rid)), None)
    if len(fact.regions) > 1:
        if entry.mass and not entry.many:
            return line.claim(entry.concept.label, fact).say(" is outlined")
        words = f"{number(int(count.value))} {plural(entry)}" if count else plural(entry)
        line.say("there are ").claim(words, *((count, fact) if count else (fact,)))
        if top is None:
            return line
        line.say("; ").claim(f"the largest {entry.concept.label}", fact)
    else:
        line.claim(indefinite(entry), fact).say(drawn_by(told, fact))
        if top is None:
            return line.say(f" {verbs(entry.many)['is']} present")
    return _details(told, top, line)


def _details(told: SceneText, rid: str, line: Line) -> Line:
    """ " lies inside the liver, in the middle right part of the image; its long axis is 22 mm ..." """
    inside = next((f for f in told.facts["inside"] if f.regions[0] == rid and told.name(f.regions[1])), None)
    zone, side, v = told.get("zone", rid), told.get("side", rid), told.verbs(rid)
    if inside:
        within = told.pick("{lies} inside", "{lies} within", "{is} located in").format_map(v)
        line.say(" ").claim(f"{within} {told.name(inside.regions[1])}", inside)
    if zone:
        line.say("," if inside else f" {v['lies']}").say(" ").claim(told.place(zone), zone)
    if side:
        line.say("," if inside or zone else f" {v['lies']}").say(" ").claim(sided(side), side)
    if not inside and not zone and not side:
        line.say(f" {v['is']} present")
    measures = {"long axis": "long_axis", "mean attenuation": "mean_intensity"}
    parts = [value(f"{v['its']} {word} is ", fact) for word, name in measures.items() if (fact := told.get(name, rid))]
    return line.say("; ").listed(parts) if parts else line


def stated_findings(told: SceneText) -> Line:
    """What a document says of each finding, once each; where its passages differ, what the source concludes of them."""
    parts = []
    for fact in _concluded(told):
        assert fact.concept is not None
        entry = told.entry(fact.concept)
        parts.append(Line().claim(said_of(entry, str(fact.value)), fact))
    line = Line()
    for n, part in enumerate(parts):
        line.sentence(part) if n else line.add(Line(part.text[0].upper() + part.text[1:] + ".", part.marks))
    line.text = line.text.removesuffix(".")
    return line


def said_of(entry: Entry, state: str) -> str:
    """What a passage of a report says of a finding: "a nodule is present", "there are no gallstones"."""
    is_ = verbs(entry.many)["is"]
    if state == "absent":
        return f"there {is_} no {entry.concept.label}"
    return f"{indefinite(entry)} {is_} {state}"


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
