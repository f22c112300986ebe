"""From a rendered view and the regions in it to a scene: ids, boxes, masks, media."""

from collections.abc import Mapping, Sequence
from typing import Any, Literal, NamedTuple

from schemas import (
    Fact,
    LabelShape,
    Media,
    MediaGeometry,
    Record,
    Region,
    SampleRegion,
    Scene,
    SlicesShape,
    SpanShape,
    content_key,
)  # fmt: skip
from schemas.sample import RegionBox, RegionEllipse, RegionLine, RegionMask, RegionPoints, RegionTurnedBox
from transforms.media.render import Rendered, view_of
from transforms.regions import placing
from transforms.regions.layers import layers
from transforms.regions.marks import Mark
from transforms.regions.patch import Patch
from transforms.regions.resolve import Resolved
from transforms.regions.viewdata import ViewData
from transforms.shards.encode import pixels_sha256

MIN_PIXELS = 4  # a region of fewer pixels in a view cannot be measured there
COVERED = "a mask of its concept lies there and is shown in its place"
ELSEWHERE = "it lies in none of the views that were cut"

Drawn = Patch | Mark | None  # a span has neither, nor has what is said of slices as such


class Built(NamedTuple):
    """`rows`: the view's regions in its frame, in the scene's order. `shown`: the labels of all concepts with even one
    pixel in the view, those too small to become a region included, and of those that are drawn on the record without a
    mask, wherever. `covered`: keys of boxes and points that a mask of the same concept is shown for."""

    view: ViewData
    rows: list[Region]
    shown: frozenset[str]
    covered: frozenset[str]


def build(record: Record, frame: str, rendered: Rendered | None, items: Sequence[Resolved], unit: str | None) -> Built:
    """The scene of one view, with its masks, boxes and points."""
    every = _placed(record, frame, rendered, items)
    # What has no mask need not lie in this view: its concept is not placed here then, and not absent either.
    unplaced = (item.region.concept.label for item in items if item.mask is None)
    shown = frozenset({*unplaced, *(item.region.concept.label for item, _ in every)})
    placed = [(item, drawn) for item, drawn in every if not isinstance(drawn, Patch) or drawn.size >= MIN_PIXELS]
    covered = _covered(placed)
    placed = [(item, drawn) for item, drawn in placed if item.region.key not in covered]
    names = {item.region.key: f"r{n}" for n, (item, _) in enumerate(placed, start=1)}
    masks = {names[item.region.key]: drawn for item, drawn in placed if isinstance(drawn, Patch)}
    where = layers(masks)
    regions = tuple(_region(item, drawn, names, where) for item, drawn in placed)
    key = f"{record.dataset.replace('_', '-')}-{content_key('scene', record.key, frame, _window(rendered))}"
    scene = Scene(
        key=key, dataset=record.dataset, record=record.key, subject=record.subject, study=record.study,
        modality=record.modality, anatomy=record.anatomy, view=view_of(frame),
        media=_media(rendered, where, unit), regions=regions, presence=record.presence, facts=_stated(record, names),
        document=record.text if record.kind == "document" else None,
    )  # fmt: skip
    rows = [_row(item, drawn, frame) for item, drawn in placed if drawn is not None]
    image, values = (rendered.image, rendered.values) if rendered else (None, None)
    return Built(ViewData(scene, masks, image, values), rows, shown, covered)


def _placed(
    record: Record, frame: str, rendered: Rendered | None, items: Sequence[Resolved]
) -> list[tuple[Resolved, Drawn]]:
    """The regions that this view shows, with their masks or marks, by concept and then by key."""
    out: list[tuple[Resolved, Drawn]] = []
    for item in items:
        shape = item.region.shape
        if isinstance(shape, SpanShape | SlicesShape):
            if _within(record, frame, shape) if isinstance(shape, SpanShape) else _among(rendered, shape):
                out.append((item, None))
            continue
        drawn = _cut(record, frame, rendered, item) if rendered else None
        if drawn is not None:
            out.append((item, drawn))
    return sorted(out, key=lambda pair: _order(*pair))


def _within(record: Record, frame: str, span: SpanShape) -> bool:
    """Whether a view shows something of a span: one frame of a clip is one moment of it."""
    if record.kind != "clip":
        return True
    hertz = record.geometry.sampling_hz
    return bool(hertz) and span.start <= int(frame.partition(":")[2]) / float(hertz or 1) < span.end


def _among(rendered: Rendered | None, shape: SlicesShape) -> bool:
    """Whether a view is one of the slices that something is said of."""
    geometry = rendered.geometry if rendered else None
    index = None if geometry is None or geometry.slice_axis != shape.axis else geometry.slice_index
    return index is not None and shape.start <= index < shape.stop


def _cut(record: Record, frame: str, rendered: Rendered, item: Resolved) -> Patch | Mark | None:
    """A region's mask on the view, or its mark. Of a picture, a view is a part as it lies: the region is not
    painted to be cut."""
    geometry = rendered.geometry
    if item.mask is None:
        if geometry is None or geometry.voxel is None or not placing.is_mark(item.region):
            return None
        size = (rendered.image.shape[0], rendered.image.shape[1])
        return placing.placed(record, item.region, geometry, size, whole=not frame.startswith("tile:"))
    if record.kind != "image" or geometry is None or geometry.voxel is None:
        mask = rendered.place(item)
        return None if mask is None else Patch.of(mask)
    corner = [int(row[3]) for row in geometry.voxel[:2]]
    offset = [start - low for start, low in zip(item.offset, corner, strict=True)]
    return Patch.at(item.mask, offset, rendered.image.shape[:2])


def _covered(placed: Sequence[tuple[Resolved, Drawn]]) -> frozenset[str]:
    """Keys of the marks that were drawn for what a mask of the same concept shows: one thing, drawn twice,
    would be told of and counted as two."""
    masks: dict[str, list[Patch]] = {}
    for item, drawn in placed:
        if isinstance(drawn, Patch):
            masks.setdefault(item.region.concept.label, []).append(drawn)
    return frozenset(
        item.region.key
        for item, drawn in placed
        if isinstance(drawn, Mark) and any(map(drawn.shown_by, masks.get(item.region.concept.label, ())))
    )


def _order(item: Resolved, drawn: Drawn) -> tuple[str, int, int, str]:
    """Concept, then reading order (top to bottom, left to right, or along the text), then key."""
    shape = item.region.shape
    if isinstance(shape, SpanShape):
        return "", int(shape.start), int(shape.end), item.region.key
    if isinstance(shape, SlicesShape):
        return "", shape.start, shape.stop, item.region.key
    assert drawn is not None
    patch = drawn if isinstance(drawn, Patch) else drawn.pixels
    left, top = patch.box[:2]
    return item.region.concept.label, top, left + int(patch.mask[0].argmax()), item.region.key


def _stated(record: Record, names: Mapping[str, str]) -> tuple[Fact, ...]:
    """What the source states about the record; of facts about regions those that this view shows, by their ids here."""
    return tuple(
        fact.model_copy(update={"regions": tuple(names[key] for key in fact.regions)})
        for fact in record.facts
        if all(key in names for key in fact.regions)
    )


def _region(
    item: Resolved, drawn: Drawn, names: Mapping[str, str], where: Mapping[str, tuple[str, int]]
) -> SampleRegion:
    region, name = item.region, names[item.region.key]
    shape = region.shape
    span = (shape.start, shape.end) if isinstance(shape, SpanShape) else None
    return SampleRegion(
        id=name, concept=region.concept, source_label=region.source_label,
        parent=names.get(region.parent) if region.parent else None,
        **drawn_on("png", drawn),
        mask=RegionMask(media=where[name][0], value=where[name][1]) if isinstance(drawn, Patch) else None,
        span=span, span_unit=shape.unit if isinstance(shape, SpanShape) else None,
        slices=(shape.axis, shape.start, shape.stop) if isinstance(shape, SlicesShape) else None,
        segmentation=segmentation(region) if isinstance(drawn, Patch) else None,
        made_by=region.made_by, region=region.key,
    )  # fmt: skip


def drawn_on(media: str, drawn: Drawn) -> dict[str, Any]:
    """The fields of a region that say where on an image it is."""
    if drawn is None:
        return {}
    if drawn.box is not None:
        return {"box": RegionBox(media=media, xyxy=drawn.box)}
    if isinstance(drawn, Mark) and drawn.ellipse is not None:
        return {"ellipse": RegionEllipse(media=media, **drawn.ellipse._asdict())}
    if isinstance(drawn, Mark) and drawn.line:
        return {"line": RegionLine(media=media, xy=drawn.line)}
    assert isinstance(drawn, Mark)
    if drawn.corners:
        a, b, c, d = drawn.corners
        return {"turned_box": RegionTurnedBox(media=media, corners=(a, b, c, d))}
    return {"points": RegionPoints(media=media, xy=drawn.points, names=drawn.names)}


def segmentation(region: Region) -> Literal["instance", "semantic"]:
    """Whether a mask is of one thing, as its source tells them apart, or of all of a class. Whoever draws an outline
    draws one thing; a label map's value is a class unless the card says that values are instances; so is what a
    segmenter finds, unless it numbers things."""
    shape = region.shape
    one = shape.instances if isinstance(shape, LabelShape) else region.made_by.kind == "human"
    return "instance" if one or region.meta.get("instance") else "semantic"


def _media(rendered: Rendered | None, where: Mapping[str, tuple[str, int]], unit: str | None) -> tuple[Media, ...]:
    if rendered is None:
        return (Media(name="txt", kind="text"),)
    height, width = rendered.image.shape[:2]
    channels = 3 if rendered.image.ndim == 3 else 1
    geometry = rendered.geometry or MediaGeometry()
    picture = Media(
        name="png", kind="image", width=width, height=height, channels=channels, window=rendered.window,
        unit=unit if rendered.values is not None else None, geometry=geometry,
        pixels_sha256=pixels_sha256(rendered.image), sampling_hz=rendered.sampling_hz, leads=rendered.leads,
    )  # fmt: skip
    names = sorted({name for name, _ in where.values()})
    sheets = [Media(name=name, kind="mask", width=width, height=height, channels=1) for name in names]
    return (picture, *sheets)


def _row(item: Resolved, drawn: Patch | Mark, frame: str) -> Region:
    region = item.region
    key = content_key("view-region", region.key, frame)
    shape = drawn.packed() if isinstance(drawn, Patch) else drawn.shaped()
    return region.model_copy(update={"key": key, "frame": frame, "shape": shape, "parent": region.key})


def _window(rendered: Rendered | None) -> tuple[float, float] | None:
    return rendered.window if rendered else None
