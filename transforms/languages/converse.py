"""Questions and answers in Spanish: one function a family, each telling from the English dialogue which form it has."""

import re
from collections.abc import Callable, Mapping

from schemas import Concept, Dialogue, Fact, TranslatedDialogue, Turn
from transforms.facts.format import quantity, stated
from transforms.facts.wording import TEMPLATES, asked
from transforms.languages import further
from transforms.languages.asking import Said, box_of, claimed, must, names_of, single, single_noun, slots_of
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
        Turn(role="user", text=question, crop=dialogue.turns[0].crop),
        Turn(role="assistant", text=said.answer.text, claims=said.answer.claims)
    )  # fmt: skip
    return TranslatedDialogue(id=dialogue.id, turns=turns, answer=said.short, choices=said.choices)


def _modality(speaker: Speaker, dialogue: Dialogue) -> Said:
    (fact,) = claimed(speaker, dialogue, "modality")
    must(dialogue, str(fact.value))
    noun = speaker.noun(fact.concept, fact)
    slots = slots_of(speaker)
    slots.words["kind"] = noun.line()
    asked = "ask.modality.signal" if speaker.scene.view.frame == "signal" else "ask.modality"
    answer = finish(speaker.say("say.modality", slots))
    return Said(speaker.say(asked, slots), answer, noun.bare, names_of(speaker, dialogue))


def _plane(speaker: Speaker, dialogue: Dialogue) -> Said:
    (fact,) = claimed(speaker, dialogue, "plane")
    must(dialogue, str(fact.value))
    slots = slots_of(speaker).put("plane", word("planes", str(fact.value)), fact)
    choices = None if dialogue.choices is None else tuple(word("planes", choice) for choice in dialogue.choices)
    answer = finish(speaker.say("say.plane", slots))  # type: ignore[arg-type]
    return Said(speaker.say("ask.plane", slots_of(speaker)), answer, word("planes", str(fact.value)), choices)


def _anatomy(speaker: Speaker, dialogue: Dialogue) -> Said:
    facts = claimed(speaker, dialogue, "body_part")
    must(dialogue, ", ".join(str(fact.value) for fact in facts))
    parts = [speaker.noun(fact.concept, fact) for fact in facts]
    slots = slots_of(speaker)
    slots.words["list"] = joined([noun.the() for noun in parts])
    short = ", ".join(noun.bare for noun in parts)
    return Said(speaker.say("ask.anatomy", slots), finish(speaker.say("say.anatomy", slots)), short)


def _presence(speaker: Speaker, dialogue: Dialogue) -> Said:
    (fact,) = claimed(speaker, dialogue, "present", "absent")
    entry = speaker.entry(fact.concept)
    if speaker.told.under_way(entry) or fact.level is not None:
        raise UntellableError("no Spanish wording of what is under way, or said of more than the picture")
    must(dialogue, "yes" if fact.predicate == "present" else "no", entry.concept.label)
    noun, words_ = speaker.mention(fact)
    slots = slots_of(speaker)
    slots.many, slots.gender = noun.many, noun.name.gender
    slots.words["any"] = words_
    if dialogue.choices is not None:
        answer = finish(speaker.say("say.present.which", slots))
        return Said(speaker.say("ask.presence.which", slots), answer, noun.bare, names_of(speaker, dialogue))
    one = entry.facet == "anatomy" and (entry.plural is None or entry.side is not None or entry.mass)
    slots.words["none"] = noun.the() if one else noun.no(entry.mass)
    rule = "say.present" if fact.predicate == "present" else "say.absent"
    return Said(speaker.say("ask.presence", slots), finish(speaker.say(rule, slots)), YES_NO[dialogue.answer])


def _location(speaker: Speaker, dialogue: Dialogue) -> Said:
    (fact,) = claimed(speaker, dialogue, "zone", "side")
    must(dialogue, str(fact.value))
    slots = single(speaker, fact.regions[0])
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
    (fact,) = claimed(speaker, dialogue, "long_axis", "short_axis", "area", "volume", "diameter")
    must(dialogue, stated(fact))
    slots = single(speaker, fact.regions[0]).put("value", value(fact), fact)
    question = speaker.say(f"ask.size.{fact.predicate}", slots)  # type: ignore[arg-type]
    answer = finish(speaker.say(f"say.size.{fact.predicate}", slots))  # type: ignore[arg-type]
    return Said(question, answer, value(fact), dialogue.choices)


def _counting(speaker: Speaker, dialogue: Dialogue) -> Said:
    (fact,) = claimed(speaker, dialogue, "count", "pieces")
    must(dialogue, str(int(fact.value)))
    if fact.predicate == "pieces":
        slots = single(speaker, fact.regions[0])
        slots.put("value", value(fact), fact)
        return Said(speaker.say("ask.pieces", slots), finish(speaker.say("say.pieces", slots)), dialogue.answer)
    if " inside " in dialogue.turns[-1].text:
        raise UntellableError("no Spanish wording of how many lie inside one structure")
    slots, _ = _many(speaker, fact.concept or speaker.told.regions[fact.regions[0]].concept, fact)
    marked = ".marked" if " marked" in dialogue.turns[-1].text else ""
    question, answer = speaker.say(f"ask.count{marked}", slots), finish(speaker.say(f"say.count{marked}", slots))
    return Said(question, answer, dialogue.answer, dialogue.choices)


def _many(speaker: Speaker, concept: Concept, count: Fact) -> tuple[Agreeing, Noun]:
    """Slots of so many things of a kind; the other thing is their kind, a plural also where there is one."""
    noun = speaker.noun(concept, plural=int(count.value) != 1)
    slots = slots_of(speaker)
    slots.many, slots.gender = noun.many, noun.name.gender
    slots.others, slots.other = True, noun.name.gender
    slots.words["plural"] = speaker.noun(concept, plural=True).line()
    slots.words["counted"] = Line().claim(str(count.value), count).say(" ").add(noun.line())
    return slots, noun


def _comparison(speaker: Speaker, dialogue: Dialogue) -> Said:
    if dialogue.answer.startswith("["):
        return _largest(speaker, dialogue)
    (fact,) = claimed(speaker, dialogue, "larger")
    a, b = fact.regions
    slots = single(speaker, a).second(single_noun(speaker, b))
    slots.facts["larger"] = (fact,)
    if dialogue.choices is None and dialogue.answer not in YES_NO:
        must(dialogue, quantity(fact.value, None, fact.tolerance))
        slots.put("times", dialogue.answer)
        return Said(speaker.say("ask.ratio", slots), finish(speaker.say("say.ratio", slots)), dialogue.answer)
    answer = finish(speaker.say("say.larger", slots)).say(" ").add(_areas(speaker, dialogue, slots, fact))
    if dialogue.choices is None:
        turned = single(speaker, b).second(single_noun(speaker, a))
        question = speaker.say("ask.larger.whether", slots if dialogue.answer == "yes" else turned)
        word = YES_NO[dialogue.answer]
        return Said(question, Line().say(f"{word.capitalize()}. ").add(answer), word)
    first = dialogue.choices.index(dialogue.answer) == 0
    names = [slots.words["the"], slots.words["b"]]
    slots.words["first"], slots.words["second"] = names if first else names[::-1]
    offered = tuple(slots.words[name].text for name in ("first", "second"))
    return Said(speaker.say("ask.larger.which", slots), answer, names[0].text, offered)


def _areas(speaker: Speaker, dialogue: Dialogue, slots: Agreeing, fact: Fact) -> Line:
    areas = {area.regions[0]: area for area in claimed(speaker, dialogue, "area")}
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
    answer = single(speaker, dialogue.regions[0]).put("box", dialogue.answer)
    said = finish(speaker.say("say.box", answer))  # type: ignore[arg-type]
    return Said(speaker.say("ask.largest", slots), said, dialogue.answer)


def _grounding(speaker: Speaker, dialogue: Dialogue) -> Said:
    if len(dialogue.regions) != 1 or speaker.told.regions[dialogue.regions[0]].box is None:
        raise UntellableError("no Spanish wording of points and lines")
    rid = dialogue.regions[0]
    slots = single(speaker, rid)
    if dialogue.answer.startswith("["):
        slots.put("box", dialogue.answer)
        must(dialogue, box_of(speaker, rid))
        return Said(speaker.say("ask.box", slots), finish(speaker.say("say.box", slots)), dialogue.answer)
    must(dialogue, speaker.told.regions[rid].concept.label)
    slots.put("box", box_of(speaker, rid))
    marked = " marked " in dialogue.turns[0].text or "drawn" in dialogue.turns[0].text
    question = speaker.say("ask.what.marked" if marked else "ask.what", slots)
    return Said(question, finish(speaker.say("say.what", slots)), speaker.region(rid).bare, names_of(speaker, dialogue))


def _verification(speaker: Speaker, dialogue: Dialogue) -> Said:
    must(dialogue, *YES_NO)
    box = "".join(re.findall(r"\[.*?\]", dialogue.turns[0].text))
    if not box:
        return _sized(speaker, dialogue)
    answer = single(speaker, dialogue.regions[0]).put("word", YES_NO[dialogue.answer])
    answer.put("box", box_of(speaker, dialogue.regions[0]))
    question = single(speaker, dialogue.regions[0]).put("box", box)
    said = finish(speaker.say("say.verify", answer))  # type: ignore[arg-type]
    return Said(speaker.say("ask.verify", question), said, YES_NO[dialogue.answer])  # type: ignore[arg-type]


def _sized(speaker: Speaker, dialogue: Dialogue) -> Said:
    """Whether something is so large."""
    (fact,) = claimed(speaker, dialogue, "long_axis", "short_axis", "area", "volume")
    offered = re.findall(r"about (.+?)(?: in this image)?\?", dialogue.turns[0].text)
    asked_of, own = (single(speaker, fact.regions[0]) for _ in range(2))
    asked_of.put("value", offered[0])
    own.put("value", value(fact), fact)
    question = speaker.say(f"ask.verify.{fact.predicate}", asked_of)
    word = YES_NO[dialogue.answer]
    answer = Line().say(f"{word.capitalize()}, ").add(speaker.say(f"say.size.{fact.predicate}", own)).say(".")
    return Said(question, answer, word)


def _quantity(speaker: Speaker, dialogue: Dialogue) -> Said:
    (fact,) = claimed(speaker, dialogue, *(name for name in TEMPLATES if asked(name)))
    must(dialogue, stated(fact))
    slots = single(speaker, fact.regions[0]) if fact.regions else slots_of(speaker)
    if len(fact.regions) > 1:
        slots.second(single_noun(speaker, fact.regions[1]))
    said = speaker.say(f"measure.{fact.predicate}", slots.value("value", value(fact), fact))
    what, _, _ = said.text.rpartition(" es ")
    question = speaker.say("ask.quantity", slots_of(speaker).value("what", what.rstrip(","))).say(ends(fact))
    return Said(question, finish(said), value(fact))


FAMILIES: Mapping[str, Callable[[Speaker, Dialogue], Said]] = {
    "modality": _modality, "plane": _plane, "anatomy": _anatomy, "presence": _presence, "location": _location,
    "size": _size, "counting": _counting, "comparison": _comparison, "grounding": _grounding,
    "verification": _verification, "quantity": _quantity, **further.FAMILIES,
}  # fmt: skip
