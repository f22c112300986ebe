"""The operations that reasoning steps are made of, run on masks, boxes, points and geometry."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from schemas import Media, ReasoningStep
from transforms.facts import ops
from transforms.facts.format import point
from transforms.facts.marks import sides
from transforms.regions.marks import Mark
from transforms.regions.patch import AnyMask, Box
from transforms.tasks.scoring import iou

Result = bool | int | float | str


class UnmeasurableError(ValueError):
    """A step needs what was not given: pixel values, which a shard may not carry."""


@dataclass
class Replay:
    """The masks and, of regions that have none, the marks; the image's geometry; and the steps so far, whose results
    were found and not taken on trust."""

    masks: Mapping[str, AnyMask]
    media: Media
    values: NDArray[np.float32] | None = None
    marks: Mapping[str, Mark] = field(default_factory=dict)
    done: list[tuple[ReasoningStep, Result]] = field(default_factory=list)

    @property
    def spacing(self) -> ops.Spacing:
        return self.media.geometry.spacing_mm if self.media.geometry else None

    def earlier(self, reference: object) -> tuple[ReasoningStep, Result]:
        """Step "#n" and what it gave. Raises ValueError where there is none."""
        number = str(reference)[1:]
        if not str(reference).startswith("#") or not number.isdigit() or not 0 < int(number) <= len(self.done):
            raise ValueError(f"{reference!r} is no earlier step")
        return self.done[int(number) - 1]

    def number(self, reference: object) -> float:
        """The number that an earlier step gave."""
        value = self.earlier(reference)[1]
        if isinstance(value, str | bool):
            raise ValueError(f"step {reference} gave {value!r}, not a number")
        return float(value)

    def rid(self, reference: object) -> str:
        """A region by id, or as an earlier step chose it."""
        rid = str(self.earlier(reference)[1]) if str(reference).startswith("#") else str(reference)
        if not self.has(rid):
            raise ValueError(f"no mask of region {rid!r}, nor a box or a point")
        return rid

    def has(self, rid: str) -> bool:
        return rid in self.masks or rid in self.marks

    def mask(self, reference: object) -> AnyMask:
        """Raises ValueError for a region without one: a box or a point is no measure of what it marks."""
        rid = self.rid(reference)
        if rid not in self.masks:
            raise ValueError(f"no mask of region {rid!r}")
        return self.masks[rid]

    def mark(self, reference: object) -> Mark:
        """Raises ValueError for a region with a mask."""
        rid = self.rid(reference)
        if rid not in self.marks:
            raise ValueError(f"region {rid!r} has a mask")
        return self.marks[rid]

    def place(self, reference: object) -> AnyMask:
        """The pixels of a mask, a box or a point."""
        rid = self.rid(reference)
        return self.masks[rid] if rid in self.masks else self.marks[rid].pixels

    def centre(self, reference: object) -> tuple[float, float]:
        rid = self.rid(reference)
        return ops.centroid(self.masks[rid]) if rid in self.masks else self.marks[rid].centre

    def box(self, reference: object) -> Box:
        rid = self.rid(reference)
        found = ops.box(self.masks[rid]) if rid in self.masks else self.marks[rid].box
        if found is None:
            raise ValueError(f"region {rid!r} is marked by points, not by a box")
        return found

    def subject(self, reference: object) -> str:
        """The region that an earlier step measured."""
        return self.rid(self.earlier(reference)[0].args["region"])


@dataclass(frozen=True)
class Op:
    """One operation: how to run it, how far its result may lie from a stated one, and the dimension of its unit."""

    run: Callable[[Replay, dict[str, Any]], Result]
    tolerance: Callable[[ops.Spacing, float], float] = lambda spacing, value: 1e-4 * abs(value) + 1e-6
    dimension: Literal["none", "length", "area", "HU", "px", "px2"] = "none"


def _half_pixel(spacing: ops.Spacing, value: float) -> float:
    return 0.5 * min(spacing or (1.0, 1.0))


def _half_area(spacing: ops.Spacing, value: float) -> float:
    x, y = spacing or (1.0, 1.0)
    return 0.5 * x * y


def _mean(replay: Replay, args: dict[str, Any]) -> Result:
    if replay.values is None:
        raise UnmeasurableError("pixel values were not given")
    return ops.mean(replay.mask(args["region"]), replay.values)


def _count(replay: Replay, args: dict[str, Any]) -> Result:
    rids = list(args["regions"])
    if len(set(rids)) != len(rids):
        raise ValueError("a region is counted twice")
    return ops.count([replay.place(rid) for rid in rids])


def _side(replay: Replay, args: dict[str, Any]) -> Result:
    found = ops.side(replay.place(args["region"]), replay.mask(args["body"]), replay.media.geometry)
    return found or "both sides"


def _zone(replay: Replay, args: dict[str, Any]) -> Result:
    replay.centre(args["region"])  # the ends of a line have no one place
    return ops.zone(replay.place(args["region"]), ops.plane_of(replay.media.geometry))


def _point(replay: Replay, args: dict[str, Any]) -> Result:
    (xy,) = replay.mark(args["region"]).points
    return point(xy)


def _side_of_box(axis: Literal[0, 1]) -> Callable[[Replay, dict[str, Any]], Result]:
    def run(replay: Replay, args: dict[str, Any]) -> Result:
        replay.mark(args["region"])
        return sides(replay.box(args["region"]))[axis] * (replay.spacing or (1.0, 1.0))[axis]

    return run


def _area_of_box(replay: Replay, args: dict[str, Any]) -> Result:
    """In pixels: what is compared is how large the boxes are, and no lesion."""
    replay.mark(args["region"])
    width, height = sides(replay.box(args["region"]))
    return width * height


def _greater(replay: Replay, args: dict[str, Any]) -> Result:
    return replay.subject(args["a"] if replay.number(args["a"]) > replay.number(args["b"]) else args["b"])


def _largest(replay: Replay, args: dict[str, Any]) -> Result:
    return replay.subject(max(args["steps"], key=replay.number))


def _overlap(replay: Replay, args: dict[str, Any]) -> Result:
    """Of a region's box with the one that was asked about."""
    return iou(replay.box(args["region"]), [float(one) for one in args["box"]])


OPS: dict[str, Op] = {
    "area": Op(lambda r, a: ops.area(r.mask(a["region"]), r.spacing), _half_area, "area"),
    "long_axis": Op(lambda r, a: ops.long_axis(r.mask(a["region"]), r.spacing), _half_pixel, "length"),
    "short_axis": Op(lambda r, a: ops.short_axis(r.mask(a["region"]), r.spacing), _half_pixel, "length"),
    "distance": Op(lambda r, a: ops.apart(r.centre(a["a"]), r.centre(a["b"]), r.spacing), _half_pixel, "length"),
    "gap": Op(lambda r, a: ops.gap(r.mask(a["a"]), r.mask(a["b"]), r.spacing), _half_pixel, "length"),
    "inside": Op(lambda r, a: ops.inside(r.place(a["a"]), r.mask(a["b"])), lambda spacing, value: 0.005),
    "pieces": Op(lambda r, a: ops.pieces(r.mask(a["region"]))),
    "mean_intensity": Op(_mean, lambda spacing, value: 0.5, "HU"),
    "zone": Op(_zone),
    "side": Op(_side),
    "box": Op(lambda r, a: str(list(r.box(a["region"]))), dimension="px"),
    "point": Op(_point, dimension="px"),
    "box_iou": Op(_overlap, lambda spacing, value: 0.005),
    "box_width": Op(_side_of_box(0), _half_pixel, "length"),
    "box_height": Op(_side_of_box(1), _half_pixel, "length"),
    "box_area": Op(_area_of_box, dimension="px2"),
    "count": Op(_count),
    "greater": Op(_greater),
    "largest": Op(_largest),
    "exceeds": Op(lambda r, a: r.number(a["a"]) > r.number(a["b"])),
    "ratio": Op(lambda r, a: r.number(a["a"]) / r.number(a["b"])),
    "at_least": Op(lambda r, a: r.number(a["a"]) >= float(a["threshold"])),
    "at_most": Op(lambda r, a: r.number(a["a"]) <= float(a["threshold"])),
}
