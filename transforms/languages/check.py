"""Published translations read again: their numbers, places and names against the facts that they claim.

Soundness: every number of a translation stands in a claim whose fact it states, in a name, or in the English text of
the same place; every claimed name is that of the fact's concept, every side and zone that of its value; what is absent
is denied, and nothing else is.
"""

import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from schemas import Claim, Entry, Fact, LabelSpace, Language, Sample, Scene, Translation
from transforms.groups.apart import only
from transforms.languages.spanish import UntellableError, side, value, words, zone

NUMBER = re.compile(r"\d+(?:\.\d+)?")
DENIED = re.compile(r"\bno se\b", re.IGNORECASE)
UNSURE = "en duda"
SENTENCE = re.compile(r"(?<=[.?])\s+")
NAMED = ("present", "absent", "finding", "modality", "body_part")
WORDED = ("inside", "adjacent", "larger", "distance")


@dataclass(frozen=True)
class Told:
    """A text of a translation and the English one of the same place, with the facts that this claims."""

    where: str
    text: str
    claims: Sequence[Claim]
    english: str
    facts: frozenset[str]


def problems(sample: Sample, space: LabelSpace) -> Iterator[str]:
    """What is wrong with the translations of a sample."""
    facts = {fact.id: fact for fact in sample.facts}
    for one in sample.translations:
        if one.language not in space.names:
            yield f"{one.language}: the label space has no names in this language"
            continue
        reader = _Reader(sample, space, one.language, facts)
        for told in texts(sample, one):
            yield from (f"{one.language} {told.where}: {wrong}" for wrong in reader.wrong(told))
        yield from (f"{one.language} {wrong}" for wrong in (*_answers(sample, one), *_silent(sample, one)))


def looked(sample: Sample) -> int:
    """How many texts there are to read."""
    return sum(1 for one in sample.translations for _ in texts(sample, one))


def texts(sample: Sample, translation: Translation) -> Iterator[Told]:
    """Each text with its English; a text of a place that English does not have, with no words and no facts."""
    english: dict[str, tuple[str, Sequence[Claim]]] = {}
    described = sample.description
    english["global"] = described.overall.text, described.overall.claims
    english |= {f"region {one.region}": (one.text, one.claims) for one in described.regions}
    english |= {f"media {each.media}": (each.text, each.claims) for each in described.media}
    every = [claim for text in described.relations for claim in text.claims]
    english["relation"] = " ".join(text.text for text in described.relations), every
    for dialogue in sample.dialogues:
        english |= {f"{dialogue.id} turn {n}": (t.text, t.claims) for n, t in enumerate(dialogue.turns, 1)}
    own: list[tuple[str, str, Sequence[Claim]]] = []
    if translation.overall is not None:
        own.append(("global", translation.overall.text, translation.overall.claims))
    own += [(f"region {one.region}", one.text, one.claims) for one in translation.regions]
    own += [(f"media {each.media}", each.text, each.claims) for each in translation.media]
    own += [("relation", text.text, text.claims) for text in translation.relations]
    for talk in translation.dialogues:
        own += [(f"{talk.id} turn {n}", turn.text, turn.claims) for n, turn in enumerate(talk.turns, 1)]
    for where, text, claims in own:
        said, known = english.get(where, ("", ()))
        yield Told(where, text, claims, said, frozenset(claim.fact for claim in known))


def faults(scene: Scene, space: LabelSpace, language: Language, told: Told) -> Iterator[str]:
    """What is wrong with one text of a translation."""
    return _Reader(scene, space, language, {fact.id: fact for fact in scene.facts}).wrong(told)


@dataclass(frozen=True)
class _Reader:
    sample: Scene
    space: LabelSpace
    language: Language
    facts: Mapping[str, Fact]

    def wrong(self, told: Told) -> Iterator[str]:
        together = Counter(claim.span for claim in told.claims)
        for claim in told.claims:
            start, end = claim.span
            if not 0 <= start < end <= len(told.text):
                yield f"claim [{start}, {end}) leaves the text"
            elif claim.fact not in told.facts or claim.fact not in self.facts:
                yield f"claims {claim.fact}, which its English does not"
            elif wrong := self._claim(told.text, claim, together[claim.span]):
                yield wrong
        yield from self._numbers(told)

    def _claim(self, text: str, claim: Claim, together: int) -> str | None:
        fact, words_ = self.facts[claim.fact], text[slice(*claim.span)]
        named = f"{fact.id} {fact.predicate}: {words_!r}"
        if fact.predicate in NAMED and (polarity := _polarity(text, claim, fact)):
            return f"{named} {polarity}"
        if fact.predicate in WORDED:
            return self._related(named, fact, words_)
        try:
            stands = self._states(fact, words_, together)
        except UntellableError:
            stands = False
        return None if stands else f"{named} does not say it"

    def _states(self, fact: Fact, words_: str, together: int) -> bool:
        plane = self._plane(fact)
        if fact.predicate in NAMED:
            return fact.concept is not None and words_.casefold() in self._names(fact, together)
        if fact.predicate == "zone":
            return words_ == zone(fact, plane)
        if fact.predicate == "side":
            return words_ == side(fact)
        if fact.predicate == "both_sides":
            return words_ == value(fact)
        if fact.predicate == "plane":
            return words_.casefold() == str(words()["planes"].get(str(fact.value)))
        if fact.name in ("age", "sex"):
            return fact.name == "sex" or words_ == f"{fact.value} años"
        numbers = NUMBER.findall(words_)
        bound = fact.bound is None or words()["at_least"] in words_
        return bound and bool(numbers) and (words_ == value(fact) or words_.split(" ")[0] == str(fact.value))

    def _plane(self, fact: Fact) -> str | None:
        """The plane of the picture that a fact is of."""
        scene = only(self.sample, fact.media[0]) if self.sample.group is not None and fact.media else self.sample
        return scene.view.plane

    def _names(self, fact: Fact, together: int) -> set[str]:
        """What the thing may be called, also among others of its kind: "12 costillas izquierdas", "ambos pulmones"."""
        assert fact.concept is not None
        entry = self.space.of(fact.concept)
        own = self.space.names[self.language].get(entry.slug)
        found = {name.casefold() for name in (own.name, own.plural) if name} if own else set()
        return found | (set(self._kinds(entry, together)) if together > 1 else set())

    def _kinds(self, entry: Entry, together: int) -> Iterator[str]:
        names = self.space.names[self.language]
        for slug in self.space.ancestors(entry.slug):
            name, own = names.get(slug), names.get(entry.slug)
            if name is None or own is None or name.plural is None or name.name not in own.name:
                continue
            sided = words()["of_side"][entry.side][2 + (name.gender == "f")] if entry.side else ""
            plural = name.plural.casefold()
            for words_ in {plural, f"{plural} {sided}"} if sided else {plural}:
                yield from (words_, f"{together} {words_}")
            if together == 2:
                yield f"{words()['both'][name.gender]} {plural}"

    def _related(self, named: str, fact: Fact, words_: str) -> str | None:
        """The second thing is named, behind the first where that is; a ratio is the fact's."""
        labels = [self._region(rid) for rid in fact.regions]
        low = words_.casefold()
        at = [low.find(label) if label else -1 for label in labels]
        if fact.predicate in ("larger", "distance") and not (at[0] >= 0 and low.find(labels[-1], at[0]) > at[0]):
            return f"{named} does not name both in their order"
        if at[-1] < 0 and at[0] < 0:
            return f"{named} names neither"
        return None

    def _region(self, rid: str) -> str:
        concept = next(region.concept for region in self.sample.regions if region.id == rid)
        name = self.space.name(concept, self.language)
        return name.name.casefold() if name else ""

    def _numbers(self, told: Told) -> Iterator[str]:
        """Numbers outside of claims stand in the English words, too; a number in a claim of a relation does as well."""
        outside = list(told.text)
        for claim in told.claims:
            if claim.fact in self.facts and self.facts[claim.fact].predicate not in WORDED:
                start, end = claim.span
                outside[start:end] = " " * (end - start)
        left = Counter(NUMBER.findall("".join(outside)))
        known = Counter(NUMBER.findall(told.english))
        for number in left - known if told.where != "relation" else (one for one in left if one not in known):
            yield f"{number} stands in no claim and not in the English text"


def _polarity(text: str, claim: Claim, fact: Fact) -> str | None:
    """Whether the sentence of a claim says of a thing what its fact says: that it is there, is not, or may be."""
    at, sentence = 0, ""
    for part in SENTENCE.split(text):
        at = text.index(part, at)
        if at <= claim.span[0] < at + len(part):
            sentence = part
            break
        at += len(part)
    said = "absent" if DENIED.search(sentence) else "uncertain" if UNSURE in sentence else "present"
    state = {"absent": "absent", "finding": str(fact.value)}.get(fact.predicate, "present")
    return None if said == state else f"is called {said}, and is {state}"


def _answers(sample: Sample, translation: Translation) -> Iterator[str]:
    """Each dialogue is one of the sample's, with as many choices, its answer among them at the same place, and yes and
    no as in English."""
    english = {dialogue.id: dialogue for dialogue in sample.dialogues}
    closed = {"sí": "yes", "no": "no"}
    for talk in translation.dialogues:
        own = english.get(talk.id)
        if own is None:
            yield f"{talk.id}: is no dialogue of the sample"
            continue
        if (own.choices is None) != (talk.choices is None) or len(own.choices or ()) != len(talk.choices or ()):
            yield f"{talk.id}: has other choices than the English question"
        elif own.choices and own.choices.index(own.answer) != _index(talk.choices or (), talk.answer):
            yield f"{talk.id}: its answer {talk.answer!r} is not the choice that English gives"
        said = closed.get(talk.answer, talk.answer)
        if (own.answer in closed.values() or said in closed.values()) and said != own.answer:
            yield f"{talk.id}: answers {talk.answer!r}, and English {own.answer!r}"
        if NUMBER.findall(talk.answer) != NUMBER.findall(own.answer):
            yield f"{talk.id}: the numbers of its answer {talk.answer!r} are not those of {own.answer!r}"
        parts = [talk.answer] if talk.answer.startswith("[") else talk.answer.split(", ")
        if talk.turns and not all(part.casefold() in talk.turns[-1].text.casefold() for part in parts):
            yield f"{talk.id}: the last turn does not say the answer {talk.answer!r}"


def _silent(sample: Sample, translation: Translation) -> Iterator[str]:
    """What English tells and this does not is booked: nothing is lost in silence."""
    told = {claim.fact for one in texts(sample, translation) if " turn " not in one.where for claim in one.claims}
    booked = {one.fact for one in translation.untold if one.fact is not None}
    described = sample.description
    claims = [*described.overall.claims, *(one for text in described.relations for one in text.claims)]
    claims += [one for text in described.regions for one in text.claims]
    claims += [one for text in described.media for one in text.claims]
    for fact in sorted({claim.fact for claim in claims} - told - booked):
        yield f"description: {fact} is told in English, and neither told here nor booked"
    talks = {talk.id for talk in translation.dialogues} | {one.where.partition(".")[2] for one in translation.untold}
    for dialogue in sample.dialogues:
        if dialogue.id not in talks:
            yield f"{dialogue.id}: is asked in English, and neither asked here nor booked"


def _index(choices: Sequence[str], answer: str) -> int:
    return choices.index(answer) if answer in choices else -1
