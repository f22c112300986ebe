"""Boxes, points, lines and ellipses on an image: the shapes of regions that have no mask."""

from dataclasses import dataclass
from functools import cached_property
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from schemas import BoxShape, EllipseShape, LineShape, PointShape, SampleRegion, Scene, TurnedBoxShape
from transforms.regions.ellipses import Ellipse
from transforms.regions.patch import Box, Patch

SAME = 0.5  # of a box that a mask spans: the overlap at which boxes are taken for the same thing (PASCAL VOC 2010, 4.4)
Form = Literal["box", "point", "line", "ellipse", "circle"]
Point = tuple[float, float]


@dataclass(frozen=True)
class Mark:
    """A box, points, a line, an ellipse or the four `corners` of a box that is turned, on an image of `shape` (height,
    width): in its pixels, x to the right and y down, 0 at the outer edge of the first pixel."""

    shape: tuple[int, int]
    box: Box | None = None
    points: tuple[Point, ...] = ()
    names: tuple[str, ...] = ()
    line: tuple[Point, ...] = ()
    ellipse: Ellipse | None = None
    corners: tuple[Point, ...] = ()

    @property
    def form(self) -> Form:
        if self.ellipse is not None:
            return "circle" if self.ellipse.round else "ellipse"
        return "line" if self.line else "point" if self.points else "box"

    @property
    def single(self) -> bool:
        """Whether it has one place: a box, an ellipse, or one point. The ends of a line have none."""
        return bool(self.box or self.ellipse or self.corners) or len(self.points) == 1

    @cached_property
    def centre(self) -> Point:
        """x, y of its middle, 0 at the centre of the first pixel as in `Patch.centroid`. Raises ValueError where it has
        no single place."""
        if not self.single:
            raise ValueError(f"{len(self.points or self.line)} points have no place of their own")
        x0, y0, x1, y1 = self._bounds
        return (x0 + x1) / 2 - 0.5, (y0 + y1) / 2 - 0.5

    @cached_property
    def _bounds(self) -> tuple[float, float, float, float]:
        if self.ellipse is not None:
            return self.ellipse.bounds
        if self.corners:
            low, high = np.min(self.corners, axis=0), np.max(self.corners, axis=0)
            return float(low[0]), float(low[1]), float(high[0]), float(high[1])
        return self.box or (*self.points[0], *self.points[0])

    @cached_property
    def pixels(self) -> Patch:
        """The pixels that a box or an ellipse holds, those that points lie in, or that a line runs through."""
        if self.box is not None:
            x0, y0, x1, y1 = self.box
            return Patch(np.ones((y1 - y0, x1 - x0), bool), self.box, self.shape)
        held = self._held() if self.ellipse is not None or self.corners else None
        if held is not None:
            return held
        xs, ys = self._cells()
        x0, y0 = int(xs.min()), int(ys.min())
        mask = np.zeros((int(ys.max()) - y0 + 1, int(xs.max()) - x0 + 1), bool)
        mask[ys - y0, xs - x0] = True
        return Patch(mask, (x0, y0, x0 + mask.shape[1], y0 + mask.shape[0]), self.shape)

    def _held(self) -> Patch | None:
        """Pixels of the image whose centres a turned box holds, or an ellipse: half^-1 (p - centre) is no longer than
        1. None where it holds none. Looked for within its bounds alone: a picture may have a hundred of them."""
        height, width = self.shape
        x0, y0, x1, y1 = self._bounds
        left, right = (int(n) for n in np.clip((np.floor(x0), np.ceil(x1)), 0, width))
        top, bottom = (int(n) for n in np.clip((np.floor(y0), np.ceil(y1)), 0, height))
        if left >= right or top >= bottom:
            return None
        if self.ellipse is None:
            rows = np.asarray(self.corners)[:, ::-1] - 0.5 - (top, left)
            from skimage.draw import polygon2mask

            return Patch.at(polygon2mask((bottom - top, right - left), rows), (top, left), self.shape)
        ys, xs = np.mgrid[top:bottom, left:right] + 0.5
        apart = np.stack([xs - self.ellipse.centre[0], ys - self.ellipse.centre[1]]).reshape(2, -1)
        inner = np.asarray((np.linalg.solve(self.ellipse.half, apart) ** 2).sum(0) <= 1)
        return Patch.at(inner.reshape(xs.shape), (top, left), self.shape)

    def _cells(self) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
        """x and y of the pixels that its points lie in, and of those between them on a line."""
        height, width = self.shape
        x, y = self.centre if self.single else (0.0, 0.0)
        given = self.line or self.points or ((x + 0.5, y + 0.5),)
        xs = np.array([min(max(int(x), 0), width - 1) for x, _ in given])
        ys = np.array([min(max(int(y), 0), height - 1) for _, y in given])
        if not self.line:
            return xs, ys
        from skimage.draw import line as pixels_along

        runs = [pixels_along(ys[n], xs[n], ys[n + 1], xs[n + 1]) for n in range(len(xs) - 1)]
        return np.concatenate([run[1] for run in runs]), np.concatenate([run[0] for run in runs])

    def shown_by(self, mask: Patch) -> bool:
        """Whether what a mask has within the box (that about an ellipse) spans at least half of it, or a point or line
        lies on the mask: then the two were drawn for one thing. A neighbour's mask that reaches into a box's corner
        does not."""
        if self.line or self.points:
            return self.pixels.overlap(mask) > 0
        x0, y0, x1, y1 = self.pixels.box
        left, top = max(x0, mask.box[0]), max(y0, mask.box[1])
        right, bottom = min(x1, mask.box[2]), min(y1, mask.box[3])
        if left >= right or top >= bottom or not (part := mask.within((left, top, right, bottom))).any():
            return False
        spans = (np.ptp(np.flatnonzero(part.any(axis=axis))) + 1 for axis in (0, 1))
        return bool(np.prod(list(spans)) >= SAME * (x1 - x0) * (y1 - y0))

    def shaped(self) -> BoxShape | PointShape | LineShape | EllipseShape | TurnedBoxShape:
        """The mark as the shape of a region's row in the view's frame."""
        if self.corners:
            a, b, c, d = self.corners
            return TurnedBoxShape(corners=(a, b, c, d))
        if self.ellipse is not None:
            turn = float(np.deg2rad(self.ellipse.angle))
            return EllipseShape(centre=self.ellipse.centre, axes=self.ellipse.axes, angle=turn)
        if self.line:
            return LineShape(points=self.line)
        return PointShape(points=self.points, names=self.names) if self.box is None else BoxShape(xyxy=self.box)


def form_of(region: SampleRegion) -> str:
    """What a region is drawn with: "mask", "box", "point", "line", "ellipse", "circle", or "place", points of a volume;
    "" of one that lies in time or in a text, or is a range of slices of a volume."""
    if region.mask is not None or region.places:
        return "place" if region.mask is None else "mask"
    if region.box3d is not None:
        return "box"
    mark = of_region(region, (1, 1))
    return "" if mark is None else mark.form


def of_region(region: SampleRegion, shape: tuple[int, int]) -> Mark | None:
    """The mark of a region of a sample; None where it has a mask, or lies in time or in a text."""
    if region.mask is not None:
        return None
    if region.ellipse is not None:
        return Mark(shape, ellipse=Ellipse(region.ellipse.centre, region.ellipse.axes, region.ellipse.angle))
    if region.line is not None:
        return Mark(shape, line=region.line.xy)
    if region.turned_box is not None:
        return Mark(shape, corners=region.turned_box.corners)
    if region.points is not None:
        return Mark(shape, None, region.points.xy, region.points.names)
    return Mark(shape, region.box.xyxy) if region.box is not None else None


def of_scene(scene: Scene) -> dict[str, Mark]:
    """Region id -> its mark, of the regions that have one. None of a clip: its regions lie on several pictures."""
    if scene.view.frame == "clip":
        return {}
    image = next((media for media in scene.media if media.kind == "image"), None)
    if image is None or image.width is None or image.height is None:
        return {}
    marks = ((region.id, of_region(region, (image.height, image.width))) for region in scene.regions)
    return {rid: mark for rid, mark in marks if mark is not None}


def media_of(region: SampleRegion) -> str | None:
    """The image that a region without a mask is drawn on."""
    on = region.ellipse or region.line or region.turned_box or region.points or region.box
    return None if on is None else on.media
