"""Subjects that lie in two of the source's splits."""

from collections.abc import Iterator

from schemas import LabelSpace
from transforms.audit.base import Case, Finding

NAME = "splits"
DOES = "subjects whose images lie in two splits"


class Check:
    def __init__(self, space: LabelSpace) -> None:
        self.seen: dict[str, dict[str, str]] = {}  # subject -> split -> the first path

    def add(self, case: Case) -> Iterator[Finding]:
        if case.record.split is not None:
            self.seen.setdefault(case.record.subject, {}).setdefault(case.record.split, case.path)
        yield from ()

    def end(self) -> Iterator[Finding]:
        for subject, splits in sorted(self.seen.items()):
            if len(splits) > 1:
                name = subject.partition("/")[2]
                yield Finding(
                    check=NAME, severity="error", paths=tuple(splits.values()),
                    text=f"subject {name} is in {' and '.join(sorted(splits))}",
                )  # fmt: skip
