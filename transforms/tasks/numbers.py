"""The numbers that an answer gives: in digits or words, with a sign, an exponent and a unit, none of them a bound."""

import re
import unicodedata

from transforms.facts.format import SCALE

UNIT_WORDS = {
    "zero": 0, "one": 1, "two": 2, "three": 3, "four": 4, "five": 5, "six": 6, "seven": 7, "eight": 8, "nine": 9,
    "ten": 10, "eleven": 11, "twelve": 12, "thirteen": 13, "fourteen": 14, "fifteen": 15, "sixteen": 16,
    "seventeen": 17, "eighteen": 18, "nineteen": 19,
}  # fmt: skip
TENS = {
    "twenty": 20, "thirty": 30, "forty": 40, "fifty": 50, "sixty": 60, "seventy": 70, "eighty": 80, "ninety": 90,
}  # fmt: skip
OTHER = {"single": 1, "twice": 2, "double": 2, "thrice": 3, "triple": 3}
WORDS = {**UNIT_WORDS, **TENS, **OTHER}
UNITS: dict[str, tuple[str, float]] = {
    "mm": ("length", 1), "millimetre": ("length", 1), "cm": ("length", 10), "centimetre": ("length", 10),
    "m": ("length", 1000), "metre": ("length", 1000), "um": ("length", 0.001), "micrometre": ("length", 0.001),
    "mm2": ("area", 1), "square millimetre": ("area", 1), "cm2": ("area", 100), "square centimetre": ("area", 100),
    "m2": ("area", 1e6), "square metre": ("area", 1e6), "um2": ("area", 1e-6),
    "ml": ("volume", 1), "millilitre": ("volume", 1), "cc": ("volume", 1), "cm3": ("volume", 1),
    "mm3": ("volume", 0.001), "l": ("volume", 1000), "litre": ("volume", 1000), "cubic centimetre": ("volume", 1),
    "cubic millimetre": ("volume", 0.001), "m3": ("volume", 1e6), "dl": ("volume", 100),
    "ms": ("time", 1), "millisecond": ("time", 1), "s": ("time", 1000), "second": ("time", 1000),
    "hu": ("density", 1), "hounsfield unit": ("density", 1), "px": ("pixels", 1), "pixel": ("pixels", 1),
    "px2": ("pixels of area", 1), "square pixel": ("pixels of area", 1), "%": ("share", 1), "percent": ("share", 1),
    "bpm": ("rate", 1), "degree": ("angle", 1), "deg": ("angle", 1), "°": ("angle", 1), "kg": ("mass", 1),
}  # fmt: skip
"""Unit -> what it measures, and in how many of the smallest common unit. Plurals and US spelling are read as well."""
SIGNED = frozenset({"density"})
"""Where a value may be less than nothing, so that a dash before it is a sign, and not that of a list."""
WHOLE = r"(?:\d{1,3}(?:,\d{3})+|\d+)(?:\.\d+)?"
NUMBER = rf"-?{WHOLE}"
_QUANTITY = re.compile(rf"(?<![a-z\d])({NUMBER}(?:e[+-]?\d+)?)\s*((?:square |cubic )?[a-zµ%°]+[23]?)?")
_NUMBERED = re.compile(r"\b(?:image|slice|frame) \d+")
_ASIDE = re.compile(r"\((?!or\b)[^()]*\)")
_WORD = re.compile(r"[a-z]+")
_COUNTED = rf"(?:\d|(?:{'|'.join(WORDS)})\b)"
_BOUND = re.compile(
    r"(?:\b(?:(?:less|more|fewer|greater|smaller|larger|bigger|higher|lower|longer|shorter|wider|other) than"
    r"(?: or equal to)?|at (?:least|most)|up to|no (?:less|more)|over|under|above|below|beyond|exceed(?:s|ing)?"
    rf"|minimum(?: of)?|maximum(?: of)?)|[<>≤≥])=?\s*(?:(?:the|a|about|around|some)\s+)*-?\s?{_COUNTED}"
)
_BOUND_BEHIND = re.compile(
    rf"(?:\d|\b(?:{'|'.join(WORDS)}))[ \w%²³°]{{0,20}}?\s*(?:\b(?:or|and) (?:more|less|fewer|greater|smaller|larger"
    r"|above|below|over)|\bat (?:least|most))\b(?!\s*[\d-])|\d\+(?!\d)"
)
_POWER = re.compile(r"(?<=\d)\s*[x×·*]\s*10\s*(?:(?:\^|\*\*)\s*([-+−]?\d+)|([⁻⁺]?[⁰¹²³⁴-⁹]+))")
_RAISED = str.maketrans("⁰¹²³⁴⁵⁶⁷⁸⁹⁻⁺−", "0123456789-+-")
_MINUS = re.compile(r"\b(?:minus|negative)\s+(?=\d)")
_DASH = re.compile(r"(?<!\d)(?<!\d )- (?=\d)")
_COMMA = re.compile(r"(?<![\d.,])(\d+),(\d{1,2})(?![\d.,]*\d)")
_COMPOUND = re.compile(rf"\b({'|'.join(TENS)})[- ]({'|'.join(list(UNIT_WORDS)[1:10])})\b")


def digits(text: str) -> str:
    """A text in lower case with its numbers written one way: "minus 17" as "-17", "19,6" as "19.6", "2 x 10^4" as
    "2e4", "twenty-one" as "21"."""
    text = _POWER.sub(lambda found: "e" + (found[1] or found[2]).translate(_RAISED), text)
    text = unicodedata.normalize("NFKC", text).casefold().replace("−", "-")
    text = _COMMA.sub(r"\1.\2", _MINUS.sub("-", text))
    return _COMPOUND.sub(lambda found: str(TENS[found[1]] + UNIT_WORDS[found[2]]), text)


def spelt(text: str) -> str:
    """A text whose words for numbers are digits."""
    return _WORD.sub(lambda found: str(WORDS.get(found[0], found[0])), digits(text))


def bounds(answer: str) -> bool:
    """Whether an answer says what a number is more or less than, and not which it is."""
    text = digits(answer)
    return bool(_BOUND.search(text) or _BOUND_BEHIND.search(text))


def numbers(answer: str, unit: str | None) -> list[float]:
    """The numbers of an answer in a unit; one without a unit is taken to be in it. Where some have that unit, those
    without are something else. Percent are hundredths where no unit is wanted."""
    text = digits(answer)
    if scale := SCALE.match(unit or ""):
        marks = rf"({NUMBER})\s*(?:/|out of|of)\s*{scale[1]}\b"
        if rated := re.findall(marks, text):
            return [float(number) for number in rated]
        unit = None
    text = _without(_ASIDE, _without(_NUMBERED, text)) if unit is None else text
    quantity, factor = _unit(unit) or (unit, 1.0)
    text = _DASH.sub("-", text) if quantity in SIGNED else text
    with_unit: list[float] = []
    bare: list[float] = []
    for number, name in _QUANTITY.findall(text):
        value, known = float(number.replace(",", "")), _unit(name)
        if known is None:
            bare.append(value)
        elif known[0] == quantity:
            with_unit.append(value * known[1] / factor)
        elif unit is None and not scale and known[0] == "share":
            bare.append(value / 100)
    if not with_unit and not bare:
        bare = [float(WORDS[word]) for word in _WORD.findall(text) if word in WORDS]
    return with_unit or bare


def _without(what: re.Pattern[str], text: str) -> str:
    """A text without some of its parts, if there are numbers in the rest."""
    rest = what.sub(" ", text)
    return rest if re.search(r"\d", rest) or not WORDS.keys().isdisjoint(_WORD.findall(rest)) else text


def _unit(name: str | None) -> tuple[str, float] | None:
    if not name:
        return None
    plain_name = name.casefold().replace("µ", "u").replace("μ", "u").strip()
    for spelling in (plain_name, plain_name.removesuffix("s")):
        british = re.sub(r"(met|lit)er$", r"\1re", spelling)
        if british in UNITS:
            return UNITS[british]
    return None
