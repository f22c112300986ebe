"""Elementary operations: what a measurement is made of - pixels counted, the size of a pixel, the ends of a diameter,
the middle of the body - so that it can be followed step by step, each step with where it looks.

Texts give points on the axes of boxes: 0 at the outer edge of the first pixel.
"""

import json
import re
from typing import Any

import numpy as np

from transforms.facts import ops, shape
from transforms.facts.format import ends as written_ends
from transforms.facts.format import point
from transforms.facts.whole import acquired, grid_of
from transforms.regions.patch import Patch
from transforms.regions.volume import diameter, millilitres
from transforms.tasks.state import Replay, Result, UnmeasurableError

HALF = 0.5  # from a pixel's centre to its outer edge
NUMBERS = re.compile(r"-?\d+(?:\.\d+)?")
Point = tuple[float, float]


def _outer(xy: Point) -> Point:
    return xy[0] + HALF, xy[1] + HALF


def _points(text: object) -> list[Point]:
    """The points that an earlier step gave."""
    found = [float(number) for number in NUMBERS.findall(str(text))]
    return list(zip(found[::2], found[1::2], strict=True))


def _spacing(replay: Replay) -> tuple[float, float]:
    if replay.spacing is None:
        raise ValueError("nobody knows how large a pixel is")
    return replay.spacing


def _of(replay: Replay, args: dict[str, Any], name: str, *ops_: str) -> Result:
    """What an earlier step of one of these operations gave. Raises ValueError for a step of another."""
    step, found = replay.earlier(args[name])
    if step.op not in ops_:
        raise ValueError(f"{args[name]} is a step of {step.op}, not of {' or '.join(ops_)}")
    return found


def _scale(replay: Replay, args: dict[str, Any]) -> ops.Spacing:
    """The size of a pixel, which an earlier step read off where it is known."""
    if replay.spacing is None and "pixel" not in args:
        return None
    ((x, y),) = _points(_of(replay, args, "pixel", "pixel_size"))
    return x, y


def pixels(replay: Replay, args: dict[str, Any]) -> Result:
    return Patch.of(replay.mask(args["region"])).size


def shared(replay: Replay, args: dict[str, Any]) -> Result:
    """The pixels of a region that lie within another."""
    return Patch.of(replay.place(args["a"])).overlap(Patch.of(replay.mask(args["b"])))


def pixel_area(replay: Replay, args: dict[str, Any]) -> Result:
    x, y = _spacing(replay)
    return x * y


def pixel_size(replay: Replay, args: dict[str, Any]) -> Result:
    return "[{:g}, {:g}]".format(*_spacing(replay))


def covers(replay: Replay, args: dict[str, Any]) -> Result:
    """Pixels times what each covers."""
    return float(_of(replay, args, "pixels", "pixels")) * float(_of(replay, args, "pixel", "pixel_area"))


def voxels(replay: Replay, args: dict[str, Any]) -> Result:
    return replay.solid(args["region"]).size


def voxel_volume(replay: Replay, args: dict[str, Any]) -> Result:
    """In mm3."""
    return 1000 * millilitres(1, grid_of(replay.media))


def fills(replay: Replay, args: dict[str, Any]) -> Result:
    """Voxels times what each fills, in mL."""
    return float(_of(replay, args, "voxels", "voxels")) * float(_of(replay, args, "voxel", "voxel_volume")) / 1000


def section(replay: Replay, args: dict[str, Any]) -> Result:
    """The slice, across the axis of acquisition, on which most of a region lies."""
    solid, axis = replay.solid(args["region"]), acquired(grid_of(replay.media))
    return int(solid.sections(axis).argmax()) + solid.offset[axis]


def longest(replay: Replay, args: dict[str, Any]) -> Result:
    """The largest diameter on any slice, across the axis of acquisition, in mm."""
    grid = grid_of(replay.media)
    if grid.affine is None:
        raise ValueError("nobody knows where the volume lies")
    return diameter(replay.solid(args["region"]).mask, grid, acquired(grid))


def reach(replay: Replay, args: dict[str, Any]) -> Result:
    """From the first to the last slice that earlier steps read off."""
    return f"{_of(replay, args, 'first', 'first_slice')} to {_of(replay, args, 'last', 'last_slice')}"


def long_ends(replay: Replay, args: dict[str, Any]) -> Result:
    found = ops.diameter(replay.mask(args["region"]), replay.spacing)
    return written_ends([_outer(end) for end in found])


def span(replay: Replay, args: dict[str, Any]) -> Result:
    """From the outer side of one pixel to that of the other (`ops.axes`)."""
    start, end = _points(_of(replay, args, "ends", "long_ends"))
    return ops.length(start, end, _scale(replay, args))


def across(replay: Replay, args: dict[str, Any]) -> Result:
    """The longest chord of a region at right angles to its long axis."""
    start, end = _points(_of(replay, args, "ends", "long_ends"))
    return ops.width(replay.mask(replay.subject(args["ends"])), start, end, _scale(replay, args))


def nearest(replay: Replay, args: dict[str, Any]) -> Result:
    a, b = (Patch.of(replay.mask(args[name])) for name in "ab")
    if ops.overlaps(a, b):
        raise ValueError("they overlap")
    return written_ends([_outer(end) for end in ops.closest(a.outline, b.outline, replay.spacing)])


def free(replay: Replay, args: dict[str, Any]) -> Result:
    """Between the outer sides of two pixels: their distance, less a pixel."""
    scale = _scale(replay, args)
    start, end = _points(_of(replay, args, "ends", "nearest"))
    return max(0.0, ops.apart(start, end, scale) - min(scale or (1.0, 1.0)))


def centroid(replay: Replay, args: dict[str, Any]) -> Result:
    return point(_outer(_centre(replay, args["region"])))


def _centre(replay: Replay, reference: object) -> Point:
    rid = replay.rid(reference)
    return ops.centroid(replay.masks[rid]) if rid in replay.masks else replay.centre(rid)


def between(replay: Replay, args: dict[str, Any]) -> Result:
    """Between two centres that earlier steps found."""
    for name in "ab":
        _of(replay, args, name, "centroid")
    a, b = (_centre(replay, replay.subject(args[name])) for name in "ab")
    return ops.apart(a, b, _scale(replay, args))


def frame(replay: Replay, args: dict[str, Any]) -> Result:
    """The box of the whole image."""
    return str([0, 0, replay.media.width, replay.media.height])


def ninth(replay: Replay, args: dict[str, Any]) -> Result:
    """Which ninth of a box that an earlier step read off holds a centre that another found."""
    _of(replay, args, "point", "centroid")
    _of(replay, args, "box", "box", "frame")
    step, _ = replay.earlier(args["box"])
    within = (replay.mask(step.args["region"]),) if step.op == "box" else ()
    place = replay.place(replay.subject(args["point"]))
    return ops.zone(place, ops.plane_of(replay.media.geometry), *within)


def body_middle(replay: Replay, args: dict[str, Any]) -> Result:
    """The column x of the body's middle, where columns run from head to foot or from front to back."""
    along = _leftward(replay)
    if along[1]:
        raise ValueError("left and right do not lie along the rows of this image")
    xs = ops.hull(replay.mask(args["region"]))[:, 0]
    return (float(xs.min()) + float(xs.max())) / 2 + HALF


def left_share(replay: Replay, args: dict[str, Any]) -> Result:
    """The share of a region's pixels on the patient's left of the middle that an earlier step found."""
    middle = float(_of(replay, args, "middle", "body_middle")) - HALF
    patch = Patch.of(replay.place(args["region"]))
    beyond = (np.nonzero(patch.mask)[1] + patch.box[0] - middle) * _leftward(replay)[0] > 0
    return float(beyond.mean())


def one_side(replay: Replay, args: dict[str, Any]) -> Result:
    share = float(_of(replay, args, "share", "left_share"))
    if ops.ONE_SIDE > share > 1 - ops.ONE_SIDE:
        raise ValueError(f"{share:.0%} of it lies on the left: it is on both sides")
    return "left" if share >= ops.ONE_SIDE else "right"


def _leftward(replay: Replay) -> Point:
    """How far to the patient's left a step along x and along y leads (LPS)."""
    geometry = replay.media.geometry
    if ops.plane_of(geometry) not in ("axial", "coronal") or geometry is None or geometry.affine is None:
        raise ValueError("the image does not show left and right")
    x, y = geometry.affine[0][:2]
    return x, y


def box_side(replay: Replay, args: dict[str, Any]) -> Result:
    """How long a box that an earlier step read off is along x (axis 0) or y (axis 1)."""
    scale = _scale(replay, args)
    box, axis = json.loads(str(_of(replay, args, "box", "box"))), int(args["axis"])
    return float((box[axis + 2] - box[axis]) * (scale or (1.0, 1.0))[axis])


def counted(replay: Replay, args: dict[str, Any]) -> Result:
    """How many regions earlier steps found, each by its box or its point."""
    found = [replay.rid(replay.earlier(name)[0].args["region"]) for name in args["steps"]]
    if len(set(found)) != len(found):
        raise ValueError("a region is counted twice")
    return len(found)


def perimeter(replay: Replay, args: dict[str, Any]) -> Result:
    return shape.perimeter(replay.mask(args["region"]))


def roundness(replay: Replay, args: dict[str, Any]) -> Result:
    """4 pi A / P^2 of the pixels and the perimeter that earlier steps found, at most 1."""
    area, around = (float(_of(replay, args, name, name)) for name in ("pixels", "perimeter"))
    return min(1.0, 4 * np.pi * area / around**2)


def height(replay: Replay, args: dict[str, Any]) -> Result:
    """Rows from a region's first to its last, in pixels."""
    _, y0, _, y1 = replay.box(args["region"])
    return y1 - y0


def width(replay: Replay, args: dict[str, Any]) -> Result:
    """Columns from the first of some regions to the last, in pixels."""
    boxes = [replay.box(rid) for rid in args["regions"]]
    return max(box[2] for box in boxes) - min(box[0] for box in boxes)


def total(replay: Replay, args: dict[str, Any]) -> Result:
    return sum(replay.number(name) for name in args["steps"])


def difference(replay: Replay, args: dict[str, Any]) -> Result:
    return replay.number(args["a"]) - replay.number(args["b"])


def percent(replay: Replay, args: dict[str, Any]) -> Result:
    """The first as a share of the second, in %."""
    return 100 * replay.number(args["a"]) / replay.number(args["b"])


def ranked(replay: Replay, args: dict[str, Any]) -> Result:
    """The regions that earlier steps measured, the greatest first."""
    order = sorted(args["steps"], key=replay.number, reverse=True)
    return ", ".join(replay.subject(name) for name in order)


def median(replay: Replay, args: dict[str, Any]) -> Result:
    return float(np.median([replay.number(name) for name in args["steps"]]))


def farthest(replay: Replay, args: dict[str, Any]) -> Result:
    """The region whose number is the most times as large, or as small, as the one they are compared with."""
    middle = replay.number(args["from"])
    return replay.subject(max(args["steps"], key=lambda name: abs(np.log(replay.number(name) / middle))))


def stated(replay: Replay, args: dict[str, Any]) -> Result:
    """What the source says: the value of a fact of the scene."""
    if replay.scene is None:
        raise UnmeasurableError("the scene's facts were not given")
    for fact in replay.scene.facts:
        if fact.id == args["fact"]:
            return fact.value
    raise ValueError(f"there is no fact {args['fact']!r}")
