"""English: articles, numbers, and verbs that agree with their subject."""

from collections.abc import Mapping
from types import MappingProxyType

from schemas import Entry

NUMBERS = ["zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve"]
VOWEL = ("a", "e", "i", "o", "u", "hour", "hono")
CONSONANT = ("eu", "unicorn", "unif", "unil", "unio", "uniq", "unit", "univ", "one", "ure", "uri", "ute", "usu")
"""Openings that are written with a vowel and spoken with a consonant: "a ureter"."""
SPELT = frozenset("AEFHILMNORSX")
"""Letters whose names begin with a vowel: "an MR image", "an X-ray angiogram", but "a PET image"."""
SPOKEN = ("COVID", "FLAIR", "SPECT", "PET", "SARS", "HuH", "HER2")  # acronyms read as words

SINGULAR: Mapping[str, str] = MappingProxyType({
    "is": "is", "Is": "Is", "was": "was", "lies": "lies", "does": "does", "Does": "Does", "covers": "covers",
    "has": "has", "marks": "marks", "this": "This is", "counts": "counts", "measures": "measures", "it": "it",
    "its": "its", "lasts": "lasts", "comes": "comes",
})  # fmt: skip
PLURAL: Mapping[str, str] = MappingProxyType({
    "is": "are", "Is": "Are", "was": "were", "lies": "lie", "does": "do", "Does": "Do", "covers": "cover",
    "has": "have", "marks": "mark", "this": "These are", "counts": "count", "measures": "measure", "it": "they",
    "its": "their", "lasts": "last", "comes": "come",
})  # fmt: skip


IRREGULAR: Mapping[str, str] = MappingProxyType({"is": "are", "was": "were", "has": "have", "does": "do"})


def agree(verb: str, many: bool) -> str:
    """A verb in the third person, "lies", "touches", "occupies", as its subject wants it."""
    if not many:
        return verb
    if verb in IRREGULAR:
        return IRREGULAR[verb]
    if verb.endswith("ies") and len(verb) > 4:
        return verb[:-3] + "y"
    return verb[:-2] if verb.endswith(("ches", "shes", "sses", "xes")) else verb[:-1]


def verbs(many: bool) -> Mapping[str, str]:
    """What stands for {is}, {lies}, {it} ... in a wording whose subject is one thing, or `many`."""
    return PLURAL if many else SINGULAR


def article(words: str) -> str:
    """ "a lesion", "an ulcer", "an MR image", "an ST segment elevation"."""
    first = words.split(" ", 1)[0].split("-", 1)[0]
    if (first.isupper() or words[1:2] == "-") and not first.startswith(SPOKEN):
        vowel = first[0].upper() in SPELT
    else:
        low = words.lower()
        vowel = low.startswith(VOWEL) and not low.startswith(CONSONANT)
    return f"{'an' if vowel else 'a'} {words}"


def number(n: int) -> str:
    """ "three"; digits beyond twelve."""
    return NUMBERS[n] if n < len(NUMBERS) else str(n)


def indefinite(entry: Entry) -> str:
    """ "a lesion", "cardiomegaly"."""
    return entry.concept.label if entry.mass else article(entry.concept.label)


def definite(entry: Entry) -> str:
    """ "the liver", "the meninges", "bone"."""
    bare = entry.mass and not (entry.facet == "anatomy" and entry.many)
    return entry.concept.label if bare else f"the {entry.concept.label}"


def mention(entry: Entry) -> str:
    """A thing as it is introduced: "the liver" and "the left kidney", of which there is one; "a rib", "a nodule"."""
    one = entry.facet == "anatomy" and (entry.plural is None or entry.many or entry.side is not None)
    return definite(entry) if one else indefinite(entry)


def plural(entry: Entry) -> str:
    """ "nuclei"; what has no plural keeps its name."""
    return entry.plural or entry.concept.label
