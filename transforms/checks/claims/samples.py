"""The claim check over all the texts of a sample: for the plug-in, and line by line for `triptych check-text`."""

from collections.abc import Iterable, Iterator
from typing import Any

from schemas import Candidate, Description, Dialogue, LabelSpace, Scene, Text
from schemas.sample import Check
from transforms.checks.base import Fault
from transforms.checks.claims import prose
from transforms.checks.claims.annotated import check, check_text
from transforms.checks.claims.evidence import Evidence
from transforms.checks.claims.model import ClaimVerdict
from transforms.checks.claims.source import refuted
from transforms.groups.apart import of_study, only, pooled


def texts(description: Description | None, dialogues: Iterable[Dialogue]) -> Iterator[tuple[str, str | None, Text]]:
    """(where, region or None, text) of every text of ours that asserts something. Questions assert nothing."""
    if description is not None:
        yield "description.global", None, description.overall
        for one in description.regions:
            yield f"description.regions.{one.region}", one.region, Text(text=one.text, claims=one.claims)
        for n, relation in enumerate(description.relations):
            yield f"description.relations.{n}", None, relation
        for n, written in enumerate(description.written):
            if written.language is None:  # else it is held against its English text (transforms/languages/sentences.py)
                yield f"description.written.{n}", None, Text(text=written.text, claims=written.claims)
    for dialogue in dialogues:
        if dialogue.theirs:
            continue  # held against what refutes it, in `source`
        region = dialogue.regions[0] if len(dialogue.regions) == 1 else None
        for n, turn in enumerate(dialogue.turns):
            if turn.role == "assistant":
                yield f"dialogues.{dialogue.id}.{n}", region, Text(text=turn.text, claims=turn.claims)


def verdicts(
    scene: Scene, description: Description | None, dialogues: Iterable[Dialogue], space: LabelSpace
) -> Iterator[tuple[str, ClaimVerdict]]:
    """(where, verdict) over all texts of a scene; of the source's own words those that are refuted."""
    known, dialogues = Evidence(scene, space), tuple(dialogues)
    for dialogue in dialogues:
        for why in prose.problems(dialogue, scene, space, known):
            words = dialogue.prose.text if dialogue.prose else ""
            bad = ClaimVerdict((0, len(words)), words, "uncheckable", "uncheckable", None, why)
            yield f"dialogues.{dialogue.id}.prose", bad
    yield from refuted(description, dialogues, *_of_studies(scene, known, space))
    for one in description.media if description is not None else ():
        part = only(scene, one.media)
        for verdict in check_text(Text(text=one.text, claims=one.claims), part, space):
            yield f"description.media.{one.media}", verdict
    for where, region, text in texts(description, dialogues):
        for verdict in check_text(text, scene, space, region, known):
            yield where, verdict


def _of_studies(scene: Scene, known: Evidence, space: LabelSpace) -> Iterator[Evidence]:
    """What the source's words are held against: of a group those of its study, then those of the earlier one."""
    if scene.group is None:
        yield known
        return
    for prior in (False, True)[: 2 if scene.group.earlier else 1]:
        yield Evidence(pooled(of_study(scene, prior=prior)), space)


def faults(scene: Scene, description: Description, dialogues: Iterable[Dialogue], space: LabelSpace) -> list[Fault]:
    """What is contradicted, or asserts what no fact supports; contradicted first."""
    found = [
        (where, one) for where, one in verdicts(scene, description, dialogues, space) if one.verdict != "supported"
    ]
    found.sort(key=lambda pair: pair[1].verdict != "contradicted")
    return [Fault(where, f"{one.text!r} is {one.verdict}: {one.reason}", one.span) for where, one in found]


def run(scene: Scene, description: Description, dialogues: Iterable[Dialogue], space: LabelSpace) -> Check:
    """Fails where a text is contradicted or asserts what no fact supports; the score is the share supported."""
    found = list(verdicts(scene, description, dialogues, space))
    bad = [(where, one) for where, one in found if one.verdict != "supported"]
    score = (len(found) - len(bad)) / len(found) if found else 1.0
    if not bad:
        return Check(name="claims", outcome="pass", score=score)
    where, first = min(bad, key=lambda pair: pair[1].verdict != "contradicted")
    more = f" (and {len(bad) - 1} more)" if len(bad) > 1 else ""
    reason = f"{where}: {first.text!r} is {first.verdict}: {first.reason}{more}"
    return Check(name="claims", outcome="fail", score=score, reason=reason)


def check_sample(sample: Scene, space: LabelSpace, text: str | None = None) -> Iterator[dict[str, Any]]:
    """One JSON-able row per assertion: span, text, kind, verdict, fact, reason, where; the class and the weight of what
    is contradicted, and how sure the text says it is.

    Of `text` where given, as free text about the scene; else of the sample's own description and answers.
    """
    if text is not None:
        found: Iterable[tuple[str, ClaimVerdict]] = (("text", one) for one in check(text, sample, space))
    elif isinstance(sample, Candidate):
        found = verdicts(sample, sample.description, sample.dialogues, space)
    else:
        found = ()
    for where, one in found:
        yield {
            "span": list(one.span), "text": one.text, "kind": one.kind, "verdict": one.verdict, "fact": one.fact,
            "reason": one.reason, "where": where, "error": one.error, "weight": one.weight, "strength": one.strength,
        }  # fmt: skip
