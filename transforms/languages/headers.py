"""What a picture, a scan, a recording or a text is: its modality, plane, part of the body, and place among others."""

from collections.abc import Sequence

from schemas import Fact
from transforms.languages.spanish import Agreeing, Noun, UntellableError, joined, value, word, words
from transforms.languages.speaker import Speaker
from transforms.text.line import Line
from transforms.text.listing import PARTS

PREDICATES = ("modality", "plane", "body_part", "slice", "slices", "frames", "slice_spacing", "words", "headings")
RULES = ("header.plane", "header.unknown", "header.picture", "header.part", "header.frame")


def header(speaker: Speaker, facts: Sequence[Fact]) -> Line:
    """One sentence for all of them. Raises UntellableError."""
    slots = Agreeing()
    frame = speaker.scene.view.frame
    for fact in facts:
        if fact.predicate == "modality":
            noun = speaker.noun(fact.concept, fact)
            slots.many, slots.gender = noun.many, noun.name.gender
            slots.words |= {"kind": noun.line(), "a_kind": noun.an(mass=False)}
        elif fact.predicate == "plane":
            slots.put("plane", word("planes", str(fact.value)), fact)
        elif fact.predicate == "slice":
            slots.put("slice" if "plane" in slots.words or _plane(facts) else "frame", str(fact.value), fact)
        elif fact.predicate in ("slices", "frames", "words", "headings"):
            slots.put(fact.predicate, f"{fact.value} {words()['units'][fact.predicate]}", fact)
        elif fact.predicate == "slice_spacing":
            slots.put("spacing", value(fact), fact)
    parts = [_part(speaker, fact) for fact in facts if fact.predicate == "body_part"]
    if parts:
        slots.words["of_part"] = joined([noun.the("de") for noun in parts])
    own = {"volume": "header.whole", "clip": "header.clip", "signal": "header.signal", "text": "header.document"}
    rules = (own[frame], "document.length") if frame in own else RULES
    for rule in rules:
        if speaker.teller.can(rule, slots):
            return speaker.say(rule, slots)
    raise UntellableError("no Spanish wording of such a header fits")


def _plane(facts: Sequence[Fact]) -> bool:
    return any(fact.predicate == "plane" for fact in facts)


def _part(speaker: Speaker, fact: Fact) -> Noun:
    """A part of the body: "el tórax"; of what a picture shows many of, "los dientes"."""
    entry = speaker.entry(fact.concept)
    kinds = {entry.slug, *speaker.space.ancestors(entry.slug)}
    many = entry.plural is not None and not entry.mass and not kinds.isdisjoint(PARTS)
    return speaker.noun(fact.concept, fact, plural=many)
