"""Stage regions: decode a record, resolve its annotations, ask the experts, choose views, and draw each as a scene."""

from collections.abc import Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import replace
from typing import Any

from pipelines.booking import emitted, filtered, noticed, quarantined, verdict
from pipelines.context import BAD_DATA, Context
from pipelines.faults import reason_of
from pipelines.packet import Packet, SceneState
from pipelines.stages import experts, wholes
from pipelines.stages.looking import Seen, look
from pipelines.store import Row
from schemas import (
    Fact,
    Media,
    Notice,
    Presence,
    Record,
    Region,
    RleShape,
    Scene,
    canonical_json,
)
from schemas.level import WHOLE, Level
from transforms.media import burned_in
from transforms.media.pixels import Pixels
from transforms.media.render import Rendered, render
from transforms.regions import counterfactual, faces, repeats, scene, whole
from transforms.regions.resolve import Dropped, Resolved
from transforms.regions.valueless import valueless
from transforms.regions.viewdata import ViewData
from transforms.regions.volume import volume_facts

NAME = "regions"
VERSION = "7"
UNSURE = "its source is not sure of it, or its readers differ: kept here, and not shown"
ASIDE = "a further reader's drawing of what another's shows: kept here, and not shown"
UNSEEN = f"no view that was chosen shows {scene.MIN_PIXELS} pixels of it"
ACROSS = {"most", "prior"}
UNALTERED = {*ACROSS, "counterfactual", "most_altered"}
KEPT_VIEWS = 64  # of a record, whose pixels wait for the stages that follow: some 1 MB each


def params(ctx: Context, dataset: str) -> dict[str, Any]:
    spec = ctx.source(dataset)
    views = spec.views.model_copy(update={"groups": tuple(one for one in spec.views.groups if one in whole.WHOLES)})
    return {
        "views": views.model_dump(mode="json", exclude=ACROSS if views.counterfactual else UNALTERED),
        **experts.params(ctx, dataset),
        "burned_in": burned_in.revision(),
        **({"deface": ctx.recipe.deface} if ctx.recipe.deface else {}),
        **({"wholes": wholes} if (wholes := ctx.card(dataset).layout.model_dump(mode="json")["wholes"]) else {}),
    }


def gpus(ctx: Context) -> float:
    """The share of a GPU that a process takes: that of the recipe's models."""
    return experts.gpus(ctx)


def run(ctx: Context, packet: Packet) -> None:
    record = packet.record
    face = faces.reason(ctx.card(record.dataset), ctx.space, record) if ctx.recipe.deface else None
    if face is not None:
        filtered(packet, NAME, record.key, face)
        return
    try:
        seen = look(ctx, record, packet.sources)
    except BAD_DATA as error:
        quarantined(packet, NAME, record.key, reason_of(error))
        return
    _keep_regions(ctx, packet, seen)
    _notice(packet, seen)
    covered = _draw_views(ctx, packet, seen)
    _alter(ctx, packet)
    for drop in _left_out(packet, seen.items, covered):
        _dropped(packet, drop)
    if packet.scenes:
        emitted(packet, NAME, record.key, out=len(packet.scenes))
    else:
        filtered(packet, NAME, record.key, "; ".join(seen.not_cut) or "no view of it shows anything")


def _keep_regions(ctx: Context, packet: Packet, seen: Seen) -> None:
    """The regions go into the tables, those that are withheld too, and a verdict on each that no sample can show."""
    record, made = packet.record, packet.keys[NAME]
    for item in (*seen.items, *seen.withheld):
        packet.volume[item.region.key] = volume_facts(item, record.geometry, ctx.space)
        region = _with_facts(item.region, packet.volume[item.region.key])
        packet.emit("regions", region_row(region, made))
    withheld = (Dropped(item.region, _why(record, item)) for item in seen.withheld)
    for drop in (*seen.found.dropped, *seen.answers.refused, *withheld):
        _dropped(packet, drop)
    for score in seen.answers.scores:
        packet.emit("verdicts", experts.scored(packet, NAME, score))


def _notice(packet: Packet, seen: Seen) -> None:
    """What is to be said of the annotations, of views that are not cut, and of the values of the pixels."""
    record = packet.record
    for notice in seen.found.notices:
        noticed(packet, NAME, notice.text(), notice)
    uri = record.sources[0].uri
    values = valueless(seen.items, seen.pixels) if seen.pixels is not None else ()
    for reason in dict.fromkeys((*seen.not_cut, *values)):
        notice = Notice(kind="value", uri=uri, reason=reason, record=record.key)
        noticed(packet, NAME, notice.text(), notice)


def _draw_views(ctx: Context, packet: Packet, seen: Seen) -> set[str]:
    """Adds the scenes; the keys of regions that masks were shown in place of."""
    doubtful = seen.found.doubtful | {item.region.concept.label for item in seen.withheld}
    covered: set[str] = set()
    for frame in seen.frames:
        covered |= _draw(ctx, packet, seen.items, frame, seen.pixels, seen.window, doubtful)
    for frame in seen.singles if not packet.scenes else ():  # what should have left whole could not
        covered |= _draw(ctx, packet, seen.items, frame, seen.pixels, seen.window, doubtful)
    return covered


def restore(packet: Packet, rows: Mapping[str, Sequence[Row]]) -> None:
    masks: dict[str, dict[str, RleShape]] = {}
    for row in rows["regions"]:
        region = Region.model_validate_json(row["body"])
        if "facts" in region.meta:  # the record's own row, not a view's
            packet.volume[region.key] = tuple(Fact.model_validate(fact) for fact in region.meta.get("facts", []))
        elif isinstance(region.shape, RleShape) and region.parent:
            masks.setdefault(region.frame, {})[region.parent] = region.shape
    for row in rows["scenes"]:
        found = Scene.model_validate_json(row["body"])
        shapes = masks.get(found.view.frame, {})
        packet.scenes.append(SceneState(found, {r.id: shapes[r.region] for r in found.regions if r.region in shapes}))


def region_row(region: Region, made: str) -> Row:
    """The table row of a region."""
    return {
        "key": region.key, "dataset": region.dataset, "made": made, "record": region.record, "frame": region.frame,
        "concept": region.concept.label, "made_by": region.made_by.name, "body": region.to_row(),
    }  # fmt: skip


def _draw(
    ctx: Context, packet: Packet, items: Sequence[Resolved], frame: str, pixels: Pixels | None,
    window: tuple[float, float] | None, doubtful: frozenset[str],
) -> frozenset[str]:  # fmt: skip
    """Adds the scene of one view; the keys of regions that masks were shown in place of."""
    record = packet.record
    if frame in whole.WHOLES and pixels is not None:
        return _draw_whole(ctx, packet, items, frame, pixels, window, doubtful)
    picture: Rendered | None = None if pixels is None else render(record, pixels, frame, window)
    if picture is not None and picture.image.min() == picture.image.max():
        return frozenset()  # a blank view shows nothing that could be described
    view, rows, shown, covered = scene.build(record, frame, picture, items, record.unit)
    if frame.startswith("tile:") and not view.scene.regions:
        return covered  # a tile in which nothing is drawn says nothing that the whole picture does not
    if picture is not None:
        view = replace(view, scene=_said(ctx, packet, view.scene, shown, doubtful))
    shapes = {row.parent: row.shape for row in rows if isinstance(row.shape, RleShape)}
    masks = {region.id: shapes[region.region] for region in view.scene.regions if region.region in shapes}
    _keep(packet, view, rows, masks)
    return covered


def _draw_whole(
    ctx: Context, packet: Packet, items: Sequence[Resolved], frame: str, pixels: Pixels,
    window: tuple[float, float] | None, doubtful: frozenset[str],
) -> frozenset[str]:  # fmt: skip
    """All of a record as one scene, with what `_draw` gives; where it cannot leave so, its slices go on and a verdict
    says why."""
    record = packet.record
    try:
        made = wholes.drawn(record, frame, pixels, items, window, ctx.source(record.dataset).views)
    except ValueError as error:
        notice = Notice(kind="value", uri=record.sources[0].uri, reason=reason_of(error), record=record.key)
        noticed(packet, NAME, notice.text(), notice)
        return frozenset()
    if made is None:
        return frozenset()
    found, view = made
    view = replace(view, scene=_said(ctx, packet, found.scene, whole.labels_on(items), doubtful))
    _keep(packet, view, found.rows, found.masks)
    return found.covered


def _keep(packet: Packet, view: ViewData, rows: Sequence[Region], masks: Mapping[str, RleShape]) -> None:
    """A drawn scene goes on to the next stages, and into the tables with its regions."""
    record, drawn, made = packet.record, view.scene, packet.keys[NAME]
    kept = view if record.kind != "signal" and len(packet.scenes) < KEPT_VIEWS else None
    packet.scenes.append(SceneState(drawn, dict(masks), view=kept))
    for region in rows:
        packet.emit("regions", region_row(region, made))
    packet.emit("scenes", _scene_row(packet, drawn, made))


def _alter(ctx: Context, packet: Packet) -> None:
    """Adds altered copies of the first views that can be altered."""
    spec, made = ctx.source(packet.record.dataset).views, packet.keys[NAME]
    plain = [state for state in packet.scenes if state.view is not None and state.scene.media[0].kind == "image"]
    done = 0
    for state in plain if spec.counterfactual else ():
        assert state.view is not None
        copies = list(counterfactual.altered(state.view, spec.counterfactual, ctx.space))
        for view in copies if done < spec.most_altered else ():
            shapes = {rid: shape for rid, shape in state.masks.items() if rid in view.masks}
            packet.scenes.append(SceneState(view.scene, shapes, view=view))
            packet.emit("scenes", _scene_row(packet, view.scene, made, counterfactual.PREFIX))
        done += bool(copies)


def _scene_row(packet: Packet, drawn: Scene, made: str, prefix: str = "") -> Row:
    return {
        "key": drawn.key, "dataset": drawn.dataset, "made": made, "record": packet.record.key,
        "frame": prefix + drawn.view.frame, "body": drawn.to_row(),
    }  # fmt: skip


def _left_out(packet: Packet, items: Sequence[Resolved], covered: AbstractSet[str]) -> list[Dropped]:
    """Regions that no scene shows, and why."""
    shown = {region.region for state in packet.scenes for region in state.scene.regions}
    lost = [item for item in items if item.region.key not in shown]
    reasons = {item.region.key: scene.ELSEWHERE if item.mask is None else UNSEEN for item in lost}
    reasons |= dict.fromkeys(covered, scene.COVERED)
    return [Dropped(item.region, reasons[item.region.key]) for item in lost]


def _said(ctx: Context, packet: Packet, drawn: Scene, shown: frozenset[str], doubtful: frozenset[str]) -> Scene:
    """A scene of pixels with what its record says of it, and what is not to be seen there."""
    record = packet.record
    presence = (*record.presence, *_absent(ctx, record, shown, doubtful, _level(record, drawn.view.frame)))
    return drawn.model_copy(update={"presence": presence, "media": _media(ctx, packet, drawn)})


def _media(ctx: Context, packet: Packet, drawn: Scene) -> tuple[Media, ...]:
    """A scene's media; those of its pixels say what was blanked, so that publish need not look again."""
    blanked = ctx.blanked(packet.record)
    shown = ("image", "volume")
    return tuple(m.model_copy(update={"blanked": blanked}) if m.kind in shown else m for m in drawn.media)


def _why(record: Record, item: Resolved) -> str:
    """Why a region is withheld."""
    if item.region.meta.get("aside"):
        return ASIDE
    unsure = {presence.concept.label for presence in record.presence if presence.state == "uncertain"}
    return UNSURE if item.region.concept.label in unsure else repeats.STRAY


def _level(record: Record, frame: str) -> Level | None:
    """What is said of all that a view shows is said of; None of a part of a picture, which has no name."""
    if frame in WHOLE.values():
        return record.kind
    return {"volume": "slice", "clip": "image"}.get(record.kind)  # type: ignore[return-value]


def _absent(
    ctx: Context, record: Record, shown: frozenset[str], doubtful: frozenset[str], level: Level | None
) -> list[Presence]:
    """Concepts that the source annotated wherever they occur, and that not one pixel of this view shows. `doubtful`:
    those that may lie where a map holds a value that the card does not know, or that nobody labelled."""
    known = {presence.concept.label for presence in record.presence}
    seen = shown | {presence.concept.label for presence in record.presence if presence.state != "absent"}
    slugs = [ctx.space.labelled(label).slug for label in seen]
    above = {ctx.space.concept(slug).label for below in slugs for slug in ctx.space.ancestors(below)}
    # What shows as one of its kinds, or may, is not absent.
    labels = sorted(set(record.exhaustive) - shown - known - above - doubtful)
    return [Presence(concept=ctx.space.labelled(label).concept, state="absent", level=level) for label in labels]


def _with_facts(region: Region, facts: Sequence[Fact]) -> Region:
    """The region's row carries its record-scope facts, for later stages and for readers of the table."""
    return region.model_copy(update={"meta": {**region.meta, "facts": [f.model_dump(mode="json") for f in facts]}})


def _dropped(packet: Packet, drop: Dropped) -> None:
    """A verdict for each drawing of the source: of what several readers agree on, one for each of theirs."""
    reason = canonical_json({"label": drop.region.source_label, "reason": drop.reason})
    for key in drop.region.meta.get("readers", (drop.region.key,)):
        packet.emit("verdicts", verdict(packet, NAME, key, check="region", reason=reason))
