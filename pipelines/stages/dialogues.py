"""Stage dialogues: questions, answers and reasoning for each scene, from its facts alone."""

from collections.abc import Mapping, Sequence
from typing import Any

from pipelines.booking import emitted, passed_over, quarantined, set_aside
from pipelines.context import BAD_DATA, Context
from pipelines.faults import reason_of
from pipelines.packet import Packet, SceneState
from pipelines.store import Row
from schemas import Dialogue, content_key
from transforms.plugins import module
from transforms.regions.patch import Unpacked
from transforms.regions.solid import Solids
from transforms.regions.whole import VOLUME
from transforms.tasks import ask_all, source_questions
from transforms.tasks.balance import TRIVIAL
from transforms.tasks.source_questions import ask_published
from transforms.tasks.unanswerable import unanswerable
from transforms.tasks.working import Masks

NAME = "dialogues"
VERSION = "4"


def params(ctx: Context, dataset: str) -> dict[str, Any]:
    tasks = {name: module("transforms.tasks", name).VERSION for name in ctx.recipe.tasks}
    once = {"once": True} if ctx.recipe.deduplicate.questions else {}
    return {"tasks": tasks, "source": source_questions.VERSION, "seed": ctx.recipe.seed, **once}


def run(ctx: Context, packet: Packet) -> None:
    for state in sorted(packet.scenes, key=lambda one: one.scene.counterfactual is not None):  # those lean on others
        if not state.alive:
            continue
        try:
            texts = state.description.source if state.description else ()
            state.dialogues = ask_all(state.scene, ctx.space, ctx.recipe.tasks, ctx.recipe.seed, texts, masks_of(state))
            if state.scene.counterfactual is not None:
                _altered(ctx, packet, state)
            else:
                _published(ctx, packet, state)
        except BAD_DATA as error:
            state.alive = False
            quarantined(packet, NAME, state.scene.key, reason_of(error))
            continue
        for dialogue in state.dialogues:
            packet.emit("dialogues", _row(packet, state, dialogue))
        emitted(packet, NAME, state.scene.key)


def _altered(ctx: Context, packet: Packet, state: SceneState) -> None:
    """Of an altered picture, the questions that it no longer answers come first, then those that it still does."""
    how = state.scene.counterfactual
    plain = next(one for one in packet.scenes if how is not None and one.scene.key == how.of)
    found = unanswerable(state.scene, plain.scene, plain.dialogues, ctx.recipe.seed)
    own = (one for one in state.dialogues if one.task not in TRIVIAL)
    more = (one.model_copy(update={"id": f"d{n}"}) for n, one in enumerate(own, len(found) + 1))
    state.dialogues = (*found, *more)


def _published(ctx: Context, packet: Packet, state: SceneState) -> None:
    """The source's own questions, after ours; one that is refuted costs itself."""
    key, version = state.scene.key, ctx.card(packet.record.dataset).version
    once, first = ctx.recipe.deduplicate.questions, len(state.dialogues) + 1
    asked = ask_published(packet.record, state.scene, ctx.space, version, first, once)
    state.dialogues = (*state.dialogues, *asked.dialogues)
    for dialogue, reason in asked.refuted:
        set_aside(packet, NAME, key, "source_question", reason, {"dialogue": dialogue.model_dump(mode="json")})
    for reason in asked.passed_over:
        passed_over(packet, NAME, key, "source_question", reason)


def masks_of(state: SceneState) -> Masks:
    """The masks of a scene's regions, on its picture or in its volume."""
    return Solids(state.masks) if state.scene.view.frame == VOLUME else Unpacked(state.masks)


def restore(packet: Packet, rows: Mapping[str, Sequence[Row]]) -> None:
    found: dict[str, list[Dialogue]] = {}
    for row in rows["dialogues"]:
        found.setdefault(row["scene"], []).append(Dialogue.model_validate_json(row["body"]))
    for state in packet.scenes:
        state.dialogues = tuple(sorted(found.get(state.scene.key, []), key=lambda d: int(d.id[1:])))


def _row(packet: Packet, state: SceneState, dialogue: Dialogue) -> Row:
    return {
        "key": content_key("dialogue", state.scene.key, dialogue.id), "dataset": packet.record.dataset,
        "made": packet.keys[NAME], "record": packet.record.key, "scene": state.scene.key, "task": dialogue.task,
        "question": dialogue.turns[0].text, "answer": dialogue.answer, "body": dialogue.to_row(),
    }  # fmt: skip
