"""Answers of a model, or of anybody, against the checks of a published corpus's own questions."""

import json
import math
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple

from rich.table import Table

from schemas import Dialogue, Model, Sample
from schemas.faults import no_such
from transforms.regions.metrics import box_iou
from transforms.shards.manifest import load, samples
from transforms.tasks.judged import IOU
from transforms.tasks.scoring import score

FIELDS = "a line is a JSON object of key, dialogue and answer"
UNANSWERED = "not answered"
PLACED = ("grounded", "both", "agree")
Box = tuple[float, float, float, float]


class Given(NamedTuple):
    """An answer, and the box [x0, y0, x1, y1] where whoever gave it says that it is to be seen."""

    answer: str
    box: Box | None = None


Answers = Mapping[tuple[str, str], Given]


class AnswersError(ValueError):
    """One line: the file, the line, the next action."""


class Scored(Model):
    """One item: `right` by its check, `score` 0 to 1, and why it is not right. `overlap`: the IoU of the box given with
    that of what the answer rests on; None where none was given, or nothing has a box. `grounded`: it is enough."""

    key: str
    dialogue: str
    task: str
    kind: str
    answer: str | None
    right: bool
    score: float
    reason: str = ""
    overlap: float | None = None
    grounded: bool | None = None


class Tally(Model):
    """Items of one task: how many there are, were answered and are right; `score` is the mean over all of them. Of the
    `placed` ones, whose answers came with a box, the shares that are `grounded`, right and grounded (`both`), and
    right where grounded and wrong where not (`agree`)."""

    items: int = 0
    answered: int = 0
    right: int = 0
    score: float = 0.0
    placed: int | None = None
    grounded: float | None = None
    both: float | None = None
    agree: float | None = None


def read_answers(path: Path) -> Answers:
    """(key, dialogue) -> answer of JSON Lines such as {"key": "...", "dialogue": "d1", "answer": "27.6 mm"}; it may
    have a "box": [x0, y0, x1, y1] of where it is to be seen.

    Raises AnswersError.
    """
    found: dict[tuple[str, str], Given] = {}
    try:
        lines = path.read_text(encoding="utf-8-sig").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        why = error.strerror if isinstance(error, OSError) else "it is no text"
        raise AnswersError(f"{path}: cannot be read: {why}; give a file of JSON Lines") from error
    for number, line in enumerate(lines, 1):
        if not line.strip():
            continue
        try:
            at, given = _answer(line)
            if at in found:
                raise AnswersError(f"{at[0]} {at[1]} is answered twice; keep one line of it")
        except AnswersError as error:
            raise AnswersError(f"{path}:{number}: {error}") from error
        found[at] = given
    if not found:
        raise AnswersError(f"{path}: no answer in it; {FIELDS}")
    return found


def _answer(line: str) -> tuple[tuple[str, str], Given]:
    """What a line answers, and how. Raises AnswersError, without the place."""
    try:
        row = json.loads(line)
        key, dialogue, answer = row["key"], row["dialogue"], row["answer"]
    except (json.JSONDecodeError, TypeError, KeyError) as error:
        raise AnswersError(f"no {error if isinstance(error, KeyError) else 'JSON object'}; {FIELDS}") from error
    if not isinstance(key, str) or not isinstance(dialogue, str):
        name, value = ("key", key) if not isinstance(key, str) else ("dialogue", dialogue)
        raise AnswersError(f"the {name} {json.dumps(value)} is no text; give it as the corpus has it")
    if answer is None:
        raise AnswersError("the answer is null; leave the line out where there is none")
    box = row.get("box")
    if box is not None and not _is_box(box):
        raise AnswersError(f"box {json.dumps(box)}; give [x0, y0, x1, y1] in pixels, or leave it out")
    return (key, dialogue), Given(
        answer if isinstance(answer, str) else json.dumps(answer), tuple(box) if box else None
    )


def _is_box(box: object) -> bool:
    return (
        isinstance(box, list) and len(box) == 4 and all(type(one) in (int, float) and math.isfinite(one) for one in box)
    )


class Scores(NamedTuple):
    """The items that were judged, and how many answers were of `elsewhere`, another split, or of what is `unchecked`,
    questions that carry no check."""

    rows: list[Scored]
    elsewhere: int
    unchecked: int


def score_corpus(folder: Path, path: Path, split: str | None = None) -> Scores:
    """Every item of a corpus, or of one split, with what its check says of the answer given in `path`, which may answer
    the whole corpus.

    An item without an answer is wrong. Raises AnswersError for answers to what the corpus does not ask, for a split
    that it has not, and where none of the answers is to what is judged; ValueError where there is no manifest.
    """
    splits = sorted({shard.split for shard in load(folder).shards})
    if split is not None and split not in splits:
        raise AnswersError(f"{folder}: {no_such('split', split, splits)}")
    answers = dict(read_answers(path))
    rows = [
        grounded(judged(key, one, given.answer if given else None), given, boxes)
        for _, key, one, boxes in _asked(folder, split)
        if one.check is not None
        for given in [answers.pop((key, one.id), None)]
    ]
    elsewhere = unchecked = 0
    for found, key, one, _ in _asked(folder) if answers else ():
        if answers.pop((key, one.id), None) is not None:
            other = split is not None and found != split
            elsewhere, unchecked = elsewhere + other, unchecked + (not other)
    for key, name in answers:
        more = f" (nor are {len(answers) - 1:,} more)" if len(answers) > 1 else ""
        raise AnswersError(f"{path}: {key} {name} is no item of {folder}{more}; correct the key or leave the line out")
    if rows and all(row.answer is None for row in rows):
        what = f"a question of split {split}" if split and elsewhere else "a question that has a check"
        raise AnswersError(f"{path}: none of its {elsewhere + unchecked:,} answers is to {what}; nothing was judged")
    return Scores(rows, elsewhere, unchecked)


def items(folder: Path, split: str | None = None) -> Iterator[tuple[str, Dialogue]]:
    """The questions of a published folder that carry a check."""
    yield from ((key, one) for _, key, one, _ in _asked(folder, split) if one.check is not None)


def _asked(folder: Path, split: str | None = None) -> Iterator[tuple[str, str, Dialogue, Sequence[Box]]]:
    """Split, key and dialogue of all that is asked, with the boxes of what its answer rests on."""
    for shard, sample, _ in samples(folder, split):
        yield from ((shard.split, sample.key, one, _boxes(sample, one)) for one in sample.dialogues)


def _boxes(sample: Sample, dialogue: Dialogue) -> list[Box]:
    """Of the first of its regions, and of others of that concept: of several nuclei, each shows that there are some."""
    regions = {region.id: region for region in sample.regions}
    named = [regions[rid] for rid in dialogue.regions if rid in regions]
    return [one.box.xyxy for one in named if one.box is not None and one.concept == named[0].concept]


def grounded(row: Scored, given: Given | None, boxes: Sequence[Box]) -> Scored:
    """A judged item with how well the box that came with the answer lies (MM-GCoT scores answer and grounding, and how
    often they agree)."""
    if given is None or given.box is None or not boxes:
        return row
    overlap = max(box_iou(given.box, box) for box in boxes)
    return row.model_copy(update={"overlap": round(overlap, 4), "grounded": overlap >= IOU})


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
    by: dict[str, list[Scored]] = {}
    for row in rows:
        for name in (row.task, "all"):
            by.setdefault(name, []).append(row)
    return {name: _tally(found) for name, found in sorted(by.items(), key=lambda pair: (pair[0] == "all", pair[0]))}


def _tally(rows: Sequence[Scored]) -> Tally:
    placed = [row for row in rows if row.grounded is not None]
    shares: dict[str, Any] = {}
    if placed:
        at = {"grounded": [bool(row.grounded) for row in placed],
              "both": [row.right and bool(row.grounded) for row in placed],
              "agree": [row.right is row.grounded for row in placed]}  # fmt: skip
        shares = {"placed": len(placed), **{name: round(sum(one) / len(placed), 6) for name, one in at.items()}}
    return Tally(
        items=len(rows), answered=sum(row.reason != UNANSWERED for row in rows), right=sum(row.right for row in rows),
        score=round(sum(row.score for row in rows) / len(rows), 6), **shares,
    )  # fmt: skip


def table(found: Mapping[str, Tally]) -> Table:
    """A row a task; what boxes tell where some came with answers."""
    out = Table(box=None, pad_edge=False)
    out.add_column("task")
    placed = any(one.placed for one in found.values())
    for name in ("items", "answered", "right", "accuracy", "score", *(PLACED if placed else ())):
        out.add_column(name, justify="right")
    for name, one in found.items():
        shares = [getattr(one, each) for each in PLACED] if placed else []
        out.add_row(name, f"{one.items:,}", f"{one.answered:,}", f"{one.right:,}", f"{one.right / one.items:.3f}",
                    f"{one.score:.3f}", *("" if each is None else f"{each:.3f}" for each in shares))  # fmt: skip
    return out
