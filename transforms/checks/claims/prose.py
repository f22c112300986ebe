"""Reasoning in a model's words: each sentence says its step, no more and no less.

A step may hold what no fact does (the two ends of a diameter), so a sentence is held against both: an assertion that
facts bear out stands, and so does one that the step makes in the same words. Numbers, things, sides, comparisons and
denials are those of the step, whatever the rest of the sentence is.
"""

import re
from collections import Counter
from collections.abc import Iterator, Sequence

from schemas import Claim, Dialogue, LabelSpace, Prose, ReasoningStep, Scene
from transforms.checks.claims.annotated import check
from transforms.checks.claims.evidence import Evidence
from transforms.checks.claims.model import ClaimVerdict
from transforms.checks.claims.sentences import sentences
from transforms.checks.claims.spelling import plain
from transforms.checks.claims.words import word_set

_NUMBER = re.compile(r"\d+(?:\.\d+)?")
_WORD = re.compile(r"[^\W\d_]+")
_DECIDING = word_set(
    """
    no not none neither nor never without nothing only left right both larger largest smaller smallest greater greatest
    less least more most fewer fewest bigger biggest longer longest shorter shortest wider widest narrower higher
    highest lower lowest above below over under inside outside within between before after behind front upper middle
    central centre center top bottom anterior posterior superior inferior medial lateral first last second third one two
    same equal different all each every yes width height area volume diameter distance average mean sum difference
    ratio product half twice
    """
)
"""Words on which what a sentence says depends, whichever others stand around them."""
_LINKING = word_set(
    """
    a an the this that these those it its is are was we i now then next so therefore thus hence here there and also
    since because which what by of in on to from for with as at gives give given get take taking took find finding found
    measure measuring measured look looking see read reading compute computing calculate calculating compare comparing
    result answer step value values image picture
    """
)
"""Words that a sentence may have beside those of its step: they say nothing of what is shown."""


def wrong(words: str, step: ReasoningStep, scene: Scene, space: LabelSpace, known: Evidence) -> str | None:
    """Why a sentence does not say its step; None where it does."""
    if len(list(sentences(words))) != 1:
        return "it is not one sentence"
    for what, found in (("numbers", _numbers), ("deciding words", _deciding)):
        if found(words) != found(step.text):
            return f"its {what} are not those of the step"
    names = {region.concept.label.casefold() for region in scene.regions}
    if differ := sorted(name for name in names if (name in words.casefold()) != (name in step.text.casefold())):
        return f"it and the step do not both name {differ[0]}"
    own = {_key(one) for one in check(step.text, scene, space, known=known)}
    told = {*_words(step.text), *_LINKING}
    for one in check(words, scene, space, known=known):
        if one.verdict != "supported" and _key(one) not in own and plain(one.text.casefold()) not in told:
            return f"{one.text!r} is {one.verdict}: {one.reason}"
    for match in _WORD.finditer(words):
        if plain(match[0].casefold()) not in told and not _covered(words, match.start(), scene, space, known):
            return f"{match[0]!r} is no word of the step"
    return None


def linked(words: str, scene: Scene, space: LabelSpace, known: Evidence) -> tuple[Claim, ...]:
    """A claim for each assertion of a text that facts bear out."""
    found = {(one.span, one.fact) for one in check(words, scene, space, known=known)
             if one.verdict == "supported" and one.fact is not None}  # fmt: skip
    return tuple(Claim(span=span, fact=fact) for span, fact in sorted(found))


def problems(dialogue: Dialogue, scene: Scene, space: LabelSpace, known: Evidence) -> Iterator[str]:
    """What is wrong with the prose of a dialogue, sentence by sentence."""
    prose = dialogue.prose
    if prose is None:
        return
    found = spans(prose)
    if prose.steps != tuple(range(1, len(dialogue.reasoning) + 1)) or len(found) != len(prose.steps):
        yield f"its {len(found)} sentences do not say the {len(dialogue.reasoning)} steps in their order"
        return
    for (start, end), step in zip(found, dialogue.reasoning, strict=True):
        if (why := wrong(prose.text[start:end], step, scene, space, known)) is not None:
            yield f"{prose.text[start:end]!r}: {why}"
    if prose.claims != linked(prose.text, scene, space, known):
        yield "its claims are not those of its words"


def spans(prose: Prose) -> Sequence[tuple[int, int]]:
    """Where its sentences stand."""
    return list(sentences(prose.text))


def _covered(words: str, at: int, scene: Scene, space: LabelSpace, known: Evidence) -> bool:
    """Whether the word that begins at a character stands in an assertion that facts bear out."""
    return any(one.verdict == "supported" and one.fact is not None and one.span[0] <= at < one.span[1]
               for one in check(words, scene, space, known=known))  # fmt: skip


def _numbers(words: str) -> Counter[str]:
    return Counter(_NUMBER.findall(words))


def _deciding(words: str) -> Counter[str]:
    return Counter(word for word in _words(words) if word in _DECIDING)


def _words(text: str) -> list[str]:
    return [plain(word.casefold()) for word in _WORD.findall(text)]


def _key(one: ClaimVerdict) -> tuple[str, str]:
    return one.kind, one.text.casefold()
