"""What a sentence says as the answer to a question: yes or no, or one of several names.

Nothing is guessed: a sentence that names two answers, denies one, or says more than the question's words do, is none.
"""

import re
import unicodedata
from collections.abc import Callable, Collection, Iterable, Sequence
from functools import lru_cache

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
ORDINALS = {
    word: number for number, word in enumerate(
        ("first", "second", "third", "fourth", "fifth", "sixth", "seventh", "eighth", "ninth", "tenth", "eleventh",
         "twelfth", "thirteenth"), 1)
}  # fmt: skip
_VERTEBRA = re.compile(rf"\b({'|'.join(ORDINALS)}) (cervical|thoracic|lumbar|sacral) vertebra\b")
_LEVEL = re.compile(r"\b(?:vertebra ([ctls]\d+)|([ctls]\d+) vertebra)\b")
_TOWARDS = {
    "back": "posterior", "front": "anterior", "posteriorly": "posterior", "anteriorly": "anterior",
    "upper": "superior", "superiorly": "superior", "lower": "inferior", "inferiorly": "inferior",
}  # fmt: skip
_UNSURE = frozenset({"sure", "certain", "certainly", "clear", "clearly", "confident", "all", "really", "quite",
                     "exactly", "necessarily"})  # fmt: skip
_ARTICLES = frozenset({"a", "an", "the"})
_HYPHEN = re.compile(r"(?<=[a-z])-(?=[a-z]{2})")
_NEGATED = re.compile(r"n[’']t\b|\bcannot\b")
_CENTER = re.compile(r"\bcenter of (?!(?:image|picture|body|scan|slice|view|frame)\b)")
_CLAUSE = re.compile(r"[,;:.!?\n]+(?:\s|$)")
_CONTRAST = re.compile(
    r"([,;:.!?\n]+(?:\s+|$)|\s+(?:but|and)\s+(?=not\b)|\s+but\s+|\s+(?=(?:rather than|instead of)\b))"
)
_SHORT = re.compile(
    r"(?:(?:yes|no|indeed) )*(?:(?:it|this|that|these|they|there) )?((?:is|are|was|were|does|do|did|has|have|s) )?"
    r"(not )?(?:indeed )?((?:present|visible|seen|shown|true|correct|right|so|indeed) )?"
    r"((?:absent|false|incorrect|wrong) )?"
)
SENTENCE = re.compile(r"(?<=[.?!])\s+|\n+")
_IDLE = re.compile(r"\bno (?:doubt|question|wonder)\b")


@lru_cache(maxsize=1 << 14)
def plain(text: str) -> str:
    """Words as they are compared: lower case, no punctuation, no articles, "upper-left" as "upper left",
    and vertebrae by their short names: "T10"."""
    folded = _HYPHEN.sub(" ", _NEGATED.sub(" not", unicodedata.normalize("NFKC", text).casefold()))
    kept = "".join(sign if sign.isalnum() or sign in "+-%/." else " " for sign in folded)
    words = (word.strip(".") for word in kept.split())
    text = " ".join(_SAME.get(word, word) for word in words if word and word not in _ARTICLES)
    text = _VERTEBRA.sub(lambda found: f"{found[2][0]}{ORDINALS[found[1]]}", text)
    return _LEVEL.sub(lambda found: found[1] or found[2], text)


def denies(text: str) -> bool:
    """Whether plain words say what is not so."""
    return not DENIED.isdisjoint(text.split())


def affirmed(answer: str, other: Callable[[str], bool]) -> str:
    """An answer without the clauses that say only what it is not: "axial" of "axial, not coronal", "It is a CT" of "It
    is a CT rather than an MRI". `other`: whether plain words name something else than the answer."""
    parts, kept = _CONTRAST.split(answer), []
    for clause, sign in zip(parts[::2], [*parts[1::2], ""], strict=True):
        text = plain(clause)
        if not ((denies(text) or text.startswith(("rather than ", "instead of "))) and other(text)):
            kept.append(clause + sign)
    rest = "".join(kept)
    return rest if plain(rest) else answer


def tells(text: str) -> bool:
    """Whether plain words name anything at all, and are no doubt of what was said before."""
    return _UNSURE.isdisjoint(text.split()) and not set(text.split()) <= _FRAME | DENIED


def polar(answer: str, question: str = "") -> str | None:
    """yes, no or uncertain: by the first word, by the last, or by what the sentence claims of the question's own words.
    None where it says two of them, or none."""
    words = plain(_IDLE.sub(" ", answer.casefold())).split()
    alone = {text for clause in _CLAUSE.split(answer) if (text := plain(clause)) in (YES, NO)}
    if not words or len(alone) > 1:
        return None
    claimed, short = _claimed(answer, question), _short(answer, question)
    if words[0] in POLAR:
        first = plain(_CLAUSE.split(answer, maxsplit=1)[0]).split()
        if YES in words[1:] or (words[0] == YES and not _ABSENT.isdisjoint(first)):
            return None
        said = {claimed, *short} - {None, words[0], UNCERTAIN}
        return words[0] if not said or words[0] == UNCERTAIN else None
    if words[-1] in POLAR and not {*POLAR, *DENIED} & set(words[:-1]):
        return words[-1]
    told = {claimed, *short} - {None}
    return told.pop() if len(told) == 1 else None


def _short(answer: str, question: str) -> set[str]:
    """What clauses say of a question without its words: "It does not.", "Absent.", "That is right."; nothing beside a
    clause that denies something else."""
    asked, found = set(plain(question).split()), set()
    if not asked.isdisjoint(_ABSENT):
        return set()
    for clause in _CLAUSE.split(_IDLE.sub(" ", answer.casefold())):
        words = plain(clause)
        said = _SHORT.fullmatch(f"{words} ") if words else None
        if said is None or words in POLAR:
            if not (_ABSENT | _DOUBT).isdisjoint(words.split()) and words != NO:
                return set()
            continue
        verb, denied, so, wrong = said.groups()
        if (so == "right " and "right" in asked) or not (verb or so or wrong or "indeed" in words):
            continue
        found.add(NO if bool(denied) != bool(wrong) else YES)
    return found


def _claimed(answer: str, question: str) -> str | None:
    """What one clause says of all that the question names, in its order; None of two that differ."""
    asked = [sentence for sentence in SENTENCE.split(question.strip()) if sentence.endswith("?")]
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


def short_for(text: str, names: Iterable[str], question: str = "") -> list[str]:
    """The one name that holds all words that say something: "left one" of "left scapula" and "right scapula". What the
    question says besides the names says nothing."""
    known = {name: set(name.split()) for name in names}
    idle = set(plain(question).split()).difference(*known.values())
    said = set(text.split()) - _FRAME - DENIED - idle - {"one"}
    found = [name for name, words in known.items() if said and said <= words]
    return found if len(found) == 1 else []


def in_full(text: str, names: Collection[str]) -> str:
    """Plain words with "left one" told as "left scapula"."""
    return re.sub(r"\b(\w+) one\b", lambda found: (short_for(found[1], names) or [found[0]])[0], text)


def scattered(text: str, accepted: Iterable[str], question: str) -> bool:
    """Whether plain words name a place of two words one by one: "in the back of the body, on the left side"."""
    said, asked = ({_TOWARDS.get(word, word) for word in one.split()} for one in (text, plain(question)))
    places = [{_TOWARDS.get(word, word) for word in name.split()} for name in accepted]
    left = said - _FRAME - {"body"}
    return any(
        len(place) == 2 and (left == place or (left - asked == place and place.isdisjoint(asked))) for place in places
    )
