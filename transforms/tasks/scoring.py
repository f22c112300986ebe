"""An answer against a question's own check: right or wrong, how nearly, and why not.

The forms that are read: a number with a unit, "[x, y]" and "[x0, y0, x1, y1]", lists, a choice by its words or its
letter, "3 to 7", images by their numbers or places ("the second one"), and sentences that say the one answer and no
other (transforms/tasks/reading.py).
"""

import math
import re
from collections import Counter
from collections.abc import Sequence
from itertools import combinations
from typing import NamedTuple

from schemas import ItemCheck
from transforms.groups.across import NONE
from transforms.regions.metrics import box_iou
from transforms.tasks.comparing import more_of, put_in_order
from transforms.tasks.numbers import NUMBER, bounds, counted, digits, numbers, spelt
from transforms.tasks.ordinals import by_number, names_images
from transforms.tasks.reading import (
    POLAR,
    affirmed,
    alone,
    core,
    denies,
    in_full,
    named,
    plain,
    polar,
    scattered,
    short_for,
    tells,
    without,
)

_PLURALS = (("", "s"), ("", "es"), ("y", "ies"), ("is", "es"), ("us", "i"))
_PLACE = re.compile(rf"[\[(]\s*({NUMBER}(?:\s*,\s*{NUMBER})+)\s*[\])]")
_SPLIT = re.compile(r"\s*(?:,|;|\n|\band\b|->|>|(?<=\d)\s+to\s+(?=\d)|(?<=\d)\s?[-–]\s?(?=\d))\s*")


class Score(NamedTuple):
    """`value`: 0 to 1; where an answer is right or wrong and nothing between, 1 or 0."""

    right: bool
    value: float
    reason: str = ""


def score(check: ItemCheck, answer: str, choices: Sequence[str] | None = None, question: str = "") -> Score:
    """Judge an answer; one that denies says what is not so, and answers nothing. `question`: its words, which a whole
    sentence may repeat, and of which a yes or no may be claimed without either word. Raises ValueError for a check that
    lacks what its kind needs."""
    if names_images(check, choices, question):
        answer = by_number(answer, question)
    if check.kind == "exact":
        return _exact(check, answer, choices, question)
    wanted = {plain(one) for one in check.accepted}
    answer = affirmed(answer, lambda text: not named(text, wanted)[0] and (tells(text) if wanted else counted(text)))
    if denies(plain(answer)):
        return Score(False, 0, "says what is not so")
    if check.kind == "iou":
        return _iou(check, answer, question)
    if check.kind == "tolerance":
        if check.ends is not None:
            return _ends(check, answer)
        return _point(check, answer) if check.point is not None else _number(check, answer)
    return _list(check, answer, question)


def _exact(check: ItemCheck, answer: str, choices: Sequence[str] | None, question: str) -> Score:
    accepted, said = {plain(one) for one in check.accepted}, plain(answer)
    wrong = {plain(one) for one in (*check.alternatives, *(choices or ()))} - accepted
    if said in accepted:
        return Score(True, 1)
    if accepted <= set(POLAR):
        claimed = polar(answer, question)
        return Score(claimed in accepted, float(claimed in accepted), "" if claimed in accepted else
                     f"not {check.accepted[0]!r}" if claimed else "says neither yes nor no, or both")  # fmt: skip
    if choices and len(said) == 1 and said.isalpha():
        place = ord(said) - ord("a")
        said = plain(choices[place]) if place < len(choices) else said
        return Score(True, 1) if said in accepted else Score(False, 0, f"says {said!r}")
    if choices and all(counted(choice) for choice in choices):
        if bounds(answer) and not any(map(bounds, choices)):
            return Score(False, 0, "a bound, and no value")
        answer = digits(answer)
        answer = answer if named(plain(answer), accepted | wrong)[0] else spelt(answer)
    answer = affirmed(answer, lambda text: _other(text, accepted, wrong, choices))
    said = plain(answer)
    if wrong and (said in accepted or scattered(said, accepted, question)):
        return Score(True, 1)
    if wrong and choices:
        answer = in_full(answer.casefold(), accepted | wrong)
        said, more = plain(answer), more_of(answer, accepted | wrong, question)
        return _one_of(accepted, wrong, said, more, short_for(said, accepted | wrong, question))
    if wrong:
        return _one_of(accepted, wrong, without(said, question, accepted | wrong), None)
    told = [said, plain(answer.partition(":")[0])]
    right = any(alone(text, accepted, question) and not denies(named(text, accepted)[1]) for text in told)
    return Score(True, 1) if right else Score(False, 0, f"not {check.accepted[0]!r} and nothing else")


def _other(text: str, accepted: set[str], wrong: set[str], choices: Sequence[str] | None) -> bool:
    """Whether plain words name a wrong answer alone; where none are known, anything else."""
    if not wrong:
        return tells(text) and not named(text, accepted)[0]
    found = named(text, accepted | wrong)[0] or (short_for(text, accepted | wrong) if choices else [])
    return bool(found) and wrong.issuperset(found)


def _one_of(accepted: set[str], wrong: set[str], said: str, more: str | None, short: Sequence[str] = ()) -> Score:
    """Of the answers that a question might have had, that one alone is named, or is said to be more than the other; or
    is told, in `short`, by what it alone has."""
    found, rest = named(said, accepted | wrong)
    if more is not None:
        found = [more]
    elif denies(rest):
        return Score(False, 0, "says what is not so")
    found = found or list(short)
    if found and accepted.issuperset(found):
        return Score(True, 1)
    return Score(False, 0, f"says {', '.join(sorted(found))!r}" if found else "names none of the answers")


def _number(check: ItemCheck, answer: str) -> Score:
    if check.value is None or check.within is None:
        raise ValueError("a check of kind tolerance needs `value` and `within`, or `point` and `within`")
    if bounds(answer):
        return Score(False, 0, "a bound, and no value")
    found = set(numbers(answer, check.unit))
    if len(found) != 1:
        return Score(False, 0, "several numbers" if found else f"no number{f' in {check.unit}' if check.unit else ''}")
    off = abs(found.pop() - check.value)
    if off <= check.within * (1 + 1e-9):
        return Score(True, 1)
    return Score(False, 0, f"off by {off:.6g}, more than {check.within:.6g}")


def _places(answer: str, count: int) -> list[tuple[float, ...]]:
    lists = [
        tuple(float(one.replace(",", "")) for one in re.split(r"\s*,\s*", found)) for found in _PLACE.findall(answer)
    ]
    return [numbers for numbers in dict.fromkeys(lists) if len(numbers) == count]


def _point(check: ItemCheck, answer: str) -> Score:
    if check.point is None or check.within is None:
        raise ValueError("a check of a point needs `point` and `within`")
    found = _places(answer, 2)
    if len(found) != 1:
        return Score(False, 0, "several points" if found else "no point [x, y]")
    return _near(math.dist(found[0], check.point), check.within)


def _ends(check: ItemCheck, answer: str) -> Score:
    if check.ends is None or check.within is None:
        raise ValueError("a check of a line needs `ends` and `within`")
    found = _places(answer, 2)
    if len(found) != 2:
        return Score(False, 0, f"{len(found)} points [x, y], and a line has two ends")
    ways = (found, found[::-1])
    off = min(max(math.dist(a, b) for a, b in zip(way, check.ends, strict=True)) for way in ways)
    return _near(off, check.within, "an end ")


def _near(off: float, within: float, what: str = "") -> Score:
    right = off <= within
    return Score(right, float(right), "" if right else f"{what}{off:.1f} px away, more than {within:.1f}")


def _iou(check: ItemCheck, answer: str, question: str) -> Score:
    if check.box is None or check.at_least is None:
        raise ValueError("a check of kind iou needs `box` and `at_least`")
    asked = _places(question, 4)
    every = _places(answer, 4)
    found = [box for box in every if box not in asked] or every  # a whole sentence repeats the box that was asked from
    if len(found) != 1:
        return Score(False, 0, "several boxes" if found else "no box [x0, y0, x1, y1]")
    value = box_iou(found[0], check.box)
    right = value >= check.at_least
    return Score(right, round(value, 4), "" if right else f"IoU {value:.2f}, less than {check.at_least}")


def _list(check: ItemCheck, answer: str, question: str) -> Score:
    wanted = [plain(one) for one in check.accepted]
    said = [item for one in _SPLIT.split(answer.strip(" .")) if (item := plain(one))]
    if check.kind == "order":
        return _order(wanted, said if Counter(said) == Counter(wanted) else _mentioned(wanted, answer, question))
    if Counter(said) != Counter(wanted):
        said = _numbered(check, answer) or [item for one in said if (item := core(one))]
        said = [next((name for name in wanted if item in _ways(name)), item) for item in said]
    same = sum((Counter(wanted) & Counter(said)).values())
    value = 2 * same / (len(wanted) + len(said)) if said else 0.0
    right = Counter(wanted) == Counter(said)
    return Score(right, round(value, 4), "" if right else f"{same} of {len(wanted)} named, {len(said) - same} others")


def _ways(name: str) -> set[str]:
    """A name, and its plurals."""
    return {name, *(name.removesuffix(one) + many for one, many in _PLURALS if name.endswith(one))}


def _numbered(check: ItemCheck, answer: str) -> list[str]:
    """The numbers of images that a sentence gives: all of them, none, or those that it names; none of another check."""
    among = {*check.accepted, *check.alternatives}
    words = set(plain(answer).split())
    if not check.alternatives or any(not (one.isdigit() or one == NONE) for one in among):
        return []
    numbers = sorted(set(re.findall(r"\d+", answer)))
    if numbers or not words & {"each", "every", "all", "both", "none", "no", "neither"}:
        return numbers
    return sorted(among - {NONE}) if words & {"each", "every", "all", "both"} else [NONE]


def _mentioned(wanted: Sequence[str], answer: str, question: str) -> list[str]:
    """The things to be ordered as a sentence puts them; numbers alone, if they are such."""
    if all(one.isdigit() for one in wanted):
        return re.findall(r"\d+", answer)
    return put_in_order(answer, set(wanted), question)


def _order(wanted: Sequence[str], said: Sequence[str]) -> Score:
    if Counter(wanted) != Counter(said) or len(set(wanted)) != len(wanted):
        return Score(False, 0, "not the things that were to be ordered")
    pairs = list(combinations([said.index(one) for one in wanted], 2))
    value = sum(a < b for a, b in pairs) / len(pairs) if pairs else 1.0
    return Score(list(wanted) == list(said), round(value, 4), "" if value == 1 else "in another order")
