"""Published questions and answers about an image, conversations about it, and captions, from a table."""

import re
from collections.abc import Iterator
from itertools import pairwise
from typing import Any

from pydantic import model_validator

from connectors import tables
from connectors.assemble import Image
from connectors.drafts import AttributeDraft, Draft, ProblemDraft, TextDraft
from connectors.tables import Row
from schemas import Notice, canonical_json
from schemas.level import Level

_LETTERED = re.compile(r"\s*\(?[A-Za-z]\s*[:.)]\s*")
_LETTER = re.compile(r"\(?([A-Za-z])\)?[:.]?")
_PICTURE = re.compile(r"\s*<image>\s*")


class Options(tables.Table):
    """`question`, `answer`: their columns; a row without one of them asks nothing (test sets keep answers back).
    `options`: the columns of the choices, or one column that holds a list. `lettered`: choices begin with "A:" and an
    answer may be such a letter; both become the choice's own text. `type_column`, `explanation` and `more`
    ({name: column}) go with the question.
    `conversation`: a column with a list of turns, each with who speaks in `who` and the words in `said`; the turns of
    `human` are questions and each next turn the answer.
    `captions`: columns of captions; `written`: they are the image's text, and not captions among others.
    `level`: what is asked about, where it is more than the record (all frames of a series).
    """

    question: str | None = None
    answer: str | None = None
    options: str | tuple[str, ...] = ()
    lettered: bool = False
    type_column: str | None = None
    explanation: str | None = None
    more: dict[str, str] = {}
    conversation: str | None = None
    who: str = "from"
    said: str = "value"
    human: tuple[str, ...] = ("human", "user")
    captions: tuple[str, ...] = ()
    written: bool = False
    level: Level | None = None

    __hash__ = tables.Table.__hash__

    @model_validator(mode="after")
    def _asks(self) -> "Options":
        if (self.question is None) != (self.answer is None):
            raise ValueError("`question` and `answer` go together")
        if self.question is None and self.conversation is None and not self.captions:
            raise ValueError("set `question` and `answer`, `conversation`, or `captions`")
        return self


companions = tables.companions


def annotate(image: Image, options: Options) -> Iterator[Draft]:
    """Each question and each caption once; a row with a list that is none is a problem. One question with several
    answers is kept with each, and told."""
    asked: dict[str, None] = {}
    answers: dict[str, dict[str, None]] = {}
    captions: dict[str, None] = {}

    def read(row: Row) -> Iterator[Draft]:
        for found in [*_single(row, options), *_conversation(row, options)]:
            if options.level is not None:
                found["level"] = options.level
            line = canonical_json(found)
            if line not in asked:
                asked[line] = None
                answers.setdefault(found["question"], {})[found["answer"]] = None
                yield AttributeDraft("questions", found, many=True)
        captions.update({row[column]: None for column in options.captions if row[column]})

    rows, repeated = tables.distinct(tables.rows(image, options))
    yield from repeated
    yield from tables.each(rows, read, lambda _: ())
    for question, given in answers.items():
        if len(given) > 1:
            reason = f"{len(given)} answers to one question: {', '.join(map(repr, given))}"
            notice = Notice(kind="file", uri=rows[0].file, line=rows[0].line, item=question, reason=reason)
            yield ProblemDraft(notice, ())
    if options.written and captions:
        yield TextDraft("\n\n".join(captions), "caption", options.level)
    elif captions:
        yield from (AttributeDraft("captions", caption, many=True) for caption in captions)


def _single(row: Row, options: Options) -> Iterator[dict[str, Any]]:
    if options.question is None or options.answer is None or not row[options.question] or not row[options.answer]:
        return
    choices = _choices(row, options)
    told: dict[str, Any] = {"question": row[options.question], "answer": row[options.answer]}
    if options.lettered:
        told["answer"] = _spelt(row, told["answer"], choices)
        choices = [_LETTERED.sub("", choice, count=1) if _LETTERED.match(choice) else choice for choice in choices]
    if choices:
        told["options"] = choices
    named = {"type": options.type_column, "explanation": options.explanation, **options.more}
    yield told | {name: row[column] for name, column in named.items() if column and row[column]}


def _choices(row: Row, options: Options) -> list[str]:
    if not isinstance(options.options, str):
        return [row[column] for column in options.options if row[column]]
    cell = row[options.options]
    if not cell:
        return []
    found = tables.literal(row, options.options, cell)
    if not isinstance(found, list | tuple | dict):
        raise row.bad(f"column {options.options!r}: {cell[:60]!r} is no list of choices")
    return [str(choice) for choice in (found.values() if isinstance(found, dict) else found)]


def _spelt(row: Row, answer: str, choices: list[str]) -> str:
    """An answer's own text, where it is a letter."""
    letter = _LETTER.fullmatch(answer)
    if letter is None or not choices:
        return _LETTERED.sub("", answer, count=1) if answer in choices else answer
    place = ord(letter[1].upper()) - ord("A")
    if place >= len(choices):
        raise row.bad(f"the answer {answer!r} is none of {len(choices)} choices")
    return _LETTERED.sub("", choices[place], count=1) if _LETTERED.match(choices[place]) else choices[place]


def _conversation(row: Row, options: Options) -> Iterator[dict[str, Any]]:
    """Each turn of the human with the turn after it. `conversation` holds those together that were one talk."""
    if options.conversation is None or not row[options.conversation]:
        return
    turns = tables.literal(row, options.conversation, row[options.conversation])
    if not isinstance(turns, list) or not all(isinstance(turn, dict) and options.said in turn for turn in turns):
        raise row.bad(f"column {options.conversation!r} holds no turns with {options.who!r} and {options.said!r}")
    for question, answer in pairwise(turns):
        if question.get(options.who) in options.human and answer.get(options.who) not in options.human:
            yield {
                "question": _PICTURE.sub(" ", str(question[options.said])).strip(),
                "answer": str(answer[options.said]).strip(),
                "conversation": f"{row.file}: {row.line}",
            }
