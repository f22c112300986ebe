"""A view moved: its pixels, masks and marks, its geometry, and the facts that no grid changes."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any, cast

import numpy as np

from schemas import Fact, Media, MediaGeometry, SampleRegion, Scene, content_key
from schemas.level import WHOLE
from schemas.sample import RegionBox, RegionEllipse, RegionLine, RegionMask, RegionPoints, RegionTurnedBox
from transforms.facts import families
from transforms.moves.move import Move
from transforms.regions.ellipses import Ellipse
from transforms.regions.ellipses import made as stretched
from transforms.regions.layers import layers
from transforms.regions.patch import Patch
from transforms.regions.scene import MIN_PIXELS
from transforms.regions.viewdata import ViewData
from transforms.shards.encode import pixels_sha256

VALUES = frozenset({"mean_intensity", "spread", "contrast"})
"""Measured on the source's values, which a published picture lacks: they stay where every pixel of theirs does."""
Point = tuple[float, float]


def moved(view: ViewData, move: Move) -> ViewData:
    """The view as the move shows it, its scene with the facts that were not measured on this grid; what remains is
    measured by `measure_all`. A region of which too little is left, or a mark that leaves the picture, is gone.

    Raises ValueError for what is not one picture, or of another size.
    """
    scene = view.scene
    first = scene.media[0] if scene.media else None
    kinds = {media.kind for media in scene.media} - {"mask"}
    if first is None or kinds != {"image"} or scene.group is not None or scene.view.frame in ("clip", "volume"):
        raise ValueError(f"{scene.key} is not one picture: only those can be moved")
    if scene.counterfactual is not None:
        raise ValueError(f"{scene.key} is altered: move the picture that it is of")
    masks = _masks(view, move)
    where = layers(masks)
    regions = _regions(scene, masks, where, move)
    image = None if view.image is None else cast(Any, move.array(view.image))
    values = None if view.values is None else cast(Any, move.array(view.values))
    width, height = move.new_size
    picture = first.model_copy(update={
        "width": width, "height": height, "geometry": geometry(first.geometry, move),
        "pixels_sha256": None if image is None else pixels_sha256(image), "sha256": None, "blanked": (),
    })  # fmt: skip
    sheets = (Media(name=name, kind="mask", width=width, height=height, channels=1)
              for name in sorted({name for name, _ in where.values()}))  # fmt: skip
    frame = scene.view.frame
    if move.crops and frame in WHOLE.values():
        frame = "tile:moved"  # what is said of the whole is not said of a part
    made = scene.model_copy(update={
        "key": f"{scene.dataset.replace('_', '-')}-{content_key('moved', scene.key, *move.parameters)}",
        "media": (picture, *sheets), "regions": regions, "view": scene.view.model_copy(update={"frame": frame}),
        "facts": _kept(view, regions, masks, move),
    })  # fmt: skip
    return replace(view, scene=made, masks=masks, image=image, values=values, volume_facts={})


def geometry(before: MediaGeometry | None, move: Move) -> MediaGeometry | None:
    """Where the new pixels lie: the old matrices after the move's."""
    if before is None:
        return None
    matrix = np.eye(4)
    matrix[:2, :2], matrix[:2, 3] = move.matrix[:2, :2], move.matrix[:2, 2]
    changed: dict[str, Any] = {
        name: None if old is None else tuple(tuple(float(n) for n in row) for row in np.asarray(old) @ matrix)
        for name, old in (("affine", before.affine), ("voxel", before.voxel))
    }
    if before.spacing_mm is not None:
        x, y = np.linalg.norm(np.diag(before.spacing_mm) @ move.matrix[:2, :2], axis=0)
        changed["spacing_mm"] = (float(x), float(y))
    return before.model_copy(update=changed)


def _masks(view: ViewData, move: Move) -> dict[str, Patch]:
    found = {}
    for rid, patch in view.patches.items():
        mask = cast(Any, move.array(patch.whole()))
        if np.count_nonzero(mask) >= MIN_PIXELS:
            found[rid] = Patch.of(mask)
    return found


def _regions(
    scene: Scene, masks: Mapping[str, Patch], where: Mapping[str, tuple[str, int]], move: Move
) -> tuple[SampleRegion, ...]:
    found = []
    for region in scene.regions:
        if region.mask is None:
            found += [one for one in [_mark(region, move)] if one is not None]
        elif region.id in masks:
            mask = RegionMask(media=where[region.id][0], value=where[region.id][1])
            box = RegionBox(media=region.box.media if region.box else scene.media[0].name, xyxy=masks[region.id].box)
            found.append(region.model_copy(update={"mask": mask, "box": box}))
    ids = {region.id for region in found}
    return tuple(one if one.parent in ids else one.model_copy(update={"parent": None}) for one in found)


def _mark(region: SampleRegion, move: Move) -> SampleRegion | None:
    """A region without a mask; None of what has no place on a picture, or leaves it, or is cut by its edge."""
    width, height = move.new_size
    field, points = _points(region, move)
    if field is None or not all(0 <= x <= width and 0 <= y <= height for x, y in points):
        return None
    return region.model_copy(update=field)


def _points(region: SampleRegion, move: Move) -> tuple[dict[str, Any] | None, list[Point]]:
    """What changes of a mark, and points of which all must lie on the picture."""
    if region.box is not None:
        x0, y0, x1, y1 = region.box.xyxy
        corners = [move.point(corner) for corner in ((x0, y0), (x1, y1))]
        (left, top), (right, bottom) = np.min(corners, axis=0), np.max(corners, axis=0)
        outward = (_down(left), _down(top), -_down(-right), -_down(-bottom))
        return {"box": RegionBox(media=region.box.media, xyxy=outward)}, [outward[:2], outward[2:]]
    if region.points is not None:
        xy = [move.point(one) for one in region.points.xy]
        return {"points": RegionPoints(media=region.points.media, xy=tuple(xy), names=region.points.names)}, xy
    if region.line is not None:
        xy = [move.point(one) for one in region.line.xy]
        return {"line": RegionLine(media=region.line.media, xy=tuple(xy))}, xy
    if region.turned_box is not None:
        a, b, c, d = (move.point(one) for one in region.turned_box.corners)
        return {"turned_box": RegionTurnedBox(media=region.turned_box.media, corners=(a, b, c, d))}, [a, b, c, d]
    if region.ellipse is not None:
        old = Ellipse(region.ellipse.centre, region.ellipse.axes, region.ellipse.angle)
        found = stretched(move.point(old.centre), np.linalg.inv(move.matrix[:2, :2]) @ old.half)
        left, top, right, bottom = found.bounds
        return {"ellipse": RegionEllipse(media=region.ellipse.media, **found._asdict())}, [(left, top), (right, bottom)]
    return None, []


def _down(value: float) -> int:
    """The whole number at or below, where rounding errors do not count."""
    return int(np.floor(value + 1e-9))


def _kept(
    view: ViewData, regions: tuple[SampleRegion, ...], masks: Mapping[str, Patch], move: Move
) -> tuple[Fact, ...]:
    """The facts that a source states, or that were measured on the whole record; and of what was measured on values
    that are not at hand, those of regions every pixel of which is still there."""
    measured = {name for family in families().values() for name in family.PREDICATES}
    ids = {region.id for region in regions}
    same = {rid for rid, patch in masks.items() if move.exact and patch.size == view.patches[rid].size}
    return tuple(
        fact for fact in view.scene.facts
        if set(fact.regions) <= ids and (
            fact.predicate not in measured
            or (fact.source is not None and fact.predicate != "judgement")
            or (fact.predicate in VALUES and view.values is None and set(fact.regions) <= same)
        )
    )  # fmt: skip
