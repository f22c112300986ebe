"""Stage language: what a language model makes of a scene's grounded words, each answer held against the facts.

Only for recipes with `text.model`. Whatever does not stand leaves the grounded words as they are, and is booked: a
verdict `language` for each job and scene, with the keys of its calls. A call without an answer costs its scene.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from pipelines import knowledge, neighbours
from pipelines.booking import emitted, quarantined, verdict
from pipelines.calls import STAGE, CallLog
from pipelines.context import BAD_DATA, Context
from pipelines.faults import StoppedError, reason_of
from pipelines.models import backend, connected
from pipelines.packet import Packet, SceneState, Worded
from pipelines.stages import facts as facts_stage
from pipelines.store import Row
from schemas import Description, Dialogue, ModelSpec, content_key
from transforms.shards.encode import png
from transforms.text.jobs import FailedError, Made, Work, job, work
from transforms.text.jobs.base import Material
from transforms.text.prompts import prompt

NAME = STAGE
VERSION = "2"
POOL = True  # a model is loaded once
CHECK = "language"
OUTCOMES = {"accepted": "pass", "repaired": "pass", "refused": "warn"}


def model_of(ctx: Context) -> ModelSpec:
    """The recipe's model. Raises ValueError where it has none: then this stage is none of its stages."""
    if ctx.recipe.text.model is None:
        raise ValueError(f"recipe {ctx.recipe.name}: no text.model")
    return ctx.recipe.text.model


def gpus(ctx: Context) -> float:
    """What a process of this stage takes."""
    return model_of(ctx).gpus


def at_once(ctx: Context) -> int:
    """How many records hand in their requests together."""
    return backend(model_of(ctx).backend).AT_ONCE


def params(ctx: Context, dataset: str) -> dict[str, Any]:
    text, model = ctx.recipe.text, model_of(ctx)
    jobs = {name: [job(name).VERSION, prompt(name).sha256] for name in text.jobs}
    return {"model": model.identity, "sees": model.sees, "coordinates": model.coordinates, "jobs": jobs,
            "required": list(text.required), "unchecked": text.unchecked, "seed": ctx.recipe.seed,
            **({"answer_tokens": model.answer_tokens} if model.answer_tokens else {}),
            **({"passages": [text.passages, knowledge.revision()]} if text.passages else {}),
            **({"neighbours": [text.neighbours, neighbours.revision()]} if text.neighbours else {})}  # fmt: skip


def calls(ctx: Context, part: Any, writer: str) -> CallLog:
    """The log of a worker's calls; `part` None keeps it in memory."""
    return CallLog(part, writer, model_of(ctx), ctx.recipe.text.tokens or 0)


def ahead(ctx: Context, packets: Sequence[Packet], log: CallLog) -> None:
    """Ask for all that these packets need, the first questions of all scenes together, then the next; what came of it
    lies in the scenes until `run` books it. Raises BudgetError and ModelAwayError."""
    works: dict[tuple[int, int], Work] = {}
    places = {(n, m): (packet, state) for n, packet in enumerate(packets) if NAME not in packet.done
              for m, state in enumerate(packet.scenes) if _is_asked(state)}  # fmt: skip
    for at, (packet, state) in places.items():
        try:
            works[at] = _work(ctx, packet, state)
        except BAD_DATA as error:
            state.worded = Worded(error=_own(error))
    sent = dict.fromkeys(works)
    while works:
        asked = {}
        for at in list(works):
            packet, state = places[at]
            try:
                asked[at] = packet, state.scene.key, works[at].send(sent[at])  # type: ignore[arg-type]
            except StopIteration as done:
                material, made = done.value
                state.worded = Worded(material.description, material.dialogues, made)
                del works[at]
            except BAD_DATA as error:
                state.worded = Worded(error=_own(error))
                del works[at]
        found = log.ask(connected(model_of(ctx)), list(asked.values())) if asked else {}
        identity = model_of(ctx).identity
        sent = {at: found[one.request.key(identity)] for at, (_, _, one) in asked.items()}


def run(ctx: Context, packet: Packet) -> None:
    if any(_is_asked(state) and state.worded is None for state in packet.scenes):
        ahead(ctx, [packet], calls(ctx, None, ""))
    for state in packet.scenes:
        if not state.alive:
            continue
        worded, state.worded = state.worded, None
        if worded is not None and worded.error is not None:
            state.alive = False
            key = {"call": worded.error.key} if isinstance(worded.error, FailedError) else {}
            quarantined(packet, NAME, state.scene.key, reason_of(worded.error), {"scene": state.scene.key, **key})
            continue
        if worded is not None:
            _take(packet, state, worded)
        emitted(packet, NAME, state.scene.key)


def restore(packet: Packet, rows: Mapping[str, Sequence[Row]]) -> None:
    said = {row["scene"]: Description.model_validate_json(row["body"]) for row in rows["texts"]}
    asked: dict[str, list[Dialogue]] = {}
    for row in rows["dialogues"]:
        asked.setdefault(row["scene"], []).append(Dialogue.model_validate_json(row["body"]))
    for state in packet.scenes:
        state.description = said.get(state.scene.key, state.description)
        new = {one.id: one for one in asked.get(state.scene.key, ())}
        kept = {one.id: one for one in state.dialogues} | new
        state.dialogues = tuple(sorted(kept.values(), key=lambda one: int(one.id[1:])))


def _is_asked(state: SceneState) -> bool:
    """Whether there is anything to ask: an altered picture is no material."""
    return state.alive and state.description is not None and state.scene.counterfactual is None


def _own(error: Exception) -> Exception:
    if isinstance(error, StoppedError):
        raise error
    return error


def _work(ctx: Context, packet: Packet, state: SceneState) -> Work:
    assert state.description is not None
    text, model = ctx.recipe.text, model_of(ctx)
    shows = model.sees and any(job(name).SHOWS for name in text.jobs)
    picture = facts_stage.picture(ctx, packet, state) if shows or text.neighbours else None
    alike = neighbours.near(ctx, packet.record, picture, text.neighbours) if picture is not None else ()
    material = Material(
        state.scene, ctx.space, state.description, state.dialogues, model.coordinates,
        passages=knowledge.passages(state.scene, text.passages), neighbours=alike, required=text.required,
        unchecked=text.unchecked,
    )  # fmt: skip
    seen = png(picture) if shows and picture is not None else None
    return work(material, text.jobs, model, ctx.recipe.seed, seen)


def _take(packet: Packet, state: SceneState, worded: Worded) -> None:
    """Put the words in the place of the old ones, and book what became of each job."""
    scene, made = state.scene.key, packet.keys[NAME]
    common = {"dataset": packet.record.dataset, "made": made, "record": packet.record.key, "scene": scene}
    assert worded.description is not None
    if worded.description != state.description:
        said = worded.description
        row = {"key": content_key("text", scene), "backend": NAME, "text": said.overall.text, "body": said.to_row()}
        packet.emit("texts", {**common, **row})
    before = {one.id: one for one in state.dialogues}
    for one in worded.dialogues:
        if before.get(one.id) != one:
            row = {"key": content_key("dialogue", scene, one.id), "task": one.task, "question": one.turns[0].text,
                   "answer": one.answer, "body": one.to_row()}  # fmt: skip
            packet.emit("dialogues", {**common, **row})
    state.description, state.dialogues = worded.description, worded.dialogues
    for each in worded.made:
        packet.emit("verdicts", _booked(packet, scene, each))


def _booked(packet: Packet, scene: str, made: Made) -> Row:
    return verdict(packet, NAME, scene, made.job, check=CHECK, outcome=OUTCOMES[made.outcome], reason=made.to_json(),
                   scene=scene, score=made.score)  # fmt: skip
