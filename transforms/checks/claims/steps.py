"""The step of a grade, right after its name or written as one word with it."""

import re

from transforms.checks.claims.lexicon import Lexicon
from transforms.checks.claims.model import Item, Quantity
from transforms.checks.claims.punctuation import signed

GRADES = frozenset("abcde")
ROMAN = {"i": 1.0, "ii": 2.0, "iii": 3.0, "iv": 4.0, "v": 5.0, "vi": 6.0}
STEP = re.compile(r"I[ps]|Isp|(?:I{1,3}|IV|VI{0,3})[a-c]?")
"""A step of a classification, as it is written."""


def step_of(fact: Item, name: str, low: str, written: str, start: int) -> Item | None:
    """The word `name` at `start` of the sentence `low` as the step of the grade named right before it; as text has it,
    `written`."""
    end = start + len(written)
    sign = signed(low, fact.end, start)
    if sign is not None:
        return Item("value", f"{fact.tag}|{sign}", start, end)  # "ER+"
    if name in GRADES or (fact.plural and STEP.fullmatch(written)):
        return Item("value", f"{fact.tag}|{name}", start, end)  # "density c", "Paris IIa"
    if name in ROMAN:
        return Item("number", name, start, end, quantity=Quantity((ROMAN[name],), "", 0.5))  # "type II"
    return None


_LETTERED = re.compile(r"([a-z]{1,6}?)[-]?(\d{1,2})([a-d]?)")


def lettered(name: str, words: Lexicon, start: int, end: int) -> list[Item] | None:
    """ "TR4", "GG2", "KL3": the short name of a grade with its step."""
    match = _LETTERED.fullmatch(name)
    known = words.match([match[1]], 0) if match is not None else None
    if match is None or known is None or known[0].kind != "fact":
        return None
    at = start + len(match[1])
    fact = Item("fact", known[0].tag, start, at, known[0].slugs, known[0].plural, None, (match[1],))
    if match[3]:
        return [fact, Item("value", f"{known[0].tag}|{match[2]}{match[3]}", at, end)]
    return [fact, Item("number", match[2], at, end, quantity=Quantity((float(match[2]),), "", 0.5))]
