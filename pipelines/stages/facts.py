"""Stage facts: measure what the regions of each scene show."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from pipelines.booking import emitted, quarantined
from pipelines.context import BAD_DATA, Context
from pipelines.faults import reason_of
from pipelines.packet import Packet, SceneState
from pipelines.store import Row
from schemas import Fact, canonical_json, content_key
from transforms.facts import attenuation, families, measure_all, uptake
from transforms.media.render import render
from transforms.regions import counterfactual
from transforms.regions.patch import Patch
from transforms.regions.viewdata import ViewData
from transforms.regions.whole import WHOLES
from transforms.regions.whole import view_data as whole_view

NAME = "facts"
VERSION = "3"


def params(ctx: Context, dataset: str) -> dict[str, Any]:
    return {name: family.VERSION for name, family in families(ctx.recipe.tasks).items()}


def run(ctx: Context, packet: Packet) -> None:
    for state in packet.scenes:
        try:
            state.scene = measure_all(view_data(ctx, packet, state), ctx.space, ctx.recipe.tasks)
        except BAD_DATA as error:
            state.alive = False
            quarantined(packet, NAME, state.scene.key, reason_of(error))
            continue
        made = packet.keys[NAME]
        for fact in state.scene.facts:
            packet.emit("facts", _row(packet, state, fact, made))
        emitted(packet, NAME, state.scene.key)


def restore(packet: Packet, rows: Mapping[str, Sequence[Row]]) -> None:
    found: dict[str, list[Fact]] = {}
    for row in rows["facts"]:
        found.setdefault(row["scene"], []).append(Fact.model_validate_json(row["body"]))
    for state in packet.scenes:
        facts = sorted(found.get(state.scene.key, []), key=lambda fact: int(fact.id[1:]))
        state.scene = state.scene.model_copy(update={"facts": tuple(facts)})


def view_data(ctx: Context, packet: Packet, state: SceneState) -> ViewData:
    """The pixels and masks of a scene, with what was measured on the whole record."""
    view = state.view or drawn(ctx, packet, state)
    regions = state.scene.regions
    facts = {region.id: _about(region.id, packet.volume.get(region.region or "", ())) for region in regions}
    return replace(view, scene=state.scene, volume_facts=facts)


def picture(ctx: Context, packet: Packet, state: SceneState) -> NDArray[np.uint8] | None:
    """What a scene shows; a scan or a clip is no picture."""
    if state.scene.view.frame in WHOLES:
        return None
    return (state.view or drawn(ctx, packet, state)).image


def drawn(ctx: Context, packet: Packet, state: SceneState) -> ViewData:
    """A scene drawn again from the source."""
    scene, record = state.scene, packet.record
    if scene.view.frame in WHOLES:
        valued = record.unit in (uptake.UNIT, attenuation.UNIT) and state.masks
        return whole_view(scene, state.masks, ctx.pixels(record)[0].array if valued else None)
    masks = {rid: Patch.unpacked(shape) for rid, shape in state.masks.items()}
    if record.kind == "document":
        return ViewData(scene, masks)
    pixels, window = ctx.pixels(record)
    picture = render(record, pixels, scene.view.frame, window)
    signal = pixels.array if record.kind == "signal" else None
    image = counterfactual.shown(picture.image, scene.counterfactual)
    return ViewData(scene, masks, image, picture.values, signal)  # type: ignore[arg-type]


def _about(rid: str, facts: Sequence[Fact]) -> tuple[Fact, ...]:
    return tuple(fact.model_copy(update={"regions": (rid,)}) for fact in facts)


def _row(packet: Packet, state: SceneState, fact: Fact, made: str) -> Row:
    return {
        "key": content_key("fact", state.scene.key, fact.id), "dataset": packet.record.dataset, "made": made,
        "record": packet.record.key, "scene": state.scene.key, "predicate": fact.predicate,
        "value": canonical_json(fact.value), "unit": fact.unit, "body": fact.to_row(),
    }  # fmt: skip
