"""What becomes of a sample's words and of the places of its masks when it leaves."""

from collections.abc import Mapping, Sequence
from typing import Literal

from pipelines.context import Context
from schemas import Candidate, Dialogue, LabelSpace, Media, Sample, Translation
from schemas.sample import RegionMask
from transforms.languages import translate
from transforms.shards.builder import Members
from transforms.tasks.choices import with_choices

Edits = Mapping[str, Sequence[str] | Literal[False] | None]


def edited(sample: Candidate, edits: Edits, space: LabelSpace) -> tuple[Dialogue, ...]:
    """The sample's dialogues as the corpus asks them: False in `edits` leaves one out, anything else is its choices."""
    asked = (one for one in sample.dialogues if edits.get(one.id) is not False)
    return tuple(with_choices(sample, d, edits[d.id], space) if d.id in edits else d for d in asked)  # type: ignore[arg-type]


def translated(sample: Candidate, ctx: Context) -> tuple[Translation, ...]:
    """The sample as it leaves, in the recipe's other languages."""
    languages = ctx.recipe.text.languages
    return tuple(translate(sample, ctx.space, language, ctx.recipe.seed) for language in languages)


def repacked(
    sample: Sample, media: tuple[Media, ...], masks: Mapping[str, RegionMask | None], members: Members
) -> tuple[Sample, Members]:
    """A sample with the media of a group that shows the same, and its own words. `masks`: region -> where its own
    lies."""
    regions = tuple(region.model_copy(update={"mask": masks.get(region.id)}) for region in sample.regions)
    packed = sample.model_copy(update={"media": media, "regions": regions})
    return packed, {**members, "json": packed.to_json().encode()}
