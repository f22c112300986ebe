"""What the grounded text calls things: a scene with its facts at hand, and names that single a region out."""

import random
from collections import defaultdict
from collections.abc import Mapping
from functools import cached_property

from schemas import Concept, Entry, Fact, LabelSpace, SampleRegion, Scene, content_key
from transforms.facts.base import ACTS
from transforms.facts.format import stated
from transforms.text.grammar import definite, verbs
from transforms.text.line import Line

PATIENT = ("axial", "coronal")
"""Planes in which left and right are the patient's: what is called left lies on the right of the picture."""


def place(zone: Fact, plane: str | None) -> str:
    """ "in the upper left part of the image", "in the anterior left part of the body in view (the patient's left)"."""
    words = str(zone.value)
    if words == "centre":
        return "in the centre of the image"
    side = next((side for side in ("left", "right") if side in words and plane in PATIENT), None)
    whole = "image" if len(zone.regions) == 1 else "body in view"
    return f"in the {words} part of the {whole}" + (f" (the patient's {side})" if side else "")


def sided(side: Fact) -> str:
    return "in the midline" if side.value == "midline" else f"on the patient's {side.value} side"


class SceneText:
    """A scene as the writer sees it. `rng` picks among wordings; it is seeded by the scene's key alone."""

    def __init__(self, scene: Scene, space: LabelSpace, seed: int) -> None:
        self.scene = scene
        self.space = space
        self.rng = random.Random(content_key(seed, scene.key))
        self.facts: dict[str, list[Fact]] = defaultdict(list)
        for fact in scene.facts:
            self.facts[fact.predicate].append(fact)
        self.regions: dict[str, SampleRegion] = {region.id: region for region in scene.regions}

    def pick(self, *wordings: str) -> str:
        return self.rng.choice(wordings)

    def entry(self, concept: Concept) -> Entry:
        return self.space.of(concept)

    def get(self, predicate: str, rid: str) -> Fact | None:
        """The fact of a predicate whose first region is this one."""
        return next((fact for fact in self.facts[predicate] if fact.regions and fact.regions[0] == rid), None)

    def area(self, rid: str) -> float:
        fact = self.get("area", rid)
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
        beaten = {fact.regions for fact in self.facts["larger"]}
        return bool(others) and all((rid, other) in beaten for other in others)

    def name(self, rid: str) -> str | None:
        """ "the liver", "the largest nucleus"; None where no words single the region out."""
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
