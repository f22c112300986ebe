"""What the grounded text calls things: a scene with its facts at hand, and names that single a region out."""

import random
from collections import defaultdict
from collections.abc import Mapping, Sequence
from functools import cached_property

from schemas import Concept, Entry, Fact, LabelSpace, Register, SampleRegion, Scene, content_key
from transforms.facts.base import ACTS, LARGER
from transforms.facts.format import stated
from transforms.text import lay
from transforms.text.grammar import definite, verbs
from transforms.text.line import Line
from transforms.text.rules import REGISTERS, Teller, rules

PATIENT = ("axial", "coronal")
"""Planes in which left and right are the patient's: what is called left lies on the right of the picture."""


def place(zone: Fact, plane: str | None) -> str:
    """ "in the upper left part of the image", "in the anterior left part of the body in view (the patient's left)"."""
    words = str(zone.value)
    if words == "center":
        return "in the center of the image"
    side = next((side for side in ("left", "right") if side in words and plane in PATIENT), None)
    whole = "image" if len(zone.regions) == 1 else "body in view"
    return f"in the {words} part of the {whole}" + (f" (the patient's {side})" if side else "")


def sided(side: Fact) -> str:
    return "in the midline" if side.value == "midline" else f"on the patient's {side.value} side"


class SceneText:
    """A scene as the writer sees it. `rng` picks the register and among wordings; it is seeded by the scene's key
    alone. `teller` says what the rules allow."""

    def __init__(
        self, scene: Scene, space: LabelSpace, seed: int, registers: Sequence[Register] = REGISTERS
    ) -> None:  # fmt: skip
        self.scene = scene
        self.space = space
        self.rng = random.Random(content_key(seed, scene.key))
        self.register: Register = self.rng.choice(registers)
        self.teller = Teller(rules(), self.register, self.rng)
        self.facts: dict[str, list[Fact]] = defaultdict(list)
        for fact in scene.facts:
            self.facts[fact.predicate].append(fact)
        self.regions: dict[str, SampleRegion] = {region.id: region for region in scene.regions}

    def pick(self, *wordings: str) -> str:
        return self.rng.choice(wordings)

    def entry(self, concept: Concept) -> Entry:
        """The entry of a concept, under the name that the register has for it."""
        own = self.space.of(concept)
        return lay.entry(self.space, own) if self.register == "patient" else own

    def get(self, predicate: str, rid: str) -> Fact | None:
        """The fact of a predicate whose first region is this one."""
        return self._first[predicate].get(rid)

    @cached_property
    def _first(self) -> dict[str, dict[str, Fact]]:
        """Predicate -> region -> the first fact of it that begins with the region."""
        found: dict[str, dict[str, Fact]] = defaultdict(dict)
        for fact in self.scene.facts:
            if fact.regions:
                found[fact.predicate].setdefault(fact.regions[0], fact)
        return found

    @cached_property
    def present(self) -> dict[str, Fact]:
        """Region -> the fact that it is there."""
        return {rid: fact for fact in reversed(self.facts["present"]) for rid in fact.regions}

    def shows(self, fact: Fact) -> bool:
        """Whether the picture shows a value: one beyond its window is plain black or white."""
        window = self.scene.media[0].window if self.scene.media else None
        return window is None or min(window) <= float(fact.value) <= max(window)

    def area(self, rid: str) -> float:
        fact = self.get("area", rid) or self.get("volume", rid)
        return float(fact.value) if fact else 0.0

    @cached_property
    def by_label(self) -> dict[str, list[str]]:
        """Concept label -> its regions."""
        found: dict[str, list[str]] = defaultdict(list)
        for region in self.scene.regions:
            found[region.concept.label].append(region.id)
        return dict(found)

    def alone(self, rid: str) -> bool:
        return len(self.by_label[self.regions[rid].concept.label]) == 1

    def largest(self, rid: str) -> bool:
        """Whether a region is larger than each other of its concept, by facts."""
        others = [other for other in self.by_label[self.regions[rid].concept.label] if other != rid]
        return bool(others) and all((rid, other) in self._beaten for other in others)

    @cached_property
    def _beaten(self) -> set[tuple[str, ...]]:
        """Pairs of regions of which the first is the larger: on a picture by area, in a scan by volume."""
        return {fact.regions for name in LARGER for fact in self.facts[name]}

    def name(self, rid: str) -> str | None:
        """ "the liver", "the largest nucleus"; None where no words single the region out."""
        return self._names[rid]

    @cached_property
    def _names(self) -> dict[str, str | None]:
        """Region -> its name."""
        return {rid: self._name(rid) for rid in self.regions}

    def _name(self, rid: str) -> str | None:
        entry = self.entry(self.regions[rid].concept)
        if self.alone(rid):
            return definite(entry)
        return f"the largest {entry.concept.label}" if self.largest(rid) else None

    def place(self, zone: Fact) -> str:
        return place(zone, self.scene.view.plane)

    def under_way(self, entry: Entry) -> bool:
        """Whether it goes on rather than lies there: a phase or an action of an operation."""
        return not ACTS.isdisjoint(self.space.ancestors(entry.slug))

    def verbs(self, rid: str) -> Mapping[str, str]:
        """The verbs that agree with what `name` calls the region."""
        return verbs(self.entry(self.regions[rid].concept).many)


def value(words: str, fact: Fact) -> Line:
    """Words with a fact's value at their end, the value being what is claimed."""
    return Line().say(words).claim(stated(fact), fact)
