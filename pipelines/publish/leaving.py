"""What becomes of a sample's words and of the places of its masks when it leaves."""

from collections.abc import Mapping

from pipelines.context import Context
from schemas import Candidate, Media, Sample, Translation
from schemas.sample import RegionMask
from transforms.languages import translate
from transforms.shards.builder import Members


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
