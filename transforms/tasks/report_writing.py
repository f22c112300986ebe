"""Write what the radiologist wrote: the sections of a published report, or a caption, from the images and what was
known before. The answer is the source's own words, as `description.source` has them, and is held to the same."""

import random
import re
from collections.abc import Iterator, Sequence

from schemas import ItemCheck, LabelSpace, Scene, SourceText, Turn
from schemas.dialogue import WRITING
from schemas.level import LARGER
from transforms.checks.refusals import fault
from transforms.groups.wording import listed
from transforms.tasks.base import DialogueDraft
from transforms.text.reports import is_prior

NAME = WRITING
VERSION = "2"
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


WRITTEN = (None, "report", "final report")
"""Headings of a report that is not in sections; under any other stands but a part of one."""
PLAIN = frozenset({"exam", "examination", "procedure", "title", "region", "anatomy"})
"""Headings of what was done, not of what was seen."""
_FORM = re.compile(r"(?:(?:final|preliminary|addend(?:um|ed)|signed|unsigned|radiology|imaging|medical|the)\s+)*"
                   r"(?:report|reading|read)?\W*", re.IGNORECASE)  # fmt: skip
_CASED, _ENDED = re.compile(r"[a-z]"), re.compile(r"\w[)\"”’]*[.!?](?:\s|$)")


def ask(scene: Scene, space: LabelSpace, rng: random.Random) -> Iterator[DialogueDraft]:
    """Nothing of what we measured."""
    yield from ()


def ask_texts(
    scene: Scene, texts: Sequence[SourceText], space: LabelSpace, rng: random.Random
) -> Iterator[DialogueDraft]:
    """A question for each kind of text there is, the first of it, of what shows all that it is of: not of one that
    sentences were left out of, nor of what is left where they were. A document is its text already."""
    shown = "this study" if scene.group is not None else WHAT.get(scene.view.frame)
    if scene.document is not None or shown is None:
        return
    own = [text for text in texts if not is_prior(text, scene.group)]
    known = _known(scene, texts, own)
    for kind, questions in ASK.items():
        text = _report(own) if kind == "report" else next((one for one in own if one.kind == kind), None)
        if text is None or not text.text or text.left_out or fault(text.text):
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
        check = ItemCheck(kind="exact", accepted=(text.text,))
        yield DialogueDraft(NAME, turns, text.text, regions=regions, facts=facts, check=check)


def _report(own: Sequence[SourceText]) -> SourceText | None:
    """The one text that is all of a report; None where it is in sections, or where a part of it is left out."""
    if any(one.kind in ("findings", "impression") for one in own):
        return None
    rest = [(one, one.heading.casefold() if one.heading else None) for one in own if one.kind == "report"]
    said = [(one, name) for one, name in rest if name not in PLAIN and (one.left_out or says(one.text))]
    return said[0][0] if len(said) == 1 and said[0][1] in WRITTEN else None


def _seen(text: SourceText) -> bool:
    """Whether a text outside the usual sections says what was seen."""
    return (text.heading or "").casefold() not in PLAIN and says(text.text)


def says(text: str) -> bool:
    """Whether a text outside the usual sections says anything: "FINAL REPORT" and "CHEST (PA AND LAT)" do not."""
    return not _FORM.fullmatch(text.strip()) and bool(_CASED.search(text) or _ENDED.search(text))


def _known(scene: Scene, texts: Sequence[SourceText], own: Sequence[SourceText]) -> list[str]:
    """What whoever reads the images has before them."""
    lines = [f"{one.kind.capitalize()}: {one.text}" for kind in BEFORE for one in own
             if one.kind == kind and one.text]  # fmt: skip
    if scene.group is not None and scene.group.earlier:
        numbers = [str(scene.group.number(name)) for name in scene.group.earlier]
        lines.append(f"Of an earlier study: image{'s' if numbers[1:] else ''} {listed(numbers)}.")
        lines += _earlier([one for one in texts if is_prior(one, scene.group) and one.kind not in BEFORE])
    return [line for line in lines if not fault(line)]


def _earlier(texts: Sequence[SourceText]) -> Iterator[str]:
    """The report of the earlier study, a line for each section, and how much of it is left out."""
    told = [one for one in texts if one.text and (one.kind != "report" or _seen(one))]
    for one in told:
        yield f"Its {one.kind}: {one.text}"
    if left := sum(one.left_out for one in texts):
        what = "1 sentence of its report is" if left == 1 else f"{left} sentences of its report are"
        yield f"({what} left out.)"
    elif not told:
        yield "Its report is not at hand."
