"""The words that the claim check understands, apart from the concepts: `vocabulary.yaml`, in the spelling of `plain`."""

import re
from functools import lru_cache
from pathlib import Path
from typing import Any

import yaml

from transforms.checks.claims.spelling import plain

_COUNTING = """zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen
seventeen eighteen nineteen"""
_TENS = "twenty thirty forty fifty sixty seventy eighty ninety"
NUMBER_WORDS = {word: value for value, word in enumerate(_COUNTING.split())} | {
    word: 10 * value for value, word in enumerate(_TENS.split(), 2)
}

# How to read a unit: the unit of facts, and the factor to it.
_UNITS: dict[tuple[str, float], str] = {
    ("mm", 1): "mm|mms|millimetre|millimeter|millimetres|millimeters", ("mm", 1e-3): "µm|μm|um|micron|microns|micrometre|"
    "micrometres|micrometer|micrometers",
    ("mm", 10): "cm|cms|centimetre|centimeter|centimetres|centimeters", ("mm", 25.4): "inch|inches",
    ("mm", 1000): "m|metre|metres|meter|meters",
    ("mm2", 1): "mm²|mm2|mm^2|sq mm|sq. mm|square millimetres|square millimeters|square millimetre|square millimeter|"
    "square mm|mm squared|millimetres squared",
    ("mm2", 100): "cm²|cm2|cm^2|sq cm|sq. cm|square cm|square centimetres|square centimeters|square centimetre|"
    "square centimeter|cm squared",
    ("mL", 1e-3): "mm³|mm3|mm^3|cubic millimetres|cubic millimeters|cubic mm",
    ("mL", 1): "ml|cc|ccs|cm³|cm3|cm^3|cubic centimetres|cubic centimeters|cubic centimetre|cubic centimeter|cubic cm|"
    "millilitre|milliliter|millilitres|milliliters|mls",
    ("mL", 10): "cl|centilitre|centilitres", ("mL", 100): "dl|decilitre|decilitres|deciliter|deciliters",
    ("mL", 1000): "l|litre|litres|liter|liters",
    ("px", 1): "px|pixel|pixels", ("px2", 1): "px²|px2|px^2|square pixels|square px|pixels squared",
    ("HU", 1): "hu|hounsfield units|hounsfield unit|hounsfield|h.u.",
    ("pieces", 1): "pieces|separate pieces|connected pieces|separate parts|disconnected pieces",
    ("bpm", 1): "bpm|beats per minute|beats a minute|beats/min|beats/minute|beats in a minute|/min|per minute",
    ("ms", 1): "ms|milliseconds|millisecond|msec|msecs", ("ms", 1000): "seconds|second|s|sec|secs",
    ("%", 1): "%|percent|per cent", ("degrees", 1): "degrees|degree|°", ("kg", 1): "kg|kilograms|kilogram|g|grams",
}  # fmt: skip
UNITS: dict[str, tuple[str, float]] = {name: unit for unit, names in _UNITS.items() for name in names.split("|")}

GREATER = tuple(
    [
        "more than",
        "greater than",
        "larger than",
        "longer than",
        "over",
        "exceeding",
        "at least",
        "above",
        ">",
        "≥",
        ">=",
        "no less than",
        "not less than",
        "in excess of",
        "upwards of",
        "wider than",
        "no fewer than",
        "exceeds",
        "higher than",
        "beyond",
        "bigger than",
        "just above",
    ]
)
LESS = tuple(
    [
        "less than",
        "smaller than",
        "shorter than",
        "under",
        "below",
        "at most",
        "up to",
        "<",
        "≤",
        "<=",
        "no more than",
        "not more than",
        "fewer than",
        "within",
        "lower than",
        "not exceeding",
        "just below",
    ]
)
ABOUT = tuple(
    [
        "about",
        "around",
        "approximately",
        "approx.",
        "approx",
        "roughly",
        "some",
        "nearly",
        "almost",
        "close to",
        "circa",
        "ca.",
        "ca",
        "just over",
        "just under",
        "a little over",
        "a little under",
        "slightly over",
        "slightly under",
        "slightly more than",
        "slightly less than",
        "~",
        "≈",
        "an estimated",
        "in the region of",
        "in the order of",
        "on the order of",
        "somewhere around",
        "not quite",
        "a bit more than",
        "a bit less than",
        "a shade under",
        "a shade over",
        "a touch over",
        "a touch under",
        "a little more than",
        "a little less than",
        "near",
        "well nigh",
        "something like",
        "in the neighbourhood of",
        "in the vicinity of",
        "just about",
        "just shy of",
    ]
)
SMALL_UNITS = {"sub-centimetre": ("mm", 10.0), "subcentimetre": ("mm", 10.0), "sub-centimeter": ("mm", 10.0),
               "subcentimeter": ("mm", 10.0), "sub-centimetric": ("mm", 10.0), "sub-millimetre": ("mm", 1.0),
               "sub-cm": ("mm", 10.0), "subcentimetric": ("mm", 10.0), "sub-litre": ("mL", 1000.0)}  # fmt: skip
"""Words that say that something measures less than one of a unit."""


def word_set(text: str) -> frozenset[str]:
    """The words of a text, in one spelling, as a set."""
    return frozenset(plain(word) for word in text.split())


@lru_cache(maxsize=1)
def vocabulary() -> dict[str, Any]:
    """vocabulary.yaml, as it stands."""
    text = (Path(__file__).parent / "vocabulary.yaml").read_text(encoding="utf-8")
    found: dict[str, Any] = yaml.load(text, Loader=getattr(yaml, "CSafeLoader", yaml.SafeLoader))
    return found


_VOCABULARY = vocabulary()
_INNER = ("in", "along", "on", "by", "at")
_OWN = ("", "its ", "the ", "their ")


def _phrases() -> dict[str, str]:
    """{phrase: role}; a measure is also said with a preposition: "in its long axis", "by volume"."""
    found: dict[str, str] = {}
    for role, phrases in _VOCABULARY["phrases"].items():
        for phrase in phrases.split("|"):
            found.setdefault(phrase, role)
            if role in ("m:long_axis", "m:short_axis", "m:diameter", "m:area", "m:volume", "m:intensity"):
                found |= {f"{before} {own}{phrase}": role for before in _INNER for own in _OWN}
    for slug, words in _VOCABULARY["ratings"].items():
        for phrase, (low, high) in words.items():
            found.setdefault(phrase, f"rate:{slug}:{low}:{high}")
    return found


PHRASES = _phrases()
PLANES = {name: plane for plane, names in _VOCABULARY["planes"].items() for name in names.split("|")}
ADJECTIVES: dict[str, str] = _VOCABULARY["adjectives"]
NAMES: dict[str, tuple[str, ...]] = {slug: tuple(names.split("|")) for slug, names in _VOCABULARY["names"].items()}
INTERVALS: dict[str, tuple[str, ...]] = {
    slug: tuple(names.split("|")) for slug, names in _VOCABULARY["intervals"].items()
}
ANAPHORS = frozenset(plain(word) for word in _VOCABULARY["anaphors"].split("|"))
PARTS = word_set(_VOCABULARY["parts"])
CONDITION = word_set(_VOCABULARY["shift"]["sentence"])
"""Words that make a sentence no assertion at all."""
SHIFT = word_set(_VOCABULARY["shift"]["clause"]) - PARTS
"""Words that make a clause no assertion about what is shown: other times, universals."""
NEUTRAL = word_set(_VOCABULARY["neutral"]) - SHIFT - CONDITION - PARTS

IMAGES = word_set(
    "image slice section scan clip view picture frame photograph cut study examination tomogram field photo film exam"
)
VERBS = word_set(
    """
    is are was were be lies lie lying sits sit measures measure measured measuring spans spanning covers cover
    covering occupies has have shows show contains contain harbours holds touches abuts borders exceeds
    demonstrates reaches appears encloses rates rate belongs comes averages had amounts extends takes occupy depicts
    exceed remains stands reveals displays resides received runs equals counts totals represents portrays
    """
)
"""Verbs that open a new clause after a comma or "and"."""

FINITE = VERBS - {"lying", "measuring", "spanning", "covering"}
PRONOUNS = word_set("it they its their which that there both whose this these former latter")
NEAREST = word_set("which whose where that")
"""Words that speak of the thing named last, not of the sentence's subject."""
BREAKS = word_set("; : but while whereas although though which whose however yet - — – where whilst")
POST_NOUN = word_set(
    "visible annotated labelled labeled outlined separate distinct individual shown marked small large big tiny little"
    " sizeable sizable discrete identified delineated segmented depicted different said aforementioned dominant main"
    " adjacent entire whole principal chief main human visible complete"
)
"""Words allowed between a number and the noun that it counts."""
ADVERB = re.compile(r"^[a-z]{3,}ly$")
GRADED = word_set(
    "mildly moderately severely markedly minimally grossly diffusely bilaterally unilaterally acutely chronically"
    " partially early family only likely unlikely homogeneously heterogeneously densely poorly abnormally irregularly"
    " completely entirely focally avidly anomaly intensely partly mostly hardly barely previously formerly surgically"
    " usually normally wrongly falsely allegedly possibly probably presumably newly belly"
)
"""Adverbs that say something of what is shown; others do not."""
