"""Who the patient is, as texts say it: "a 61-year-old woman", "in his mid-sixties", "61 F"."""

import re
from collections.abc import Iterator

from transforms.checks.claims.model import Item, Quantity
from transforms.checks.claims.words import word_set

_PERSON = re.compile(
    r"\b(?:(?<!bone\s)(?<!skeletal\s)aged?\s+(?P<aged>\d{1,3})(?!\.\d)(?:\s+years?)?(?!\s*(?:mm|cm))|(?<!over\s)(?<!than\s)(?<!under\s)(?<!about\s)(?<!and\s)(?<!to\s)(?P<old>\d{1,3})[\s-]+years?(?:[\s-]+old|\s+of\s+age))\b"
    r"|\b(?P<female>woman|female|girl|lady)\b|\b(?P<male>man|male|boy|gentleman)\b"
)


_DECADE = re.compile(
    r"\bin\s+(?:his|her|the|their)\s+(?P<part>early|mid|middle|late)?[\s-]*"
    r"(?P<ten>twenties|thirties|forties|fifties|sixties|seventies|eighties|nineties|[2-9]0\s?['’]?s)\b"
)


_TEN = {"twenties": 20, "thirties": 30, "forties": 40, "fifties": 50, "sixties": 60, "seventies": 70, "eighties": 80,
        "nineties": 90}  # fmt: skip


_WITHIN = {"early": (0, 4), "mid": (3, 7), "middle": (3, 7), "late": (6, 9), None: (0, 9)}


_YEARS = re.compile(
    r"\b(?:woman|man|patient|boy|girl|child|lady|gentleman|person|he|she)\s+(?:is|was)\s+(?P<is>\d{1,3})(?![.,]?\d)(?=\s*[.,;]|$)"
    r"|\b(?:woman|man|boy|girl|patient|female|male|person)(?:\s+patient)?(?:\s+of\s+|,\s*)(?P<of>\d{1,3})(?![.,]?\d|\s*[a-z%])"
    r"|(?:^|\bpatient:?\s+|\bpt:?\s+)(?P<brief>\d{1,3})\s?(?:y/?o\s?|yo\s?)?[fm]\b"
)


_HAS_PERSON = re.compile(r"\bage|old\b|man\b|male\b|girl\b|lady\b|boy\b")
"""What `_PERSON` cannot be without: most sentences have none of it."""


def _person(match: re.Match[str]) -> Item:
    """Who the patient is: the tag is the name of what is stated, and its value."""
    age = match["aged"] or match["old"]
    tag = f"age|{age} years" if age else f"sex|{'female' if match['female'] else 'male'}"
    return Item("stated", tag, match.start(), match.end())


def _decade(match: re.Match[str]) -> Item:
    """ "In his mid-sixties"."""
    ten = _TEN.get(match["ten"]) or int(match["ten"][:2])
    low, high = _WITHIN[match["part"]]
    ends = Quantity((float(ten + low), float(ten + high)), "years", 0.0, "range")
    return Item("quantity", "age", match.start(), match.end(), quantity=ends)


def _brief(match: re.Match[str]) -> list[Item]:
    """ "The woman is 54", "61 F"."""
    name = next(one for one in ("is", "of", "brief") if match[one])
    end = match.end(name) if name != "brief" else match.end() - 1
    found = [Item("stated", f"age|{match[name]} years", match.start(name), end)]
    if name == "brief":
        sex = "female" if match.group()[-1] == "f" else "male"
        found.append(Item("stated", f"sex|{sex}", match.end() - 1, match.end()))
    return found


_YOUNG = re.compile(r"\byoung(?=\s+(?:woman|man|adult|girl|boy|lady|gentleman|patient|person|male|female)\b)")
YOUNG = Quantity((45.0,), "years", 0.0, "lt")
"""Whom texts call young is less than so many years old."""


def persons(low: str, digits: bool) -> Iterator[Item]:
    """What a lower-case sentence says of the patient's age and sex; `digits`: there are some in it."""
    if _HAS_PERSON.search(low):
        yield from (_person(match) for match in _PERSON.finditer(low))
    for match in _YOUNG.finditer(low) if "young" in low else ():
        yield Item("quantity", "age", match.start(), match.end(), quantity=YOUNG)
    yield from (_decade(match) for match in _DECADE.finditer(low))
    for match in _GROUP.finditer(low) if digits else ():
        ends = Quantity((float(match["low"]), float(match["high"])), "years", 0.0, "range")
        yield Item("quantity", "age", match.start(), match.end(), quantity=ends)
    for match in _YEARS.finditer(low) if digits else ():
        yield from _brief(match)
    for match in _TERSE.finditer(low) if digits else ():
        before = _BESIDE.search(low, 0, match.start())
        if before is None or before[1] in WHO:
            yield from _terse(match)  # not "BA 8 y"


_TERSE = re.compile(
    r"(?<![\w.,/])(?P<n>\d{1,3})(?:(?P<at>[fm])\b|\s?(?:y/o|y\.o\.|yo|yrs|y)\b(?:[\s,]*(?P<sex>[fm]|male|female)\b)?)(?!\.?\d)"
    r"|^(?P<first>[fm]),\s*(?P<years>\d{1,3})\s?(?:y/o|y\.o\.|yo|yrs|y)\b"
)
_BESIDE = re.compile(r"([a-z]+)\s+$")
WHO = word_set(
    "patient pt pat man woman male female boy girl child lady gentleman person a an the this of at in is was for with"
    " from by and age aged"
)
"""Words that an age in years may stand right behind."""
_GROUP = re.compile(r"\bage\s+group\s+(?:of\s+|from\s+)?(?P<low>\d{1,2})\s*(?:to|-|–)\s*(?P<high>\d{1,3})\b")


def _terse(match: re.Match[str]) -> list[Item]:
    """ "66 y/o M", "63F", "15 y, female"."""
    if match["first"]:
        sex = "female" if match["first"] == "f" else "male"
        return [Item("stated", f"sex|{sex}", match.start(), match.end("first")),
                Item("stated", f"age|{match['years']} years", match.start("years"), match.end())]  # fmt: skip
    end = match.start("at") if match["at"] else match.end("n")
    sex = match["at"] or match["sex"]
    at = match.start("at") if match["at"] else match.start("sex") if sex else match.end()
    found = [Item("stated", f"age|{match['n']} years", match.start(), max(end, at if sex else match.end()))]
    if sex:
        found.append(Item("stated", f"sex|{'female' if sex[0] == 'f' else 'male'}", at, match.end()))
    return found


CALLED = word_set("patient pt person child infant he she his her individual subject youngster teenager adult")
LINK = word_set(", is was aged age only just : of rel:of a an")
GOES_ON = word_set("and with who has had was is takes took shows in on whose underwent came presented suffers from or")


def aged(items: list[Item]) -> list[Item]:
    """ "The girl is eleven", "this man of 79 takes warfarin", "the patient, 29, had": a bare number right behind a
    person is how old they are."""
    found = list(items)
    for i, item in enumerate(items):
        said = item.quantity
        if item.kind != "number" or said is None or not 0 < said.values[0] <= 120 or said.values[0] % 1:
            continue
        k = i - 1
        while k >= 0 and items[k].tag in LINK:
            k -= 1
        person = k >= 0 and (items[k].tag in CALLED or items[k].tag.startswith("sex|"))
        after = items[i + 1] if i + 1 < len(items) else None
        ends = after is None or after.kind == "punct" or after.tag in GOES_ON or after.tag == "rel:with"
        if person and ends and 0 < i - k - 1 <= 3 and not (after is not None and after.tag in "/%x×-"):
            found[i] = item._replace(kind="quantity", tag="age", quantity=said._replace(unit="years"))
    return found
