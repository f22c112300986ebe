"""A source's report, its sentences put under headings: the model gives numbers of sentences, and writes none of them.

Of the structured report those sentences leave that facts bear out; the report as it was published stands beside it.
"""

from collections import Counter
from typing import Any

from schemas import TextMaker, Written
from transforms.text.answers import judged
from transforms.text.jobs.base import Material, Reading

NAME = "report"
VERSION = "1"
SHOWS = False

HEADINGS = ("indication", "technique", "comparison", "findings", "impression")
KINDS = frozenset({*HEADINGS, "report"})


def sentences_of(material: Material) -> list[str]:
    """The sentences of the reports of a scene, in their order."""
    texts = [text for text in material.description.source if text.kind in KINDS]
    found = (" ".join(text.text[slice(*one.span)].split()) for text in texts for one in text.sentences)
    return [sentence for sentence in found if sentence]


def given(material: Material) -> dict[str, Any] | None:
    """The sentences, numbered; None of a scene without a report."""
    found = sentences_of(material)
    rows = [{"number": n, "says": sentence} for n, sentence in enumerate(found, 1)]
    return {"sentences": rows} if len(rows) > 1 else None


def read(data: Any, material: Material, maker: TextMaker) -> Reading:
    """Each sentence must stand under one heading, once."""
    found = sentences_of(material)
    placed = Counter(number for section in data["sections"] for number in section["sentences"])
    wrong = [f"there is no sentence {number}" for number in placed if number > len(found)]
    wrong += [f"sentence {number} stands twice" for number, times in placed.items() if times > 1]
    wrong += [f"sentence {number} is left out" for number in range(1, len(found) + 1) if number not in placed]
    if wrong:
        return Reading(None, wrong[0], tuple(wrong))
    under = {heading: sorted(n for one in data["sections"] if one["heading"] == heading for n in one["sentences"])
             for heading in HEADINGS}  # fmt: skip
    parts, dropped = [], []
    for heading, numbers in under.items():
        kept = [found[number - 1] for number in numbers if _stands(found[number - 1], material)]
        dropped += [(found[n - 1], "not borne out by a fact") for n in numbers if found[n - 1] not in kept]
        parts += [f"{heading.capitalize()}: {' '.join(kept)}"] if kept else []
    text = judged(" ".join(parts), material.scene, material.space, material.known).text if parts else None
    if text is None:
        return Reading(None, "no sentence of it is borne out by a fact", dropped=tuple(dropped))
    made = Written(job=NAME, text=text.text, claims=text.claims, made_by=maker)
    changed = material.description.model_copy(update={"written": (*material.description.written, made)})
    return Reading(material.with_words(description=changed), dropped=tuple(dropped))


def _stands(sentence: str, material: Material) -> bool:
    return judged(sentence, material.scene, material.space, material.known, unchecked="text").text is not None
