"""Images as answers name them: "the first image", "the second one", "picture two" are image 1, image 2 and image 2."""

import re
from collections.abc import Sequence

from schemas import ItemCheck
from transforms.groups.across import NONE
from transforms.tasks.numbers import UNIT_WORDS
from transforms.tasks.reading import ORDINALS

_NOUN = "(?:image|picture|photo|photograph|scan|slice|frame)"
_PLACE = rf"(?:{'|'.join(ORDINALS)}|\d+(?:st|nd|rd|th))"
_WORD = rf"(?:{'|'.join(UNIT_WORDS)}|\d+)"
_BEFORE = re.compile(rf"\b({_PLACE}) (?:{_NOUN}|one)\b(?! ?(?:no\.?|number|#)? ?{_WORD}\b)")
_ALONE = re.compile(
    rf"(?:^(?:the )?|\bthe )({_PLACE})(?= ?(?:[,.;:!?\n]|$)| (?:and|or|not|but|then|is|shows|has|than)\b)"
)
_BEHIND = re.compile(rf"\b{_NOUN}(s?) ?(?:no\.? |number |# ?)?({_WORD}(?:(?: ?, ?(?:and )?| and | or ){_WORD})*)\b")
PLACED = "counted from 1"
"""In a question that asks for the number of an image."""
_IMAGE = re.compile(r"image \d+")


def by_number(answer: str, question: str) -> str:
    """An answer in lower case whose images have their numbers; what it repeats of the question stays."""
    asked = question.casefold()
    text = re.sub(r"[ \t]+", " ", answer.casefold().strip())
    text = _BEHIND.sub(lambda found: f"image{found[1]} {_digits(found[2])}", text)
    for pattern in (_BEFORE, _ALONE):
        text = pattern.sub(lambda found: found[0] if found[0] in asked else f"image {_place(found[1])}", text)
    return text


def names_images(check: ItemCheck, choices: Sequence[str] | None, question: str) -> bool:
    """Whether the answers that a check tells apart are images, or the numbers of images. Any number may be right by the
    check of one alone: there the question has to say that it is a place."""
    names = (*check.accepted, *check.alternatives, *(choices or ()))
    if check.kind == "tolerance":
        return PLACED in question
    if check.kind in ("set", "order") and names:
        return all(one.isdigit() or one == NONE or _IMAGE.fullmatch(one) for one in names)
    return any(_IMAGE.fullmatch(one) for one in names)


def _digits(words: str) -> str:
    return re.sub(r"[a-z]+", lambda found: str(UNIT_WORDS.get(found[0], found[0])), words)


def _place(word: str) -> int:
    return ORDINALS[word] if word in ORDINALS else int(word[:-2])
