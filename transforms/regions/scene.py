"""From a rendered view and the regions in it to a scene: ids, boxes, masks, media."""

from collections.abc import Mapping, Sequence
from typing import Literal

from schemas import (
    Fact,
    LabelShape,
    Media,
    MediaGeometry,
    Record,
    Region,
    SampleRegion,
    Scene,
    SpanShape,
    content_key,
)  # fmt: skip
from schemas.sample import RegionBox, RegionMask
from transforms.media.render import Rendered, view_of
from transforms.regions.layers import layers
from transforms.regions.patch import Patch
from transforms.regions.resolve import Resolved
from transforms.regions.viewdata import ViewData
from transforms.shards.encode import pixels_sha256

MIN_PIXELS = 4  # a region of fewer pixels in a view cannot be measured there


def build(
    record: Record, frame: str, rendered: Rendered | None, items: Sequence[Resolved], unit: str | None
) -> tuple[ViewData, list[Region], frozenset[str]]:
    """The scene of one view with its masks; the rows of its regions in the view's frame, in the scene's order; and the
    labels of all concepts with even one pixel in the view, those too small to become a region included, and of those
    that are drawn on the record without a mask."""
    placed = _placed(record, rendered, items)
    # A box or a point has no mask to look for in this view: its concept is not placed here, and not absent either.
    unplaced = (item.region.concept.label for item in items if item.mask is None)
    shown = frozenset({*unplaced, *(item.region.concept.label for item, _ in placed)})
    placed = [(item, mask) for item, mask in placed if mask is None or mask.size >= MIN_PIXELS]
    names = {item.region.key: f"r{n}" for n, (item, _) in enumerate(placed, start=1)}
    masks = {names[item.region.key]: mask for item, mask in placed if mask is not None}
    where = layers(masks)
    regions = tuple(_region(item, mask, names, where) for item, mask in placed)
    key = f"{record.dataset.replace('_', '-')}-{content_key('scene', record.key, frame, _window(rendered))}"
    scene = Scene(
        key=key, dataset=record.dataset, record=record.key, subject=record.subject, study=record.study,
        modality=record.modality, anatomy=record.anatomy, view=view_of(frame),
        media=_media(rendered, where, unit), regions=regions, presence=record.presence, facts=_stated(record, names),
        document=record.text if record.kind == "document" else None,
    )  # fmt: skip
    rows = [_row(item, mask, frame) for item, mask in placed if mask is not None]
    image, values = (rendered.image, rendered.values) if rendered else (None, None)
    return ViewData(scene, masks, image, values), rows, shown


def _placed(
    record: Record, rendered: Rendered | None, items: Sequence[Resolved]
) -> list[tuple[Resolved, Patch | None]]:
    """The regions that this view shows, with their masks, by concept and then by key."""
    out: list[tuple[Resolved, Patch | None]] = []
    for item in items:
        if isinstance(item.region.shape, SpanShape):
            out.append((item, None))
            continue
        mask = _cut(record, rendered, item) if rendered else None
        if mask is not None:
            out.append((item, mask))
    return sorted(out, key=lambda pair: _order(*pair))


def _cut(record: Record, rendered: Rendered, item: Resolved) -> Patch | None:
    """A region's mask on the view. Of a picture, a view is a part as it lies: the region is not painted to be cut."""
    if record.kind != "image" or item.mask is None or rendered.geometry is None or rendered.geometry.voxel is None:
        mask = rendered.place(item)
        return None if mask is None else Patch.of(mask)
    corner = [int(row[3]) for row in rendered.geometry.voxel[:2]]
    offset = [start - low for start, low in zip(item.offset, corner, strict=True)]
    return Patch.at(item.mask, offset, rendered.image.shape[:2])


def _order(item: Resolved, mask: Patch | None) -> tuple[str, int, int, str]:
    """Concept, then reading order (top to bottom, left to right, or along the text), then key."""
    shape = item.region.shape
    if isinstance(shape, SpanShape):
        return "", int(shape.start), int(shape.end), item.region.key
    assert mask is not None
    left, top = mask.box[:2]
    return item.region.concept.label, top, left + int(mask.mask[0].argmax()), item.region.key


def _stated(record: Record, names: Mapping[str, str]) -> tuple[Fact, ...]:
    """What the source states about the record; of facts about regions those that this view shows, by their ids here."""
    return tuple(
        fact.model_copy(update={"regions": tuple(names[key] for key in fact.regions)})
        for fact in record.facts
        if all(key in names for key in fact.regions)
    )


def _region(
    item: Resolved, mask: Patch | None, names: Mapping[str, str], where: Mapping[str, tuple[str, int]]
) -> SampleRegion:
    region, name = item.region, names[item.region.key]
    shape = region.shape
    span = (shape.start, shape.end) if isinstance(shape, SpanShape) else None
    return SampleRegion(
        id=name, concept=region.concept, source_label=region.source_label,
        parent=names.get(region.parent) if region.parent else None,
        box=RegionBox(media="png", xyxy=mask.box) if mask is not None else None,
        mask=RegionMask(media=where[name][0], value=where[name][1]) if mask is not None else None,
        span=span, span_unit=shape.unit if isinstance(shape, SpanShape) else None,
        segmentation=segmentation(region) if mask is not None else None, made_by=region.made_by, region=region.key,
    )  # fmt: skip


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
        pixels_sha256=pixels_sha256(rendered.image),
    )  # fmt: skip
    names = sorted({name for name, _ in where.values()})
    sheets = [Media(name=name, kind="mask", width=width, height=height, channels=1) for name in names]
    return (picture, *sheets)


def _row(item: Resolved, mask: Patch | None, frame: str) -> Region:
    assert mask is not None
    region = item.region
    key = content_key("view-region", region.key, frame)
    return region.model_copy(update={"key": key, "frame": frame, "shape": mask.packed(), "parent": region.key})


def _window(rendered: Rendered | None) -> tuple[float, float] | None:
    return rendered.window if rendered else None
