"""What a sentence says of things that it compares: which of two is more, and what order several have."""

import re
from collections.abc import Collection, Sequence
from graphlib import CycleError, TopologicalSorter
from itertools import pairwise

from transforms.tasks.reading import SENTENCE, denies, named, plain

_OPPOSITE = {
    "larger": {"smaller"}, "bigger": {"smaller"}, "greater": {"smaller", "less", "lower"}, "higher": {"lower", "less"},
    "longer": {"shorter"}, "wider": {"narrower"}, "more": {"less", "fewer"}, "brighter": {"darker"},
    "smaller": {"larger", "bigger", "greater"}, "lower": {"higher", "greater"}, "shorter": {"longer"},
    "narrower": {"wider"}, "less": {"more", "higher"}, "fewer": {"more"}, "darker": {"brighter"},
}  # fmt: skip
_NUMBER = re.compile(r"(?<![a-z\d.])-?\d+(?:\.\d+)?")
_COMPARED = re.compile(r"\b(?:(larger|bigger|greater|more|higher)|(smaller|less|fewer|lower)) than\b")
_FIRST = r"(?:(largest|biggest|greatest{0})|(smallest|least|lowest{1}))"
_EXTREME = re.compile(rf"\b{_FIRST.format('', '')}\b")
_DIRECTION = re.compile(
    rf"\b{_FIRST.format('', '')}(?= first\b| to \S)|\b(?:(descending|decreasing)|(ascending|increasing))\b"
)


def more_of(answer: str, names: Collection[str], question: str) -> str | None:
    """Of two names that a sentence compares, the one that is more: "a is larger than b" where the question has that
    word, "a has 161 HU and b has 104 HU" where each name goes with one number; or the one that "shows it and b does
    not"; or of which alone the contrary is said."""
    for sentence in SENTENCE.split(answer.strip()):
        text = plain(sentence)
        found, rest = named(text, names)
        if len(found) == 1 and len(names) == 2 and not denies(text) and _contrary(rest, names, question):
            return next(name for name in names if name not in found)
        if len(found) != 2:
            continue
        one, other = map(re.escape, found)
        if denies(text):
            return found[0] if re.search(rf" and {other} (?:does|is|has) not$", text) else None
        head, than, _ = f"{text} ".partition(" than ")
        if than:
            return _compared(head, found, question)
        number = rf"({_NUMBER.pattern})"
        if times := re.search(rf"{one} .*?{number} times .*{other}", text):
            return found[float(times[1]) < 1]
        pair = re.search(rf"{number}\D* for {one} .*?{number}\D* for {other}$", text)
        values = list(pair.groups()) if pair else _numbers_behind(text, found)
        if len(values) == 2 and float(values[0]) != float(values[1]):
            return found[float(values[1]) > float(values[0])]
    return None


def _compared(head: str, names: Sequence[str], question: str) -> str | None:
    """The answer to "which is larger?" of what is said before "than": "a is larger", "b is smaller"."""
    before, rest = named(head, names)
    if len(before) != 1:
        return None
    if _contrary(rest, names, question):
        return names[names.index(before[0]) - 1]
    return before[0] if set(rest.split()[-2:]) & _asked(names, question) else None


def _contrary(rest: str, names: Collection[str], question: str) -> bool:
    """Whether words say "smaller" where the question asks which is larger."""
    asked = _asked(names, question)
    return any(not asked.isdisjoint(_OPPOSITE.get(word, ())) for word in rest.split())


def _asked(names: Collection[str], question: str) -> set[str]:
    """The words of a question without the names in it."""
    return set(named(plain(question), names)[1].split())


def _numbers_behind(text: str, names: Sequence[str]) -> list[str]:
    """The one number behind each of two names; none where there are more."""
    between, _, rest = text.partition(names[0])[2].partition(names[1])
    values = [_NUMBER.findall(part) for part in (between, rest)]
    return [one[0] for one in values] if all(len(one) == 1 for one in values) else []


def put_in_order(answer: str, names: Collection[str], question: str = "") -> list[str]:
    """Plain names in the order that an answer puts them, the largest first unless the question wants the smallest
    first: "a is smaller than b, which is smaller than c", "c > b > a" and "from the smallest to the largest: a, b, c"
    are c, b, a; otherwise each where it comes first. [] where what is compared is no one order."""
    wanted = _EXTREME.search(plain(question))
    rising = wanted is not None and wanted[2] is not None
    if wanted or not question:
        answer = re.sub(r"<+(?!-)", " smaller than ", re.sub(r"(?<!-)>+", " larger than ", answer))
    text = plain(answer)
    if _COMPARED.search(text):
        found = _chained(text, names)
        return found[::-1] if rising else found
    found, _ = named(text, names)
    told = _DIRECTION.search(text) or _EXTREME.search(text)
    if told is None or (told.re is _EXTREME and len(named(text[: told.start()], names)[0]) > 1):
        return found
    falls = any(told.groups()[::2])
    return found[::-1] if falls is rising else found


def _chained(text: str, names: Collection[str]) -> list[str]:
    """The one order, the largest first, that comparisons of two come to."""
    signs = [found[1] is not None for found in _COMPARED.finditer(text)]
    parts = [named(part, names)[0] for part in _COMPARED.sub("\n", text).split("\n")]
    if not all(parts):
        return []
    pairs = [(left[-1], right[0]) for left, right in pairwise(parts)]
    pairs = [pair if more else pair[::-1] for pair, more in zip(pairs, signs, strict=True)]
    graph: TopologicalSorter[str] = TopologicalSorter()
    for larger, smaller in pairs:
        graph.add(smaller, larger)
    try:
        order = list(graph.static_order())
    except CycleError:
        return []
    return order if set(pairwise(order)) <= set(pairs) else []
