"""A rejected answer is refuted: the claim check contradicts its text, as the error that it is said to be, and the
item's own check finds its short answer wrong."""

from collections.abc import Iterator, Sequence

from schemas import Description, Dialogue, Fact, LabelSpace, Scene
from schemas.sample import Check
from transforms.checks.base import Fault, outcome
from transforms.checks.claims.annotated import check
from transforms.checks.claims.evidence import Evidence
from transforms.tasks.scoring import score

NAME = "rejected"
VERSION = "2"
BY_FACT = {"mean_intensity": "attenuation", "age": "age", "measurement": "value", "interval": "value"}
"""Predicate -> what kind of error a wrong value of it is, which the claim check calls one of size or severity."""


def error_of(error: str, fact: Fact) -> str:
    """The kind of an error: that of the claim check, but of no length, no area and no volume is the size wrong."""
    return BY_FACT.get(fact.predicate, error) if error in ("size", "severity") else error


def run(scene: Scene, description: Description, dialogues: Sequence[Dialogue], space: LabelSpace) -> Check:
    looked = sum(one.rejected is not None for one in dialogues)
    return outcome(NAME, faults(scene, description, dialogues, space), looked)


def faults(scene: Scene, description: Description, dialogues: Sequence[Dialogue], space: LabelSpace) -> list[Fault]:
    """Each rejected answer that is not wrong, or not in the way that it says."""
    told = [one for one in dialogues if one.rejected is not None]
    known = Evidence(scene, space) if told else None
    return [Fault(f"dialogues.{one.id}", line) for one in told for line in _wrong(one, scene, space, known)]


def _wrong(dialogue: Dialogue, scene: Scene, space: LabelSpace, known: Evidence | None) -> Iterator[str]:
    rejected = dialogue.rejected
    assert rejected is not None
    region = dialogue.regions[0] if len(dialogue.regions) == 1 else None
    fact = next((fact for fact in scene.facts if fact.id == rejected.fact), None)
    if fact is None:
        yield f"its rejected answer is wrong about {rejected.fact}, which is no fact"
        return
    found = [one for one in check(rejected.text, scene, space, region, known) if one.verdict == "contradicted"]
    if (rejected.error, rejected.weight) not in {(error_of(one.error or "", fact), one.weight) for one in found}:
        yield f"its rejected answer {rejected.text!r} is not contradicted as {rejected.error}, {rejected.weight}"
    if dialogue.check is not None and score(dialogue.check, rejected.answer, dialogue.choices).right:
        yield f"its rejected answer {rejected.answer!r} passes its check"
