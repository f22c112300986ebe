"""Published texts read again: what they say against the facts of their sample, and facts against what is beside them.

Checksums that were computed anew hide nothing from this: a number, a side or an answer that was changed is at odds with
the fact that it states, and a fact that was changed is at odds with the text that states it.
"""

from collections.abc import Iterator, Mapping

import numpy as np
from numpy.typing import NDArray

from schemas import Dialogue, Fact, LabelSpace, Media, Sample
from transforms.checks import rejected
from transforms.checks.claims.annotated import UNCLAIMED
from transforms.checks.claims.samples import texts, verdicts
from transforms.checks.claims.sentences import sentences
from transforms.facts.base import classes_of
from transforms.languages import rendered
from transforms.tasks.scoring import score

DOUBT = ("possible", "uncertain", "may ", "cannot be excluded")
"""Words for what a report leaves open, which the short answer calls uncertain."""
LEVELS = 255


def problems(sample: Sample, space: LabelSpace) -> Iterator[tuple[str, str]]:
    """(check, what is wrong) of the texts, the answers and the facts about the whole record."""
    for where, one in verdicts(sample, sample.description, sample.dialogues, space):
        if one.verdict != "supported" and one.reason != UNCLAIMED:
            kind = f" ({one.error}, {one.weight})" if one.error else ""
            yield "text", f"{where}: {one.text!r} is {one.verdict}{kind}: {one.reason}"
    for dialogue in sample.dialogues:
        if dialogue.check is None or dialogue.check.kind not in ("set", "order"):
            yield from (("answer", message) for message in _answer(dialogue))  # of a list, plurals and "each" name all
    yield from (("text", message) for message in _by_models(sample, space))
    for fault in rejected.faults(sample, sample.description, sample.dialogues, space):
        yield "rejected", f"{fault.where}: {fault.reason}"
    yield from (("fact", message) for fact in sample.facts for message in _header(fact, sample, space))


def looked(sample: Sample) -> int:
    """How many texts there are to read."""
    return sum(1 for _ in texts(sample.description, sample.dialogues))


def _by_models(sample: Sample, space: LabelSpace) -> Iterator[str]:
    """What a model translated says what its English says, what it wrote of a class says a fact of it; what one doubts
    are sentences of the text at hand."""
    facts = {fact.id: fact for fact in sample.facts}
    for n, one in enumerate(sample.description.written):
        claimed = (facts[claim.fact] for claim in one.claims if claim.fact in facts)
        if one.concept is not None and not any(one.concept in classes_of(fact, sample) for fact in claimed):
            yield f"description.written.{n}: it says no fact of {one.concept.label}"
        if one.language is not None:
            wrong = rendered.problems(one, sample.description.overall, sample, space)
            yield from (f"description.written.{n}: {message}" for message in wrong)
    told, spans = sample.description.judged, list(sentences(sample.description.overall.text))
    if told is None:
        return
    score = round(1 - len(told.doubted) / len(spans), 6) if spans else None
    if (told.sentences, told.score) != (len(spans), score) or not set(told.doubted) <= set(spans):
        yield "description.judged: it is not of the sentences of description.global"


def _answer(dialogue: Dialogue) -> Iterator[str]:
    """Our own short answers stand in the last turn, and the choices in the first."""
    if dialogue.published or not dialogue.turns:
        return
    asked, told = dialogue.turns[0].text, dialogue.turns[-1].text.casefold()
    answer = dialogue.answer.casefold()
    if answer in ("yes", "no"):
        said = told.startswith(answer)
    elif answer == "uncertain":
        said = any(word in told for word in DOUBT)
    else:
        said = all(part in told for part in ([answer] if answer.startswith("[") else answer.split(", ")))
    if not said and not _passes(dialogue):
        yield f"{dialogue.id}: the last turn does not say the answer {dialogue.answer!r}"
    for choice in dialogue.choices or ():
        if choice not in asked:
            yield f"{dialogue.id}: the question does not offer {choice!r}"


def _passes(dialogue: Dialogue) -> bool:
    """Whether the last turn, taken as an answer, is right: "8.0 cm2" says 800 mm²."""
    if dialogue.check is None or dialogue.check.kind != "tolerance":
        return False
    try:
        return score(dialogue.check, dialogue.turns[-1].text, dialogue.choices).right
    except ValueError:
        return False


def _header(fact: Fact, sample: Sample, space: LabelSpace) -> Iterator[str]:
    """A modality and a plane are those of the sample; a body part is one of its anatomy, or something drawn lies in
    it. The facts of a group are of its media, each with a view of its own; its modality is that of its first."""
    own = sample.group is None or sample.group.shown[0].media in fact.media
    if own and fact.predicate == "modality" and fact.value != sample.modality.label:
        yield f"{fact.id} modality: says {fact.value}, the sample is {sample.modality.label}"
    if sample.group is not None:
        return
    if fact.predicate == "plane" and fact.value != sample.view.plane:
        yield f"{fact.id} plane: says {fact.value}, the view is {sample.view.plane}"
    if fact.predicate != "body_part" or fact.value in {one.label for one in sample.anatomy}:
        return
    if fact.value not in _drawn(sample, space):
        yield f"{fact.id} body_part: {fact.value} is none of the sample's anatomy, and nothing drawn lies in it"


def _drawn(sample: Sample, space: LabelSpace) -> set[str]:
    """What the things that are drawn are parts of, by their labels."""
    slugs = {space.of(region.concept).slug for region in sample.regions}
    return {space.get(slug).concept.label for own in slugs for slug in (own, *space.ancestors(own))}


def brightness(
    sample: Sample, arrays: Mapping[str, NDArray[np.generic]], masks: Mapping[str, NDArray[np.bool_]]
) -> Iterator[str]:
    """Mean intensities against the emitted picture, whose window maps source values linearly to 0..255.

    Where pixels lie at an end of the window, they may be beyond it: then the mean can be held against one side alone,
    or, where some lie at both, not at all: a few may be far beyond. Of groups nothing is
    held: their facts are of several pictures. `masks`: bool (height, width) by region.
    """
    shown = next((media for media in sample.media if media.kind == "image" and media.name in arrays), None)
    if sample.group is not None or shown is None or shown.window is None or arrays[shown.name].ndim != 2:
        return
    for fact in sample.facts:
        if fact.predicate == "mean_intensity" and fact.regions and fact.regions[0] in masks and fact.scope == "view":
            mask = masks[fact.regions[0]]
            if mask.shape == arrays[shown.name].shape:
                yield from _bright(fact, shown, arrays[shown.name][mask])


def _bright(fact: Fact, shown: Media, pixels: NDArray[np.generic]) -> Iterator[str]:
    assert shown.window is not None
    black, white = shown.window
    step = (white - black) / LEVELS
    levels = pixels.astype(np.float64)
    mean = black + step * float(levels.mean())
    allowed = abs(step) + (fact.tolerance or 0.0)
    low, high = float((levels <= 0).mean()), float((levels >= LEVELS).mean())
    if step < 0:
        low, high = high, low  # shown inverted: what is white is low
    value = float(fact.value)
    above = value > mean + allowed and high == 0
    below = value < mean - allowed and low == 0
    if above or below:
        yield f"{fact.id} mean_intensity: says {value:g}, the picture gives {mean:.0f}"
