"""What the task families share: the draft of a dialogue, and names for regions."""

import random
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from schemas import (
    Concept,
    Entry,
    Fact,
    ItemCheck,
    LabelSpace,
    ReasoningStep,
    Rejected,
    SampleRegion,
    Scene,
    Turn,
)
from schemas.level import WHOLE
from transforms.facts.base import CONTAINERS, RESIDUAL
from transforms.facts.format import unit_name
from transforms.regions.marks import form_of
from transforms.tasks.program import Program
from transforms.text.grammar import definite, mention, verbs
from transforms.text.line import Line


@dataclass(frozen=True)
class DialogueDraft:
    """A dialogue before it has an id and a maker; the fields are those of `Dialogue`. `program`: its reasoning, to be
    run on the masks. `check`: None where it follows
    from the answer and the facts (transforms/tasks/judged.py)."""

    task: str
    turns: tuple[Turn, ...]
    answer: str
    choices: tuple[str, ...] | None = None
    regions: tuple[str, ...] = ()
    facts: tuple[str, ...] = ()
    reasoning: tuple[ReasoningStep, ...] = ()
    check: ItemCheck | None = None
    program: Program = ()
    rejected: Rejected | None = None

    @property
    def fields(self) -> dict[str, Any]:
        """The fields of the dialogue to be."""
        return {name: value for name, value in self.__dict__.items() if name != "program"}


def draft(
    task: str,
    question: str,
    line: Line,
    answer: str,
    *,
    choices: Sequence[str] | None = None,
    regions: Sequence[str] = (),
    facts: Iterable[Fact] = (),
    reasoning: Sequence[ReasoningStep] = (),
    check: ItemCheck | None = None,
    program: Program = (),
) -> DialogueDraft:
    """One question and its answer. The facts are those that the line claims, then `facts` that reasoning used.
    `program`: the steps in more detail, run where the masks are at hand; where it fails, `reasoning` stands."""
    used = dict.fromkeys([name for _, _, name in line.marks] + [fact.id for fact in facts])
    if choices is not None:
        question = f"{question}\n" + "\n".join(f"- {choice}" for choice in choices)
    answered = Turn(role="assistant", text=line.text, claims=line.claims)
    turns = (Turn(role="user", text=question), answered)
    return DialogueDraft(
        task, turns, answer, None if choices is None else tuple(choices), tuple(dict.fromkeys(regions)), tuple(used),
        tuple(reasoning), check, program,
    )  # fmt: skip


def in_unit(question: str, unit: str | None) -> str:
    """A question with the unit that its answer is wanted in: "How long is it, in mm?"; of a scale, the scale is told
    otherwise."""
    name = unit_name(unit)
    if name is None or f" {name}" in question or "Hounsfield" in question:
        return question
    head, mark, rest = question.rpartition("?")
    return f"{head}, in {name}{mark}{rest}"


def capital(text: str) -> str:
    return text[:1].upper() + text[1:]


def shuffled(items: Iterable[str], rng: random.Random) -> list[str]:
    """The items in an order that `rng` alone decides: sorted first, so that no source order leaks in."""
    ordered = sorted(items)
    rng.shuffle(ordered)
    return ordered


def mixed(facts: Sequence[Fact], rng: random.Random) -> list[Fact]:
    """The facts in an order of `rng`'s."""
    ordered = list(facts)
    rng.shuffle(ordered)
    return ordered


@dataclass(frozen=True)
class Book:
    """A scene with its facts looked up by predicate, and names for its regions."""

    scene: Scene
    space: LabelSpace

    @cached_property
    def _regions(self) -> dict[str, SampleRegion]:
        return {region.id: region for region in self.scene.regions}

    @cached_property
    def _facts(self) -> dict[tuple[str, tuple[str, ...]], Fact]:
        return {(fact.predicate, fact.regions): fact for fact in reversed(self.scene.facts)}

    @cached_property
    def _by_predicate(self) -> dict[str, list[Fact]]:
        found: dict[str, list[Fact]] = defaultdict(list)
        for fact in self.scene.facts:
            found[fact.predicate].append(fact)
        return dict(found)

    @cached_property
    def _same(self) -> dict[str, list[str]]:
        found: dict[str, list[str]] = defaultdict(list)
        for region in self.scene.regions:
            if region.span is None:
                found[region.concept.label].append(region.id)
        return dict(found)

    @property
    def pictured(self) -> bool:
        """Whether there is an image, or a volume of images, to ask about."""
        return any(media.kind in ("image", "volume") for media in self.scene.media)

    @property
    def one_picture(self) -> bool:
        """Whether a box in pixels is one place: in a scan or a clip it is on one picture of many."""
        return self.pictured and self.noun == "image"

    def image(self, media: str) -> str:
        """What texts call a medium of a group: "image 2"."""
        assert self.scene.group is not None
        return f"image {self.scene.group.number(media)}"

    @property
    def noun(self) -> str:
        """What is asked about."""
        return {"volume": "scan", "clip": "clip"}.get(self.scene.view.frame, "image")

    @property
    def cells(self) -> str:
        """What a mask is made of, and is counted in."""
        return "voxels" if self.noun == "scan" else "pixels"

    @property
    def thing(self) -> str:
        """What a question calls it: curves are drawn as an image, and are a recording."""
        return "recording" if self.scene.view.frame == "signal" else self.noun

    def put(self, question: str) -> str:
        """A question about "this image" as it is put of this scene."""
        return question if self.thing == "image" else question.replace("this image", f"this {self.thing}")

    def of(self, predicate: str) -> list[Fact]:
        return self._by_predicate.get(predicate, [])

    def fact(self, predicate: str, *regions: str) -> Fact | None:
        """The first fact of that predicate about exactly these regions, in this order."""
        return self._facts.get((predicate, regions))

    def region(self, rid: str) -> SampleRegion:
        return self._regions[rid]

    def entry(self, rid: str) -> Entry:
        return self.space.of(self._regions[rid].concept)

    def box(self, rid: str) -> tuple[int, int, int, int] | None:
        box = self._regions[rid].box
        return box.xyxy if box else None

    def point(self, rid: str) -> tuple[float, float] | None:
        """x, y of the one point that marks it."""
        points = self._regions[rid].points
        return points.xy[0] if points is not None and len(points.xy) == 1 else None

    def form(self, *rids: str) -> str:
        """What these regions are drawn with: "mask", "box", "point"; "" where it is not one and the same."""
        forms = {form_of(self._regions[rid]) for rid in rids}
        return forms.pop() if len(forms) == 1 else ""

    def replayable(self, *rids: str) -> bool:
        """Whether all of these are drawn alike on one picture, so that steps on them can be replayed."""
        return self.noun == "image" and bool(self.form(*rids))

    def seen(self, *rids: str) -> bool:
        """Whether a reader of the picture can find each of these: none is a few pixels, or black in black."""
        return all(self.fact("unseen", rid) is None for rid in rids)

    def shows(self, fact: Fact) -> bool:
        """Whether this view shows all that a fact was measured on: of a slice nobody can be asked of the whole scan."""
        return fact.scope == "view" or self.scene.view.frame in WHOLE.values()

    def same(self, rid: str) -> list[str]:
        """All regions of this region's concept, itself included."""
        return self._same.get(self._regions[rid].concept.label, [])

    def several(self, fact: Fact) -> bool:
        """Whether the regions of a fact are several things: several boxes may be several readers' of one, unless they
        are counted."""
        counted = self.form(*fact.regions) == "mask" or self.fact("count", *fact.regions) is not None
        return len(fact.regions) > 1 and counted

    def largest(self, rid: str) -> bool:
        """Whether facts prove it larger than every other region of its concept: by volume in a scan."""
        others = [other for other in self.same(rid) if other != rid]
        by = "ratio_of_volumes" if self.noun == "scan" else "larger"
        return bool(others) and all(self.fact(by, rid, other) for other in others)

    def name(self, rid: str) -> str | None:
        """How a question may call the region so that no other is meant: "the liver", "bone", "the largest nucleus".

        None where words cannot tell it from another, where it holds everything (the body), or is of no kind of its own.
        """
        entry = self.entry(rid)
        if entry.slug in CONTAINERS | RESIDUAL:
            return None
        if len(self.same(rid)) == 1:
            return definite(entry)
        return f"the largest {entry.concept.label}" if self.largest(rid) and not entry.mass else None

    def called(self, rid: str) -> str:
        """`name` where there must be one. Raises ValueError."""
        name = self.name(rid)
        if name is None:
            raise ValueError(f"region {rid} of {self.scene.key} has no name of its own: do not ask about it")
        return name

    def named(self, predicate: str) -> list[tuple[Fact, str]]:
        """The facts of a predicate whose first region has a name, with that name."""
        pairs = [(fact, self.name(fact.regions[0])) for fact in self.of(predicate) if fact.regions]
        return [(fact, name) for fact, name in pairs if name is not None]

    def mention(self, concept: Concept) -> str:
        """A concept as a question introduces it: "the liver", "a pulmonary nodule", "cardiomegaly"."""
        return mention(self.space.of(concept))

    def verbs(self, *rids: str) -> Mapping[str, str]:
        """What a wording puts for {is}, {lies} ... of these regions under their names."""
        return verbs(len(rids) > 1 or self.entry(rids[0]).many)


def chained(task: str, drafts: Sequence[DialogueDraft]) -> DialogueDraft:
    """Questions one after the other, judged by the last answer: its regions, facts and steps come first."""
    last = drafts[-1]
    inwards = [last, *drafts[:-1]]
    return DialogueDraft(
        task, tuple(turn for one in drafts for turn in one.turns), last.answer,
        regions=tuple(dict.fromkeys(rid for one in inwards for rid in one.regions)),
        facts=tuple(dict.fromkeys(name for one in inwards for name in one.facts)),
        reasoning=last.reasoning, check=last.check, program=last.program,
    )  # fmt: skip
