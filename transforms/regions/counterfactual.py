"""Pictures altered on purpose: a region blanked, a region alone, nothing. What is left of the scene is what can still
be seen whole; a model that answers as before did not look."""

import random
from collections.abc import Iterator, Sequence
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from schemas import LabelSpace, Media, SampleRegion, Scene, content_key
from schemas.sample import Altered, Counterfactual, RegionMask
from transforms.facts.base import CONTAINERS, RESIDUAL
from transforms.facts.seen import small
from transforms.regions.layers import layers
from transforms.regions.patch import Box
from transforms.regions.viewdata import ViewData
from transforms.shards.encode import pixels_sha256

MARGIN = 4
"""Pixels about a region that are blanked, or kept, with it."""
LARGEST = 0.25
"""Of the picture, the box of a region that is blanked covers no more than this."""
DECOYS, TRIES, SIZES = 2, 60, (0.8, 1.25)
"""So many boxes more are blanked, of these times the size of the region's, where so many tries find room."""
PREFIX = "altered:"
"""What stands before the frame of such a scene in the tables: it is no view of a group."""


def shown(image: NDArray[np.uint8], how: Counterfactual | None) -> NDArray[np.uint8]:
    """A picture (height, width[, 3]) as it is altered; as it is, where it is not."""
    if how is None:
        return image
    x0, y0, x1, y1 = how.box
    out = np.zeros_like(image)
    if how.kind == "alone":
        out[y0:y1, x0:x1] = image[y0:y1, x0:x1]
    elif how.kind == "blanked":
        out[:] = image
        for x0, y0, x1, y1 in (how.box, *how.others):
            out[y0:y1, x0:x1] = 0
    return out


def altered(view: ViewData, kinds: Sequence[Altered], space: LabelSpace) -> Iterator[ViewData]:
    """A view's altered copies, one of each kind; none where it shows no region that has a name of its own and fits."""
    target = _target(view, space)
    if view.image is None or target is None:
        return
    for kind in kinds:
        box = _box(target, view.scene.media[0])
        others = _others(view.scene, target, box) if kind == "blanked" else ()
        how = Counterfactual(kind=kind, of=view.scene.key, region=str(target.region), concept=target.concept,
                             box=box, others=others)  # fmt: skip
        if kind == "blanked" and not others:
            continue  # one black box would tell where it was, and how large
        image = shown(view.image, how)
        if kind == "blank" or image.min() != image.max():
            yield _made(view, how, image)


def _target(view: ViewData, space: LabelSpace) -> SampleRegion | None:
    """A finding before anatomy, then as the keys fall: the one of its kind, whole, seen, no large part of it all."""
    scene, first = view.scene, view.scene.media[0]
    size = (first.width or 0) * (first.height or 0)
    labels = [region.concept.label for region in scene.regions]
    found = []
    for region in scene.regions:
        entry, patch = space.of(region.concept), view.patches.get(region.id)
        if patch is None or patch.cut or labels.count(region.concept.label) > 1 or entry.slug in CONTAINERS | RESIDUAL:
            continue
        x0, y0, x1, y1 = _box(region, first)
        if (x1 - x0) * (y1 - y0) <= LARGEST * size and not small(patch.box, max(first.width or 0, first.height or 0)):
            found.append((entry.facet != "finding", content_key("altered", scene.key, region.id), region))
    return min(found, key=lambda one: one[:2])[2] if found else None


def _box(region: SampleRegion, picture: Media) -> Box:
    """The region's box with its margin, within the picture."""
    assert region.box is not None
    x0, y0, x1, y1 = region.box.xyxy
    width, height = picture.width or 0, picture.height or 0
    return max(0, x0 - MARGIN), max(0, y0 - MARGIN), min(width, x1 + MARGIN), min(height, y1 + MARGIN)


def _others(scene: Scene, target: SampleRegion, box: Box) -> tuple[Box, ...]:
    """Boxes somewhere else in the picture, about as large as that of the region, as the keys fall."""
    rng = random.Random(content_key("others", scene.key, target.region))
    width, height = scene.media[0].width or 0, scene.media[0].height or 0
    found: list[Box] = []
    for _ in range(TRIES):
        wide, high = (round((end - start) * rng.uniform(*SIZES)) for start, end in (box[0::2], box[1::2]))
        if len(found) < DECOYS and 0 < wide < width and 0 < high < height:
            x, y = rng.randrange(width - wide), rng.randrange(height - high)
            new = (x, y, x + wide, y + high)
            found += [] if any(_meet(new, one) for one in (box, *found)) else [new]
    return tuple(found)


def _made(view: ViewData, how: Counterfactual, image: NDArray[np.uint8]) -> ViewData:
    scene = view.scene
    kept = {region.id for region in scene.regions if whole(region, how)}
    masks = {rid: patch for rid, patch in view.patches.items() if rid in kept}
    where = layers(masks)
    regions = tuple(_kept(region, where, kept) for region in scene.regions if region.id in kept)
    picture = scene.media[0].model_copy(update={"pixels_sha256": pixels_sha256(image)})
    sheets = (Media(name=name, kind="mask", width=picture.width, height=picture.height, channels=1)
              for name in sorted({name for name, _ in where.values()}))  # fmt: skip
    made = scene.model_copy(update={
        "key": f"{scene.dataset.replace('_', '-')}-{content_key('counterfactual', scene.key, how.kind)}",
        "regions": regions, "media": (picture, *sheets), "presence": (), "facts": (), "counterfactual": how,
    })  # fmt: skip
    return replace(view, scene=made, masks=masks, image=image)


def whole(region: SampleRegion, how: Counterfactual) -> bool:
    """Whether an altered picture still shows all of a region. What is no box is not followed."""
    if region.box is None or how.kind == "blank":
        return False
    x0, y0, x1, y1 = region.box.xyxy
    left, top, right, bottom = how.box
    if how.kind == "alone":
        return left <= x0 and top <= y0 and x1 <= right and y1 <= bottom
    return not touched(region, how)


def touched(region: SampleRegion, how: Counterfactual) -> bool:
    """Whether the box of a region meets one of the alteration."""
    return region.box is None or any(_meet(region.box.xyxy, box) for box in (how.box, *how.others))


def _meet(a: Box, b: Box) -> bool:
    return a[0] < b[2] and b[0] < a[2] and a[1] < b[3] and b[1] < a[3]


def _kept(region: SampleRegion, where: dict[str, tuple[str, int]], kept: set[str]) -> SampleRegion:
    mask = RegionMask(media=where[region.id][0], value=where[region.id][1]) if region.id in where else None
    return region.model_copy(update={"mask": mask, "parent": region.parent if region.parent in kept else None})


def problems(scene: Scene, image: NDArray[np.generic] | None) -> Iterator[str]:
    """What is wrong with a sample that says how it was altered: of its picture, and of what it says is to be seen."""
    how = scene.counterfactual
    if how is None:
        return
    if image is not None:
        outside = np.ones(image.shape[:2], bool)
        for x0, y0, x1, y1 in (how.box, *how.others):
            outside[y0:y1, x0:x1] = False
        black = {"blanked": ~outside, "alone": outside, "blank": np.ones_like(outside)}[how.kind]
        if image[black].any():
            yield f"is said to be {how.kind}, and shows something there"
    for region in scene.regions:
        if not whole(region, how):
            yield f"shows {region.id}, of which the altered picture does not show all"
        if region.concept == how.concept and how.kind != "alone":
            yield f"shows {region.id}: a {how.concept.label}, which it hides"
    if scene.presence:
        yield "says what is present or absent, though it does not show all"
