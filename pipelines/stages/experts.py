"""What the recipe's experts, segmenters by rule or model, see on the pixels of a record."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from math import ceil
from typing import Any, cast

import numpy as np
from numpy.typing import NDArray

from pipelines.booking import verdict
from pipelines.context import Context
from pipelines.packet import Packet
from pipelines.store import Row
from schemas import BoxShape, MadeBy, PointShape, Record, Region, canonical_json, content_key, rle
from transforms.media.pixels import Pixels
from transforms.regions.experts import Asked, expert
from transforms.regions.metrics import dice
from transforms.regions.reliability import Thing, reliabilities, things
from transforms.regions.resolve import Dropped, Resolved
from transforms.regions.segments import Found, Prompt
from transforms.regions.valueless import cut

CHECK = "expert"  # the verdicts that tell how well a model did
MOST = 0.98  # share of the picture above which a model's mask is no answer: a network that fails paints everything


@dataclass(frozen=True)
class Score:
    """Dice of what a model found with what people drew of the same concept on the same record."""

    expert: str
    concept: str
    dice: float


@dataclass
class Answers:
    """What the experts found of a record, what of it is left out, and how well models did where people drew too."""

    found: list[Resolved] = field(default_factory=list)
    refused: list[Dropped] = field(default_factory=list)
    scores: list[Score] = field(default_factory=list)


def scored(packet: Packet, stage: str, score: Score) -> Row:
    """The verdict that tells of a score."""
    reason = canonical_json({"expert": score.expert, "concept": score.concept})
    return verdict(packet, stage, CHECK, reason, check=CHECK, reason=reason, outcome="pass", score=score.dice)


def gpus(ctx: Context) -> float:
    """The share of a GPU that all models of a recipe take together: a process keeps each that it has asked. More than
    one GPU is whole ones, as Ray has them."""
    names = {name for source in ctx.recipe.sources for name in source.experts}
    share = sum(expert(name).gpus for name in sorted(names))
    return share if share <= 1 else float(ceil(share))


def params(ctx: Context, dataset: str) -> dict[str, Any]:
    """What decides what is found: the experts with their versions, and how reliable a model must be."""
    spec = ctx.source(dataset)
    asked = {name: expert(name) for name in sorted(spec.experts)}
    models = any(one.kind == "model" for one in asked.values())
    versions = {"experts": {name: one.version for name, one in asked.items()}}
    return {**versions, **({"min_reliability": spec.min_reliability} if models else {})}


def ask(ctx: Context, record: Record, pixels: Pixels, drawn: Sequence[Resolved]) -> Answers:
    """Regions from the recipe's experts that know this modality and part of the body. `drawn`: those of the source: a
    model that draws what it is pointed at gets their boxes and points, and what people outlined is what models are
    held against. Raises what the experts raise: a model that fails costs the record, by name."""
    out = Answers()
    for name in sorted(ctx.source(record.dataset).experts):
        one = expert(name)
        if record.modality.code not in one.modalities or not _shows(ctx, record, one.anatomy):
            continue
        prompts = list(_prompts(ctx, record, drawn, one.produces)) if one.prompted else []
        if prompts or not one.prompted:
            _ask(ctx, record, one, pixels, prompts, drawn, out)
    return out


def _ask(
    ctx: Context, record: Record, one: Asked, pixels: Pixels, prompts: Sequence[Prompt], drawn: Sequence[Resolved],
    out: Answers,
) -> None:  # fmt: skip
    """What one expert finds, into `out`."""

    def segment(shown: Pixels, at: Sequence[Prompt]) -> list[Found]:
        return cut(one.segment(shown, at), shown)

    model = one.kind == "model"
    if model and pixels.array.dtype == np.float64:  # more than any model takes, and copied for each run of it
        pixels = replace(pixels, array=pixels.array.astype(np.float32))
    each = list(things(segment(pixels, prompts)))
    sure: list[float] | list[None] = [None] * len(each)
    if model:
        sure = reliabilities(segment, pixels, each, one.flips(pixels.geometry), prompts)
    for thing, agrees in zip(each, sure, strict=True):
        item = _resolved(ctx, record, one, thing, agrees)
        reason = _refused(record, thing, agrees, ctx.source(record.dataset).min_reliability) if model else None
        if reason is None:
            out.found.append(item)
        else:
            out.refused.append(Dropped(item.region, f"{one.name}: {thing.concept}: {reason}"))
    if model:
        out.scores += _scores(ctx, record, one, each, drawn)


def _refused(record: Record, thing: Thing, agrees: float | None, least: float) -> str | None:
    """Why what a model found is left out."""
    if thing.mask is not None and np.count_nonzero(thing.mask) > MOST * np.prod(record.geometry.shape):
        return f"it covers more than {MOST:.0%} of the picture: not plausible"
    if agrees is not None and agrees < least:
        return f"its reliability is {agrees:.2f}, below min_reliability {least:.2f}"
    return None


def _resolved(ctx: Context, record: Record, one: Asked, thing: Thing, agrees: float | None) -> Resolved:
    """A thing as a region of the record."""
    own = (thing.concept, thing.number, *((thing.prompt,) if thing.prompt else ()), *(thing.box or ()))
    maker = MadeBy(kind=one.kind, name=one.name, version=one.version, score=thing.score, reliability=agrees,
                   revision=one.revision())  # fmt: skip
    shape = BoxShape(xyxy=thing.box) if thing.box is not None else None
    if thing.mask is not None:
        shape = rle.encode_part(thing.mask, thing.offset, tuple(record.geometry.shape))  # type: ignore[assignment]
    assert shape is not None  # a thing has a mask or a box
    instance = thing.number or int(thing.prompt is not None)
    region = Region(
        key=content_key("expert", record.key, one.name, one.version, *own), dataset=record.dataset, record=record.key,
        frame="voxel", concept=ctx.space.concept(thing.concept), source_label="", shape=shape, made_by=maker,
        meta={"instance": instance, **({"prompt": thing.prompt} if thing.prompt else {})},
    )  # fmt: skip
    return Resolved(region, thing.offset, thing.mask)


def _shows(ctx: Context, record: Record, anatomy: Sequence[str]) -> bool:
    """Whether a record shows one of these parts of the body, as far as is said of it."""
    slugs = {ctx.space.slugs[concept.label] for concept in record.anatomy}
    above = {slug for own in slugs for slug in ctx.space.ancestors(own)}
    return not anatomy or bool({*slugs, *above} & {*anatomy})


def _prompts(ctx: Context, record: Record, drawn: Sequence[Resolved], wanted: Sequence[str]) -> Iterator[Prompt]:
    """The boxes and points that people drew on a picture, of the concepts that are wanted."""
    for item in drawn if len(record.geometry.shape) == 2 else ():
        region, shape = item.region, item.region.shape
        slug = ctx.space.slugs[region.concept.label]
        if region.made_by.kind != "human" or region.meta.get("aside") or (wanted and slug not in wanted):
            continue
        if isinstance(shape, BoxShape):
            yield Prompt(region.key, slug, box=shape.xyxy)
        elif isinstance(shape, PointShape) and len(shape.points[0]) == 2:
            yield Prompt(region.key, slug, points=tuple((p[0], p[1]) for p in shape.points))


def _scores(ctx: Context, record: Record, one: Asked, each: Sequence[Thing], drawn: Sequence[Resolved]) -> list[Score]:
    """Of each concept that people outlined and that the model draws; 0 where it found none of it."""
    people: dict[str, list[tuple[tuple[int, ...], NDArray[np.bool_]]]] = {}
    for item in drawn:
        if item.mask is not None and item.region.made_by.kind == "human" and not item.region.meta.get("aside"):
            slug = ctx.space.slugs[item.region.concept.label]
            people.setdefault(slug, []).append((item.offset, item.mask))
    own = {slug: [t for t in each if t.concept == slug and t.mask is not None] for slug in people}
    drew = {slug for slug in people if own[slug] or (slug in one.produces and not one.prompted)}
    shape = tuple(record.geometry.shape)
    return [
        Score(one.name, slug, round(dice(
            _union(people[slug], shape), _union([(t.offset, cast(Any, t.mask)) for t in own[slug]], shape)
        ), 4))
        for slug in sorted(drew)
    ]  # fmt: skip


def _union(parts: Sequence[tuple[tuple[int, ...], NDArray[np.bool_]]], shape: tuple[int, ...]) -> NDArray[np.bool_]:
    out = np.zeros(shape, bool)
    for offset, mask in parts:
        out[tuple(slice(a, a + n) for a, n in zip(offset, mask.shape, strict=True))] |= mask
    return out
