"""The words that the claim check understands beside the concepts: `vocabulary.yaml`, in the spelling of `plain`."""

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
UNITS: dict[str, tuple[str, float]] = {
    name: (unit, float(factor))
    for unit, by_factor in _VOCABULARY["units"].items()
    for factor, names in by_factor.items()
    for name in names.split("|")
}  # fmt: skip
"""How to read a unit: the unit of facts, and the factor to it."""
AMOUNTS = [
    "pg",
    "ng",
    "µg",
    "μg",
    "ug",
    "mcg",
    "mg",
    "g",
    "u",
    "iu",
    "miu",
    "mu",
    "mmol",
    "µmol",
    "μmol",
    "umol",
    "nmol",
    "pmol",
    "meq",
]
PER = ["ml", "dl", "l", "kg", "m²", "m2"]
RATES = frozenset(f"{amount}/{per}" for amount in AMOUNTS for per in PER) - UNITS.keys()
"""Concentrations: units of what a laboratory measures, which only a source states."""
UNITS |= {one: (one, 1.0) for one in RATES} | {f"{a} per {b}": (f"{a}/{b}", 1.0) for a in AMOUNTS for b in PER}
GREATER, LESS, ABOUT, ABOVE, BELOW, INCLUSIVE = (
    tuple(_VOCABULARY["bounds"][name].split("|"))
    for name in ("greater", "less", "about", "above", "below", "inclusive")
)
SMALL_UNITS: dict[str, tuple[str, float]] = {name: tuple(one) for name, one in _VOCABULARY["less_than_one"].items()}
"""Words that say that something measures less than one of a unit."""
_VERBS = frozenset(_VOCABULARY["verbs"].split("|"))
"""Verbs of one thing that open phrases; they are read of several things as well: "rests against", "rest against"."""
_INNER = ("in", "along", "on", "by", "at")
_OWN = ("", "its ", "the ", "their ")


_SINCE = tuple(part.split("|") for part in _VOCABULARY["other_visit"])
_OUTSIDE = tuple(part.split("|") for part in _VOCABULARY["out_of_reach"])


def _of_several(phrase: str) -> str | None:
    """ "rest against", of "rests against": what a phrase is of several things, where it begins with a verb."""
    verb, _, rest = phrase.partition(" ")
    if verb not in _VERBS:
        return None
    many = re.sub(r"(?<=ss|ch)es$|(?<=o)es$|(?<=.)s$", "", re.sub(r"(?<=..)ies$", "ys", verb))
    return f"{many} {rest}".strip()


def _phrases() -> dict[str, str]:
    """{phrase: role}; a measure is also said with a preposition: "in its long axis", "by volume"."""
    found: dict[str, str] = {}
    for role, phrases in _VOCABULARY["phrases"].items():
        for phrase in phrases.split("|"):
            found.setdefault(phrase, role)
            if many := _of_several(phrase):
                found.setdefault(many, role)
            if role in ("m:long_axis", "m:short_axis", "m:diameter", "m:area", "m:volume", "m:intensity"):
                found |= {f"{before} {own}{phrase}": role for before in _INNER for own in _OWN}
    for before in _SINCE[0]:
        for which in _SINCE[1]:
            for what in _SINCE[2]:
                found.setdefault(" ".join(f"{before} {which} {what}".split()), "since")
    for before in _OUTSIDE[0]:
        for what in _OUTSIDE[1]:
            found.setdefault(f"{before} this {what}", "neg:post")
            found.setdefault(f"{before} the {what}", "neg:post")
    for slug, words in _VOCABULARY["ratings"].items():
        for phrase, (low, high) in words.items():
            found.setdefault(phrase, f"rate:{slug}:{low}:{high}")
    return found


PHRASES = _phrases()
PLANES = {name: plane for plane, names in _VOCABULARY["planes"].items() for name in names.split("|")}
ADJECTIVES: dict[str, str] = _VOCABULARY["adjectives"]
NAMES: dict[str, tuple[str, ...]] = {
    slug: tuple(names.split("|")) for slug, names in (_VOCABULARY["names"] | _VOCABULARY["intervals"]).items()
}
CALLED: dict[str, tuple[str, ...]] = {slug: tuple(names.split("|")) for slug, names in _VOCABULARY["called"].items()}
"""Further names, for scenes that speak of the concept."""
CASED = frozenset(
    name.lower() for names in (*NAMES.values(), *CALLED.values()) for name in names if name.isupper() and len(name) < 4
)
"""Short names that are names in capitals alone: "AS" is a stenosis, "as" is a word."""
INTERVALS: dict[str, tuple[str, ...]] = {
    slug: tuple(names.split("|")) for slug, names in _VOCABULARY["intervals"].items()
}
HEADS: dict[str, tuple[str, ...]] = {plain(one): tuple(names.split("|")) for one, names in _VOCABULARY["heads"].items()}
"""Other words for the last word of a name."""


def _properties() -> dict[str, list[tuple[str, bool]]]:
    """{adjective: [(last word of the finding that it says, whether it says that it is there)]}."""
    found: dict[str, list[tuple[str, bool]]] = {}
    for head, words in _VOCABULARY["properties"].items():
        said, _, denied = words.partition(" - ")
        for phrase in said.split("|"):
            found.setdefault(phrase, []).append((plain(head), True))
        for phrase in denied.split("|") if denied else ():
            found.setdefault(phrase, []).append((plain(head), False))
    return found


PROPERTIES = _properties()
UNNAMED = word_set(_VOCABULARY["unnamed"])
"""Last words of names that name nothing by themselves."""
GROWTHS: tuple[str, ...] = tuple(_VOCABULARY["growths"].split("|"))
ANY_GROWTH: tuple[str, ...] = tuple(_VOCABULARY["tumors"].split("|"))
ABBREVIATIONS: dict[str, tuple[str, ...]] = {
    full: tuple(short.split("|")) for full, short in _VOCABULARY["abbreviations"].items()
}
VALUES: dict[str, dict[str, tuple[str, ...]]] = {
    name: {value: tuple(others.split("|")) if others else () for value, others in group.items()}
    for name, group in _VOCABULARY["values"].items()
}
"""Part of a stated name -> its values -> other words for them: of one thing stated, each excludes the others."""
STEPS: dict[str, dict[str, tuple[str, ...]]] = {
    name: {step: tuple(words.split("|")) for step, words in steps.items()}
    for name, steps in _VOCABULARY["steps"].items()
}
"""Part of the name of a grade -> its steps -> words for them."""
COMPOSED: dict[str, list[tuple[str, str]]] = {}
"""Material -> (the word of a place, the finding that it is there)."""
for _names, _places in _VOCABULARY["composed"].items():
    for _name in _names.split("|"):
        for _slug, _where in _places.items():
            COMPOSED.setdefault(plain(_name), []).extend((plain(_one), _slug) for _one in _where.split())
LEVELS: dict[tuple[str, ...], dict[str, tuple[float, float]]] = {
    tuple(word.split()): {name: (float(low), float(high)) for name, (low, high) in one.items()}
    for word, one in _VOCABULARY["levels"].items()
}
"""Words for how much, by what they are said of."""
ANAPHORS = frozenset(plain(word) for word in _VOCABULARY["anaphors"].split("|"))
PARTS = word_set(_VOCABULARY["parts"])
CONDITION = word_set(_VOCABULARY["shift"]["sentence"])
"""Words that make a sentence no assertion at all."""
SHIFT = word_set(_VOCABULARY["shift"]["clause"]) - PARTS
"""Words that make a clause no assertion about what is shown: other times, universals."""
NEWLY = word_set(_VOCABULARY["shift"]["now"]) - PARTS
"""Words that say how what is there today came to be, or how much of it."""
NEUTRAL = word_set(_VOCABULARY["neutral"]) - SHIFT - NEWLY - CONDITION - PARTS
TELLING_FORMS = word_set(_VOCABULARY["telling_forms"])
"""Forms of harmless words that say something of what is shown."""
DENYING = word_set(_VOCABULARY["denying"])
"""Words that may turn a clause round: where one is not understood, the clause asserts nothing."""
DESCRIBING = re.compile(r"(?:ous|ive|al|ic|ly|able|ible|less|ful|oid|ular|[aeiou][a-z]+ish)$|"
                        r"^(?:mild|moderate|severe|dense|thin|thick|broad|diffuse|acute|fresh|sub\w+|hazy|bright|dark|"
                        r"patchy|coarse|fine|prominent|extensive|clustered|grouped|scattered)$")  # fmt: skip
"""The shape of words that can only describe."""

REGIONS = word_set("head brain neck thorax chest abdomen pelvis upper_limb lower_limb breast eye retina")
"""Slugs of what a whole picture is of: one of them is not seen in a picture of another that it is no part of."""
IMAGES = word_set(
    "image slice section scan clip view picture frame photograph cut study examination tomogram field photo film exam"
    " slide smear"
)
VERBS = word_set(
    """
    is are was were be being lies lie lying sits sit measures measure measured measuring spans spanning covers cover
    covering occupies has have shows show contains contain harbours holds touches abuts borders exceeds
    demonstrates reaches appears encloses rates rate belongs comes averages had amounts extends takes occupy depicts
    hold holds fill fills number numbers corrects account accounts exceed remains stands reveals displays resides
    received runs equals counts totals represents portrays come weigh weighs
    """
)
"""Verbs that open a new clause after a comma or "and"."""

FINITE = VERBS - {"lying", "measuring", "spanning", "covering"}
PRONOUNS = word_set("it they its their which that there both whose this these former latter")
NEAREST = word_set("which whose where that")
"""Words that speak of the thing named last, not of the sentence's subject."""
BREAKS = word_set("; : but while whereas although though which whose however yet - — – where whilst because")
POST_NOUN = word_set(
    "visible annotated labelled labeled outlined separate distinct individual shown marked small large big tiny little"
    " sizeable sizable discrete identified delineated segmented depicted different said aforementioned dominant main"
    " adjacent entire whole principal chief main human visible complete"
)
"""Words allowed between a number and the noun that it counts."""
SHOWN = word_set(
    """
    visible seen shown outlined annotated present marked detected depicted displayed identified segmented delineated
    counted drawn labelled found boxed circled placed inserted named listed mentioned described reported recognised in
    here there noted recorded observed imaged pictured altogether given stated included measured traced called captured
    viewed taken made acquired obtained performed examined covered contoured recognisable identifiable discernible
    """
)
"""What is said of a thing to say that it is there, and no more."""
ADVERB = re.compile(r"^[a-z]{3,}ly$")
GRADED = word_set(
    "mildly moderately severely markedly minimally grossly diffusely bilaterally unilaterally acutely chronically"
    " partially early family only likely unlikely homogeneously heterogeneously densely poorly abnormally irregularly"
    " completely entirely focally avidly anomaly intensely partly mostly hardly barely previously formerly surgically"
    " usually normally wrongly falsely allegedly possibly probably presumably newly belly"
)
"""Adverbs that say something of what is shown; others do not."""
READ = (
    NEUTRAL
    | SHIFT
    | NEWLY
    | CONDITION
    | PARTS
    | DENYING
    | VERBS
    | PRONOUNS
    | BREAKS
    | POST_NOUN
    | GRADED
    | IMAGES
    | REGIONS
)
"""Words that are read as such, whatever a scene's names have in common with them."""
