"""What a record shows: its pixels, the regions that its annotations and the experts give, and the views to be drawn."""

from collections.abc import Iterable, Sequence
from typing import NamedTuple

from pipelines.context import Context
from pipelines.stages import experts
from schemas import Record, Region, SpanShape
from transforms.media.pixels import Pixels
from transforms.regions import hidden, landmarks, repeats, whole
from transforms.regions.consensus import consensus
from transforms.regions.resolve import Resolution, Resolved, resolution
from transforms.regions.united import united
from transforms.regions.views import choose, refused


class Seen(NamedTuple):
    """`found`: what the annotations came to, `answers`: what the experts said; `items`: the regions that are drawn,
    `withheld`: those that are not; `frames`: the views, `singles`: those to be drawn where none of `frames` can be;
    `not_cut`: why some are not chosen."""

    pixels: Pixels | None
    window: tuple[float, float] | None
    found: Resolution
    answers: experts.Answers
    items: list[Resolved]
    withheld: list[Resolved]
    frames: list[str]
    singles: list[str]
    not_cut: list[str]


def look(ctx: Context, record: Record, sources: Iterable[Region]) -> Seen:
    """Raises BAD_DATA of pipelines/context.py where what the record holds cannot be read."""
    pixels, window = (None, None) if record.kind == "document" else ctx.pixels(record)
    found = resolution(ctx.root(record.dataset), record, sources)
    hidden.check(record, found.kept, ctx.blanked(record))
    items = consensus(found.kept, record.geometry.shape)
    items = united(items, ctx.card(record.dataset).layout.wholes, ctx.space)
    items = landmarks.agreed(items, max(record.geometry.shape, default=0), ctx.space)
    answers = experts.Answers() if pixels is None else experts.ask(ctx, record, pixels, items)
    items, withheld = _agreed(record, [*items, *answers.found])
    views = ctx.source(record.dataset).views
    frames = whole.groups(record, views)
    singles = choose(record, items, views, ctx.space.slugs)
    if views.singles or not frames:
        frames, singles = [*singles, *frames], []
    not_cut = [*refused(record, views), *filter(None, [whole.refused(record, views)])]
    return Seen(pixels, window, found, answers, items, withheld, frames, singles, not_cut)


def _agreed(record: Record, items: Sequence[Resolved]) -> tuple[list[Resolved], list[Resolved]]:
    """The regions that are drawn; and those of concepts of which the source does not say that they are there, and those
    that a further reader drew once more, or boxes that lie elsewhere than the masks that they repeat: they stay in the
    table with who drew them, and no sample shows or tells of them. A span that hedges says just that."""
    unsure = {presence.concept.label for presence in record.presence if presence.state == "uncertain"}
    drawn: list[Resolved] = []
    withheld: list[Resolved] = []
    strays = {item.region.key for item in repeats.strays(items)}
    for item in items:
        doubted = item.region.concept.label in unsure and not isinstance(item.region.shape, SpanShape)
        (withheld if doubted or item.region.meta.get("aside") or item.region.key in strays else drawn).append(item)
    return drawn, withheld
