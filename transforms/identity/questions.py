"""Whether two questions about one picture are the same question.

Short medical questions ("Is there a fracture?") stand in every benchmark, and tell nothing by themselves: only those of
one picture are compared. What differs between two copies of a question is its spelling, its articles and what is said
around it ("Answer with one word."); a side, a number, a negation or another noun makes it another question.
"""

import re
import unicodedata
from difflib import SequenceMatcher

_ASKED = re.compile(r"[^.?!\n]*\?")
_TAG = re.compile(r"<[^<>\s]{1,20}>")
_WORD = re.compile(r"\d+(?:[.,]\d+)?|[^\W\d_]+")
_IDLE = frozenset(
    ["a", "an", "any", "the", "of", "in", "on", "at", "to", "please", "this", "that", "these", "those", "image",
     "picture", "scan", "photo", "here", "shown"]
)  # fmt: skip
_SAME = {"are": "is", "colour": "color", "tumour": "tumor", "oedema": "edema", "grey": "gray"}
_LONG = 5  # letters from which a word may be misspelt
_CLOSE = 0.8  # of two spellings of one word
GRAVE = frozenset(
    ["left", "right", "without", "upper", "lower", "anterior", "posterior", "superior", "inferior"]
)  # fmt: skip


def words(question: str) -> tuple[str, ...]:
    """The words of a question that count: what ends in a question mark where anything does, in lower case, without
    tags, articles and the like."""
    plain = unicodedata.normalize("NFKC", _TAG.sub(" ", question)).casefold()
    asked = " ".join(_ASKED.findall(plain)) or plain
    return tuple(_SAME.get(word, word) for word in _WORD.findall(asked) if word not in _IDLE)


def same(one: str, other: str) -> bool:
    """Whether two questions of one picture ask the same thing in about the same words."""
    mine, yours = words(one), words(other)
    if not mine or not yours:
        return one.strip() == other.strip()
    if len(mine) != len(yours):
        return False
    return all(a == b or _misspelt(a, b) for a, b in zip(mine, yours, strict=True))


def _misspelt(one: str, other: str) -> bool:
    """Whether two long words are one with a letter or two amiss. Words that tell sides, and numbers, are not."""
    if min(len(one), len(other)) < _LONG or {one, other} & GRAVE or not (one + other).isalpha():
        return False
    return one[0] == other[0] and SequenceMatcher(None, one, other, autojunk=False).ratio() >= _CLOSE
