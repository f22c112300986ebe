"""The values of written numbers: "1,088", "twenty-three", "one and a half", "two fifths of a"."""

import re
from collections.abc import Iterable

from transforms.checks.claims.words import NUMBER_WORDS


def any_of(words: Iterable[str]) -> str:
    return "|".join(re.escape(word) for word in sorted(words, key=lambda w: (-len(w), w)))


ONES = any_of(word for word, value in NUMBER_WORDS.items() if 0 < value < 10)
FRACTIONS = {"half": 1 / 2, "third": 1 / 3, "quarter": 1 / 4, "fourth": 1 / 4, "fifth": 1 / 5, "sixth": 1 / 6,
              "seventh": 1 / 7, "eighth": 1 / 8, "ninth": 1 / 9, "tenth": 1 / 10, "hundredth": 1 / 100}  # fmt: skip
PART = any_of(one for one in FRACTIONS)
DIGIT = re.compile(r"\d")
_PORTION = re.compile(rf"(?:(?P<n>{ONES}|an?)\s+)?(?P<part>{PART})s?\s+of\b")


def number(word: str) -> float:
    """The value of a number as written: "1,088", "twenty-three", "one and a half". Raises ValueError where none is."""
    text = word.strip()
    if (portion := _PORTION.match(text)) is not None:
        return (1.0 if portion["n"] in (None, "a", "an") else number(portion["n"])) * FRACTIONS[portion["part"]]
    if DIGIT.search(text):
        text = re.sub(r"^(?:minus|negative)\s", "-", text)
        return float(text.replace(",", "").replace("−", "-").replace("–", "-"))
    value = 0.0
    for part in re.split(r"[-\s]+", text.replace("and a half", "half_more").replace("half a", "half_a")):
        if part in NUMBER_WORDS and "point" in text and part == re.split(r"[-\s]+", text)[-1]:
            value += NUMBER_WORDS[part] / 10
        elif part in NUMBER_WORDS:
            value += NUMBER_WORDS[part]
        elif part == "hundred":
            value *= 100
        elif part in ("half_more", "half_a", "half_an"):
            value += 0.5
        elif part in ("a", "an"):
            value += 1
        elif part not in ("and", "point"):
            raise ValueError(f"{word!r} is no number")
    return value


def half_digit(word: str) -> float:
    """Half of the last digit written: 22 -> 0.5, 22.0 -> 0.05; a tenth of a fraction."""
    if _PORTION.match(word.strip()) is not None or word.startswith("half"):
        return 0.1 * number(word)
    if "half" in word:
        return 0.25
    return 0.5 * 10.0 ** -len(word.partition(".")[2])
