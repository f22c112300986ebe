"""What the Spanish questions of several families share: what a family tells, and slots of what it speaks of."""

from dataclasses import dataclass

from schemas import Dialogue, Fact
from transforms.languages.spanish import Agreeing, Noun, UntellableError
from transforms.languages.speaker import Speaker
from transforms.text.line import Line

IMAGES = {"volume": "esta exploración", "clip": "esta secuencia", "signal": "este registro"}


@dataclass(frozen=True)
class Said:
    """A question, the sentences of its answer, the short answer, and what was offered."""

    question: Line
    answer: Line
    short: str
    choices: tuple[str, ...] | None = None


def slots_of(speaker: Speaker) -> Agreeing:
    kind = speaker.scene.view.frame.partition(":")[0]
    return Agreeing().put("image", IMAGES.get(kind, "esta imagen"))  # type: ignore[return-value]


def single(speaker: Speaker, rid: str) -> Agreeing:
    """Slots of a region that its name singles out."""
    if not speaker.single(rid):
        raise UntellableError(f"no Spanish words single out {rid}")
    return slots_of(speaker).thing(speaker.region(rid))


def claimed(speaker: Speaker, dialogue: Dialogue, *predicates: str) -> list[Fact]:
    """The facts that the English answer claims, of these predicates."""
    names = dict.fromkeys(claim.fact for claim in dialogue.turns[-1].claims)
    facts = [speaker.facts[name] for name in names]
    found = [fact for fact in facts if fact.predicate in predicates]
    if not found:
        raise UntellableError(f"no Spanish wording of {dialogue.task} about {', '.join(f.predicate for f in facts)}")
    return found


def must(dialogue: Dialogue, *answers: str) -> None:
    """The short answer is one that this form of the family gives: else it is another form, which is not told."""
    if dialogue.answer not in answers:
        raise UntellableError(f"no Spanish wording of another form of {dialogue.task}")


def name_of(speaker: Speaker, label: str) -> str:
    return speaker.noun(speaker.space.labelled(label).concept).bare


def names_of(speaker: Speaker, dialogue: Dialogue) -> tuple[str, ...] | None:
    return None if dialogue.choices is None else tuple(name_of(speaker, choice) for choice in dialogue.choices)


def single_noun(speaker: Speaker, rid: str) -> Noun:
    if not speaker.single(rid):
        raise UntellableError(f"no Spanish words single out {rid}")
    return speaker.region(rid)


def box_of(speaker: Speaker, rid: str) -> str:
    """Its box as English has it."""
    box = speaker.told.regions[rid].box
    if box is None:
        raise UntellableError(f"{rid} has no box")
    return str(list(box.xyxy))
