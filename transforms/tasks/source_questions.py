"""Questions, conversations and their answers as the data set published them, asked where they were asked, and checked.

No family: it makes up nothing, and no limit of questions a scene cuts it.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from schemas import Claim, Dialogue, Difficulty, ItemCheck, LabelSpace, Record, Scene, Turn
from schemas.dialogue import SOURCE, TextMaker
from schemas.level import Level
from transforms.checks.claims.evidence import Evidence
from transforms.checks.claims.source import Finding, fits, of_answer
from transforms.checks.refusals import REFUSAL
from transforms.groups.apart import pooled
from transforms.identity.questions import same

NAME = "source_question"
VERSION = "2"

YES_NO = frozenset({"yes", "no"})
_OWN = frozenset({"question", "answer", "options", "level", "conversation"})
_LETTERED = re.compile(r"\s*\(?([A-Za-z])\)?\s*[:.)]")


@dataclass(frozen=True)
class Asked:
    """`dialogues` reach the scene; `refuted`: (the dialogue, why) of those that do not; `passed_over`: others."""

    dialogues: tuple[Dialogue, ...] = ()
    refuted: tuple[tuple[Dialogue, str], ...] = ()
    passed_over: tuple[str, ...] = ()


def ask_published(
    record: Record, scene: Scene, space: LabelSpace, revision: str, first: int = 1, once: bool = False
) -> Asked:
    """The questions that came with a record, for one view of it, as d<first>, d<first + 1> ... `once`: of those that
    ask the same in about the same words and have one answer, the first; another answer is a conflict, and stays."""
    talks = list(_talks(record.meta.get("questions") or ()))
    scene = pooled(scene)
    if not talks:
        return Asked()
    maker, known = TextMaker(backend=SOURCE, revision=revision, dataset=record.dataset), Evidence(scene, space)
    good: list[Dialogue] = []
    refuted: list[tuple[Dialogue, str]] = []
    passed_over: dict[str, int] = {}
    for talk in talks:
        level: Level = talk[0].get("level") or record.kind
        if not fits(level, scene):
            reason = f"asked of the {level}, which this view is not all of"
            passed_over[reason] = passed_over.get(reason, 0) + 1
            continue
        dialogue, reason_not = _dialogue(talk, level, f"d{first + len(good)}", maker, known)
        if reason_not:
            refuted.append((dialogue, reason_not))
        elif once and any(_again(dialogue, other) for other in good):
            reason = "asked before of this picture, in about the same words and with the same answer"
            passed_over[reason] = passed_over.get(reason, 0) + 1
        else:
            good.append(dialogue)
    lines = tuple(f"{n} questions: {reason}" if n > 1 else f"1 question: {reason}" for reason, n in passed_over.items())
    return Asked(tuple(good), tuple(refuted), lines)


def _again(one: Dialogue, other: Dialogue) -> bool:
    """Whether two ask and answer the same; of conversations, neither."""
    if len(one.turns) > 2 or len(other.turns) > 2 or one.level != other.level:
        return False
    offered, answers = [sorted(map(_plain, each.choices or ())) for each in (one, other)], (one.answer, other.answer)
    return offered[0] == offered[1] and _plain(answers[0]) == _plain(answers[1]) and same(
        one.turns[0].text, other.turns[0].text
    )  # fmt: skip


def _plain(answer: str) -> str:
    return answer.strip(" .").casefold()


def _talks(rows: Any) -> Iterator[list[Mapping[str, Any]]]:
    """Each question by itself; those of one conversation together, in their order."""
    talks: dict[str, list[Mapping[str, Any]]] = {}
    for number, row in enumerate(rows):
        talks.setdefault(str(row.get("conversation") or f"\0{number}"), []).append(row)
    yield from talks.values()


def _dialogue(
    talk: list[Mapping[str, Any]], level: Level, name: str, maker: TextMaker, known: Evidence
) -> tuple[Dialogue, str | None]:
    """The dialogue, and why it may not leave."""
    turns: list[Turn] = []
    findings: list[Finding] = []
    for row in talk:
        question, answer = str(row["question"]), str(row["answer"])
        findings.append(of_answer(question, answer, level, known))
        turns += [Turn(role="user", text=question), Turn(role="assistant", text=answer, claims=findings[-1].claims)]
    choices, last = _choices(talk[-1])
    if choices and len(talk) == 1:
        turns[0] = turns[0].model_copy(update={"text": "\n".join([turns[0].text, *(f"- {one}" for one in choices)])})
    claims = [claim for finding in findings for claim in finding.claims]
    dialogue = Dialogue(
        id=name, task=NAME, turns=tuple(turns), answer=last, choices=choices, made_by=maker, level=level,
        regions=_regions(claims, known), facts=tuple(dict.fromkeys(claim.fact for claim in claims)),
        checked="supported" if all(one.checked == "supported" for one in findings) else "uncheckable",
        answer_type="choice" if choices else "yes_no" if _plain(last) in YES_NO else "open",
        source=_rest(talk, choices), check=ItemCheck(kind="exact", accepted=(last,)),
        difficulty=Difficulty(steps=0, alternatives=None if choices is None else len(choices)),
    )  # fmt: skip
    blank = next((turn for turn in turns if not turn.text.strip()), None)
    refusal = next((found for turn in turns[1::2] if (found := REFUSAL.search(turn.text))), None)
    reason = next((finding.refuted for finding in findings if finding.refuted), None)
    if blank is not None:
        reason = f"a {'question' if blank.role == 'user' else 'answer'} is blank"
    elif refusal is not None:
        reason = f"a refusal, {refusal.group()!r}"
    return dialogue, reason


def _regions(claims: list[Claim], known: Evidence) -> tuple[str, ...]:
    facts = (known.by_id[claim.fact] for claim in claims if claim.fact in known.by_id)
    return tuple(dict.fromkeys(region for fact in facts for region in fact.regions))


def _choices(row: Mapping[str, Any]) -> tuple[tuple[str, ...] | None, str]:
    """The choices offered and which of them is the answer; no choices where the answer is none of them."""
    answer, options = str(row["answer"]), tuple(str(one) for one in row.get("options") or ())
    plain = _plain(answer)
    for option in options:
        letter = _LETTERED.match(option)
        if _plain(option) == plain or (letter and letter[1].casefold() == plain.strip("()")):
            return options, option
    return None, answer


def _rest(talk: list[Mapping[str, Any]], choices: tuple[str, ...] | None) -> dict[str, Any] | None:
    """What else the source tells of the question, under its own names."""
    told = {name: value for row in talk for name, value in row.items() if name not in _OWN}
    if choices is None and talk[-1].get("options"):
        told["options"] = talk[-1]["options"]
    return told or None
