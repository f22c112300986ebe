"""Which images of a group a sentence speaks of: "image 2", "the last film", "all four views", "two of the three".

Images are numbered in their order, from 1. What names them is taken out of the sentence (blanks of the same length), so
that the rest is read as of one image.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from transforms.checks.claims.words import NUMBER_WORDS

Mode = Literal["each", "some", "none", "between"]
"""How many of those named it holds of: each one, `count` of them, none; or it is said of what lies between them."""
ORDINALS = {word: n for n, word in enumerate(
    ["first", "second", "third", "fourth", "fifth", "sixth", "seventh", "eighth", "ninth", "tenth"], 1)} | {
    f"{n}{end}": n for n, end in enumerate(("st", "nd", "rd", *("th",) * 7), 1)}  # fmt: skip
FIRST = ("initial", "baseline", "earliest", "opening")
LAST = ("last", "latest", "final", "most recent", "newest", "current", "present", "follow-up", "follow up", "later")
BEFORE = ("previous", "prior", "earlier", "preceding")
PLAIN = (
    r"images?|pictures?|frames?|visits?|time\s?points?|examinations?|exams?|studies|views?|panels?|sections?|scans?|dates?"
    r"|volumes?"
)
KIND = r"films?|radiographs?|x-rays?|mammograms?|photographs?|tomograms?|cts?|mris?|mrs?|ultrasounds?"
_NOUN = rf"(?:{PLAIN}|{KIND})"
_N = rf"(?:\d{{1,2}}|{'|'.join(list(NUMBER_WORDS)[1:13])})"
_ORDINAL = rf"(?:{'|'.join((*ORDINALS, *FIRST, *LAST, *BEFORE))})"
_PRE = (
    r"(?:,?\s*\b(?P<only>only|solely|exclusively)\s+)?"
    r"(?:\b(?:already\s+)?(?P<pre>on|in|at|by|from|of|for|within|since)\s+)?(?:the\s+)?"
)
_NAMES = re.compile(
    rf"(?P<not>,?\s*\b(?:but|and)?\s*not\s+)?{_PRE}(?:"
    rf"\b(?:no(?:ne)?\s+of|none\s+among)\s+(?:the\s+|these\s+)?(?:{_N}\s+)?(?P<none>{_NOUN})"
    rf"|(?:only\s+|just\s+|exactly\s+)?\b(?P<some>{_N})\s+(?:out\s+)?of\s+(?:the\s+|these\s+|all\s+)?(?P<among>{_N}\s+)?(?P<of>{_NOUN})"
    rf"|\b(?P<through>throughout|all through|at any (?:time|point)(?: in time)?|at all times|at each time|each time)"
    rf"(?:\s+the\s+(?:whole\s+|entire\s+)?(?:series|course|study|follow[- ]up))?"
    rf"|\b(?P<all>all|both|each|every|either|any)(?:\s+one)?(?:\s+of)?(?:\s+the|\s+these)?(?:\s+(?P<many>{_N}))?\s+(?P<alls>{_NOUN})"
    rf"|\b(?P<lead>first|last)\s+(?P<span>{_N})\s+(?:{_NOUN})"
    rf"|\b(?:{_NOUN})\s+(?:no\.?\s*|number\s+|#)?(?P<number>\d{{1,2}}(?![.,]?\d|\s*(?:mm|cm|ml))|one|two|three|four)(?:\s*(?P<join>,|and|or|to|through|-|–)\s*(?:{_NOUN}\s+)?(?P<second>\d{{1,2}}|two|three|four)(?![.,]?\d|\s*(?:mm|cm|ml)))?"
    rf"|\b(?P<nth>{_ORDINAL})\s+of\s+(?:the|these)\s+(?:{_N}\s+)?(?P<nths>{_NOUN})(?<=s)"
    rf"|\bv(?P<short>\d{{1,2}})\b|\bday\s+(?P<day>\d{{1,4}})\b"
    rf"|\b(?P<ordinal>{_ORDINAL})(?:\s*(?:and|or)\s*(?:the\s+)?(?P<and>{_ORDINAL}))?\s+(?:(?:chest|brain|follow-up|ct|mr|mri|pet|x-ray)\s+)?(?P<noun>{_NOUN})"
    rf"|(?<=\bthe\s)(?P<bare>{'|'.join(ORDINALS)})(?:\s+one)?(?=\s*(?:[.,;]|$|and\b|to\b"
    r"|(?:an?|is|was|shows?|showed|has|had|without|no|pa|ap|lateral|mlo|cc|t1|t2|flair|mediolateral|craniocaudal)\b))"
    rf"|\b(?P<base>baseline|follow[- ]up)(?=\s*[.,;]|\s*$|\s+(?:the|and)\b)"
    r")(?:\s+(?P<alone>only|alone))?\b",
    re.IGNORECASE,
)  # fmt: skip
_BETWEEN = re.compile(r"\bbetween\b|\b(?:after|before|later|earlier|than|apart|to that|that)\b", re.IGNORECASE)


@dataclass(frozen=True)
class Named:
    """Characters [start, end) of a sentence that name images `numbers`; `said`: how many it says that there are."""

    start: int
    end: int
    numbers: tuple[int, ...]
    mode: Mode = "each"
    count: int = 0
    said: int | None = None
    denied: bool = False
    alone: bool = False


def number(word: str) -> int:
    return int(word) if word.isdigit() else NUMBER_WORDS[word.lower()]


def named(sentence: str, total: int, days: Sequence[int | None] = ()) -> list[Named]:
    """What names images of a group of `total`, in the order of the sentence. `days`: when each was taken."""
    found = []
    for match in _NAMES.finditer(sentence):
        if match["day"]:
            on = [n for n, day in enumerate(days, 1) if day == int(match["day"])]
            found += [Named(*match.span(), tuple(on))] if on else []
            continue
        one = _one(match, total)
        if one is not None:
            found.append(one)
    return found


def _one(match: re.Match[str], total: int) -> Named | None:
    start, end = match.span()
    every = tuple(range(1, total + 1))
    noun = next((match[name] for name in ("none", "of", "alls", "noun") if match[name]), "")
    if noun and re.fullmatch(KIND, noun, re.IGNORECASE) and not match["pre"]:
        end = match.start(next(name for name in ("none", "of", "alls", "noun") if match[name]))  # its kind is said, too
    if match["none"]:
        return Named(start, end, every, "none")
    if match["some"]:
        said = number(match["among"].strip()) if match["among"] else None
        return Named(start, end, every, "some", number(match["some"]), said)
    if match["through"]:
        return Named(start, end, every)
    if match["all"]:
        said = number(match["many"]) if match["many"] else 2 if match["all"].lower() == "both" else None
        if said == 2 != total and not match["many"]:
            return None  # "on both views" of one of two breasts
        return Named(start, end, every, "each", said=said)
    numbers = _numbers(match, total)
    return Named(start, end, numbers, denied=bool(match["not"]), alone=bool(match["only"] or match["alone"]))


def _numbers(match: re.Match[str], total: int) -> tuple[int, ...]:
    if match["lead"]:
        count = number(match["span"])
        return tuple(range(1, count + 1) if match["lead"].lower() == "first" else range(total - count + 1, total + 1))
    if match["short"]:
        return (int(match["short"]),)
    if match["number"]:
        first = number(match["number"])
        second = number(match["second"]) if match["second"] else first
        if match["join"] in ("to", "through", "-", "–"):
            return tuple(range(first, second + 1))
        return (first, second) if second != first else (first,)
    words = [match[name] for name in ("ordinal", "and", "bare", "base", "nth") if match[name]]
    return tuple(_place(word.lower(), total) for word in words)


def _place(word: str, total: int) -> int:
    if word in ORDINALS:
        return ORDINALS[word]
    return 1 if word in FIRST else max(total - 1, 1) if word in BEFORE else total


def blanked(sentence: str, spans: list[tuple[int, int]]) -> str:
    """The sentence with blanks in place of these spans."""
    for start, end in spans:
        sentence = sentence[:start] + " " * (end - start) + sentence[end:]
    return sentence
