"""Several captions of one sentence, each held against the facts alone: those that stand are kept."""

from typing import Any

from schemas import TextMaker, Written
from transforms.text.answers import RefusedError
from transforms.text.jobs.base import Material, Reading, facts_of, stands
from transforms.text.prompts import prompt

NAME = "descriptors"
VERSION = "1"
SHOWS = False
MANY = 4


def given(material: Material) -> dict[str, Any] | None:
    """The facts of a picture."""
    facts = facts_of(material)
    return {"facts": facts, "many": MANY} if facts and material.scene.document is None else None


def read(data: Any, material: Material, maker: TextMaker) -> Reading:
    """Refused where none of them stands."""
    made: dict[str, Written] = {}
    wrong: list[str] = []
    dropped: list[tuple[str, str]] = []
    for words in data["captions"]:
        try:
            found = stands(words, material, prompt(NAME))
        except RefusedError as error:
            dropped.append((words, str(error)))
            continue
        wrong += found.wrong
        if found.text is None:
            dropped.append((words, found.why))
        else:
            text = found.text
            made.setdefault(text.text, Written(job=NAME, text=text.text, claims=text.claims, made_by=maker))
    if not made:
        return Reading(None, f"none of them stands: {dropped[0][1]}", tuple(wrong), tuple(dropped))
    changed = material.description.model_copy(update={"written": (*material.description.written, *made.values())})
    return Reading(material.with_words(description=changed), dropped=tuple(dropped))
