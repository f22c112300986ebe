"""The description of a report: what it is of, what it says is there, which devices, what it denies, what it leaves
open."""

from collections import defaultdict
from collections.abc import Iterator, Sequence

from schemas import Entry, Fact
from transforms.facts.document import PREDICATES
from transforms.text.grammar import article, indefinite, verbs
from transforms.text.line import Line
from transforms.text.listing import part as body_part
from transforms.text.listing import picture
from transforms.text.names import SceneText
from transforms.text.rules import Slots

DEVICES = frozenset(("support_device", "instrument"))
AT_ONCE = 4
"""More findings than these are told in two sentences."""
FEW = 1
"""Of a report with no more findings than this it is told how long it is."""
NEITHER = 0.4
"""How often of two things it is said that there is neither."""
STATES = ("present", "absent", "uncertain")


def overall(told: SceneText) -> Line:
    facts = list(concluded(told))
    by_state = {state: [fact for fact in facts if fact.value == state] for state in STATES}
    present, devices = _parted(told, by_state["present"])
    absent = by_state["absent"]
    if present or devices:
        parts = _lists(told, present or devices, "document.open", "document.also")
        parts += _lists(told, devices if present else [], "document.devices") + _absent(told, absent)
    elif absent:
        parts = _lists(told, absent, "document.open_absent")
    else:
        parts = [told.teller.say("document.header", _document(told, Slots()))]
    parts += [_length(told)] if len(facts) <= FEW else []
    line = Line()
    for part in (*parts, *_lists(told, by_state["uncertain"], "document.uncertain")):
        line.sentence(part)
    return line


def _length(told: SceneText) -> Line:
    """How long it is, which tells reports apart that say little."""
    slots = Slots()
    for predicate in PREDICATES:
        for fact in told.facts[predicate]:
            slots.put(predicate, f"{fact.value} {predicate}", fact)
    return told.teller.say("document.length", slots)


def _document(told: SceneText, slots: Slots) -> Slots:
    """The slots with what the document is, and what it is of."""
    modality = told.facts["modality"][0] if told.facts["modality"] else None
    named = picture(told, modality).removesuffix(" image")
    bodies = [fact for fact in told.facts["body_part"] if fact.concept]
    if modality and named:
        slots.put("picture", named, modality)
        slots.words["a_picture"] = Line().say(article(named).removesuffix(named)).claim(named, modality)
    slots.put("doc", "report", modality) if modality and named.endswith("report") else slots.put("doc", "text")
    if bodies:
        slots.words["part"] = Line().listed([body_part(told, fact) for fact in bodies])
    if len(bodies) == 1 and bodies[0].concept:
        name = told.entry(bodies[0].concept).concept.label
        slots.put("chest", name, bodies[0])
        slots.words["a_chest"] = Line().say(article(name).removesuffix(name)).claim(name, bodies[0])
    return slots


def concluded(told: SceneText) -> Iterator[Fact]:
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


def _parted(told: SceneText, facts: Sequence[Fact]) -> tuple[list[Fact], list[Fact]]:
    """Findings without those that say no more than another, and devices."""
    slugs = {told.entry(fact.concept).slug for fact in facts if fact.concept}
    above = {slug for own in slugs for slug in told.space.ancestors(own)}
    plain = [fact for fact in facts if fact.concept and told.entry(fact.concept).slug not in above]
    device = [fact for fact in plain if _device(told, fact)]
    return [fact for fact in plain if fact not in device], device


def _device(told: SceneText, fact: Fact) -> bool:
    assert fact.concept is not None
    slug = told.entry(fact.concept).slug
    return slug in DEVICES or bool(told.space.ancestors(slug) & DEVICES)


def _lists(told: SceneText, facts: Sequence[Fact], *rules: str) -> list[Line]:
    """The facts by the first rule; where they are many and there is a second rule, the rest of them by that."""
    facts = list(facts)
    told.rng.shuffle(facts)
    cut = (len(facts) + 1) // 2 if len(facts) > AT_ONCE and len(rules) > 1 else len(facts)
    parts = zip(rules, (facts[:cut], facts[cut:]), strict=False)
    said = [(rule, listed(told, some)) for rule, some in parts if some]
    return [told.teller.say(_open(told, rule, slots), slots) for rule, slots in said]


def _open(told: SceneText, rule: str, slots: Slots) -> str:
    """The rule, or another where the document has no one part that it is of."""
    return rule if told.teller.can(rule, slots) else {"document.open": "document.also"}.get(rule, "document.absent")


def _absent(told: SceneText, facts: Sequence[Fact]) -> list[Line]:
    if len(facts) == 2 and told.rng.random() < NEITHER:
        return _lists(told, facts, "document.absent_two")
    return _lists(told, facts, "document.absent")


def listed(told: SceneText, facts: Sequence[Fact]) -> Slots:
    """The slots of a list of findings: with articles, by "or", and as bare names."""
    pairs = [(told.entry(fact.concept), fact) for fact in facts if fact.concept]
    slots = Slots(many=len(pairs) > 1 or pairs[0][0].many, others=pairs[-1][0].many)
    names = [_name(entry, fact) for entry, fact in pairs]
    whole = [Line().claim(indefinite(entry), fact) for entry, fact in pairs]
    slots.words["list"], slots.words["list_nor"] = Line().listed(whole), Line().listed(whole, last="nor")
    slots.words["list_or"] = Line().listed(names, last="or")
    slots.words["names_and"] = Line().listed(names)
    slots.words["names"] = _commas(names)
    return _document(told, slots.put("it", "they" if slots.many else "it"))


def _name(entry: Entry, fact: Fact) -> Line:
    return Line().claim(entry.concept.label, fact)


def _commas(parts: Sequence[Line]) -> Line:
    line = Line()
    for n, part in enumerate(parts):
        line.say(", " if n else "").add(part)
    return line


def said_of(entry: Entry, state: str) -> str:
    """What a passage of a report says of a finding: "a nodule is present", "there are no gallstones"."""
    is_ = verbs(entry.many)["is"]
    if state == "absent":
        return f"there {is_} no {entry.concept.label}"
    return f"{indefinite(entry)} {is_} {state}"
