"""Numbers and quantities as texts write them: digits, words, ranges, hedges, lists, sizes by sizes."""

import re
from collections.abc import Iterator

from transforms.checks.claims.model import Bound, Item, Quantity
from transforms.checks.claims.numerals import DIGIT, FRACTIONS, ONES, PART, any_of, half_digit, number
from transforms.checks.claims.times import compared
from transforms.checks.claims.words import (
    ABOUT,
    ABOVE,
    BELOW,
    GREATER,
    INCLUSIVE,
    LESS,
    NUMBER_WORDS,
    SMALL_UNITS,
    UNITS,
)

DIGITS = r"(?<![\w.])(?:(?:minus|negative)\s)?[-−+–]?\d+(?:,\d{3})*(?:\.\d+)?"
_TENS = any_of(word for word, value in NUMBER_WORDS.items() if value >= 20)
_SMALL = rf"(?:{_TENS})(?:[-\s](?:{ONES}))?|{any_of(word for word, value in NUMBER_WORDS.items() if value < 20)}"
_HUNDREDS = rf"(?:an?|{ONES})\s+hundred(?:(?:\s+and)?\s+(?:{_SMALL}))?"
_WORDS = rf"(?<!\w)(?:{_HUNDREDS}|{_SMALL})(?:\s+and\s+a\s+half|\s+point\s+(?:{ONES}))?(?!\w)"
_LONG = r"(?=[\s-]+(?:centi|milli|micro|cubic|square|lit(?:re|er)|met(?:re|er)))"
_SPAN = r"(?=\s+(?:second|minute|hour|day|week|month|year)\b)"
_N = (
    rf"(?:(?<!\w)(?:(?:{ONES}|an?)\s+)?(?:{PART})s?\s+of\s+an?(?:{_LONG}|{_SPAN})|{DIGITS}|{_WORDS}|(?<!\w)half\s+an?(?:{_LONG}|{_SPAN})"
    rf"|(?<!\w)an?(?:{_LONG}|(?=\s+(?:week|month|year|fortnight)\b)))"
)
_UNIT = rf"(?:{any_of(UNITS)})(?![\w²³^]|\s?/\s?[a-zµμ])"
_ADDED = r"(?<!add\s)(?<!adds\s)(?<!adding\s)"  # "add up to 989 mL" is no bound
_BOUNDS = any_of((*GREATER, *LESS, *ABOUT, *ABOVE, *BELOW))
_BOUND = rf"(?:(?<!\w){_ADDED}(?P<bound>(?:{_BOUNDS})(?:\s+(?:{any_of(ABOUT)}))?)\s*)"
_TAIL = r"(?:\s+(?P<tail>or so|or thereabouts|or more|or less|at most|at least|or larger|or smaller)(?!\w))?"
_SIZES = re.compile(
    rf"{_BOUND}?(?P<n1>{_N})(?:\s*-?\s*(?P<u1>{_UNIT}))?"
    rf"(?:\s*(?P<join>x|×|by|to|–|-|or)\s*(?P<n2>{_N})(?:\s*(?:{_UNIT}))?(?:\s*(?:x|×|by)\s*(?P<n3>{_N}))?)?"
    rf"\s*-?\s*(?P<u>{_UNIT}){_TAIL}"
)
_BETWEEN = re.compile(
    rf"(?<!\w)(?:between|anywhere between|from)\s+(?:{any_of(ABOUT)})?\s*(?P<n1>{_N})(?:\s*(?P<u1>{_UNIT}))?\s+"
    rf"(?:and|to)\s+(?P<n2>{_N})\s*-?\s*(?P<u>{_UNIT})"
)
_SHARE = re.compile(
    rf"(?<!left\s)(?<!right\s)(?<!upper\s)(?<!lower\s){_BOUND}?(?:(?P<percent>{DIGITS})\s*(?:%|per\s?cent)"
    rf"|(?P<n>an?|{ONES})?\s*(?<!\w)(?P<part>half|halves|(?:{any_of(one for one in FRACTIONS if one != 'half')})s?))"
    r"(?:\s+as\s+(?:large|big|long|much|voluminous)(?:\s+an?\s+(?:area|volume))?\s+as"
    r"|\s+(?:of\s+)?(?:the\s+|its\s+)?(?:size|area|volume|length|extent|width|height|thickness|diameter|depth|that|those|whole|total)\s+of"
    r"|\s+of(?!\s+an?\s+(?:second|milli|centi|lit)))(?!\w)"
)
_PIECE = r"(?:pieces?|pockets?|fragments?|islands?|components?|bits|chunks|portions|patches|foci|clumps)"
_PIECES = re.compile(
    rf"(?<!\w)(?:(?:just|only|exactly|as)\s+)?(?P<n>a\s+single|one\s+single|a\s+lone|one|\d+|{any_of(NUMBER_WORDS)})\s+"
    rf"(?:(?:separate|single|connected|distinct|disconnected|continuous|contiguous|isolated|coherent|individual|unconnected)"
    rf"\s+)*(?:{_PIECE}|connected\s+(?:area|region|structure|whole)|(?:separate|disconnected|unconnected)\s+"
    rf"(?:areas|regions|parts))(?!\w)"
)
_MOST = re.compile(
    r"(?<!\w)(?:the\s+)?(?P<more>(?:larger|greater|major|bigger)\s+(?:part|share|portion|half)|bulk|majority|lion's\s+share)"
    r"\s+of(?!\w)|(?<!\w)(?:the\s+|a\s+)?(?:smaller|lesser|minor)\s+(?:part|share|portion|half)\s+of(?!\w)"
    r"|(?<!\w)a\s+minority\s+of(?!\w)"
)
_AT_SECOND = re.compile(
    rf"(?P<of>(?<!\w)(?:between|from)\s+)?(?<!\w)(?P<unit>second|minute)s?\s+(?P<n1>\d+(?:\.\d+)?)"
    rf"(?:\s+(?:and|to|until)\s+(?:(?:second|minute)\s+)?(?P<n2>\d+(?:\.\d+)?))?(?![\w.]*\d|\s*-?\s*(?:{_UNIT}))"
)
_RANGED = re.compile(
    rf"(?<!\w)(?:between|anywhere between|from)\s+(?:{any_of(ABOUT)})?\s*(?P<n1>{_N})\s+(?:and|to)\s+"
    rf"(?P<n2>{_N})(?!\w|\.\d|\s*-?\s*(?:{_UNIT}))"
)
_TO = re.compile(
    rf"(?<!\w)(?<!images\s)(?<!slices\s)(?<!frames\s)(?P<n1>\d+|{_SMALL})\s*(?:to|-|–)\s*(?P<n2>\d+|{_SMALL})"
    rf"(?=\s+[a-z]{{3}})(?!\s+(?:{_UNIT}|scale|for\b|and\b|with\b))"
)
_AGE = re.compile(rf"(?P<years>{_N})\s+years?(?:\s+and|,)?\s+(?P<months>{_N})\s+months?(?!\w)")
_LIST = re.compile(
    rf"(?P<all>{_N}(?:\s*,\s*{_N})*)\s*,?\s*(?:and|&|against|versus|vs\.?)\s*(?P<last>{_N})\s*-?\s*(?P<u>{_UNIT})"
)
_EACH = re.compile(_N)
# What the slower patterns cannot be without: most sentences have none of it.
_HAS_SHARE = re.compile(rf"%|per\s?cent|halves|{PART}")
_HAS_MOST = re.compile(r"part|share|portion|half|bulk|majority|minority")
_HAS_PIECE = re.compile(
    r"piece|pocket|fragment|island|component|bits|chunk|portion|patch|foci|clump|connected|separate"
)
_COUNT = re.compile(rf"{_BOUND}(?P<n1>{DIGITS}|{_WORDS})(?!\w|\.\d|\s*-?\s*(?:{_UNIT}))")
_BY_PART = re.compile(
    rf"(?<=\bby\s){_BOUND}?(?:(?P<n>an?|{ONES})\s+)?(?P<part>{PART})s?(?!\w|\s+(?:of|an?|the)\b|\s*-?\s*(?:{_UNIT}))"
)
_PARTS = re.compile(
    rf"(?<!well\s)(?<!far\s){_BOUND}?(?<!\w)(?P<n1>(?:{ONES})[\s-](?:half|halves|(?:{PART})s))(?!\w|\s+(?:of|an?|the|as|larger|smaller)\b|\s*-?\s*(?:{_UNIT}))"
)
_BEFORE = ("above ", "below ", "over ", "under ", "than ")
_COMPOUND = re.compile(rf"(?<!\w)(?:{_HUNDREDS}|(?:{_TENS})[-\s](?:{ONES}))(?!\w)")
_LESS_THAN_ONE = re.compile(rf"(?<!\w)(?:{any_of(SMALL_UNITS)})(?!\w)(?:\s+in\s+size)?(?:-sized)?")


def quantities(low: str, words: bool) -> Iterator[Item]:
    """The quantities of a lower-case sentence, the surest reading first; `words`: numbers are written out in it."""
    digits = DIGIT.search(low) is not None
    yield from compared(low)
    yield from (_small(match) for match in _LESS_THAN_ONE.finditer(low))
    if _HAS_PIECE.search(low):
        yield from (_pieces(match) for match in _PIECES.finditer(low))
    if " of" in low and _HAS_MOST.search(low):
        yield from (_most(match) for match in _MOST.finditer(low))
    if not (
        digits
        or words
        or any(part in low for part in (*FRACTIONS, "year", "month", "week", "metre", "meter", "liter", "litre"))
    ):
        return
    if "second" in low or "minute" in low:
        yield from (_at_second(match) for match in _AT_SECOND.finditer(low))
    if "year" in low:
        yield from (_age(match) for match in _AGE.finditer(low))
    if (" of" in low or " as" in low) and _HAS_SHARE.search(low):
        yield from (item for match in _SHARE.finditer(low) if (item := _share(match)))
    if "between" in low or "from" in low:
        yield from (item for match in _BETWEEN.finditer(low) if (item := _between(match)))
        yield from (_ranged(match) for match in _RANGED.finditer(low))
    if "by " in low:
        yield from (_by_part(match) for match in _BY_PART.finditer(low))
    if words and _HAS_SHARE.search(low):
        yield from (_parts(match) for match in _PARTS.finditer(low) if _alone(match))
    joined = _TO.finditer(low) if " to " in low or "-" in low or "–" in low else ()
    yield from (_ranged(match) for match in joined if number(match["n1"]) < number(match["n2"]))
    if "and" in low or "&" in low or "against" in low or "vs" in low or "versus" in low:
        for match in _LIST.finditer(low):
            yield from _list(match)
    yield from (item for match in _SIZES.finditer(low) if (item := _size(match)))
    yield from (_count(match) for match in _COUNT.finditer(low))
    yield from (_plain(match) for match in _COMPOUND.finditer(low))


def _small(match: re.Match[str]) -> Item:
    unit, most = SMALL_UNITS[match.group().removesuffix(" in size").removesuffix("-sized")]
    return Item("quantity", "", match.start(), match.end(), quantity=Quantity((most,), unit, 0.0, "lt"))


def _bound(written: str | None, tail: str | None = None) -> Bound:
    if tail:
        return "about" if tail in ("or so", "or thereabouts") else "gt" if tail in ("or more", "at least",
                                                                                   "or larger") else "lt"  # fmt: skip
    if not written:
        return "eq"
    exact: dict[tuple[str, ...], Bound] = {GREATER: "gt", LESS: "lt", ABOVE: "above", BELOW: "below"}
    if (bound := next((bound for words, bound in exact.items() if written in words), None)) is not None:
        return bound
    if written in ABOUT or written.split()[-1] in ABOUT:
        return "about"  # also "over roughly 1.4 cm"
    return "gt" if written.startswith(GREATER) else "lt" if written.startswith(LESS) else "about"


def _strict(bound: Bound, written: str | None, tail: str | None = None) -> bool:
    """Whether a bound leaves out the value itself: "more than six", and not "at least six", "six or more"."""
    return bound in ("gt", "lt") and not tail and not (written or "").startswith(INCLUSIVE)


def _size(match: re.Match[str]) -> Item | None:
    unit, factor = UNITS[match["u"]]
    written = [word for word in (match["n1"], match["n2"], match["n3"]) if word]
    if match["join"] == "by" and match["n1"] == "one" and DIGIT.search(match["n2"]):  # "than the lateral one by 27 mm²"
        said = Quantity((number(match["n2"]) * factor,), unit, half_digit(match["n2"]) * factor, factor=factor)
        return Item("quantity", "", match.start("n2"), match.end(), quantity=said)
    if match["u1"] and UNITS[match["u1"]][0] != unit:
        return None
    first = UNITS[match["u1"]][1] if match["u1"] else factor
    through = match["join"] in ("to", "–", "-", "or")
    spread = match["join"] in ("x", "×", "by") and match["bound"] == "over"  # "extends over 25 x 15 mm"
    bound: Bound = "range" if through else "eq" if spread else _bound(match["bound"], match["tail"])
    step = max(half_digit(word) for word in written) * factor
    values = tuple(number(word) * (factor if n else first) for n, word in enumerate(written))
    if through and len(values) != 2:
        return None
    tag = "range" if through else ""
    strict = match["bound"] != "over" and _strict(bound, match["bound"], match["tail"])  # "outlined over 141 mm"
    return Item(
        "quantity", tag, match.start(), match.end(), quantity=Quantity(values, unit, step, bound, factor, strict)
    )


def _between(match: re.Match[str]) -> Item | None:
    unit, factor = UNITS[match["u"]]
    written = (match["n1"], match["n2"])
    if match["u1"] and UNITS[match["u1"]] != (unit, factor):
        return None
    values = tuple(number(word) * factor for word in written)
    step = max(half_digit(word) for word in written) * factor
    return Item("quantity", "range", match.start(), match.end(), quantity=Quantity(values, unit, step, "range"))


def _share(match: re.Match[str]) -> Item | None:
    """ "A third of", "two fifths of", "40 % of": how large one thing is, measured by another."""
    if match["percent"]:
        value, step = number(match["percent"]) / 100, half_digit(match["percent"]) / 100
    else:
        part = match["part"].replace("halves", "half")
        if not match["n"] and match.string[: match.start("part")].endswith("the ") and part != "half":
            return None  # "the fourth of the nuclei"
        value = FRACTIONS[part if part in FRACTIONS else part.removesuffix("s")]
        value *= number(match["n"]) if match["n"] else 1
        step = 0.15 * value
    return Item("phrase", "cmp:ratio", _from(match), match.end(),
                quantity=Quantity((value,), "", step, _bound(match["bound"])))  # fmt: skip


def _by_part(match: re.Match[str]) -> Item:
    """ "Larger by a fifth": by so many percent."""
    times = 1.0 if match["n"] in (None, "a", "an") else number(match["n"])
    value = 100 * times * FRACTIONS[match["part"]]
    said = Quantity((value,), "%", 0.1 * value, _bound(match["bound"]))
    return Item("quantity", "", match.start(), match.end(), quantity=said)


def _pieces(match: re.Match[str]) -> Item:
    """ "A single connected piece", "four separate pockets"."""
    value = 1.0 if match["n"].startswith(("a", "one s")) else number(match["n"])
    return Item("quantity", "", match.start(), match.end(), quantity=Quantity((value,), "pieces", 0.0))


def _most(match: re.Match[str]) -> Item:
    """ "The larger part of": more than half."""
    bound: Bound = "gt" if match["more"] else "lt"
    return Item("phrase", "cmp:ratio", match.start(), match.end(), quantity=Quantity((0.5,), "", 0.0, bound))


def _from(match: re.Match[str]) -> int:
    """Where a share begins: at its bound, its number, or the fraction."""
    return next(match.start(name) for name in ("bound", "percent", "n", "part") if match[name])


def _ranged(match: re.Match[str]) -> Item:
    """ "Between 5 and 10" of what is counted."""
    values = (number(match["n1"]), number(match["n2"]))
    return Item("number", match["n1"], match.start(), match.end(), quantity=Quantity(values, "", 0.0, "range"))


def _at_second(match: re.Match[str]) -> Item:
    """ "At second 20", "between second 44 and second 61.5"."""
    written = [word for word in (match["n1"], match["n2"]) if word]
    factor = 1000.0 if match["unit"] == "second" else 60_000.0
    step = max(half_digit(word) for word in written) * factor
    values = tuple(number(word) * factor for word in written)
    tag: Bound = "range" if match["n2"] else "eq"
    start = match.start("of") if match["n2"] else match.start("unit")
    return Item(
        "quantity", "range" if match["n2"] else "", start, match.end(), quantity=Quantity(values, "ms", step, tag)
    )


def _age(match: re.Match[str]) -> Item:
    """ "7 years and 10 months", in months."""
    value = 12 * number(match["years"]) + number(match["months"])
    return Item("quantity", "", match.start(), match.end(), quantity=Quantity((value,), "months", 0.5))


def _list(match: re.Match[str]) -> Iterator[Item]:
    """ "3 and 5 mm": as many quantities, each by itself."""
    unit, factor = UNITS[match["u"]]
    spans = [one.span() for one in _EACH.finditer(match.string, match.start(), match.end("last"))]
    if DIGIT.search(match["last"]):  # "the left one, 172 against 138 mL"
        spans = [(start, end) for start, end in spans if DIGIT.search(match.string, start, end)]
    for n, (start, end) in enumerate(spans):
        word = match.string[start:end]
        value = Quantity((number(word) * factor,), unit, half_digit(word) * factor)
        yield Item("quantity", "", start, match.end() if n == len(spans) - 1 else end, quantity=value)


def _count(match: re.Match[str]) -> Item:
    word, most = match["n1"], match["bound"] == "up to"  # of a size it is about, of what is counted at most
    bound = "lt" if most else _bound(match["bound"])
    strict = not most and _strict(bound, match["bound"])
    value = Quantity((number(word),), "", half_digit(word), bound, strict=strict)
    return Item("number", word, match.start(), match.end(), quantity=value)


def _alone(match: re.Match[str]) -> bool:
    """Whether a fraction is a value by itself, and no bound: not "well above one half"."""
    before = match.string[: match.start()]
    return match["bound"] in ABOUT if match["bound"] else not before.endswith(_BEFORE)


def _parts(match: re.Match[str]) -> Item:
    """ "Is about three quarters", "lies above one half": a number by itself."""
    times, part = re.split(r"[\s-]", match["n1"])
    value = number(times) * FRACTIONS["half" if part == "halves" else part.removesuffix("s")]
    said = Quantity((value,), "", 0.1 * value, _bound(match["bound"]))
    return Item("number", match["n1"], match.start(), match.end(), quantity=said)


def _plain(match: re.Match[str]) -> Item:
    return Item(
        "number", match.group(), match.start(), match.end(), quantity=Quantity((number(match.group()),), "", 0.5)
    )
