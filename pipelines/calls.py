"""Calls to a language model, each made once: an answer is in the workspace before anybody looks at it.

A call is a row of `calls` under its own key. While a share is worked on, each answer goes into the share's journal as
it comes, so that a kill costs those alone that were on their way. What was spent stands in the names of the files of
`tokens/`, one for each writer: to sum them up takes one listing, whoever else is at work.
"""

import uuid
from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from typing import Any

from pipelines.faults import StoppedError
from pipelines.models.base import LanguageModel
from pipelines.packet import Packet
from pipelines.store import Part
from pipelines.store.part import Journal
from pipelines.store.tables import split_journal
from schemas import Answer, ModelSpec
from transforms.text.jobs import Asked

FOLDER = "tokens"
STAGE = "language"
MARK = "calls-"
"""In the names of journals that hold answers."""


class BudgetError(StoppedError):
    """The recipe's tokens are spent: the run stops."""


class CallLog:
    """The answers of a part, for one writer. `part` None: they are kept in memory alone. `tokens`: what may be spent in
    the workspace by all."""

    def __init__(self, part: Part | None, writer: str, model: ModelSpec, tokens: int) -> None:
        self._part, self._model, self._tokens = part, model, tokens
        self._journal = Journal(part, writer + MARK) if part is not None else None
        self._writer, self._own = f"{writer}{uuid.uuid4().hex[:8]}", 0
        self._known: dict[str, Answer] = {}
        self._read: set[str] = set()

    def known(self, keys: Iterable[str]) -> dict[str, Answer]:
        """Those that are answered: key -> answer."""
        wanted = set(keys)
        if self._part is not None and wanted - self._known.keys():
            self._read_journals(self._part)
        if self._part is not None and (new := wanted - self._known.keys()):
            columns = ["answer", "finish", "tokens_in", "tokens_out"]
            for row in self._part.rows("calls", columns, key=new):
                self._known[row["key"]] = _answer(row)
        return {key: self._known[key] for key in wanted & self._known.keys()}

    def _read_journals(self, part: Part) -> None:
        """What others, or who was killed here, have put down and nobody has taken into the tables yet."""
        for name in part.journals():
            if MARK in name and name not in self._read:
                self._read.add(name)
                with suppress(FileNotFoundError):  # taken over meanwhile: then it is in the table
                    for row in split_journal(part.files.read_batches(name))["calls"].to_pylist():
                        self._known[row["key"]] = _answer(row)

    def ask(self, model: LanguageModel, asked: Sequence[tuple[Packet, str, Asked]]) -> dict[str, Answer]:
        """Key -> answer, of all that is asked of scenes of packets: what is known, and of the model what is not.

        Raises BudgetError once more was to be asked than the budget allows; what was answered until then is kept."""
        keys = [one.request.key(self._model.identity) for _, _, one in asked]
        found = self.known(keys)
        new = {key: one for key, one in zip(keys, asked, strict=True) if key not in found}
        allowed = self._affordable(new)
        for number, answer in model.complete([new[key][2].request for key in allowed]):
            key = allowed[number]
            found[key] = answer
            if answer.finish != "error":
                self._put(key, *new[key], answer)
        if len(allowed) < len(new):
            raise BudgetError(
                f"text.tokens: {self._spent():,} of {self._tokens:,} tokens are spent, the next call may need "
                "more than is left; what is done is kept: give more and run the same command again"
            )
        return found

    def _affordable(self, new: dict[str, tuple[Packet, str, Asked]]) -> list[str]:
        left, allowed = self._tokens - self._spent() if new else 0, []
        for key, (_, _, one) in new.items():
            left -= one.request.most_tokens()
            if left < 0:
                break
            allowed.append(key)
        return allowed

    def _put(self, key: str, packet: Packet, scene: str, one: Asked, answer: Answer) -> None:
        self._known[key] = answer
        if self._part is None or self._journal is None:
            return
        self._count(answer.tokens_in + answer.tokens_out)
        row = {
            "key": key, "dataset": packet.record.dataset, "made": packet.keys[STAGE], "record": packet.record.key,
            "scene": scene, "job": one.job, "model": self._model.identity, "prompt_sha256": one.prompt_sha256,
            "attempt": one.attempt, "finish": answer.finish, "tokens_in": answer.tokens_in,
            "tokens_out": answer.tokens_out, "answer": answer.text,
        }  # fmt: skip
        self._journal.add({"calls": [row]})
        self._journal.flush()

    def _count(self, tokens: int) -> None:
        assert self._part is not None
        before, self._own = self._own, self._own + tokens
        self._part.files.write(f"{FOLDER}/{self._writer}={self._own}", b"")
        if before:
            self._part.files.delete(f"{FOLDER}/{self._writer}={before}")

    def _spent(self) -> int:
        """Tokens that all writers spent here; of one that was killed between two names the larger."""
        if self._part is None:
            return sum(one.tokens_in + one.tokens_out for one in self._known.values())
        by: dict[str, int] = {}
        for name in self._part.files.names(FOLDER):
            writer, _, number = name.partition("=")
            by[writer] = max(by.get(writer, 0), int(number))
        return sum(by.values())


def _answer(row: Mapping[str, Any]) -> Answer:
    return Answer(text=row["answer"], finish=row["finish"], tokens_in=row["tokens_in"], tokens_out=row["tokens_out"])
