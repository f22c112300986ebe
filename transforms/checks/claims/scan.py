"""A text as sentences, and a sentence as items: quantities, zones, sides, concepts, phrases, words."""

import re
from functools import lru_cache

from transforms.checks.claims.amounts import DIGITS, quantities
from transforms.checks.claims.derived import formed
from transforms.checks.claims.hyphens import hyphened
from transforms.checks.claims.letters import sided
from transforms.checks.claims.lexicon import ORDINALS, Lexicon, Term
from transforms.checks.claims.model import Item, Quantity
from transforms.checks.claims.moments import moments
from transforms.checks.claims.numerals import half_digit, number
from transforms.checks.claims.persons import persons
from transforms.checks.claims.positions import positions
from transforms.checks.claims.punctuation import SIGN, levelled, silent
from transforms.checks.claims.scales import ENDS
from transforms.checks.claims.spelling import plain
from transforms.checks.claims.stacks import STACK, STACKED, stack
from transforms.checks.claims.steps import lettered, step_of
from transforms.checks.claims.words import CASED, NUMBER_WORDS, READ

_IMAGE = r"(?:(?:axial|coronal|sagittal|ct|mr|mri|shown|displayed|whole)\s+)?(?:image|picture|view|slice|frame|" \
    r"photograph|field of view|field|scan|section|tile|photo|cut|body\s+in\s+view)"  # fmt: skip
_PLACE = r"(?:upper|lower|middle|centre|center|central|left|right|anterior|posterior|superior|inferior|top|bottom|" \
    r"mid|dorsal|ventral|uppermost|lowermost|topmost|cranial|caudal)"  # fmt: skip
_PART = r"(?:part|third|portion|region|area|side|half|quadrant|corner|zone|edge|margin|sector|end|aspect|most part)"
_ZONE = re.compile(
    rf"(?:(?:in|at|on|within|near|towards?|to|along|into)\s+)?(?:the\s+)?(?:very\s+)?"
    rf"\b(?P<zone>{_PLACE}(?:[\s-]+(?:and\s+)?{_PLACE})*)\s+"
    rf"(?:(?P<part>{_PART})\s+)?(?:of|on)\s+(?:the|this)\s+{_IMAGE}\b"
    r"(?:\s*\((?:the\s+)?(?P<whose>patient|image|viewer)['’]s\s+(?P<own>left|right)\))?"
)
_DEEP = r"(?:anterior|posterior|superior|inferior|dorsal|ventral|cranial|caudal|central|front|back|bottom|top)"
_CORNER = re.compile(
    rf"(?:in|at|near|towards?|within)\s+(?:the|its)\s+(?:very\s+)?(?P<zone>{_PLACE}(?:[\s-]+{_PLACE})*)"
    r"\s+(?P<part>part|third|portion|region|area|quadrant|corner|zone)(?!\s+of\b)(?!\w)"
    rf"|(?:in|at|near|towards?)\s+the\s+(?P<two>{_PLACE}[\s-]+{_PLACE})"
    r"(?=\s*(?:[.,;:)]|$|\s(?:is|are|and(?!\s+(?:the\s+)?(?:left|right|upper|lower)\b)|lies|has|measures|covers|was|with)\b))"
    r"|(?:in|at|near|towards?)\s+the\s+(?:very\s+|exact\s+)?(?P<mid>centre|center|middle)(?!\s+(?:of|lobe)\b)(?!\w)"
    r"|(?:at|in|towards?|near)\s+the\s+(?P<face>back|front|top|bottom)"
    r"(?:\s+of\s+the\s+(?:body|chest|patient|trunk|abdomen|head))?(?!\s+of\b)(?!\w)"
    r"|(?:\b(?:lies|lie|lying|located|situated|sits|placed|found)\s+|\b(?:in|at|on(?!\s+the\s+(?:back|front|top)\b))\s+(?:the\s+)?)"
    rf"(?P<bare>(?:{_DEEP}(?:[\s-]+(?:and\s+)?{_PLACE})*|(?:upper|lower)[\s-]+(?:left|right)))(?:\s+on\s+the\s+(?P<hand>left|right)(?:\s+side)?)?"
    r"(?:\s+(?P<corner>corner|part|area|quadrant))?(?=\s*(?:[.,;:)]|$|\s(?:and|with|in\s+th(?:e|is)\s+(?:image|picture|slice|view))\b))"
    r"|(?:(?<=\sis\s)|(?<=\sare\s))(?P<plain>anterior|posterior)(?=\s*(?:[.;,]|$))"
    r"|\b(?P<adverb>posterior|anterior|superior|inferior|central|dorsal|ventral)ly\b(?!\s+to\b)"
)
_ORGAN = re.compile(
    rf"(?:(?:in|within|at|on|occup(?:ies|ying)|fills?|affects?)\s+)(?:the\s+)?(?P<zone>{_PLACE}(?:[\s-]+(?:and\s+)?{_PLACE})*)"
    rf"\s+(?:part|portion|third|aspect|region|half|area)(?=\s+of\s+(?:the|its|his|her|your)\s+(?!{_IMAGE}\b))"
)
"""A part of an organ: "in the upper part of the left lung"."""
_FACES = {"back": "posterior", "front": "anterior"}
_SIDE = re.compile(
    r"(?:on|at)\s+(?:the|its|his|her|their)\s+(?:patient['’]?s?\s+)?(?P<side>left|right)(?:[\s-]+hand)?(?P<word>\s+side)?"
    r"(?:\s+(?:of\s+the|of\s+his|of\s+her)\s+(?:patient|body|midline|chest|thorax|abdomen|person|trunk))?(?!\w)"
    r"(?!\s+of\b)"
    r"|(?:in|to|towards?|within|of)\s+(?:the|his|her)\s+(?:patient['’]?s?\s+)?(?P<half>left|right)(?:[\s-]+hand)?\s+"
    r"(?:side|half|hemithorax|hemi-thorax|flank|hemiabdomen|chest|hemibody|hemisphere|cerebral\s+hemisphere)"
    r"(?:\s+of\s+(?:the|his|her)\s+(?:patient|body|chest|thorax|abdomen|person|trunk))?(?!\w)(?!\s+of\b)"
    r"|(?:in|on|within|inside|into)\s+the\s+(?P<part>left|right)(?:[\s-]+hand)?\s+"
    r"(?:half|part|side|portion|aspect)(?=\s+of\s+(?:the|its|his|her)\b)"
    r"|(?:to\s+the\s+)?\b(?P<off>left|right)\s+of\s+(?:the\s+)?midline\b"
    r"|(?:in|on|at|near|across|over|along)\s+(?:the\s+)?(?P<mid>midline)\b|\b(?P<cross>midline)\s+(?:in\s+position|location)"
    r"|\b(?P<sided>left|right|l|r)[\s-]?sided\b|(?:on|to)\s+the\s+patient['’]?s\s+(?P<own>left|right)\b"
    r"|(?<=mm\s|cm\s|ml\s)(?P<after>left|right)(?=\s*[,;.)])"
    r"|\((?P<aside>left|right|l|r)\)"
    r"|\b(?:lies|lie|sits|sit|located|situated)\s+(?P<lies>left|right)(?=\s*(?:[.,;]|$|and\b))"
)
_SCALE = re.compile(
    r"\b(?:on\s+(?:a|the)\s+)?(?:\S+\s+)?scale\s+(?:of|from)\s+(?P<low>\d+)(?:\s*\([^)]*\))?\s*(?:to|-|–)\s*(?P<high>\d+)\b(?:\s*\([^)]*\))?"
    r"|\bon\s+(?:a|the)\s+(?P<low3>\d+)\s*(?:to|-|–)\s*(?P<high3>\d+)\s+scale\b"
    r"|(?:\bout\s+of|/|(?<=\d\s)of)\s*(?:a\s+maximum\s+of\s+|a\s+possible\s+)?(?P<top>\d{1,2}|100|five|six|ten)\b"
    r"(?![.,]\d|\s*(?:mm|cm|ml|hu|px))(?:\s+points)?"
    r"|\((?P<low2>\d)\s*[-–]\s*(?P<high2>\d)\)|\bon\s+(?:a|the)\s+(?P<points>\d+|five|six|ten)[\s-]point\s+scale\b"
)
_HAS_PLACE = re.compile(r"left|right|upper|lower|mid|cent|erior|dorsal|ventral|crani|caud|top|bottom|back|front")
_HAS_SCALE = re.compile(r"scale|out\s+of|/|\d\sof|\(")
_SLICE = re.compile(r"\b(?:(?:still\s+)?frame|slice)\s+(?:(?:number|index|no\.?)\s+)?(?P<slice>\d+)\b")
_BOX = re.compile(r"\[\s*(\d+)\s*,\s*(\d+)\s*,\s*(\d+)\s*,\s*(\d+)\s*\]")
_POINT = re.compile(r"\[\s*(\d+(?:\.\d+)?)\s*,\s*(\d+(?:\.\d+)?)\s*\]")
_TOKEN = re.compile(rf"\d+(?:st|nd|rd|th)\b|[^\W\d_][^\W_]*(?:['’][a-z]+)?|{DIGITS}|[^\w\s]|\w")
_DIGIT = re.compile(r"\d")
SIGNS = {"+": "pos:post", "-": "neg:post"}
"""Signs after a finding: "effusion +, pneumothorax -"."""
TOPS = {"five": "5", "six": "6", "ten": "10"}


def items(sentence: str, words: Lexicon) -> list[Item]:
    """The items of a sentence, in order."""
    low = sentence.lower()
    if len(low) != len(sentence):  # a letter whose lower case is longer would shift every offset
        low = "".join(c.lower() if len(c.lower()) == 1 else c for c in sentence)
    low = levelled(low)
    tokens = [m.span() for m in _TOKEN.finditer(low) if not silent(low, m)]
    names = [_name(low[a:b]) for a, b in tokens]
    if "-" in low:
        tokens, names = hyphened(low, tokens, names, words)
    marked = {a: one for a, one in _marked(low, names).items() if one.kind != "quantity" or not _disease(sentence, one)}
    found: list[Item] = []
    i = 0
    while i < len(tokens):
        a, b = tokens[i]
        special = marked.get(a)
        match = _uncut(words, names, i, tokens, marked)
        if match is not None and match[1] == 1 and _small_letters(names[i], sentence[a:b], match[0], words):
            match = None
        if special is not None and not _hidden(special, match, tokens, i):
            found.append(special)
            i += 1
            while i < len(tokens) and tokens[i][0] < special.end:
                i += 1
        elif match is not None:
            term, n = match
            stop = tokens[i + n - 1][1]
            said = tuple(names[i : i + n])
            found.append(Item(term.kind, term.tag, a, stop, term.slugs, term.plural, None, said))  # type: ignore[arg-type]
            i += n
        else:
            found += _unnamed(found, names[i], low, sentence[a:b], a, words)
            i += 1
    return sided(found, sentence)


def _unnamed(found: list[Item], name: str, low: str, written: str, start: int, words: Lexicon) -> list[Item]:
    """A word that the lexicon lacks: a grade with its step, a step of the grade before it, a sign, a form of what it
    has, or a plain word."""
    end = start + len(written)
    graded = lettered(name, words, start, end)
    if graded is not None:
        return graded
    step = step_of(found[-1], name, low, written, start) if found and found[-1].kind == "fact" else None
    if step is not None:
        return [step]
    known = formed(name, words.told) if name not in READ else None
    if known is not None:
        return [Item(known.kind, known.tag, start, end, known.slugs, False, None, (name,))]  # type: ignore[arg-type]
    sign = SIGNS.get(name) if SIGN.match(low, start - 1) else None
    return [Item("phrase", sign, start, end) if sign else _plain(name, start, end)]


def _disease(sentence: str, item: Item) -> bool:
    """ "Four MS lesions" are no milliseconds."""
    return sentence[item.end - 3 : item.end] == " MS"


def _small_letters(name: str, written: str, term: Term, words: Lexicon) -> bool:
    """Whether a word only looks like a short name, which is written in capitals: "dx" is no modality."""
    if term.tag == "modality" and len(name) == 2 and name != "ct" and not written.isupper():
        return True
    if name in CASED and not written.isupper():
        return True
    return name in words.capitals and sum(letter.isupper() for letter in written) < 2


def _uncut(
    words: Lexicon, names: list[str], i: int, tokens: list[tuple[int, int]], marked: dict[int, Item]
) -> tuple[Term, int] | None:  # fmt: skip
    """The longest term at token i that does not swallow where a share of something begins ("covers less than | a third
    of", but a name may hold a number)."""
    match = words.match(names, i)
    if match is None or match[0].kind != "phrase" or match[1] == 1:
        return match
    for j in range(i + 1, i + match[1]):
        inner = words.match(names, j)
        if inner is not None and inner[0].kind == "mention" and j + inner[1] > i + match[1]:
            return words.match(names[:j], i)  # "a | pocket of air", "a | single epithelial cell"
    after = names[i + match[1] : i + match[1] + 2]
    exceeds = match[0].tag.startswith("cmp:") and names[i + match[1] - 2 : i + match[1]] == ["more", "than"]
    if exceeds and match[1] > 2 and (after[1:] == ["times"] or after[:1] in (["twice"], ["half"])):
        return words.match(names[: i + match[1] - 2], i)  # "covers | more than four times"
    cut = next((k for k in range(i + 1, i + match[1]) if tokens[k][0] in marked), None)
    held = marked[tokens[cut][0]] if cut is not None else None
    if held is None or (held.tag != "cmp:ratio" and held.kind not in ("stack", "zone", "side")):
        return match
    return words.match(names[:cut], i) if cut is not None else match


@lru_cache(maxsize=1 << 14)
def _name(token: str) -> str:
    if token.endswith(("n't", "n’t")):
        return "not"
    return plain(ORDINALS.get(token, token.removesuffix("'s").removesuffix("’s")))


def _hidden(special: Item, match: object, tokens: list[tuple[int, int]], i: int) -> bool:
    """A concept's name that runs past the end of a zone or a number wins ("T12 vertebra")."""
    return isinstance(match, tuple) and tokens[i + match[1] - 1][1] > special.end


def _plain(name: str, start: int, end: int) -> Item:
    if name in NUMBER_WORDS or (name[-1:].isdigit() and name[0] in "-−+–0123456789"):
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
    digits, place = _DIGIT.search(low) is not None, _HAS_PLACE.search(low) is not None
    found = [Item("zone", _zone(m), m.start(), m.end()) for m in _ZONE.finditer(low)] if place and " th" in low else []
    if digits:
        found += [Item("box", ",".join(m.groups()), m.start(), m.end()) for m in _BOX.finditer(low)]
        found += [Item("point", ",".join(m.groups()), m.start(), m.end()) for m in _POINT.finditer(low)]
        found += [one for m in STACK.finditer(low) if (one := stack(m))] if any(w in low for w in STACKED) else []
    found += persons(low, digits)
    if digits:
        found += [Item("scale", m.group(), m.start(), m.end()) for m in ENDS.finditer(low)]
    if (digits or "five" in names) and _HAS_SCALE.search(low):
        found += [Item("scale", _top(m), m.start(), m.end()) for m in _SCALE.finditer(low)]
    found += moments(low)
    found += quantities(low, not NUMBER_WORDS.keys().isdisjoint(names) or "hundred" in names)
    if digits and ("slice" in low or "frame" in low):
        found += [Item("slice", m["slice"], m.start(), m.end()) for m in _SLICE.finditer(low)]
    found += positions(low)
    if "left" in low or "right" in low or "midline" in low or "sided" in low or "(l)" in low or "(r)" in low:
        found += [Item("side", _side(m), m.start(), m.end()) for m in _SIDE.finditer(low)]
    if place and " of " in low:
        found += [Item("zone", f"{' '.join(w for w in m['zone'].replace('-', ' ').split() if w != 'and')}|organ|",
                       m.start(), m.end()) for m in _ORGAN.finditer(low)]  # fmt: skip
    if place:
        found += [Item("zone", _corner(m), m.start(), m.end()) for m in _CORNER.finditer(low)]
    for item in found:
        if not any(a < item.end and item.start < b for a, b in taken):
            taken.append((item.start, item.end))
            marked[item.start] = item
    return marked


def _side(match: re.Match[str]) -> str:
    word = str(next(filter(None, match.groupdict().values()))).strip()
    return {"l": "left", "r": "right"}.get(word, word)


def _zone(match: re.Match[str]) -> str:
    """ "anterior left|part|patient left": the words, the kind of part ("body": of the body), and whose left that is."""
    frame = f"{match['whose']} {match['own']}" if match["whose"] else ""
    zone = " ".join(word for word in match["zone"].replace("-", " ").split() if word != "and")
    part = "body" if "body" in match.group() else match["part"] or ""
    return f"{zone}|{part}|{frame}"


def _corner(match: re.Match[str]) -> str:
    """The same, of a place whose image is not named: "in the lower left corner", "posteriorly", "at the back"."""
    if match["two"]:
        return f"{' '.join(match['two'].replace('-', ' ').split())}|part|"
    if match["zone"]:
        return f"{' '.join(match['zone'].replace('-', ' ').split())}|{match['part']}|"
    if match["bare"]:
        said = " ".join(_FACES.get(word, word) for word in match["bare"].replace("-", " ").split() if word != "and")
        return f"{said} {match['hand'] or ''}".strip() + f"|{match['corner'] or 'part'}|"
    word = match["mid"] or match["face"] or match["adverb"] or match["plain"]
    return f"{_FACES.get(word, word)}|part|"


def _top(match: re.Match[str]) -> str:
    low = match["low"] or match["low2"] or match["low3"] or ""
    top = match["high"] or match["high2"] or match["high3"] or match["top"] or match["points"]
    return f"{low}-{TOPS.get(top, top)}"
