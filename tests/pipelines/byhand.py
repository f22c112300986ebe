"""Samples against what a replica's declaration says by hand of them (`expect: samples:`)."""

import re
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence

from schemas import Candidate, Fact, LabelSpace, Member, Record
from tests.connectors.reading import name_of
from tests.connectors.spots import same, some
from tests.replicas.builder.declaration import Measured, Samples, SampleSpot
from transforms.facts import statement

TOLERANCE = 0.005
"""Relative: values by hand are rounded to three figures."""
ROUGH = 0.02
"""Of what is "about" so large: a curve drawn in few pixels."""
THEIRS = ("source_question", "report", "report_writing")
"""Tasks whose questions hold a source's own words; all others are written by us."""


def written(sample: Candidate) -> Iterator[str]:
    """Every text of a sample that we wrote."""
    yield sample.description.overall.text
    yield from (text.text for text in (*sample.description.regions, *sample.description.relations))
    for dialogue in sample.dialogues:
        if dialogue.task not in THEIRS:
            yield from (turn.text for turn in dialogue.turns)
            yield from (step.text for step in dialogue.reasoning)


def differences(
    wanted: Samples, came: Sequence[Candidate], records: Mapping[str, Record], space: LabelSpace
) -> Iterator[str]:
    """What is not as the declaration says, a line each. `records` of the set by key."""
    singly = Counter(kind(sample) for sample in came if sample.group is None or kind(sample) in wanted.count)
    yield from same("count", singly, wanted.count)
    for sample in came:
        for text in written(sample):
            yield from (f"{sample.view.frame}: never {p!r}: {text!r}" for p in wanted.never if re.search(p, text))
    for number, spot in enumerate(wanted.at):
        keys = None if spot.of is None else {key for key, record in records.items() if of(record, spot.of)}
        own = [one for one in came if keys is None or one.record in keys]
        own = [one for one in own if spot.view in (one.view.frame, kind(one))]
        if keys is not None and len(keys) != 1:
            yield f"at.{number}: {len(keys)} records fit {spot.of}: {some(map(first, records.values()), 12)}"
        elif not own:
            yield f"at.{number} {spot.of}: no sample shows {spot.view!r}"
        for sample in own:
            where = f"at.{number} {first(records[sample.record])} {sample.view.frame}: "
            yield from (where + line for line in _against(spot, sample, space))


def kind(sample: Candidate) -> str:
    """axial, full, volume, frame ..."""
    return sample.view.frame.partition(":")[0]


def first(record: Record) -> str:
    return name_of(record.sources[0])


def of(record: Record, path: str) -> bool:
    names = [name_of(source) for source in record.sources]
    return path in names or path == record.sources[0].uri or names[0].startswith(path.rstrip("/") + "/")


def _against(spot: SampleSpot, sample: Candidate, space: LabelSpace) -> Iterator[str]:
    if spot.regions is not None:
        shown = _regions(sample, space)
        found = {slug: len(own) if isinstance(spot.regions.get(slug), int) else own for slug, own in shown.items()}
        wanted = {slug: own if isinstance(own, int) else sorted(own) for slug, own in spot.regions.items() if own}
        yield from same("regions", found, wanted)
    for state, slugs in (("present", spot.present), ("absent", spot.absent), ("uncertain", spot.uncertain)):
        if slugs is not None and (held := _slugs(sample, state, space)) != sorted(slugs):
            yield f"{state}: found {held}, expected {sorted(slugs)}"
    yield from _measured(spot, sample, space)
    told = {str(f.name): statement.value(f) for f in sample.facts if f.predicate in statement.STATED and f.name}
    for name, value in spot.stated.items():
        if told.get(name) != (None if value is None else str(value)):
            yield f"stated: {name}: found {told.get(name)!r}, expected {value!r} (stated are {told})"
    yield from _together(spot, sample, space)
    yield from _said(spot, sample)


def _together(spot: SampleSpot, sample: Candidate, space: LabelSpace) -> Iterator[str]:
    """What a group shows, and what reports say by section and by sentence."""
    members = [_member(one) for one in sample.group.members] if sample.group else []
    if spot.members is not None and members != spot.members:
        yield f"members: found {members}, expected {spot.members}"
    reports = [{name: value for name, value in one.model_dump().items() if value} for one in sample.description.reports]
    if spot.reports is not None and reports != spot.reports:
        yield f"reports: found {reports}, expected {spot.reports}"
    slugs = {region.id: space.of(region.concept).slug for region in sample.regions}
    linked = {text.text[slice(*one.span)]: sorted(slugs[rid] for rid in one.regions)
              for text in sample.description.source for one in text.sentences}  # fmt: skip
    for sentence, wanted in spot.links.items():
        if linked.get(sentence) != sorted(wanted):
            yield f"links: {sentence!r}: found {linked.get(sentence)}, expected {sorted(wanted)}"


def _member(one: Member) -> str:
    words = ("" if one.media else "no", "earlier" if one.prior else "", one.role or "")
    return " ".join(word for word in words if word)


def _regions(sample: Candidate, space: LabelSpace) -> dict[str, list[list[float]]]:
    """Slug -> the places of its regions: a box's corners, the points, the ends of a line or a span, the centre, half
    axes and turn of an ellipse; in a volume the box, or the points with the diameter of what lies there."""
    out: dict[str, list[list[float]]] = defaultdict(list)
    for region in sample.regions:
        place: Sequence[float] = region.box3d or (region.box.xyxy if region.box else region.span or ())
        drawn = region.points or region.line
        if drawn is not None:
            place = [value for point in drawn.xy for value in point]
        elif region.ellipse is not None:
            place = [*region.ellipse.centre, *region.ellipse.axes, region.ellipse.angle]
        elif region.places:
            place = [value for point in region.places for value in point]
            place = [*place, region.diameter_mm] if region.diameter_mm is not None else place
        out[space.of(region.concept).slug].append(list(place))
    return {slug: sorted(places) for slug, places in out.items()}


def _slugs(sample: Candidate, state: str, space: LabelSpace) -> list[str]:
    if state == "uncertain":
        return sorted(space.of(one.concept).slug for one in sample.presence if one.state == state)
    said = [fact.concept for fact in sample.facts if fact.predicate == state and fact.value is True]
    return sorted(space.of(concept).slug for concept in said if concept is not None)


def _measured(spot: SampleSpot, sample: Candidate, space: LabelSpace) -> Iterator[str]:
    slugs = {region.id: space.of(region.concept).slug for region in sample.regions}
    known = {entry.concept.label: entry.slug for entry in space}  # what a source states need be no concept
    found: dict[str, list[Fact]] = defaultdict(list)
    for fact in sample.facts:
        about = [slugs[rid] for rid in fact.regions]
        about = about[:1] if fact.predicate in ("present", "count") else about  # of several things at once
        about = about or ([known.get(fact.concept.label, fact.concept.label)] if fact.concept else [])
        found[" ".join([fact.predicate, *about])].append(fact)
    for key, wanted in spot.facts.items():
        values = [] if wanted is None else wanted if isinstance(wanted, list) else [wanted]
        held = sorted(found.get(key, []), key=lambda fact: fact.value)
        if len(held) != len(values) or not all(map(_equal, held, sorted(values, key=_number))):
            there = ", ".join(sorted(found))
            yield f"facts: {key}: found {[_shown(fact) for fact in held]}, expected {values} (there are {there})"


def _number(value: Measured) -> tuple[float, str]:
    """A value by its number, for sorting."""
    head = str(value).removeprefix("about ").partition(" ")[0]
    return (float(head), "") if re.fullmatch(r"-?\d+(\.\d+)?", head) else (0.0, str(value))


def _shown(fact: Fact) -> str:
    return f"{fact.value} {fact.unit or ''}".strip()


def _equal(fact: Fact, wanted: Measured) -> bool:
    if isinstance(fact.value, str | bool):
        return fact.value == wanted
    rough = str(wanted).startswith("about ")
    number, _, unit = str(wanted).removeprefix("about ").partition(" ")
    near = abs(float(number) - fact.value) <= (ROUGH if rough else TOLERANCE) * abs(fact.value) + 1e-9
    return near and unit == (fact.unit or "")


def _said(spot: SampleSpot, sample: Candidate) -> Iterator[str]:
    for task, words, answer in spot.asked:
        asked = [(d.turns[0].text, d.answer) for d in sample.dialogues if d.task == task]
        if not any(words in question and answer == given for question, given in asked):
            yield f"asked: {task}: {words!r} with the answer {answer!r} is not among {asked}"
    for task, pattern in spot.unasked.items():
        asked = [(d.turns[0].text, d.answer) for d in sample.dialogues if d.task == task]
        yield from (f"unasked: {one}" for one in asked if re.search(pattern, one[0]))
    texts = [*written(sample), *(text.text for text in sample.description.source), sample.document or ""]
    texts += [turn.text for dialogue in sample.dialogues for turn in dialogue.turns]
    yield from (f"says: {words!r} is in none of {texts}" for words in spot.says if not any(words in t for t in texts))
    yield from (f"unsaid: {p!r}: {text!r}" for p in spot.unsaid for text in written(sample) if re.search(p, text))
