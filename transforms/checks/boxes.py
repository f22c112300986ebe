"""Boxes and other marks lie inside the image that they are drawn on; boxes fit their masks, where masks are given."""

from collections.abc import Iterator, Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from schemas import Description, Dialogue, LabelSpace, SampleRegion, Scene
from schemas.sample import Check
from transforms.checks.base import Fault, outcome

NAME = "boxes"
VERSION = "3"

Size = tuple[int, int]


def run(
    scene: Scene,
    description: Description,
    dialogues: Sequence[Dialogue],
    space: LabelSpace,
    masks: Mapping[str, NDArray[np.bool_]] | None = None,
) -> Check:
    """Checks the boxes and marks of the regions, and the boxes that reasoning steps look at. `masks`: region id ->
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
    """The boxes and marks that are wrong, by region or by dialogue."""
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
    for _, wrong in mark_problems(region, sizes):
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


def mark_problems(region: SampleRegion, sizes: Mapping[str, Size]) -> Iterator[tuple[str, str]]:
    """What is wrong with a region's points, line and ellipse, each with its kind. `sizes`: width and height of the
    media."""
    if region.points is not None:
        names, xy = region.points.names, region.points.xy
        if not xy or (names and len(names) != len(xy)):
            yield "point", f"{len(xy)} points have {len(names)} names"
        else:
            yield from (("point", wrong) for wrong in _outside("point", region.points.media, xy, sizes))
    if region.line is not None:
        if len(region.line.xy) < 2:
            yield "line", f"{len(region.line.xy)} points are no line"
        yield from (("line", wrong) for wrong in _outside("a line's point", region.line.media, region.line.xy, sizes))
    if region.turned_box is not None:
        centre = (tuple(float(v) for v in np.mean(region.turned_box.corners, axis=0)),)
        yield from (("box", wrong) for wrong in _outside("centre", region.turned_box.media, centre, sizes))  # type: ignore[arg-type]
    if region.ellipse is not None:
        (a, b), turn = region.ellipse.axes, region.ellipse.angle
        if not (np.isfinite(a) and a >= b > 0 and 0 <= turn < 180):
            yield "ellipse", f"half axes {a}, {b} turned by {turn} degrees are no ellipse, the longer first"
        else:
            centre = (region.ellipse.centre,)
            yield from (("ellipse", wrong) for wrong in _outside("centre", region.ellipse.media, centre, sizes))


def _outside(what: str, media: str, xy: Sequence[tuple[float, float]], sizes: Mapping[str, Size]) -> Iterator[str]:
    size = sizes.get(media)
    if size is None:
        yield f"there is no media {media!r}"
        return
    outside = next((at for at in xy if not (0 <= at[0] <= size[0] and 0 <= at[1] <= size[1])), None)
    if outside:
        yield f"{what} {outside} does not lie inside {size[0]} x {size[1]}"


def _fits(box: tuple[int, int, int, int], width: int | None, height: int | None) -> bool:
    x0, y0, x1, y1 = box
    return width is not None and height is not None and 0 <= x0 < x1 <= width and 0 <= y0 < y1 <= height
