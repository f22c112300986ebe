"""What a sample holds beside questions of a family: its forms, by the names of `schemas.recipe.Form`."""

from collections.abc import Iterator

from schemas import Candidate, Form, Sample, SampleRegion
from transforms.facts.statement import STATED


def forms(sample: Candidate) -> set[Form]:
    """The forms of one sample."""
    return {*_media(sample), *_regions(sample), *_texts(sample), *_asked(sample)}


def _media(sample: Candidate) -> Iterator[Form]:
    shown = [media for media in sample.media if media.kind != "mask"]
    if any(media.kind == "volume" for media in shown):
        yield "volume"
    if any(media.kind == "signal" for media in shown) or sample.view.frame == "signal":
        yield "signal"
    if sample.view.frame == "clip":
        yield "clip"
    elif any(media.kind == "image" for media in shown):
        yield "image"
    if sample.document is not None:
        yield "document"
    if sample.group is not None:
        yield sample.group.kind
    if sample.group is not None and sample.group.earlier:
        yield "prior"
    if sample.counterfactual is not None:
        yield "counterfactual"


def _regions(sample: Candidate) -> Iterator[Form]:
    for region in sample.regions:
        yield from _drawn(region)


def _drawn(region: SampleRegion) -> Iterator[Form]:
    if region.mask is not None:
        yield "mask"
    if region.box is not None or region.turned_box is not None:
        yield "box"
    if region.box3d is not None:
        yield "box3d"
    if region.points is not None or region.places:
        yield "point"
    if region.line is not None:
        yield "line"
    if region.span is not None:
        yield "span"


def _texts(sample: Candidate) -> Iterator[Form]:
    described = sample.description
    if described.overall.text:
        yield "caption"
    if described.regions:
        yield "region_text"
    if described.relations:
        yield "relation_text"
    if any(text.text for text in described.source):
        yield "source_text"
    told = [described.global_made_by, *(one.prose for one in sample.dialogues)]
    if described.written or any(one is not None for one in told):
        yield "model_text"
    if described.reports:
        yield "report"
    if any(sentence.regions for text in described.source for sentence in text.sentences):
        yield "grounded_sentence"
    if isinstance(sample, Sample) and sample.translations:
        yield "translation"
    if any(fact.predicate in STATED for fact in sample.facts):
        yield "stated"


def _asked(sample: Candidate) -> Iterator[Form]:
    for dialogue in sample.dialogues:
        if dialogue.published:
            yield "source_question"
        if dialogue.choices:
            yield "choices"
        if dialogue.reasoning:
            yield "steps"
        if any(step.wrong is not None for step in dialogue.reasoning):
            yield "slips"
        if any(turn.crop is not None for turn in dialogue.turns):
            yield "crops"
        if dialogue.rejected is not None:
            yield "rejected"
