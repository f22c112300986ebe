"""Descriptors of each class that a picture shows: sentences on what this class looks like here, each held against the
facts alone, and kept under the class where it says a fact of it.

After FLAIR (Silva-Rodriguez et al. 2023), whose categories come with an expert's descriptors; there they hold of the
category anywhere, here of this picture.
"""

from collections.abc import Iterator
from itertools import islice
from typing import Any

from schemas import Concept, TextMaker, Written
from transforms.facts.base import classes_of
from transforms.text.answers import Judged, RefusedError
from transforms.text.jobs.base import Material, Reading, facts_of, stands
from transforms.text.prompts import prompt

NAME = "descriptors"
VERSION = "2"
SHOWS = False
MANY, MOST_CLASSES = 3, 8


def given(material: Material) -> dict[str, Any] | None:
    """The classes of a picture, each with its facts; nothing where there is none, and nothing of a document."""
    found = _classes(material)
    if not found or material.scene.document is not None:
        return None
    classes = [{"class": concept.label, "facts": rows} for concept, rows in found.items()]
    return {"classes": classes, "many": MANY}


def _classes(material: Material) -> dict[Concept, list[dict[str, str]]]:
    """The first classes that facts tell of, with these as a prompt gives them."""
    facts, found = {fact.id: fact for fact in material.scene.facts}, dict[Concept, list[dict[str, str]]]()
    for row in facts_of(material):
        for concept in classes_of(facts[row["id"]], material.scene):
            found.setdefault(concept, []).append(row)
    return dict(islice(found.items(), MOST_CLASSES))


def read(data: Any, material: Material, maker: TextMaker) -> Reading:
    """Refused where none of them stands."""
    known = {concept.label: (concept, rows) for concept, rows in _classes(material).items()}
    made: dict[tuple[str, str], Written] = {}
    wrong: list[str] = []
    dropped: list[tuple[str, str]] = []
    for label, words in _said(data):
        if label not in known:
            dropped.append((words, f"{label!r} is no class of this picture"))
            continue
        concept, rows = known[label]
        found = _judged(words, material)
        wrong += found.wrong
        if found.text is None:
            dropped.append((words, found.why))
        elif not {row["id"] for row in rows} & {claim.fact for claim in found.text.claims}:
            dropped.append((words, f"it says no fact of {label}"))
        else:
            text = found.text
            one = Written(job=NAME, concept=concept, text=text.text, claims=text.claims, made_by=maker)
            made.setdefault((label, text.text), one)
    if not made:
        return Reading(None, f"none of them stands: {dropped[0][1]}", tuple(wrong), tuple(dropped))
    changed = material.description.model_copy(update={"written": (*material.description.written, *made.values())})
    return Reading(material.with_words(description=changed), dropped=tuple(dropped))


def _said(data: Any) -> Iterator[tuple[str, str]]:
    """(class, sentence) of an answer."""
    return ((one["class"], words) for one in data["descriptors"] for words in one["says"])


def _judged(words: str, material: Material) -> Judged:
    try:
        return stands(words, material, prompt(NAME))
    except RefusedError as error:
        return Judged(None, str(error))
