"""Boxes lie inside the image that they are drawn on; and fit their masks, where masks are given."""

from collections.abc import Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from schemas import Description, Dialogue, LabelSpace, SampleRegion, Scene
from schemas.sample import Check
from transforms.checks.base import Fault, outcome

NAME = "boxes"
VERSION = "1"


def run(
    scene: Scene,
    description: Description,
    dialogues: Sequence[Dialogue],
    space: LabelSpace,
    masks: Mapping[str, NDArray[np.bool_]] | None = None,
) -> Check:
    """Checks the boxes of the regions, and those that reasoning steps look at. `masks`: region id -> bool (height,
    width)."""
    total = len(scene.regions) + sum(len(dialogue.reasoning) for dialogue in dialogues)
    return outcome(NAME, faults(scene, description, dialogues, space, masks), total)


def faults(
    scene: Scene,
    description: Description,
    dialogues: Sequence[Dialogue],
    space: LabelSpace,
    masks: Mapping[str, NDArray[np.bool_]] | None = None,
) -> list[Fault]:
    """The boxes that are wrong, by region or by dialogue."""
    found = [(region.id, _region(region, scene, masks)) for region in scene.regions]
    wrong = [Fault(f"regions.{rid}", problem) for rid, problem in found if problem]
    image = next((media for media in scene.media if media.kind == "image"), None)
    for dialogue in dialogues:
        for n, step in enumerate(dialogue.reasoning, 1):
            if step.box and (image is None or not _fits(step.box, image.width, image.height)):
                reason = f"step {n}: box {step.box} does not lie inside the image"
                wrong.append(Fault(f"dialogues.{dialogue.id}", reason))
    return wrong


def _region(region: SampleRegion, scene: Scene, masks: Mapping[str, NDArray[np.bool_]] | None) -> str | None:
    if region.box is None:
        return None
    media = next((one for one in scene.media if one.name == region.box.media), None)
    if media is None:
        return f"there is no media {region.box.media!r}"
    if not _fits(region.box.xyxy, media.width, media.height):
        return f"box {region.box.xyxy} does not lie inside {media.width} x {media.height}"
    if masks and region.id in masks:
        ys, xs = np.nonzero(masks[region.id])
        extent = (xs.min(), ys.min(), xs.max() + 1, ys.max() + 1) if len(xs) else None
        if extent is None or tuple(int(v) for v in extent) != region.box.xyxy:
            return f"box {region.box.xyxy} is not the extent of its mask"
    return None


def _fits(box: tuple[int, int, int, int], width: int | None, height: int | None) -> bool:
    x0, y0, x1, y1 = box
    return width is not None and height is not None and 0 <= x0 < x1 <= width and 0 <= y0 < y1 <= height
