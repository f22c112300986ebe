"""Spanish questions of the families that measure scans, curves, cut-outs and clips, and of several images together: one
function a family, each telling from the English dialogue which form it has."""

from collections.abc import Callable, Mapping

from schemas import Dialogue, Fact
from transforms.facts.format import stated
from transforms.languages.asking import Said, claimed, must, names_of, single, single_noun, slots_of
from transforms.languages.spanish import Agreeing, UntellableError, finish, value, words
from transforms.languages.speaker import Speaker
from transforms.text.line import Line

YES_NO = {"yes": "sí", "no": "no"}


def _measured(speaker: Speaker, *facts: Fact) -> Line:
    """What each states, as the description does."""
    line = Line()
    for number, fact in enumerate(facts):
        slots = single(speaker, fact.regions[0]) if fact.regions else slots_of(speaker)
        if fact.predicate == "first_picture":  # of a thing that is marked in time, and drawn nowhere
            slots = slots.thing(speaker.noun(fact.concept))
        said = speaker.say(f"measure.{fact.predicate}", slots.value("value", value(fact), fact))
        line.add(said).say("; " if number < len(facts) - 1 else "")
    return line


def _attenuation(speaker: Speaker, dialogue: Dialogue) -> Said:
    facts = claimed(speaker, dialogue, "whole_attenuation")
    slots = single(speaker, facts[0].regions[0])
    if len(facts) == 1:
        must(dialogue, stated(facts[0]))
        return Said(speaker.say("ask.attenuation", slots), finish(_measured(speaker, *facts)), value(facts[0]))
    if dialogue.choices is None:
        must(dialogue, *YES_NO)
        word = YES_NO[dialogue.answer]
        answer = Line().say(f"{word.capitalize()}. ").add(finish(_measured(speaker, *facts)))
        return Said(speaker.say("ask.denser.whether", slots.second(single_noun(speaker, facts[1].regions[0]))),
                    answer, word)  # fmt: skip
    names = [single_noun(speaker, fact.regions[0]).the().text for fact in facts]
    offered = tuple(names if dialogue.choices.index(dialogue.answer) == 0 else reversed(names))
    slots.put("first", offered[0]).put("second", offered[1])
    return Said(speaker.say("ask.denser.which", slots), finish(_measured(speaker, *facts)), names[0], offered)


def _ecg(speaker: Speaker, dialogue: Dialogue) -> Said:
    (fact,) = claimed(speaker, dialogue, "beats", "beat_rate", "frontal_axis", "net_area_i", "net_area_avf")
    question, told = speaker.say(f"ask.{fact.predicate}", slots_of(speaker)), _measured(speaker, fact)
    if dialogue.answer in YES_NO:
        word = YES_NO[dialogue.answer]
        return Said(question, Line().say(f"{word.capitalize()}, ").add(told).say("."), word)
    must(dialogue, stated(fact), str(fact.value))
    choices = None if dialogue.choices is None else tuple(map(_in_words, dialogue.choices))
    return Said(question, finish(told), value(fact), choices)


def _in_words(measured: str) -> str:
    """ "45 grados"."""
    number, space, unit = measured.partition(" ")
    return f"{number}{space}{words()['units'].get(unit, unit)}"


def _patch(speaker: Speaker, dialogue: Dialogue) -> Said:
    (fact,) = claimed(speaker, dialogue, "cut_out")
    told = _measured(speaker, fact)
    if dialogue.answer not in YES_NO:
        must(dialogue, str(fact.value))
        return Said(speaker.say("ask.patch", slots_of(speaker)), finish(told), dialogue.answer)
    question = dialogue.turns[0].text
    slots = slots_of(speaker).value("box", question[question.index("[") : question.index("]") + 1])
    word = YES_NO[dialogue.answer]
    return Said(speaker.say("ask.patch.whether", slots), Line().say(f"{word.capitalize()}, ").add(told).say("."), word)


def _sequence(speaker: Speaker, dialogue: Dialogue) -> Said:
    facts = claimed(speaker, dialogue, "first_picture")
    told, slots = finish(_measured(speaker, *facts)), slots_of(speaker).thing(speaker.noun(facts[0].concept))
    if dialogue.choices is not None and all(choice.isdigit() for choice in dialogue.choices):
        must(dialogue, str(facts[0].value))
        return Said(speaker.say("ask.sequence.when", slots), told, dialogue.answer, dialogue.choices)
    after = len(facts) > len(dialogue.choices or ())
    best = next(fact for fact in facts if fact.concept is not None and fact.concept.label == dialogue.answer)
    question = speaker.say("ask.sequence.next" if after else "ask.sequence.first", slots)
    return Said(question, told, speaker.noun(best.concept).bare, names_of(speaker, dialogue))


def _which_most(speaker: Speaker, dialogue: Dialogue) -> Said:
    (fact,) = claimed(speaker, dialogue, "largest_in", "ranked_in")
    many = fact.name == "number"
    slots = slots_of(speaker).thing(speaker.noun(fact.concept))
    if many:
        slots.words["plural"] = speaker.noun(fact.concept, plural=True).line()
    what = speaker.say(f"what.{str(fact.name).replace(' ', '_')}", slots).text
    own = Agreeing().value("what", what).value("value", str(fact.value), fact)
    question, told = (speaker.say(f"{form}.{fact.predicate}", own) for form in ("ask", "say"))
    if fact.predicate == "ranked_in":
        must(dialogue, str(fact.value))
        return Said(question, finish(told), dialogue.answer)
    return Said(question, finish(told), _image(dialogue.answer), tuple(map(_image, dialogue.choices or ())))


def _image(name: str) -> str:
    return name.replace("image", "imagen")


def _which_image(speaker: Speaker, dialogue: Dialogue) -> Said:
    (fact,) = claimed(speaker, dialogue, "shown_in")
    must(dialogue, str(fact.value))
    slots = _any(speaker, fact)
    return Said(speaker.say("ask.which_image", slots), _shown(speaker, fact), dialogue.answer)


def _any(speaker: Speaker, fact: Fact) -> Agreeing:
    noun, line = speaker.mention(fact)
    slots = slots_of(speaker)
    slots.many, slots.gender = noun.many, noun.name.gender
    slots.words["any"] = Line().say(line.text)
    return slots


def _shown(speaker: Speaker, fact: Fact) -> Line:
    """On which images it is seen."""
    if not str(fact.value)[0].isdigit():
        raise UntellableError("no Spanish wording of what none of the images shows")
    form = "say.shown_in.several" if "," in str(fact.value) else "say.shown_in"
    return finish(speaker.say(form, _any(speaker, fact).value("value", str(fact.value), fact)))


def _changed(speaker: Speaker, dialogue: Dialogue) -> Said:
    (fact,) = claimed(speaker, dialogue, "only_at", "shown_in")
    assert speaker.scene.group is not None
    slots = _any(speaker, fact)
    if fact.predicate == "only_at":
        must(dialogue, str(fact.value))
        shown, other = (str(speaker.scene.group.number(name)) for name in fact.media)
        slots.value("one", min(shown, other)).value("two", max(shown, other))
        boxed = "" if isinstance(fact.value, str) else ".slice"
        question = speaker.say(f"ask.only_at{boxed}", slots)
        slots.value("shown", shown).value("without", other).value("value", str(fact.value), fact)
        return Said(question, finish(speaker.say(f"say.only_at{boxed}", slots)), dialogue.answer)
    only = next((one for one in speaker.scene.facts if one.id in dialogue.facts and one.predicate == "only_in"), None)
    if only is None:
        raise UntellableError("no Spanish wording of what changed the most")
    one, two = sorted(str(speaker.scene.group.number(name)) for name in only.media)
    slots.value("one", one).value("two", two)
    form = "ask.only_in" if dialogue.choices is None else "ask.only_in.which"
    answer = speaker.noun(fact.concept).bare
    return Said(speaker.say(form, slots), _shown(speaker, fact), answer, names_of(speaker, dialogue))


FAMILIES: Mapping[str, Callable[[Speaker, Dialogue], Said]] = {
    "attenuation": _attenuation, "ecg": _ecg, "patch": _patch, "sequence": _sequence, "which_most": _which_most,
    "which_image": _which_image, "changed": _changed,
}  # fmt: skip
