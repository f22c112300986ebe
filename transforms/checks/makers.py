"""What a text calls outlined by a rule or by a model was outlined by one, and by no person."""

import re
from collections.abc import Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet

from schemas import Claim, Description, Dialogue, LabelSpace, Scene, Text
from schemas.sample import Check
from transforms.checks.base import Fault, outcome
from transforms.checks.claims.samples import texts
from transforms.checks.claims.sentences import sentences

NAME = "makers"
VERSION = "1"

BY = re.compile(r"\bby an? (?P<kind>rule|model)\b", re.IGNORECASE)


def run(scene: Scene, description: Description, dialogues: Sequence[Dialogue], space: LabelSpace) -> Check:
    found = faults(scene, description, dialogues, space)
    return outcome(NAME, found, sum(1 for _ in texts(description, dialogues)))


def faults(scene: Scene, description: Description, dialogues: Sequence[Dialogue], space: LabelSpace) -> list[Fault]:
    """Each sentence that names a rule or a model and claims a fact on regions that something else drew."""
    kinds = {region.id: region.made_by.kind for region in scene.regions}
    shown = [fact for fact in scene.facts if fact.predicate in ("present", "count")]
    drawn = {fact.id: {kinds[rid] for rid in fact.regions if rid in kinds} for fact in shown}
    return [fault for where, _, text in texts(description, dialogues) for fault in _wrong(where, text, drawn)]


def _wrong(where: str, text: Text, drawn: Mapping[str, AbstractSet[str]]) -> Iterator[Fault]:
    for start, end in sentences(text.text):
        said = {match["kind"].lower() for match in BY.finditer(text.text, start, end)}
        found = {kind for claim in text.claims if _within(claim, start, end) for kind in drawn.get(claim.fact, ())}
        if said and found and not found <= said:
            yield Fault(
                where, f"says by a {' or a '.join(sorted(said))}, it was a {', '.join(sorted(found))}", (start, end)
            )


def _within(claim: Claim, start: int, end: int) -> bool:
    return start <= claim.span[0] < end
