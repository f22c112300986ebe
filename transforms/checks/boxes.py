"""Boxes and points lie inside the image that they are drawn on; boxes fit their masks, where masks are given."""

from collections.abc import Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from schemas import Description, Dialogue, LabelSpace, RegionPoints, SampleRegion, Scene
from schemas.sample import Check
from transforms.checks.base import Fault, outcome

NAME = "boxes"
VERSION = "2"


def run(
    scene: Scene,
    description: Description,
    dialogues: Sequence[Dialogue],
    space: LabelSpace,
    masks: Mapping[str, NDArray[np.bool_]] | None = None,
) -> Check:
    """Checks the boxes and points of the regions, and the boxes that reasoning steps look at. `masks`: region id ->
    bool (height, width)."""
    total = len(scene.regions) + sum(len(dialogue.reasoning) for dialogue in dialogues)
    return outcome(NAME, faults(scene, description, dialogues, space, masks), total)


def faults(
    scene: Scene,
    description: Description,
    dialogues: Sequence[Dialogue],
    space: LabelSpace,
    masks: Mapping[str, NDArray[np.bool_]] | None = None,
) -> list[Fault]:
    """The boxes and points that are wrong, by region or by dialogue."""
    found = [(region.id, _region(region, scene, masks)) for region in scene.regions]
    wrong = [Fault(f"regions.{rid}", problem) for rid, problem in found if problem]
    images = [media for media in scene.media if media.kind == "image"]
    for dialogue in dialogues:
        for n, step in enumerate(dialogue.reasoning, 1):
            if step.box and not any(_fits(step.box, image.width, image.height) for image in images):
                reason = f"step {n}: box {step.box} does not lie inside the image"
                wrong.append(Fault(f"dialogues.{dialogue.id}", reason))
    return wrong


def _region(region: SampleRegion, scene: Scene, masks: Mapping[str, NDArray[np.bool_]] | None) -> str | None:
    sizes = {one.name: (one.width or 0, one.height or 0) for one in scene.media}
    if region.points is not None and (wrong := points_problem(region.points, sizes.get(region.points.media))):
        return f"{region.id}: {wrong}"
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


def points_problem(points: RegionPoints, size: tuple[int, int] | None) -> str | None:
    """What is wrong with points on a media of `size` (width, height); None where nothing is."""
    if size is None:
        return f"there is no media {points.media!r}"
    if not points.xy or (points.names and len(points.names) != len(points.xy)):
        return f"{len(points.xy)} points have {len(points.names)} names"
    outside = next((xy for xy in points.xy if not (0 <= xy[0] <= size[0] and 0 <= xy[1] <= size[1])), None)
    return f"point {outside} does not lie inside {size[0]} x {size[1]}" if outside else None


def _fits(box: tuple[int, int, int, int], width: int | None, height: int | None) -> bool:
    x0, y0, x1, y1 = box
    return width is not None and height is not None and 0 <= x0 < x1 <= width and 0 <= y0 < y1 <= height
