"""What a sentence about a group says of all its images: how many they are, what changed between them, and when."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from schemas import Fact, LabelSpace
from transforms.checks.claims import changes, members
from transforms.checks.claims.amounts import quantities
from transforms.checks.claims.evidence import Evidence
from transforms.checks.claims.members import Named, blanked
from transforms.checks.claims.model import Bound, Mention, Parsed, Quantity
from transforms.checks.claims.parse import parse
from transforms.checks.claims.ruling import Ruling
from transforms.checks.claims.stated import numeric
from transforms.checks.claims.words import NUMBER_WORDS

_COUNT = re.compile(
    rf"(?<!the\s)(?<!image\s)(?<!scan\s)(?<!visit\s)(?<!film\s)\b(?P<n>\d{{1,2}}|{'|'.join(list(NUMBER_WORDS)[1:13])}|a\s+pair\s+of)\s+"
    rf"(?:(?!of\b|and\b|or\b|to\b|the\b|in\b|on\b|at\b)[a-z-]+\s+){{0,2}}?"
    rf"(?P<noun>{members.PLAIN}|{members.KIND}|sequences)\b", re.IGNORECASE,
)  # fmt: skip
_MADE_OF = re.compile(r"\b(?:consist(?:s|ing)?|made up|composed|comprised|study|examination|set|series|group) of$")
"""What stands before the number of all images: "the study consists of two volumes"."""
_PART_OF = re.compile(r"\s(?:of|all|both|only|the|first|last|and)$|^(?:all|both)$")
_TIMED = re.compile(
    r"\b(?:after|later|apart|between|passed|separat|interval|before|earlier|within|lie|elapsed|ago)", re.I
)
_GAINED = re.compile(r"\b(?:gain|gained|gains|loss|lost|loses|more|fewer)\b", re.IGNORECASE)
_SAME_DAY = re.compile(r"\b(?:on|at|from) the same (?:day|visit|date)\b", re.IGNORECASE)
_TIMES = re.compile(r"(?P<n>\d+(?:\.\d+)?)\s*(?:times|-?fold)\b|\b(?P<word>doubled|tripled|halved)\b", re.IGNORECASE)
_THAT = re.compile(
    r"\b(?:as (?:large|big) as|larger than|that|than(?: (?:it|they) (?:was|were))?|what it was"
    r"|the (?:volume|size|area|one))\b",
    re.I,
)
_OF_ONE = re.compile(
    r"\b(?:of|from|at) (?:(?:one|a single|the same) (?:person|patient|study|woman|man|examination|subject)"
    r"|(?:different|separate|several|two|three) visits)\b", re.IGNORECASE,
)  # fmt: skip
_STEADY = re.compile(
    r"\b(?:steadily|continuously|continually|progressively|uninterrupted|without interruption|from visit to visit"
    r"|more and more|less and less|each time|every time|all along)\b", re.IGNORECASE,
)  # fmt: skip
_OVERALL = re.compile(
    r"\b(?:in all|in total|altogether|overall|on the whole|all in all"
    r"|over (?:the (?:whole )?series|all (?:\w+ )?(?:visits|scans|images|examinations)))\b",
    re.IGNORECASE,
)
TIMES = {"doubled": 2.0, "tripled": 3.0, "halved": 0.5}


@dataclass
class Sentence:
    """A sentence at character `start`, with what was understood of it; `spans` are blanked before the rest is read."""

    start: int
    text: str
    names: list[Named]
    spans: list[tuple[int, int]]
    found: list[tuple[tuple[int, int], Ruling]]
    series: bool = False


OF_EACH = re.compile(r"\b(?:each|every|per|either|apiece|left|right)\b", re.IGNORECASE)
"""Words by which a number of images may be of those of one side."""


def count(one: Sentence, total: int, names: Mapping[str, Sequence[int]]) -> None:
    """ "Three radiographs": how many images there are."""
    one.spans += [match.span() for match in _OF_ONE.finditer(one.text)]
    for match in _COUNT.finditer(one.text):
        before = one.text[: match.start()].rstrip().lower()
        if _MADE_OF.search(before) is None and _PART_OF.search(before) is not None:
            continue
        word = match["n"].lower()
        number = 2 if word.startswith("a") else members.number(word)
        if number == 1:
            continue  # "one study" is no count of its images
        such = next((numbers for name, numbers in names.items() if f" {name} " in match.group().lower()), None)
        right = number == (total if such is None else len(such))
        apart = match["noun"].lower() == "sequences"  # of which one may have given two images
        if not right and (apart or (number < total and OF_EACH.search(one.text))):
            continue  # "two views of each breast"
        ruling = Ruling(
            "supported" if right else "contradicted", None, f"there are {total}", None if right else "count"
        )
        one.found.append((match.span(), ruling))
        one.spans.append(match.span("n"))


def _pairs(one: Sentence, total: int) -> list[tuple[int, int]]:
    """Which two images a change lies between: those named; that named and the one before it, or the last."""
    numbers = sorted({number for name in one.names for number in name.numbers if name.mode == "each"})
    if len(numbers) == total > 2:
        return [(n, n + 1) for n in range(1, total)]
    if len(numbers) >= 2:
        return [(numbers[0], numbers[-1])]
    if numbers:
        return [(1, total)] if numbers == [1] else [(n, numbers[0]) for n in range(1, numbers[0])][::-1]
    return [(a, b) for a in range(1, total) for b in range(a + 1, total + 1)]


def changed(one: Sentence, space: LabelSpace, known: Evidence) -> None:
    """What the sentence says of a change, and of how long it took."""
    group = known.scene.group
    assert group is not None
    if not group.timed or changes.DOUBT.search(one.text):
        return
    days = [member.days for member in group.shown]
    low = blanked(one.text, one.spans).lower()
    told = [item for item in quantities(low, True) if item.quantity is not None and item.kind == "quantity"]
    if (same := _SAME_DAY.search(one.text)) is not None:
        gap = (days[-1] or 0) - (days[0] or 0)
        one.found.append((same.span(), Ruling("contradicted" if gap else "supported", None, f"{gap} days", "size")))
        one.spans.append(same.span())
    for item in told:
        if item.quantity is not None and item.quantity.unit in changes.DAYS and _TIMED.search(one.text):
            pairs = _pairs(one, len(days))
            pairs = [(n, n + 1) for n in range(1, len(days))] if not one.names and len(days) > 2 else pairs
            one.found.append(((item.start, item.end), changes.apart(item.quantity, pairs, days)))
            beside = re.compile(r"\s+(?:after|later|before|earlier|apart|ago)\b").match(low, item.end)
            ahead = re.search(r"\b(?:after|within|for)\s+$", low[: item.start])
            one.spans.append((ahead.start() if ahead else item.start, beside.end() if beside else item.end))
    change = changes.change_in(blanked(one.text, one.spans))
    if change is not None and change.kind == "new" and _named_so(change, one.text, space, known):
        change = None  # "new vessels", a name
    if change is None and len(one.names) == 2 and (times := _TIMES.search(one.text)) is not None:
        change = changes.Change(times.start(), times.start(), "ratio")
    if change is not None and not any(member.part for member in group.shown):
        _change(one, change, space, known)


def _named_so(change: changes.Change, text: str, space: LabelSpace, known: Evidence) -> bool:
    """Whether the word for a change is a part of what something is called."""
    named = (c.subject for c in parse(text, space, known.called) if c.kind in ("presence", "absence"))
    return any(one is not None and one.start == change.start and one.end > change.end for one in named)


def spoken(
    clear: str, space: LabelSpace, known: Evidence
) -> tuple[list[Parsed], Mention | None, str | None]:  # fmt: skip
    """What a sentence without its numbers speaks of: its assertions, the thing, the name of what is stated."""
    parts = known.parts
    claims = parse(clear, space, known.called)
    subject = next(
        (
            c.subject
            for facet in ("finding", "anatomy")
            for c in claims
            if c.subject is not None and c.subject.facet == facet and c.subject.slugs[0][0] != "*"
        ),
        None,
    )
    score = next(
        (
            c.measure.partition("|")[0]
            for c in claims
            if c.measure and c.measure[0] != "|" and changes.score(c.measure.partition("|")[0], parts[0])
        ),
        None,
    )
    score = score or next((c.subject.slugs[0][1:] for c in claims if c.subject and c.subject.slugs[0][0] == "="), None)
    return claims, subject, score


def _change(one: Sentence, change: changes.Change, space: LabelSpace, known: Evidence) -> None:
    parts = known.parts
    clear = blanked(one.text, [*one.spans, (change.start, change.end)])
    claims, subject, score = spoken(clear, space, known)
    subject = changes.newly(change, claims) or subject
    said, by, span = _amount(clear, one.text, change)
    if subject is None and score is None:
        score = changes.measured_in(said.unit, parts[0]) if said is not None else None
    if subject is None and score is None:
        return
    kind = change.kind
    pairs, each = _compared(one, change, len(parts))
    if score is not None and subject is None:
        ruling = _scored(score, kind, pairs, parts, said, by, each)
    elif kind in changes.TIMES and subject is not None:
        ruling = changes.presence(kind, subject.slugs, pairs, parts, each)
        if kind == "kept" and "unchanged" in one.text.lower() and ruling.answer == "supported":
            sized = changes.sizes("same", subject.slugs, pairs, parts, None, "")
            ruling = sized if sized.answer != "uncheckable" else ruling
    elif kind in ("same", "grown", "shrunk", "moved", "ratio") and subject is not None:
        if kind == "ratio":
            pairs = [(one.names[1].numbers[0], one.names[0].numbers[0])]
        both = _both(clear, change, claims) or [subject]
        ruling = changes.settled(
            [changes.sizes(kind, it.slugs, pairs, parts, said, by, each) for it in both], True
        ) or Ruling("uncheckable", None, "")
    else:
        return
    if change.denied:
        turned = {"supported": "contradicted", "contradicted": "supported"}
        ruling = ruling._replace(answer=turned.get(ruling.answer, ruling.answer))  # type: ignore[arg-type]
    one.found.append(((change.start, change.end), ruling))
    one.spans += [(change.start, change.end), *([span] if span else [])]
    one.spans += [match.span() for match in _THAT.finditer(one.text) if kind in ("ratio", "grown", "shrunk")]
    one.names = [] if kind not in ("new", "kept") or ruling.answer != "uncheckable" else one.names
    one.spans += _named_again(clear, claims)
    if subject is None and kind not in ("better", "worse"):  # nor is what a source states said to have one value
        left = parse(blanked(one.text, one.spans), space, known.called)
        one.spans += [c.span for c in left if c.subject is not None and c.subject.slugs[0] == f"={score}"]


def _compared(one: Sentence, change: changes.Change, total: int) -> tuple[list[tuple[int, int]], bool]:
    """The pairs of images that a change lies between, and whether it does between each of them."""
    pairs = _pairs(one, total)
    after = [name.numbers[0] for name in one.names if name.start >= change.end and name.mode == "each"]
    if change.kind in ("gone", "new") and after and 1 < after[0] <= total:
        pairs = [(n, after[0]) for n in range(1, after[0])][::-1]  # "new on the third film, still there on the fourth"
    each = any(name.mode == "each" and len(name.numbers) == total for name in one.names)
    if _OVERALL.search(one.text):
        pairs, each = [(1, total)], False
    elif (each or _STEADY.search(one.text)) and total > 2 and not one.series:
        pairs, each = [(n, n + 1) for n in range(1, total)], True
    compared = _than(one, change)
    return ([compared] if compared is not None else pairs), each


def _both(clear: str, change: changes.Change, claims: Sequence[Parsed]) -> list[Mention]:
    """ "Spleen and metastasis have both become smaller": all that a list before the change names."""
    named = {
        (c.subject.start, c.subject.end): c.subject for c in claims if c.kind == "presence" and c.subject is not None
    }
    before = [one for one in named.values() if one.end <= change.start]
    joined = len(before) > 1 and "and" in clear[before[0].end : before[-1].start].split()
    return before if joined else []


def _than(one: Sentence, change: changes.Change) -> tuple[int, int] | None:
    """ "At baseline it was larger than at follow-up": the images compared, the first-named last."""
    names = [name for name in one.names if name.mode == "each" and len(name.numbers) == 1]
    if len(names) != 2 or not re.match(r"\s*(?:in size\s+)?than\b", one.text[change.end :]):
        return None
    if not names[0].end <= change.start or names[1].start < change.end:
        return None
    return names[1].numbers[0], names[0].numbers[0]


def _named_again(clear: str, claims: Iterable[Parsed]) -> list[tuple[int, int]]:
    """What has changed is not said to be there on every image."""
    return [
        claim.span for claim in claims if claim.kind in ("presence", "absence") and clear[slice(*claim.span)].strip()
    ]


def _scored(
    name: str, kind: str, pairs: Sequence[tuple[int, int]], parts: Sequence[Evidence], said: Quantity | None, by: str,
    each: bool,
) -> Ruling:  # fmt: skip
    """A change of what the source states in numbers."""
    rulings = []
    for a, b in pairs:
        first, second = changes.score(name, parts[a - 1]), changes.score(name, parts[b - 1])
        if first is None or second is None:
            continue
        high = first.scale.high if first.scale is not None else ""
        up = "grown" if not any(word in high for word in ("worse", "severe", "more", "poor")) else "shrunk"
        turned = {"better": up, "worse": "shrunk" if up == "grown" else "grown"}
        then, now = (_in_unit_of(said, fact) for fact in (first, second))
        rulings.append(changes.changed(turned.get(kind, kind), first, then, now, said, by))
    return changes.settled(rulings, each) or Ruling("uncheckable", None, "the source does not state it for both")


def _in_unit_of(said: Quantity | None, fact: Fact) -> float:
    value = numeric(fact, said) if said is not None and said.unit not in ("", "%") else None
    return float(fact.value) if value is None else value


def _amount(clear: str, text: str, change: changes.Change) -> tuple[Quantity | None, str, tuple[int, int] | None]:
    """By how much: a ratio, a share, a difference, or both values."""
    word = _TIMES.search(text)
    if word is not None:
        value = float(word["n"]) if word["n"] else TIMES[word["word"].lower()]
        before = text[: word.start()].lower().rstrip()
        bound: Bound = "gt" if before.endswith("more than") else "lt" if before.endswith("less than") else "eq"
        begins = len(before.removesuffix("more than").removesuffix("less than"))
        quantity = Quantity((value,), "", 0.005 if word["n"] else 0.12 * value, bound)
        return quantity, "ratio", (begins, word.end())
    for item in quantities(clear.lower(), True):
        if item.quantity is None or item.quantity.unit in changes.DAYS:
            continue
        before = clear[: item.start].lower().rstrip()
        if item.quantity.unit == "%" and not clear[item.start :].lower().startswith("from"):
            cut = len(before.removesuffix("by")) if before.endswith("by") else item.start
            return item.quantity, "share", (cut, item.end)
        if before.endswith("by"):
            return item.quantity, "difference", (len(before) - 2, item.end)
        if _GAINED.search(text) and item.quantity.unit:
            return item.quantity, "difference", (item.start, item.end)
        if item.quantity.bound == "range":
            return item.quantity, "values", (item.start, item.end)
    return None, "", None
