"""Dates in free text: where they stand, and each moved by a number of days in the form in which it was written."""

import re
from datetime import date, timedelta

_MONTHS = {
    "en": ["january", "february", "march", "april", "may", "june", "july",
           "august", "september", "october", "november", "december"],
    "es": ["enero", "febrero", "marzo", "abril", "mayo", "junio", "julio",
           "agosto", "septiembre", "octubre", "noviembre", "diciembre"],
    "fr": ["janvier", "février", "mars", "avril", "mai", "juin", "juillet",
           "août", "septembre", "octobre", "novembre", "décembre"],
    "de": ["januar", "februar", "märz", "april", "mai", "juni", "juli",
           "august", "september", "oktober", "november", "dezember"],
}  # fmt: skip
_SHORT = ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"]
_NUMBER = {name: n for names in (*_MONTHS.values(), _SHORT) for n, name in enumerate(names, 1)} | {
    "sept": 9,
    "setiembre": 9,
}

_LONG = "|".join(name.capitalize() for name in _MONTHS["en"])
_BRIEF = "|".join(name.capitalize() for name in (*_SHORT, "sept"))
_NAMED = rf"(?:{_LONG}|{_LONG.upper()}|(?:{_BRIEF})\.?|{_BRIEF.upper()})(?![a-z])"
_NOT_ENGLISH = {name for language in ("es", "fr", "de") for name in _MONTHS[language]} | {"setiembre"}
_OTHERS = "(?i:" + "|".join(sorted(_NOT_ENGLISH, key=lambda name: (-len(name), name))) + ")"
_DAY = r"(?:[12]\d|3[01]|0?[1-9])(?:st|nd|rd|th|\.?º|er)?"
_YEAR = r"(?:19|20)\d\d"
_CLOCK = r"(?:,?\s+(?:at\s+|a las\s+)?\d{1,2}:\d\d(?::\d\d)?(?:\s?[ap]\.?m\b\.?)?)?"
_WEEKDAY = (
    r"(?:(?i:\b(?:(?:mon|tues?|wed(?:nes)?|thu(?:rs?)?|fri|sat(?:ur)?|sun)(?:day)?|(?:mon|diens|donners|frei|sams|sonn)tag|"
    r"mittwoch|lundi|mardi|mercredi|jeudi|vendredi|samedi|dimanche|lunes|martes|miércoles|jueves|viernes|sábado|domingo)"
    r"\.?,?\s+))?"
)
_D, _M = r"(?:0?[1-9]|[12]\d|3[01])", r"(?:0?[1-9]|1[0-2])"
UNITS = r"(?!\s*(?:mm|cm|ml|x\b|%|years?|months?|weeks?|days?|lymph|nodes?|scale|strength|cores?|biops))"
_BEFORE = (
    r"(?i:\b(?:on|dated|performed|comparison:?|since|from|prior(?: of)?|films? of|study of|exam of|ct|mri?|scan|"
    r"admitted|discharged|"
    r"head|chest|abdomen|sent|taken|seen|done|visit|appointment|el|del)\s+)"
)
RULES: tuple[str, ...] = (
    rf"(?<![^\W_])(?<![./-]){_YEAR}([-/.]){_M}\1{_D}(?![\d/-]){_CLOCK}",
    rf"(?<![\w./-])(?:{_D}([-/.]){_M}|{_M}([-/.]){_D})(?:\1|\2)(?:{_YEAR}|\d\d)(?![\d/-]){_CLOCK}",
    rf"(?<![\w./-]){_M}/{_YEAR}(?![\d/])",
    rf"(?<![\w./-]){_M}/{_YEAR}(?:,|\s+(?:and|y|e|&|or|o))\s+(?P<part>{_M}/\d\d)(?![\d/]){UNITS}",
    rf"(?<![^\W_])(?<!\.){_YEAR}(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])(?!\d)",
    rf"{_WEEKDAY}\b{_NAMED}\s+{_DAY}(?:,?\s+{_YEAR})?\b(?![.,]\d){UNITS}{_CLOCK}",
    rf"{_WEEKDAY}(?<![\w.]){_DAY}(?:\s+of)?[\s-]+{_NAMED}(?:,?[\s-]+(?:{_YEAR}|\d\d(?!\s*(?:mm|cm))))?\b{_CLOCK}",
    rf"\b{_NAMED},?\s+{_YEAR}\b",
    rf"{_WEEKDAY}(?<![\w.])(?:{_DAY}(?:\s+de|\.)?\s*)?(?<![^\W\d]){_OTHERS}(?:\s+del?)?\s+{_YEAR}\b{_CLOCK}",
    rf"{_WEEKDAY}(?<![\w.]){_DAY}\.?\s+(?:de\s+)?{_OTHERS}\b(?!\s+de\s+\d)",
    rf"(?i:\b(?:am|vom|bis|zum|seit|ab|den)\s+)(?P<part>{_D}\.{_M}\.)(?!\d)",
    rf"{_BEFORE}(?P<part>(?:{_M}/{_D}|{_D}/{_M})(?:/\d\d)?)(?![\d/-]){UNITS}(?!\s*(?:of|nodes|[A-Za-z]+ nodes))",
    rf"(?i:\b(?:in|since|until|during)\s+(?:early\s+|late\s+|mid-?\s?)?)(?P<part>{_LONG})\b",
)
"""Patterns; of one with a `part`, that alone is the date. Years alone are none (45 CFR 164.514(b)(2)(i)(C))."""

_LED = re.compile(_WEEKDAY)
_ISO = re.compile(r"(\d{4})([-/.]?)(\d{1,2})\2(\d{1,2})")
_PARTED = re.compile(r"(\d{1,2})([-/.])(\d{1,2})\2(\d{4}|\d{2})")
_WORDS = re.compile(
    r"(?P<day>\d{1,2})(?:st|nd|rd|th)?(?: of)?[\s-]+(?P<month>[^\W\d_]{3,})\.?,?(?P<gap>[\s-]+)(?P<year>\d{4})"
)
_FIRST = re.compile(r"(?P<month>[^\W\d_]{3,})\.?\s+(?P<day>\d{1,2})(?:st|nd|rd|th)?,?\s+(?P<year>\d{4})")
_SPANISH = re.compile(r"(?P<day>\d{1,2})\.? (?:de )?(?P<month>[^\W\d_]+) (?:del? )?(?P<year>\d{4})")


def day_first(text: str) -> bool:
    """Whether dates of a text are written day first: one in it can be read in no other way, or points part them."""
    parted = [match.groups() for match in _PARTED.finditer(text)]
    if any(int(first) > 12 for first, *_ in parted):
        return True
    return (
        bool(parted)
        and all(int(second) <= 12 for _, _, second, _ in parted)
        and all(gap == "." for _, gap, *_ in parted)
    )


def moved(written: str, days: int, first_is_day: bool) -> str | None:
    """A date `days` later, in the form in which it was written; None of one that lacks its day or its year, and of what
    is no date (31 February). A time of day goes on."""
    written = _LED.sub("", written)  # the day of the week would tell by how much, up to weeks
    for pattern in (_ISO, _PARTED, _WORDS, _FIRST, _SPANISH):
        if (found := pattern.match(written)) is not None:
            break
    else:
        return None
    try:
        return _written(found, days, first_is_day) + written[found.end() :]
    except (ValueError, KeyError, OverflowError):
        return None


def _written(found: re.Match[str], days: int, first_is_day: bool) -> str:
    delta = timedelta(days=days)
    if found.re is _ISO:
        year, gap, month, day = found.groups()
        new = date(int(year), int(month), int(day)) + delta
        return f"{new.year:04}{gap}{new.month:0{len(month)}}{gap}{new.day:0{len(day)}}"
    if found.re is _PARTED:
        first, gap, second, year = found.groups()
        day, month = (first, second) if first_is_day or int(first) > 12 else (second, first)
        whole = int(year) if len(year) == 4 else 2000 + int(year)
        new = date(whole, int(month), int(day)) + delta
        parts = (new.day, new.month) if day is first else (new.month, new.day)
        return f"{parts[0]:0{len(first)}}{gap}{parts[1]:0{len(second)}}{gap}{str(new.year)[-len(year) :]}"
    names = found.groupdict()
    new = date(int(names["year"]), _NUMBER[names["month"].casefold()], int(names["day"])) + delta
    text = found.group()
    for name, value in (("year", str(new.year)), ("month", _like(names["month"], new.month)), ("day", str(new.day))):
        start, end = found.start(name) - found.start(), found.end(name) - found.start()
        text = _cut(text, names[name], value, start, end)
    return text


def _cut(text: str, old: str, new: str, start: int, end: int) -> str:
    at = start if text[start:end] == old else text.index(old)
    return text[:at] + new + text[at + len(old) :]


def _like(month: str, number: int) -> str:
    """The name of a month in the language, length and case of another."""
    low = month.casefold()
    names = _SHORT if low in (*_SHORT, "sept") else next((m for m in _MONTHS.values() if low in m), _MONTHS["es"])
    found = names[number - 1]
    return found.upper() if month.isupper() else found.capitalize() if month[0].isupper() else found
