"""What a job of a language model is: a file of this folder, and a prompt of its name in transforms/text/prompts.

The file has NAME, VERSION, `given(material)`: what the prompt is filled with, None where there is nothing to ask of the
scene; and `read(data, material, maker)`: what becomes of the answer, a `Reading`. SHOWS: its prompt comes with the
picture, where the model takes one.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any, NamedTuple, Protocol

from schemas import Description, Dialogue, LabelSpace, Passage, Scene, TextMaker
from transforms.checks.claims.evidence import Evidence
from transforms.checks.claims.omission import Unchecked
from transforms.text.answers import Judged, judged, refuse, refuse_echo
from transforms.text.line import Line
from transforms.text.names import SceneText
from transforms.text.prompts import Prompt
from transforms.text.required import said

MOST_FACTS, MOST_REGIONS = 40, 24


@dataclass(frozen=True)
class Material:
    """A scene with its words so far, and what a job may draw on. `coordinates`: how places are written; `passages`:
    what a knowledge base says of its concepts; `neighbours`: what was written of pictures that look alike; `required`:
    what the recipe wants told."""

    scene: Scene
    space: LabelSpace
    description: Description
    dialogues: tuple[Dialogue, ...] = ()
    coordinates: str = "pixels"
    passages: tuple[Passage, ...] = ()
    neighbours: tuple[Passage, ...] = ()
    required: tuple[str, ...] = ()
    unchecked: Unchecked = "sentence"

    @cached_property
    def known(self) -> Evidence:
        """What texts are held against."""
        return Evidence(self.scene, self.space)

    def with_words(self, **changes: Any) -> "Material":
        """The same with other words."""
        made = replace(self, **changes)
        made.__dict__["known"] = self.known  # the facts are the same
        return made


class Reading(NamedTuple):
    """`done`: the material with what the model wrote, None where that is refused, and `why`. `wrong`: what the facts
    contradict, with which it is asked once more. `dropped`: (sentence, reason) of what went while the rest stands.
    `score`: of a job that judges, the share that it finds good."""

    done: Material | None
    why: str = ""
    wrong: tuple[str, ...] = ()
    dropped: tuple[tuple[str, str], ...] = ()
    score: float | None = None


class Job(Protocol):
    """A file of this folder."""

    NAME: str
    VERSION: str
    SHOWS: bool

    def given(self, material: Material) -> dict[str, Any] | None: ...

    def read(self, data: Any, material: Material, maker: TextMaker) -> Reading: ...


def stands(words: str, material: Material, prompt: Prompt, required: Sequence[str] = ()) -> Judged:
    """What may stand of words of a model. Raises RefusedError for what is no answer, or none but what was asked."""
    asked = material.description.overall.text
    refuse(words, asked, prompt.own_words)
    found = judged(words, material.scene, material.space, material.known, required=required,
                   unchecked=material.unchecked)  # fmt: skip
    if found.text is not None:
        refuse_echo(found.text.text, asked)  # what is left may be no more than that
    return found


def facts_of(material: Material) -> list[dict[str, str]]:
    """The facts as a prompt gives them, each as a plain sentence under its id, those that our own text tells first.
    What no sentence says is not among them."""
    claimed = {claim.fact for claim in material.description.overall.claims}
    told = SceneText(material.scene, material.space, 0, ("report",))
    rows: list[dict[str, str]] = []
    for fact in sorted(material.scene.facts, key=lambda fact: fact.id not in claimed):
        line = next(said(told, fact), None) if len(rows) < MOST_FACTS else None
        if line is not None:
            rows.append({"id": fact.id, "says": Line().sentence(line).done().text})
    return rows


def regions_of(material: Material) -> list[dict[str, Any]]:
    """The regions as a prompt gives them: id, name, and the box in the coordinates of the model's family."""
    found = []
    for region in material.scene.regions[:MOST_REGIONS]:
        if region.box is not None:
            found.append({"id": region.id, "name": region.concept.label, "box": list(_box(region.box.xyxy, material))})
    return found


def _box(box: tuple[int, int, int, int], material: Material) -> Iterator[int | float]:
    media = material.scene.media[0]
    for at, side in zip(box, (media.width, media.height) * 2, strict=True):
        if material.coordinates == "pixels" or not side:
            yield at
        else:
            yield round(1000 * at / side) if material.coordinates == "thousandths" else round(at / side, 3)


PLACES = {"pixels": "pixels from the top left: x0, y0, x1, y1",
          "thousandths": "thousandths of the width and height from the top left: x0, y0, x1, y1",
          "shares": "shares of the width and height from the top left: x0, y0, x1, y1"}  # fmt: skip
