"""What a sentence says as the answer to a question: yes or no, one of several names, names in an order.

Nothing is guessed: a sentence that names two answers, denies one, or says more than the question's words do, is none.
"""

import re
import unicodedata
from collections.abc import Collection, Iterable, Sequence
from functools import lru_cache
from graphlib import CycleError, TopologicalSorter
from itertools import pairwise

YES, NO, UNCERTAIN = POLAR = ("yes", "no", "uncertain")
DENIED = frozenset({"not", "never", "neither", "nor", "cannot"})
_ABSENT = DENIED | {"no", "without", "absent", "absence", "none", "lacks", "free"}
_DOUBT = frozenset({"possible", "possibly", "uncertain", "unclear", "may", "might", "maybe", "perhaps", "equivocal",
                    "undetermined", "indeterminate"})  # fmt: skip
_FRAME = frozenset({
    "this", "that", "these", "those", "there", "it", "its", "they", "here", "image", "images", "picture", "pictures",
    "scan", "slice", "clip", "view", "study", "examination", "recording", "is", "are", "was", "were", "be", "been",
    "does", "do", "did", "has", "have", "had", "can", "could", "shows", "show", "showing", "shown", "seen", "see",
    "visible", "present", "in", "on", "of", "at", "to", "by", "with", "from", "for", "as", "and", "i", "would", "say",
    "think", "answer", "final", "my", "patient", "source", "according", "report", "state", "states", "stated",
    "describe", "describes", "described", "reported", "any", "evidence", "some", "outlined", "marked", "following",
    "structure", "structures", "part", "region", "area", "located", "lies", "lie", "lying", "found", "using", "used",
    "acquired", "made", "taken", "called", "known", "counts", "count", "kind", "type", "side", "which", "what", "s",
    "largest",
})  # fmt: skip
"""Words that name nothing: they may stand around an answer."""
_IMAGING = frozenset({
    "x-ray", "xray", "radiograph", "radiography", "ct", "mr", "mri", "computed", "tomography", "magnetic",
    "resonance", "imaging", "ultrasound", "photograph", "photo", "microscopy", "endoscopic",
})  # fmt: skip
"""How a picture was made, which an answer to something else may say besides."""
_SAME = {"centre": "center", "central": "center", "centrally": "center", "top": "upper", "bottom": "lower"}
_ARTICLES = frozenset({"a", "an", "the"})
_HYPHEN = re.compile(r"(?<=[a-z])-(?=[a-z]{2})")
_NEGATED = re.compile(r"n[’']t\b|\bcannot\b")
_CENTER = re.compile(r"\bcenter of (?!(?:image|picture|body|scan|slice|view|frame)\b)")
_CLAUSE = re.compile(r"[,;:.!?\n]+(?:\s|$)")
_SENTENCE = re.compile(r"(?<=[.?!])\s+|\n+")
_NUMBER = re.compile(r"(?<![a-z\d.])-?\d+(?:\.\d+)?")
_COMPARED = re.compile(r"\b(?:(larger|bigger|greater|more|higher)|(smaller|less|fewer|lower)) than\b")
_FIRST = r"(?:(largest|biggest|greatest{0})|(smallest|least|lowest{1}))"
_EXTREME = re.compile(rf"\b{_FIRST.format('', '')}\b")
_DIRECTION = re.compile(
    rf"\b{_FIRST.format('', '')}(?= first\b| to \S)|\b(?:(descending|decreasing)|(ascending|increasing))\b"
)
_IDLE = re.compile(r"\bno (?:doubt|question|wonder)\b")


@lru_cache(maxsize=1 << 14)
def plain(text: str) -> str:
    """Words as they are compared: lower case, no punctuation, no articles, "upper-left" as "upper left"."""
    folded = _HYPHEN.sub(" ", _NEGATED.sub(" not", unicodedata.normalize("NFKC", text).casefold()))
    kept = "".join(sign if sign.isalnum() or sign in "+-%/." else " " for sign in folded)
    words = (word.strip(".") for word in kept.split())
    return " ".join(_SAME.get(word, word) for word in words if word and word not in _ARTICLES)


def denies(text: str) -> bool:
    """Whether plain words say what is not so."""
    return not DENIED.isdisjoint(text.split())


def polar(answer: str, question: str = "") -> str | None:
    """yes, no or uncertain: by the first word, by the last, or by what the sentence claims of the question's own words.
    None where it says two of them, or none."""
    words = plain(_IDLE.sub(" ", answer.casefold())).split()
    alone = {text for clause in _CLAUSE.split(answer) if (text := plain(clause)) in (YES, NO)}
    if not words or len(alone) > 1:
        return None
    claimed = _claimed(answer, question)
    if words[0] in POLAR:
        first = plain(_CLAUSE.split(answer, maxsplit=1)[0]).split()
        if YES in words[1:] or (words[0] == YES and not _ABSENT.isdisjoint(first)):
            return None
        return words[0] if claimed in (None, words[0], UNCERTAIN) or words[0] == UNCERTAIN else None
    if words[-1] in POLAR and not {*POLAR, *DENIED} & set(words[:-1]):
        return words[-1]
    return claimed


def _claimed(answer: str, question: str) -> str | None:
    """What one clause says of all that the question names, in its order; None of two that differ."""
    asked = [sentence for sentence in _SENTENCE.split(question.strip()) if sentence.endswith("?")]
    names = _naming(plain(asked[-1])) if asked else []
    if not names or denies(plain(asked[-1])):
        return None
    found: set[str | None] = set()
    for clause in _CLAUSE.split(_IDLE.sub(" ", answer.casefold())):
        words = plain(clause).split()
        if not _in_order(names, words):
            continue
        denied = [word for word in words if word in _ABSENT and word not in names]
        if not _DOUBT.isdisjoint(words) or ("cannot" in clause and {"excluded", "ruled", "determined"} & set(words)):
            found.add(UNCERTAIN)
        else:
            found.add(None if len(denied) > 1 else NO if denied else YES)
    return found.pop() if len(found) == 1 else None


def _naming(text: str) -> list[str]:
    return [word for word in text.split() if word not in _FRAME and word not in _ABSENT]


def _in_order(wanted: Sequence[str], words: Iterable[str]) -> bool:
    left = iter(words)
    return all(word in left for word in wanted)


def named(text: str, names: Collection[str]) -> tuple[list[str], str]:
    """Which of some plain names plain words hold, in the order of their first mention, the longer before one that it
    contains; and the words that are left."""
    rest = f" {_CENTER.sub('', text) if any(' ' in name for name in names) else text} "
    found: dict[str, int] = {}
    for name in sorted(names, key=lambda one: (-len(one), one)):
        while (start := rest.find(f" {name} ")) >= 0:
            found[name] = min(start, found.get(name, start))
            rest = rest[: start + 1] + "\0" * len(name) + rest[start + 1 + len(name) :]
    return sorted(found, key=found.__getitem__), " ".join(rest.replace("\0", " ").split())


def without(text: str, question: str, names: Collection[str]) -> str:
    """Plain words without the runs that the question has too and that hold a name with a noun behind it: "the lower
    left molar" is what is asked about, and says of no place that it is there."""
    words, asked, kept, at = text.split(), f" {plain(question)} ", [], 0
    while at < len(words):
        end = at + 1
        while end < len(words) and f" {' '.join(words[at : end + 1])} " in asked:
            end += 1
        run = " ".join(words[at:end])
        behind = max((f" {run} ".rpartition(f" {name} ")[2] for name in named(run, names)[0]), key=len, default="")
        kept += words[at:end] if _FRAME.issuperset(behind.split()) else []
        at = end
    return " ".join(kept)


def alone(text: str, accepted: Collection[str], question: str = "") -> bool:
    """Whether plain words name an accepted answer, and around it say nothing but the question's own words and such as
    name nothing."""
    imaging = any(not _IMAGING.isdisjoint(name.split()) for name in accepted)
    idle = _FRAME | set(_naming(plain(question))) | (frozenset() if imaging else _IMAGING)
    found, rest = named(text, accepted)
    return bool(found) and idle.issuperset(rest.split())


def core(item: str) -> str:
    """An item of a list without the words before and behind it that name nothing."""
    words = plain(item).split()
    while words and words[0] in _FRAME:
        words.pop(0)
    while words and words[-1] in _FRAME:
        words.pop()
    return " ".join(words)


def more_of(answer: str, names: Collection[str], question: str) -> str | None:
    """Of two names that a sentence compares, the one that is more: "a is larger than b" where the question has that
    word, "a has 161 HU and b has 104 HU" where each name goes with one number; or the one that "shows it and b does
    not"."""
    for sentence in _SENTENCE.split(answer.strip()):
        text = plain(sentence)
        found, _ = named(text, names)
        if len(found) != 2:
            continue
        one, other = map(re.escape, found)
        if denies(text):
            return found[0] if re.search(rf" and {other} (?:does|is|has) not$", text) else None
        head, than, _ = f"{text} ".partition(" than ")
        if than:
            before, rest = named(head, names)
            return before[0] if len(before) == 1 and set(rest.split()[-2:]) & set(plain(question).split()) else None
        number = rf"({_NUMBER.pattern})"
        if times := re.search(rf"{one} .*?{number} times .*{other}", text):
            return found[float(times[1]) < 1]
        pair = re.search(rf"{number}\D* for {one} .*?{number}\D* for {other}$", text)
        values = list(pair.groups()) if pair else _numbers_behind(text, found)
        if len(values) == 2 and float(values[0]) != float(values[1]):
            return found[float(values[1]) > float(values[0])]
    return None


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
