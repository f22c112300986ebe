"""What the sample page shows, worked out from a Sample and its masks; the template only lays it out."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from functools import partial
from typing import Any

import numpy as np
from numpy.typing import NDArray

from catalog.portal import group_page, translation_page
from catalog.portal.outline import edge_letters
from catalog.portal.region_view import RegionView, region_view
from catalog.portal.words import (
    Mark,
    Segment,
    claim_segments,
    marks_of,
    predicate_text,
    span_segments,
    value_text,
)
from schemas import Dialogue, Fact, Media, ReasoningStep, Sample, SourceText, Turn
from transforms.text.reports import FIELDS, is_prior


@dataclass(frozen=True)
class FactView:
    id: str
    predicate: str
    concept: str
    value: str
    regions: tuple[str, ...]
    scope: str
    source: str


@dataclass(frozen=True)
class TurnView:
    role: str
    segments: list[Segment]


@dataclass(frozen=True)
class StepView:
    op: str
    args: str
    result: str
    text: str
    regions: tuple[str, ...]
    box: str


@dataclass(frozen=True)
class DialogueView:
    id: str
    task: str
    turns: list[TurnView]
    choices: list[tuple[str, bool]]
    steps: list[StepView]
    made_by: str
    origin: str


@dataclass(frozen=True)
class SourceTextView:
    """Words of the source itself: what they are, and what became of them."""

    title: str
    origin: str
    segments: list[Segment]


@dataclass(frozen=True)
class SampleView:
    sample: Sample
    images: tuple[Media, ...]
    regions: list[RegionView]
    facts: list[FactView]
    document: list[Segment] | None
    overall: list[Segment]
    region_texts: list[tuple[str, str, list[Segment]]]
    relations: list[list[Segment]]
    source_texts: list[SourceTextView]
    missing: list[str]
    dialogues: list[DialogueView]
    letters: dict[str, str]
    marks: tuple[Mark, ...]
    title: str
    lead: list[str]
    group: group_page.GroupView | None
    translations: list[translation_page.TranslationView]

    @property
    def colours(self) -> dict[str, str]:
        return {region.id: region.colour for region in self.regions}

    @property
    def names(self) -> dict[str, str]:
        return {region.id: region.label for region in self.regions}


def view(sample: Sample, masks: Mapping[str, NDArray[np.bool_]], members: Collection[str]) -> SampleView:
    """`masks`: region id -> bool (height, width) of the first image. `members`: those that the shard holds."""
    by_id = {fact.id: fact for fact in sample.facts}
    facts_of: dict[str, list[str]] = {}
    for fact in sample.facts:
        for region in fact.regions:
            facts_of.setdefault(region, []).append(fact.id)
    images = tuple(media for media in sample.media if media.kind == "image" and media.name in members)
    regions = _regions(sample, masks, images, facts_of)
    labels = {region.id: region.label for region in regions}
    geometry = images[0].geometry if images else None
    cut = partial(claim_segments, by_id=by_id)
    described, together = sample.description, group_page.view(sample)
    return SampleView(
        sample=sample,
        images=images,
        regions=regions,
        facts=[_fact(fact) for fact in sample.facts],
        document=_document(sample, facts_of),
        overall=cut(described.overall.text, described.overall.claims),
        region_texts=[
            (one.region, labels.get(one.region, one.region), cut(one.text, one.claims)) for one in described.regions
        ],
        relations=[cut(text.text, text.claims) for text in described.relations],
        source_texts=[
            SourceTextView(_heading(text, sample), _origin(text), cut(text.text, text.claims))
            for text in described.source
        ],
        missing=_missing(sample),
        dialogues=[_dialogue(dialogue, by_id, set(labels)) for dialogue in sample.dialogues],
        letters=edge_letters(geometry.affine if geometry else None),
        marks=marks_of(sample.licence.redistribute, sample.licence.derivatives, sample.licence.commercial),
        title=_title(sample),
        lead=together.lead if together else _lead(sample, images),
        group=together,
        translations=translation_page.views(sample),
    )


def _regions(
    sample: Sample, masks: Mapping[str, NDArray[np.bool_]], images: tuple[Media, ...], facts_of: Mapping[str, list[str]]
) -> list[RegionView]:
    """The regions, each with its facts; of a group with the image that it lies on."""
    by_id = {fact.id: fact for fact in sample.facts}
    regions = [
        region_view(number, region, masks.get(region.id), images, [by_id[fact] for fact in facts_of.get(region.id, ())])
        for number, region in enumerate(sample.regions)
    ]
    if sample.group is not None:  # the same thing may be drawn on each of its images
        number_of = {member.media: n for n, member in enumerate(sample.group.shown, 1)}
        on = {region.id: number_of.get(region.medium) for region in sample.regions}
        regions = [replace(one, where=", ".join(filter(None, (f"image {on[one.id]}", one.where)))) for one in regions]
    return regions


def _title(sample: Sample) -> str:
    anatomy = ", ".join(concept.label for concept in sample.anatomy)
    what = " ".join(part for part in (sample.view.plane, sample.modality.label) if part)
    return f"{what}, {anatomy}" if anatomy else what


def _lead(sample: Sample, images: tuple[Media, ...]) -> list[str]:
    lead: list[str] = [sample.split]
    if not images:
        return lead
    image, geometry = images[0], images[0].geometry
    lead.append(f"{image.width} × {image.height} px")
    if geometry and geometry.spacing_mm:
        lead.append(f"{geometry.spacing_mm[0]:.3g} × {geometry.spacing_mm[1]:.3g} mm a pixel")
    if geometry and geometry.slice_index is not None and geometry.source_shape:
        depth = geometry.source_shape[geometry.slice_axis] if geometry.slice_axis is not None else None
        what = "slice" if sample.view.plane else "frame"
        lead.append(f"{what} {geometry.slice_index}" + (f" of {depth}" if depth else ""))
    if image.window:
        low, high = (value_text(bound) for bound in image.window)
        lead.append(f"window {low} to {high} {image.unit or ''}".strip().replace("-", "−"))
    return lead


def _fact(fact: Fact) -> FactView:
    return FactView(
        id=fact.id, predicate=predicate_text(fact.predicate),
        concept=fact.name or (fact.concept.label if fact.concept else ""),
        value=value_text(fact.value, fact.unit, fact.tolerance), regions=fact.regions, scope=fact.scope,
        source=fact.source or "",
    )  # fmt: skip


def _document(sample: Sample, facts_of: Mapping[str, list[str]]) -> list[Segment] | None:
    if sample.document is None:
        return None
    spans = [
        (int(region.span[0]), int(region.span[1]), region.id)
        for region in sample.regions
        if region.span and region.span_unit == "char"
    ]
    return span_segments(sample.document, spans, facts_of)


def _dialogue(dialogue: Dialogue, by_id: Mapping[str, Fact], regions: set[str]) -> DialogueView:
    return DialogueView(
        id=dialogue.id,
        task=dialogue.task,
        turns=[TurnView(turn.role, _turn(turn, dialogue.choices or (), by_id)) for turn in dialogue.turns],
        choices=[(choice, choice == dialogue.answer) for choice in dialogue.choices or ()],
        steps=[_step(step, regions) for step in dialogue.reasoning],
        made_by=dialogue.made_by.backend,
        origin=_origin(dialogue) if dialogue.published else "",
    )


def _heading(text: SourceText, sample: Sample) -> str:
    earlier = set(sample.group.earlier) if sample.group else set()
    of = " of the earlier study" if text.media and earlier.issuperset(text.media) else ""
    return f"{text.heading or text.kind}{of}"


def _missing(sample: Sample) -> list[str]:
    """The sections that a report has not, a line each: those that are but left out are told where they stand."""
    lines = []
    for report in sample.description.reports:
        texts = [one for one in sample.description.source if is_prior(one, sample.group) is report.prior]
        there = {"rest", *(one.kind for one in texts)}
        names = [name for name in FIELDS if name not in there]
        whose = "earlier study" if report.prior else "study"
        lines += [f"Of the {whose}'s report there is no {', no '.join(names)}."] if names else []
    return lines


def _origin(said: Dialogue | SourceText) -> str:
    """Whose words they are, of what, and what the check made of them."""
    checked = "borne out by facts" if said.checked == "supported" else "not all of it can be checked"
    parts = [f"The source's own words ({said.made_by.dataset})", f"of the {said.level}", checked]
    left_out = said.left_out if isinstance(said, SourceText) else 0
    return ", ".join(parts) + (f"; {left_out} sentence{'s' if left_out > 1 else ''} left out" if left_out else "") + "."


def _turn(turn: Turn, choices: Collection[str], by_id: Mapping[str, Fact]) -> list[Segment]:
    """The words of a turn; a question's list of choices is left out, since the page shows them beside it."""
    if turn.claims:
        return claim_segments(turn.text, turn.claims, by_id)
    listed = {f"- {choice}" for choice in choices}
    return [Segment("\n".join(line for line in turn.text.split("\n") if line not in listed))]


def _step(step: ReasoningStep, regions: set[str]) -> StepView:
    args = ", ".join(f"{name}={_argument(value)}" for name, value in step.args.items())
    named = tuple(dict.fromkeys(name for value in step.args.values() for name in _names(value) if name in regions))
    if isinstance(step.result, str) and step.result in regions and step.result not in named:
        named = (*named, step.result)
    return StepView(
        op=step.op, args=args, result=value_text(step.result, step.unit), text=step.text, regions=named,
        box=" ".join(map(str, step.box)) if step.box else "",
    )  # fmt: skip


def _argument(value: Any) -> str:
    return ", ".join(map(str, value)) if isinstance(value, list | tuple) else str(value)


def _names(value: Any) -> list[str]:
    return [str(item) for item in value] if isinstance(value, list | tuple) else [str(value)]
