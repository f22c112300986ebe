"""What a reader would stumble over in a text that we wrote: its articles, its verbs, its capitals, its repetitions.

Knows the names of the label space and nothing of the writers: `faults(text, space)` finds what is wrong by itself.
"""

import re
from collections.abc import Iterator
from functools import lru_cache

from schemas import LabelSpace
from transforms.text import lay

SENTENCE = re.compile(r"[^.!?\n]+(?:\.(?=\d)[^.!?\n]+)*[.!?]?")
REPORTED = re.compile(r" (?:was|were) reported as .*$")
"""A source's own value, which is written as the source writes it."""
ARTICLE = re.compile(r"(?:\b(an?)|(?:^|(?<=\. ))(An?)) ([A-Za-z][\w-]*)")
SOUNDS_CONSONANT = re.compile(r"(?:eu|uni(?!n|d)|us[eu]|ut[ei]|ur[ei]|one\b|once\b)", re.IGNORECASE)
SOUNDS_VOWEL = re.compile(r"hour|hono|heir", re.IGNORECASE)
READ_AS_WORDS = re.compile(r"(?:COVID|SARS|FLAIR|PET|SPECT|HER|HuH)")
DOUBLED = re.compile(r"\b([a-z]+)[ -]+\1\b", re.IGNORECASE)
LOWER = re.compile(r"\b(?:bi-rads|ct|covid|ecg|isup|mri?|oct|pet|pi-rads|qrs|qt|st-t|ti-rads|x-ray)\b")
ROMAN = re.compile(r"\b(?:segment|type) [ivx]+\b")
UNNATURAL = re.compile(
    r"\b(?:image image|imaging image|photography image|radiography image|not told|hearts|brains|livers|"
    r"(?<!foreign )(?<!loose )bodies|medical imaging|imaging slice|microscopy microscopy|about at least)\b",
    re.IGNORECASE,
)  # fmt: skip
SINGULAR = ("is", "lies", "covers", "has", "measures", "was", "does", "lasts")
PLURAL = ("are", "lie", "cover", "have", "measure", "were", "do")
NO_SUBJECT = re.compile(
    r"\b(?:of|between|in|on|at|than|as|to|with|inside|within|beside|next|from|by|for|that|which|marks|encloses|shows?|"
    r"is|are|does|do|can) (?:the |an? |this |these )?(?:largest )?$", re.IGNORECASE
)  # fmt: skip
LIST_FIRST = re.compile(r"^(?:Outlined|Shown|Marked) (is|are) (.*)$")
MEASURED = re.compile(r"\s*(?:an area of )?-?\d")
"""After a verb: "covers 3 mm² and the spleen covers" are two clauses."""
UNSAID = re.compile(r"\b(?:left|right) part of the image(?! \(the patient's)")


Names = tuple[re.Pattern[str], frozenset[str]]


def names(space: LabelSpace) -> Names:
    """A pattern for "<name> <verb>", the longest name first; the names that are plurals, lower case."""
    if "tests.grammar" not in space.memo:
        space.memo["tests.grammar"] = _names(space)
    found: Names = space.memo["tests.grammar"]
    return found


def _names(space: LabelSpace) -> Names:
    plain = [lay.entry(space, e) for e in space]
    many = frozenset(e.plural.lower() for e in (*space, *plain) if e.plural)
    one = {e.concept.label.lower() for e in (*space, *plain) if e.facet != "modality"}
    every = sorted(one | many, key=lambda name: (-len(name), name))
    verbs = "|".join((*SINGULAR, *PLURAL))
    return re.compile(rf"(?<![\w-])({'|'.join(map(re.escape, every))}) ({verbs})\b", re.IGNORECASE), many


def faults(text: str, space: LabelSpace) -> list[str]:
    """What is wrong with a text, each as the words that are."""
    return sorted({fault for part in SENTENCE.findall(text) for fault in _sentence(part.strip(), space)})


@lru_cache(maxsize=1)
def _bare() -> re.Pattern[str]:
    """A plain name of what can be counted, as the first words of a sentence and without an article: reports say
    "Pneumothorax is absent", nobody says "Pocket of air is absent"."""
    counted = [one["name"] for one in lay.names().values() if one.get("plural") and not one.get("mass")]
    return re.compile(rf"(?:neither )?({'|'.join(map(re.escape, counted))}) (?:is|are|and|or|nor)\b", re.IGNORECASE)


def frameless(text: str) -> list[str]:
    """Places in a slice's picture whose left or right is nobody's."""
    return [match.group() for match in UNSAID.finditer(text)]


def repeated(text: str) -> list[str]:
    """Sentences that a text has twice, but for one on each of several things that have no names of their own."""
    said = [part.strip() for part in SENTENCE.findall(text)]
    return sorted({part for part in said if said.count(part) > 1 and not re.match(r"A .* is marked at", part)})


def _sentence(sentence: str, space: LabelSpace) -> Iterator[str]:
    own = REPORTED.sub("", sentence)
    yield from (match.group() for match in ARTICLE.finditer(own) if not _sounds(match))
    for pattern in (DOUBLED, LOWER, ROMAN, UNNATURAL):
        yield from (match.group() for match in pattern.finditer(own))
    small = own[:1].isalpha() and own[:1].islower() and "- " not in own
    if small or re.search(r"\s[,.;?!]|\s{2,}|\bno no\b", own):
        yield own
    if bare := _bare().match(own):
        yield bare.group()
    yield from _verbs(own, space)


def _sounds(match: re.Match[str]) -> bool:
    """Whether the article fits the word after it."""
    word = match[3]
    first = word.split("-")[0]
    if (len(first) == 1 or (first[:2].isupper() and first.isalnum())) and not READ_AS_WORDS.match(word):
        vowel = first[0].upper() in "AEFHILMNORSX"
    else:
        vowel = bool(SOUNDS_VOWEL.match(word)) or (word[0].lower() in "aeiou" and not SOUNDS_CONSONANT.match(word))
    return vowel == ((match[1] or match[2]).lower() == "an")


def _verbs(sentence: str, space: LabelSpace) -> Iterator[str]:
    pattern, many = names(space)
    for match in pattern.finditer(sentence):
        before = sentence[: match.start()]
        if NO_SUBJECT.search(before) and not re.search(r"[,;] (?:and )?(?:the |an? )?$", before):
            continue
        if match[2] == "does" and re.search(r"\bhow many (?:[\w-]+ )*$", before, re.IGNORECASE):
            continue  # "How many colonic glands does this image show?": the image is what does
        clause = re.split(r"[;:.]|\b(?:is|are|lies|lie|covers|cover)\b", before)[-1]
        if re.search(r"\b(?:between|centres of|within|of) ", clause):
            continue  # the verb is that of what stands before: "the distance between ..."
        joined = re.search(r"\band (?:the |an? |\w+ )?$", clause) and not MEASURED.match(clause)
        several = match[1].lower() in many or bool(joined)
        if several != (match[2] in PLURAL):
            yield match.group()
    listed = LIST_FIRST.match(sentence)
    if listed:
        rest = listed[2].rstrip(".")
        counted = re.match(r"(?:two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|\d+) ", rest)
        several = " and " in rest or rest.startswith("both ") or bool(counted) or rest.lower() in many
        single = rest.removeprefix("the ").removeprefix("a ").lower() in space.slugs and rest.lower() not in many
        if (several and not single) != (listed[1] == "are"):
            yield sentence[:60]
