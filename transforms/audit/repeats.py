"""Boxes and masks that a card says show the same objects, and that lie apart."""

from collections.abc import Iterator

from schemas import LabelSpace
from transforms.audit.base import Case, Finding
from transforms.regions.repeats import notices

NAME = "repeats"
DOES = "boxes that are said to show what a mask shows, and lie elsewhere"


class Check:
    def __init__(self, space: LabelSpace) -> None:
        self.space = space

    def add(self, case: Case) -> Iterator[Finding]:
        for notice in notices(case.record, case.shown):
            yield Finding(check=NAME, severity="warning", paths=(case.path,), text=notice.text())

    def end(self) -> Iterator[Finding]:
        yield from ()
