"""What a language model did in a corpus, for the report of a run: calls, tokens, and what became of its words."""

import json
from collections import Counter
from typing import Any

import polars as pl

from pipelines.context import Context
from pipelines.curate.pending import Pending
from pipelines.curate.settle import standing
from pipelines.stages import language
from pipelines.store import Part, Store
from transforms.text.jobs import Made

EXAMPLES = 3  # of each job and outcome
OUTCOMES = ("accepted", "repaired", "refused")


def of_model(ctx: Context) -> dict[str, Any] | None:
    """Model, calls, tokens, their cost where the recipe has a price, and a row for each job: how many texts were
    accepted, mended and refused, sentences that were dropped, the commonest reasons, and examples: the answer, what of
    it left, and what was dropped; of a job that judges the mean of its scores. None where the recipe has no model."""
    if ctx.recipe.text.model is None:
        return None
    model = ctx.recipe.text.model
    jobs = {name: _Job(name) for name in ctx.recipe.text.jobs}
    calls = Counter[str]()
    for part in Store(ctx.workspace).every_part():
        _count(ctx, part, jobs, calls)
    price = model.price
    cost = {"cost": price.of(calls["tokens_in"], calls["tokens_out"]), "currency": price.currency} if price else {}
    return {"backend": model.backend, "model": model.name, "revision": model.revision, "budget": ctx.recipe.text.tokens,
            **cost, **{name: calls[name] for name in ("calls", "tokens_in", "tokens_out", "failed")},
            "jobs": [job.row() for job in jobs.values()]}  # fmt: skip


class _Job:
    """The sums of one job."""

    def __init__(self, name: str) -> None:
        self.name, self.outcomes, self.reasons = name, Counter[str](), Counter[str]()
        self.dropped, self.scores = 0, list[float]()
        self.examples: dict[str, list[dict[str, Any]]] = {outcome: [] for outcome in OUTCOMES}

    def add(self, made: Made, scene: str, answers: dict[str, str]) -> None:
        self.outcomes[made.outcome] += 1
        self.dropped += len(made.dropped)
        self.scores += [made.score] if made.score is not None else []
        if made.outcome == "refused":
            self.reasons[made.why.partition(":")[0]] += 1
        if len(self.examples[made.outcome]) < EXAMPLES:
            said = answers.get(made.calls[-1], "") if made.calls else ""
            self.examples[made.outcome].append({
                "scene": scene, "answer": said, "why": made.why or "; ".join(made.wrong[:1]), "left": list(made.left),
                "dropped": [{"sentence": words, "why": why} for words, why in made.dropped],
            })  # fmt: skip

    def row(self) -> dict[str, Any]:
        return {"job": self.name, **{name: self.outcomes[name] for name in OUTCOMES}, "dropped": self.dropped,
                **({"score": round(sum(self.scores) / len(self.scores), 4)} if self.scores else {}),
                "reasons": dict(sorted(self.reasons.items(), key=lambda one: (-one[1], one[0]))),
                "examples": self.examples}  # fmt: skip


def _count(ctx: Context, part: Part, jobs: dict[str, _Job], calls: Counter[str]) -> None:
    keys = standing(Pending(ctx, part), whole=False)
    made = keys.filter(pl.col("stage") == language.NAME)["made"]
    booked = part.rows("verdicts", ["scene", "check", "reason"], made=made)
    found = [
        (row["scene"], Made.model_validate_json(row["reason"])) for row in booked if row["check"] == language.CHECK
    ]
    wanted = {key for _, one in found for key in one.calls}
    rows = part.rows("calls", ["answer", "tokens_in", "tokens_out"], key=wanted)
    calls.update(calls=len(rows), tokens_in=sum(row["tokens_in"] for row in rows),
                 tokens_out=sum(row["tokens_out"] for row in rows))  # fmt: skip
    aside = part.rows("quarantine", ["stage", "payload"], made=made)
    calls["failed"] += sum(row["stage"] == language.NAME and "call" in json.loads(row["payload"]) for row in aside)
    answers = {row["key"]: row["answer"] for row in rows}
    for scene, one in found:
        if one.job in jobs:
            jobs[one.job].add(one, scene, answers)
