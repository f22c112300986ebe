"""A text as sentences, and a sentence as items: quantities, zones, sides, concepts, phrases, words."""

import re
from collections.abc import Iterable

from transforms.checks.claims.lexicon import Lexicon
from transforms.checks.claims.model import Bound, Item, Quantity
from transforms.checks.claims.scales import ENDS
from transforms.checks.claims.words import GREATER, LESS, NUMBER_WORDS, UNITS


def _any(words: Iterable[str]) -> str:
    return "|".join(re.escape(word) for word in sorted(words, key=lambda w: (-len(w), w)))


_DIGITS = r"(?<![\w.])[-−+]?\d+(?:,\d{3})*(?:\.\d+)?"
_N = rf"(?:{_DIGITS}|(?<!\w)(?:{_any(NUMBER_WORDS)})(?!\w))"
_UNIT = rf"(?:{_any(UNITS)})(?![\w²³^])"
_BOUND = rf"(?:(?<!\w)(?P<bound>{_any((*GREATER, *LESS))})\s*)?"
_IMAGE = r"(?:image|picture|view|slice|frame|photograph|field of view|field|body\s+in\s+view)"
_PLACE = r"(?:upper|lower|middle|centre|center|central|left|right|anterior|posterior|superior|inferior|top|bottom|mid)"
_SIZES = re.compile(
    rf"{_BOUND}(?P<n1>{_N})(?:\s*-?\s*(?P<u1>{_UNIT}))?"
    rf"(?:\s*(?P<join>x|×|by|to|–|-)\s*(?P<n2>{_N})(?:\s*(?:x|×|by)\s*(?P<n3>{_N}))?)?\s*-?\s*(?P<u>{_UNIT})"
)
_ZONE = re.compile(
    rf"(?:(?:in|at|on|within)\s+)?(?:the\s+)?\b(?P<zone>{_PLACE}(?:[\s-]+{_PLACE})*)\s+"
    rf"(?:(?P<part>part|third|portion|region|area|side|half|quadrant|corner|zone)\s+)?of\s+the\s+{_IMAGE}\b"
    r"(?:\s*\((?:the\s+)?(?P<whose>patient|image|viewer)['’]s\s+(?P<own>left|right)\))?"
)
_SIDE = re.compile(
    r"(?:on|at)\s+(?:the|its|his|her)\s+(?:patient['’]?s?\s+)?(?P<side>left|right)(?:[\s-]+hand)?(?P<word>\s+side)?"
    r"(?:\s+of\s+the\s+(?:patient|body|midline))?(?!\w)|(?:in|on|at)\s+the\s+(?P<mid>midline)\b"
    r"|\b(?P<sided>left|right)[\s-]+sided\b"
)
_SCALE = re.compile(
    r"\bon\s+a\s+(?:scale\s+(?:of|from)\s+)?(?P<low>\d+)\s*(?:to|-|–)\s*(?P<high>\d+)(?:\s+scale)?\b"
    r"|(?:\bout\s+of|/)\s*(?P<top>\d+)\b|\((?P<low2>\d)\s*[-–]\s*(?P<high2>\d)\)"
)
_SLICE = re.compile(r"\bslice\s+(?:(?:number|index|no\.?)\s+)?(?P<slice>\d+)\b")
_STACK = re.compile(
    r"\b(?P<number>\d+)\s+(?P<what>slices|frames)\b|\blargest\s+on\s+slice\s+(?P<slice>\d+)\b"
    r"|\bslice\s+spacing\s+of\s+(?P<mm>\d+(?:\.\d+)?)\s*mm\b"
    r"|\bmarked\s+on\s+slices?\s+(?P<from>\d+)(?:\s+to\s+(?P<to>\d+))?\b"
    r"|\bgiven\s+diameter\s+of\s+(?P<given>\d+(?:\.\d+)?)\s*mm\b"
    r"|\breach(?:es)?\s+(?P<reach>\d+(?:\.\d+)?)\s*mm\s+along\s+the\s+(?P<axis>first|second|third)\s+axis\b"
)
_STACKED = ("slice", "frames", "given diameter", "axis")
_AXES = {"first": "extent_1", "second": "extent_2", "third": "extent_3"}
_BOX = re.compile(r"\[\s*(\d+)\s*,\s*(\d+)\s*,\s*(\d+)\s*,\s*(\d+)\s*\]")
_POINT = re.compile(r"\[\s*(\d+(?:\.\d+)?)\s*,\s*(\d+(?:\.\d+)?)\s*\]")
_TOKEN = re.compile(rf"[^\W\d_][^\W_]*(?:['’][a-z]+)?|{_DIGITS}|[^\w\s]|\w")
_DIGIT = re.compile(r"\d")
_END = re.compile(
    r"(?<=[.!?])(?<!\be\.g\.)(?<!\bi\.e\.)(?<!approx\.)(?<!\bvs\.)(?<!\bdr\.)(?<!\bca\.)(?<!\bno\.)(?<!\bfig\.)"
    r"[\"”’)]*\s+|\s*\n+\s*",
    re.IGNORECASE,
)


def sentences(text: str) -> list[tuple[int, int]]:
    """The spans of the sentences of a text; a line break ends one."""
    spans, start = [], 0
    for match in _END.finditer(text):
        spans.append((start, match.start()))
        start = match.end()
    spans.append((start, len(text)))
    return [(a, b) for a, b in spans if text[a:b].strip()]


def number(word: str) -> float:
    """The value of a number as written; raises ValueError where it is not one."""
    if word in NUMBER_WORDS:
        return float(NUMBER_WORDS[word])
    return float(word.replace(",", "").replace("−", "-"))


def half_digit(word: str) -> float:
    """Half of the last digit written: 22 -> 0.5, 22.0 -> 0.05."""
    return 0.5 * 10.0 ** -len(word.partition(".")[2])


def items(sentence: str, words: Lexicon) -> list[Item]:
    """The items of a sentence, in order."""
    low = sentence.lower()
    if len(low) != len(sentence):  # a letter whose lower case is longer would shift every offset
        low = "".join(c.lower() if len(c.lower()) == 1 else c for c in sentence)
    tokens = [m.span() for m in _TOKEN.finditer(low) if m.group() not in ("-", "‐")]
    names = [low[a:b] for a, b in tokens]
    if "'" in low or "’" in low:
        names = [_name(token) for token in names]
    marked = _marked(low, names)
    found: list[Item] = []
    i = 0
    while i < len(tokens):
        a, b = tokens[i]
        special = marked.get(a)
        match = words.match(names, i)
        if special is not None and not _hidden(special, match, tokens, i):
            found.append(special)
            i += 1
            while i < len(tokens) and tokens[i][0] < special.end:
                i += 1
        elif match is not None:
            term, n = match
            stop = tokens[i + n - 1][1]
            found.append(Item(term.kind, term.tag, a, stop, term.slugs, term.plural))  # type: ignore[arg-type]
            i += n
        else:
            found.append(_plain(names[i], a, b))
            i += 1
    return found


def _name(token: str) -> str:
    if token.endswith(("n't", "n’t")):
        return "not"
    return token[:-2] if token.endswith(("'s", "’s")) else token


def _hidden(special: Item, match: object, tokens: list[tuple[int, int]], i: int) -> bool:
    """A concept's name that runs past the end of a zone or a number wins ("T12 vertebra")."""
    return isinstance(match, tuple) and tokens[i + match[1] - 1][1] > special.end


def _plain(name: str, start: int, end: int) -> Item:
    if name in NUMBER_WORDS or (name[-1:].isdigit() and name[0] in "-−+0123456789"):
        try:
            value = Quantity((number(name),), "", half_digit(name))
        except ValueError:
            return Item("word", name, start, end)
        return Item("number", name, start, end, quantity=value)
    return Item("word" if name[:1].isalnum() else "punct", name, start, end)


def _marked(low: str, names: list[str]) -> dict[int, Item]:
    """Items found by pattern, by where they start; where two overlap, the earlier pattern's stays. A pattern is not
    tried where what it cannot be without is missing."""
    marked: dict[int, Item] = {}
    taken: list[tuple[int, int]] = []
    digits = _DIGIT.search(low) is not None
    found = [Item("zone", _zone(m), m.start(), m.end()) for m in _ZONE.finditer(low)] if " of the " in low else []
    if digits:
        found += [Item("box", ",".join(m.groups()), m.start(), m.end()) for m in _BOX.finditer(low)]
        found += [Item("point", ",".join(m.groups()), m.start(), m.end()) for m in _POINT.finditer(low)]
        found += [Item("scale", m.group(), m.start(), m.end()) for m in ENDS.finditer(low)]
        found += [Item("scale", _top(m), m.start(), m.end()) for m in _SCALE.finditer(low)]
        found += [_stack(m) for m in _STACK.finditer(low)] if any(word in low for word in _STACKED) else []
    if digits or not NUMBER_WORDS.keys().isdisjoint(names):
        found += [item for m in _SIZES.finditer(low) if (item := _quantity(m))]
    if digits and "slice" in low:
        found += [Item("slice", m["slice"], m.start(), m.end()) for m in _SLICE.finditer(low)]
    if "left" in low or "right" in low or "midline" in low:
        found += [Item("side", m["side"] or m["mid"] or m["sided"], m.start(), m.end()) for m in _SIDE.finditer(low)]
    for item in found:
        if not any(a < item.end and item.start < b for a, b in taken):
            taken.append((item.start, item.end))
            marked[item.start] = item
    return marked


def _zone(match: re.Match[str]) -> str:
    """ "anterior left|part|patient left": the words, the kind of part ("body": of the body), and whose left that is."""
    frame = f"{match['whose']} {match['own']}" if match["whose"] else ""
    part = "body" if "body" in match.group() else match["part"] or ""
    return f"{' '.join(match['zone'].replace('-', ' ').split())}|{part}|{frame}"


def _stack(match: re.Match[str]) -> Item:
    """How a volume or a clip is made up, or where in it something is marked; the tag is the predicate that says so."""
    if match["from"]:
        ends = tuple(float(end) for end in (match["from"], match["to"]) if end)
        return Item("stack", "marked_slices", match.start(), match.end(), quantity=Quantity(ends, "", 0.0))
    length = match["given"] or match["reach"]
    if length:
        tag = "given_diameter" if match["given"] else _AXES[match["axis"]]
        return Item(
            "stack", tag, match.start(), match.end(), quantity=Quantity((float(length),), "mm", half_digit(length))
        )
    written = match["number"] or match["slice"] or match["mm"]
    tag = match["what"] or ("largest_slice" if match["slice"] else "slice_spacing")
    value = Quantity((float(written),), "mm" if match["mm"] else "", half_digit(written) if match["mm"] else 0.0)
    return Item("stack", tag, match.start(), match.end(), quantity=value)


def _top(match: re.Match[str]) -> str:
    low = match["low"] or match["low2"] or ""
    return f"{low}-{match['high'] or match['high2'] or match['top']}"


def _quantity(match: re.Match[str]) -> Item | None:
    unit, factor = UNITS[match["u"]]
    bound: Bound = "eq" if not match["bound"] else "gt" if match["bound"] in GREATER else "lt"
    written = [word for word in (match["n1"], match["n2"], match["n3"]) if word]
    tag = "range" if match["join"] in ("to", "–", "-") else ""
    if match["u1"] and UNITS[match["u1"]][0] != unit:
        return None
    step = max(half_digit(word) for word in written) * factor
    return Item(
        "quantity", tag, match.start(), match.end(),
        quantity=Quantity(tuple(number(word) * factor for word in written), unit, step, bound),
    )  # fmt: skip
