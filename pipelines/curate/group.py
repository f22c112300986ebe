"""One group on its way: composed of samples, asked, checked, and booked as a unit of the stage `groups`."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from pipelines import vectors
from pipelines.booking import ledger_row, quarantine_row
from pipelines.context import BAD_DATA, Context
from pipelines.faults import reason_of
from pipelines.stages import dialogues, regions, samples, texts
from pipelines.store import Part, Row
from schemas import (
    Candidate,
    Check,
    Description,
    Dialogue,
    Notice,
    Outcome,
    Provenance,
    Quarantined,
    Record,
    Region,
    RleShape,
    Scene,
    Step,
    canonical_json,
    content_key,
)
from transforms.checks import all_faults, run_all
from transforms.checks.base import Fault
from transforms.groups import compose
from transforms.groups.apart import of_study
from transforms.groups.choose import CLIP, Chosen
from transforms.regions.marks import of_scene
from transforms.regions.patch import Unpacked
from transforms.regions.solid import Solids
from transforms.shards.whole import shown_sha256
from transforms.tasks import ask_all, families
from transforms.tasks.balance import asked_of
from transforms.tasks.replay import StepVerdict, replay
from transforms.tasks.source_questions import ask_published
from transforms.text.prune import Refused, without
from transforms.text.reports import with_source
from transforms.text.source_texts import tell_all

NAME = "groups"
VERSION = "5"


def params(ctx: Context, dataset: str) -> dict[str, Any]:
    """What decides the groups of a data set, beside its samples."""
    across = {name for name, family in families().items() if hasattr(family, "ACROSS") or hasattr(family, "ANYWHERE")}
    return {
        "most": ctx.source(dataset).views.most, "prior": ctx.source(dataset).views.prior,
        "how": ctx.card(dataset).layout.groups.model_dump(mode="json"), "made_by": dict(compose.versions()),
        "tasks": {name: families()[name].VERSION for name in sorted(across & {*ctx.recipe.tasks})},
        "source": [texts.params(ctx, dataset)["source"], dialogues.params(ctx, dataset)["source"]],
        "seed": ctx.recipe.seed, **samples.params(ctx, dataset),
        **({"once": True} if ctx.recipe.deduplicate.questions else {}),
    }  # fmt: skip


@dataclass(frozen=True)
class Unit:
    """A chosen group. `first`: the record whose own words are told of all of it."""

    chosen: Chosen
    made: str
    first: Record

    @property
    def key(self) -> str:
        return self.chosen.key


@dataclass
class Making:
    """One group on its way."""

    ctx: Context
    part: Part
    unit: Unit
    rows: dict[str, list[Row]] = field(default_factory=dict)
    own: dict[str, Candidate] = field(default_factory=dict)

    def rows_of(self, bodies: Mapping[str, str]) -> dict[str, list[Row]]:
        """Its rows, by table: whatever is raised on it costs it, with the reason."""
        if self.unit.chosen.refused is not None:
            self._book("filtered", self.unit.chosen.refused)
            return self.rows
        try:
            self.own = {one.key: Candidate.model_validate_json(bodies[one.key]) for one in self.unit.chosen.samples}
            self._make()
        except BAD_DATA as error:
            self.rows = {}
            self._book("quarantined", reason_of(error))
        return self.rows

    def _make(self) -> None:
        ctx, unit = self.ctx, self.unit
        version, recipe = ctx.card(unit.first.dataset).version, ctx.recipe
        scene, media = compose.scene_of(unit.chosen, self.own, ctx.space)
        self._add("scenes", {"key": scene.key, "frame": scene.view.frame, "body": scene.to_row()})
        told = tell_all(unit.chosen.reported, scene, ctx.space, version)
        said = with_source(compose.describe(scene, media, ctx.space, recipe.seed), told.texts, scene.group)
        asked = ask_all(scene, ctx.space, recipe.tasks, recipe.seed, told.texts)
        whole, once = of_study(scene, prior=False), recipe.deduplicate.questions
        theirs = ask_published(unit.first, whole, ctx.space, version, len(asked) + 1, once)
        for reason in (*told.passed_over, *(f"{sentence!r}: {why}" for sentence, why in told.refuted)):
            self._verdict("source_text", "warn", reason)
        for dialogue, why in theirs.refuted:
            self._verdict("source_question", "fail", f"{dialogue.turns[0].text!r}: {why}")
        found = self._checked(scene, said, (*asked, *theirs.dialogues))
        if found is None:
            return self._book("quarantined", "no sentence of it stands")
        described, talks, checks = found
        for check in checks:
            self._verdict(check.name, check.outcome, check.reason, check.score)
        if failed := [check for check in checks if check.outcome == "fail"]:
            return self._book("quarantined", "; ".join(f"{check.name}: {check.reason}" for check in failed))
        fields = {name: getattr(scene, name) for name in Scene.model_fields}
        candidate = Candidate(**fields, description=described, dialogues=talks, checks=checks,
                              provenance=self._provenance())  # fmt: skip
        self._add("samples", _sample_row(self.ctx, candidate, unit))
        return self._book("emitted", None)

    def _checked(
        self, scene: Scene, said: Description, talks: tuple[Dialogue, ...]
    ) -> tuple[Description, tuple[Dialogue, ...], tuple[Check, ...]] | None:  # fmt: skip
        """What stands of its words, and the checks of that; None where nothing does."""
        space, steps = self.ctx.space, self._replayed(scene, talks)
        bad = [Fault(f"dialogues.{name}", f"step {step.number} {step.op}: {step.reason}")
               for name, step in steps if step.outcome == "fail"]  # fmt: skip
        checks = run_all(scene, said, talks, space)
        if bad or any(check.outcome == "fail" for check in checks):
            left = without(said, talks, [*all_faults(scene, said, talks, space), *bad])
            self._tell(left.refused)
            if left.description is None:
                return None
            said, talks = left.description, left.dialogues
            checks = run_all(scene, said, talks, space)
        replayed = Check(name="replay", outcome="pass", score=1.0 if steps else None)
        same = Check(name="identity", outcome="pass", reason="as of the samples that it is made of")
        return said, talks, (*checks, replayed, same)

    def _tell(self, refused: Sequence[Refused]) -> None:
        """What was taken out of its words, and why."""
        for where, text, reason in refused:
            first, reason = self.unit.first, f"left out {text!r}: {reason}"
            notice = Notice(kind="text", uri=first.sources[0].uri, item=where, reason=reason, record=first.key)
            self._verdict("wording", "warn", notice.to_json())

    def _replayed(self, scene: Scene, talks: Sequence[Dialogue]) -> list[tuple[str, StepVerdict]]:
        """Every reasoning step, with its dialogue, computed again from the masks that will be published."""
        stepped = [talk for talk in talks if talk.reasoning]
        measured = any({"region", "regions"} & {*step.args} for talk in stepped for step in talk.reasoning)
        shapes, volumes = self._masks(scene) if measured else {}, {m.name for m in scene.media if m.kind == "volume"}
        solid = {region.id for region in scene.regions if region.medium in volumes}
        flat = Unpacked({rid: shape for rid, shape in shapes.items() if rid not in solid})
        solids = Solids({rid: shape for rid, shape in shapes.items() if rid in solid})
        return [
            (talk.id, verdict)
            for talk in stepped
            for verdict in replay(talk, flat, scene.media[0], marks=of_scene(scene), scene=scene, solids=solids)
        ]

    def _masks(self, scene: Scene) -> dict[str, RleShape]:
        """Region id -> its mask, from the rows of its own view; no step across images looks at those of a clip."""
        frames = {(str(m.media)): (m.record, m.frame) for m in self.unit.chosen.group.shown if m.frame != CLIP}
        shapes: dict[tuple[str, str, str], RleShape] = {}
        steps = (step for sample in self.own.values() for step in sample.provenance.steps)
        made = {step.key for step in steps if step.stage == regions.NAME}
        for row in self.part.rows("regions", ["record", "frame", "body"], made=made):
            if row["frame"] != "voxel":
                region = Region.model_validate_json(row["body"])
                if isinstance(region.shape, RleShape):
                    shapes[row["record"], row["frame"], str(region.parent)] = region.shape
        return {
            region.id: shapes[record, frame, region.region]
            for region in scene.regions
            if region.mask is not None and region.region is not None and str(region.medium) in frames
            for record, frame in [frames[str(region.medium)]] if record and frame
        }  # fmt: skip

    def _provenance(self) -> Provenance:
        """All that its samples came from, and this step."""
        found = [sample.provenance for sample in self.own.values()]
        sources = tuple(dict.fromkeys(source for one in found for source in one.sources))
        steps = {step.key: step for one in found for step in one.steps}
        last = Step(stage=NAME, version=VERSION, params=params(self.ctx, self.unit.first.dataset), key=self.unit.made)
        return Provenance(sources=sources, steps=(*steps.values(), last))

    def _add(self, table: str, row: Row) -> None:
        common = {"dataset": self.unit.first.dataset, "made": self.unit.made, "record": self.unit.first.key}
        self.rows.setdefault(table, []).append({**common, **row})

    def _verdict(self, check: str, outcome: str, reason: str | None, score: float | None = None) -> None:
        key = content_key("verdict", self.unit.made, check, reason)
        self._add("verdicts", {"key": key, "scene": self.unit.key, "check": check, "outcome": outcome, "score": score,
                               "reason": reason})  # fmt: skip

    def _book(self, fate: Any, reason: str | None) -> None:
        unit, first = self.unit, self.unit.first
        outcome = Outcome(stage=NAME, dataset=first.dataset, unit=unit.key, key=unit.made, fate=fate, reason=reason,
                          out=int(fate == "emitted"))  # fmt: skip
        self.rows.setdefault("ledger", []).append(ledger_row(outcome, first.key))
        if fate == "quarantined":
            key, payload = content_key("quarantine", unit.made), {"samples": [one.key for one in unit.chosen.samples]}
            row = Quarantined(key=key, dataset=first.dataset, stage=NAME, unit=unit.key, uri=first.sources[0].uri,
                              reason=str(reason), payload=payload)  # fmt: skip
            self.rows.setdefault("quarantine", []).append(quarantine_row(row, unit.made))


def _sample_row(ctx: Context, candidate: Candidate, unit: Unit) -> Row:
    body = candidate.to_row()
    said = {f"{one.state} {one.concept.label}" for sample in unit.chosen.samples for one in sample.record.presence}
    return {
        "key": candidate.key, "subject": candidate.subject, "modality": candidate.modality.code,
        "anatomy": candidate.anatomy[0].label if candidate.anatomy else None,
        "split": unit.first.split, "pixels": shown_sha256(candidate.media),
        "drawn": sum(region.made_by.kind == "human" for region in candidate.regions),
        "said": canonical_json(sorted(said)), "tells": samples.tells(ctx, candidate),
        "means": vectors.means(ctx.recipe.deduplicate, candidate), "looks": None,
        "bytes": samples.size(candidate, len(body)), "words": samples.words(candidate, len(body)),
        "members": samples.members(candidate),
        "asked": asked_of(candidate), "body": body,
        "shows": canonical_json(sorted(sample.key for sample in unit.chosen.samples)),
    }  # fmt: skip
