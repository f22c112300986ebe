"""Stage samples: every claim is checked and every reasoning step replayed; what passes becomes a candidate sample."""

import math
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from pipelines import vectors
from pipelines.booking import emitted, quarantined, verdict
from pipelines.context import BAD_DATA, Context
from pipelines.drawn import Drawn
from pipelines.faults import reason_of
from pipelines.marking import shown
from pipelines.packet import Packet, SceneState
from pipelines.stages import facts as facts_stage
from pipelines.stages import regions
from pipelines.store import Row
from schemas import Candidate, Check, Notice, Provenance, Record, canonical_json, content_key
from transforms.checks import all_faults, run_all
from transforms.checks.base import Fault
from transforms.checks.claims.omission import omitted
from transforms.identity import fingerprint
from transforms.identity import texts as retelling
from transforms.media.burned_in import may_carry_text
from transforms.plugins import modules
from transforms.regions.marks import of_scene
from transforms.regions.patch import Unpacked
from transforms.regions.places import of_volume
from transforms.regions.solid import Solids
from transforms.regions.whole import VOLUME, WHOLES
from transforms.shards.builder import encoded
from transforms.shards.whole import shown_sha256
from transforms.tasks.balance import asked_of
from transforms.tasks.replay import StepVerdict, replay
from transforms.text.prune import without

NAME = "samples"
VERSION = "10"
PIXEL_BYTES = 0.6  # of a lossless PNG per raw byte, to size shards before anything is encoded
VOXEL_BYTES = 1.2  # of a gzipped volume per voxel: most have 16 bits


def params(ctx: Context, dataset: str) -> dict[str, Any]:
    checks = {name: check.VERSION for name, check in modules("transforms.checks").items() if hasattr(check, "VERSION")}
    text = ctx.recipe.text
    told = {"required": list(text.required), "unchecked": text.unchecked}
    marks = {"marks": fingerprint.VERSION} if ctx.recipe.splits.copies else {}
    texts = {"texts": retelling.VERSION} if ctx.recipe.deduplicate.texts is not None else {}
    texts |= vectors.params(ctx.recipe.deduplicate)
    return {"checks": checks, **marks, **texts, **(told if text.required or text.unchecked != "sentence" else {})}


def run(ctx: Context, packet: Packet) -> None:
    for state in packet.scenes:
        if not state.alive or state.description is None:
            continue
        try:
            checks = _checked(ctx, packet, state)
            refused = any(check.outcome == "fail" for check in checks)
            if refused and ctx.recipe.text.unchecked == "sentence" and _pruned(ctx, packet, state):
                checks = _checked(ctx, packet, state)
        except BAD_DATA as error:
            quarantined(packet, NAME, state.scene.key, reason_of(error))
            continue
        for check in checks:
            packet.emit("verdicts", _checked_row(packet, state, check))
        failed = [check for check in checks if check.outcome == "fail"]
        if failed:
            reason = "; ".join(f"{check.name}: {check.reason}" for check in failed)
            quarantined(packet, NAME, state.scene.key, reason, {"scene": state.scene.key})
            continue
        candidate = _candidate(ctx, packet, state, checks)
        picture = facts_stage.picture(ctx, packet, state) if ctx.recipe.deduplicate.looks is not None else None
        packet.emit("samples", _row(ctx, packet, candidate, picture))
        _keep(packet, state, candidate)
        emitted(packet, NAME, state.scene.key)
    if ctx.recipe.splits.copies and packet.rows.get("samples"):
        _mark(ctx, packet)
    for state in packet.scenes:
        state.view = None  # the last stage that looks at pixels


def _mark(ctx: Context, packet: Packet) -> None:
    """Puts down the marks by which a rewritten copy of a picture or volume is found."""
    record = packet.record
    if (thing := shown(ctx, record)) is None:
        return
    values = thing.load()
    marks = fingerprint.Fingerprint.of(
        thing.kind, values.shape, fingerprint.look(thing.kind, values, thing.spacing)
    )  # fmt: skip
    packet.emit("marks", {
        "key": content_key("marks", record.key), "dataset": record.dataset, "made": packet.keys[NAME],
        "record": record.key, "subject": record.subject, "body": marks.to_row(),
    })  # fmt: skip


def restore(packet: Packet, rows: Mapping[str, Sequence[Row]]) -> None:
    """Nothing follows this stage inside curate."""


def _checked(ctx: Context, packet: Packet, state: SceneState) -> tuple[Check, ...]:
    assert state.description is not None
    found = run_all(state.scene, state.description, state.dialogues, ctx.space)
    if ctx.recipe.text.required and state.scene.counterfactual is None:
        found = (*found, _complete(ctx, state))
    return (*found, _replayed(ctx, packet, state), _identity(ctx, packet))


def _complete(ctx: Context, state: SceneState) -> Check:
    """Whether the text says all that the recipe requires."""
    assert state.description is not None
    missing = omitted(state.description.overall.text, state.scene, ctx.space, ctx.recipe.text.required)
    said = ", ".join(f"{fact.predicate} ({fact.id})" for fact in missing[:4])
    reason = f"text.required of the recipe: the text leaves out {said}" if missing else None
    return Check(name="omission", outcome="fail" if missing else "pass", reason=reason)


def _pruned(ctx: Context, packet: Packet, state: SceneState) -> bool:
    """Takes out of a scene the sentences and dialogues that a check refuses, and tells of each. False where nothing
    would be left, or nothing is to blame that can be taken out."""
    assert state.description is not None
    faults = all_faults(state.scene, state.description, state.dialogues, ctx.space)
    faults += [
        Fault(f"dialogues.{name}", f"step {step.number} {step.op}: {step.reason}")
        for name, step in _steps(ctx, packet, state)
        if step.outcome == "fail"
    ]
    left = without(state.description, state.dialogues, faults)
    if left.description is None or not left.refused:
        return False
    state.description, state.dialogues = left.description, left.dialogues
    for where, text, reason in left.refused:
        packet.emit("verdicts", _refused(packet, state, where, f"left out {text!r}: {reason}"))
    return True


def _steps(ctx: Context, packet: Packet, state: SceneState) -> list[tuple[str, StepVerdict]]:
    """Every reasoning step, with its dialogue, computed again from the masks and the geometry that will be
    published."""
    marks, places, scene = of_scene(state.scene), of_volume(state.scene), state.scene
    whole = scene.view.frame == VOLUME
    masks, solids = Unpacked({} if whole else state.masks), Solids(state.masks if whole else {})
    labels = {region.id: region.concept.label for region in scene.regions}
    values = (state.view or facts_stage.drawn(ctx, packet, state)).values
    return [
        (dialogue.id, verdict)
        for dialogue in state.dialogues
        if dialogue.reasoning
        for verdict in replay(dialogue, masks, scene.media[0], values, labels, marks, places, scene, solids)
    ]


def _replayed(ctx: Context, packet: Packet, state: SceneState) -> Check:
    steps = [step for _, step in _steps(ctx, packet, state)]
    bad = [step for step in steps if step.outcome == "fail"]
    score = None if not steps else round(1 - len(bad) / len(steps), 6)
    reason = f"step {bad[0].number} {bad[0].op}: {bad[0].reason}" if bad else None
    return Check(name="replay", outcome="fail" if bad else "pass", score=score, reason=reason)


def _refused(packet: Packet, state: SceneState, where: str, reason: str) -> Row:
    record = packet.record
    notice = Notice(kind="text", uri=record.sources[0].uri, item=where, reason=reason, record=record.key)
    scene = state.scene.key
    return verdict(packet, NAME, scene, where, reason, check="wording", reason=notice.to_json(), scene=scene)


def _identity(ctx: Context, packet: Packet) -> Check:
    """Pixels that may carry burned-in text were searched, and what was found is not in them any more."""
    record = packet.record
    if not may_carry_text(record):
        kind = f"{record.kind}, decoder {record.decoder}, {record.modality.label}"
        reason = f"not of a kind that carries burned-in text: {kind}"
    else:
        count = len(ctx.blanked(record))
        boxes = "1 box" if count == 1 else f"{count} boxes"
        reason = f"{boxes} of burned-in text blanked" if count else "no burned-in text found"
    return Check(name="identity", outcome="pass", reason=reason)


def _candidate(ctx: Context, packet: Packet, state: SceneState, checks: tuple[Check, ...]) -> Candidate:
    assert state.description is not None
    scene = {name: getattr(state.scene, name) for name in type(state.scene).model_fields}
    return Candidate(
        **scene, description=state.description, dialogues=state.dialogues, checks=checks,
        provenance=Provenance(sources=packet.record.sources, steps=packet.steps),
    )  # fmt: skip


def _checked_row(packet: Packet, state: SceneState, check: Check) -> Row:
    scene, reason = state.scene.key, check.reason
    return verdict(packet, NAME, scene, check.name, check=check.name, reason=reason, outcome=check.outcome,
                   scene=scene, score=check.score)  # fmt: skip


def _row(ctx: Context, packet: Packet, candidate: Candidate, picture: NDArray[np.uint8] | None) -> Row:
    body, asked = candidate.to_row(), ctx.recipe.deduplicate
    said = _said(packet.record) if candidate.counterfactual is None else "[]"
    return {
        "key": candidate.key, "dataset": candidate.dataset, "made": packet.keys[NAME], "record": candidate.record,
        "subject": candidate.subject, "modality": candidate.modality.code,
        "anatomy": candidate.anatomy[0].label if candidate.anatomy else None, "split": packet.record.split,
        "pixels": _pixels(packet, candidate),
        "drawn": sum(region.made_by.kind == "human" for region in candidate.regions),
        "said": said, "tells": tells(ctx, candidate), "means": vectors.means(asked, candidate),
        "looks": vectors.looks(asked, candidate, picture, said),
        "bytes": size(candidate, len(body)), "words": words(candidate, len(body)),
        "members": members(candidate, signal=packet.record.kind == "signal"),
        "asked": asked_of(candidate), "body": body, "shows": None,
    }  # fmt: skip


def _pixels(packet: Packet, candidate: Candidate) -> str:
    """What tells it apart by what it shows. One black picture is like any other, and nobody's: there it is what the
    picture was before."""
    how = candidate.counterfactual
    if how is not None and how.kind == "blank":
        of = next(state.scene for state in packet.scenes if state.scene.key == how.of)
        return content_key(how.kind, shown_sha256(of.media))
    return shown_sha256(candidate.media) or content_key(candidate.document)


def _keep(packet: Packet, state: SceneState, candidate: Candidate) -> None:
    """Encode a picture while its pixels are here, where somebody keeps it until it is published."""
    view = state.view
    if packet.drawn is None or view is None or view.image is None or candidate.view.frame in WHOLES:
        return
    masks = {region.id: view.masks[region.id] for region in candidate.regions if region.mask}
    packet.drawn.append(Drawn.of(packet.keys[regions.NAME], *encoded(candidate, view.image, masks)))


def _said(record: Record) -> str:
    """What the source says of the image as a whole: a JSON list of states and concepts."""
    return canonical_json(sorted({f"{one.state} {one.concept.label}" for one in record.presence}))


def tells(ctx: Context, candidate: Candidate) -> bytes | None:
    """What its source says in words, for publish to find who says the same; None where the recipe does not ask."""
    return None if ctx.recipe.deduplicate.texts is None else retelling.signature(candidate)


def size(candidate: Candidate, text: int) -> int:
    """About how many bytes the sample will have in a shard."""
    pixels = sum((m.width or 0) * (m.height or 0) * (m.channels or 1) for m in candidate.media)
    voxels = sum(math.prod(m.shape) * (VOXEL_BYTES if m.kind == "volume" else 0) for m in candidate.media if m.shape)
    return int(pixels * PIXEL_BYTES + voxels) + words(candidate, text)


def words(candidate: Candidate, text: int) -> int:
    """How many of those are of what it says. `text`: of its JSON."""
    return text + len(candidate.document or "")


def members(candidate: Candidate, *, signal: bool = False) -> str:
    """The endings of the sample's members in a shard, as `transforms.shards.builder` will make them."""
    more = {"npy"} if signal else set()
    more |= {"txt"} if candidate.document is not None else set()
    return ",".join(sorted({"json", *(media.name for media in candidate.media), *more}))
