"""An answer against a question's own check: right or wrong, how nearly, and why not.

The forms that are read: a number with a unit, "[x, y]" and "[x0, y0, x1, y1]", lists, a choice by its words or its
letter, "3 to 7", yes and no at the beginning of a sentence.
"""

import math
import re
import unicodedata
from collections import Counter
from collections.abc import Sequence
from itertools import combinations
from typing import NamedTuple

from schemas import ItemCheck
from transforms.facts.format import SCALE

WORDS = {
    "zero": 0, "one": 1, "two": 2, "three": 3, "four": 4, "five": 5, "six": 6, "seven": 7, "eight": 8, "nine": 9,
    "ten": 10, "eleven": 11, "twelve": 12, "thirteen": 13, "fourteen": 14, "fifteen": 15, "sixteen": 16,
    "seventeen": 17, "eighteen": 18, "nineteen": 19, "twenty": 20,
}  # fmt: skip
UNITS: dict[str, tuple[str, float]] = {
    "mm": ("length", 1), "millimetre": ("length", 1), "cm": ("length", 10), "centimetre": ("length", 10),
    "m": ("length", 1000), "um": ("length", 0.001), "micrometre": ("length", 0.001),
    "mm2": ("area", 1), "square millimetre": ("area", 1), "cm2": ("area", 100), "square centimetre": ("area", 100),
    "ml": ("volume", 1), "millilitre": ("volume", 1), "cc": ("volume", 1), "cm3": ("volume", 1),
    "mm3": ("volume", 0.001), "l": ("volume", 1000), "litre": ("volume", 1000), "cubic centimetre": ("volume", 1),
    "ms": ("time", 1), "millisecond": ("time", 1), "s": ("time", 1000), "second": ("time", 1000),
    "hu": ("density", 1), "hounsfield unit": ("density", 1), "px": ("pixels", 1), "pixel": ("pixels", 1),
    "px2": ("pixels of area", 1), "square pixel": ("pixels of area", 1), "%": ("share", 1), "percent": ("share", 1),
    "bpm": ("rate", 1), "degree": ("angle", 1), "deg": ("angle", 1), "°": ("angle", 1), "kg": ("mass", 1),
}  # fmt: skip
"""Unit -> what it measures, and in how many of the smallest common unit. Plurals and US spelling are read as well."""
_NUMBER = r"-?(?:\d{1,3}(?:,\d{3})+|\d+)(?:\.\d+)?"
_QUANTITY = re.compile(rf"({_NUMBER})\s*((?:square |cubic )?[a-zµ%°]+[23]?)?")
_PLACE = re.compile(rf"[\[(]\s*({_NUMBER}(?:\s*,\s*{_NUMBER})+)\s*[\])]")
_DENIED = re.compile(r"\b(?:not|never|neither)\b|n[’']t\b", re.IGNORECASE)
_OPENING = re.compile(r"^(?:my |final )*(?:answer|it|that|this)(?: is|:)? (?:is )?(?=\S)")
_ARTICLES = re.compile(r"\b(?:a|an|the)\b")
_SPLIT = re.compile(r"\s*(?:,|;|\n|\band\b|->|>|(?<=\d)\s+to\s+(?=\d)|(?<=\d)\s?[-–]\s?(?=\d))\s*")


class Score(NamedTuple):
    """`value`: 0 to 1; where an answer is right or wrong and nothing between, 1 or 0."""

    right: bool
    value: float
    reason: str = ""


def score(check: ItemCheck, answer: str, choices: Sequence[str] | None = None) -> Score:
    """Judge an answer; one that denies says what is not so, and answers nothing. Raises ValueError for a check that
    lacks what its kind needs."""
    if _DENIED.search(answer) and not _DENIED.search(" ".join((*check.accepted, *(choices or ())))):
        return Score(False, 0, "says what is not so")
    if check.kind == "exact":
        return _exact(check.accepted, answer, choices)
    if check.kind == "iou":
        return _iou(check, answer)
    if check.kind == "tolerance":
        if check.ends is not None:
            return _ends(check, answer)
        return _point(check, answer) if check.point is not None else _number(check, answer)
    return _list(check, answer)


def plain(text: str) -> str:
    """Words as they are compared: lower case, no punctuation, no articles."""
    folded = unicodedata.normalize("NFKC", text).casefold()
    kept = "".join(sign if sign.isalnum() or sign in "+-%/." else " " for sign in folded)
    return " ".join(word.strip(".") for word in _ARTICLES.sub(" ", kept).split() if word.strip("."))


def _exact(accepted: Sequence[str], answer: str, choices: Sequence[str] | None) -> Score:
    right = {plain(one) for one in accepted}
    said = plain(answer)
    if said not in right and choices:
        chosen = _chosen(said, choices)
        if chosen is None:
            return Score(False, 0, "names none of the choices, or several")
        said = chosen
    if said not in right and right <= {"yes", "no"}:
        words = said.split(" ")
        said = words[0] if words[0] in right and not {"yes", "no"} - right & set(words) else said
    if said not in right:
        said = _OPENING.sub("", said)
    return Score(True, 1) if said in right else Score(False, 0, f"not {accepted[0]!r}")


def _chosen(said: str, choices: Sequence[str]) -> str | None:
    """The one choice that an answer names, by its letter or by its words."""
    names = [plain(choice) for choice in choices]
    if len(said) == 1 and said.isalpha() and said not in names:
        place = ord(said) - ord("a")
        return names[place] if place < len(names) else None
    found = {name for name in names if f" {name} " in f" {said} "}
    longest = {name for name in found if not any(name != other and f" {name} " in f" {other} " for other in found)}
    return longest.pop() if len(longest) == 1 else None


def _number(check: ItemCheck, answer: str) -> Score:
    if check.value is None or check.within is None:
        raise ValueError("a check of kind tolerance needs `value` and `within`, or `point` and `within`")
    found = set(_numbers(answer, check.unit))
    if len(found) != 1:
        return Score(False, 0, "several numbers" if found else f"no number{f' in {check.unit}' if check.unit else ''}")
    off = abs(found.pop() - check.value)
    if off <= check.within * (1 + 1e-9):
        return Score(True, 1)
    return Score(False, 0, f"off by {off:.6g}, more than {check.within:.6g}")


def _numbers(answer: str, unit: str | None) -> list[float]:
    """The numbers of an answer in a unit; one without a unit is taken to be in it. Where some have that unit, those
    without are something else."""
    text = unicodedata.normalize("NFKC", answer).casefold().replace("−", "-")
    if scale := SCALE.match(unit or ""):
        text, unit = re.sub(rf"\s*(?:/|out of|of)\s*{scale[1]}\b", "", text), None
    quantity, factor = _unit(unit) or (unit, 1.0)
    with_unit: list[float] = []
    bare: list[float] = []
    for number, name in _QUANTITY.findall(text):
        value, known = float(number.replace(",", "")), _unit(name)
        if known is None:
            bare.append(value)
        elif known[0] == quantity:
            with_unit.append(value * known[1] / factor)
    if not with_unit and not bare:
        bare = [float(WORDS[word]) for word in re.findall(r"[a-z]+", text) if word in WORDS]
    return with_unit or bare


def _unit(name: str | None) -> tuple[str, float] | None:
    if not name:
        return None
    plain_name = name.casefold().replace("µ", "u").replace("μ", "u").strip()
    for spelling in (plain_name, plain_name.removesuffix("s")):
        british = re.sub(r"(met|lit)er$", r"\1re", spelling)
        if british in UNITS:
            return UNITS[british]
    return None


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


def _iou(check: ItemCheck, answer: str) -> Score:
    if check.box is None or check.at_least is None:
        raise ValueError("a check of kind iou needs `box` and `at_least`")
    found = _places(answer, 4)
    if len(found) != 1:
        return Score(False, 0, "several boxes" if found else "no box [x0, y0, x1, y1]")
    value = iou(found[0], check.box)
    right = value >= check.at_least
    return Score(right, round(value, 4), "" if right else f"IoU {value:.2f}, less than {check.at_least}")


def iou(a: Sequence[float], b: Sequence[float]) -> float:
    """Intersection over union of two boxes x0, y0, x1, y1; 0 of one that is turned inside out."""
    wide, high = min(a[2], b[2]) - max(a[0], b[0]), min(a[3], b[3]) - max(a[1], b[1])
    sides = [a[2] - a[0], a[3] - a[1], b[2] - b[0], b[3] - b[1]]
    if min(wide, high, *sides) <= 0:
        return 0.0
    both = wide * high
    return both / (sides[0] * sides[1] + sides[2] * sides[3] - both)


def _list(check: ItemCheck, answer: str) -> Score:
    wanted = [plain(one) for one in check.accepted]
    said = [item for one in _SPLIT.split(answer.strip(" .")) if (item := plain(one))]
    if check.kind == "order":
        return _order(wanted, said)
    same = sum((Counter(wanted) & Counter(said)).values())
    value = 2 * same / (len(wanted) + len(said)) if said else 0.0
    right = Counter(wanted) == Counter(said)
    return Score(right, round(value, 4), "" if right else f"{same} of {len(wanted)} named, {len(said) - same} others")


def _order(wanted: Sequence[str], said: Sequence[str]) -> Score:
    if Counter(wanted) != Counter(said) or len(set(wanted)) != len(wanted):
        return Score(False, 0, "not the things that were to be ordered")
    pairs = list(combinations([said.index(one) for one in wanted], 2))
    value = sum(a < b for a, b in pairs) / len(pairs) if pairs else 1.0
    return Score(list(wanted) == list(said), round(value, 4), "" if value == 1 else "in another order")
