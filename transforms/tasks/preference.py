"""An answer and a worse one that differs by one fact: a size, a place or a number that is not so. The claim check says
that it is contradicted, as what kind of error, and how much that weighs."""

import math
import random
import re
from collections.abc import Iterator
from dataclasses import replace

from schemas import Fact, LabelSpace, Rejected, Scene
from transforms.checks.claims.annotated import check
from transforms.checks.claims.evidence import Evidence
from transforms.checks.rejected import error_of
from transforms.facts.format import SCALE, stated
from transforms.tasks import attribute, counting, location, size
from transforms.tasks.base import DialogueDraft
from transforms.tasks.judged import allowed, beyond, check_of
from transforms.tasks.scoring import score

NAME = "preference"
VERSION = "2"
SKILL = "compare"

FACTORS = (0.4, 0.55, 0.7, 1.4, 1.8, 2.5)
"""What a wrong size is of the right one."""
SHIFTS = {"HU": (30.0, 50.0, 80.0), "years": (9.0, 15.0, 24.0)}
"""What has no zero that a factor could start from, and ages, is shifted; by more where that is not wrong yet."""
SHIFTED = 1.6
"""Times what a right value may be off: so far it is shifted at least."""
OLDEST = 95
STEP = 0.3
"""Of a scale's length, a wrong rating is so far off."""
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
    other = _other(fact, rng)
    if other is None:
        return None
    wrong = stated(fact.model_copy(update={"value": other}))
    return text.replace(answer, wrong, 1), wrong


def _other(fact: Fact, rng: random.Random) -> float | None:
    """A value that could be, and is not: a step of the same scale, so many HU or years more or less, or a size that is
    another by a factor."""
    value, scale = float(fact.value), fact.scale
    if scale is not None or SCALE.match(fact.unit or ""):
        low, high = _ends(fact)
        off = max(STEP * (high - low), 1.0 if value.is_integer() else 0.0)
        steps = [float(step) for step in range(math.ceil(low), math.floor(high) + 1) if abs(step - value) >= off]
        return rng.choice(steps) if steps else None
    if fact.unit in SHIFTS:
        off = max(rng.choice(SHIFTS[fact.unit]), SHIFTED * allowed(fact))
        found = [round(value + sign * off, 1) for sign in (-1, 1)]
        if fact.unit == "years":
            found = [float(round(one)) for one in found if 0 < one <= OLDEST]
        return rng.choice(found) if found else None
    factors = [by for by in FACTORS if beyond(fact, by)]
    return value * rng.choice(factors) if value and factors else None


def _ends(fact: Fact) -> tuple[float, float]:
    """The lowest and the highest step of a scale of numbers; of one of words none lies between."""
    if fact.scale is not None:
        ends = (fact.scale.lowest, fact.scale.highest)
        return (0.0, -1.0) if any(isinstance(end, str) for end in ends) else (float(ends[0]), float(ends[1]))
    low, _, high = str(fact.unit).partition("-")
    return float(low), float(high)


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
    error = error_of(wrong[0].error or "", used[0])
    return Rejected(text=text, answer=answer, fact=draft.facts[0], error=error, weight=wrong[0].weight)
