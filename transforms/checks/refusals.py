"""No refusal, no placeholder, no question repeated in its answer, nothing empty."""

import re
from collections.abc import Iterator, Sequence
from functools import lru_cache

from schemas import Description, Dialogue, LabelSpace, Scene
from schemas.sample import Check
from transforms.checks.base import Fault, outcome
from transforms.text.scrub import KINDS

NAME = "refusals"
VERSION = "2"

REFUSAL = re.compile(
    r"\b(?:i(?:['’]m| am) (?:sorry|unable|not able)|i (?:cannot|can['’]?t|do not have access)"
    r"|as an? (?:ai|language model)|(?:cannot|unable to) (?:assist|help|provide|answer)|consult (?:a|your) "
    r"(?:doctor|physician|radiologist))\b",
    re.IGNORECASE,
)
PLACEHOLDER = re.compile(
    r"\{\{?\w*\}?\}|<\|?[a-z_ /|]+>|\[(?:insert|your|name|todo|x+(?!, y\]))\b[^\]]*\]"  # "[x, y]" asks for a point
    r"|\b(?:lorem ipsum|todo|tbd|n/a|null|nan|undefined)\b",
    re.IGNORECASE,
)
SCRUBBED = re.compile(rf"\[(?:{'|'.join(KINDS)})\]")
"""What stands for personal data in a report that a question quotes."""
MIN_REPEATED = 4
"""A question of fewer words than this may stand in its answer by chance."""


def run(scene: Scene, description: Description, dialogues: Sequence[Dialogue], space: LabelSpace) -> Check:
    """Looks at every text of the description and at every turn."""
    total = 1 + len(description.regions) + len(description.relations) + len(description.written)
    total += sum(len(one.turns) for one in dialogues)
    return outcome(NAME, faults(scene, description, dialogues, space), total)


def faults(scene: Scene, description: Description, dialogues: Sequence[Dialogue], space: LabelSpace) -> list[Fault]:
    """What is no answer, text by text."""
    return [*_described(description), *(fault for dialogue in dialogues for fault in _dialogue(dialogue))]


def _described(description: Description) -> Iterator[Fault]:
    texts = [("global", description.overall.text)]
    texts += [(f"regions.{one.region}", one.text) for one in description.regions]
    texts += [(f"relations.{n}", one.text) for n, one in enumerate(description.relations)]
    texts += [(f"media.{one.media}", one.text) for one in description.media]
    texts += [(f"written.{n}", one.text) for n, one in enumerate(description.written)]
    for where, text in texts:
        yield from _text(f"description.{where}", text)


def _dialogue(dialogue: Dialogue) -> Iterator[Fault]:
    if dialogue.published:
        return  # the source's own words: source_questions looks at them
    if not dialogue.answer.strip():
        yield Fault(f"dialogues.{dialogue.id}", "the answer is empty")
    question = ""
    for n, turn in enumerate(dialogue.turns):
        where = f"dialogues.{dialogue.id}.{n}"
        yield from _text(where, turn.text)
        if turn.role == "user":
            question = _plain(turn.text)
        elif len(question.split()) >= MIN_REPEATED and question in _plain(turn.text):
            yield Fault(where, "the answer repeats the question")


def _text(where: str, text: str) -> Iterator[Fault]:
    if (wrong := fault(text)) is not None:
        yield Fault(where, wrong)


@lru_cache(maxsize=1 << 12)  # questions and short answers come again in every scene
def fault(text: str) -> str | None:
    """What makes a text no answer; None of one that is."""
    if not text.strip():
        return "empty"
    if match := REFUSAL.search(text):
        return f"a refusal, {match.group()!r}"
    if match := PLACEHOLDER.search(SCRUBBED.sub("", text)):
        return f"a placeholder, {match.group()!r}"
    return None


def _plain(text: str) -> str:
    return " ".join(re.findall(r"\w+", text.lower()))
