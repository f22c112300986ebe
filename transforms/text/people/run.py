"""A name that begins at a place of a text: which words belong to it, and which are the name of a thing."""

import re
from collections.abc import Iterator

from transforms.text.people import cues
from transforms.text.people.likeness import CUED
from transforms.text.people.lists import after_titles, given, kind_of, like_a_name, medical, things

Span = tuple[int, int]

LOWER, TOP = "a-zà-öø-ÿąćęłńóśźżčďěňřšťůžăâîșțğışőűđıţ", "A-ZÀ-ÖØ-ÞĄĆĘŁŃÓŚŹŻČĎĚŇŘŠŤŮŽĂÂÎȘȚĞİŞŐŰĐŢ"
CAP = rf"(?:(?:Mc|Mac|O['’]|D['’])?[{TOP}][{LOWER}]+(?:['’-][{TOP}]?[{LOWER}]+)*)"
UPPER = rf"(?:[{TOP}]{{2,}}(?:['’-][{TOP}]+)*)"
_PARTICLE = (
    r"(?:van|vander|von|vom|zu|de|der|den|del|della|di|da|do|du|la|le|al|el|bin|ibn|te|ten|ter|op|dos|das|af|av|y|i)"
)
PART = re.compile(
    rf"(?<![^\W\d_])(?:{_PARTICLE}[ \t]+){{0,2}}(?P<word>{CAP}|{UPPER}|[{TOP}]\b(?!\.?[DN]\b)\.?)(?![\w])"
)
_GAP = re.compile(r"[ \t]+|,[ \t]*|\.(?=[ \t][A-Z])[ \t]*|\^+[ \t]*")
_NEXT = re.compile(r"(?:['’]s)?[ \t-]+(?:[^\W\d_]+[ \t]+)?([^\W\d_]+)")
LONGEST = 5
_CITED = re.compile(r"[ \t]+et[ \t]+al\b")  # the author of a paper, which is public
_GRADE = re.compile(r"[ \t]+(?:[IVX]{2,4}[AaBb]?|[IVX]?V|[1-9][a-cA-C+]?|\d\d?/\d{1,3})(?=[ \t]*(?:[.,;)]|\n|$))")
"""Of a score that is called after somebody: Nemo II, Nemo 6/9."""
_OWN = re.compile(
    r"[ \t]+(?:\w+[ \t]+)?(?:drains?|catheters?|tubes?|lines?|stents?|fractures?|hernias?|lesions?|nodules?|nodes?|"
    r"cysts?|ulcers?|tumou?rs?|fingers?|splint|murmur|test|tests|scale|lens|system|repair|operation|procedure|collar|bone)\b"
)
"""What somebody has, where a name that stands for no thing is before it."""
_WHEN = re.compile(r"[ \t]+(?i:on|at)[ \t]+(?:\d|\[DATE)")
_REACHED = re.compile(r"[ \t]+(?:at|on|by phone|by telephone)[ \t]+[\d+(\[]")
_ENDS = re.compile(r"[ \t]*(?:[.,;)]|\n|$)")
_SHOUTED = re.compile(rf"[{TOP}]{{5,}}")
_AT = re.compile(r"[ \t]+AT[ \t]+\d")


def run(
    text: str,
    at: int,
    *,
    sure: bool = False,
    comma: bool = False,
    told: bool = False,
    listed: bool = False,
    mixed: bool = False,
) -> Iterator[Span]:
    """The name that begins at a place, if one does. `sure`: a title stands before it, so that any first word is one;
    `comma`: it may be "Family, Given"; `told`: only a verb stands before it; `listed`: its first word must be known."""
    start = end = None
    upper: bool | None = None
    place = at
    for n in range(LONGEST):
        part = PART.match(text, place)
        if part is None or not _belongs(
            text, part, n, sure, told and not (mixed and _SHOUTED.fullmatch(part.group("word"))), listed, comma
        ):
            break
        word = part.group("word")
        if len(word) > 2:
            if upper not in (None, word.isupper()):
                break
            upper = word.isupper()
        start = part.start() if start is None else start
        end = part.end("word") - (word.endswith(".") and len(word) > 2)
        gap = _GAP.match(text, part.end())
        if gap is None or (gap.group().startswith(",") and not (comma or _initial_or_name(text, gap.end()))):
            break
        if gap.group().startswith(".") and len(word.strip(".")) > 1:
            break
        comma = comma and not gap.group().startswith(",")
        place = gap.end()
    if start is not None and end is not None and re.search(r"[^\W\d_]{2,}", text[start:end]):
        yield start, end


def _initial_or_name(text: str, at: int) -> bool:
    """Whether a given name follows a comma: it is known, or followed by when."""
    part = PART.match(text, at)
    if part is None or of_a_thing(text, part):
        return False
    kind = kind_of(part.group("word"))
    return kind == "name" or (kind == "other" and _WHEN.match(text, part.end()) is not None)


def _belongs(text: str, part: re.Match[str], n: int, sure: bool, told: bool, listed: bool, label: bool) -> bool:
    """Whether the next word is a part of a name of which n words were taken."""
    word = part.group("word")
    kind, initial = kind_of(word), len(word.strip(".")) == 1
    if initial:
        return n > 0 or bool(
            re.match(rf"[ \t]*(?:[{TOP}]\.?[ \t]*)?(?:{CAP}|{UPPER})", text[part.end() : part.end() + 30])
        )
    if sure and n == 0:
        return word.casefold() not in after_titles() and (kind != "none" or word[1:].islower())
    if kind == "none" and n and word.casefold() in medical() and _ENDS.match(text, part.end()):
        return not word.isupper()  # a surname: Wanda Marrow.
    if kind == "none" or (kind == "word" and not label and n == 0):
        return False
    if n == 0 and (listed or (told and word.isupper())):
        own = kind == "name" or like_a_name(word, CUED) or (word.casefold() in given() and not word.isupper())
        return own or bool(_AT.match(text, part.end()))
    if n == 0 and told:
        known = kind in ("name", "other") or word.casefold() in given()
        known = known or (kind == "eponym" and _REACHED.match(text, part.end()) is not None)
        return known and len(word) > 2 and word.casefold() not in things() and not of_a_thing(text, part)
    if word.isupper() and len(word) > 1 and n and kind == "other":
        return not re.match(r"[ \t]+[A-Z]{2,}", text[part.end() : part.end() + 12]) or len(word) > 5
    return True


def of_a_thing(text: str, match: re.Match[str]) -> bool:
    """Whether a noun such as "disease" follows, at once or after one word; or stands before, as in other languages."""
    if _CITED.match(text, match.end()) or _GRADE.match(text, match.end()):
        return True
    named = re.match(rf"[ \t]+({CAP})", text[match.end() : match.end() + 40])  # placas de Nemo, and of Nadia Nemo
    whole = named is not None and kind_of(named.group(1)) == kind_of(match.group()) == "name"
    if cues.THING_OF.search(text[max(0, match.start() - 40) : match.start()]) and not whole:
        return True
    if match.group().endswith(("'s", "’s")) and kind_of(match.group()) == "name" and _OWN.match(text, match.end()):
        return False
    after = _NEXT.match(text, match.end())
    near = re.match(r"(?:['’]s?)?[ \t-]+([^\W\d_]+)", text[match.end() : match.end() + 30])
    words = {found.group(1).casefold() for found in (after, near) if found is not None}
    return bool(words & things())
