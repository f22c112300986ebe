"""A scene as the Spanish writer sees it: its facts, and what its things are called."""

import random
from collections.abc import Collection, Iterable
from dataclasses import dataclass, field

from schemas import Concept, Entry, Fact, LabelSpace, Language, Register, Scene, content_key
from transforms.languages.spanish import Agreeing, Noun, SpanishTeller, UntellableError, rules
from transforms.text.line import Line
from transforms.text.names import SceneText

LANGUAGE: Language = "es"
LARGEST = " de mayor tamaño"


@dataclass
class Speaker:
    """`told` looks things up as the English writer does; `allowed`: ids of the facts that the text at hand may claim,
    which are those that its English claims."""

    scene: Scene
    space: LabelSpace
    seed: int
    register: Register
    allowed: frozenset[str] = frozenset()
    told: SceneText = field(init=False)
    teller: SpanishTeller = field(init=False)
    facts: dict[str, Fact] = field(init=False)

    def __post_init__(self) -> None:
        rng = random.Random(content_key(self.seed, self.scene.key, LANGUAGE))
        self.told = SceneText(self.scene, self.space, self.seed)
        self.teller = SpanishTeller(rules(), self.register, rng)
        self.facts = {fact.id: fact for fact in self.scene.facts}

    def own(self, facts: Iterable[Fact | None]) -> tuple[Fact, ...]:
        return tuple(fact for fact in facts if fact is not None and fact.id in self.allowed)

    def entry(self, concept: Concept | None) -> Entry:
        if concept is None:
            raise UntellableError("it has no concept to name")
        return self.space.of(concept)

    def noun(self, concept: Concept | None, *facts: Fact, plural: bool = False) -> Noun:
        """What a concept is called, the facts claimed by its name. Raises UntellableError."""
        entry = self.entry(concept)
        name = self.space.name(entry.concept, LANGUAGE)
        if name is None:
            raise UntellableError(f"no Spanish name of {entry.slug}: add one to catalog/names/es.yaml")
        if plural and not name.many and name.plural is None:
            raise UntellableError(f"no Spanish plural of {entry.slug}: add one to catalog/names/es.yaml")
        return Noun(name, plural and not name.many, facts=self.own(facts))

    def mass(self, concept: Concept | None) -> bool:
        """Whether it is told without "un"."""
        return self.entry(concept).mass

    def region(self, rid: str) -> Noun:
        """How a region is called where that singles it out: "el hígado", "el nódulo de mayor tamaño"; else its kind."""
        noun = self.noun(self.told.regions[rid].concept, *self.own([self.told.present.get(rid)]))
        largest = not self.told.alone(rid) and self.told.largest(rid)
        return Noun(noun.name, noun.plural, LARGEST if largest else "", noun.facts)

    def single(self, rid: str) -> bool:
        return self.told.alone(rid) or self.told.largest(rid)

    def thing(self, rid: str, text_of: str | None) -> tuple[Noun, Line]:
        """A region with the words for it in a text on `text_of` (None: on the whole)."""
        noun = self.region(rid)
        if self.single(rid):
            return noun, noun.the()
        if rid == text_of:
            return noun, noun.this()
        return noun, noun.an(self.mass(self.told.regions[rid].concept))

    def mention(self, fact: Fact, plural: bool = False) -> tuple[Noun, Line]:
        """A concept as a list brings it in: "el hígado", of which there is one; "un nódulo", "drusas"."""
        entry = self.entry(fact.concept)
        noun = self.noun(fact.concept, fact, plural=plural)
        if plural:
            return noun, noun.line()
        one = entry.facet == "anatomy" and (entry.plural is None or entry.side is not None or entry.mass)
        return noun, noun.the() if one else noun.an(entry.mass)

    def say(self, rule: str, slots: Agreeing) -> Line:
        """A line by a rule. Raises UntellableError where none of its patterns fits."""
        if rule not in self.teller.rules.patterns:
            raise UntellableError(f"no Spanish wording: {rule}")
        line = self.teller.say(rule, slots)
        if not line.text:
            raise UntellableError(f"no Spanish wording of {rule} fits")
        return line

    def limit(self, facts: Collection[str]) -> None:
        """From here on, a text may claim these facts alone."""
        self.allowed = frozenset(facts)
