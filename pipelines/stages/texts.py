"""Stage texts: words for each scene, from its facts alone."""

from collections.abc import Mapping, Sequence
from typing import Any

from pipelines.booking import emitted, passed_over, quarantined, set_aside
from pipelines.context import BAD_DATA, Context
from pipelines.faults import reason_of
from pipelines.packet import Packet, SceneState
from pipelines.store import Row
from schemas import Description, content_key
from transforms.plugins import module
from transforms.text import describe, source_texts
from transforms.text.reports import with_source
from transforms.text.required import with_required

NAME = "texts"
VERSION = "2"


def params(ctx: Context, dataset: str) -> dict[str, Any]:
    text = ctx.recipe.text
    version = module("transforms.text.backends", text.backend).VERSION
    return {"backend": text.backend, "version": version, "params": _params(ctx), "seed": ctx.recipe.seed,
            "source": source_texts.VERSION,
            **({"required": list(text.required)} if text.required else {})}  # fmt: skip


def _params(ctx: Context) -> dict[str, Any]:
    """What the backend is told: its own parameters, and whom the texts speak to."""
    return {**ctx.recipe.text.params, "registers": list(ctx.recipe.text.registers)}


def run(ctx: Context, packet: Packet) -> None:
    text = ctx.recipe.text
    for state in packet.scenes:
        if not state.alive:
            continue
        try:
            state.description = describe(state.scene, ctx.space, text.backend, _params(ctx), ctx.recipe.seed)
            if text.required and state.scene.counterfactual is None:
                state.description = with_required(state.description, state.scene, ctx.space, text.required)
        except BAD_DATA as error:
            state.alive = False
            quarantined(packet, NAME, state.scene.key, reason_of(error))
            continue
        if state.scene.counterfactual is None:  # what its source says is of the picture as it was
            _tell(ctx, packet, state)
        made = packet.keys[NAME]
        packet.emit(
            "texts",
            {"key": content_key("text", state.scene.key), "dataset": packet.record.dataset, "made": made,
             "record": packet.record.key, "scene": state.scene.key, "backend": text.backend,
             "text": state.description.overall.text, "body": state.description.to_row()},
        )  # fmt: skip
        emitted(packet, NAME, state.scene.key)


def _tell(ctx: Context, packet: Packet, state: SceneState) -> None:
    """What the source itself says of the scene, beside the description; a sentence that is refuted costs itself."""
    assert state.description is not None
    key = state.scene.key
    told = source_texts.tell(packet.record, state.scene, ctx.space, ctx.card(packet.record.dataset).version)
    state.description = with_source(state.description, told.texts, None)
    for sentence, reason in told.refuted:
        set_aside(packet, NAME, key, "source_text", reason, {"sentence": sentence})
    for reason in told.passed_over:
        passed_over(packet, NAME, key, "source_text", reason)


def restore(packet: Packet, rows: Mapping[str, Sequence[Row]]) -> None:
    found = {row["scene"]: Description.model_validate_json(row["body"]) for row in rows["texts"]}
    for state in packet.scenes:
        state.description = found.get(state.scene.key)
