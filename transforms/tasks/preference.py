"""An answer and a worse one that differs by one fact: a size, a place or a number that is not so. The claim check says
that it is contradicted, as what kind of error, and how much that weighs."""

import random
import re
from collections.abc import Iterator
from dataclasses import replace

from schemas import Fact, LabelSpace, Rejected, Scene
from transforms.checks.claims.annotated import check
from transforms.checks.claims.evidence import Evidence
from transforms.facts.format import stated
from transforms.tasks import attribute, counting, location, size
from transforms.tasks.base import DialogueDraft
from transforms.tasks.judged import check_of
from transforms.tasks.scoring import score

NAME = "preference"
VERSION = "1"
SKILL = "compare"

FACTORS = (0.4, 0.55, 1.8, 2.5)
"""What a wrong size is of the right one."""
OPPOSITE = {
    "left": "right", "upper": "lower", "anterior": "posterior", "superior": "inferior",
}  # fmt: skip
_WORDS = re.compile(r"\b(?:left|right|upper|lower|anterior|posterior|superior|inferior)\b")
MOST = 3


def ask(scene: Scene, space: LabelSpace, rng: random.Random) -> Iterator[DialogueDraft]:
    """Questions of several families, each with a rejected answer; those for which one can be made and is refuted."""
    families = (location, size, counting, attribute)
    found = [one for family in families for one in family.ask(scene, space, rng)]
    rng.shuffle(found)
    known, facts, made = Evidence(scene, space), {fact.id: fact for fact in scene.facts}, 0
    for one in found:
        if one.choices is not None or not one.facts or made == MOST:
            continue
        worse = _worse(one, facts[one.facts[0]], rng)
        rejected = _judged(*worse, one, scene, space, known, facts) if worse is not None else None
        if rejected is not None:
            made += 1
            yield replace(one, task=NAME, rejected=rejected)


def _worse(draft: DialogueDraft, fact: Fact, rng: random.Random) -> tuple[str, str] | None:
    """The text and the answer with another value of the fact."""
    text, answer = draft.turns[-1].text, draft.answer
    if fact.predicate in ("zone", "side"):
        return _turned(text, draft, fact)
    if isinstance(fact.value, bool | str) or stated(fact) not in text or stated(fact) != answer:
        return None
    if fact.predicate == "count":
        value: float = int(fact.value) + rng.choice((-1, 1, 2)) if fact.value > 2 else 0
        return None if value < 2 else (text.replace(str(fact.value), str(value)), str(value))
    wrong = stated(fact.model_copy(update={"value": float(fact.value) * rng.choice(FACTORS)}))
    return text.replace(answer, wrong), wrong


def _turned(text: str, draft: DialogueDraft, fact: Fact) -> tuple[str, str] | None:
    """One word of the place turned round, in the text and in the answer."""
    both = {**OPPOSITE, **{b: a for a, b in OPPOSITE.items()}}
    word = next(iter(_WORDS.findall(str(fact.value))), None)
    if word is None or text.count(word) != 1:
        return None  # a name has the word, too
    return text.replace(word, both[word]), draft.answer.replace(word, both[word])


def _judged(
    text: str, answer: str, draft: DialogueDraft, scene: Scene, space: LabelSpace, known: Evidence,
    facts: dict[str, Fact],
) -> Rejected | None:  # fmt: skip
    """The rejected answer; None where it is not refuted, or would pass for right."""
    region = draft.regions[0] if len(draft.regions) == 1 else None
    wrong = [one for one in check(text, scene, space, region, known) if one.verdict == "contradicted"]
    used = [facts[name] for name in draft.facts]
    right = draft.check or check_of(draft.answer, draft.choices, used, scene, space)
    if not wrong or score(right, answer, draft.choices).right:
        return None
    return Rejected(text=text, answer=answer, fact=draft.facts[0], error=wrong[0].error or "", weight=wrong[0].weight)
