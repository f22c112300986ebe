"""From samples to one scene of all of them, and the words that hold of it."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from schemas import (
    Candidate,
    Concept,
    Description,
    Fact,
    LabelSpace,
    Media,
    MediaText,
    Presence,
    SampleRegion,
    Scene,
    View,
)
from schemas.dialogue import TextMaker
from schemas.sample import RegionMask
from transforms.groups import across, choose
from transforms.groups.choose import Chosen
from transforms.groups.wording import BETWEEN, Wording, written
from transforms.text.line import Line

VERSION = "5"
UNTOLD = ("shown_in", "only_at", "followed", "alike", "ranked_in")  # told together, or only asked
MOST_OF_KIND = 6  # sentences of one predicate in a description
MOST_LISTED = 12  # things in one sentence


class _Names:
    """New names and ids for the media, regions and facts of one sample among those of others. `media`: what its own
    are called in the group, in their order."""

    def __init__(self, media: Sequence[str], sample: Candidate, regions: int, facts: int) -> None:
        self.every = tuple(media)
        shown = [one.name for one in sample.media if one.kind != "mask"]
        numbers = zip(shown, media, strict=True)
        self.numbers = {old.partition(".")[0]: new.partition(".")[0] for old, new in numbers}
        self.single = len(shown) == 1
        self.regions = {region.id: f"r{regions + n}" for n, region in enumerate(sample.regions, 1)}
        self.facts = {fact.id: f"f{facts + n}" for n, fact in enumerate(sample.facts, 1)}
        self.on = {region.id: self.media(region.medium) if region.medium else None for region in sample.regions}

    def media(self, name: str) -> str:
        """ "png" is now 2.png; of a clip "3.mask.png" is now 5.mask.png."""
        if self.single:
            return f"{self.every[0].partition('.')[0]}.{name}"
        frame, _, rest = name.partition(".")
        return f"{self.numbers[frame]}.{rest}"

    def region(self, region: SampleRegion) -> SampleRegion:
        new = self.regions[region.id]
        changes: dict[str, Any] = {"id": new, "parent": self.regions.get(region.parent or "")}
        if region.mask is not None:  # its value is the number in its id
            changes["mask"] = RegionMask(media=self.media(region.mask.media), value=int(new[1:]))
        if region.box3d or region.places or region.slices or region.span:
            changes["volume"] = self.every[0]
        for name in ("box", "points", "line", "ellipse", "turned_box"):
            if (drawn := getattr(region, name)) is not None:
                changes[name] = drawn.model_copy(update={"media": self.media(drawn.media)})
        return region.model_copy(update=changes)

    def fact(self, fact: Fact) -> Fact:
        regions = tuple(self.regions[rid] for rid in fact.regions)
        inputs = tuple(self.facts[name] for name in fact.inputs)
        drawn = [self.on[rid] for rid in fact.regions]
        alone = not self.single and drawn and None not in drawn  # on some frames of a clip
        media = tuple(name for name in self.every if name in drawn) if alone else self.every
        own = {"id": self.facts[fact.id], "regions": regions, "inputs": inputs, "media": media}
        return fact.model_copy(update=own)


def scene_of(
    chosen: Chosen, samples: Mapping[str, Candidate], space: LabelSpace
) -> tuple[Scene, tuple[MediaText, ...]]:
    """The scene of a group, and the description of each of its parts. `samples`: by key, as they were checked."""
    own = [samples[shown.key] for shown in chosen.samples]
    pictures: list[Media] = []
    sheets: list[Media] = []
    regions: list[SampleRegion] = []
    presence: list[Presence] = []
    facts: list[Fact] = []
    texts: list[MediaText] = []
    for part, sample in zip(chosen.group.parts, own, strict=True):
        media = [str(member.media) for member in part]
        names = _Names(media, sample, len(regions), len(facts))
        for one in sample.media:
            (sheets if one.kind == "mask" else pictures).append(one.model_copy(update={"name": names.media(one.name)}))
        regions += [names.region(region) for region in sample.regions]
        presence += [one.model_copy(update={"media": media[0]}) for one in sample.presence]
        facts += [names.fact(fact) for fact in sample.facts]
        said = sample.description.overall
        claims = tuple(claim.model_copy(update={"fact": names.facts[claim.fact]}) for claim in said.claims)
        writer = sample.description.global_made_by
        texts.append(MediaText(media=media[0], text=said.text, claims=claims, made_by=writer))
    first = own[0]
    scene = Scene(
        key=chosen.key, dataset=first.dataset, record=first.record, subject=first.subject,
        study=None if chosen.group.kind in ("visits", "cases") else first.study,
        modality=first.modality, anatomy=_all(sample.anatomy for sample in own), view=View(frame=chosen.group.kind),
        media=(*pictures, *sheets), regions=tuple(regions), presence=tuple(presence), facts=tuple(facts),
        group=chosen.group,
    )  # fmt: skip
    drafts = [draft for draft in across.measure(scene) if across.telling(draft, space)]
    more = tuple(draft.fact(number) for number, draft in enumerate(drafts, len(facts) + 1))
    return scene.model_copy(update={"facts": (*facts, *more)}), tuple(texts)


def _all(anatomies: Iterable[tuple[Concept, ...]]) -> tuple[Concept, ...]:
    return tuple(dict.fromkeys(concept for anatomy in anatomies for concept in anatomy))


def describe(scene: Scene, media: tuple[MediaText, ...], space: LabelSpace, seed: int) -> Description:
    """What holds of all of it in one text, then each medium's own."""
    line, told = Line(), dict.fromkeys(across.PREDICATES, 0)
    for fact in scene.facts:
        said = written(fact, scene, space)
        if said is not None and fact.predicate not in UNTOLD and told[fact.predicate] < MOST_OF_KIND:
            told[fact.predicate] += 1
            line.sentence(Line().claim(said.text, fact))
    for sentence in _shown(scene, space):
        line.sentence(sentence)
    maker = TextMaker(backend="groups", revision=VERSION, seed=seed)
    return Description.model_validate({"global": line.done(), "media": media, "made_by": maker})


def _shown(scene: Scene, space: LabelSpace) -> Iterator[Line]:
    """Which images show what: first what tells them apart, then what all show, then what none does. Things that the
    same images show share a sentence, where their names can be told apart in a list."""
    by: dict[str, list[tuple[Fact, Wording]]] = {}
    for fact in scene.facts:
        if fact.predicate == "shown_in" and (said := written(fact, scene, space)) is not None:
            by.setdefault(said.value, []).append((fact, said))
    for who, found in sorted(by.items(), key=lambda one: one[0].startswith(("each", "none"))):
        plain = [one for one in found if not BETWEEN.search(one[1].after)][:MOST_LISTED]
        other = [one for one in found if BETWEEN.search(one[1].after)][:MOST_LISTED]
        last = "or" if who.startswith("none") else "and"
        parts = [Line().claim(said.after.strip(), fact) for fact, said in plain]
        if parts:
            yield Line().say(f"{who} ").listed(parts, last)
        yield from (Line().claim(said.text, fact) for fact, said in other)


def versions() -> Mapping[str, str]:
    """What decides a group's scene and text, beside its samples."""
    return {"choose": choose.VERSION, "compose": VERSION}
