"""The description of the whole, said otherwise; the one that was written from facts stays where that does not stand."""

from typing import Any

from schemas import TextMaker
from transforms.text.jobs.base import Material, Reading, stands
from transforms.text.prompts import prompt

NAME = "rewrite"
VERSION = "1"
SHOWS = False

READERS = {
    "report": "a colleague who reads a report", "caption": "readers of a figure", "instruction": "a student",
    "patient": "the patient, in plain words",
}  # fmt: skip
KEPT = frozenset({"present", "absent", "finding", "count", "grade", "condition"})
"""Predicates of what a rewrite may not lose where the text tells it: findings, and what was looked for in vain."""


def given(material: Material) -> dict[str, Any] | None:
    """The text, and for whom it is."""
    text = material.description.overall.text
    return {"text": text, "reader": READERS[material.description.register_ or "report"]} if text else None


def read(data: Any, material: Material, maker: TextMaker) -> Reading:
    """Refuses, beside what no text may, one that has lost a finding."""
    found = stands(data["text"], material, prompt(NAME), material.required)
    if found.text is None:
        return Reading(None, found.why, found.wrong, found.dropped)
    facts = {fact.id: fact for fact in material.scene.facts}
    said = {claim.fact for claim in found.text.claims}
    told = dict.fromkeys(claim.fact for claim in material.description.overall.claims)
    lost = [facts[one] for one in told if one not in said and facts[one].predicate in KEPT]
    if lost:
        names = [fact.concept.label if fact.concept else fact.predicate for fact in lost]
        wrong = tuple(f"it leaves out what the text says of {name}" for name in dict.fromkeys(names))
        return Reading(None, wrong[0], wrong, found.dropped)
    changed = material.description.with_global(found.text, global_made_by=maker)
    return Reading(material.with_words(description=changed), dropped=found.dropped)
