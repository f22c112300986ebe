"""Where a text names a person: by what stands beside the name (`cues`), or by the name itself (`lists`)."""

import re
from collections.abc import Iterator

from transforms.text.people import cues, everyday
from transforms.text.people.likeness import CUED, HEAD, MIDDLE
from transforms.text.people.lists import given, kind_of, like_a_name, things
from transforms.text.people.run import CAP, LONGEST, LOWER, PART, TOP, UPPER, Span, of_a_thing, run

VERSION = "5"

_AND = re.compile(r"[ \t]+(?:and|y|&|e)[ \t]+|;[ \t]*")
_CAPITAL = re.compile(rf"(?<![\w@./-])(?:{CAP}|{UPPER})(?![\w@]|\.\w)")
_OR = re.compile(rf"{_AND.pattern}|[ \t]*/[ \t]*")
_TWO = re.compile(rf"(?<![\w-])({CAP})[ \t]+(?:and|y|e|&)[ \t]+({CAP})(?![\w-])")
_CARET = re.compile(r"(?<![^\W\d_])[^\W\d_][\w'-]{0,40}(?:\^+[^\W\d_][\w.'-]{0,40})+")
_SEGMENT = re.compile(r"(?m)^(?:PID|PV1|NK1|ORC|OBR|IN1)\|.*$")
_PAIR = re.compile(rf"(?<![\w-])({CAP})[ \t]+({CAP})(?![\w-])")
_CELL = re.compile(rf"({CAP}|{UPPER}),[ \t]*({CAP})")
_GREETED = re.compile(rf"\s*({CAP}),[ \t]+(?=[{LOWER}])")
_COMMA = re.compile(rf"(?<![\w-])(?P<family>{UPPER}(?:[ \t]{UPPER})?),[ \t]+(?P<given>{UPPER})(?![\w-])")
_FAMILY = re.compile(r",[ \t]*")
_GOING_ON = re.compile(r"[^\W_,][,]?[ \t]$")


_ANN_ARBOR = re.compile(r"\bann[ \t]+arbor\b", re.IGNORECASE)  # a staging of lymphoma, called after the town


def find(text: str) -> Iterator[Span]:
    """The spans of names. Titles, roles and degrees are left where they stand."""
    towns = [one.span() for one in _ANN_ARBOR.finditer(text)]
    for start, end in _all(text):
        if not any(start < last and first < end for first, last in towns):
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
    yield from everyday.find(text)


def _titled(text: str) -> Iterator[Span]:
    for match in cues.TITLE.finditer(text):
        yield from run(text, match.end(), sure=True)
    for pattern in (cues.TITLE_UPPER, cues.DOCTOR_UPPER):
        for match in pattern.finditer(text):
            yield from run(text, match.end())
    for match in cues.MONSIEUR.finditer(text):
        yield from run(text, match.end(), listed=True)
    for match in cues.DEGREE.finditer(text):
        before = re.search(
            rf"(?<![\w.-])(?:{PART.pattern.replace('?P<word>', '?:')}[ \t]+){{0,3}}{PART.pattern}$",
            text[max(0, match.start() - 60) : match.start()],
        )
        if before is not None:
            yield from run(text, max(0, match.start() - 60) + before.start())


def _labelled(text: str) -> Iterator[Span]:
    for match in cues.LABEL.finditer(text):
        spoken = _SPOKEN.match(text, match.end()) is not None  # "Radiologist: Pneumonia is there."
        yield from run(text, match.end(), comma=True, listed=spoken)
    for match in cues.BARE_LABEL.finditer(text):
        yield from run(text, match.end(), comma=True, listed=match.group().islower())
    for match in cues.INITIALS.finditer(text):
        yield match.span("part")
    for match in cues.WEAK_LABEL.finditer(text):
        yield from run(text, match.end(), comma=True, listed=True)
    for match in cues.CLOSING.finditer(text):
        yield from run(text, match.end())


def _told(text: str) -> Iterator[Span]:
    for pattern in (cues.VERB, cues.DIRECT, cues.KINSHIP, cues.AT, cues.ACTS, cues.MODAL):
        for match in pattern.finditer(text):
            spoken = not match.group().isupper() and match.group() != match.group().upper()
            spans = list(run(text, match.end(), told=True, mixed=spoken))
            yield from spans
            while spans and (more := _AND.match(text, spans[-1][1])):
                spans = list(run(text, more.end(), told=True))
                yield from spans
    for pattern in (cues.KIN_OTHERS, cues.VERB_OTHERS, cues.ROLE_HEAD, cues.ASKED, cues.NAMED):
        for match in pattern.finditer(text):
            yield from run(text, match.end(), listed=True)
    yield from _of_roles(text)
    yield from _of_both(text)
    for match in _CAPITAL.finditer(text):
        if (cues.AFTER_LIKELY.match(text, match.end()) or _with_a_name(text, match)) and (
            like_a_name(match.group(), CUED) or match.group().casefold() in given()
        ):
            yield _begun(text, match.start()), match.end()
        sure = cues.AFTER_SURE.match(text, match.end()) or cues.AFTER_PERSON.match(text, match.end())
        if sure and kind_of(match.group()) in ("name", "eponym", "other") and match.group()[1:].islower():
            yield _begun(text, match.start()), match.end()
        elif cues.AGE.match(text, match.end()):
            yield from _aged(text, match)


def _begun(text: str, start: int) -> int:
    """Where a name begins whose last word is at `start`: a known one may stand before it."""
    at = max(0, start - 40)
    before = re.search(rf"(?<![\w-])({CAP})[ \t]+$", text[at:start])
    known = before is not None and (kind_of(before.group(1)) == "name" or before.group(1).casefold() in given())
    return at + before.start() if before is not None and known else start


def _of_roles(text: str) -> Iterator[Span]:
    """What has a capital after a role in lower case: assistant Maro, crew Teal/Harrow."""
    for match in cues.ROLE.finditer(text):
        part = PART.match(text, match.end())
        if part is None or part.group("word").isupper() or kind_of(part.group("word")) == "none":
            continue
        spans = [] if of_a_thing(text, part) else list(run(text, match.end(), sure=True))
        yield from spans
        while spans and (more := _OR.match(text, spans[-1][1])):
            spans = list(run(text, more.end(), told=True))
            yield from spans


def _of_both(text: str) -> Iterator[Span]:
    """Two that agree, of which one is like a name: Strand and Osei agree."""
    for match in _TWO.finditer(text):
        words = match.groups()
        like = [kind_of(word) == "name" or like_a_name(word, CUED) for word in words]
        like += [word.casefold() in given() or kind_of(word) == "eponym" for word in words]
        whole = any(like) and all(kind_of(word) not in ("none", "word") for word in words)
        if whole and cues.BOTH.match(text, match.end()):
            yield match.span(1)
            yield match.span(2)


def _with_a_name(text: str, match: re.Match[str]) -> bool:
    """Whether a second name follows: Kerdoncuff and Oyelaran."""
    more = re.match(rf"(?:[ \t]+(?:and|y|e|et|und)[ \t]+|/)({CAP})", text[match.end() : match.end() + 40])
    return more is not None and (kind_of(more.group(1)) == "name" or like_a_name(more.group(1), MIDDLE))


def _aged(text: str, last: re.Match[str]) -> Iterator[Span]:
    """Two words with capitals before an age: Iris Pond, 40 years old."""
    before = re.search(rf"(?<![\w-]){CAP}[ \t]+$", text[max(0, last.start() - 40) : last.start()])
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
        if match.start() < done or not _is_listed(text, match) or of_a_thing(text, match):
            continue
        first = max(0, n - LONGEST)
        start, end = match.span()
        family = n and _FAMILY.fullmatch(text, found[n - 1].end(), start) and _alone(text, found[n - 1].start())
        if family and kind_of(found[n - 1].group()) != "none":
            start = found[n - 1].start()  # "Family, Given" of which only the second is known
        while n > first and _joined(text, found[n - 1], start) and _goes_with(text, found[n - 1], match.group()):
            n -= 1
            start = found[n].start()
        initial = re.search(rf"(?<![\w.-])(?:[{TOP}]\.[ \t]*){{1,2}}$", text[max(0, start - 8) : start])
        start = max(0, start - 8) + initial.start() if initial else start
        whole = next(run(text, match.start(), comma=_alone(text, start)), (start, end))
        done = max(end, whole[1])
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
    """What looks like a name by itself: two words with capitals, a cell "Family, Given", who a letter greets."""
    for match in _PAIR.finditer(text):
        first, last = match.groups()
        second = like_a_name(last, CUED) or kind_of(last) == "eponym"
        if like_a_name(first, CUED) and second and not of_a_thing(text, match):
            yield match.span()
    cell = _CELL.fullmatch(text.strip())
    parts = cell.groups() if cell else ()
    known = any(kind_of(word) == "name" or like_a_name(word, CUED) for word in parts)
    if cell and known and not {"none", "word"} & {kind_of(word) for word in parts}:
        yield text.index(cell.group()), text.index(cell.group()) + len(cell.group())
    greeted = _GREETED.match(text)
    if greeted and like_a_name(greeted.group(1), CUED):
        yield greeted.span(1)


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


_FILE = re.compile(
    r"(?<!\S)[\w-]{0,120}[_-][\w-]{1,120}\.(?:nii(?:\.gz)?|dcm|png|jpe?g|tiff?|bmp|mha|mhd|nrrd|csv|txt|pdf|mp4|avi|svs)\b"
)
_IN_FILES = frozenset({"flair", "axial", "sag", "cor", "tra", "dwi", "adc", "swi", "scan", "chest", "series"})
_SPOKEN = re.compile(rf"[^\W\d_]+['’]?[ \t]+[{LOWER}]+[ \t.]")
