"""What holds between the media of a group, worked out of the facts of each: nothing is measured here.

Predicates, of media (earlier, later) where they compare:
    images          how many there are
    days_after      days between two visits
    volume_ratio    the later volume of one thing over the earlier, of whole volumes (mL)
    area_ratio      the same of its area in whole pictures (mm2)
    recist_change   what the change of one tumour is by the size limits of RECIST 1.1 (transforms/groups/response.py)
    reported_change the later value that the source states less the earlier, in its unit
    only_in         a concept is shown in the first of `media`, and the second was examined for it and has none
    only_at         where that lies: its box, or the slice that shows most of it (transforms/groups/placed.py)
    shown_in        the numbers of the images that show a concept, where each of the others was examined for it
    largest_in, ranked_in where there is most of a concept, of cases (transforms/groups/ranked.py)
    followed, alike where the same thing, or what is of its kind, lies in two (transforms/facts/followed.py)
    said_of         "present" or "absent": what the source says of a concept not of one image but of all that the group
                    shows of a study (`media`), or of the patient (`level`)
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from itertools import pairwise

from schemas import Concept, Fact, Group, LabelSpace, Level, Member, Sample, Scene
from transforms.facts import followed
from transforms.facts.base import ACTS, CONTAINERS, NEGATIONS, RESIDUAL, Draft, significant
from transforms.groups import ranked
from transforms.groups.choose import WHOLES
from transforms.groups.placed import PREDICATE, only_at
from transforms.groups.response import responses

PREDICATES = (
    "images", "days_after", "volume_ratio", "area_ratio", "recist_change", "reported_change", "only_in", "shown_in",
    "said_of", PREDICATE, *followed.PREDICATES, *ranked.PREDICATES,
)  # fmt: skip
MEASURES = {"volume_ratio": ("volume", "mL"), "area_ratio": ("area", "mm2")}
REPORTED = ("measurement", "score", "grade")
COARSEST = 0.5  # relative: a ratio that may be half as large again says nothing
NONE = "none"
STUDY: tuple[Level, ...] = ("study", "visit")
SAID_OF: dict[str, tuple[Level, ...]] = {"study": (*STUDY, "patient"), "series": ("series",)}
"""Kind of group -> what one that is whole may be told that a source says of."""


@dataclass(frozen=True)
class _Media:
    """A group's facts and regions by medium."""

    scene: Scene

    @cached_property
    def facts(self) -> Mapping[str, list[Fact]]:
        found: dict[str, list[Fact]] = {}
        for fact in self.scene.facts:
            if len(fact.media) == 1 and fact.predicate not in PREDICATES:
                found.setdefault(fact.media[0], []).append(fact)
        return found

    @cached_property
    def elsewhere(self) -> frozenset[str]:
        """Regions that are named for how they look in another kind of image than that on which they are drawn."""
        found = (fact for fact in self.scene.facts if (fact.predicate, fact.value) == ("unseen", "elsewhere"))
        return frozenset(rid for fact in found for rid in fact.regions)

    @cached_property
    def states(self) -> Mapping[str, dict[str, bool]]:
        """Medium -> label -> whether it shows that, where it is known."""
        return {name: dict(_states(found, self.elsewhere)) for name, found in self.facts.items()}

    @cached_property
    def concepts(self) -> Mapping[str, Concept]:
        """Label -> concept, of all that some medium shows or lacks, in the order of the facts."""
        named = (fact.concept for found in self.facts.values() for fact in found if dict(_states([fact])))
        return {concept.label: concept for concept in named if concept is not None}

    def concept_of(self, rid: str) -> Concept:
        return next(region.concept for region in self.scene.regions if region.id == rid)

    def modality(self, name: str) -> frozenset[object]:
        return frozenset(fact.value for fact in self.facts.get(name, ()) if fact.predicate == "modality")

    def alone(self, name: str) -> Mapping[str, str]:
        """Label -> the one region of that concept on a medium."""
        on: dict[str, list[str]] = {}
        for region in self.scene.regions:
            if region.medium == name and region.mask is not None:
                on.setdefault(region.concept.label, []).append(region.id)
        return {label: rids[0] for label, rids in on.items() if len(rids) == 1}

    def measured(self, name: str, predicate: str, unit: str) -> Mapping[str, Fact]:
        """Region -> its measurement; of what is cut by the edge nobody saw how large it is."""
        return {fact.regions[0]: fact for fact in self.facts.get(name, ())
                if fact.predicate == predicate and fact.unit == unit and len(fact.regions) == 1
                and fact.bound is None}  # fmt: skip


def _states(facts: list[Fact], elsewhere: frozenset[str] = frozenset()) -> Iterator[tuple[str, bool]]:
    """What is there stands over what is not. What shows `elsewhere` alone is neither."""
    for there in (False, True):
        for fact in facts:
            if fact.level is not None or (fact.regions and elsewhere.issuperset(fact.regions)):
                continue
            said = {"absent": False, "present": True}.get(fact.predicate)
            if fact.concept is not None and fact.value is True and said is there:
                yield fact.concept.label, there


def measure(scene: Scene) -> Iterator[Draft]:
    """All that holds between the media of a group, whatever it is of."""
    group = scene.group
    if group is None:
        return
    yield from followed.follow(scene)
    media = _Media(scene)
    names = group.media
    yield Draft("images", len(names), media=names)
    yield from ranked.rank(scene, media.facts, media.states)
    for earlier, later in pairs(group):
        yield from _between(media, earlier, later)
    for label, concept in media.concepts.items():
        known = [media.states.get(name, {}).get(label) for name in names]
        if None not in known:
            numbers = [str(n) for n, there in enumerate(known, 1) if there]
            yield Draft("shown_in", ", ".join(numbers) or NONE, concept=concept, media=names)
    if group.whole:
        yield from _said_of(scene, SAID_OF.get(group.kind, ()), prior=False)
    if group.whole_prior:
        yield from _said_of(scene, STUDY, prior=True)


def pairs(group: Group) -> Iterator[tuple[Member, Member]]:
    """What comes before what, and may be compared: of visits and phases each and the next; of a study and the one
    before it images of one role, and the first of each where none has the other's."""
    firsts = [part[0] for part in group.parts]
    if group.timed:
        yield from pairwise(firsts)
    old = [member for member in firsts if member.prior]
    own = [member for member in firsts if not member.prior]
    of_role = {before.role: before for before in reversed(old)}
    found = [(of_role[member.role], member) for member in own if member.role in of_role]
    if old and own:
        yield from found or [(old[0], own[0])]


def _said_of(scene: Scene, levels: tuple[Level, ...], *, prior: bool) -> Iterator[Draft]:
    """What the source says of all that a study shows: there where it says so with any part and denies it with none, not
    there where it says so with each."""
    assert scene.group is not None
    parts = [part for part in scene.group.parts if part[0].prior is prior]
    names = tuple(str(member.media) for part in parts for member in part)
    found: dict[tuple[Level, Concept], dict[str, str]] = {}
    for one in scene.presence:
        if one.level in levels and one.media in names:
            found.setdefault((one.level, one.concept), {})[str(one.media)] = one.state
    for (level, concept), states in found.items():
        said = set(states.values())
        if said == {"present"} or (said == {"absent"} and len(states) == len(parts)):
            yield Draft("said_of", said.pop(), concept=concept, level=level, media=names)


def _between(media: _Media, earlier: Member, later: Member) -> Iterator[Draft]:
    """What holds between two moments."""
    a, b = str(earlier.media), str(later.media)
    if earlier.days is not None and later.days is not None:
        yield Draft("days_after", later.days - earlier.days, unit="days", media=(a, b))
    yield from _reported(media, a, b)
    if earlier.part or later.part or earlier.frame not in WHOLES or later.frame != earlier.frame:
        return  # the two may show other places: what only one of them shows is not new, nor gone
    if earlier.prior and (earlier.role != later.role or media.modality(a) != media.modality(b)):
        return  # nor are these of one kind
    yield from _ratios(media, a, b)
    old, new = media.facts.get(a, []), media.facts.get(b, [])
    for draft in responses(media.alone(a), media.alone(b), old, new, (a, b)):
        yield replace(draft, concept=media.concept_of(draft.regions[0]))
    here, there = media.states.get(a, {}), media.states.get(b, {})
    for label, concept in media.concepts.items():
        if {here.get(label), there.get(label)} == {True, False}:
            alone = (a, b) if here[label] else (b, a)
            yield Draft("only_in", True, concept=concept, media=alone)
            yield from only_at(media.scene, media.facts[alone[0]], concept, alone)


def _ratios(media: _Media, a: str, b: str) -> Iterator[Draft]:
    """How many times as large each thing is that is outlined once in both."""
    before, after = media.alone(a), media.alone(b)
    concepts = {region.id: region.concept for region in media.scene.regions}
    for predicate, (measured, unit) in MEASURES.items():
        old, new = media.measured(a, measured, unit), media.measured(b, measured, unit)
        for label in sorted(before.keys() & after.keys()):
            first, second = old.get(before[label]), new.get(after[label])
            if first is None or second is None or not float(first.value):
                continue
            ratio = float(second.value) / float(first.value)
            doubt = sum((one.tolerance or 0.0) / abs(float(one.value) or 1.0) for one in (first, second))
            if doubt <= COARSEST:
                pair = before[label], after[label]
                yield Draft(predicate, significant(ratio), pair, concept=concepts[pair[0]], media=(a, b),
                            tolerance=significant(ratio * doubt))  # fmt: skip


def _reported(media: _Media, a: str, b: str) -> Iterator[Draft]:
    """How a number changed that the source states at both visits."""
    old = {(one.name, one.unit): one for one in media.facts.get(a, ()) if _numeric(one)}
    for later in media.facts.get(b, ()):
        earlier = old.get((later.name, later.unit)) if _numeric(later) else None
        if earlier is None or earlier.scale != later.scale or isinstance(earlier.value, str):
            continue
        change = significant(float(later.value) - float(earlier.value))
        value = int(change) if change.is_integer() else change
        said = {"concept": later.concept, "name": later.name, "level": later.level, "scale": later.scale}
        yield Draft("reported_change", value, unit=later.unit, media=(a, b), **said)  # type: ignore[arg-type]


def _numeric(fact: Fact) -> bool:
    """Of a picture, an eye or a visit: what holds of the person is no change between two pictures."""
    number = isinstance(fact.value, int | float) and not isinstance(fact.value, bool)
    return fact.predicate in REPORTED and number and fact.level != "patient" and not fact.regions


def telling(draft: Draft, space: LabelSpace) -> bool:
    """Whether it says something to a reader: not where the concept is what holds everything, or no thing to be seen."""
    if draft.concept is None or draft.predicate in ("images", "days_after", "reported_change"):
        return True
    entry = space.of(draft.concept)
    return entry.slug not in CONTAINERS | RESIDUAL | ACTS | NEGATIONS.keys() and space.seen(draft.concept)


def problems(sample: Sample) -> Iterator[str | None]:
    """Each fact across media worked out again: None, or what is wrong with it."""
    found = {_of_what(draft): draft for draft in measure(sample)}
    for fact in sample.facts:
        if fact.predicate not in PREDICATES:
            continue
        again = found.get(_of_what(fact))
        if again is None:
            yield f"{fact.id} {fact.predicate}: the facts of its media do not give it"
        elif not _same(fact, again):
            yield f"{fact.id} {fact.predicate}: says {fact.value} {fact.unit or ''}, its media give {again.value}"
        else:
            yield None


def _of_what(one: Fact | Draft) -> tuple[object, ...]:
    return one.predicate, one.regions, one.media, one.concept, one.name, one.level


def _same(fact: Fact, again: Draft) -> bool:
    if fact.unit != again.unit or isinstance(fact.value, str | bool) or isinstance(again.value, str | bool):
        return fact.unit == again.unit and fact.value == again.value
    return abs(fact.value - again.value) <= 1e-5 * abs(again.value)
