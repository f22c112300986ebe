"""Questions and answers in Spanish: one function a family, each telling from the English dialogue which form it has."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from schemas import Concept, Dialogue, Fact, TranslatedDialogue, Turn
from transforms.facts.format import quantity, stated
from transforms.facts.wording import TEMPLATES, asked
from transforms.languages.spanish import (
    Agreeing,
    Noun,
    UntellableError,
    ends,
    finish,
    in_unit,
    joined,
    side,
    value,
    word,
    words,
    zone,
    zone_words,
)
from transforms.languages.speaker import Speaker
from transforms.text.line import Line

YES_NO = {"yes": "sí", "no": "no"}
IMAGES = {"volume": "esta exploración", "clip": "esta secuencia", "signal": "este registro"}


@dataclass(frozen=True)
class Said:
    """A question, the sentences of its answer, the short answer, and what was offered."""

    question: Line
    answer: Line
    short: str
    choices: tuple[str, ...] | None = None


def told(speaker: Speaker, dialogue: Dialogue) -> TranslatedDialogue:
    """The dialogue in Spanish. Raises UntellableError."""
    if dialogue.published:
        raise UntellableError("the source's own words are not translated")
    family = FAMILIES.get(dialogue.task)
    if family is None or len(dialogue.turns) != 2:
        raise UntellableError(f"no Spanish wording of the family {dialogue.task}")
    speaker.limit({claim.fact for turn in dialogue.turns for claim in turn.claims})
    said = family(speaker, dialogue)
    question = in_unit(finish(said.question).text, dialogue) + "".join(f"\n- {choice}" for choice in said.choices or ())
    turns = (
        Turn(role="user", text=question), Turn(role="assistant", text=said.answer.text, claims=said.answer.claims)
    )  # fmt: skip
    return TranslatedDialogue(id=dialogue.id, turns=turns, answer=said.short, choices=said.choices)


def _slots(speaker: Speaker) -> Agreeing:
    kind = speaker.scene.view.frame.partition(":")[0]
    return Agreeing().put("image", IMAGES.get(kind, "esta imagen"))  # type: ignore[return-value]


def _of(speaker: Speaker, rid: str) -> Agreeing:
    """Slots of a region that its name singles out."""
    if not speaker.single(rid):
        raise UntellableError(f"no Spanish words single out {rid}")
    return _slots(speaker).thing(speaker.region(rid))


def _claimed(speaker: Speaker, dialogue: Dialogue, *predicates: str) -> list[Fact]:
    """The facts that the English answer claims, of these predicates."""
    names = dict.fromkeys(claim.fact for claim in dialogue.turns[-1].claims)
    facts = [speaker.facts[name] for name in names]
    found = [fact for fact in facts if fact.predicate in predicates]
    if not found:
        raise UntellableError(f"no Spanish wording of {dialogue.task} about {', '.join(f.predicate for f in facts)}")
    return found


def _must(dialogue: Dialogue, *answers: str) -> None:
    """The short answer is one that this form of the family gives: else it is another form, which is not told."""
    if dialogue.answer not in answers:
        raise UntellableError(f"no Spanish wording of another form of {dialogue.task}")


def _name(speaker: Speaker, label: str) -> str:
    return speaker.noun(speaker.space.labelled(label).concept).bare


def _names(speaker: Speaker, dialogue: Dialogue) -> tuple[str, ...] | None:
    return None if dialogue.choices is None else tuple(_name(speaker, choice) for choice in dialogue.choices)


def _modality(speaker: Speaker, dialogue: Dialogue) -> Said:
    (fact,) = _claimed(speaker, dialogue, "modality")
    _must(dialogue, str(fact.value))
    noun = speaker.noun(fact.concept, fact)
    slots = _slots(speaker)
    slots.words["kind"] = noun.line()
    asked = "ask.modality.signal" if speaker.scene.view.frame == "signal" else "ask.modality"
    answer = finish(speaker.say("say.modality", slots))
    return Said(speaker.say(asked, slots), answer, noun.bare, _names(speaker, dialogue))


def _plane(speaker: Speaker, dialogue: Dialogue) -> Said:
    (fact,) = _claimed(speaker, dialogue, "plane")
    _must(dialogue, str(fact.value))
    slots = _slots(speaker).put("plane", word("planes", str(fact.value)), fact)
    choices = None if dialogue.choices is None else tuple(word("planes", choice) for choice in dialogue.choices)
    answer = finish(speaker.say("say.plane", slots))  # type: ignore[arg-type]
    return Said(speaker.say("ask.plane", _slots(speaker)), answer, word("planes", str(fact.value)), choices)


def _anatomy(speaker: Speaker, dialogue: Dialogue) -> Said:
    facts = _claimed(speaker, dialogue, "body_part")
    _must(dialogue, ", ".join(str(fact.value) for fact in facts))
    parts = [speaker.noun(fact.concept, fact) for fact in facts]
    slots = _slots(speaker)
    slots.words["list"] = joined([noun.the() for noun in parts])
    short = ", ".join(noun.bare for noun in parts)
    return Said(speaker.say("ask.anatomy", slots), finish(speaker.say("say.anatomy", slots)), short)


def _presence(speaker: Speaker, dialogue: Dialogue) -> Said:
    (fact,) = _claimed(speaker, dialogue, "present", "absent")
    entry = speaker.entry(fact.concept)
    if speaker.told.under_way(entry) or fact.level is not None:
        raise UntellableError("no Spanish wording of what is under way, or said of more than the picture")
    _must(dialogue, "yes" if fact.predicate == "present" else "no", entry.concept.label)
    plural = entry.plural is not None and not entry.many and f"{entry.plural} are" in dialogue.turns[-1].text
    noun, words_ = speaker.mention(fact, plural=plural)
    slots = _slots(speaker)
    slots.many, slots.gender = noun.many, noun.name.gender
    slots.words["any"] = words_
    if dialogue.choices is not None:
        answer = finish(speaker.say("say.present.which", slots))
        return Said(speaker.say("ask.presence.which", slots), answer, noun.bare, _names(speaker, dialogue))
    one = entry.facet == "anatomy" and (entry.plural is None or entry.side is not None or entry.mass)
    slots.words["none"] = noun.the() if one else noun.no(entry.mass)
    rule = "say.present" if fact.predicate == "present" else "say.absent"
    return Said(speaker.say("ask.presence", slots), finish(speaker.say(rule, slots)), YES_NO[dialogue.answer])


def _location(speaker: Speaker, dialogue: Dialogue) -> Said:
    (fact,) = _claimed(speaker, dialogue, "zone", "side")
    _must(dialogue, str(fact.value))
    slots = _of(speaker, fact.regions[0])
    if fact.predicate == "side":
        either = fact.value != "midline" and " or right" in dialogue.turns[0].text
        question = speaker.say("ask.side.either" if either else "ask.side", slots)
        short = words()["midline"] if fact.value == "midline" else word("sides", str(fact.value))
        return Said(question, finish(speaker.say("say.side", slots.put("side", side(fact), fact))), short)  # type: ignore[arg-type]
    plane = speaker.scene.view.plane
    question = finish(speaker.say("ask.location.image" if len(fact.regions) == 1 else "ask.location.body", slots))
    if plane != "sagittal":
        aside = "aside.patient" if plane in ("axial", "coronal") else "aside.image"
        question.say(" ").add(finish(speaker.say(aside, slots)))
    answer = finish(speaker.say("say.zone", slots.put("zone", zone(fact, plane), fact)))  # type: ignore[arg-type]
    choices = None if dialogue.choices is None else tuple(zone_words(choice) for choice in dialogue.choices)
    return Said(question, answer, zone_words(str(fact.value)), choices)


def _size(speaker: Speaker, dialogue: Dialogue) -> Said:
    (fact,) = _claimed(speaker, dialogue, "long_axis", "short_axis", "area", "volume", "diameter")
    _must(dialogue, stated(fact))
    slots = _of(speaker, fact.regions[0]).put("value", value(fact), fact)
    question = speaker.say(f"ask.size.{fact.predicate}", slots)  # type: ignore[arg-type]
    answer = finish(speaker.say(f"say.size.{fact.predicate}", slots))  # type: ignore[arg-type]
    return Said(question, answer, value(fact), dialogue.choices)


def _counting(speaker: Speaker, dialogue: Dialogue) -> Said:
    (fact,) = _claimed(speaker, dialogue, "count", "pieces")
    _must(dialogue, str(int(fact.value)))
    if fact.predicate == "pieces":
        slots = _of(speaker, fact.regions[0])
        slots.put("value", value(fact), fact)
        return Said(speaker.say("ask.pieces", slots), finish(speaker.say("say.pieces", slots)), dialogue.answer)
    slots, _ = _many(speaker, fact.concept or speaker.told.regions[fact.regions[0]].concept, fact)
    marked = ".marked" if " marked" in dialogue.turns[-1].text else ""
    question, answer = speaker.say(f"ask.count{marked}", slots), finish(speaker.say(f"say.count{marked}", slots))
    return Said(question, answer, dialogue.answer, dialogue.choices)


def _many(speaker: Speaker, concept: Concept, count: Fact) -> tuple[Agreeing, Noun]:
    """Slots of so many things of a kind; the other thing is their kind, a plural also where there is one."""
    noun = speaker.noun(concept, plural=int(count.value) != 1)
    slots = _slots(speaker)
    slots.many, slots.gender = noun.many, noun.name.gender
    slots.others, slots.other = True, noun.name.gender
    slots.words["plural"] = speaker.noun(concept, plural=True).line()
    slots.words["counted"] = Line().claim(str(count.value), count).say(" ").add(noun.line())
    return slots, noun


def _comparison(speaker: Speaker, dialogue: Dialogue) -> Said:
    if dialogue.answer.startswith("["):
        return _largest(speaker, dialogue)
    (fact,) = _claimed(speaker, dialogue, "larger")
    a, b = fact.regions
    slots = _of(speaker, a).second(_of_noun(speaker, b))
    slots.facts["larger"] = (fact,)
    if dialogue.choices is None and dialogue.answer not in YES_NO:
        _must(dialogue, quantity(fact.value, None, fact.tolerance))
        slots.put("times", dialogue.answer)
        return Said(speaker.say("ask.ratio", slots), finish(speaker.say("say.ratio", slots)), dialogue.answer)
    answer = finish(speaker.say("say.larger", slots)).say(" ").add(_areas(speaker, dialogue, slots, fact))
    if dialogue.choices is None:
        turned = _of(speaker, b).second(_of_noun(speaker, a))
        question = speaker.say("ask.larger.whether", slots if dialogue.answer == "yes" else turned)
        word = YES_NO[dialogue.answer]
        return Said(question, Line().say(f"{word.capitalize()}. ").add(answer), word)
    first = dialogue.choices.index(dialogue.answer) == 0
    names = [slots.words["the"], slots.words["b"]]
    slots.words["first"], slots.words["second"] = names if first else names[::-1]
    offered = tuple(slots.words[name].text for name in ("first", "second"))
    return Said(speaker.say("ask.larger.which", slots), answer, names[0].text, offered)


def _of_noun(speaker: Speaker, rid: str) -> Noun:
    if not speaker.single(rid):
        raise UntellableError(f"no Spanish words single out {rid}")
    return speaker.region(rid)


def _areas(speaker: Speaker, dialogue: Dialogue, slots: Agreeing, fact: Fact) -> Line:
    areas = {area.regions[0]: area for area in _claimed(speaker, dialogue, "area")}
    for name, rid in (("area", fact.regions[0]), ("area_b", fact.regions[1])):
        if rid not in areas:
            raise UntellableError(f"no area of {rid} is claimed")
        slots.put(name, value(areas[rid]), areas[rid])
    return finish(speaker.say("say.areas", slots))


def _largest(speaker: Speaker, dialogue: Dialogue) -> Said:
    """The box of the largest of many."""
    count = next((f for f in speaker.scene.facts if f.predicate == "count" and f.regions == dialogue.regions[1:]), None)
    if count is None or "largest box" in dialogue.turns[-1].text:
        raise UntellableError("no Spanish wording of the largest of several boxes")
    slots, _ = _many(speaker, speaker.told.regions[dialogue.regions[0]].concept, count)
    slots.words["counted"] = Line().say(slots.words["counted"].text)
    best = speaker.region(dialogue.regions[0])
    slots.words["of_the"] = best.the("de")
    answer = _of(speaker, dialogue.regions[0]).put("box", dialogue.answer)
    said = finish(speaker.say("say.box", answer))  # type: ignore[arg-type]
    return Said(speaker.say("ask.largest", slots), said, dialogue.answer)


def _grounding(speaker: Speaker, dialogue: Dialogue) -> Said:
    if len(dialogue.regions) != 1 or speaker.told.regions[dialogue.regions[0]].box is None:
        raise UntellableError("no Spanish wording of points and lines")
    rid = dialogue.regions[0]
    slots = _of(speaker, rid)
    if dialogue.answer.startswith("["):
        slots.put("box", dialogue.answer)
        _must(dialogue, _box(speaker, rid))
        return Said(speaker.say("ask.box", slots), finish(speaker.say("say.box", slots)), dialogue.answer)
    _must(dialogue, speaker.told.regions[rid].concept.label)
    slots.put("box", _box(speaker, rid))
    marked = " marked " in dialogue.turns[0].text or "drawn" in dialogue.turns[0].text
    question = speaker.say("ask.what.marked" if marked else "ask.what", slots)
    return Said(question, finish(speaker.say("say.what", slots)), speaker.region(rid).bare, _names(speaker, dialogue))


def _box(speaker: Speaker, rid: str) -> str:
    """ "[x0, y0, x1, y1]", as English has it."""
    box = speaker.told.regions[rid].box
    if box is None:
        raise UntellableError(f"{rid} has no box")
    return str(list(box.xyxy))


def _verification(speaker: Speaker, dialogue: Dialogue) -> Said:
    text = dialogue.turns[0].text
    _must(dialogue, *YES_NO)
    box = text[text.index("[") : text.index("]") + 1]
    answer = _of(speaker, dialogue.regions[0]).put("word", YES_NO[dialogue.answer])
    answer.put("box", _box(speaker, dialogue.regions[0]))
    question = _of(speaker, dialogue.regions[0]).put("box", box)
    said = finish(speaker.say("say.verify", answer))  # type: ignore[arg-type]
    return Said(speaker.say("ask.verify", question), said, YES_NO[dialogue.answer])  # type: ignore[arg-type]


def _quantity(speaker: Speaker, dialogue: Dialogue) -> Said:
    (fact,) = _claimed(speaker, dialogue, *(name for name in TEMPLATES if asked(name)))
    _must(dialogue, stated(fact))
    slots = _of(speaker, fact.regions[0]) if fact.regions else _slots(speaker)
    if len(fact.regions) > 1:
        slots.second(_of_noun(speaker, fact.regions[-1]))
    said = speaker.say(f"measure.{fact.predicate}", slots.value("value", value(fact), fact))
    what, _, _ = said.text.rpartition(" es de ")
    question = speaker.say("ask.quantity", _slots(speaker).value("what", what)).say(ends(fact))
    return Said(question, finish(said), value(fact))


FAMILIES: Mapping[str, Callable[[Speaker, Dialogue], Said]] = {
    "modality": _modality, "plane": _plane, "anatomy": _anatomy, "presence": _presence, "location": _location,
    "size": _size, "counting": _counting, "comparison": _comparison, "grounding": _grounding,
    "verification": _verification, "quantity": _quantity,
}  # fmt: skip
