"""Where that lies which only one of two images shows: what is new at a visit, or gone since the one before."""

from collections.abc import Iterator, Sequence

from schemas import Concept, Fact, Scene
from transforms.facts.base import Draft
from transforms.facts.seen import small

PREDICATE = "only_at"


def only_at(scene: Scene, facts: Sequence[Fact], concept: Concept, media: tuple[str, str]) -> Iterator[Draft]:
    """Of a concept that the first of `media` shows and the second does not: its box on the first as text, or the slice
    of a volume on which its cross-section is largest. Only where it is drawn there once, and can be seen. `facts`: what
    is said of the first."""
    drawn = [one for one in scene.regions if one.medium == media[0] and one.concept == concept]
    hidden = {rid for fact in facts if fact.predicate == "unseen" for rid in fact.regions}
    if len(drawn) != 1 or drawn[0].id in hidden:
        return
    region = drawn[0]
    value: bool | int | float | str | None = None
    if region.box is not None:
        picture = next(one for one in scene.media if one.name == region.box.media)
        seen = not small(region.box.xyxy, max(picture.width or 0, picture.height or 0))
        value = str(list(region.box.xyxy)) if seen else None
    else:
        slices = (one.value for one in facts if one.predicate == "largest_slice" and one.regions == (region.id,))
        value = next(slices, None)
    if value is not None:
        yield Draft(PREDICATE, value, (region.id,), concept=concept, media=media)
