"""A description in Spanish: each English sentence's facts, told again."""

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field

from schemas import Claim, Fact, Untold
from transforms.checks.claims.sentences import sentences
from transforms.facts import statement
from transforms.facts.format import sliced
from transforms.facts.wording import TEMPLATES
from transforms.languages import headers, lists
from transforms.languages.spanish import Agreeing, Noun, UntellableError, finish, joined, side, value, zone
from transforms.languages.speaker import Speaker
from transforms.text.line import Line
from transforms.text.salience import ratio

PREDICATES = ("zone", "side", "long_axis", "short_axis", "area", "pieces", "volume", "diameter", "mean_intensity",
              "inside", "adjacent")  # fmt: skip
"""What is said of a thing without saying its name again."""
PAIRS = (("long_axis", "short_axis", "is.axes"), ("volume", "diameter", "is.whole"))
"""Two of these that one sentence tells are told together, by the rule."""
OMITTED = 0.5
"""How often a sentence leaves out its subject where that of the sentence before is the same."""
Part = tuple[str | None, Line]


@dataclass
class Describer:
    """Writes texts one after another; `untold` gathers what could not be told."""

    speaker: Speaker
    untold: list[Untold] = field(default_factory=list)
    introduced: set[str] = field(default_factory=set)
    said: set[str] = field(default_factory=set)
    why: dict[str, str] = field(default_factory=dict)

    def write(self, where: str, text: str, claims: Sequence[Claim], of: str | None = None) -> Line:
        """The text in Spanish, with claims of the same facts. `of`: the region that it is about; "" of a relation."""
        self.introduced, self.said, self.why = set(), set(), {}
        self.speaker.limit({claim.fact for claim in claims})
        line, before = Line(), None
        if self.speaker.scene.group is not None:
            self.why = {claim.fact: "no Spanish wording of what holds across images" for claim in claims}
        for start, end in sentences(text) if self.speaker.scene.group is None else ():
            own = [claim for claim in claims if start <= claim.span[0] and claim.span[1] <= end]
            for about, part in self._sentences(own, text, of, before):
                before = about
                line.say(" " if line.text else "").add(finish(part))
                self.said |= {fact for _, _, fact in part.marks}
        for fact in dict.fromkeys(claim.fact for claim in claims):
            if fact not in self.said:
                reason = self.why.get(fact, f"no Spanish wording of {self.speaker.facts[fact].predicate}")
                self.untold.append(Untold(where=where, fact=fact, reason=reason))
        return line

    def _sentences(self, claims: Sequence[Claim], text: str, of: str | None, before: str | None) -> Iterator[Part]:
        """(what it is about, the sentence), in the order in which English comes to each."""
        words = {claim.fact: text[slice(*claim.span)] for claim in claims}
        facts = [self.speaker.facts[name] for name in words]
        found: list[tuple[int, str | None, Line]] = []

        def add(own: Sequence[Fact], about: str | None, made: Callable[[], Line]) -> None:
            try:
                found.append((min(facts.index(fact) for fact in own), about, made()))
            except UntellableError as error:
                self.why |= {fact.id: str(error) for fact in own}

        header = [fact for fact in facts if fact.predicate in headers.PREDICATES]
        if not {fact.id for fact in header} <= self.said:
            add([facts[0]], None, lambda: headers.header(self.speaker, header))
            self.why |= {fact.id: self.why[facts[0].id] for fact in header if facts[0].id in self.why}
        for fact in facts:
            if fact.predicate == "larger":
                add([fact], fact.regions[0], lambda fact=fact: self._larger(fact, words[fact.id], of))  # type: ignore[misc]
            elif fact.predicate in ("distance", "rating", "interval", *TEMPLATES):
                add([fact], None, lambda fact=fact: self._measure(fact, of))  # type: ignore[misc]
        for rid in dict.fromkeys(fact.regions[0] for fact in facts if fact.predicate in PREDICATES):
            own = [fact for fact in facts if fact.predicate in PREDICATES and fact.regions[0] == rid]
            present = self.speaker.told.present.get(rid)
            intro = of is None and present in facts and rid not in self.introduced
            add(own, rid, lambda rid=rid, own=own, intro=intro: self._predicated(rid, own, of, intro, before))  # type: ignore[misc]
        named = {fact for _, _, line in found for _, _, fact in line.marks}
        named |= {fact.id for fact in facts if fact.predicate == "present" and fact.id in self.said and found}
        spans = {claim.fact: claim.span for claim in claims}
        left = [(fact, spans[fact.id], words[fact.id]) for fact in facts if fact.id not in named]
        for rest, make in lists.groups(self.speaker, left, self.why):
            add(rest, None, make)
        if person := self._person(facts):
            add(person, None, lambda: self._told_person(*person))
        yield from ((about, line) for _, about, line in sorted(found, key=lambda one: one[0]))

    def _predicated(self, rid: str, facts: Sequence[Fact], of: str | None, intro: bool, before: str | None) -> Line:
        """ "el nódulo pulmonar mide ... y se localiza ...", "se observa un nódulo pulmonar que mide ..." """
        speaker = self.speaker
        noun, words = speaker.thing(rid, of)
        slots = Agreeing().thing(noun, words)
        said = list(self._predicates(facts, slots))
        entry = speaker.entry(speaker.told.regions[rid].concept)
        if intro and entry.facet == "finding" and speaker.single(rid):
            self.introduced.add(rid)
            noun = speaker.noun(entry.concept, *noun.facts)
            slots.words["a"] = noun.an(entry.mass)
            return speaker.say("found", slots).say(" que ").add(joined(said))
        clear = before == rid and speaker.single(rid) and {fact.id for fact in noun.facts} <= self.said
        if clear and speaker.teller.rng.random() < OMITTED:
            return joined(said)
        return Line().add(words).say(" ").add(joined(said))

    def _predicates(self, facts: Sequence[Fact], slots: Agreeing) -> Iterator[Line]:
        by = {fact.predicate: fact for fact in facts}
        pairs = {first: (rule, second) for first, second, rule in PAIRS if by.keys() >= {first, second}}
        done = {second for _, second in pairs.values()}
        for fact in facts:
            own = Agreeing(dict(slots.words), {}, slots.many, gender=slots.gender)
            if fact.predicate in pairs:
                rule, second = pairs[fact.predicate]
                own.put("value", value(fact), fact).put("second", value(by[second]), by[second])
                yield self.speaker.say(rule, own)
            elif fact.predicate not in done:
                yield self._predicate(fact, own)

    def _predicate(self, fact: Fact, slots: Agreeing) -> Line:
        speaker, rule = self.speaker, f"is.{fact.predicate}"
        if fact.predicate in ("inside", "adjacent"):
            slots.facts[fact.predicate] = (fact,)
            other = next((rid for rid in fact.regions[1:] if rid != fact.regions[0]), fact.regions[0])
            slots.second(self._single(other))
        elif fact.predicate == "zone":
            slots.put("zone", zone(fact, speaker.scene.view.plane), fact)
        elif fact.predicate == "side":
            slots.put("side", side(fact), fact)
        else:
            slots.put("value", value(fact), fact)
        if fact.predicate == "mean_intensity" and fact.unit != "HU":
            rule = "is.brightness"
        return speaker.say(rule, slots)

    def _single(self, rid: str) -> Noun:
        """A region that words single out. Raises UntellableError."""
        if not self.speaker.single(rid):
            raise UntellableError(f"no Spanish words single out {rid}")
        return self.speaker.region(rid)

    def _larger(self, fact: Fact, english: str, of: str | None) -> Line:
        a, b = fact.regions
        slots = Agreeing(facts={"larger": (fact,)}).thing(self._single(a)).second(self._single(b))
        times = ratio(fact)
        if re.search(rf"\b{re.escape(times)} times\b", english):
            return self.speaker.say("larger.times", slots.value("times", times))
        return self.speaker.say("larger", slots)

    def _measure(self, fact: Fact, of: str | None) -> Line:
        speaker = self.speaker
        if fact.predicate == "judgement":
            raise UntellableError("no Spanish wording of judgement: the rule has an English name")
        slots = Agreeing()
        if fact.predicate == "interval":
            slots.thing(speaker.noun(fact.concept))
        elif fact.predicate == "rating":
            return self._rating(fact, of)
        elif fact.regions:
            a = fact.regions[0]
            slots.thing(self._single(a) if len(fact.regions) > 1 else speaker.region(a))
            if not speaker.single(a):
                noun = speaker.region(a)
                slots.words |= {"the": noun.this(), "of_the": noun.this("de")}
            if len(fact.regions) > 1:
                slots.second(self._single(fact.regions[1]))
        if fact.predicate == "distance":
            slots.facts["distance"] = (fact,)
            return speaker.say("distance", slots.value("value", value(fact)))
        rule = "interval" if fact.predicate == "interval" else f"measure.{fact.predicate}"
        return speaker.say(rule, slots.value("value", value(fact), fact))

    def _rating(self, fact: Fact, of: str | None) -> Line:
        noun = self.speaker.region(fact.regions[0])
        slots = Agreeing().thing(noun)
        if not self.speaker.single(fact.regions[0]):
            slots.words["of_the"] = noun.this("de")
        slots.words["quality"] = self.speaker.noun(fact.concept).the()
        slots.put("value", value(fact), fact)
        rule = "rating.whole" if sliced(fact, self.speaker.scene.view) else "rating"
        return self.speaker.say(rule, slots.value("scale", lists.scale(fact)))

    def _person(self, facts: Sequence[Fact]) -> tuple[Fact, Fact] | None:
        age = next((fact for fact in facts if fact.name == "age"), None)
        sex = next((fact for fact in facts if fact.name == "sex"), None)
        return (age, sex) if age and sex and statement.person(age, sex) else None

    def _told_person(self, age: Fact, sex: Fact) -> Line:
        who = {"woman": "una mujer", "girl": "una niña", "man": "un varón", "boy": "un niño"}
        slots = Agreeing().put("who", who[statement.person(age, sex) or ""], sex)
        return self.speaker.say("person", slots.put("age", f"{age.value} años", age))  # type: ignore[arg-type]
