"""Where a text names a person: by what stands beside the name (`cues`), or by the name itself (`lists`)."""

import re
from collections.abc import Iterator

from transforms.text.people import cues
from transforms.text.people.likeness import CUED, HEAD, MIDDLE
from transforms.text.people.lists import after_titles, given, kind_of, like_a_name, things

VERSION = "3"
Span = tuple[int, int]

_LOWER, _TOP = "a-zà-öø-ÿąćęłńóśźżčďěňřšťůžăâîșțğışőűđıţ", "A-ZÀ-ÖØ-ÞĄĆĘŁŃÓŚŹŻČĎĚŇŘŠŤŮŽĂÂÎȘȚĞİŞŐŰĐŢ"
_CAP = rf"(?:(?:Mc|Mac|O['’]|D['’])?[{_TOP}][{_LOWER}]+(?:['’-][{_TOP}]?[{_LOWER}]+)*)"
_UPPER = rf"(?:[{_TOP}]{{2,}}(?:['’-][{_TOP}]+)*)"
_PARTICLE = (
    r"(?:van|vander|von|vom|zu|de|der|den|del|della|di|da|do|du|la|le|al|el|bin|ibn|te|ten|ter|op|dos|das|af|av|y|i)"
)
_PART = re.compile(
    rf"(?<![^\W\d_])(?:{_PARTICLE}[ \t]+){{0,2}}(?P<word>{_CAP}|{_UPPER}|[{_TOP}]\b(?!\.?[DN]\b)\.?)(?![\w])"
)
_GAP = re.compile(r"[ \t]+|,[ \t]*|\.(?=[ \t][A-Z])[ \t]*|\^+[ \t]*")
_AND = re.compile(r"[ \t]+(?:and|y|&|e)[ \t]+|;[ \t]*")
_CAPITAL = re.compile(rf"(?<![\w@./-])(?:{_CAP}|{_UPPER})(?![\w@]|\.\w)")
_OR = re.compile(rf"{_AND.pattern}|[ \t]*/[ \t]*")
_TWO = re.compile(rf"(?<![\w-])({_CAP})[ \t]+(?:and|y|e|&)[ \t]+({_CAP})(?![\w-])")
_NEXT = re.compile(r"(?:['’]s)?[ \t-]+(?:[^\W\d_]+[ \t]+)?([^\W\d_]+)")
_CARET = re.compile(r"(?<![^\W\d_])[^\W\d_][\w'-]{0,40}(?:\^+[^\W\d_][\w.'-]{0,40})+")
_SEGMENT = re.compile(r"(?m)^(?:PID|PV1|NK1|ORC|OBR|IN1)\|.*$")
_PAIR = re.compile(rf"(?<![\w-])({_CAP})[ \t]+({_CAP})(?![\w-])")
_CELL = re.compile(rf"({_CAP}|{_UPPER}),[ \t]*({_CAP})")
_GREETED = re.compile(rf"\s*({_CAP}),[ \t]+(?=[{_LOWER}])")
_COMMA = re.compile(rf"(?<![\w-])(?P<family>{_UPPER}(?:[ \t]{_UPPER})?),[ \t]+(?P<given>{_UPPER})(?![\w-])")
_FAMILY = re.compile(r",[ \t]*")
_GOING_ON = re.compile(r"[^\W_,][,]?[ \t]$")
_LONGEST = 5


def find(text: str) -> Iterator[Span]:
    """The spans of names. Titles, roles and degrees are left where they stand."""
    for start, end in _all(text):
        yield start, end - 2 * (text[start:end].endswith(("'s", "’s")))


def _all(text: str) -> Iterator[Span]:
    yield from _titled(text)
    yield from _labelled(text)
    yield from _told(text)
    yield from _carets(text)
    yield from _listed(text)
    yield from _worded(text)
    yield from _reversed(text)
    yield from _apart(text)
    yield from _of_files(text)


def _titled(text: str) -> Iterator[Span]:
    for match in cues.TITLE.finditer(text):
        yield from _run(text, match.end(), sure=True)
    for pattern in (cues.TITLE_UPPER, cues.DOCTOR_UPPER):
        for match in pattern.finditer(text):
            yield from _run(text, match.end())
    for match in cues.MONSIEUR.finditer(text):
        yield from _run(text, match.end(), listed=True)
    for match in cues.DEGREE.finditer(text):
        before = re.search(
            rf"(?<![\w.-])(?:{_PART.pattern.replace('?P<word>', '?:')}[ \t]+){{0,3}}{_PART.pattern}$",
            text[max(0, match.start() - 60) : match.start()],
        )
        if before is not None:
            yield from _run(text, max(0, match.start() - 60) + before.start())


def _labelled(text: str) -> Iterator[Span]:
    for match in cues.LABEL.finditer(text):
        spoken = _SPOKEN.match(text, match.end()) is not None  # "Radiologist: Pneumonia is there."
        yield from _run(text, match.end(), comma=True, listed=spoken)
    for match in cues.BARE_LABEL.finditer(text):
        yield from _run(text, match.end(), comma=True, listed=match.group().islower())
    for match in cues.INITIALS.finditer(text):
        yield match.span("part")
    for match in cues.WEAK_LABEL.finditer(text):
        yield from _run(text, match.end(), comma=True, listed=True)
    for match in cues.CLOSING.finditer(text):
        yield from _run(text, match.end())


def _told(text: str) -> Iterator[Span]:
    for pattern in (cues.VERB, cues.DIRECT, cues.KINSHIP, cues.AT, cues.ACTS, cues.MODAL):
        for match in pattern.finditer(text):
            spoken = not match.group().isupper() and match.group() != match.group().upper()
            spans = list(_run(text, match.end(), told=True, mixed=spoken))
            yield from spans
            while spans and (more := _AND.match(text, spans[-1][1])):
                spans = list(_run(text, more.end(), told=True))
                yield from spans
    for pattern in (cues.KIN_OTHERS, cues.VERB_OTHERS, cues.ROLE_HEAD, cues.ASKED, cues.NAMED):
        for match in pattern.finditer(text):
            yield from _run(text, match.end(), listed=True)
    yield from _of_roles(text)
    yield from _of_both(text)
    for match in _CAPITAL.finditer(text):
        if (cues.AFTER_LIKELY.match(text, match.end()) or _with_a_name(text, match)) and (
            like_a_name(match.group(), CUED) or match.group().casefold() in given()
        ):
            yield match.span()
        sure = cues.AFTER_SURE.match(text, match.end()) or cues.AFTER_PERSON.match(text, match.end())
        if sure and kind_of(match.group()) in ("name", "eponym", "other") and match.group()[1:].islower():
            yield match.span()
        elif cues.AGE.match(text, match.end()):
            yield from _aged(text, match)


def _of_roles(text: str) -> Iterator[Span]:
    """What has a capital after a role in lower case: assistant Maro, crew Teal/Harrow."""
    for match in cues.ROLE.finditer(text):
        part = _PART.match(text, match.end())
        if part is None or part.group("word").isupper() or kind_of(part.group("word")) == "none":
            continue
        spans = [] if _of_a_thing(text, part) else list(_run(text, match.end(), sure=True))
        yield from spans
        while spans and (more := _OR.match(text, spans[-1][1])):
            spans = list(_run(text, more.end(), told=True))
            yield from spans


def _of_both(text: str) -> Iterator[Span]:
    """Two that agree, of which one is like a name: Strand and Osei agree."""
    for match in _TWO.finditer(text):
        words = match.groups()
        like = [kind_of(word) == "name" or like_a_name(word, CUED) for word in words]
        like += [word.casefold() in given() or kind_of(word) == "eponym" for word in words]
        if any(like) and all(kind_of(word) not in ("none", "word") for word in words):
            if cues.BOTH.match(text, match.end()):
                yield match.span(1)
                yield match.span(2)


def _with_a_name(text: str, match: re.Match[str]) -> bool:
    """Whether a second name follows: Kerdoncuff and Oyelaran."""
    more = re.match(rf"(?:[ \t]+(?:and|y|e|et|und)[ \t]+|/)({_CAP})", text[match.end() : match.end() + 40])
    return more is not None and (kind_of(more.group(1)) == "name" or like_a_name(more.group(1), MIDDLE))


def _aged(text: str, last: re.Match[str]) -> Iterator[Span]:
    """Two words with capitals before an age: Iris Pond, 40 years old."""
    before = re.search(rf"(?<![\w-]){_CAP}[ \t]+$", text[max(0, last.start() - 40) : last.start()])
    if before is not None and not {"none", "word"} & {kind_of(before.group().strip()), kind_of(last.group())}:
        yield max(0, last.start() - 40) + before.start(), last.end()


def _carets(text: str) -> Iterator[Span]:
    """Names as DICOM and HL7 write them: FAMILY^GIVEN^MIDDLE."""
    segments = [match.span() for match in _SEGMENT.finditer(text)]
    for match in _CARET.finditer(text):
        listed = any(kind_of(part) in ("name", "eponym") for part in match.group().split("^") if part)
        if listed or any(start <= match.start() < end for start, end in segments):
            yield match.span()


def _listed(text: str) -> Iterator[Span]:
    """Names that are no other words, with what has capitals around them; not where they are the name of a thing."""
    found = list(_CAPITAL.finditer(text))
    done = 0
    for n, match in enumerate(found):
        if match.start() < done or not _is_listed(text, match) or _of_a_thing(text, match):
            continue
        first = max(0, n - _LONGEST)
        start, end = match.span()
        family = n and _FAMILY.fullmatch(text, found[n - 1].end(), start) and _alone(text, found[n - 1].start())
        if family and kind_of(found[n - 1].group()) != "none":
            start = found[n - 1].start()  # "Family, Given" of which only the second is known
        while n > first and _joined(text, found[n - 1], start) and _goes_with(text, found[n - 1], match.group()):
            n -= 1
            start = found[n].start()
        initial = re.search(rf"(?<![\w.-])(?:[{_TOP}]\.[ \t]*){{1,2}}$", text[max(0, start - 8) : start])
        start = max(0, start - 8) + initial.start() if initial else start
        run = next(_run(text, match.start(), comma=_alone(text, start)), (start, end))
        done = max(end, run[1])
        yield start, done


def _reversed(text: str) -> Iterator[Span]:
    """FAMILY, GIVEN anywhere in capitals, where the second is a known name."""
    for match in _COMMA.finditer(text):
        if kind_of(match.group("given")) == "name" and kind_of(match.group("family").split()[0]) not in (
            "none",
            "word",
        ):
            yield match.span()


def _of_files(text: str) -> Iterator[Span]:
    """Names in the name of a file, whatever their case: a known one, and the word beside it that is like one."""
    for file in _FILE.finditer(text):
        parts = [match for match in re.finditer(r"[^\W\d_]+", file.group()) if len(match.group()) > 2]
        known = [kind_of(part.group()) == "name" for part in parts]
        for n, part in enumerate(parts):
            beside = any(known[max(0, n - 1) : n + 2]) and part.group() not in _IN_FILES
            if known[n] or (beside and (kind_of(part.group()) == "eponym" or like_a_name(part.group(), CUED))):
                yield file.start() + part.start(), file.start() + part.end()


def _is_listed(text: str, match: re.Match[str]) -> bool:
    """Whether a word is a known name, or like one where not every word has a capital."""
    word = match.group()
    if word.isupper():
        return kind_of(word) == "name" and len(word) >= 4
    within = bool(_GOING_ON.search(text[max(0, match.start() - 3) : match.start()]))
    return kind_of(word) == "name" or like_a_name(word, MIDDLE if within else HEAD)


def _worded(text: str) -> Iterator[Span]:
    """A given name that is a word, too, before another word with a capital: Grace Black."""
    for match in _PAIR.finditer(text):
        first, last = match.groups()
        if first.casefold() in given() and kind_of(last) not in ("none", "word") and last.casefold() not in things():
            yield match.span()


def _apart(text: str) -> Iterator[Span]:
    """What stands by itself and looks like a name: two words with capitals, a cell "Family, Given", who a letter greets."""
    for match in _PAIR.finditer(text):
        first, last = match.groups()
        second = like_a_name(last, CUED) or kind_of(last) == "eponym"
        if like_a_name(first, CUED) and second and not _of_a_thing(text, match):
            yield match.span()
    cell = _CELL.fullmatch(text.strip())
    if cell and any(kind_of(word) == "name" or like_a_name(word, CUED) for word in cell.groups()):
        if not {"none", "word"} & {kind_of(word) for word in cell.groups()}:
            yield text.index(cell.group()), text.index(cell.group()) + len(cell.group())
    greeted = _GREETED.match(text)
    if greeted and like_a_name(greeted.group(1), CUED):
        yield greeted.span(1)


def _of_a_thing(text: str, match: re.Match[str]) -> bool:
    """Whether a noun such as "disease" follows, at once or after one word; or stands before, as in other languages."""
    if _CITED.match(text, match.end()) or _GRADE.match(text, match.end()):
        return True
    if cues.THING_OF.search(text[max(0, match.start() - 40) : match.start()]):
        return True
    if match.group().endswith(("'s", "’s")) and kind_of(match.group()) == "name" and _OWN.match(text, match.end()):
        return False
    after = _NEXT.match(text, match.end())
    near = re.match(r"(?:['’]s?)?[ \t-]+([^\W\d_]+)", text[match.end() : match.end() + 30])
    words = {found.group(1).casefold() for found in (after, near) if found is not None}
    return bool(words & things())


def _joined(text: str, before: re.Match[str], start: int) -> bool:
    return bool(re.fullmatch(r"[ \t]+(?:[A-Z]\.?[ \t]+)?", text[before.end() : start]))


def _goes_with(text: str, before: re.Match[str], name: str) -> bool:
    """Whether the word before a name is a part of it: a name, too, or one that does not just begin its sentence."""
    word = before.group()
    if len(word) < 2 or word.isupper() != name.isupper():
        return False
    if kind_of(word) not in ("none", "word") and (kind_of(word) != "other" or word.casefold() in given()):
        return True
    return kind_of(word) == "other" and (
        _alone(text, before.start()) or bool(_GOING_ON.search(text[max(0, before.start() - 3) : before.start()]))
    )


def _alone(text: str, start: int) -> bool:
    """Whether a name stands at the head of its line or cell, where "Family, Given" is written."""
    before = text[max(0, start - 40) : start]
    ahead = before.rstrip()
    return not before.rpartition("\n")[2].strip(" \t:|=-") or ahead.endswith((":", "|", "=")) or ahead[-1:].isdigit()


def _run(
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
    for n in range(_LONGEST):
        part = _PART.match(text, place)
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
    part = _PART.match(text, at)
    if part is None or _of_a_thing(text, part):
        return False
    kind = kind_of(part.group("word"))
    return kind == "name" or (kind == "other" and _WHEN.match(text, part.end()) is not None)


def _belongs(text: str, part: re.Match[str], n: int, sure: bool, told: bool, listed: bool, label: bool) -> bool:
    """Whether the next word is a part of a name of which n words were taken."""
    word = part.group("word")
    kind, initial = kind_of(word), len(word.strip(".")) == 1
    if initial:
        return n > 0 or bool(
            re.match(rf"[ \t]*(?:[{_TOP}]\.?[ \t]*)?(?:{_CAP}|{_UPPER})", text[part.end() : part.end() + 30])
        )
    if sure and n == 0:
        return word.casefold() not in after_titles() and (kind != "none" or word[1:].islower())
    if kind == "none" or (kind == "word" and not label and n == 0):
        return False
    if n == 0 and (listed or (told and word.isupper())):
        own = kind == "name" or like_a_name(word, CUED) or (word.casefold() in given() and not word.isupper())
        return own or bool(_AT.match(text, part.end()))
    if n == 0 and told:
        known = kind in ("name", "other") or word.casefold() in given()
        known = known or (kind == "eponym" and _REACHED.match(text, part.end()) is not None)
        return known and len(word) > 2 and not _of_a_thing(text, part)
    if word.isupper() and len(word) > 1 and n and kind == "other":
        return not re.match(r"[ \t]+[A-Z]{2,}", text[part.end() : part.end() + 12]) or len(word) > 5
    return True


_FILE = re.compile(
    r"(?<!\S)[\w-]{0,120}[_-][\w-]{1,120}\.(?:nii(?:\.gz)?|dcm|png|jpe?g|tiff?|bmp|mha|mhd|nrrd|csv|txt|pdf|mp4|avi|svs)\b"
)
_IN_FILES = frozenset({"flair", "axial", "sag", "cor", "tra", "dwi", "adc", "swi", "scan", "chest", "series"})
_CITED = re.compile(r"[ \t]+et[ \t]+al\b")  # the author of a paper, which is public
_SPOKEN = re.compile(rf"[^\W\d_]+['’]?[ \t]+[{_LOWER}]+[ \t.]")
_GRADE = re.compile(r"[ \t]+(?:[IVX]{2,4}[AaBb]?|[IVX]?V|[1-9][a-cA-C+]?|\d\d?/\d{1,3})(?=[ \t]*(?:[.,;)]|\n|$))")
"""Of a score that is called after somebody: Nemo II, Nemo 6/9."""
_OWN = re.compile(
    r"[ \t]+(?:\w+[ \t]+)?(?:drains?|catheters?|tubes?|lines?|stents?|fractures?|hernias?|lesions?|nodules?|nodes?|cysts?|"
    r"ulcers?|tumou?rs?|fingers?|splint|murmur|test|tests|scale|lens|system|repair|operation|procedure|collar|muscle|bone)\b"
)
"""What somebody has, where a name that stands for no thing is before it."""
_WHEN = re.compile(r"[ \t]+(?i:on|at)[ \t]+(?:\d|\[DATE)")
_REACHED = re.compile(r"[ \t]+(?:at|on|by phone|by telephone)[ \t]+[\d+(\[]")
_SHOUTED = re.compile(rf"[{_TOP}]{{5,}}")
_AT = re.compile(r"[ \t]+AT[ \t]+\d")
