"""Where what is drawn on one picture lies on another of the same sample: the same thing on another slice or frame, or
what is of its kind. Only where it lies elsewhere: else the box on the one says where it is on the other, unseen."""

from collections import defaultdict
from collections.abc import Iterator, Sequence

from schemas import SampleRegion, Scene
from transforms.facts.base import Draft
from transforms.facts.seen import small
from transforms.regions.metrics import box_iou

PREDICATES = ("followed", "alike")

MOVED = 0.5
"""The boxes overlap by less than what makes a box right (tasks.judged.IOU)."""


def pictures(scene: Scene) -> tuple[str, ...]:
    """The media of a group, which texts call image 1, image 2, ...; none of any other scene: of the frames of a clip by
    itself nothing is measured, so no box could be worked out again."""
    return () if scene.group is None else scene.group.media


def follow(scene: Scene) -> Iterator[Draft]:
    """`followed`: what one instance mask of the source shows on two pictures. `alike`: what is alone of its concept on
    each. Of each thing, and each concept, one pair: the first picture that shows it, and that on which its box, as a
    share of the picture, overlaps the first least. `media`: the two."""
    order = pictures(scene)
    hidden = {rid for fact in scene.facts if fact.predicate == "unseen" for rid in fact.regions}
    sizes = {one.name: (one.width or 0, one.height or 0) for one in scene.media}
    things: dict[tuple[str, str], list[SampleRegion]] = defaultdict(list)
    for region in scene.regions:
        if region.medium in order:
            things["alike", region.concept.label].append(region)
            if region.region is not None and region.segmentation == "instance":
                things["followed", region.region].append(region)
    for (predicate, _), found in things.items():
        alone = [own[0] for own in (_on(name, found) for name in order) if len(own) == 1]
        alone = [one for one in alone if _found(one, sizes) and one.id not in hidden]
        pair = _farthest(alone, sizes)
        if pair is None:
            continue
        a, b = pair
        if predicate == "followed" or a.region != b.region or a.segmentation != "instance":
            yield Draft(predicate, True, (a.id, b.id), concept=a.concept, media=(str(a.medium), str(b.medium)))


def _on(name: str, regions: Sequence[SampleRegion]) -> list[SampleRegion]:
    return [region for region in regions if region.medium == name]


def _found(region: SampleRegion, sizes: dict[str, tuple[int, int]]) -> bool:
    return region.box is not None and not small(region.box.xyxy, max(sizes[region.box.media]))


def _farthest(
    regions: Sequence[SampleRegion], sizes: dict[str, tuple[int, int]]
) -> tuple[SampleRegion, SampleRegion] | None:
    if len(regions) < 2:
        return None
    shares = [_share(one, sizes) for one in regions]
    least, at = min((box_iou(shares[0], other), n) for n, other in enumerate(shares[1:], 1))
    return (regions[0], regions[at]) if least < MOVED else None


def _share(region: SampleRegion, sizes: dict[str, tuple[int, int]]) -> tuple[float, ...]:
    """The box as shares of the picture's width and height."""
    assert region.box is not None
    width, height = sizes[region.box.media]
    x0, y0, x1, y1 = region.box.xyxy
    return x0 / width, y0 / height, x1 / width, y1 / height
