"""Answers of a model, or of anybody, against the checks of a published corpus's own questions."""

import json
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import NamedTuple

from rich.table import Table

from schemas import Dialogue, Model, Sample
from transforms.shards.manifest import groups, load
from transforms.tasks.scoring import score

UNANSWERED = "not answered"
Answers = Mapping[tuple[str, str], str]


class AnswersError(ValueError):
    """One line: the file, the line, the next action."""


class Scored(Model):
    """One item: `right` by its check, `score` 0 to 1, and why it is not right."""

    key: str
    dialogue: str
    task: str
    kind: str
    answer: str | None
    right: bool
    score: float
    reason: str = ""


class Tally(Model):
    """Items of one task: how many there are, were answered and are right; `score` is the mean over all of them."""

    items: int = 0
    answered: int = 0
    right: int = 0
    score: float = 0.0


def read_answers(path: Path) -> Answers:
    """(key, dialogue) -> answer of JSON Lines such as {"key": "...", "dialogue": "d1", "answer": "27.6 mm"}.

    Raises AnswersError.
    """
    found: dict[tuple[str, str], str] = {}
    try:
        lines = path.read_text(encoding="utf-8-sig").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise AnswersError(f"{path}: cannot be read: {error}; give a file of JSON Lines") from error
    for number, line in enumerate(lines, 1):
        if not line.strip():
            continue
        try:
            row = json.loads(line)
            at, answer = (str(row["key"]), str(row["dialogue"])), row["answer"]
        except (json.JSONDecodeError, TypeError, KeyError) as error:
            told = f"no {error}" if isinstance(error, KeyError) else "no JSON object"
            raise AnswersError(f"{path}:{number}: {told}; a line has key, dialogue and answer") from error
        if answer is None:
            raise AnswersError(f"{path}:{number}: the answer is null; leave the line out where there is none")
        if at in found:
            raise AnswersError(f"{path}:{number}: {at[0]} {at[1]} is answered twice; keep one line of it")
        found[at] = answer if isinstance(answer, str) else json.dumps(answer)
    return found


class Scores(NamedTuple):
    """The items that were judged, and how many answers were of `elsewhere`, another split, or of what is `unchecked`,
    questions that carry no check."""

    rows: list[Scored]
    elsewhere: int
    unchecked: int


def score_corpus(folder: Path, path: Path, split: str | None = None) -> Scores:
    """Every item of a corpus, or of one split, with what its check says of the answer given in `path`, which may answer
    the whole corpus.

    An item without an answer is wrong. Raises AnswersError for answers to what the corpus does not ask and for a split
    that it has not, ValueError where there is no manifest.
    """
    splits = sorted({shard.split for shard in load(folder).shards})
    if split is not None and split not in splits:
        raise AnswersError(f"{folder}: no split {split!r}; there are {', '.join(splits)}")
    answers = dict(read_answers(path))
    rows = [judged(key, one, answers.pop((key, one.id), None)) for key, one in items(folder, split)]
    elsewhere = unchecked = 0
    for found, key, one in _asked(folder) if answers else ():
        if answers.pop((key, one.id), None) is not None:
            other = split is not None and found != split
            elsewhere, unchecked = elsewhere + other, unchecked + (not other)
    for key, name in answers:
        raise AnswersError(f"{path}: {key} {name} is no item of {folder}; correct the key or leave the line out")
    return Scores(rows, elsewhere, unchecked)


def items(folder: Path, split: str | None = None) -> Iterator[tuple[str, Dialogue]]:
    """The questions of a published folder that carry a check."""
    yield from ((key, one) for _, key, one in _asked(folder, split) if one.check is not None)


def _asked(folder: Path, split: str | None = None) -> Iterator[tuple[str, str, Dialogue]]:
    """Split, key and dialogue of all that is asked."""
    for shard, key, members in groups(folder, split):
        sample = Sample.model_validate_json(members["json"])
        yield from ((shard.split, key, one) for one in sample.dialogues)


def judged(key: str, dialogue: Dialogue, given: str | None) -> Scored:
    """One answer by the check of its question."""
    assert dialogue.check is not None
    about = {"key": key, "dialogue": dialogue.id, "task": dialogue.task, "kind": dialogue.check.kind, "answer": given}
    if given is None:
        return Scored(right=False, score=0.0, reason=UNANSWERED, **about)
    found = score(dialogue.check, given, dialogue.choices, asked(dialogue))
    return Scored(right=found.right, score=found.value, reason=found.reason, **about)


def asked(dialogue: Dialogue) -> str:
    """All that a dialogue asks: its last question may lean on those before it."""
    return "\n".join(turn.text for turn in dialogue.turns if turn.role == "user")


def tallied(rows: Iterable[Scored]) -> dict[str, Tally]:
    """Task -> tally, and "all"."""
    sums: dict[str, list[float]] = {}
    for row in rows:
        for name in (row.task, "all"):
            into = sums.setdefault(name, [0, 0, 0, 0.0])
            for place, value in enumerate((1, row.reason != UNANSWERED, row.right, row.score)):
                into[place] += value
    return {
        name: Tally(items=int(n), answered=int(given), right=int(right), score=round(total / n, 6))
        for name, (n, given, right, total) in sorted(sums.items(), key=lambda pair: (pair[0] == "all", pair[0]))
    }


def table(found: Mapping[str, Tally]) -> Table:
    """A row a task."""
    out = Table(box=None, pad_edge=False)
    out.add_column("task")
    for name in ("items", "answered", "right", "accuracy", "score"):
        out.add_column(name, justify="right")
    for name, one in found.items():
        out.add_row(name, f"{one.items:,}", f"{one.answered:,}", f"{one.right:,}", f"{one.right / one.items:.3f}",
                    f"{one.score:.3f}")  # fmt: skip
    return out
