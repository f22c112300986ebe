"""Which words are names: of people, of diseases and devices called after people, or of neither."""

import re
import unicodedata
from functools import cache, lru_cache
from importlib import resources
from typing import Literal

from transforms.text.people.likeness import CUED, LEAST, likeness

Kind = Literal["name", "eponym", "none", "word", "other"]
_NEVER_ENDS = re.compile(
    r"(?:ology|ologist|ologists|iatry|iatrics|surgery|surgical|graphy|grams?|scopy|ectomy|itis|osis|oma|omas|emia|uria|"
    r"pathy|plasty|tomy|ment|tion|sion|ness|ity|ance|ence|ical|ous|ing)$"
)

_FOREIGN = re.compile("[ığşćčđłńśźżřšťůžășțåøæðþőű]")
"""Letters that no word of the languages that are read has: a word of theirs with a capital is somebody's name."""


@cache
def names() -> frozenset[str]:
    """Given names and surnames that are no other word, in lower case."""
    return _lines("names.txt")


@cache
def eponyms() -> frozenset[str]:
    """Names that stand for a thing as a rule, in lower case."""
    return _lines("eponyms.txt")


@cache
def unlike() -> frozenset[str]:
    """Words and drugs that look like names and are none, in lower case."""
    return _lines("unlike.txt")


@cache
def never() -> frozenset[str]:
    """Words that are no part of a name in a report, whatever stands beside them but a title."""
    return _lines("never.txt")


@cache
def things() -> frozenset[str]:
    """What a name before them, or one word further, is the name of: of a thing and of nobody."""
    return _lines("things.txt")


@cache
def given() -> frozenset[str]:
    """Given names that are words, too."""
    return _lines("given.txt")


@cache
def worded() -> frozenset[str]:
    """Names that are words, too, most of them surnames, in lower case."""
    return _lines("worded.txt")


@cache
def medical() -> frozenset[str]:
    """Words of medicine that hardly anybody is called, in lower case."""
    return _lines("medical.txt")


@cache
def after_titles() -> frozenset[str]:
    """What follows a title and is no name."""
    return _lines("after_titles.txt")


def _lines(file: str) -> frozenset[str]:
    text = (resources.files(__package__) / file).read_text(encoding="utf-8")
    return frozenset(word for line in text.splitlines() if not line.startswith("#") for word in line.split())


@lru_cache(maxsize=1 << 14)  # names of files and folders are of few words
def kind_of(word: str) -> Kind:
    """What a word is, whatever its case; of one with a hyphen, what any of its parts is."""
    bare = plain(word)
    if bare in never():
        return "none"
    if bare in eponyms():
        return "eponym"
    if bare in medical():
        return "none"
    if _FOREIGN.search(bare):
        return "name"
    parts = [part for part in re.split(r"[-'’]", bare) if part]
    if any(part in eponyms() for part in parts):
        return "eponym"
    if bare in names() or (len(parts) > 1 and any(part in names() for part in parts)):
        return "name"
    double = re.fullmatch(r"[^\W\d_a-z][a-z]+-[^\W\d_a-z][a-z]+", word) is not None  # Mei-Ling
    return "word" if _NEVER_ENDS.search(bare) and not double else "other"


def plain(word: str) -> str:
    """A word without its possessive, in lower case."""
    return re.sub(r"['’]s$", "", word.strip(".,'’")).casefold()


def like_a_name(word: str, least: int) -> bool:
    """Whether a word that no list has looks like a name (`likeness`): each of its parts, of one with a hyphen."""
    bare = plain(word)
    if bare in unlike():
        return False
    if least <= CUED:  # something stands beside it: names of the lists that it learned from have no accents
        bare = unaccented(bare)
    parts = [part for part in re.split(r"[-'’]", bare) if len(part) >= LEAST]
    return kind_of(word) == "other" and bool(parts) and all(likeness(part) >= least for part in parts)


def unaccented(word: str) -> str:
    """A word without the accents of its letters."""
    return "".join(letter for letter in unicodedata.normalize("NFD", word) if not unicodedata.combining(letter))
