"""The operations that reasoning steps are made of, run on masks, marks and geometry."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Literal

from transforms.facts import circumference, ops, ratios, shape
from transforms.facts.angles import between
from transforms.facts.depth import depth
from transforms.facts.format import ends, point
from transforms.facts.marks import in_unit, line_length, sides, turned_sides
from transforms.facts.ring import Beside, ring
from transforms.facts.texture import rest
from transforms.regions.metrics import box_iou
from transforms.regions.patch import Patch
from transforms.regions.places import angle, apart
from transforms.tasks import across_ops, rules, sequence_ops, signal_ops, space_ops, uptake_ops, where_ops
from transforms.tasks import elementary as el
from transforms.tasks.state import Replay, Result, UnmeasurableError

Unit = Literal[
    "none", "length", "area", "volume", "HU", "px", "px2", "degrees", "mm", "mm3", "%", "voxels", "SUV", "s",
    "bpm", "mV ms",
]  # fmt: skip


@dataclass(frozen=True)
class Op:
    """One operation: how to run it, how far its result may lie from a stated one, and the dimension of its unit."""

    run: Callable[[Replay, dict[str, Any]], Result]
    tolerance: Callable[[ops.Spacing, float], float] = lambda spacing, value: 1e-4 * abs(value) + 1e-6
    dimension: Unit = "none"


def _half_pixel(spacing: ops.Spacing, value: float) -> float:
    return 0.5 * min(spacing or (1.0, 1.0))


def _hundredth(spacing: ops.Spacing, value: float) -> float:
    return 0.005


def _half_area(spacing: ops.Spacing, value: float) -> float:
    x, y = spacing or (1.0, 1.0)
    return 0.5 * x * y


def _mean(replay: Replay, args: dict[str, Any]) -> Result:
    if replay.values is None:
        raise UnmeasurableError("pixel values were not given")
    return ops.mean(replay.mask(args["region"]), replay.values)


def _mean_of_rest(replay: Replay, args: dict[str, Any]) -> Result:
    """Of what of an organ is not the finding in it."""
    if replay.values is None:
        raise UnmeasurableError("pixel values were not given")
    left = rest(Patch.of(replay.mask(args["organ"])), Patch.of(replay.mask(args["finding"])))
    if left is None:
        raise ValueError("too little of it is left")
    return ops.mean(left, replay.values)


def _mean_of_ring(replay: Replay, args: dict[str, Any]) -> Result:
    """Of what lies around a finding."""
    if replay.values is None:
        raise UnmeasurableError("pixel values were not given")
    if replay.spacing is None:
        raise ValueError("nobody knows how large a pixel is")
    others = Beside(args["findings"], args["structures"], args.get("body", ""))
    ids = [*others.findings, *others.structures, *filter(None, [others.body])]
    places = {rid: Patch.of(replay.place(rid)) for rid in ids}
    around = ring(Patch.of(replay.mask(args["region"])), others, places, replay.values, replay.spacing)
    if around is None:
        raise ValueError("too little of its ring is shown")
    return ops.mean(around, replay.values)


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
    within = (replay.mask(args["body"]),) if "body" in args else ()
    return ops.zone(replay.place(args["region"]), ops.plane_of(replay.media.geometry), *within)


def _point(replay: Replay, args: dict[str, Any]) -> Result:
    (xy,) = replay.mark(args["region"]).points
    return point(xy)


def _centre(replay: Replay, args: dict[str, Any]) -> Result:
    found = replay.mark(args["region"]).ellipse
    if found is None:
        raise ValueError("only an ellipse or a circle has a centre of its own")
    return point(found.centre)


def _axis(which: Literal[0, 1], circle: bool) -> Callable[[Replay, dict[str, Any]], Result]:
    """Of a circle, or of what is none."""

    def run(replay: Replay, args: dict[str, Any]) -> Result:
        mark = replay.mark(args["region"])
        if (mark.form == "circle") != circle:
            raise ValueError(f"it is marked with a {mark.form}")
        return 2 * in_unit(mark, replay.spacing).axes[which]

    return run


def _turned(which: Literal[0, 1]) -> Callable[[Replay, dict[str, Any]], Result]:
    def run(replay: Replay, args: dict[str, Any]) -> Result:
        found = turned_sides(replay.mark(args["region"]), replay.spacing)
        if found is None:
            raise ValueError("its corners are those of no rectangle")
        return found[which]

    return run


def _lean(replay: Replay, args: dict[str, Any]) -> Result:
    return in_unit(replay.mark(args["region"]), replay.spacing).angle


def _angle(replay: Replay, args: dict[str, Any]) -> Result:
    if replay.spacing is None:
        raise ValueError("pixels of unknown shape have no angles")
    a, apex, b = (replay.mark(args[name]).centre for name in ("a", "apex", "b"))
    return between(a, apex, b, replay.spacing)


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
    """Of the box that an earlier step read off with the one that was asked about."""
    step, _ = replay.earlier(args["own"])
    if step.op != "box":
        raise ValueError(f"{args['own']} read off no box")
    return box_iou(replay.box(step.args["region"]), [float(one) for one in args["box"]])


OPS: dict[str, Op] = {
    "area": Op(lambda r, a: ops.area(r.mask(a["region"]), r.spacing), _half_area, "area"),
    "volume": Op(across_ops.volume, lambda spacing, value: 0.005 * abs(value), "volume"),
    "long_axis": Op(lambda r, a: ops.long_axis(r.mask(a["region"]), r.spacing), _half_pixel, "length"),
    "short_axis": Op(lambda r, a: ops.short_axis(r.mask(a["region"]), r.spacing), _half_pixel, "length"),
    "distance": Op(lambda r, a: ops.apart(r.centre(a["a"]), r.centre(a["b"]), r.spacing), _half_pixel, "length"),
    "gap": Op(lambda r, a: ops.gap(r.mask(a["a"]), r.mask(a["b"]), r.spacing), _half_pixel, "length"),
    "inside": Op(space_ops.inside, _hundredth),
    "pieces": Op(lambda r, a: ops.pieces(r.mask(a["region"]))),
    "mean_intensity": Op(_mean, lambda spacing, value: 0.5, "HU"),
    "zone": Op(_zone),
    "side": Op(_side),
    "box": Op(lambda r, a: str(list(r.box(a["region"]))), dimension="px"),
    "point": Op(_point, dimension="px"),
    "box_iou": Op(_overlap, _hundredth),
    "box_width": Op(_side_of_box(0), _half_pixel, "length"),
    "box_height": Op(_side_of_box(1), _half_pixel, "length"),
    "box_area": Op(_area_of_box, dimension="px2"),
    "centre": Op(_centre, dimension="px"),
    "ends": Op(lambda r, a: ends(r.mark(a["region"]).line), dimension="px"),
    "line_length": Op(lambda r, a: line_length(r.mark(a["region"]), r.spacing), _half_pixel, "length"),
    "circle_diameter": Op(_axis(0, circle=True), _half_pixel, "length"),
    "ellipse_long": Op(_axis(0, circle=False), _half_pixel, "length"),
    "ellipse_short": Op(_axis(1, circle=False), _half_pixel, "length"),
    "ellipse_angle": Op(_lean, lambda spacing, value: 0.5, "degrees"),
    "angle": Op(_angle, lambda spacing, value: 0.01, "degrees"),
    "turned_long": Op(_turned(0), _half_pixel, "length"),
    "turned_short": Op(_turned(1), _half_pixel, "length"),
    "apart": Op(lambda r, a: apart(r.located(a["a"]), r.located(a["b"])), dimension="mm"),
    "angle_in_space": Op(
        lambda r, a: angle(r.located(a["a"]), r.located(a["apex"]), r.located(a["b"])),
        lambda spacing, value: 0.01,
        "degrees",
    ),
    "extent": Op(lambda r, a: r.located(a["region"]).extent(int(a["axis"]) - 1), dimension="mm"),
    "first_slice": Op(lambda r, a: r.reach(a["region"])[0]),
    "reach": Op(el.reach),
    "last_slice": Op(lambda r, a: r.reach(a["region"])[1]),
    "count": Op(_count),
    "greater": Op(_greater),
    "largest": Op(_largest),
    "circularity": Op(lambda r, a: shape.circularity(r.mask(a["a"]))),
    "elongation": Op(lambda r, a: shape.elongation(r.mask(a["a"]), r.spacing)),
    "depth": Op(lambda r, a: depth(r.mask(a["a"]), r.mask(a["b"]), r.spacing), _half_pixel, "length"),
    "fitted_long": Op(lambda r, a: circumference.axes(r.mask(a["region"]), r.spacing)[0], _half_pixel, "length"),
    "fitted_short": Op(lambda r, a: circumference.axes(r.mask(a["region"]), r.spacing)[1], _half_pixel, "length"),
    "ellipse_perimeter": Op(
        lambda r, a: circumference.perimeter(r.number(a["long"]), r.number(a["short"])), _half_pixel, "length"
    ),
    "cup_to_disc": Op(lambda r, a: ratios.cup_to_disc([r.mask(a["a"]), r.mask(a["b"])])[0]),
    "exceeds": Op(lambda r, a: r.number(a["a"]) > r.number(a["b"])),
    "image_of": Op(across_ops.image_of),
    "shows": Op(across_ops.shows),
    "which_of": Op(across_ops.which_of),
    "same_on": Op(across_ops.same_on),
    "differing": Op(across_ops.differing),
    "only_on": Op(across_ops.only_on),
    "most_changed": Op(across_ops.most_changed),
    "ordered": Op(across_ops.ordered),
    "leading": Op(across_ops.leading),
    "onset": Op(sequence_ops.onset),
    "earliest": Op(sequence_ops.earliest),
    "ratio": Op(lambda r, a: r.number(a["a"]) / r.number(a["b"])),
    "at_least": Op(lambda r, a: r.number(a["a"]) >= float(a["threshold"])),
    "about": Op(lambda r, a: abs(r.number(a["a"]) - float(a["value"])) <= float(a["within"])),
    "at_most": Op(lambda r, a: r.number(a["a"]) <= float(a["threshold"])),
    "pixels": Op(el.pixels, dimension="px2"),
    "shared": Op(el.shared, dimension="px2"),
    "pixel_area": Op(el.pixel_area, dimension="area"),
    "pixel_size": Op(el.pixel_size, dimension="mm"),
    "covers": Op(el.covers, _half_area, "area"),
    "voxels": Op(el.voxels, dimension="voxels"),
    "voxel_volume": Op(el.voxel_volume, dimension="mm3"),
    "fills": Op(el.fills, lambda spacing, value: 0.005 * abs(value), "volume"),
    "section": Op(el.section),
    "suv_max": Op(uptake_ops.suv_max, lambda spacing, value: 0.05, "SUV"),
    "whole_mean": Op(uptake_ops.whole_mean, lambda spacing, value: 0.5, "HU"),
    "shared_voxels": Op(space_ops.shared_voxels, dimension="voxels"),
    "portion": Op(space_ops.portion, lambda spacing, value: 0.05, "%"),
    "clearance": Op(space_ops.clearance, dimension="mm"),
    "nearest_voxels": Op(space_ops.nearest_voxels, dimension="voxels"),
    "voxel_size": Op(space_ops.voxel_size, dimension="mm"),
    "voxels_apart": Op(space_ops.voxels_apart, lambda spacing, value: 0.01, "mm"),
    "lesser": Op(space_ops.lesser),
    "whole_mean_of_rest": Op(space_ops.whole_mean_of_rest, lambda spacing, value: 0.5, "HU"),
    "hottest_slice": Op(uptake_ops.hottest_slice),
    "beats": Op(signal_ops.beats),
    "beat_span": Op(signal_ops.beat_span, dimension="s"),
    "per_minute": Op(signal_ops.per_minute, dimension="bpm"),
    "net_area": Op(signal_ops.net_area, dimension="mV ms"),
    "axis_of": Op(signal_ops.axis, dimension="degrees"),
    "nasal_side": Op(where_ops.nasal_side),
    "quadrant": Op(where_ops.quadrant),
    "level_slice": Op(where_ops.level_slice),
    "level_at": Op(where_ops.level_at),
    "longest": Op(el.longest, _half_pixel, "mm"),
    "mean_of_rest": Op(_mean_of_rest, lambda spacing, value: 0.5, "HU"),
    "mean_of_ring": Op(_mean_of_ring, lambda spacing, value: 0.5, "HU"),
    "long_ends": Op(el.long_ends, dimension="px"),
    "span": Op(el.span, _half_pixel, "length"),
    "across": Op(el.across, _half_pixel, "length"),
    "nearest": Op(el.nearest, dimension="px"),
    "free": Op(el.free, _half_pixel, "length"),
    "centroid": Op(el.centroid, dimension="px"),
    "between": Op(el.between, _half_pixel, "length"),
    "frame": Op(el.frame, dimension="px"),
    "ninth": Op(el.ninth),
    "body_middle": Op(el.body_middle, dimension="px"),
    "left_share": Op(el.left_share, _hundredth),
    "one_side": Op(el.one_side),
    "box_side": Op(el.box_side, _half_pixel, "length"),
    "counted": Op(el.counted),
    "perimeter": Op(el.perimeter, dimension="px"),
    "roundness": Op(el.roundness),
    "height": Op(el.height, dimension="px"),
    "width": Op(el.width, dimension="px"),
    "sum_areas": Op(el.total, _half_area, "area"),
    "sum_volumes": Op(el.total, lambda spacing, value: 0.005 * abs(value), "volume"),
    "difference": Op(el.difference, lambda spacing, value: 1.0, "HU"),
    "percent": Op(el.percent, lambda spacing, value: 0.05, "%"),
    "ranked": Op(el.ranked),
    "median_pixels": Op(el.median, dimension="px2"),
    "farthest": Op(el.farthest),
    "stated": Op(el.stated),
    "by_rule": Op(rules.by_rule),
}
