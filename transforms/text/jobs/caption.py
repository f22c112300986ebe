"""A caption from the picture, its regions and its facts, with what a knowledge base says of its concepts and what was
written of pictures that look alike."""

from typing import Any

from schemas import TextMaker, Written
from transforms.text.answers import RefusedError
from transforms.text.jobs.base import PLACES, Material, Reading, facts_of, regions_of, stands
from transforms.text.prompts import prompt

NAME = "caption"
VERSION = "3"
SHOWS = True
LEAST = 4
"""Words of a caption: what is shorter names something, and says nothing of it."""


def given(material: Material) -> dict[str, Any] | None:
    """Facts, regions with their places, passages and neighbours' words; nothing of a document, which has no picture."""
    facts = facts_of(material)
    if not facts or material.scene.document is not None:
        return None
    passages = [{"of": one.title, "says": one.text, "source": one.source} for one in material.passages]
    return {"facts": facts, "regions": regions_of(material), "passages": passages,
            "neighbours": [one.text for one in material.neighbours],
            "places": PLACES[material.coordinates]}  # fmt: skip


def read(data: Any, material: Material, maker: TextMaker) -> Reading:
    """The caption beside the description, with what it was given to read. Raises RefusedError for a few words."""
    if (many := len(data["caption"].split())) < LEAST:
        raise RefusedError(f"too short: {many} words")
    found = stands(data["caption"], material, prompt(NAME), material.required)
    if found.text is None:
        return Reading(None, found.why, found.wrong, found.dropped)
    cited = tuple(one.cited() for one in (*material.passages, *material.neighbours))
    made = Written(job=NAME, text=found.text.text, claims=found.text.claims, passages=cited, made_by=maker)
    changed = material.description.model_copy(update={"written": (*material.description.written, made)})
    return Reading(material.with_words(description=changed), dropped=found.dropped)
