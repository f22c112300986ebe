"""The description of the whole in Spanish, sentence by sentence: those leave that are sure to say the same of the same
facts. Numbers, sides and names are those that our own Spanish has, which stands beside it where a recipe wants it."""

from typing import Any

from schemas import Text, TextMaker, Written
from transforms.checks.refusals import fault
from transforms.languages.rendered import apart, joined, linked
from transforms.languages.spanish import UntellableError
from transforms.languages.speaker import LANGUAGE
from transforms.text.jobs.base import Material, Reading

NAME = "translate"
VERSION = "1"
SHOWS = False


def given(material: Material) -> dict[str, Any] | None:
    """The sentences by their numbers, and what things are called in Spanish; None of a group."""
    found = apart(material.description.overall)
    if not found or material.scene.group is not None:
        return None
    rows = [{"number": n, "says": one.text} for n, one in enumerate(found, 1)]
    concepts = {fact.concept.label: fact.concept for fact in material.scene.facts if fact.concept is not None}
    names = {label: material.space.name(concept, LANGUAGE) for label, concept in sorted(concepts.items())}
    return {"sentences": rows, "names": {label: name.name for label, name in names.items() if name is not None}}


def read(data: Any, material: Material, maker: TextMaker) -> Reading:
    """Keeps the sentences that stand; refused where none does, or where one of them is missing or given twice."""
    english = apart(material.description.overall)
    numbers = [one["number"] for one in data["sentences"]]
    if numbers != list(range(1, len(english) + 1)):
        missing = f"it must have one sentence for each of the sentences 1 to {len(english)}, in their order"
        return Reading(None, missing, (missing,))
    kept: list[Text] = []
    dropped: list[tuple[str, str]] = []
    for one, own in zip(data["sentences"], english, strict=True):
        said = " ".join(one["says"].split())
        try:
            if (wrong := fault(said)) is not None:
                raise UntellableError(wrong)
            kept.append(Text(text=said, claims=linked(said, own, material.scene, material.space)))
        except UntellableError as error:
            dropped.append((said, str(error)))
    if not kept:
        wrongs = tuple(f"{said!r}: {why}" for said, why in dropped)
        return Reading(None, f"none of them stands: {dropped[0][1]}", wrongs, tuple(dropped))
    text = joined(kept)
    made = Written(job=NAME, language=LANGUAGE, text=text.text, claims=text.claims, made_by=maker)
    changed = material.description.model_copy(update={"written": (*material.description.written, made)})
    return Reading(material.with_words(description=changed), dropped=tuple(dropped))
