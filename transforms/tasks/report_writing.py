"""Write what the radiologist wrote: the sections of a published report, or a caption, from the images and what was
known before. The answer is the source's own words, as `description.source` has them. It carries no check: a report in
other words may be as right, which no comparison of words can tell."""

import random
from collections.abc import Iterator, Sequence

from schemas import LabelSpace, Scene, SourceText, Turn
from schemas.dialogue import WRITING
from schemas.level import LARGER
from transforms.checks.refusals import fault
from transforms.tasks.base import DialogueDraft
from transforms.text.reports import is_prior

NAME = WRITING
VERSION = "1"
ANYWHERE = True
SKILL = "read"

BEFORE = ("indication", "technique", "comparison")
"""Sections that are known before the images are read."""
ASK = {
    "caption": ("Write the caption of {what}.", "Which caption was {what} published with?"),
    "findings": ("Write the findings of the report on {what}.", "What does the report on {what} find?"),
    "impression": ("Write the impression of the report on {what}.", "What does the report on {what} conclude?"),
    "report": ("Write the report on {what}.", "What does the report on {what} say?"),
}  # fmt: skip
WHAT = {"volume": "this scan", "clip": "this clip", "signal": "this recording", "full": "this image"}


def ask(scene: Scene, space: LabelSpace, rng: random.Random) -> Iterator[DialogueDraft]:
    """Nothing of what we measured."""
    yield from ()


def ask_texts(
    scene: Scene, texts: Sequence[SourceText], space: LabelSpace, rng: random.Random
) -> Iterator[DialogueDraft]:
    """A question for each kind of text there is, the first of it, of what shows all that it is of. A document is its
    text already."""
    shown = "this study" if scene.group is not None else WHAT.get(scene.view.frame)
    if scene.document is not None or shown is None:
        return
    own = [text for text in texts if not is_prior(text, scene.group)]
    known = _known(scene, texts, own)
    for kind, questions in ASK.items():
        text = next((one for one in own if one.kind == kind), None)
        several = kind == "report" and any(one.kind in ("findings", "impression") for one in own)
        if text is None or several or fault(text.text):
            continue
        larger = scene.group is None and text.level in LARGER
        what = f"the {text.level} that {shown} is of" if larger else shown
        question = rng.choice(questions).format(what=what)
        turns = (
            Turn(role="user", text="\n\n".join([*known, question] if kind != "caption" else [question])),
            Turn(role="assistant", text=text.text, claims=text.claims),
        )
        regions = tuple(dict.fromkeys(rid for one in text.sentences for rid in one.regions))
        facts = tuple(dict.fromkeys(claim.fact for claim in text.claims))
        yield DialogueDraft(NAME, turns, text.text, regions=regions, facts=facts)


def _known(scene: Scene, texts: Sequence[SourceText], own: Sequence[SourceText]) -> list[str]:
    """What whoever reads the images has before them."""
    lines = [f"{one.kind.capitalize()}: {one.text}" for kind in BEFORE for one in own if one.kind == kind]
    if scene.group is not None and scene.group.earlier:
        numbers = " and ".join(str(scene.group.number(name)) for name in scene.group.earlier)
        lines.append(f"Of an earlier study: image {numbers}.")
        told = " ".join(one.text for one in texts if is_prior(one, scene.group) and one.kind not in BEFORE)
        lines += [f"Its report: {told}"] if told else []
    return [line for line in lines if not fault(line)]
