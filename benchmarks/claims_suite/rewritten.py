"""Sentences of a language model about samples of the starter corpus, labelled by hand (model/README.md)."""

import json
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from benchmarks.claims_suite.declared import space
from benchmarks.claims_suite.load import Truth
from schemas import Sample

FOLDER = Path(__file__).parent / "model"


@dataclass(frozen=True)
class Rewritten:
    """A sentence about a sample; `region`: the one that the text was about, what "it" means."""

    context: str
    text: str
    truth: Truth
    region: str | None = None


def rows() -> list[Rewritten]:
    told = yaml.safe_load((FOLDER / "sentences.yaml").read_text(encoding="utf-8"))
    return [Rewritten(**row) for row in told]


def samples() -> dict[str, Sample]:
    """The samples by key. Concepts stand there by their labels alone."""
    lines = (FOLDER / "samples.jsonl").read_text(encoding="utf-8").splitlines()
    return {one["key"]: _sample(one) for one in map(json.loads, lines)}


def _sample(told: dict[str, Any]) -> Sample:
    concept = _concepts()
    for part in ("regions", "facts", "presence"):
        for one in told[part]:
            if "concept" in one:
                one["concept"] = concept.get(one["concept"]) or _unknown(one["concept"])
    licence = {"id": "CC0-1.0", "redistribute": True, "derivatives": True, "commercial": True, "attribution": "suite"}
    return Sample.model_validate(
        told
        | {
            "modality": concept[told["modality"]], "anatomy": [concept[label] for label in told["anatomy"]],
            "record": told["key"], "subject": told["key"], "split": "test", "licence": licence,
            "description": {"global": {"text": "A text."}, "made_by": {"backend": "suite", "revision": "1"}},
            "provenance": {"sources": (), "steps": ()},
        }
    )  # fmt: skip


@cache
def _concepts() -> dict[str, dict[str, Any]]:
    return {one.concept.label: one.concept.model_dump() for one in space()}


def _unknown(label: str) -> dict[str, str]:
    """A stated name that the catalogue has no concept for."""
    return {"system": "TRIPTYCH", "code": label.replace(" ", "_"), "label": label}
