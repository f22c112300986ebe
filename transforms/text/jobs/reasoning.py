"""The steps of one of the scene's dialogues in a model's words: a sentence each. Steps and answer stay as they are, and
can be replayed; the prose stands beside them."""

from typing import Any

from schemas import Dialogue, Prose, TextMaker
from transforms.checks.claims.prose import linked, wrong
from transforms.text.answers import RefusedError, refuse
from transforms.text.jobs.base import Material, Reading
from transforms.text.prompts import prompt

NAME = "reasoning"
VERSION = "1"
SHOWS = False


def chosen(material: Material) -> Dialogue | None:
    """The dialogue with the most steps, none of which is a slip; the first of several."""
    found = [one for one in material.dialogues if len(one.reasoning) > 1 and one.prose is None]
    sound = [one for one in found if not any(step.wrong for step in one.reasoning)]
    return max(sound, key=lambda one: len(one.reasoning), default=None)


def given(material: Material) -> dict[str, Any] | None:
    """The question, the steps by their numbers, and the answer."""
    talk = chosen(material)
    if talk is None:
        return None
    steps = [{"step": n, "says": step.text} for n, step in enumerate(talk.reasoning, 1)]
    return {"question": talk.turns[0].text, "steps": steps, "answer": talk.answer}


def read(data: Any, material: Material, maker: TextMaker) -> Reading:
    """Each step in one sentence, in order. Refused where one of them does not say its step: prose with a gap leads
    nowhere."""
    talk = chosen(material)
    assert talk is not None  # it was asked about
    told = {one["step"]: " ".join(one["says"].split()) for one in data["sentences"]}
    numbers = tuple(range(1, len(talk.reasoning) + 1))
    if tuple(one["step"] for one in data["sentences"]) != numbers:
        missing = f"it must have one sentence for each of the steps 1 to {len(numbers)}, in their order"
        return Reading(None, missing, (missing,))
    faults = [f"the sentence for step {n} ({told[n]!r}): {why}" for n, step in enumerate(talk.reasoning, 1)
              if (why := wrong(told[n], step, material.scene, material.space, material.known)) is not None]  # fmt: skip
    if faults:
        return Reading(None, faults[0], tuple(faults))
    text = " ".join(told[n] for n in numbers)
    if text == " ".join(step.text for step in talk.reasoning):
        raise RefusedError("what was asked, once more")
    refuse(text, "", prompt(NAME).own_words)
    claims = linked(text, material.scene, material.space, material.known)
    prose = Prose(text=text, claims=claims, steps=numbers, made_by=maker)
    talks = tuple(one.model_copy(update={"prose": prose}) if one is talk else one for one in material.dialogues)
    return Reading(material.with_words(dialogues=talks))
