"""Whether a model's answer may stand: first its form, then every assertion of its words against the facts."""

import json
import re
from collections.abc import Iterator, Sequence
from typing import Any, NamedTuple

import jsonschema

from schemas import Answer, Claim, LabelSpace, Scene, Text
from transforms.checks.claims import check, check_text
from transforms.checks.claims.evidence import Evidence
from transforms.checks.claims.model import ClaimVerdict
from transforms.checks.claims.omission import Unchecked, omitted
from transforms.checks.claims.sentences import sentences
from transforms.checks.refusals import fault
from transforms.mentions.language import english

LONGEST = 20_000
"""Characters of an answer that is looked at."""
IN_COMMON = 8
"""So many words in a row that stand in the instructions as well are no answer of its own."""
_FENCE = re.compile(r"^```(?:json)?\s*\n(.*)\n```$", re.DOTALL)
_WORD = re.compile(r"\w+")


class RefusedError(ValueError):
    """An answer that may not stand, and why, in one line."""


class Judged(NamedTuple):
    """What may stand of a model's words: `text`, None where nothing may, and `why` not. `wrong`: what the facts
    contradict, or what is left out and must not be. `dropped`: (sentence, reason) of what went while the rest
    stands."""

    text: Text | None
    why: str = ""
    wrong: tuple[str, ...] = ()
    dropped: tuple[tuple[str, str], ...] = ()


def data_of(answer: Answer, schema: dict[str, Any]) -> Any:
    """The JSON of an answer. Raises RefusedError where it is none, or not as the schema has it."""
    text = answer.text.strip()
    if not text:
        raise RefusedError("empty")
    if len(text) > LONGEST:
        raise RefusedError(f"too long: {len(text)} characters")
    if answer.finish == "length":
        raise RefusedError("too long: cut off where its tokens ended")
    if (fenced := _FENCE.match(text)) is not None:
        text = fenced.group(1)
    try:
        found = json.loads(text)
    except ValueError as error:
        raise RefusedError(fault(text) or f"not JSON: {error}") from error
    except RecursionError as error:
        raise RefusedError("not JSON: nested too deeply") from error
    try:
        jsonschema.validate(found, schema)
    except jsonschema.ValidationError as error:
        where = ".".join(map(str, error.absolute_path)) or "the answer"
        raise RefusedError(f"not as its schema has it: {where}: {error.message[:120]}") from error
    return found


def refuse(words: str, asked: str, own: str) -> None:
    """Raises RefusedError for words that are no answer: a refusal, a placeholder, another language, what was `asked`,
    or the instructions themselves (`own`)."""
    if (wrong := fault(words)) is not None:
        raise RefusedError(wrong)
    if not english(words):
        raise RefusedError("not in English")
    refuse_echo(words, asked)
    said, told = _plain(words), _plain(own)
    runs = {tuple(told[n : n + IN_COMMON]) for n in range(len(told) - IN_COMMON + 1)}
    for n in range(len(said) - IN_COMMON + 1):
        if tuple(said[n : n + IN_COMMON]) in runs:
            raise RefusedError(f"repeats its instructions, {' '.join(said[n : n + IN_COMMON])!r}")


def refuse_echo(words: str, asked: str) -> None:
    """Raises RefusedError for words that are what was asked."""
    if _plain(words) == _plain(asked):
        raise RefusedError("what was asked, once more")


def _plain(text: str) -> list[str]:
    return _WORD.findall(text.lower())


def judged(
    words: str, scene: Scene, space: LabelSpace, known: Evidence, *, required: Sequence[str] = (),
    unchecked: Unchecked = "sentence",
) -> Judged:  # fmt: skip
    """What may stand of a model's words about a scene. One contradiction refuses all of them; a sentence that no fact
    covers, or that asserts nothing that could be held against one, goes alone, or with all where `unchecked` is "text".
    What is left carries a claim for each assertion, and must bear out the `required` facts."""
    words = " ".join(words.split())
    found = check(words, scene, space, known=known)
    if wrong := tuple(_named(one) for one in found if one.verdict == "contradicted"):
        return Judged(None, f"contradicted: {wrong[0]}", wrong)
    kept, dropped = _kept(words, found)
    if dropped and unchecked == "text":
        return Judged(None, f"not borne out: {dropped[0][0]!r}: {dropped[0][1]}", dropped=dropped)
    text = linked(kept, scene, space, known) if kept else None
    if text is None:
        why = f"not borne out: {dropped[0][0]!r}: {dropped[0][1]}" if dropped else "what is left of it says otherwise"
        return Judged(None, why, dropped=dropped)
    if missing := omitted(text.text, scene, space, required, known):
        said = tuple(f"it leaves out {one.predicate}{_of(one.regions, scene)}" for one in missing)
        return Judged(None, said[0], said, dropped)
    return Judged(text, dropped=dropped)


def linked(words: str, scene: Scene, space: LabelSpace, known: Evidence) -> Text | None:
    """Words with a claim for each assertion; None where one of them is not borne out, or cannot be claimed."""
    found = check(words, scene, space, known=known)
    if any(one.verdict != "supported" for one in found):
        return None
    claims = sorted({(*one.span, one.fact) for one in found if one.fact is not None})
    text = Text(text=words, claims=tuple(Claim(span=(start, end), fact=fact) for start, end, fact in claims))
    return text if all(one.verdict == "supported" for one in check_text(text, scene, space, known=known)) else None


def _kept(words: str, found: Sequence[ClaimVerdict]) -> tuple[str, tuple[tuple[str, str], ...]]:
    """The sentences that are borne out, and the others with the reason."""
    kept, dropped = [], []
    for start, end in sentences(words):
        own = [one for one in found if start <= one.span[0] < end]
        bad = next((one for one in own if one.verdict != "supported"), None)
        if bad is None and any(one.fact is not None for one in own):
            kept.append(words[start:end])
        else:
            dropped.append((words[start:end], _named(bad) if bad else "it asserts nothing that a fact could bear out"))
    return " ".join(kept), tuple(dropped)


def _named(one: ClaimVerdict) -> str:
    return f"{one.text!r}: {one.reason}"


def _of(regions: Sequence[str], scene: Scene) -> str:
    named: Iterator[str] = (one.concept.label for one in scene.regions if one.id in regions)
    return "".join(f" of {label}" for label in dict.fromkeys(named))
